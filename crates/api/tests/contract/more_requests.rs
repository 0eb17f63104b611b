//! Valid requests beside those of [`crate::matrix::valid_requests`].

use serde_json::{Map, Value, json};

use crate::matrix::fixture::Fixture;

/// The request for a page of one item, whose response says that there are more. `None` without pages.
pub fn short_page(request: &Map<String, Value>) -> Option<Map<String, Value>> {
    const SIZES: [&str; 5] = ["size", "page_size", "pageSize", "max_results", "maxResults"];
    let size = SIZES.into_iter().find(|size| request.contains_key(*size))?;
    let mut request = request.clone();
    request.insert(size.to_owned(), json!(1));
    Some(request)
}

/// More requests, where no single response of an operation has all of its fields.
pub fn requests(fixture: &Fixture, operation: &str) -> Vec<Map<String, Value>> {
    if operation == "annual_report.get" {
        let of = |kind| json!({ "year": "2024", "type": kind, "user_id": "ann", "dept_id": fixture.dept });
        return [2, 3].into_iter().filter_map(|kind| of(kind).as_object().cloned()).collect();
    }
    if operation != "mass.record_detail" {
        return Vec::new();
    }
    let (url, card) = (
        "https://example.com",
        |fields: Value| json!({ "msg_type": "action_card", "msg_body": { "action_card": fields } }),
    );
    let contents = [
        json!({ "msg_type": "text", "text_content": "文" }),
        json!({ "msg_type": "image", "media_id": fixture.picture }),
        json!({ "msg_type": "markdown", "msg_body": { "markdown": { "title": "题", "text": "文" } } }),
        json!({ "msg_type": "link", "msg_body": { "link": {
            "title": "题", "summary": "文", "link_url": url, "cover_image_media_id": fixture.picture, "open_type": 2,
        } } }),
        card(json!({ "title": "题", "markdown": "文", "single_title": "开", "single_url": url })),
        card(json!({
            "title": "题", "markdown": "文", "btn_orientation": "1", "button_list": [{ "title": "开", "action_url": url }],
        })),
    ];
    let sent = contents.into_iter().enumerate().map(|(number, mut fields)| {
        fields["unionid"] = json!(fixture.account);
        fields["uuid"] = json!(format!("other{number}"));
        fields["userid_list"] = json!(["ann"]);
        fields["dep_id_list"] = json!([fixture.dept]);
        fields["roleIds"] = json!([fixture.role]);
        fixture.ok_v1("/v1.0/exclusive/follow/message/send", &fields)["task_id"].clone()
    });
    sent.chain([json!(fixture.scheduled_send)])
        .map(|task| {
            Map::from_iter([("unionid".to_owned(), json!(fixture.account)), ("task_id".to_owned(), task)])
        })
        .collect()
}
