//! Blocked members and the allowed scope, in the snapshot and in the inbox.

use carillon_domain::account::audience::{self, NewScope};
use carillon_model::{
    contact::Member,
    error::Rule,
    id::{DeptId, UserId},
};

use crate::send::fixture::{SendFixture, broken, numbers, to_all, to_users};

const ROOT: DeptId = DeptId::ROOT;

fn names(members: &[&Member]) -> Vec<UserId> {
    members.iter().map(|member| member.userid.clone()).collect()
}

fn block(fixture: &SendFixture, members: &[&Member]) {
    let (account, users) = (fixture.account.clone(), names(members));
    fixture.write(move |tx, _, corp| audience::set_blocked(tx, corp, &account, &users)).unwrap();
}

fn scope(fixture: &SendFixture, all: bool, members: &[&Member], departments: &[DeptId]) {
    let account = fixture.account.clone();
    let scope = NewScope { all, users: names(members), departments: departments.to_vec() };
    fixture.write(move |tx, _, corp| audience::set_scope(tx, corp, &account, scope)).unwrap();
}

fn is_fresh(fixture: &mut SendFixture) {
    let stored = fixture.state();
    assert!(stored == fixture.reopen());
}

#[test]
fn a_restart_loads_the_stored_lists() {
    let mut fixture = SendFixture::new();
    let east = fixture.department(ROOT);
    let members = fixture.members(east, 3);
    is_fresh(&mut fixture);
    block(&fixture, &[&members[0], &members[1]]);
    is_fresh(&mut fixture);
    scope(&fixture, false, &[&members[0]], &[east]);
    is_fresh(&mut fixture);
    fixture.remove(&members[0]);
    is_fresh(&mut fixture);
    let account_audience = fixture.state().corp(&fixture.corp).unwrap().account_audience(&fixture.account);
    assert_eq!(account_audience.blocked.userids().collect::<Vec<_>>(), [&members[1].userid]);
    assert_eq!(account_audience.allowed_users.userids().count(), 0);
    block(&fixture, &[]);
    scope(&fixture, true, &[], &[]);
    is_fresh(&mut fixture);
}

#[test]
fn a_blocked_member_keeps_the_past_and_gets_nothing_new() {
    let mut fixture = SendFixture::new();
    let members = fixture.members(ROOT, 300);
    let old = fixture.seq(&fixture.send_text("旧", to_all()).unwrap());
    let named = fixture.seq(&fixture.send_text("名", to_users(&[&members[0]])).unwrap());
    block(&fixture, &[&members[0]]);
    let new = fixture.seq(&fixture.send_text("新", to_all()).unwrap());
    assert_eq!(fixture.inbox(&members[0]), [named, old]);
    assert_eq!(fixture.inbox(&members[1]), [new, old]);
    fixture.reopen();
    assert_eq!(fixture.inbox(&members[0]), [named, old]);
    broken(fixture.send_text("名", to_users(&[&members[0]])), Rule::NoReceivers);
    block(&fixture, &[]);
    assert_eq!(fixture.reached("新", to_all()), numbers([&members[0]]), "the others had it today");
}

#[test]
fn the_limit_of_receivers_counts_the_final_audience() {
    let mut fixture = SendFixture::new();
    let members = fixture.members(ROOT, 4);
    let limits = carillon_model::settings::SendSettings { max_receivers: 3, ..Default::default() };
    fixture.limit(limits);
    broken(fixture.send_text("早", to_all()), Rule::TooManyReceivers);
    block(&fixture, &[&members[0]]);
    assert_eq!(fixture.reached("早", to_all()), numbers(&members[1..]));
}

#[test]
fn members_outside_of_the_scope_are_named_in_the_error() {
    let fixture = SendFixture::new();
    let (inside, outside) = (fixture.member(ROOT), fixture.member(ROOT));
    scope(&fixture, false, &[&inside], &[]);
    let reason = broken(fixture.send_text("早", to_users(&[&outside, &inside])), Rule::ReceiverUsersInvalid);
    assert!(reason.starts_with(outside.userid.as_str()), "{reason}");
    assert!(!reason.contains(inside.userid.as_str()), "{reason}");
    assert_eq!(fixture.reached("早", to_all()), numbers([&inside]));
    let many = vec![inside.userid.clone(); audience::MAX_LIST_LENGTH + 1];
    let account = fixture.account.clone();
    broken(
        fixture.write(move |tx, _, corp| audience::set_operators(tx, corp, &account, &many)),
        Rule::TooManyUsers,
    );
}
