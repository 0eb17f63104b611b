//! The record of sends, and the detail of one send.

use carillon_domain::send::{self, NewSend};
use carillon_model::{
    id::{AccountId, TaskId},
    message::{Message, Receivers, SendSource},
};
use serde_json::{Value, json};

use crate::send::fixture::{Fixture, RECALL};
use crate::send::v1;
use testkit::server::NOW;

const QUERY: &str = "/v1.0/exclusive/follow/message/queryMsgSendRecords";
const DETAIL: &str = "/v1.0/exclusive/follow/message/getMsgRecordDetail";

pub fn records(fixture: &Fixture, fields: Value) -> Value {
    let mut request = json!({ "unionid": fixture.unionid, "page_number": 1, "page_size": 100 });
    request.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let answer = fixture.ok_v1("POST", QUERY, &request);
    assert_eq!((&answer["errorcode"], &answer["errmsg"]), (&json!("0"), &json!("ok")));
    assert_eq!(answer["result"]["item_count"], answer["result"]["items"].as_array().unwrap().len());
    answer["result"].clone()
}

/// The titles that the record lists.
pub fn titles(fixture: &Fixture, fields: Value) -> Vec<String> {
    let items = records(fixture, fields)["items"].clone();
    items
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["title"].as_str().unwrap_or_default().to_owned())
        .collect()
}

pub fn detail(fixture: &Fixture, task: &TaskId) -> Value {
    let answer = fixture.ok_v1("POST", DETAIL, &json!({ "unionid": fixture.unionid, "task_id": task }));
    assert_eq!((&answer["errorcode"], &answer["errmsg"]), (&json!("0"), &json!("ok")));
    answer["result"].clone()
}

/// Sends a text from a source, some milliseconds ago.
fn earlier(fixture: &Fixture, ms: i64, content: &str, source: SendSource) -> TaskId {
    let new = NewSend {
        account: AccountId::from(fixture.unionid.as_str()),
        uuid: content.to_owned(),
        app_key: "app".into(),
        message: Message::Text { content: content.to_owned() },
        receivers: Receivers { users: vec!["user1".into()], ..Receivers::default() },
        preview: false,
        allow_comment: false,
        comment_type: 0,
        show_homepage: false,
        source,
        operator: (source == SendSource::Console).then(|| "user2".into()),
    };
    fixture.write_earlier(ms, move |tx, env, corp| send::create(tx, env, corp, new)).unwrap()
}

#[test]
fn the_record_is_filtered_and_comes_newest_first() {
    let fixture = Fixture::open();
    let first = earlier(&fixture, 3_000, "一\n二", SendSource::Api);
    earlier(&fixture, 2_000, "二", SendSource::Console);
    let third = earlier(&fixture, 1_000, "三", SendSource::Api);
    let picture = fixture
        .request(json!({ "userid_list": "user1", "msg_type": "image", "media_id": fixture.picture() }));
    fixture.sent(&picture);
    assert_eq!(titles(&fixture, json!({})), ["", "三", "一"]);
    assert_eq!(titles(&fixture, json!({ "msg_source": 0 })), ["", "三", "二", "一"]);
    assert_eq!(titles(&fixture, json!({ "msg_source": 1 })), ["二"]);
    let by_operator = records(&fixture, json!({ "msg_source": 1 }))["items"][0].clone();
    assert_eq!((&by_operator["operator_user_id"], &by_operator["msg_source"]), (&json!("user2"), &json!(1)));
    let between = |from: i64, to: i64| json!({ "start_time": NOW - from, "end_time": NOW - to });
    assert_eq!(titles(&fixture, between(3_000, 1_000)), ["三", "一"]);
    assert_eq!(titles(&fixture, between(2_999, 1_001)), Vec::<String>::new());
    assert_eq!(titles(&fixture, json!({ "start_time": NOW })), [""]);
    assert_eq!(titles(&fixture, json!({ "msgTypeList": ["text", "markdown"] })), ["三", "一"]);
    assert_eq!(titles(&fixture, json!({ "msgTypeList": "image" })), [""]);
    assert_eq!(titles(&fixture, json!({ "msgTypeList": ["news_card", "link"] })), Vec::<String>::new());

    let page = records(&fixture, json!({ "page_number": 2, "page_size": 1, "msgTypeList": ["text"] }));
    assert_eq!((&page["total_count"], &page["item_count"]), (&json!(2), &json!(1)));
    let item = json!({ "task_id": first, "send_time": NOW - 3_000, "create_time": NOW - 3_000, "msg_type": "text",
                       "title": "一", "msg_source": 2 });
    assert_eq!(page["items"], json!([item]));
    assert_eq!(records(&fixture, json!({ "page_number": 9 }))["items"], json!([]));

    fixture.ok(RECALL, &json!({ "unionid": fixture.unionid, "task_id": third }));
    assert_eq!(titles(&fixture, json!({ "status": 4 })), ["三"]);
    assert_eq!(titles(&fixture, json!({ "status": 2 })), ["", "一"]);
    for status in [0, 1, 3] {
        assert_eq!(titles(&fixture, json!({ "status": status, "msg_source": 0 })), Vec::<String>::new());
    }
}

