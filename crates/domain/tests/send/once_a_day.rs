use carillon_model::{
    id::{DeptId, MediaId},
    message::{Message, Receivers},
    time::{DAY_MS, Timestamp},
};

use crate::send::fixture::{SendFixture, numbers, to_all, to_departments, to_users};
use testkit::store::START;

const ROOT: DeptId = DeptId::ROOT;
/// The first midnight of Asia/Shanghai after the start.
const MIDNIGHT: Timestamp = Timestamp(1_760_025_600_000);

#[test]
fn the_same_content_skips_members_who_got_it_today() {
    let fixture = SendFixture::new();
    let east = fixture.department(ROOT);
    let (a, b, c) = (fixture.member(east), fixture.member(ROOT), fixture.member(ROOT));
    assert_eq!(fixture.reached("早", to_departments(&[east])), numbers([&a]));
    assert_eq!(fixture.reached("早", to_users(&[&a, &b])), numbers([&b]));
    assert_eq!(fixture.reached("早", to_all()), numbers([&c]));
    let again = fixture.send_text("早", to_all()).expect("accepted, though nobody is left");
    assert!(fixture.audience(&again).is_empty());
    let late = fixture.member(east);
    assert_eq!(fixture.reached("早", to_all()), numbers([&late]));
    assert_eq!(
        fixture.reached("晚", to_all()),
        numbers([&a, &b, &c, &late]),
        "other content is another matter"
    );
    for member in [&a, &b, &c, &late] {
        assert_eq!(fixture.inbox(member).len(), 2);
    }
}

#[test]
fn a_send_to_one_member_by_userid_is_not_checked_for_repeats() {
    let fixture = SendFixture::new();
    let (a, b) = (fixture.member(ROOT), fixture.member(ROOT));
    for _ in 0..3 {
        assert_eq!(fixture.reached("早", to_users(&[&a])), numbers([&a]));
    }
    assert_eq!(fixture.inbox(&a).len(), 3);
    // A send to one member counts for later sends to several.
    assert_eq!(fixture.reached("早", to_all()), numbers([&b]));
    assert_eq!(fixture.reached("早", to_users(&[&b])), numbers([&b]));
    // A single member selected by department, by role or among others is not "by userid".
    let alone = fixture.department(ROOT);
    fixture.place(&a, &[alone]);
    assert!(fixture.reached("早", to_departments(&[alone])).is_empty());
    let role = fixture.role(&[&a]);
    assert!(fixture.reached("早", Receivers { roles: vec![role], ..to_users(&[&a]) }).is_empty());
}

#[test]
fn a_member_named_twice_is_one_member() {
    let fixture = SendFixture::new();
    let a = fixture.member(ROOT);
    for _ in 0..2 {
        assert_eq!(fixture.reached("早", to_users(&[&a, &a])), numbers([&a]));
    }
}

#[test]
fn a_preview_does_not_count() {
    let fixture = SendFixture::new();
    let (a, b) = (fixture.member(ROOT), fixture.member(ROOT));
    let mut preview = fixture.text("早", to_users(&[&a]));
    preview.preview = true;
    fixture.send(preview).expect("a preview");
    assert_eq!(fixture.reached("早", to_all()), numbers([&a, &b]));
}

#[test]
fn recalled_sends_do_not_count() {
    let fixture = SendFixture::new();
    let (a, b) = (fixture.member(ROOT), fixture.member(ROOT));
    let first = fixture.send_text("早", to_all()).unwrap();
    fixture.recall(&first).unwrap();
    let second = fixture.send_text("早", to_all()).unwrap();
    assert_eq!(fixture.audience(&second), numbers([&a, &b]));
    assert_eq!(fixture.inbox(&a), [fixture.seq(&second)]);
    // Only the recalled send is ignored.
    let third = fixture.send_text("早", to_all()).unwrap();
    fixture.recall(&third).unwrap();
    assert!(fixture.reached("早", to_all()).is_empty());
}

#[test]
fn midnight_of_the_organisation_begins_a_new_day() {
    let mut fixture = SendFixture::new();
    let member = fixture.member(ROOT);
    assert_eq!(fixture.reached("早", to_all()), numbers([&member]));
    fixture.later(MIDNIGHT.0 - START.0 - 1);
    assert!(fixture.reached("早", to_all()).is_empty(), "one millisecond before midnight");
    assert_eq!(fixture.later(1), MIDNIGHT);
    assert_eq!(fixture.reached("早", to_all()), numbers([&member]), "at midnight");
    fixture.later(DAY_MS - 1);
    assert!(fixture.reached("早", to_all()).is_empty(), "the last millisecond of that day");
    fixture.later(1);
    assert_eq!(fixture.reached("早", to_all()), numbers([&member]));
}

#[test]
fn accounts_and_kinds_of_message_are_independent() {
    let mut fixture = SendFixture::new();
    let member = fixture.member(ROOT);
    let picture = fixture.picture();
    let image = |id: &MediaId| Message::Image { media_id: id.clone() };
    let markdown = |title: &str| Message::Markdown { title: title.to_owned(), text: "早".to_owned() };
    let messages = [
        Message::Text { content: "早".to_owned() },
        Message::Text { content: "早 ".to_owned() },
        markdown("甲"),
        markdown("乙"),
        image(&picture),
        image(&fixture.picture()),
    ];
    for message in &messages {
        let task = fixture.send(fixture.new_send(message.clone(), to_all())).unwrap();
        assert_eq!(fixture.audience(&task), numbers([&member]), "{message:?}");
    }
    for message in &messages {
        let task = fixture.send(fixture.new_send(message.clone(), to_all())).unwrap();
        assert!(fixture.audience(&task).is_empty(), "{message:?}");
    }
    fixture.account = fixture.add_account("别的").unwrap();
    assert_eq!(fixture.reached("早", to_all()), numbers([&member]));
}
