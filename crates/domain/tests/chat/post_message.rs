use carillon_domain::{
    account::audience,
    chat::{MAX_TEXT_CHARS, NewMessageContent, app_url},
};
use carillon_model::{
    chat::{ChatAuthor, ChatContent},
    error::Rule,
    id::{MediaId, UserId},
    message::Message,
    service_account::{Menu, MenuButton, MenuButtonKind},
    time::MINUTE_MS,
};
use carillon_store::LiveEvent;

use crate::chat::fixture::{ConversationFixture, message_text, text_message};
use crate::send::fixture::broken;

#[test]
fn a_text_is_normalized_and_visible_to_its_writer_alone() {
    let fixture = ConversationFixture::new();
    let mut listener = fixture.store().subscribe();
    let rows = fixture.post_text(" 你好\r\n世\0界\t! \u{7} ").unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].content, ChatContent::Message(text_message("你好\n世界\t!")));
    assert_eq!((rows[0].author, rows[0].created_at), (ChatAuthor::Member, fixture.env.now()));
    match listener.blocking_recv().unwrap() {
        LiveEvent::ChatMessagePosted { conversation, id, is_own } => {
            assert_eq!((conversation, &id, is_own), (fixture.key(), &rows[0].id, true));
        }
        other => panic!("{other:?}"),
    }
    let other = fixture.another();
    assert_eq!(fixture.conversation(&fixture.member), ["你好\n世界\t!"]);
    assert!(fixture.conversation(&other).is_empty());
    assert_eq!(fixture.read(|tx, _| tx.chat_message_in(&fixture.key_of(&other), &rows[0].id)).unwrap(), None);
    assert_eq!(
        fixture.read(|tx, _| tx.chat_message_in(&fixture.key(), &rows[0].id)).unwrap().as_ref(),
        rows.first()
    );
}

#[test]
fn a_text_has_a_maximum_length_and_is_not_blank() {
    let fixture = ConversationFixture::new();
    for blank in ["", " \r\n\t ", "\u{0}\u{1b}"] {
        broken(fixture.post_text(blank), Rule::ChatTextEmpty);
    }
    fixture.post_text(&"长".repeat(MAX_TEXT_CHARS)).unwrap();
    broken(fixture.post_text(&"长".repeat(MAX_TEXT_CHARS + 1)), Rule::ChatTextTooLong);
    assert_eq!(fixture.conversation(&fixture.member).len(), 1);
}

#[test]
fn the_same_submission_twice_is_one_message() {
    let fixture = ConversationFixture::new();
    let text = |text: &str| NewMessageContent::Text(text.to_owned());
    let first = fixture.post_as(fixture.key(), text("一"), "name").unwrap();
    assert_eq!(fixture.post_as(fixture.key(), text("一 "), "name").unwrap(), first);
    let picture = fixture.post_as(fixture.key(), fixture.picture_content(), "picture").unwrap();
    assert_eq!(fixture.post_as(fixture.key(), fixture.picture_content(), "picture").unwrap(), picture);
    assert_eq!(fixture.conversation(&fixture.member).len(), 2);

    // Another text under the same name is another message, and so is that of another member.
    let second = fixture.post_as(fixture.key(), text("二"), "name").unwrap();
    assert_eq!(message_text(&second[0]), "二");
    let other = fixture.another();
    let theirs = fixture.post_as(fixture.key_of(&other), text("一"), "name").unwrap();
    assert_ne!(theirs[0].id, first[0].id);
    assert_eq!(fixture.conversation(&fixture.member).len(), 3);
    assert_eq!(fixture.conversation(&other), ["一"]);
    // Without a name each text is a message.
    fixture.post_text("一").unwrap();
    fixture.post_text("一").unwrap();
    assert_eq!(fixture.conversation(&fixture.member).len(), 5);
}

