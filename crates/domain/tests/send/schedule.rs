//! Sends for later, with a clock that can be set.

use std::sync::atomic::{AtomicUsize, Ordering};

use carillon_domain::send;
use carillon_model::{
    error::{Error, Result, Rule},
    id::{DeptId, TaskId},
    message::SendStatus,
    settings::SendSettings,
    time::Timestamp,
};

use crate::company::{Company, numbers, to_all, to_departments, to_users};

const ROOT: DeptId = DeptId::ROOT;

fn schedule(company: &Company, new: send::NewSend, ms: i64) -> Result<TaskId> {
    company.write(move |tx, env, corp| send::schedule(tx, env, corp, new, env.now().plus_ms(ms)))
}

fn send_due(company: &Company, task: &TaskId) -> Result<()> {
    let task = task.clone();
    company.write(move |tx, env, corp| send::send_due(tx, env, corp, &task))
}

fn status(company: &Company, task: &TaskId) -> SendStatus {
    let now = company.env.now();
    company
        .read(|tx, corp| tx.send_record(corp, &company.account, task, now))
        .unwrap()
        .expect("a record")
        .status
}

fn due(company: &Company) -> Vec<TaskId> {
    let now = company.env.now();
    let found = company.read(|tx, _| tx.scheduled_due(now, 100)).unwrap();
    found.into_iter().map(|(_, task)| task).collect()
}

#[test]
fn it_is_due_at_its_moment_and_reaches_who_is_there_then() {
    let mut company = Company::new();
    let east = company.department(ROOT);
    let (first, second) = (company.member(east), company.member(ROOT));
    let late = schedule(&company, company.text("晚", to_departments(&[east])), 2_000).unwrap();
    let task = schedule(&company, company.text("早", to_departments(&[east])), 1_000).unwrap();
    for (ms, expected, found) in [
        (0, SendStatus::Waiting, vec![]),
        (999, SendStatus::Waiting, vec![]),
        (1, SendStatus::Sending, vec![task.clone()]),
        (1_000, SendStatus::Sending, vec![task.clone(), late.clone()]),
    ] {
        company.later(ms);
        assert_eq!((status(&company, &task), due(&company)), (expected, found));
        company.reopen();
    }
    company.place(&first, &[ROOT]);
    company.place(&second, &[east]);
    send_due(&company, &task).unwrap();
    assert_eq!(company.audience(&task), numbers([&second]));
    assert_eq!((status(&company, &task), due(&company)), (SendStatus::Sent, vec![late]));
    assert_eq!(company.row(&company.account, &task).created_at, company.env.now());
}

#[test]
fn it_is_sent_once_however_many_try() {
    let mut company = Company::new();
    let member = company.member(ROOT);
    let task = schedule(&company, company.text("早", to_all()), 1).unwrap();
    send_due(&company, &task).unwrap();
    assert_eq!(company.count(), 0, "too early");
    company.later(1);
    let tries = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                send_due(&company, &task).unwrap();
                tries.fetch_add(1, Ordering::Relaxed);
            });
        }
    });
    assert_eq!((tries.load(Ordering::Relaxed), company.count()), (8, 1));
    assert_eq!(company.inbox(&member).len(), 1);
}

#[test]
fn a_refusal_leaves_nothing_but_its_reason() {
    let mut company = Company::with(SendSettings { daily: 1, ..SendSettings::default() });
    let member = company.member(ROOT);
    let task = schedule(&company, company.text("早", to_all()), 1_000).unwrap();
    company.later(1_000);
    company.tell("先", to_all()).unwrap();
    let refused = send_due(&company, &task).unwrap_err();
    assert_eq!(refused, Error::Rule(Rule::DailySendsUsedUp));
    assert_eq!(status(&company, &task), SendStatus::Sending, "the whole unit of work is undone");
    let (failed, reason) = (task.clone(), refused.clone());
    company.write(move |tx, _, corp| send::fail(tx, corp, &failed, &reason)).unwrap();
    assert_eq!(status(&company, &task), SendStatus::Failed);
    let now = company.env.now();
    let record =
        company.read(|tx, corp| tx.send_record(corp, &company.account, &task, now)).unwrap().unwrap();
    assert!(record.reason.unwrap().contains("DailySendsUsedUp"));
    send_due(&company, &task).unwrap();
    assert_eq!((company.inbox(&member).len(), due(&company).len()), (1, 0));
    // Its uuid is used all the same.
    let again = send::NewSend { uuid: "u".to_owned(), ..company.text("又", to_users(&[&member])) };
    schedule(&company, again.clone(), 1).unwrap();
    assert_eq!(company.send(again.clone()).unwrap_err(), Error::Rule(Rule::UuidTaken));
    assert_eq!(schedule(&company, again, 1).unwrap_err(), Error::Rule(Rule::UuidTaken));
}

#[test]
fn only_one_that_waits_can_be_called_off() {
    let mut company = Company::new();
    company.member(ROOT);
    let cancel = |company: &Company, task: &TaskId| {
        let (account, task) = (company.account.clone(), task.clone());
        company.write(move |tx, env, corp| send::cancel(tx, env, corp, &account, &task))
    };
    let task = schedule(&company, company.text("早", to_all()), 1).unwrap();
    company.later(1);
    cancel(&company, &task).unwrap();
    send_due(&company, &task).unwrap();
    assert_eq!((company.count(), status(&company, &task)), (0, SendStatus::Recalled));
    assert_eq!(cancel(&company, &task).unwrap_err(), Error::Rule(Rule::NotWaiting));
    let sent = company.tell("晚", to_all()).unwrap();
    assert_eq!(cancel(&company, &sent).unwrap_err(), Error::Rule(Rule::NotWaiting));
    assert_eq!(cancel(&company, &TaskId::from("x")).unwrap_err(), Error::Rule(Rule::UnknownTask));
    let past = company.write({
        let new = company.text("昨", to_all());
        move |tx, env, corp| send::schedule(tx, env, corp, new, Timestamp(env.now().0))
    });
    assert!(matches!(past, Err(Error::Invalid { field, .. }) if field == "send_time"));
}
