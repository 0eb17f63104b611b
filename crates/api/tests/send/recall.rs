use carillon_domain::send::{self, NewSend};
use carillon_model::{
    message::{Message, Receivers, SendSource},
    time::DAY_MS,
};
use serde_json::json;

use crate::office::{Office, RECALL, SEND};

#[test]
fn a_send_is_taken_back_once() {
    let office = Office::open();
    let task = office.sent(&office.text(json!({ "is_to_all": true })));
    let other = office.account("别的");
    let recall = |unionid: &str, task: &str| json!({ "unionid": unionid, "task_id": task });
    office.refuses(RECALL, &recall(&office.unionid, "nothing"), 800_025, &["task_id不合法"]);
    office.refuses(RECALL, &recall(&other, task.as_str()), 800_025, &["task_id不合法"]);
    office.refuses(RECALL, &recall("nobody", task.as_str()), 800_003, &["unionid"]);
    assert_eq!(office.row(&task).recalled_at, None);
    let answer = office.ok(RECALL, &recall(&office.unionid, task.as_str()));
    assert_eq!(answer["errmsg"], "ok");
    assert!(office.row(&task).recalled_at.is_some());
    office.refuses(RECALL, &recall(&office.unionid, task.as_str()), 800_025, &["消息已撤回"]);

    let task = office.sent(&office.text(json!({ "is_to_all": true })));
    let form = format!("task_id={task}&unionid={}", office.unionid);
    let answer = office.send(RECALL, "application/x-www-form-urlencoded", form.as_bytes());
    assert_eq!(answer["errcode"], 0, "{answer}");
}

#[test]
fn the_uuid_of_a_send_taken_back_stays_used() {
    let office = Office::open();
    let request = office.text(json!({ "is_to_all": true }));
    let task = office.sent(&request);
    office.ok(RECALL, &json!({ "unionid": office.unionid, "task_id": task }));
    office.refuses(SEND, &request, 800_035, &["uuid"]);
    let mut again = office.text(json!({ "is_to_all": true }));
    again["text_content"] = request["text_content"].clone();
    assert_eq!(office.audience(&office.sent(&again)), [1, 2, 3, 4], "its content can be sent again");
}

#[test]
fn a_send_can_be_taken_back_for_24_hours() {
    let office = Office::open();
    let earlier = |ms, content: &str| {
        let new = NewSend {
            account: office.unionid.as_str().into(),
            uuid: content.to_owned(),
            app_key: "app".into(),
            message: Message::Text { content: content.to_owned() },
            receivers: Receivers { all: true, ..Receivers::default() },
            preview: false,
            allow_comment: false,
            comment_type: 0,
            show_homepage: false,
            source: SendSource::Api,
            operator: None,
        };
        office.write_earlier(ms, move |tx, env, corp| send::create(tx, env, corp, new)).unwrap()
    };
    let recall = |task| json!({ "unionid": office.unionid, "task_id": task });
    office.ok(RECALL, &recall(earlier(DAY_MS - 1, "刚好")));
    office.refuses(RECALL, &recall(earlier(DAY_MS, "太晚")), 800_025, &["task_id不合法", "24小时"]);
}

#[test]
fn what_a_disabled_account_sent_can_be_taken_back() {
    let office = Office::open();
    let task = office.sent(&office.text(json!({ "is_to_all": true })));
    office.ok("/topapi/serviceaccount/update", &json!({ "unionid": office.unionid, "status": "disabled" }));
    office.ok(RECALL, &json!({ "unionid": office.unionid, "task_id": task }));
}

#[test]
fn both_fields_are_needed() {
    let office = Office::open();
    let task = office.sent(&office.text(json!({ "is_to_all": true })));
    for field in ["unionid", "task_id"] {
        let mut request = json!({ "unionid": office.unionid, "task_id": task });
        for wrong in [json!(null), json!(""), json!(" "), json!("x".repeat(129))] {
            request[field] = wrong;
            office.refuses(RECALL, &request, 40_035, &[field]);
        }
        let code = if field == "unionid" { 800_003 } else { 800_025 };
        request[field] = json!("x".repeat(128));
        office.refuses(RECALL, &request, code, &[field]);
    }
}
