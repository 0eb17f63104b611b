//! Scheduled sends that are overdue, with a clock that the test sets.

use std::sync::atomic::{AtomicUsize, Ordering};

use carillon_domain::{
    account, operator,
    send::{self, DecidedBy, DueOutcome, draft},
    system,
};
use carillon_model::{
    contact::Member,
    error::{Error, Result, Rule},
    id::{AccountId, DeptId, TaskId, UserId},
    message::SendStatus,
    operator::{AccountScope, OperatorRole},
    send_draft::{QuietHours, SendPolicy},
    settings::SendSettings,
    time::{HOUR_MS, MINUTE_MS, Timestamp},
};
use carillon_store::{RecordFilter, Restoration, SendRecord};

use crate::send::fixture::{SendFixture, broken, to_all};

const ROOT: DeptId = DeptId::ROOT;
const TEN_MINUTES: i64 = 10 * MINUTE_MS;
/// The first midnight of Asia/Shanghai after the start.
const MIDNIGHT: Timestamp = Timestamp(1_760_025_600_000);

fn schedule(fixture: &SendFixture, text: &str, ms: i64) -> TaskId {
    let new = fixture.text(text, to_all());
    fixture
        .write(move |tx, env, corp| send::schedule(tx, env, corp, new, env.now().plus_ms(ms)))
        .expect("scheduled")
}

fn send_due(fixture: &SendFixture, task: &TaskId) -> DueOutcome {
    let task = task.clone();
    fixture.write(move |tx, env, corp| send::send_due(tx, env, corp, &task)).expect("no refusal")
}

fn send_now(fixture: &SendFixture, task: &TaskId, by: DecidedBy) -> Result<()> {
    let (account, task) = (fixture.account.clone(), task.clone());
    fixture.write(move |tx, env, corp| send::send_now(tx, env, corp, &account, &task, by))
}

fn move_to(fixture: &SendFixture, task: &TaskId, due_at: Timestamp, by: DecidedBy) -> Result<()> {
    let (account, task) = (fixture.account.clone(), task.clone());
    fixture.write(move |tx, env, corp| send::move_to(tx, env, corp, (&account, &task), due_at, by))
}

fn record(fixture: &SendFixture, task: &TaskId) -> SendRecord {
    let now = fixture.env.now();
    fixture.read(|tx, corp| tx.send_record(corp, &fixture.account, task, now)).unwrap().expect("a record")
}

fn status(fixture: &SendFixture, task: &TaskId) -> SendStatus {
    record(fixture, task).status
}

/// The sends in a status, and their number.
fn listed(fixture: &SendFixture, status: SendStatus, held_are_waiting: bool) -> Vec<TaskId> {
    let now = fixture.env.now();
    let filter =
        RecordFilter { status, from: None, to: None, kinds: Vec::new(), source: None, held_are_waiting, now };
    let (found, count) = fixture
        .read(|tx, corp| {
            let found = tx.send_records(corp, &fixture.account, &filter, 0, 100)?;
            Ok((found, tx.count_send_records(corp, &fixture.account, &filter)?))
        })
        .unwrap();
    assert_eq!(i64::try_from(found.len()).unwrap(), count);
    found.into_iter().map(|record| record.task).collect()
}

fn next(fixture: &SendFixture) -> Option<Timestamp> {
    fixture.read(|tx, corp| tx.next_scheduled(corp)).unwrap()
}

fn grant(fixture: &SendFixture, member: &Member, role: OperatorRole, scope: AccountScope) {
    let userid = member.userid.clone();
    fixture
        .write(move |tx, env, corp| {
            operator::set(tx, env, corp, &userid, None, [(role, scope)].into_iter().collect())
        })
        .expect("granted");
}

/// A member who may send for all accounts.
fn sender(fixture: &SendFixture) -> Member {
    let member = fixture.member(ROOT);
    grant(fixture, &member, OperatorRole::Sender, AccountScope::All);
    member
}

/// A send that is held since it is a millisecond too late.
fn held(fixture: &mut SendFixture, text: &str) -> TaskId {
    let task = schedule(fixture, text, 1);
    fixture.later(1 + TEN_MINUTES + 1);
    assert_eq!(send_due(fixture, &task), DueOutcome::Held);
    task
}