#[test]
fn a_picture_is_an_upload_whose_address_works_for_a_while() {
    let mut fixture = ConversationFixture::new();
    let row = fixture.post_as(fixture.key(), fixture.picture_content(), "").unwrap().remove(0);
    let ChatContent::Message(Message::Image { media_id }) = &row.content else { panic!("{row:?}") };
    let address = app_url::picture(&fixture.env, "", &fixture.app, &row.id).unwrap();
    let text = address.strip_prefix("/talk/pictures/").unwrap().to_owned();
    let opened = |fixture: &ConversationFixture, text: &str| -> Option<MediaId> {
        fixture.read(|tx, _| app_url::open_picture(tx, &fixture.env, text)).unwrap()
    };
    assert_eq!(opened(&fixture, &text).as_ref(), Some(media_id));
    let session = fixture.session(&row.id);
    let text_row = fixture.post_text("不是图").unwrap().remove(0);
    let no_picture = app_url::picture(&fixture.env, "", &fixture.app, &text_row.id).unwrap();
    let no_picture = no_picture.strip_prefix("/talk/pictures/").unwrap();
    for wrong in
        ["", ".", row.id.as_str(), &session, no_picture, &text[..text.len() - 1], &format!("{text}0")]
    {
        assert_eq!(opened(&fixture, wrong), None, "{wrong}");
    }
    fixture.later(90 * MINUTE_MS - 1);
    assert!(opened(&fixture, &text).is_some());
    fixture.later(1);
    assert_eq!(opened(&fixture, &text), None);
}

#[test]
fn disabled_input_refuses_messages() {
    let fixture = ConversationFixture::new();
    let menu = |enable_input, stopped| Menu { buttons: Vec::new(), enable_input, stopped };
    fixture.post_text("没有菜单").unwrap();
    fixture.set_menu(menu(false, false));
    broken(fixture.post_text("关"), Rule::WritingOff);
    broken(fixture.post_as(fixture.key(), fixture.picture_content(), ""), Rule::WritingOff);
    fixture.set_menu(menu(false, true));
    fixture.post_text("菜单停用").unwrap();
    fixture.set_menu(menu(true, false));
    fixture.post_text("开").unwrap();
    fixture.disable(&fixture.account);
    broken(fixture.post_text("停用"), Rule::AccountDisabled);
    assert_eq!(fixture.conversation(&fixture.member), ["开", "菜单停用", "没有菜单"]);
}

#[test]
fn members_have_a_rate_limit_per_minute() {
    let mut fixture = ConversationFixture::new();
    for number in 0..20 {
        fixture.post_text(&number.to_string()).unwrap();
    }
    let second = fixture.add_account("另一个").unwrap();
    let elsewhere = carillon_store::ConversationKey { account: second, ..fixture.key() };
    broken(fixture.post_text("还有"), Rule::ChatTooFrequent);
    broken(fixture.post_as(elsewhere, NewMessageContent::Text("还有".to_owned()), ""), Rule::ChatTooFrequent);
    let other = fixture.another();
    fixture.post_as(fixture.key_of(&other), NewMessageContent::Text("我没说过".to_owned()), "").unwrap();
    fixture.later(MINUTE_MS - 1);
    broken(fixture.post_text("还有"), Rule::ChatTooFrequent);
    fixture.later(1);
    fixture.post_text("还有").unwrap();
}

#[test]
fn blocked_members_neither_write_nor_get_replies() {
    let fixture = ConversationFixture::new();
    let row = fixture.post_text("问").unwrap().remove(0);
    let session = fixture.session(&row.id);
    let click = MenuButton {
        name: "点".to_owned(),
        kind: Some(MenuButtonKind::Click),
        key: Some("key".to_owned()),
        ..MenuButton::default()
    };
    fixture.buttons(vec![click]);
    let block = |users: Vec<UserId>| {
        let account = fixture.account.clone();
        fixture.write(move |tx, _, corp| audience::set_blocked(tx, corp, &account, &users)).unwrap();
    };
    block(vec![fixture.member.userid.clone()]);
    broken(fixture.post_text("还在吗"), Rule::MemberBlocked);
    broken(fixture.post_as(fixture.key(), fixture.picture_content(), ""), Rule::MemberBlocked);
    broken(fixture.choose(0, None), Rule::MemberBlocked);
    broken(fixture.reply(&session, "答"), Rule::MemberBlocked);
    let other = fixture.another();
    fixture.post_as(fixture.key_of(&other), NewMessageContent::Text("我在".to_owned()), "").unwrap();
    assert_eq!(fixture.conversation(&fixture.member), ["问"], "and can read what was message");
    block(Vec::new());
    fixture.post_text("又能说了").unwrap();
    fixture.reply(&session, "答").unwrap();
}
