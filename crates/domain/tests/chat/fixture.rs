//! An organisation whose members chat with its account.

use std::ops::{Deref, DerefMut};

use carillon_domain::{
    account::menu,
    app::{self, NewApp},
    chat::{self, Choice, NewMessage, NewMessageContent, app_url},
    inbox::{self, Entry},
    media::{self, NewMedia},
};
use carillon_model::{
    app::AppType,
    chat::ChatContent,
    contact::Member,
    error::Result,
    id::{DeptId, MessageId},
    media::MediaType,
    message::Message,
    service_account::{Menu, MenuButton},
};
use carillon_store::{App, ChatMessage, ContentHash, ConversationKey};

use crate::send::fixture::SendFixture;
use testkit::file::GIF;

pub struct ConversationFixture {
    fixture: SendFixture,
    pub member: Member,
    /// An app that may receive and answer messages.
    pub app: App,
}

impl Deref for ConversationFixture {
    type Target = SendFixture;

    fn deref(&self) -> &SendFixture {
        &self.fixture
    }
}

impl DerefMut for ConversationFixture {
    fn deref_mut(&mut self) -> &mut SendFixture {
        &mut self.fixture
    }
}

impl ConversationFixture {
    pub fn new() -> Self {
        let fixture = SendFixture::new();
        let member = fixture.member(DeptId::ROOT);
        let new = NewApp {
            name: "app".to_owned(),
            app_type: AppType::Internal,
            grants: ["qyapi_service_account_message".to_owned()].into(),
        };
        let (app, _) = fixture.write(move |tx, env, corp| app::create(tx, env, corp, new)).unwrap();
        Self { fixture, member, app }
    }

    pub fn another(&self) -> Member {
        self.fixture.member(DeptId::ROOT)
    }

    pub fn key(&self) -> ConversationKey {
        self.key_of(&self.member)
    }

    pub fn key_of(&self, member: &Member) -> ConversationKey {
        ConversationKey { corp: self.corp.clone(), account: self.account.clone(), member: member.no }
    }

    pub fn post_as(
        &self,
        key: ConversationKey,
        content: NewMessageContent,
        submission: &str,
    ) -> Result<Vec<ChatMessage>> {
        let message = NewMessage {
            content,
            submission: Some(submission.to_owned()),
            base_url: "https://c.example".to_owned(),
        };
        self.write(move |tx, env, _| chat::post_message(tx, env, &key, message))
    }

    /// Posts a text of the member. Returns the message and the automatic reply.
    pub fn post_text(&self, text: &str) -> Result<Vec<ChatMessage>> {
        self.post_as(self.key(), NewMessageContent::Text(text.to_owned()), "")
    }

    pub fn picture_content(&self) -> NewMessageContent {
        let format = media::inspect(MediaType::Image, "a.gif", GIF).unwrap();
        NewMessageContent::Picture(NewMedia {
            media_type: MediaType::Image,
            format,
            file_name: "a.gif".to_owned(),
            size: GIF.len(),
            content: ContentHash::of(GIF),
        })
    }

    pub fn choose(&self, button: usize, item: Option<usize>) -> Result<Vec<ChatMessage>> {
        let key = self.key();
        self.write(move |tx, env, _| chat::choose(tx, env, &key, &Choice { button, item }))
    }

    pub fn set_menu(&self, menu: Menu) {
        let account = self.account.clone();
        self.write(move |tx, _, corp| menu::set(tx, corp, &account, &menu)).expect("a menu");
    }

    pub fn buttons(&self, buttons: Vec<MenuButton>) {
        self.set_menu(Menu { buttons, enable_input: true, stopped: false });
    }

    /// The session in the reply URL of a message.
    pub fn session(&self, id: &MessageId) -> String {
        let address = app_url::webhook(&self.env, "https://c.example", &self.app, id).unwrap();
        address.strip_prefix("https://c.example/robot/sendBySession?session=").unwrap().to_owned()
    }

    pub fn reply(&self, session: &str, text: &str) -> Result<ChatMessage> {
        let (session, content) = (session.to_owned(), ChatContent::Message(text_message(text)));
        self.write(move |tx, env, _| chat::reply(tx, env, &session, content))
    }

    /// Texts of the newest messages of a member, newest first.
    pub fn conversation(&self, member: &Member) -> Vec<String> {
        let entries = self.read(|tx, corp| inbox::messages(tx, corp, member.no, &self.account, None, 100));
        entries.unwrap().iter().map(text_of_entry).collect()
    }
}

pub fn text_message(text: &str) -> Message {
    Message::Text { content: text.to_owned() }
}

/// The text of an entry, or a short description.
pub fn text_of_entry(entry: &Entry) -> String {
    match entry {
        Entry::Sent(send) => message_kind_text(&send.message),
        Entry::Chat(row) => message_text(row),
    }
}

pub fn message_text(row: &ChatMessage) -> String {
    match &row.content {
        ChatContent::Message(message) => message_kind_text(message),
        ChatContent::Feed(links) => format!("{} links", links.len()),
        ChatContent::Choice { name } => format!("chose {name}"),
    }
}

fn message_kind_text(message: &Message) -> String {
    match message {
        Message::Text { content } => content.clone(),
        Message::Image { media_id } => media_id.to_string(),
        Message::NewsCard { card_id } => card_id.to_string(),
        other => format!("{other:?}"),
    }
}
