//! Blocked members and the allowed scope, in the snapshot and in the inbox.

use carillon_domain::account::reach::{self, NewScope};
use carillon_model::{
    contact::Member,
    error::Rule,
    id::{DeptId, UserId},
};

use crate::company::{Company, broken, numbers, to_all, to_users};

const ROOT: DeptId = DeptId::ROOT;

fn names(members: &[&Member]) -> Vec<UserId> {
    members.iter().map(|member| member.userid.clone()).collect()
}

fn block(company: &Company, members: &[&Member]) {
    let (account, users) = (company.account.clone(), names(members));
    company.write(move |tx, _, corp| reach::set_blocked(tx, corp, &account, &users)).unwrap();
}

fn scope(company: &Company, all: bool, members: &[&Member], departments: &[DeptId]) {
    let account = company.account.clone();
    let scope = NewScope { all, users: names(members), departments: departments.to_vec() };
    company.write(move |tx, _, corp| reach::set_scope(tx, corp, &account, scope)).unwrap();
}

fn is_fresh(company: &mut Company) {
    let kept = company.state();
    assert!(kept == company.reopen());
}

#[test]
fn a_fresh_start_loads_what_was_kept() {
    let mut company = Company::new();
    let east = company.department(ROOT);
    let members = company.members(east, 3);
    is_fresh(&mut company);
    block(&company, &[&members[0], &members[1]]);
    is_fresh(&mut company);
    scope(&company, false, &[&members[0]], &[east]);
    is_fresh(&mut company);
    company.remove(&members[0]);
    is_fresh(&mut company);
    let reach = company.state().corp(&company.corp).unwrap().reach(&company.account);
    assert_eq!(reach.blocked.userids().collect::<Vec<_>>(), [&members[1].userid]);
    assert_eq!(reach.allowed_users.userids().count(), 0);
    block(&company, &[]);
    scope(&company, true, &[], &[]);
    is_fresh(&mut company);
}

#[test]
fn a_blocked_member_keeps_the_past_and_gets_nothing_new() {
    let mut company = Company::new();
    let members = company.members(ROOT, 300);
    let old = company.seq(&company.tell("旧", to_all()).unwrap());
    let named = company.seq(&company.tell("名", to_users(&[&members[0]])).unwrap());
    block(&company, &[&members[0]]);
    let new = company.seq(&company.tell("新", to_all()).unwrap());
    assert_eq!(company.inbox(&members[0]), [named, old]);
    assert_eq!(company.inbox(&members[1]), [new, old]);
    company.reopen();
    assert_eq!(company.inbox(&members[0]), [named, old]);
    broken(company.tell("名", to_users(&[&members[0]])), Rule::NoReceivers);
    block(&company, &[]);
    assert_eq!(company.reached("新", to_all()), numbers([&members[0]]), "the others had it today");
}

#[test]
fn the_limit_of_receivers_counts_those_that_are_left() {
    let mut company = Company::new();
    let members = company.members(ROOT, 4);
    let limits = carillon_model::settings::SendSettings { max_receivers: 3, ..Default::default() };
    company.limit(limits);
    broken(company.tell("早", to_all()), Rule::TooManyReceivers);
    block(&company, &[&members[0]]);
    assert_eq!(company.reached("早", to_all()), numbers(&members[1..]));
}

#[test]
fn who_is_named_outside_of_the_scope_is_told() {
    let company = Company::new();
    let (inside, outside) = (company.member(ROOT), company.member(ROOT));
    scope(&company, false, &[&inside], &[]);
    let reason = broken(company.tell("早", to_users(&[&outside, &inside])), Rule::ReceiverUsersInvalid);
    assert!(reason.starts_with(outside.userid.as_str()), "{reason}");
    assert!(!reason.contains(inside.userid.as_str()), "{reason}");
    assert_eq!(company.reached("早", to_all()), numbers([&inside]));
    let many = vec![inside.userid.clone(); reach::MAX_LISTED + 1];
    let account = company.account.clone();
    broken(
        company.write(move |tx, _, corp| reach::set_operators(tx, corp, &account, &many)),
        Rule::TooManyUsers,
    );
}