#[test]
fn at_the_threshold_it_is_sent_and_one_past_it_waits() {
    let mut fixture = SendFixture::new();
    let member = sender(&fixture);
    let (sent, held) = (schedule(&fixture, "早", 1), schedule(&fixture, "晚", 1));
    let due_at = fixture.env.now().plus_ms(1);
    fixture.later(1 + TEN_MINUTES);
    assert_eq!(send_due(&fixture, &sent), DueOutcome::Sent);
    let of_sent = record(&fixture, &sent);
    assert_eq!((of_sent.status, of_sent.overdue_since), (SendStatus::Sent, None), "in time");
    fixture.later(1);
    assert_eq!(send_due(&fixture, &held), DueOutcome::Held);
    let now = fixture.env.now();
    let of_held = record(&fixture, &held);
    assert_eq!((of_held.status, of_held.held_at, of_held.send_time), (SendStatus::Held, Some(now), due_at));
    assert_eq!(fixture.inbox(&member).len(), 1);

    // It stays held, whatever happens, and nothing is due.
    fixture.later(HOUR_MS);
    fixture.reopen();
    assert_eq!(send_due(&fixture, &held), DueOutcome::Unchanged);
    assert_eq!((record(&fixture, &held).held_at, next(&fixture)), (Some(now), None));
    assert_eq!(listed(&fixture, SendStatus::Held, false), std::slice::from_ref(&held));
    assert_eq!(listed(&fixture, SendStatus::Sending, false), []);
    assert_eq!(listed(&fixture, SendStatus::Waiting, false), []);
    let later = schedule(&fixture, "再晚", 1);
    assert_eq!(listed(&fixture, SendStatus::Waiting, false), std::slice::from_ref(&later));
    assert_eq!(listed(&fixture, SendStatus::Waiting, true), [later, held], "documented operations");
}

#[test]
fn without_an_operator_who_may_send_it_is_sent_and_noted() {
    let mut fixture = SendFixture::new();
    let other = fixture.add_account("别的").expect("an account");
    // None of them may send for the account.
    let [analyst, approver, elsewhere] = [(); 3].map(|()| fixture.member(ROOT));
    grant(&fixture, &analyst, OperatorRole::Analyst, AccountScope::All);
    grant(&fixture, &approver, OperatorRole::Approver, AccountScope::All);
    let only = AccountScope::Only([other].into_iter().collect());
    grant(&fixture, &elsewhere, OperatorRole::Sender, only);
    let task = schedule(&fixture, "早", 1);
    let due_at = fixture.env.now().plus_ms(1);
    fixture.later(1 + TEN_MINUTES + 1);
    assert_eq!(send_due(&fixture, &task), DueOutcome::SentLate);
    let sent = record(&fixture, &task);
    assert_eq!((sent.status, sent.overdue_since), (SendStatus::Sent, Some(due_at)));
    assert_eq!(sent.send_time, fixture.env.now());
    fixture.reopen();
    assert_eq!(record(&fixture, &task).overdue_since, Some(due_at));
    assert_eq!(fixture.inbox(&analyst).len(), 1);
}

#[test]
fn an_owner_and_an_operator_of_the_account_can_decide() {
    for of_account in [false, true] {
        let mut fixture = SendFixture::new();
        let member = fixture.member(ROOT);
        if of_account {
            let (account, users) = (fixture.account.clone(), [member.userid.clone()]);
            fixture
                .write(move |tx, _, corp| account::audience::set_operators(tx, corp, &account, &users))
                .unwrap();
        } else {
            grant(&fixture, &member, OperatorRole::Owner, AccountScope::All);
        }
        held(&mut fixture, "早");
    }
}

#[test]
fn the_threshold_can_be_set_and_switched_off() {
    for (overdue_minutes, ms, outcome) in [
        (1, MINUTE_MS, DueOutcome::Sent),
        (1, MINUTE_MS + 1, DueOutcome::Held),
        (0, 400 * 24 * HOUR_MS, DueOutcome::Sent),
    ] {
        let mut fixture = SendFixture::with(SendSettings { overdue_minutes, ..SendSettings::default() });
        sender(&fixture);
        let task = schedule(&fixture, "早", 1);
        fixture.later(1 + ms);
        assert_eq!(send_due(&fixture, &task), outcome, "{overdue_minutes} {ms}");
    }
}

