//! The reach of a send: it always equals what the send then does.

use carillon_domain::{
    account::audience,
    send::{self, QuotaLeft, Reach},
};
use carillon_model::{
    error::{Error, Rule},
    id::{DeptId, RoleId, UserId},
    message::{Message, Receivers},
    settings::SendSettings,
};
use proptest::{collection::vec, prelude::*};

use crate::send::fixture::{SendFixture, broken, to_all, to_departments, to_users};

const ROOT: DeptId = DeptId::ROOT;

fn reach(fixture: &SendFixture, receivers: &Receivers, content: &str) -> Reach {
    let message = Message::Text { content: content.to_owned() };
    fixture
        .read(|tx, corp| send::reach(tx, &fixture.env, corp, &fixture.account, receivers, Some(&message)))
        .expect("a reach")
}

fn left(fixture: &SendFixture) -> QuotaLeft {
    fixture.read(|tx, corp| send::quota_left(tx, &fixture.env, corp, &fixture.account)).expect("what is left")
}

#[test]
fn it_counts_whom_a_send_leaves_out_and_why() {
    let fixture = SendFixture::new();
    let (east, west) = (fixture.department(ROOT), fixture.department(ROOT));
    let (a, b, c) = (fixture.member(east), fixture.member(east), fixture.member(west));
    let gone = fixture.member(east);
    fixture.remove(&gone);
    let account = fixture.account.clone();
    let (blocked, allowed) = (b.userid.clone(), vec![a.userid.clone(), b.userid.clone()]);
    fixture
        .write(move |tx, _, corp| {
            audience::set_member_blocked(tx, corp, &account, &blocked, true)?;
            let scope = audience::NewScope { all: false, users: allowed, departments: Vec::new() };
            audience::set_scope(tx, corp, &account, scope)
        })
        .unwrap();
    assert_eq!(
        reach(&fixture, &to_all(), "早"),
        Reach { named: 3, receivers: 1, outside: 1, blocked: 1, ..Reach::default() }
    );
    fixture.send_text("早", to_departments(&[east])).unwrap();
    assert_eq!(
        reach(&fixture, &to_all(), "早"),
        Reach { named: 3, receivers: 0, outside: 1, blocked: 1, repeated: 1, ..Reach::default() }
    );
    assert_eq!(reach(&fixture, &to_all(), "晚").receivers, 1);
    assert_eq!(
        reach(&fixture, &to_users(&[&a]), "早").receivers,
        1,
        "one member is never left out for a repeat"
    );
    let found = reach(&fixture, &to_users(&[&a, &c, &gone]), "晚");
    assert_eq!((found.unknown, found.unreachable), (vec![gone.userid], vec![c.userid]));
    let invalid = |receivers: Receivers| {
        let found =
            fixture.read(|tx, corp| send::reach(tx, &fixture.env, corp, &fixture.account, &receivers, None));
        match found.unwrap_err() {
            Error::Invalid { field, .. } => field.into_owned(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(invalid(to_departments(&[DeptId(9_999)])), "dep_id_list[0]");
    assert_eq!(invalid(Receivers { roles: vec![RoleId(9_999)], ..Receivers::default() }), "roleIds[0]");
    let users = |count| Receivers { users: vec![UserId::from("x"); count], ..Receivers::default() };
    assert_eq!(reach(&fixture, &users(send::MAX_NAMED), "早").unknown.len(), send::MAX_NAMED);
    let receivers = users(send::MAX_NAMED + 1);
    broken(
        fixture.read(|tx, corp| send::reach(tx, &fixture.env, corp, &fixture.account, &receivers, None)),
        Rule::TooManyUsers,
    );
}

#[test]
fn it_knows_the_limit_of_receivers() {
    let fixture = SendFixture::with(SendSettings { max_receivers: 2, ..SendSettings::UNLIMITED });
    fixture.members(ROOT, 2);
    assert_eq!(reach(&fixture, &to_all(), "早").exceeded_limit, None);
    fixture.member(ROOT);
    assert_eq!(reach(&fixture, &to_all(), "早").exceeded_limit, Some(2));
    broken(fixture.send_text("早", to_all()), Rule::TooManyReceivers);
}

#[test]
fn it_has_what_the_quotas_leave() {
    let mut fixture = SendFixture::with(SendSettings::UNLIMITED);
    let members = fixture.members(ROOT, 4);
    assert_eq!(left(&fixture), QuotaLeft { sends: None, receivers: None, next_at: None });
    fixture.limit(SendSettings {
        daily: 2,
        daily_receivers_factor: 3,
        min_interval_ms: 60_000,
        ..SendSettings::UNLIMITED
    });
    assert_eq!(left(&fixture), QuotaLeft { sends: Some(2), receivers: Some(12), next_at: None });
    fixture.send_text("早", to_all()).unwrap();
    let next_at = fixture.env.now().plus_ms(60_000);
    assert_eq!(left(&fixture), QuotaLeft { sends: Some(1), receivers: Some(8), next_at: Some(next_at) });
    fixture.later(59_999);
    broken(fixture.send_text("午", to_all()), Rule::SendTooFrequent);
    fixture.later(1);
    assert_eq!(left(&fixture).next_at, None);
    fixture.send_text("午", to_users(&[&members[0], &members[1]])).unwrap();
    fixture.later(60_000);
    assert_eq!(left(&fixture), QuotaLeft { sends: Some(0), receivers: Some(6), next_at: None });
    broken(fixture.send_text("晚", to_all()), Rule::DailySendsUsedUp);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: testkit::env::cases(48), ..ProptestConfig::default() })]

    /// Whatever is named, scoped, blocked and sent before: the reach is the audience of the send.
    #[test]
    fn it_is_the_audience_of_the_send(
        placed in vec(0_usize..3, 6),
        blocked in vec(any::<bool>(), 6),
        scope in proptest::option::of((vec(any::<bool>(), 6), vec(any::<bool>(), 3))),
        before in vec(any::<bool>(), 6),
        all in any::<bool>(),
        users in vec(any::<bool>(), 6),
        departments in vec(any::<bool>(), 3),
    ) {
        let fixture = SendFixture::with(SendSettings::UNLIMITED);
        let east = fixture.department(ROOT);
        let places = [ROOT, east, fixture.department(east)];
        let members: Vec<_> = placed.iter().map(|place| fixture.member(places[*place])).collect();
        let pick = |chosen: &[bool]| -> Vec<UserId> {
            members.iter().zip(chosen).filter(|(_, chosen)| **chosen).map(|(member, _)| member.userid.clone()).collect()
        };
        let pick_departments = |chosen: &[bool]| -> Vec<DeptId> {
            places.iter().zip(chosen).filter(|(_, chosen)| **chosen).map(|(id, _)| *id).collect()
        };
        let first = Receivers { users: pick(&before), ..Receivers::default() };
        if !first.users.is_empty() {
            fixture.send_text("早", first).unwrap();
        }
        let (account, blocked) = (fixture.account.clone(), pick(&blocked));
        fixture.write(move |tx, _, corp| {
            for userid in &blocked {
                audience::set_member_blocked(tx, corp, &account, userid, true)?;
            }
            Ok(())
        }).unwrap();
        if let Some((users, departments)) = &scope {
            let scope = audience::NewScope { all: false, users: pick(users), departments: pick_departments(departments) };
            let account = fixture.account.clone();
            fixture.write(move |tx, _, corp| audience::set_scope(tx, corp, &account, scope)).unwrap();
        }
        let receivers = Receivers { all, users: pick(&users), departments: pick_departments(&departments), roles: Vec::new() };
        let found = reach(&fixture, &receivers, "早");
        prop_assert_eq!(found.named, found.receivers + found.outside + found.blocked + found.repeated);
        match fixture.send_text("早", receivers) {
            Ok(task) => prop_assert_eq!(fixture.audience(&task).len() as u64, found.receivers),
            Err(Error::Rule(Rule::NoReceivers)) => prop_assert_eq!(found.receivers + found.repeated, 0),
            Err(Error::RuleBecause(Rule::ReceiverUsersInvalid, _)) => prop_assert!(!found.unreachable.is_empty()),
            Err(other) => prop_assert!(false, "{:?}", other),
        }
    }
}
