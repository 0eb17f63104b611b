use carillon_domain::inbox::{self, ReadReceipts};
use carillon_model::id::{AccountId, MemberNo, TaskId};
use serde_json::{Value, json};

use crate::send::fixture::{Fixture, RECALL};

fn progress(fixture: &Fixture, unionid: &str, task: &str) -> (u16, Value) {
    fixture.call_v1("/v1.0/carillon/message/mass/progress", &json!({ "unionid": unionid, "task_id": task }))
}

fn read(fixture: &Fixture, task: &TaskId, member: u32) {
    let (account, task) = (AccountId::from(fixture.unionid.as_str()), task.clone());
    fixture
        .write_earlier(0, move |tx, env, corp| {
            let send = inbox::message(tx, corp, MemberNo(member), &account, &task)?.expect("received");
            inbox::mark_read(
                tx,
                corp,
                MemberNo(member),
                &account,
                &ReadReceipts { sends: vec![send.seq], newest: Some(send.seq) },
                env.now(),
            )
        })
        .expect("read");
}

#[test]
fn progress_counts_receivers_and_readers() {
    let fixture = Fixture::open();
    let task = fixture.sent(&fixture.text(json!({ "is_to_all": true })));
    let (status, before) = progress(&fixture, &fixture.unionid, task.as_str());
    assert_eq!((status, &before["receivers"], &before["readers"]), (200, &json!(4), &json!(0)));
    assert_eq!(before["task_id"], task.as_str());
    assert_eq!(before["send_time"], fixture.row(&task).created_at.0);
    assert!(before.get("recall_time").is_none());
    for member in [1, 3, 3] {
        read(&fixture, &task, member);
    }
    assert_eq!(progress(&fixture, &fixture.unionid, task.as_str()).1["readers"], 2);
    fixture.ok(RECALL, &json!({ "unionid": fixture.unionid, "task_id": task }));
    let after = progress(&fixture, &fixture.unionid, task.as_str()).1;
    assert_eq!((&after["readers"], &after["recall_time"]), (&json!(2), &before["send_time"]));

    let other = fixture.account("别的");
    for (unionid, task, code) in [
        ("nobody", task.as_str(), "invalid.unionid"),
        (other.as_str(), task.as_str(), "invalid.taskid"),
        (fixture.unionid.as_str(), "nothing", "invalid.taskid"),
    ] {
        let (status, answer) = progress(&fixture, unionid, task);
        assert_eq!((status, &answer["code"]), (400, &json!(code)), "{answer}");
    }
}
