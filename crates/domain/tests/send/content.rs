use carillon_domain::{card, send::NewSend};
use carillon_model::{
    error::Rule,
    id::{CardId, DeptId, MediaId},
    media::MediaType,
    message::{CardAction, CardButton, Message},
};

use crate::company::{Company, broken, numbers, to_all, to_departments, to_roles, to_users};

const ROOT: DeptId = DeptId::ROOT;

fn refused(company: &Company, message: &Message, expected: &str) {
    let reason = broken(company.send(company.new_send(message.clone(), to_all())), Rule::MessageMediaInvalid);
    assert!(reason.contains(expected), "{reason:?} for {message:?}");
}

fn sent(company: &Company, message: &Message) {
    let task = company.send(company.new_send(message.clone(), to_all())).unwrap();
    let row = company.row(&company.account, &task);
    assert_eq!((&row.message, row.task), (message, task), "it is stored as it was given");
}

fn preview(company: &Company, message: &Message, receiver: &carillon_model::contact::Member) -> NewSend {
    NewSend { preview: true, ..company.new_send(message.clone(), to_users(&[receiver])) }
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
fn every_kind_of_message_is_stored_as_given() {
    let mut company = Company::new();
    let member = company.member(ROOT);
    let article = company.add_article(&company.account, "甲");
    company.publish(&company.account, article);
    let card_id = company.card(&company.account, &[article]);
    let picture = company.picture();
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
        sent(&company, message);
    }
    assert_eq!(company.inbox(&member).len(), messages.len());
    let state = company.state();
    assert!(company.reopen() == state);
}

#[test]
fn a_picture_is_an_uploaded_picture() {
    let mut company = Company::new();
    company.member(ROOT);
    let file = company.add_media(MediaType::File, "a.pdf", b"%PDF-1.7\n").unwrap();
    let voice = company.add_media(MediaType::Voice, "a.amr", b"#!AMR\n\x3c").unwrap();
    let picture = company.picture();
    for id in [&MediaId::from("@lAnothing"), &MediaId::from("https://example.com/a.png"), &file, &voice] {
        refused(&company, &Message::Image { media_id: id.clone() }, id.as_str());
    }
    for id in [&MediaId::from("@lAnothing"), &file, &voice] {
        refused(&company, &link(Some(id.as_str())), id.as_str());
    }
    company.corp = company.other_corp();
    company.account = company.add_account("新闻").unwrap();
    company.member(ROOT);
    refused(&company, &Message::Image { media_id: picture.clone() }, picture.as_str());
    refused(&company, &link(Some(picture.as_str())), picture.as_str());
    assert_eq!(company.count(), 0);
}

#[test]
fn a_card_is_a_card_of_the_account() {
    let company = Company::new();
    company.member(ROOT);
    let other = company.add_account("别的").unwrap();
    let foreign_article = company.add_article(&other, "丙");
    company.publish(&other, foreign_article);
    let foreign = company.card(&other, &[foreign_article]);
    let article = company.add_article(&company.account, "甲");
    company.publish(&company.account, article);
    let deleted = company.card(&company.account, &[article]);
    let (account, id) = (company.account.clone(), deleted.clone());
    company.write(move |tx, _, corp| card::delete(tx, corp, &account, &id)).unwrap();
    for card_id in [CardId::from("nothing"), CardId::from(company.picture().as_str()), foreign, deleted] {
        for message in [
            Message::NewsCard { card_id: card_id.clone() },
            Message::SingleNewsCard { card_id: card_id.clone() },
        ] {
            refused(&company, &message, "media_id is no card of the account");
        }
    }
}

#[test]
fn the_articles_of_a_card_can_be_read() {
    let company = Company::new();
    let member = company.member(ROOT);
    let account = &company.account;
    let (first, second) = (company.add_article(account, "甲"), company.add_article(account, "乙"));
    let both = company.card(account, &[first, second]);
    let news = Message::NewsCard { card_id: both.clone() };
    let single = Message::SingleNewsCard { card_id: both };
    let alone = company.card(account, &[first]);
    let single_alone = Message::SingleNewsCard { card_id: alone.clone() };

    refused(&company, &news, &format!("article {first} is not published"));
    refused(&company, &single_alone, &format!("article {first} is not published"));
    company.send(preview(&company, &news, &member)).expect("a preview shows drafts");
    company.send(preview(&company, &single_alone, &member)).expect("a preview shows drafts");
    company.publish(account, first);
    refused(&company, &news, &format!("article {second} is not published"));
    sent(&company, &single_alone);
    company.publish(account, second);
    sent(&company, &news);

    refused(&company, &single, "exactly one article");
    broken(company.send(preview(&company, &single, &member)), Rule::MessageMediaInvalid);
    company.delete_article(account, first);
    sent(&company, &single);
    sent(&company, &news);
    for message in [&Message::NewsCard { card_id: alone.clone() }, &single_alone] {
        refused(&company, message, "media_id");
        broken(company.send(preview(&company, message, &member)), Rule::MessageMediaInvalid);
    }
}

#[test]
fn a_preview_is_for_one_member_by_name() {
    let company = Company::new();
    let (a, b) = (company.member(ROOT), company.member(ROOT));
    let (role, department) = (company.role(&[&a]), company.department(ROOT));
    company.place(&a, &[department]);
    let text = |receivers| NewSend { preview: true, ..company.text("早", receivers) };
    for receivers in [Default::default(), to_all(), to_departments(&[department]), to_roles(&[role])] {
        let reason = broken(company.send(text(receivers)), Rule::NoReceivers);
        assert!(reason.contains("is_preview"), "{reason}");
    }
    let mut and_all = to_users(&[&a]);
    and_all.all = true;
    let mut and_role = to_users(&[&a]);
    and_role.roles = vec![role];
    let mut and_department = to_users(&[&a]);
    and_department.departments = vec![department];
    for receivers in [to_users(&[&a, &b]), and_all, and_role, and_department] {
        let reason = broken(company.send(text(receivers)), Rule::ReceiverUsersInvalid);
        assert!(reason.contains("is_preview"), "{reason}");
    }
    assert_eq!(company.count(), 0);
    let task = company.send(text(to_users(&[&a]))).unwrap();
    assert_eq!(company.audience(&task), numbers([&a]));
    assert!(company.row(&company.account, &task).preview);
    assert_eq!(company.inbox(&a), [company.seq(&task)]);
    let task = company.tell("午", to_users(&[&a])).unwrap();
    assert!(!company.row(&company.account, &task).preview);
}
