use carillon_domain::{card, send::NewSend};
use carillon_model::{
    error::Rule,
    id::{CardId, DeptId, MediaId},
    media::MediaType,
    message::{CardAction, CardButton, Message},
};

use crate::send::fixture::{SendFixture, broken, numbers, to_all, to_departments, to_roles, to_users};

const ROOT: DeptId = DeptId::ROOT;

fn refused(fixture: &SendFixture, message: &Message, expected: &str) {
    let reason = broken(fixture.send(fixture.new_send(message.clone(), to_all())), Rule::MessageMediaInvalid);
    assert!(reason.contains(expected), "{reason:?} for {message:?}");
}

fn sent(fixture: &SendFixture, message: &Message) {
    let task = fixture.send(fixture.new_send(message.clone(), to_all())).unwrap();
    let row = fixture.row(&fixture.account, &task);
    assert_eq!((&row.message, row.task), (message, task), "it is stored as it was given");
}

fn preview(fixture: &SendFixture, message: &Message, receiver: &carillon_model::contact::Member) -> NewSend {
    NewSend { preview: true, ..fixture.new_send(message.clone(), to_users(&[receiver])) }
}

fn link(picture: Option<&str>) -> Message {
    Message::Link {
        title: "题".to_owned(),
        text: "文".to_owned(),
        url: "https://example.com".to_owned(),
        picture: picture.map(str::to_owned),
        open_type: None,
    }
}

#[test]
fn every_kind_of_message_is_stored_unchanged() {
    let mut fixture = SendFixture::new();
    let member = fixture.member(ROOT);
    let article = fixture.add_article(&fixture.account, "甲");
    fixture.publish(&fixture.account, article);
    let card_id = fixture.card(&fixture.account, &[article]);
    let picture = fixture.picture();
    let action =
        |action| Message::ActionCard { title: "题".to_owned(), markdown: "**文**".to_owned(), action };
    let button = CardButton { title: "开".to_owned(), url: "https://example.com".to_owned() };
    let messages = [
        Message::Text { content: "文\n\u{1F600}\0".to_owned() },
        Message::Image { media_id: picture.clone() },
        Message::Markdown { title: "题".to_owned(), text: "# 文".to_owned() },
        action(CardAction::Whole { title: "开".to_owned(), url: "https://example.com".to_owned() }),
        action(CardAction::Buttons { horizontal: true, buttons: vec![button.clone(), button] }),
        Message::NewsCard { card_id: card_id.clone() },
        Message::SingleNewsCard { card_id },
        link(None),
        link(Some("https://example.com/a.png")),
        link(Some(picture.as_str())),
    ];
    for message in &messages {
        sent(&fixture, message);
    }
    assert_eq!(fixture.inbox(&member).len(), messages.len());
    let state = fixture.state();
    assert!(fixture.reopen() == state);
}

#[test]
fn a_picture_is_an_uploaded_picture() {
    let mut fixture = SendFixture::new();
    fixture.member(ROOT);
    let file = fixture.add_media(MediaType::File, "a.pdf", b"%PDF-1.7\n").unwrap();
    let voice = fixture.add_media(MediaType::Voice, "a.amr", b"#!AMR\n\x3c").unwrap();
    let picture = fixture.picture();
    for id in [&MediaId::from("@lAnothing"), &MediaId::from("https://example.com/a.png"), &file, &voice] {
        refused(&fixture, &Message::Image { media_id: id.clone() }, id.as_str());
    }
    for id in [&MediaId::from("@lAnothing"), &file, &voice] {
        refused(&fixture, &link(Some(id.as_str())), id.as_str());
    }
    fixture.corp = fixture.other_corp();
    fixture.account = fixture.add_account("新闻").unwrap();
    fixture.member(ROOT);
    refused(&fixture, &Message::Image { media_id: picture.clone() }, picture.as_str());
    refused(&fixture, &link(Some(picture.as_str())), picture.as_str());
    assert_eq!(fixture.count(), 0);
}

