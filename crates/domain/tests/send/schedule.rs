//! Scheduled sends, with a clock that the test sets.

use std::sync::atomic::{AtomicUsize, Ordering};

use carillon_domain::send;
use carillon_model::{
    error::{Error, Result, Rule},
    id::{DeptId, TaskId},
    message::SendStatus,
    settings::SendSettings,
    time::Timestamp,
};

use crate::send::fixture::{SendFixture, numbers, to_all, to_departments, to_users};

const ROOT: DeptId = DeptId::ROOT;

fn schedule(fixture: &SendFixture, new: send::NewSend, ms: i64) -> Result<TaskId> {
    fixture.write(move |tx, env, corp| send::schedule(tx, env, corp, new, env.now().plus_ms(ms)))
}

fn send_due(fixture: &SendFixture, task: &TaskId) -> Result<()> {
    let task = task.clone();
    fixture.write(move |tx, env, corp| send::send_due(tx, env, corp, &task)).map(drop)
}

fn status(fixture: &SendFixture, task: &TaskId) -> SendStatus {
    let now = fixture.env.now();
    fixture
        .read(|tx, corp| tx.send_record(corp, &fixture.account, task, now))
        .unwrap()
        .expect("a record")
        .status
}

fn due(fixture: &SendFixture) -> Vec<TaskId> {
    let now = fixture.env.now();
    fixture.read(|tx, corp| tx.scheduled_due(corp, now, 100)).unwrap()
}

#[test]
fn a_scheduled_send_is_due_at_its_time_and_reaches_the_members_of_then() {
    let mut fixture = SendFixture::new();
    let east = fixture.department(ROOT);
    let (first, second) = (fixture.member(east), fixture.member(ROOT));
    let late = schedule(&fixture, fixture.text("晚", to_departments(&[east])), 2_000).unwrap();
    let task = schedule(&fixture, fixture.text("早", to_departments(&[east])), 1_000).unwrap();
    for (ms, expected, found) in [
        (0, SendStatus::Waiting, vec![]),
        (999, SendStatus::Waiting, vec![]),
        (1, SendStatus::Sending, vec![task.clone()]),
        (1_000, SendStatus::Sending, vec![task.clone(), late.clone()]),
    ] {
        fixture.later(ms);
        assert_eq!((status(&fixture, &task), due(&fixture)), (expected, found));
        fixture.reopen();
    }
    fixture.place(&first, &[ROOT]);
    fixture.place(&second, &[east]);
    send_due(&fixture, &task).unwrap();
    assert_eq!(fixture.audience(&task), numbers([&second]));
    assert_eq!((status(&fixture, &task), due(&fixture)), (SendStatus::Sent, vec![late]));
    assert_eq!(fixture.row(&fixture.account, &task).created_at, fixture.env.now());
}

#[test]
fn concurrent_attempts_send_once() {
    let mut fixture = SendFixture::new();
    let member = fixture.member(ROOT);
    let task = schedule(&fixture, fixture.text("早", to_all()), 1).unwrap();
    send_due(&fixture, &task).unwrap();
    assert_eq!(fixture.count(), 0, "too early");
    fixture.later(1);
    let tries = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                send_due(&fixture, &task).unwrap();
                tries.fetch_add(1, Ordering::Relaxed);
            });
        }
    });
    assert_eq!((tries.load(Ordering::Relaxed), fixture.count()), (8, 1));
    assert_eq!(fixture.inbox(&member).len(), 1);
}

