//! Requests as programs send them, with their oddities.

use serde_json::{Value, json};
use testkit::server::TestServer;

use crate::contacts::requests::{add_member, with};

const SEND: &str = "/topapi/message/mass/send";

fn with_members() -> (TestServer, String) {
    let server = TestServer::start();
    for number in 1..4 {
        add_member(&server, number, json!({}));
    }
    let account = server.account("号");
    (server, account)
}

#[test]
fn a_card_with_both_spellings_and_an_empty_list_of_buttons_is_sent_once() {
    let (server, account) = with_members();
    let card = json!({
        "title": "标题", "markdown": "内容", "single_title": "查看详情", "single_url": "https://example.com/a",
        "btn_orientation": null, "button_list": [],
    });
    let request = json!({
        "unionid": account, "uuid": "batch-1", "is_to_all": false, "userid_list": "u1,u2", "userIds": ["u1", "u2"],
        "msg_type": "action_card", "msgType": "action_card", "text_content": "内容", "textContent": "内容",
        "media_id": "https://example.com/y.png", "mediaId": "https://example.com/y.png", "msg_body": { "action_card": card },
    });
    let sent = server.ok(SEND, &request);
    assert!(sent["task_id"].as_str().is_some_and(|task| task.starts_with("push")), "{sent}");
    // The program sends its next batch with the same uuid. That is not another message.
    assert_eq!(server.code(SEND, &with(request, json!({ "userid_list": "u3" }))), 800_035);
}

#[test]
fn an_alarm_with_texts_for_everything_is_sent() {
    let (server, account) = with_members();
    let list = server.post("/topapi/serviceaccount/list", "application/json", b"");
    assert_eq!(list["errcode"], 0, "{list}");
    let body = format!(
        r#"{{"unionid": "{account}", "is_to_all": "false", "msg_type": "text", "text_content": "\u544a\u8b66 \n \u6062\u590d", "uuid": "a-1", "userid_list": "u1, u2, u3"}}"#
    );
    let sent = server.post(SEND, "application/json", body.as_bytes());
    assert_eq!(sent["errcode"], 0, "{sent}");
    let task: &Value = &sent["task_id"];
    assert!(task.as_str().is_some_and(|task| task.starts_with("push")), "{sent}");
}
