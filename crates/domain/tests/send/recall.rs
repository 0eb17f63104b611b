use std::ops::Range;

use carillon_domain::{inbox, send::INDEXED_AT_MOST};
use carillon_model::{
    contact::Member,
    error::Rule,
    id::{DeptId, SendSeq, TaskId},
    time::DAY_MS,
};

use crate::send::fixture::{SendFixture, broken, to_all, to_users};

const ROOT: DeptId = DeptId::ROOT;

#[test]
fn a_send_can_be_recalled_for_24_hours() {
    let mut fixture = SendFixture::new();
    let (a, b) = (fixture.member(ROOT), fixture.member(ROOT));
    let sent = fixture.env.now();
    let (first, second) =
        (fixture.send_text("一", to_all()).unwrap(), fixture.send_text("二", to_users(&[&a])).unwrap());
    let now = fixture.later(DAY_MS - 1);
    fixture.recall(&first).expect("one millisecond before");
    let row = fixture.row(&fixture.account, &first);
    assert_eq!((row.created_at, row.recalled_at), (sent, Some(now)));
    fixture.later(1);
    broken(fixture.recall(&second), Rule::RecallTooLate);
    assert_eq!(fixture.row(&fixture.account, &second).recalled_at, None);
    assert_eq!(fixture.inbox(&a), [fixture.seq(&second)]);
    assert!(fixture.inbox(&b).is_empty());
    assert_eq!(fixture.audience(&first).len(), 2, "who had received it stays known");
}

#[test]
fn once_and_only_by_its_account() {
    let mut fixture = SendFixture::new();
    let member = fixture.member(ROOT);
    let other = fixture.add_account("别的").unwrap();
    let task = fixture.send_text("一", to_all()).unwrap();
    broken(fixture.recall_of(&other, &task), Rule::UnknownTask);
    broken(fixture.recall(&TaskId::from("nothing")), Rule::UnknownTask);
    broken(fixture.recall_of(&"nobody".into(), &task), Rule::UnknownAccount);
    assert_eq!(fixture.inbox(&member).len(), 1);
    fixture.recall(&task).unwrap();
    assert!(fixture.inbox(&member).is_empty());
    let before = fixture.row(&fixture.account, &task).recalled_at;
    fixture.later(1_000);
    broken(fixture.recall(&task), Rule::AlreadyRecalled);
    assert_eq!(fixture.row(&fixture.account, &task).recalled_at, before);
    fixture.later(DAY_MS);
    broken(fixture.recall(&task), Rule::AlreadyRecalled);

    let (corp, account) = (fixture.corp.clone(), fixture.account.clone());
    let task = fixture.send_text("二", to_all()).unwrap();
    fixture.corp = fixture.other_corp();
    broken(fixture.recall_of(&account, &task), Rule::UnknownAccount);
    let own = fixture.add_account("新闻").unwrap();
    broken(fixture.recall_of(&own, &task), Rule::UnknownTask);
    fixture.corp = corp;
    fixture.recall(&task).unwrap();
}

#[test]
fn sends_of_a_disabled_account_can_be_recalled() {
    let fixture = SendFixture::new();
    let member = fixture.member(ROOT);
    let task = fixture.send_text("一", to_all()).unwrap();
    fixture.disable(&fixture.account);
    fixture.recall(&task).unwrap();
    assert!(fixture.inbox(&member).is_empty());
}

#[test]
fn only_the_named_member_is_deleted() {
    let fixture = SendFixture::new();
    let members = fixture.members(ROOT, usize::try_from(INDEXED_AT_MOST).unwrap() + 1);
    let member = &members[0];
    let tasks: Vec<_> = (0..6)
        .map(|number| {
            let receivers = if number % 2 == 0 { to_all() } else { to_users(&[member, &members[1]]) };
            fixture.send_text(&format!("文{number}"), receivers).unwrap()
        })
        .collect();
    let seqs: Vec<_> = tasks.iter().map(|task| fixture.seq(task)).collect();
    assert_eq!(fixture.inbox(member), [seqs[5], seqs[4], seqs[3], seqs[2], seqs[1], seqs[0]]);
    fixture.recall(&tasks[2]).unwrap();
    fixture.recall(&tasks[3]).unwrap();
    assert_eq!(fixture.inbox(member), [seqs[5], seqs[4], seqs[1], seqs[0]]);
    assert_eq!(fixture.inbox(&members[9]), [seqs[4], seqs[0]]);
    fixture.recall(&tasks[0]).unwrap();
    assert_eq!(fixture.inbox(&members[9]), [seqs[4]]);
}

#[test]
fn a_recall_leaves_a_trace_for_those_who_had_received_it() {
    let fixture = SendFixture::new();
    let members = fixture.members(ROOT, usize::try_from(INDEXED_AT_MOST).unwrap() + 1);
    let (one, other) = (&members[0], &members[1]);
    let tasks = [
        fixture.send_text("少数", to_users(&[one])).unwrap(),
        fixture.send_text("留下", to_all()).unwrap(),
        fixture.send_text("全体", to_all()).unwrap(),
        fixture.send_text("另一位", to_users(&[other])).unwrap(),
    ];
    let trace = |member: &Member, between: Range<Option<SendSeq>>| -> Vec<TaskId> {
        let found = fixture.read(|tx, corp| inbox::recalled(tx, corp, member.no, &fixture.account, between));
        found.unwrap().into_iter().map(|send| send.task).collect()
    };
    assert!(trace(one, None..None).is_empty());
    for task in [&tasks[0], &tasks[2], &tasks[3]] {
        fixture.recall(task).unwrap();
    }
    assert_eq!(trace(one, None..None), [tasks[2].clone(), tasks[0].clone()]);
    assert_eq!(trace(other, None..None), [tasks[3].clone(), tasks[2].clone()]);
    let middle = Some(fixture.seq(&tasks[1]));
    assert_eq!(trace(one, middle..None), [tasks[2].clone()]);
    assert_eq!(trace(one, None..middle), [tasks[0].clone()]);
    let later = fixture.member(ROOT);
    assert!(trace(&later, None..None).is_empty());
}
