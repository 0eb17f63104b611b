use carillon_domain::{
    account::reach,
    talk::{MAX_TEXT_CHARS, SaidContent, link},
};
use carillon_model::{
    error::Rule,
    id::{MediaId, UserId},
    message::Message,
    service_account::{Menu, MenuButton, MenuButtonKind},
    talk::{TalkContent, TalkSource},
    time::MINUTE_MS,
};
use carillon_store::Event;

use crate::{
    company::broken,
    office::{Office, row_words, words},
};

#[test]
fn a_text_is_stored_as_it_was_meant_and_heard_of_by_its_writer_alone() {
    let office = Office::new();
    let mut listener = office.store().subscribe();
    let rows = office.say(" 你好\r\n世\0界\t! \u{7} ").unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].content, TalkContent::Message(words("你好\n世界\t!")));
    assert_eq!((rows[0].source, rows[0].created_at), (TalkSource::Member, office.env.now()));
    match listener.blocking_recv().unwrap() {
        Event::Talked { place, id } => assert_eq!((place, &id), (office.place(), &rows[0].id)),
        other => panic!("{other:?}"),
    }
    let other = office.another();
    assert_eq!(office.conversation(&office.member), ["你好\n世界\t!"]);
    assert!(office.conversation(&other).is_empty());
    assert_eq!(office.read(|tx, _| tx.talk_in(&office.place_of(&other), &rows[0].id)).unwrap(), None);
    assert_eq!(office.read(|tx, _| tx.talk_in(&office.place(), &rows[0].id)).unwrap().as_ref(), rows.first());
}

#[test]
fn a_text_may_be_as_long_as_it_may_and_not_blank() {
    let office = Office::new();
    for blank in ["", " \r\n\t ", "\u{0}\u{1b}"] {
        broken(office.say(blank), Rule::TalkEmpty);
    }
    office.say(&"长".repeat(MAX_TEXT_CHARS)).unwrap();
    broken(office.say(&"长".repeat(MAX_TEXT_CHARS + 1)), Rule::TalkTooLong);
    assert_eq!(office.conversation(&office.member).len(), 1);
}

#[test]
fn what_is_sent_twice_under_one_name_is_one_message() {
    let office = Office::new();
    let text = |text: &str| SaidContent::Text(text.to_owned());
    let first = office.say_as(office.place(), text("一"), "name").unwrap();
    assert_eq!(office.say_as(office.place(), text("一 "), "name").unwrap(), first);
    let picture = office.say_as(office.place(), office.picture_content(), "picture").unwrap();
    assert_eq!(office.say_as(office.place(), office.picture_content(), "picture").unwrap(), picture);
    assert_eq!(office.conversation(&office.member).len(), 2);

    // Whoever went back and wrote something else is not ignored, and neither are others.
    let second = office.say_as(office.place(), text("二"), "name").unwrap();
    assert_eq!(row_words(&second[0]), "二");
    let other = office.another();
    let theirs = office.say_as(office.place_of(&other), text("一"), "name").unwrap();
    assert_ne!(theirs[0].id, first[0].id);
    assert_eq!(office.conversation(&office.member).len(), 3);
    assert_eq!(office.conversation(&other), ["一"]);
    // Without a name each is a message.
    office.say("一").unwrap();
    office.say("一").unwrap();
    assert_eq!(office.conversation(&office.member).len(), 5);
}

#[test]
fn a_picture_is_an_upload_whose_address_works_for_a_while() {
    let mut office = Office::new();
    let row = office.say_as(office.place(), office.picture_content(), "").unwrap().remove(0);
    let TalkContent::Message(Message::Image { media_id }) = &row.content else { panic!("{row:?}") };
    let address = link::picture(&office.env, "", &office.app, &row.id).unwrap();
    let text = address.strip_prefix("/talk/pictures/").unwrap().to_owned();
    let opened = |office: &Office, text: &str| -> Option<MediaId> {
        office.read(|tx, _| link::open_picture(tx, &office.env, text)).unwrap()
    };
    assert_eq!(opened(&office, &text).as_ref(), Some(media_id));
    let session = office.session(&row.id);
    let words = office.say("不是图").unwrap().remove(0);
    let no_picture = link::picture(&office.env, "", &office.app, &words.id).unwrap();
    let no_picture = no_picture.strip_prefix("/talk/pictures/").unwrap();
    for wrong in
        ["", ".", row.id.as_str(), &session, no_picture, &text[..text.len() - 1], &format!("{text}0")]
    {
        assert_eq!(opened(&office, wrong), None, "{wrong}");
    }
    office.later(90 * MINUTE_MS - 1);
    assert!(opened(&office, &text).is_some());
    office.later(1);
    assert_eq!(opened(&office, &text), None);
}

#[test]
fn where_nobody_may_write_nobody_writes() {
    let office = Office::new();
    let menu = |enable_input, stopped| Menu { buttons: Vec::new(), enable_input, stopped };
    office.say("没有菜单").unwrap();
    office.set_menu(menu(false, false));
    broken(office.say("关"), Rule::WritingOff);
    broken(office.say_as(office.place(), office.picture_content(), ""), Rule::WritingOff);
    office.set_menu(menu(false, true));
    office.say("菜单停用").unwrap();
    office.set_menu(menu(true, false));
    office.say("开").unwrap();
    office.disable(&office.account);
    broken(office.say("停用"), Rule::AccountDisabled);
    assert_eq!(office.conversation(&office.member), ["开", "菜单停用", "没有菜单"]);
}

#[test]
fn a_member_who_says_too_much_in_a_minute_has_to_wait() {
    let mut office = Office::new();
    for number in 0..20 {
        office.say(&number.to_string()).unwrap();
    }
    let second = office.add_account("另一个").unwrap();
    let elsewhere = carillon_store::TalkPlace { account: second, ..office.place() };
    broken(office.say("还有"), Rule::TalkTooFrequent);
    broken(office.say_as(elsewhere, SaidContent::Text("还有".to_owned()), ""), Rule::TalkTooFrequent);
    let other = office.another();
    office.say_as(office.place_of(&other), SaidContent::Text("我没说过".to_owned()), "").unwrap();
    office.later(MINUTE_MS - 1);
    broken(office.say("还有"), Rule::TalkTooFrequent);
    office.later(1);
    office.say("还有").unwrap();
}

#[test]
fn whom_the_account_has_blocked_it_does_not_hear_and_does_not_answer() {
    let office = Office::new();
    let row = office.say("问").unwrap().remove(0);
    let session = office.session(&row.id);
    let click = MenuButton {
        name: "点".to_owned(),
        kind: Some(MenuButtonKind::Click),
        key: Some("key".to_owned()),
        ..MenuButton::default()
    };
    office.buttons(vec![click]);
    let block = |users: Vec<UserId>| {
        let account = office.account.clone();
        office.write(move |tx, _, corp| reach::set_blocked(tx, corp, &account, &users)).unwrap();
    };
    block(vec![office.member.userid.clone()]);
    broken(office.say("还在吗"), Rule::MemberBlocked);
    broken(office.say_as(office.place(), office.picture_content(), ""), Rule::MemberBlocked);
    broken(office.choose(0, None), Rule::MemberBlocked);
    broken(office.reply(&session, "答"), Rule::MemberBlocked);
    let other = office.another();
    office.say_as(office.place_of(&other), SaidContent::Text("我在".to_owned()), "").unwrap();
    assert_eq!(office.conversation(&office.member), ["问"], "and can read what was said");
    block(Vec::new());
    office.say("又能说了").unwrap();
    office.reply(&session, "答").unwrap();
}