#[test]
fn a_refusal_leaves_nothing_but_its_reason() {
    let mut fixture = SendFixture::with(SendSettings { daily: 1, ..SendSettings::default() });
    let member = fixture.member(ROOT);
    let task = schedule(&fixture, fixture.text("早", to_all()), 1_000).unwrap();
    fixture.later(1_000);
    fixture.send_text("先", to_all()).unwrap();
    let refused = send_due(&fixture, &task).unwrap_err();
    assert_eq!(refused, Error::Rule(Rule::DailySendsUsedUp));
    assert_eq!(status(&fixture, &task), SendStatus::Sending, "the whole unit of work is undone");
    let (failed, reason) = (task.clone(), refused.clone());
    fixture.write(move |tx, _, corp| send::fail(tx, corp, &failed, &reason.to_string())).unwrap();
    assert_eq!(status(&fixture, &task), SendStatus::Failed);
    let now = fixture.env.now();
    let record =
        fixture.read(|tx, corp| tx.send_record(corp, &fixture.account, &task, now)).unwrap().unwrap();
    assert!(record.reason.unwrap().contains("DailySendsUsedUp"));
    send_due(&fixture, &task).unwrap();
    assert_eq!((fixture.inbox(&member).len(), due(&fixture).len()), (1, 0));
    // Its uuid stays used.
    let again = send::NewSend { uuid: "u".to_owned(), ..fixture.text("又", to_users(&[&member])) };
    schedule(&fixture, again.clone(), 1).unwrap();
    assert_eq!(fixture.send(again.clone()).unwrap_err(), Error::Rule(Rule::UuidTaken));
    assert_eq!(schedule(&fixture, again, 1).unwrap_err(), Error::Rule(Rule::UuidTaken));
}

#[test]
fn only_a_pending_send_can_be_cancelled() {
    let mut fixture = SendFixture::new();
    fixture.member(ROOT);
    let cancel = |fixture: &SendFixture, task: &TaskId| {
        let (account, task) = (fixture.account.clone(), task.clone());
        fixture.write(move |tx, env, corp| send::cancel(tx, env, corp, &account, &task))
    };
    let task = schedule(&fixture, fixture.text("早", to_all()), 1).unwrap();
    fixture.later(1);
    cancel(&fixture, &task).unwrap();
    send_due(&fixture, &task).unwrap();
    assert_eq!((fixture.count(), status(&fixture, &task)), (0, SendStatus::Recalled));
    assert_eq!(cancel(&fixture, &task).unwrap_err(), Error::Rule(Rule::NotWaiting));
    let sent = fixture.send_text("晚", to_all()).unwrap();
    assert_eq!(cancel(&fixture, &sent).unwrap_err(), Error::Rule(Rule::NotWaiting));
    assert_eq!(cancel(&fixture, &TaskId::from("x")).unwrap_err(), Error::Rule(Rule::UnknownTask));
    let past = fixture.write({
        let new = fixture.text("昨", to_all());
        move |tx, env, corp| send::schedule(tx, env, corp, new, Timestamp(env.now().0))
    });
    assert!(matches!(past, Err(Error::Invalid { field, .. }) if field == "send_time"));
}

#[test]
fn a_server_fault_is_retried_and_fails_after_the_last_attempt() {
    let fixture = &mut SendFixture::new();
    fixture.member(ROOT);
    let (task, other) = (
        schedule(fixture, fixture.text("早", to_all()), 1_000).unwrap(),
        schedule(fixture, fixture.text("晚", to_all()), 1_000).unwrap(),
    );
    fixture.later(1_000);
    let postpone = |fixture: &SendFixture| {
        let task = task.clone();
        let fault = Error::internal("a damaged row");
        fixture.write(move |tx, env, corp| send::postpone(tx, env, corp, &task, &fault)).unwrap();
    };
    for (wait_ms, attempt) in [10_000, 60_000, 300_000, 1_800_000].into_iter().zip(1..) {
        assert!(due(fixture).contains(&task), "attempt {attempt}");
        postpone(fixture);
        assert_eq!(due(fixture), vec![other.clone()], "the other one is not held up");
        assert_eq!(status(fixture, &task), SendStatus::Sending);
        fixture.later(wait_ms - 1);
        assert_eq!(due(fixture), vec![other.clone()]);
        // Up to a tenth more.
        fixture.later(wait_ms / 10 + 1);
    }
    postpone(fixture);
    assert_eq!((status(fixture, &task), due(fixture)), (SendStatus::Failed, vec![other.clone()]));
    let now = fixture.env.now();
    let record =
        fixture.read(|tx, corp| tx.send_record(corp, &fixture.account, &task, now)).unwrap().unwrap();
    assert_eq!(record.reason.unwrap(), "an internal error of the server, in 5 attempts");
    // A repeat does no harm, and sends that were sent or cancelled meanwhile do not come back.
    postpone(fixture);
    assert_eq!(status(fixture, &task), SendStatus::Failed);
    send_due(fixture, &other).unwrap();
    assert_eq!(status(fixture, &other), SendStatus::Sent);
}
