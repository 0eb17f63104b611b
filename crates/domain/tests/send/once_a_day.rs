use carillon_model::{
    id::{DeptId, MediaId},
    message::{Message, Receivers},
    time::{DAY_MS, Timestamp},
};

use crate::{
    company::{Company, numbers, to_all, to_departments, to_users},
    world::START,
};

const ROOT: DeptId = DeptId::ROOT;
/// The first midnight of Asia/Shanghai after the start.
const MIDNIGHT: Timestamp = Timestamp(1_760_025_600_000);

#[test]
fn the_same_content_reaches_only_those_who_have_not_got_it_today() {
    let company = Company::new();
    let east = company.department(ROOT);
    let (a, b, c) = (company.member(east), company.member(ROOT), company.member(ROOT));
    assert_eq!(company.reached("早", to_departments(&[east])), numbers([&a]));
    assert_eq!(company.reached("早", to_users(&[&a, &b])), numbers([&b]));
    assert_eq!(company.reached("早", to_all()), numbers([&c]));
    let again = company.tell("早", to_all()).expect("accepted, though nobody is left");
    assert!(company.audience(&again).is_empty());
    let late = company.member(east);
    assert_eq!(company.reached("早", to_all()), numbers([&late]));
    assert_eq!(
        company.reached("晚", to_all()),
        numbers([&a, &b, &c, &late]),
        "other content is another matter"
    );
    for member in [&a, &b, &c, &late] {
        assert_eq!(company.inbox(member).len(), 2);
    }
}

#[test]
fn one_member_by_name_gets_it_every_time() {
    let company = Company::new();
    let (a, b) = (company.member(ROOT), company.member(ROOT));
    for _ in 0..3 {
        assert_eq!(company.reached("早", to_users(&[&a])), numbers([&a]));
    }
    assert_eq!(company.inbox(&a).len(), 3);
    // What the member got by name counts for sends to several.
    assert_eq!(company.reached("早", to_all()), numbers([&b]));
    assert_eq!(company.reached("早", to_users(&[&b])), numbers([&b]));
    // One member found by department, by role or beside others is not "by name".
    let alone = company.department(ROOT);
    company.place(&a, &[alone]);
    assert!(company.reached("早", to_departments(&[alone])).is_empty());
    let role = company.role(&[&a]);
    assert!(company.reached("早", Receivers { roles: vec![role], ..to_users(&[&a]) }).is_empty());
}

#[test]
fn a_member_named_twice_is_one_member() {
    let company = Company::new();
    let a = company.member(ROOT);
    for _ in 0..2 {
        assert_eq!(company.reached("早", to_users(&[&a, &a])), numbers([&a]));
    }
}

#[test]
fn a_preview_does_not_count() {
    let company = Company::new();
    let (a, b) = (company.member(ROOT), company.member(ROOT));
    let mut preview = company.text("早", to_users(&[&a]));
    preview.preview = true;
    company.send(preview).expect("a preview");
    assert_eq!(company.reached("早", to_all()), numbers([&a, &b]));
}

#[test]
fn a_send_taken_back_does_not_count() {
    let company = Company::new();
    let (a, b) = (company.member(ROOT), company.member(ROOT));
    let first = company.tell("早", to_all()).unwrap();
    company.recall(&first).unwrap();
    let second = company.tell("早", to_all()).unwrap();
    assert_eq!(company.audience(&second), numbers([&a, &b]));
    assert_eq!(company.inbox(&a), [company.seq(&second)]);
    // Only the one that was taken back is forgotten.
    let third = company.tell("早", to_all()).unwrap();
    company.recall(&third).unwrap();
    assert!(company.reached("早", to_all()).is_empty());
}

#[test]
fn midnight_of_the_organisation_begins_a_new_day() {
    let mut company = Company::new();
    let member = company.member(ROOT);
    assert_eq!(company.reached("早", to_all()), numbers([&member]));
    company.later(MIDNIGHT.0 - START.0 - 1);
    assert!(company.reached("早", to_all()).is_empty(), "one millisecond before midnight");
    assert_eq!(company.later(1), MIDNIGHT);
    assert_eq!(company.reached("早", to_all()), numbers([&member]), "at midnight");
    company.later(DAY_MS - 1);
    assert!(company.reached("早", to_all()).is_empty(), "the last millisecond of that day");
    company.later(1);
    assert_eq!(company.reached("早", to_all()), numbers([&member]));
}

#[test]
fn accounts_and_kinds_of_message_are_independent() {
    let mut company = Company::new();
    let member = company.member(ROOT);
    let picture = company.picture();
    let image = |id: &MediaId| Message::Image { media_id: id.clone() };
    let markdown = |title: &str| Message::Markdown { title: title.to_owned(), text: "早".to_owned() };
    let messages = [
        Message::Text { content: "早".to_owned() },
        Message::Text { content: "早 ".to_owned() },
        markdown("甲"),
        markdown("乙"),
        image(&picture),
        image(&company.picture()),
    ];
    for message in &messages {
        let task = company.send(company.new_send(message.clone(), to_all())).unwrap();
        assert_eq!(company.audience(&task), numbers([&member]), "{message:?}");
    }
    for message in &messages {
        let task = company.send(company.new_send(message.clone(), to_all())).unwrap();
        assert!(company.audience(&task).is_empty(), "{message:?}");
    }
    company.account = company.add_account("别的").unwrap();
    assert_eq!(company.reached("早", to_all()), numbers([&member]));
}