#[test]
fn the_record_of_an_unknown_account_is_refused_and_so_is_a_bad_page() {
    let fixture = Fixture::open();
    let request = |unionid: &str| json!({ "unionid": unionid, "page_number": 1, "page_size": 1 });
    fixture.refuses_v1("POST", QUERY, &request("nobody"), "invalid.unionid", &["unionid非法"]);
    fixture.refuses_v1("POST", QUERY, &request("nobodyiE"), "publisher.not.exist", &["推送号不存在"]);
    fixture.refuses_v1(
        "POST",
        DETAIL,
        &json!({ "unionid": "nobody", "task_id": "x" }),
        "invalid.unionid",
        &["unionid非法"],
    );
    let unknown = json!({ "unionid": fixture.unionid, "task_id": "pushnothingiE" });
    fixture.refuses_v1("POST", DETAIL, &unknown, "invalid.taskid", &["taskId非法"]);
    for (field, value) in [
        ("page_size", json!(101)),
        ("page_size", json!(0)),
        ("page_number", json!(0)),
        ("status", json!(5)),
        ("status", json!(-1)),
        ("msg_source", json!(3)),
        ("msgTypeList", json!(["voice"])),
        ("start_time", json!("today")),
    ] {
        let mut bad = request(&fixture.unionid);
        bad[field] = value;
        fixture.refuses_v1("POST", QUERY, &bad, "param.illegal", &[field]);
    }
    for field in ["page_size", "page_number"] {
        let mut bad = request(&fixture.unionid);
        bad[field] = json!(null);
        fixture.refuses_v1("POST", QUERY, &bad, &format!("Missing{field}"), &[field]);
    }
    let mut largest = request(&fixture.unionid);
    largest["page_size"] = json!(100);
    fixture.ok_v1("POST", QUERY, &largest);
    fixture.ok("/topapi/serviceaccount/update", &json!({ "unionid": fixture.unionid, "status": "disabled" }));
    fixture.refuses_v1("POST", QUERY, &request(&fixture.unionid), "invalid.userid", &["推送号非法"]);
    fixture.refuses_v1("POST", DETAIL, &unknown, "invalid.userid", &["推送号非法"]);
}

