use std::{sync::Barrier, thread};

use carillon_model::{
    error::{Error, Rule},
    id::DeptId,
    time::DAY_MS,
};

use crate::company::{Company, broken, numbers, to_all, to_users};

#[test]
fn a_uuid_is_used_once() {
    let mut company = Company::new();
    let member = company.member(DeptId::ROOT);
    let mut new = company.text("早", to_all());
    let task = company.send(new.clone()).unwrap();
    broken(company.send(new.clone()), Rule::UuidTaken);
    company.recall(&task).unwrap();
    broken(company.send(new.clone()), Rule::UuidTaken);
    company.later(40 * DAY_MS);
    new.message = company.text("晚", to_all()).message;
    new.receivers = to_users(&[&member]);
    broken(company.send(new.clone()), Rule::UuidTaken);
    company.reopen();
    broken(company.send(new.clone()), Rule::UuidTaken);
    let mut similar = new.clone();
    similar.uuid = new.uuid.to_uppercase();
    company.send(similar).expect("letters count");
    assert_eq!(company.count(), 2);

    let first = company.account.clone();
    new.account = company.add_account("别的").unwrap();
    let other = company.send(new.clone()).expect("another account has uuids of its own");
    assert_eq!(company.audience_of(&new.account, &other), numbers([&member]));
    company.corp = company.other_corp();
    company.account = company.add_account("新闻").unwrap();
    assert_ne!(company.account, first);
    company.member(DeptId::ROOT);
    (new.account, new.receivers) = (company.account.clone(), to_all());
    company.send(new).expect("so does another organisation");
}

#[test]
fn a_refused_send_leaves_its_uuid_free() {
    let company = Company::new();
    let mut new = company.text("早", to_all());
    broken(company.send(new.clone()), Rule::NoReceivers);
    company.member(DeptId::ROOT);
    new.preview = true;
    broken(company.send(new.clone()), Rule::NoReceivers);
    new.preview = false;
    company.send(new).unwrap();
}

#[test]
fn of_many_at_once_exactly_one_is_accepted() {
    const CALLERS: usize = 32;
    let company = Company::new();
    let member = company.member(DeptId::ROOT);
    let new = company.text("早", to_all());
    let start = Barrier::new(CALLERS);
    let results: Vec<_> = thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    company.send(new.clone())
                })
            })
            .collect();
        callers.into_iter().map(|caller| caller.join().unwrap()).collect()
    });
    let accepted: Vec<_> = results.iter().flatten().collect();
    assert_eq!(accepted.len(), 1);
    assert_eq!(results.iter().filter(|one| **one == Err(Error::Rule(Rule::UuidTaken))).count(), CALLERS - 1);
    assert_eq!(company.count(), 1);
    assert_eq!(company.inbox(&member), [company.seq(accepted[0])]);
}

#[test]
fn of_the_same_content_at_once_each_member_gets_one() {
    const CALLERS: usize = 16;
    let company = Company::new();
    let members = company.members(DeptId::ROOT, 5);
    let start = Barrier::new(CALLERS);
    let sizes: usize = thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    company.reached("早", to_all()).len()
                })
            })
            .collect();
        callers.into_iter().map(|caller| caller.join().unwrap()).sum()
    });
    assert_eq!(sizes, members.len());
    for member in &members {
        assert_eq!(company.inbox(member).len(), 1);
    }
}
