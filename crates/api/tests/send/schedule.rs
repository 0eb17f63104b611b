//! Scheduled sends.

use carillon_domain::send;
use carillon_model::{
    audit::Signature,
    env::{Env, FixedClock},
    id::TaskId,
    settings::Settings,
    time::{DAY_MS, Timestamp},
};
use serde_json::{Value, json};

use crate::send::fixture::{Fixture, RECALL, SEND};
use crate::send::record::{detail, records, titles};
use testkit::server::NOW;

const SCHEDULE: &str = "/v1.0/carillon/message/mass/schedule";
const CANCEL: &str = "/v1.0/carillon/message/mass/cancel";
const PROGRESS: &str = "/v1.0/carillon/message/mass/progress";

fn scheduled(fixture: &Fixture, ms: i64, fields: Value) -> TaskId {
    let mut request = fixture.text(fields);
    request["send_time"] = json!(NOW + ms);
    TaskId::from(fixture.ok_v1("POST", SCHEDULE, &request)["task_id"].as_str().unwrap())
}

/// Runs the job that sends what is due.
fn send_due(fixture: &Fixture, ms: i64) {
    let env = Env::system(Settings::default(), [7; 32]).with_clock(FixedClock(Timestamp(NOW + ms)));
    let corp = &fixture.corp;
    for task in fixture.store.read_blocking(corp, |tx| tx.scheduled_due(corp, env.now(), 10)).unwrap() {
        let (env, of, which) = (env.clone(), corp.clone(), task.clone());
        let signature = Signature::server(&env, "test");
        let send = move |tx: &mut carillon_store::Tx<'_>| send::send_due(tx, &env, &of, &which);
        let sent = fixture.store.write_blocking(corp, signature.clone(), send);
        if let Err(error) = sent {
            let of = corp.clone();
            let fail = move |tx: &mut carillon_store::Tx<'_>| send::fail(tx, &of, &task, &error.to_string());
            fixture.store.write_blocking(corp, signature, fail).unwrap();
        }
    }
}

fn no_titles() -> Vec<String> {
    Vec::new()
}

#[test]
fn a_scheduled_send_is_sent_once_under_its_id() {
    let fixture = Fixture::open();
    let request = json!({ "dep_id_list": [fixture.below], "allow_comment": true });
    let task = scheduled(&fixture, 1_000, request);
    let waiting = records(&fixture, json!({ "status": 0 }))["items"][0].clone();
    assert_eq!(
        (&waiting["task_id"], &waiting["send_time"], &waiting["create_time"]),
        (&json!(task), &json!(NOW + 1_000), &json!(NOW))
    );
    assert_eq!(detail(&fixture, &task)["dep_id_list"], json!([fixture.below.to_string()]));
    send_due(&fixture, 999);
    assert_eq!(titles(&fixture, json!({ "status": 2 })), no_titles());
    // Members of the department are resolved when the send is due.
    fixture.ok(
        "/topapi/v2/user/update",
        &json!({ "userid": "user4", "dept_id_list": fixture.below.to_string() }),
    );
    send_due(&fixture, 1_000);
    send_due(&fixture, 1_000);
    assert_eq!(fixture.audience(&task), [3, 4]);
    assert_eq!(titles(&fixture, json!({ "status": 0 })), no_titles());
    let sent = records(&fixture, json!({ "status": 2 }));
    assert_eq!(sent["total_count"], 1);
    assert_eq!(
        (&sent["items"][0]["send_time"], &sent["items"][0]["create_time"]),
        (&json!(NOW + 1_000), &json!(NOW))
    );
    assert_eq!(detail(&fixture, &task)["allow_comment"], true);
    fixture.refuses_v1(
        "POST",
        CANCEL,
        &json!({ "unionid": fixture.unionid, "task_id": task }),
        "invalid.taskid",
        &["待发送"],
    );
    fixture.ok(RECALL, &json!({ "unionid": fixture.unionid, "task_id": task }));
}

#[test]
fn a_scheduled_send_can_be_cancelled() {
    let fixture = Fixture::open();
    let task = scheduled(&fixture, 1_000, json!({ "is_to_all": true }));
    let this = json!({ "unionid": fixture.unionid, "task_id": task });
    fixture.ok_v1("POST", CANCEL, &this);
    fixture.refuses_v1("POST", CANCEL, &this, "invalid.taskid", &["待发送"]);
    send_due(&fixture, 2_000);
    assert_eq!(titles(&fixture, json!({ "status": 2 })), no_titles());
    assert_eq!(records(&fixture, json!({ "status": 4 }))["items"][0]["task_id"], json!(task));
    assert_eq!(fixture.ok_v1("POST", PROGRESS, &this)["status"], 4);
    let other = fixture.account("别的");
    fixture.refuses_v1("POST", CANCEL, &json!({ "unionid": other, "task_id": task }), "invalid.taskid", &[]);
    fixture.refuses_v1(
        "POST",
        CANCEL,
        &json!({ "unionid": "nobody", "task_id": task }),
        "invalid.unionid",
        &[],
    );
    fixture.refuses(RECALL, &this, 800_025, &["task_id不合法"]);
}