#[test]
fn the_detail_of_a_send_has_its_request() {
    let fixture = Fixture::open();
    let url = "https://example.com";
    let text = fixture.request(json!({
        "msg_type": "text", "text_content": "早\n安", "userid_list": ["user2", "user1"], "dep_id_list": [fixture.department],
        "roleIds": [fixture.role], "allow_comment": true,
    }));
    let task = v1::sent(&fixture, &text);
    let expected = json!({
        "task_id": task, "send_time": NOW, "create_time": NOW, "msg_type": "text", "title": "早", "is_to_all": false,
        "userid_list": ["user2", "user1"], "dep_id_list": [fixture.department.to_string()],
        "roleIdList": [fixture.role.to_string()], "allow_comment": true, "textContent": "早\n安",
    });
    assert_eq!(detail(&fixture, &task), expected);

    let picture = fixture.picture();
    let of = |fields: Value| {
        let mut request = fixture.request(json!({ "is_to_all": true }));
        request.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        detail(&fixture, &v1::sent(&fixture, &request))
    };
    let image = of(json!({ "msg_type": "image", "media_id": picture }));
    assert_eq!(
        (&image["mediaId"], &image["is_to_all"], image.get("title")),
        (&json!(picture), &json!(true), None)
    );
    let markdown = json!({ "title": "题", "text": "**文**" });
    let view = of(json!({ "msg_type": "markdown", "msg_body": { "markdown": markdown } }));
    assert_eq!((&view["markdown"], &view["title"]), (&markdown, &json!("题")));
    let link = json!({ "title": "题", "summary": "文", "link_url": url, "open_type": 1, "cover_image_media_id": picture });
    assert_eq!(of(json!({ "msg_type": "link", "msg_body": { "link": link } }))["link"], link);
    let whole = json!({ "single_url": url, "single_title": "开", "markdown": "文", "title": "题" });
    assert_eq!(
        of(json!({ "msg_type": "action_card", "msg_body": { "action_card": whole } }))["action_card"],
        whole
    );
    let buttons = json!({ "bnt_orientation": "1", "markdown": "文", "title": "题",
                          "button_list": [{ "title": "开", "action_url": url }] });
    assert_eq!(
        of(json!({ "msg_type": "action_card", "msg_body": { "action_card": buttons } }))["action_card"],
        buttons
    );
}

#[test]
fn the_detail_of_a_card_has_its_articles() {
    let fixture = Fixture::open();
    let unionid = &fixture.unionid;
    let article = |title: &str, fields: Value| {
        let mut article = json!({ "title": title, "content": "<p>文</p>", "digest": "摘", "uuid": title });
        article.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let id = fixture.ok("/topapi/material/article/add", &json!({ "unionid": unionid, "article": article }))["article_id"].clone();
        fixture.ok("/topapi/material/article/publish", &json!({ "unionid": unionid, "article_id": id }));
        id
    };
    let card = |ids: &[&Value]| {
        let articles: Value = ids.iter().map(|id| json!({ "article_id": id })).collect();
        fixture.ok("/topapi/material/news/add", &json!({ "unionid": unionid, "articles": articles }))["media_id"].clone()
    };
    let open = article("开", json!({ "allow_forward": true, "view_scope_type": 1 }));
    let closed = article("关", json!({ "allow_forward": false, "view_scope_type": 0 }));
    let of = |kind: &str, ids: &[&Value]| {
        let request = json!({ "is_to_all": true, "msg_type": kind, "media_id": card(ids) });
        let task = v1::sent(&fixture, &fixture.request(request));
        (detail(&fixture, &task), task)
    };
    let (single, task) = of("single_news_card", &[&open]);
    assert_eq!((&single["allow_forward"], &single["view_scope_type"]), (&json!(true), &json!("1")));
    assert_eq!(single["title"], "开");
    let article_view = &single["articles"][0];
    let url = article_view["url"].as_str().unwrap().to_owned();
    assert_eq!(
        article_view,
        &json!({ "article_id": open, "title": "开", "publish_status": 1, "publish_time": NOW, "create_time": NOW,
                 "update_time": NOW, "content": "<p>文</p>", "url": url, "digest": "摘" })
    );
    assert!(url.contains(&format!("/{open}-")), "{url}");
    let (both, _) = of("news_card", &[&closed, &open]);
    assert_eq!((&both["allow_forward"], &both["view_scope_type"]), (&json!(false), &json!("0")));
    assert_eq!((both["articles"].as_array().unwrap().len(), &both["title"]), (2, &json!("关")));
    fixture.ok("/topapi/material/article/delete", &json!({ "unionid": unionid, "article_id": open }));
    let emptied = detail(&fixture, &task);
    assert_eq!((&emptied["articles"], emptied.get("title")), (&json!([]), None));
}