#[test]
fn a_card_is_a_card_of_the_account() {
    let fixture = SendFixture::new();
    fixture.member(ROOT);
    let other = fixture.add_account("别的").unwrap();
    let foreign_article = fixture.add_article(&other, "丙");
    fixture.publish(&other, foreign_article);
    let foreign = fixture.card(&other, &[foreign_article]);
    let article = fixture.add_article(&fixture.account, "甲");
    fixture.publish(&fixture.account, article);
    let deleted = fixture.card(&fixture.account, &[article]);
    let (account, id) = (fixture.account.clone(), deleted.clone());
    fixture.write(move |tx, _, corp| card::delete(tx, corp, &account, &id)).unwrap();
    for card_id in [CardId::from("nothing"), CardId::from(fixture.picture().as_str()), foreign, deleted] {
        for message in [
            Message::NewsCard { card_id: card_id.clone() },
            Message::SingleNewsCard { card_id: card_id.clone() },
        ] {
            refused(&fixture, &message, "media_id is no card of the account");
        }
    }
}

#[test]
fn the_articles_of_a_card_can_be_read() {
    let fixture = SendFixture::new();
    let member = fixture.member(ROOT);
    let account = &fixture.account;
    let (first, second) = (fixture.add_article(account, "甲"), fixture.add_article(account, "乙"));
    let both = fixture.card(account, &[first, second]);
    let news = Message::NewsCard { card_id: both.clone() };
    let single = Message::SingleNewsCard { card_id: both };
    let alone = fixture.card(account, &[first]);
    let single_alone = Message::SingleNewsCard { card_id: alone.clone() };

    refused(&fixture, &news, &format!("article {first} is not published"));
    refused(&fixture, &single_alone, &format!("article {first} is not published"));
    fixture.send(preview(&fixture, &news, &member)).expect("a preview shows drafts");
    fixture.send(preview(&fixture, &single_alone, &member)).expect("a preview shows drafts");
    fixture.publish(account, first);
    refused(&fixture, &news, &format!("article {second} is not published"));
    sent(&fixture, &single_alone);
    fixture.publish(account, second);
    sent(&fixture, &news);

    refused(&fixture, &single, "exactly one article");
    broken(fixture.send(preview(&fixture, &single, &member)), Rule::MessageMediaInvalid);
    fixture.delete_article(account, first);
    sent(&fixture, &single);
    sent(&fixture, &news);
    for message in [&Message::NewsCard { card_id: alone.clone() }, &single_alone] {
        refused(&fixture, message, "media_id");
        broken(fixture.send(preview(&fixture, message, &member)), Rule::MessageMediaInvalid);
    }
}

#[test]
fn a_preview_is_for_one_member_by_name() {
    let fixture = SendFixture::new();
    let (a, b) = (fixture.member(ROOT), fixture.member(ROOT));
    let (role, department) = (fixture.role(&[&a]), fixture.department(ROOT));
    fixture.place(&a, &[department]);
    let text = |receivers| NewSend { preview: true, ..fixture.text("早", receivers) };
    for receivers in [Default::default(), to_all(), to_departments(&[department]), to_roles(&[role])] {
        let reason = broken(fixture.send(text(receivers)), Rule::NoReceivers);
        assert!(reason.contains("is_preview"), "{reason}");
    }
    let mut and_all = to_users(&[&a]);
    and_all.all = true;
    let mut and_role = to_users(&[&a]);
    and_role.roles = vec![role];
    let mut and_department = to_users(&[&a]);
    and_department.departments = vec![department];
    for receivers in [to_users(&[&a, &b]), and_all, and_role, and_department] {
        let reason = broken(fixture.send(text(receivers)), Rule::ReceiverUsersInvalid);
        assert!(reason.contains("is_preview"), "{reason}");
    }
    assert_eq!(fixture.count(), 0);
    let task = fixture.send(text(to_users(&[&a]))).unwrap();
    assert_eq!(fixture.audience(&task), numbers([&a]));
    assert!(fixture.row(&fixture.account, &task).preview);
    assert_eq!(fixture.inbox(&a), [fixture.seq(&task)]);
    let task = fixture.send_text("午", to_users(&[&a])).unwrap();
    assert!(!fixture.row(&fixture.account, &task).preview);
}
