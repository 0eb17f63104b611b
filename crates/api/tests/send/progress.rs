use carillon_domain::inbox::{self, Seen};
use carillon_model::id::{AccountId, MemberNo, TaskId};
use serde_json::{Value, json};

use crate::office::{Office, RECALL};

fn progress(office: &Office, unionid: &str, task: &str) -> (u16, Value) {
    office.call_v1("/v1.0/carillon/message/mass/progress", &json!({ "unionid": unionid, "task_id": task }))
}

fn read(office: &Office, task: &TaskId, member: u32) {
    let (account, task) = (AccountId::from(office.unionid.as_str()), task.clone());
    office
        .write_earlier(0, move |tx, _, corp| {
            let send = inbox::message(tx, corp, MemberNo(member), &account, &task)?.expect("received");
            inbox::mark_read(
                tx,
                corp,
                MemberNo(member),
                &account,
                &Seen { sends: vec![send.seq], newest: Some(send.seq) },
            )
        })
        .expect("read");
}

#[test]
fn a_sender_sees_who_received_and_how_many_have_read() {
    let office = Office::open();
    let task = office.sent(&office.text(json!({ "is_to_all": true })));
    let (status, before) = progress(&office, &office.unionid, task.as_str());
    assert_eq!((status, &before["receivers"], &before["readers"]), (200, &json!(4), &json!(0)));
    assert_eq!(before["task_id"], task.as_str());
    assert_eq!(before["send_time"], office.row(&task).created_at.0);
    assert!(before.get("recall_time").is_none());
    for member in [1, 3, 3] {
        read(&office, &task, member);
    }
    assert_eq!(progress(&office, &office.unionid, task.as_str()).1["readers"], 2);
    office.ok(RECALL, &json!({ "unionid": office.unionid, "task_id": task }));
    let after = progress(&office, &office.unionid, task.as_str()).1;
    assert_eq!((&after["readers"], &after["recall_time"]), (&json!(2), &before["send_time"]));

    let other = office.account("别的");
    for (unionid, task, code) in [
        ("nobody", task.as_str(), "invalid.unionid"),
        (other.as_str(), task.as_str(), "invalid.taskid"),
        (office.unionid.as_str(), "nothing", "invalid.taskid"),
    ] {
        let (status, answer) = progress(&office, unionid, task);
        assert_eq!((status, &answer["code"]), (400, &json!(code)), "{answer}");
    }
}
