//! An organisation with files, accounts, articles and cards.

use std::ops::{Deref, DerefMut};

use carillon_domain::{
    account::{self, NewAccount},
    article::{self, NewArticle},
    media::{self, NewMedia},
};
use carillon_model::{
    article::ArticleText,
    error::Result,
    id::{AccountId, ArticleId, CorpId, MediaId},
    media::MediaType,
};
use carillon_store::{ContentHash, Corp, MediaOwner, Tx};
use testkit::{
    file::GIF,
    store::{START, StoreFixture},
};

pub struct MaterialsFixture {
    fixture: StoreFixture,
}

impl Deref for MaterialsFixture {
    type Target = StoreFixture;

    fn deref(&self) -> &StoreFixture {
        &self.fixture
    }
}

impl DerefMut for MaterialsFixture {
    fn deref_mut(&mut self) -> &mut StoreFixture {
        &mut self.fixture
    }
}

impl MaterialsFixture {
    pub fn new() -> Self {
        let mut fixture = Self { fixture: StoreFixture::new() };
        fixture.corp = fixture.add_corp("ding0001");
        fixture
    }

    pub fn add_corp(&self, id: &str) -> CorpId {
        let corp = Corp::new(CorpId::from(id), id.to_owned(), START);
        let id = corp.id.clone();
        self.write_registry(move |tx, _| tx.insert_corp(&corp)).expect("an organisation");
        id
    }

    pub fn read<T>(&self, work: impl FnOnce(&mut Tx<'_>, &CorpId) -> Result<T>) -> Result<T> {
        self.store().read_blocking(&self.corp, |tx| work(tx, &self.corp))
    }

    pub fn add_media(
        &self,
        media_type: MediaType,
        file_name: &str,
        content: &'static [u8],
    ) -> Result<MediaId> {
        let format = media::inspect(media_type, file_name, content)?;
        let new = NewMedia {
            media_type,
            format,
            file_name: file_name.to_owned(),
            size: content.len(),
            content: ContentHash::of(content),
        };
        self.write(move |tx, env, corp| media::add(tx, env, corp, MediaOwner::Nobody, new))
            .map(|media| media.id)
    }

    pub fn picture(&self) -> MediaId {
        self.add_media(MediaType::Image, "a.gif", GIF).expect("a picture")
    }

    pub fn new_account(&self, name: &str) -> NewAccount {
        let picture = self.picture();
        NewAccount {
            name: name.to_owned(),
            avatar_media_id: picture.clone(),
            brief: "短".to_owned(),
            desc: "长".to_owned(),
            preview_media_id: picture,
        }
    }

    pub fn add_account(&self, name: &str) -> Result<AccountId> {
        let new = self.new_account(name);
        self.write(move |tx, env, corp| account::add(tx, env, corp, new))
    }

    pub fn disable(&self, id: &AccountId) {
        let id = id.clone();
        let change = account::AccountChange { disabled: Some(true), ..Default::default() };
        self.write(move |tx, _, corp| account::update(tx, corp, &id, change)).expect("disabled");
    }

    pub fn new_article(&self, account: &AccountId, uuid: &str, title: &str) -> NewArticle {
        NewArticle {
            account: account.clone(),
            uuid: uuid.to_owned(),
            text: ArticleText {
                title: title.to_owned(),
                content: format!("<p>{title}</p>"),
                digest: None,
                thumb_media_id: None,
            },
            allow_forward: None,
            public: None,
        }
    }

    pub fn add_article(&self, account: &AccountId, title: &str) -> ArticleId {
        let new = self.new_article(account, title, title);
        self.write(move |tx, env, corp| article::add(tx, env, corp, new)).expect("an article")
    }

    pub fn publish(&self, account: &AccountId, id: ArticleId) {
        let account = account.clone();
        self.write(move |tx, env, corp| article::publish(tx, env, corp, &account, id)).expect("published");
    }

    pub fn delete_article(&self, account: &AccountId, id: ArticleId) {
        let account = account.clone();
        self.write(move |tx, _, corp| article::delete(tx, corp, &account, id)).expect("deleted");
    }
}