#[test]
fn a_held_send_is_sent_moved_called_off_or_changed() {
    let mut fixture = SendFixture::new();
    let member = sender(&fixture);
    let [now, moved, off, changed] = ["立即", "改期", "取消", "修改"].map(|text| held(&mut fixture, text));
    let due_at = record(&fixture, &now).send_time;
    send_now(&fixture, &now, DecidedBy::Operator).expect("sent");
    let sent = record(&fixture, &now);
    assert_eq!((sent.status, sent.overdue_since), (SendStatus::Sent, Some(due_at)));
    broken(send_now(&fixture, &now, DecidedBy::Operator), Rule::NotWaiting);

    let start = fixture.env.now();
    for late in [start, start.plus_ms(-1), start.plus_ms(367 * 24 * HOUR_MS)] {
        let refused = move_to(&fixture, &moved, late, DecidedBy::Operator);
        assert!(matches!(refused, Err(Error::Invalid { field, .. }) if field == "send_time"), "{late:?}");
    }
    move_to(&fixture, &moved, start.plus_ms(5), DecidedBy::Operator).expect("moved");
    let waiting = record(&fixture, &moved);
    assert_eq!((waiting.status, waiting.send_time), (SendStatus::Waiting, start.plus_ms(5)));
    assert_eq!((waiting.held_at, next(&fixture)), (None, Some(start.plus_ms(5))));
    fixture.later(5);
    assert_eq!(send_due(&fixture, &moved), DueOutcome::Sent);
    assert_eq!(record(&fixture, &moved).overdue_since, None, "in time, after it was moved");
    broken(move_to(&fixture, &moved, start.plus_ms(9), DecidedBy::Operator), Rule::NotWaiting);

    let (account, task) = (fixture.account.clone(), off.clone());
    fixture.write(move |tx, env, corp| send::cancel(tx, env, corp, &account, &task)).expect("called off");
    assert_eq!(status(&fixture, &off), SendStatus::Recalled);
    broken(send_now(&fixture, &off, DecidedBy::Operator), Rule::NotWaiting);
    broken(move_to(&fixture, &off, start.plus_ms(9), DecidedBy::Operator), Rule::NotWaiting);

    let (account, task, by) = (fixture.account.clone(), changed, member.userid.clone());
    fixture
        .write(move |tx, env, corp| draft::take_back(tx, env, corp, &account, &task, &by))
        .expect("a draft");
    assert_eq!(fixture.inbox(&member).len(), 2);
    assert_eq!(listed(&fixture, SendStatus::Held, false), []);
    let unknown = TaskId::from("x");
    broken(send_now(&fixture, &unknown, DecidedBy::Operator), Rule::UnknownTask);
    broken(move_to(&fixture, &unknown, start.plus_ms(9), DecidedBy::Operator), Rule::UnknownTask);
}

#[test]
fn a_send_that_is_not_due_can_be_sent_and_moved_too() {
    let mut fixture = SendFixture::new();
    sender(&fixture);
    let (early, moved) = (schedule(&fixture, "早", HOUR_MS), schedule(&fixture, "晚", HOUR_MS));
    send_now(&fixture, &early, DecidedBy::Program).expect("sent");
    let sent = record(&fixture, &early);
    assert_eq!((sent.status, sent.overdue_since), (SendStatus::Sent, None), "early is not late");
    let due_at = fixture.env.now().plus_ms(2 * HOUR_MS);
    move_to(&fixture, &moved, due_at, DecidedBy::Program).expect("moved");
    fixture.later(HOUR_MS);
    assert_eq!(send_due(&fixture, &moved), DueOutcome::Unchanged);
    fixture.later(HOUR_MS);
    assert_eq!(send_due(&fixture, &moved), DueOutcome::Sent);
}

#[test]
fn two_who_send_it_at_once_send_it_once() {
    let mut fixture = SendFixture::new();
    let member = sender(&fixture);
    let task = held(&mut fixture, "早");
    let (sent, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| match send_now(&fixture, &task, DecidedBy::Operator) {
                Ok(()) => sent.fetch_add(1, Ordering::Relaxed),
                Err(error) => {
                    assert_eq!(error, Error::Rule(Rule::NotWaiting));
                    refused.fetch_add(1, Ordering::Relaxed)
                }
            });
        }
    });
    assert_eq!((sent.into_inner(), refused.into_inner()), (1, 7));
    assert_eq!((fixture.count(), fixture.inbox(&member).len()), (1, 1));
}

