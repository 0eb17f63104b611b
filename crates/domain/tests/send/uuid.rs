use std::{sync::Barrier, thread};

use carillon_model::{
    error::{Error, Rule},
    id::DeptId,
    time::DAY_MS,
};

use crate::send::fixture::{SendFixture, broken, numbers, to_all, to_users};

#[test]
fn a_uuid_is_used_once() {
    let mut fixture = SendFixture::new();
    let member = fixture.member(DeptId::ROOT);
    let mut new = fixture.text("早", to_all());
    let task = fixture.send(new.clone()).unwrap();
    broken(fixture.send(new.clone()), Rule::UuidTaken);
    fixture.recall(&task).unwrap();
    broken(fixture.send(new.clone()), Rule::UuidTaken);
    fixture.later(40 * DAY_MS);
    new.message = fixture.text("晚", to_all()).message;
    new.receivers = to_users(&[&member]);
    broken(fixture.send(new.clone()), Rule::UuidTaken);
    fixture.reopen();
    broken(fixture.send(new.clone()), Rule::UuidTaken);
    let mut similar = new.clone();
    similar.uuid = new.uuid.to_uppercase();
    fixture.send(similar).expect("letters count");
    assert_eq!(fixture.count(), 2);

    let first = fixture.account.clone();
    new.account = fixture.add_account("别的").unwrap();
    let other = fixture.send(new.clone()).expect("another account has uuids of its own");
    assert_eq!(fixture.audience_of(&new.account, &other), numbers([&member]));
    fixture.corp = fixture.other_corp();
    fixture.account = fixture.add_account("新闻").unwrap();
    assert_ne!(fixture.account, first);
    fixture.member(DeptId::ROOT);
    (new.account, new.receivers) = (fixture.account.clone(), to_all());
    fixture.send(new).expect("so does another organisation");
}

#[test]
fn a_refused_send_leaves_its_uuid_free() {
    let fixture = SendFixture::new();
    let mut new = fixture.text("早", to_all());
    broken(fixture.send(new.clone()), Rule::NoReceivers);
    fixture.member(DeptId::ROOT);
    new.preview = true;
    broken(fixture.send(new.clone()), Rule::NoReceivers);
    new.preview = false;
    fixture.send(new).unwrap();
}

#[test]
fn concurrent_duplicates_are_accepted_once() {
    const CALLERS: usize = 32;
    let fixture = SendFixture::new();
    let member = fixture.member(DeptId::ROOT);
    let new = fixture.text("早", to_all());
    let start = Barrier::new(CALLERS);
    let results: Vec<_> = thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    fixture.send(new.clone())
                })
            })
            .collect();
        callers.into_iter().map(|caller| caller.join().unwrap()).collect()
    });
    let accepted: Vec<_> = results.iter().flatten().collect();
    assert_eq!(accepted.len(), 1);
    assert_eq!(results.iter().filter(|one| **one == Err(Error::Rule(Rule::UuidTaken))).count(), CALLERS - 1);
    assert_eq!(fixture.count(), 1);
    assert_eq!(fixture.inbox(&member), [fixture.seq(accepted[0])]);
}

#[test]
fn concurrent_sends_of_the_same_content_reach_each_member_once() {
    const CALLERS: usize = 16;
    let fixture = SendFixture::new();
    let members = fixture.members(DeptId::ROOT, 5);
    let start = Barrier::new(CALLERS);
    let sizes: usize = thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    fixture.reached("早", to_all()).len()
                })
            })
            .collect();
        callers.into_iter().map(|caller| caller.join().unwrap()).sum()
    });
    assert_eq!(sizes, members.len());
    for member in &members {
        assert_eq!(fixture.inbox(member).len(), 1);
    }
}