#[test]
fn a_due_send_has_the_status_sending() {
    let fixture = Fixture::open();
    // Stored an hour ago and due half an hour ago, as after a time when the server was down.
    let new = {
        let account = fixture.unionid.as_str().into();
        carillon_domain::send::NewSend {
            account,
            uuid: "late".to_owned(),
            app_key: "app".into(),
            message: carillon_model::message::Message::Text { content: "迟".to_owned() },
            receivers: carillon_model::message::Receivers { all: true, ..Default::default() },
            preview: false,
            allow_comment: false,
            comment_type: 0,
            show_homepage: false,
            source: carillon_model::message::SendSource::Console,
            operator: None,
        }
    };
    let due = Timestamp(NOW - 1_800_000);
    fixture.write_earlier(3_600_000, move |tx, env, corp| send::schedule(tx, env, corp, new, due)).unwrap();
    assert_eq!(titles(&fixture, json!({ "status": 0, "msg_source": 0 })), no_titles());
    assert_eq!(titles(&fixture, json!({ "status": 1, "msg_source": 0 })), ["迟"]);
    send_due(&fixture, 0);
    assert_eq!(titles(&fixture, json!({ "status": 1, "msg_source": 0 })), no_titles());
    assert_eq!(titles(&fixture, json!({ "status": 2, "msg_source": 1 })), ["迟"]);
}

#[test]
fn a_send_that_is_refused_when_due_fails_with_the_reason() {
    let fixture = Fixture::open();
    let task = scheduled(&fixture, 1_000, json!({ "userid_list": ["user3"] }));
    fixture.ok("/topapi/v2/user/delete", &json!({ "userid": "user3" }));
    send_due(&fixture, 1_000);
    send_due(&fixture, 1_000);
    let this = json!({ "unionid": fixture.unionid, "task_id": task });
    let failed = fixture.ok_v1("POST", PROGRESS, &this);
    assert_eq!((&failed["status"], &failed["receivers"]), (&json!(3), &json!(0)));
    assert!(failed["fail_reason"].as_str().unwrap().contains("user3"), "{failed}");
    assert_eq!(records(&fixture, json!({ "status": 3 }))["items"][0]["task_id"], json!(task));
    for status in [0, 1, 2, 4] {
        assert_eq!(titles(&fixture, json!({ "status": status })), no_titles());
    }
}

#[test]
fn a_bad_scheduled_send_is_refused_at_once() {
    let fixture = Fixture::open();
    let request = |fields: Value| {
        let mut request = fixture.text(json!({ "is_to_all": true, "send_time": NOW + 1_000 }));
        request.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        request
    };
    for (fields, code, named) in [
        (json!({ "send_time": null }), "param.illegal", "send_time"),
        (json!({ "send_time": NOW }), "param.illegal", "send_time"),
        (json!({ "send_time": NOW + 366 * DAY_MS + 1 }), "param.illegal", "send_time"),
        (json!({ "operator_user_id": "user1" }), "param.illegal", "operator_user_id"),
        (json!({ "unionid": "nobody" }), "invalid.unionid", ""),
        (json!({ "is_to_all": false }), "receivers.list.empty", ""),
        (json!({ "userid_list": ["nobody"] }), "invalid.userid.list", "nobody"),
        (json!({ "msg_type": "image", "media_id": "@lA" }), "invalid.media.id", "@lA"),
    ] {
        fixture.refuses_v1("POST", SCHEDULE, &request(fields), code, &[named]);
    }
    let last = request(json!({ "send_time": NOW + 366 * DAY_MS }));
    fixture.ok_v1("POST", SCHEDULE, &last);
    fixture.refuses_v1("POST", SCHEDULE, &last, "uuid.repeat", &[]);
    fixture.refuses(SEND, &last, 800_035, &["uuid"]);
    let operators = format!("/v1.0/carillon/service-accounts/{}/operators", fixture.unionid);
    fixture.ok_v1("PUT", &operators, &json!({ "operator_user_id_list": ["user1"] }));
    let task =
        fixture.ok_v1("POST", SCHEDULE, &request(json!({ "operator_user_id": "user1" })))["task_id"].clone();
    assert_eq!(detail(&fixture, &TaskId::from(task.as_str().unwrap()))["operator_user_id"], "user1");
}