#[test]
fn quiet_hours_are_for_operators_and_a_refused_send_still_waits() {
    let mut fixture = SendFixture::new();
    sender(&fixture);
    let account = fixture.account.clone();
    let policy = SendPolicy { quiet_hours: QuietHours::new(22 * 60, 8 * 60), ..SendPolicy::default() };
    fixture.write(move |tx, _, corp| draft::set_policy(tx, corp, &account, &policy)).unwrap();
    let (first, second) = (held(&mut fixture, "早"), held(&mut fixture, "晚"));
    let until_midnight = MIDNIGHT.0 - fixture.env.now().0;
    fixture.later(until_midnight);
    broken(send_now(&fixture, &first, DecidedBy::Operator), Rule::QuietHours);
    let in_quiet_hours = MIDNIGHT.plus_ms(8 * HOUR_MS - 1);
    broken(move_to(&fixture, &first, in_quiet_hours, DecidedBy::Operator), Rule::QuietHours);
    assert_eq!(status(&fixture, &first), SendStatus::Held);
    send_now(&fixture, &first, DecidedBy::Program).expect("programs are exempt");
    move_to(&fixture, &second, MIDNIGHT.plus_ms(8 * HOUR_MS), DecidedBy::Operator).expect("after them");

    fixture.limit(SendSettings { daily: 1, ..SendSettings::default() });
    broken(send_now(&fixture, &second, DecidedBy::Program), Rule::DailySendsUsedUp);
    assert_eq!(status(&fixture, &second), SendStatus::Waiting, "the whole unit of work is undone");
}

fn restore(fixture: &SendFixture, held: bool) {
    fixture
        .write(move |tx, env, corp| tx.set_restoration(corp, Restoration { restored_at: env.now(), held }))
        .expect("restored");
}

#[test]
fn what_came_back_with_a_backup_waits_for_a_decision() {
    let mut fixture = SendFixture::new();
    let member = sender(&fixture);
    // Due before the restore, so that the original may have sent it, and due after it.
    let (before, after) = (schedule(&fixture, "早", 1), schedule(&fixture, "晚", 3));
    fixture.later(1);
    restore(&fixture, true);
    fixture.later(2);
    for task in [&before, &after] {
        assert_eq!(status(&fixture, task), SendStatus::Held, "nothing leaves before the release");
    }
    assert_eq!(listed(&fixture, SendStatus::Held, false), [after.clone(), before.clone()]);
    assert_eq!(listed(&fixture, SendStatus::Sending, false), []);
    assert_eq!(listed(&fixture, SendStatus::Waiting, true).len(), 2);
    assert!(fixture.write(|tx, _, corp| system::release(tx, corp)).expect("released"));
    assert_eq!(
        (send_due(&fixture, &before), send_due(&fixture, &after)),
        (DueOutcome::Held, DueOutcome::Sent)
    );
    send_now(&fixture, &before, DecidedBy::Operator).expect("decided");
    assert_eq!(fixture.inbox(&member).len(), 2);
}

#[test]
fn one_send_of_a_restored_organisation_can_leave_before_the_others() {
    let mut fixture = SendFixture::new();
    let member = sender(&fixture);
    let (first, second) = (schedule(&fixture, "早", 1), schedule(&fixture, "晚", 1));
    fixture.later(1);
    restore(&fixture, true);
    send_now(&fixture, &first, DecidedBy::Operator).expect("decided");
    assert_eq!((status(&fixture, &first), status(&fixture, &second)), (SendStatus::Sent, SendStatus::Held));
    assert_eq!(fixture.inbox(&member).len(), 1);
}

#[test]
fn without_an_operator_a_restored_send_is_noted_too() {
    let mut fixture = SendFixture::new();
    fixture.member(ROOT);
    let task = schedule(&fixture, "早", 1);
    fixture.later(1);
    restore(&fixture, false);
    assert_eq!(send_due(&fixture, &task), DueOutcome::SentLate);
    assert!(record(&fixture, &task).overdue_since.is_some());
}

#[test]
fn an_account_of_another_name_finds_no_task() {
    let mut fixture = SendFixture::new();
    sender(&fixture);
    let task = held(&mut fixture, "早");
    let other: AccountId = fixture.add_account("别的").expect("an account");
    let refused = {
        let (other, task) = (other, task.clone());
        fixture.write(move |tx, env, corp| send::send_now(tx, env, corp, &other, &task, DecidedBy::Operator))
    };
    broken(refused, Rule::UnknownTask);
    let unknown = UserId::from("nobody").to_string();
    let refused = fixture.write(move |tx, env, corp| {
        send::send_now(tx, env, corp, &AccountId::from(unknown), &task, DecidedBy::Operator)
    });
    broken(refused, Rule::UnknownAccount);
}
