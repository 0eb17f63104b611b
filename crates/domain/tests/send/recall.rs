use carillon_domain::send::INDEXED_AT_MOST;
use carillon_model::{
    error::Rule,
    id::{DeptId, TaskId},
    time::DAY_MS,
};

use crate::company::{Company, broken, to_all, to_users};

const ROOT: DeptId = DeptId::ROOT;

#[test]
fn a_send_can_be_taken_back_for_24_hours() {
    let mut company = Company::new();
    let (a, b) = (company.member(ROOT), company.member(ROOT));
    let sent = company.env.now();
    let (first, second) =
        (company.tell("一", to_all()).unwrap(), company.tell("二", to_users(&[&a])).unwrap());
    let now = company.later(DAY_MS - 1);
    company.recall(&first).expect("one millisecond before");
    let row = company.row(&company.account, &first);
    assert_eq!((row.created_at, row.recalled_at), (sent, Some(now)));
    company.later(1);
    broken(company.recall(&second), Rule::RecallTooLate);
    assert_eq!(company.row(&company.account, &second).recalled_at, None);
    assert_eq!(company.inbox(&a), [company.seq(&second)]);
    assert!(company.inbox(&b).is_empty());
    assert_eq!(company.audience(&first).len(), 2, "who had received it stays known");
}

#[test]
fn once_and_only_by_its_account() {
    let mut company = Company::new();
    let member = company.member(ROOT);
    let other = company.add_account("别的").unwrap();
    let task = company.tell("一", to_all()).unwrap();
    broken(company.recall_of(&other, &task), Rule::UnknownTask);
    broken(company.recall(&TaskId::from("nothing")), Rule::UnknownTask);
    broken(company.recall_of(&"nobody".into(), &task), Rule::UnknownAccount);
    assert_eq!(company.inbox(&member).len(), 1);
    company.recall(&task).unwrap();
    assert!(company.inbox(&member).is_empty());
    let before = company.row(&company.account, &task).recalled_at;
    company.later(1_000);
    broken(company.recall(&task), Rule::AlreadyRecalled);
    assert_eq!(company.row(&company.account, &task).recalled_at, before);
    company.later(DAY_MS);
    broken(company.recall(&task), Rule::AlreadyRecalled);

    let (corp, account) = (company.corp.clone(), company.account.clone());
    let task = company.tell("二", to_all()).unwrap();
    company.corp = company.other_corp();
    broken(company.recall_of(&account, &task), Rule::UnknownAccount);
    let own = company.add_account("新闻").unwrap();
    broken(company.recall_of(&own, &task), Rule::UnknownTask);
    company.corp = corp;
    company.recall(&task).unwrap();
}

#[test]
fn what_a_disabled_account_sent_can_be_taken_back() {
    let company = Company::new();
    let member = company.member(ROOT);
    let task = company.tell("一", to_all()).unwrap();
    company.disable(&company.account);
    company.recall(&task).unwrap();
    assert!(company.inbox(&member).is_empty());
}

#[test]
fn only_the_one_that_was_named_is_gone() {
    let company = Company::new();
    let members = company.members(ROOT, usize::try_from(INDEXED_AT_MOST).unwrap() + 1);
    let member = &members[0];
    let tasks: Vec<_> = (0..6)
        .map(|number| {
            let receivers = if number % 2 == 0 { to_all() } else { to_users(&[member, &members[1]]) };
            company.tell(&format!("文{number}"), receivers).unwrap()
        })
        .collect();
    let seqs: Vec<_> = tasks.iter().map(|task| company.seq(task)).collect();
    assert_eq!(company.inbox(member), [seqs[5], seqs[4], seqs[3], seqs[2], seqs[1], seqs[0]]);
    company.recall(&tasks[2]).unwrap();
    company.recall(&tasks[3]).unwrap();
    assert_eq!(company.inbox(member), [seqs[5], seqs[4], seqs[1], seqs[0]]);
    assert_eq!(company.inbox(&members[9]), [seqs[4], seqs[0]]);
    company.recall(&tasks[0]).unwrap();
    assert_eq!(company.inbox(&members[9]), [seqs[4]]);
}
