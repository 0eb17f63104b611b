use carillon_model::{
    error::{Error, Result, Rule},
    id::{DeptId, TaskId},
};
use carillon_store::LiveEvent;

use crate::send::fixture::{Numbers, SendFixture, broken, numbers, to_all, to_users};

const ROOT: DeptId = DeptId::ROOT;

#[derive(Debug, PartialEq)]
enum Heard {
    Sent(TaskId, Numbers),
    Recalled(TaskId, Numbers),
}

#[test]
fn listeners_receive_only_committed_events() {
    let fixture = SendFixture::new();
    let (a, b) = (fixture.member(ROOT), fixture.member(ROOT));
    let mut listener = fixture.store().subscribe();
    let mut next = || {
        let event = listener.blocking_recv().unwrap();
        let (LiveEvent::Sent { corp, account, .. } | LiveEvent::Recalled { corp, account, .. }) = &event
        else {
            panic!("nobody talked")
        };
        assert_eq!((corp, account), (&fixture.corp, &fixture.account));
        let numbers =
            |audience: &carillon_model::audience::Audience| audience.iter().map(|one| one.0).collect();
        match event {
            LiveEvent::Sent { task, audience, .. } => Heard::Sent(task, numbers(&audience)),
            LiveEvent::Recalled { task, audience, .. } => Heard::Recalled(task, numbers(&audience)),
            other => panic!("{other:?}"),
        }
    };
    let first = fixture.send_text("早", to_users(&[&a])).unwrap();
    assert_eq!(next(), Heard::Sent(first.clone(), numbers([&a])));

    let mut taken = fixture.text("晚", to_all());
    taken.uuid = "uuid".to_owned();
    fixture.send(taken.clone()).map(|task| assert_eq!(next(), Heard::Sent(task, numbers([&a, &b])))).unwrap();
    broken(fixture.send(taken), Rule::UuidTaken);
    broken(fixture.send_text("晚", Default::default()), Rule::NoReceivers);
    broken(fixture.recall(&TaskId::from("nothing")), Rule::UnknownTask);
    // A send whose unit of work fails later is not announced either.
    let new = fixture.text("夜", to_all());
    let undone: Result<()> = fixture.write(move |tx, env, corp| {
        carillon_domain::send::create(tx, env, corp, new)?;
        Err(Error::internal("on purpose"))
    });
    assert!(undone.is_err());
    assert_eq!(fixture.count(), 2);

    let second = fixture.send_text("早", to_all()).unwrap();
    assert_eq!(next(), Heard::Sent(second.clone(), numbers([&b])), "without those who had the content");
    fixture.remove(&b);
    fixture.recall(&second).unwrap();
    assert_eq!(next(), Heard::Recalled(second.clone(), numbers([&b])), "everybody who had received it");
    broken(fixture.recall(&second), Rule::AlreadyRecalled);
    fixture.recall(&first).unwrap();
    assert_eq!(next(), Heard::Recalled(first, numbers([&a])));
}
