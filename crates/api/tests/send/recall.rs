use carillon_domain::send::{self, NewSend};
use carillon_model::{
    message::{Message, Receivers, SendSource},
    time::DAY_MS,
};
use serde_json::json;

use crate::send::fixture::{Fixture, RECALL, SEND};

#[test]
fn a_send_is_recalled_once() {
    let fixture = Fixture::open();
    let task = fixture.sent(&fixture.text(json!({ "is_to_all": true })));
    let other = fixture.account("别的");
    let recall = |unionid: &str, task: &str| json!({ "unionid": unionid, "task_id": task });
    fixture.refuses(RECALL, &recall(&fixture.unionid, "nothing"), 800_025, &["task_id不合法"]);
    fixture.refuses(RECALL, &recall(&other, task.as_str()), 800_025, &["task_id不合法"]);
    fixture.refuses(RECALL, &recall("nobody", task.as_str()), 800_003, &["unionid"]);
    assert_eq!(fixture.row(&task).recalled_at, None);
    let answer = fixture.ok(RECALL, &recall(&fixture.unionid, task.as_str()));
    assert_eq!(answer["errmsg"], "ok");
    assert!(fixture.row(&task).recalled_at.is_some());
    fixture.refuses(RECALL, &recall(&fixture.unionid, task.as_str()), 800_025, &["消息已撤回"]);

    let task = fixture.sent(&fixture.text(json!({ "is_to_all": true })));
    let form = format!("task_id={task}&unionid={}", fixture.unionid);
    let answer = fixture.post(RECALL, "application/x-www-form-urlencoded", form.as_bytes());
    assert_eq!(answer["errcode"], 0, "{answer}");
}

#[test]
fn the_uuid_of_a_recalled_send_stays_used() {
    let fixture = Fixture::open();
    let request = fixture.text(json!({ "is_to_all": true }));
    let task = fixture.sent(&request);
    fixture.ok(RECALL, &json!({ "unionid": fixture.unionid, "task_id": task }));
    fixture.refuses(SEND, &request, 800_035, &["uuid"]);
    let mut again = fixture.text(json!({ "is_to_all": true }));
    again["text_content"] = request["text_content"].clone();
    assert_eq!(fixture.audience(&fixture.sent(&again)), [1, 2, 3, 4], "its content can be sent again");
}

#[test]
fn a_send_can_be_recalled_for_24_hours() {
    let fixture = Fixture::open();
    let earlier = |ms, content: &str| {
        let new = NewSend {
            account: fixture.unionid.as_str().into(),
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
        fixture.write_earlier(ms, move |tx, env, corp| send::create(tx, env, corp, new)).unwrap()
    };
    let recall = |task| json!({ "unionid": fixture.unionid, "task_id": task });
    fixture.ok(RECALL, &recall(earlier(DAY_MS - 1, "刚好")));
    fixture.refuses(RECALL, &recall(earlier(DAY_MS, "太晚")), 800_025, &["task_id不合法", "24小时"]);
}

#[test]
fn sends_of_a_disabled_account_can_be_recalled() {
    let fixture = Fixture::open();
    let task = fixture.sent(&fixture.text(json!({ "is_to_all": true })));
    fixture.ok("/topapi/serviceaccount/update", &json!({ "unionid": fixture.unionid, "status": "disabled" }));
    fixture.ok(RECALL, &json!({ "unionid": fixture.unionid, "task_id": task }));
}

#[test]
fn both_fields_are_needed() {
    let fixture = Fixture::open();
    let task = fixture.sent(&fixture.text(json!({ "is_to_all": true })));
    for field in ["unionid", "task_id"] {
        let mut request = json!({ "unionid": fixture.unionid, "task_id": task });
        for wrong in [json!(null), json!(""), json!(" "), json!("x".repeat(129))] {
            request[field] = wrong;
            fixture.refuses(RECALL, &request, 40_035, &[field]);
        }
        let code = if field == "unionid" { 800_003 } else { 800_025 };
        request[field] = json!("x".repeat(128));
        fixture.refuses(RECALL, &request, code, &[field]);
    }
}
