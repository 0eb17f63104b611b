use carillon_model::{
    error::{Error, Result, Rule},
    id::{DeptId, TaskId},
};
use carillon_store::LiveEvent;

use crate::send::fixture::{Numbers, SendFixture, broken, numbers, to_all, to_users};

const ROOT: DeptId = DeptId::ROOT;

#[derive(Debug, PartialEq)]
enum Announced {
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
            panic!("unexpected event: {event:?}")
        };
        assert_eq!((corp, account), (&fixture.corp, &fixture.account));
        let numbers =
            |audience: &carillon_model::audience::Audience| audience.iter().map(|one| one.0).collect();
        match event {
            LiveEvent::Sent { task, audience, .. } => Announced::Sent(task, numbers(&audience)),
            LiveEvent::Recalled { task, audience, .. } => Announced::Recalled(task, numbers(&audience)),
            other => panic!("{other:?}"),
        }
    };
    let first = fixture.send_text("早", to_users(&[&a])).unwrap();
    assert_eq!(next(), Announced::Sent(first.clone(), numbers([&a])));

    let mut duplicate = fixture.text("晚", to_all());
    duplicate.uuid = "uuid".to_owned();
    fixture
        .send(duplicate.clone())
        .map(|task| assert_eq!(next(), Announced::Sent(task, numbers([&a, &b]))))
        .unwrap();
    broken(fixture.send(duplicate), Rule::UuidTaken);
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
    assert_eq!(next(), Announced::Sent(second.clone(), numbers([&b])), "without those who had the content");
    fixture.remove(&b);
    fixture.recall(&second).unwrap();
    assert_eq!(next(), Announced::Recalled(second.clone(), numbers([&b])), "everybody who had received it");
    broken(fixture.recall(&second), Rule::AlreadyRecalled);
    fixture.recall(&first).unwrap();
    assert_eq!(next(), Announced::Recalled(first, numbers([&a])));
}
