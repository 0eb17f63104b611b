use carillon_model::{
    id::{CardId, MediaId},
    message::{CardAction, CardButton, Message},
};
use serde_json::{Value, json};

use crate::send::fixture::{Fixture, SEND};

#[test]
fn every_kind_of_message_is_accepted_in_json_and_as_a_form() {
    let fixture = Fixture::open();
    let unionid = &fixture.unionid;
    let article = fixture.article(unionid, "甲");
    fixture.ok("/topapi/material/article/publish", &json!({ "unionid": unionid, "article_id": article }));
    let card = json!({ "unionid": unionid, "articles": [{ "article_id": article }] });
    let card = fixture.ok("/topapi/material/news/add", &card)["media_id"].as_str().unwrap().to_owned();
    let picture = fixture.picture();
    let url = "https://example.com/?a=1&b=%20+ 好";
    let button = |title: &str| json!({ "title": title, "action_url": url });
    let stored_button = |title: &str| CardButton { title: title.to_owned(), url: url.to_owned() };
    let action_card = |fields: Value| {
        let mut card = json!({ "title": "题", "markdown": "**文**" });
        card.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        json!({ "msg_type": "action_card", "msg_body": { "action_card": card } })
    };
    let stored_card =
        |action| Message::ActionCard { title: "题".to_owned(), markdown: "**文**".to_owned(), action };
    let link = |fields: Value| {
        let mut link = json!({ "title": "题", "text": "文", "message_url": url });
        link.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        json!({ "msg_type": "link", "msg_body": { "link": link } })
    };
    let stored_link = |picture: Option<&str>| Message::Link {
        title: "题".to_owned(),
        text: "文".to_owned(),
        url: url.to_owned(),
        picture: picture.map(str::to_owned),
        open_type: None,
    };
    let whole = || CardAction::Whole { title: "开".to_owned(), url: url.to_owned() };
    let buttons = |horizontal, titles: &[&str]| CardAction::Buttons {
        horizontal,
        buttons: titles.iter().copied().map(stored_button).collect(),
    };
    let cases = [
        (
            json!({ "msg_type": "text", "text_content": " 早+%41&\n" }),
            Message::Text { content: " 早+%41&\n".to_owned() },
        ),
        (json!({ "msg_type": "text", "text_content": 42 }), Message::Text { content: "42".to_owned() }),
        (
            json!({ "msg_type": "image", "media_id": picture }),
            Message::Image { media_id: MediaId::from(picture.as_str()) },
        ),
        (
            json!({ "msg_type": "news_card", "media_id": card }),
            Message::NewsCard { card_id: CardId::from(card.as_str()) },
        ),
        (
            json!({ "msg_type": "single_news_card", "media_id": card }),
            Message::SingleNewsCard { card_id: CardId::from(card.as_str()) },
        ),
        (
            json!({ "msg_type": "markdown", "msg_body": { "markdown": { "title": "题", "text": "# 文" } } }),
            Message::Markdown { title: "题".to_owned(), text: "# 文".to_owned() },
        ),
        (action_card(json!({ "single_title": "开", "single_url": url })), stored_card(whole())),
        (
            action_card(
                json!({ "single_title": "开", "single_url": url, "button_list": [], "btn_orientation": "" }),
            ),
            stored_card(whole()),
        ),
        (
            action_card(json!({ "btn_orientation": "0", "button_list": [button("一"), button("二")] })),
            stored_card(buttons(false, &["一", "二"])),
        ),
        (
            action_card(json!({ "btn_orientation": 1, "button_list": button("一") })),
            stored_card(buttons(true, &["一"])),
        ),
        (
            action_card(json!({ "btn_orientation": "1", "button_list": json!([button("一")]).to_string() })),
            stored_card(buttons(true, &["一"])),
        ),
        (
            action_card(json!({
                "single_title": "开", "single_url": url, "btn_orientation": "1", "button_list": [button("一")],
            })),
            stored_card(buttons(true, &["一"])),
        ),
        (link(json!({})), stored_link(None)),
        (link(json!({ "pic_url": " " })), stored_link(None)),
        (link(json!({ "pic_url": picture })), stored_link(Some(&picture))),
        (link(json!({ "pic_url": url })), stored_link(Some(url))),
    ];
    for (fields, expected) in cases {
        let request = |fields: &Value| {
            let mut request = fixture.request(fields.clone());
            request["userid_list"] = json!("user1");
            request
        };
        let mut tasks = vec![fixture.sent(&request(&fields)), fixture.sent_as_form(&request(&fields))];
        if !fields["msg_body"].is_null() {
            let mut as_text = fields.clone();
            as_text["msg_body"] = json!(fields["msg_body"].to_string());
            tasks.push(fixture.sent(&request(&as_text)));
        }
        for task in tasks {
            assert_eq!(fixture.message(&task), expected, "{fields}");
            assert_eq!(fixture.audience(&task), [1]);
        }
    }
}

#[test]
fn each_send_returns_a_unique_task_id() {
    let fixture = Fixture::open();
    let answer = fixture.ok(SEND, &fixture.text(json!({ "is_to_all": true })));
    assert_eq!(answer["errmsg"], "ok");
    let task = answer["task_id"].as_str().unwrap();
    assert!(task.starts_with("push") && task.ends_with("iE"), "{task}");
    assert!(!answer["request_id"].as_str().unwrap().is_empty());
    assert_ne!(fixture.ok(SEND, &fixture.text(json!({ "is_to_all": true })))["task_id"], task);
}

#[test]
fn receivers_are_accepted_in_every_encoding() {
    let fixture = Fixture::open();
    let (upper, below, role) = (fixture.department.0, fixture.below.0, fixture.role.0);
    let cases = [
        (json!({ "userid_list": "user1" }), vec![1]),
        (json!({ "userid_list": "user1,user4" }), vec![1, 4]),
        (json!({ "userid_list": " user1 , user4 ,," }), vec![1, 4]),
        (json!({ "userid_list": ["user1", "user4"] }), vec![1, 4]),
        (json!({ "userid_list": "[\"user1\",\"user4\"]" }), vec![1, 4]),
        (json!({ "dep_id_list": upper }), vec![1, 2, 3]),
        (json!({ "dep_id_list": format!("{below}") }), vec![3]),
        (json!({ "dep_id_list": format!("{upper},{below}") }), vec![1, 2, 3]),
        (json!({ "dep_id_list": [upper, below] }), vec![1, 2, 3]),
        (json!({ "dep_id_list": [below.to_string()] }), vec![3]),
        (json!({ "dep_id_list": format!("[{below}]") }), vec![3]),
        (json!({ "dep_id_list": "1" }), vec![1, 2, 3, 4]),
        (json!({ "roleIds": role }), vec![1, 4]),
        (json!({ "roleIds": role.to_string() }), vec![1, 4]),
        (json!({ "roleIds": [role], "dep_id_list": below, "userid_list": "user1" }), vec![1, 3, 4]),
        (json!({ "is_to_all": true }), vec![1, 2, 3, 4]),
        (
            json!({ "is_to_all": "true", "userid_list": "", "dep_id_list": null, "roleIds": [] }),
            vec![1, 2, 3, 4],
        ),
        (json!({ "is_to_all": "false", "userid_list": "user2" }), vec![2]),
        (json!({ "is_to_all": 0, "userid_list": "user2" }), vec![2]),
        (json!({ "is_to_all": "1", "userid_list": "user2" }), vec![1, 2, 3, 4]),
    ];
    for (fields, expected) in cases {
        let task = fixture.sent(&fixture.text(fields.clone()));
        assert_eq!(fixture.audience(&task), expected, "{fields}");
        let task = fixture.sent_as_form(&fixture.text(fields.clone()));
        assert_eq!(fixture.audience(&task), expected, "{fields} as a form");
    }
    // Repeated names, and names with brackets.
    for list in ["userid_list=user1&userid_list=user4", "userid_list[]=user1&userid_list[]=user4"] {
        let body = format!(
            "unionid={}&is_to_all=false&msg_type=text&text_content={list}&uuid={}&{list}",
            fixture.unionid,
            fixture.uuid()
        );
        let answer = fixture.post(SEND, "application/x-www-form-urlencoded", body.as_bytes());
        assert_eq!(fixture.audience(&answer["task_id"].as_str().unwrap().into()), [1, 4], "{answer}");
    }
}

#[test]
fn a_preview_goes_to_one_member() {
    let fixture = Fixture::open();
    let article = fixture.article(&fixture.unionid, "甲");
    let card = json!({ "unionid": fixture.unionid, "articles": [{ "article_id": article }] });
    let card = fixture.ok("/topapi/material/news/add", &card)["media_id"].clone();
    let news = |preview: Value, users: &str| {
        fixture.request(json!({
            "msg_type": "news_card", "media_id": card, "is_preview": preview, "userid_list": users,
        }))
    };
    for preview in [json!(true), json!("true"), json!(1)] {
        let task = fixture.sent(&news(preview, "user2"));
        assert!(fixture.row(&task).preview);
        assert_eq!(fixture.audience(&task), [2]);
    }
    for preview in [json!(false), json!(null), json!("")] {
        fixture.refuses(SEND, &news(preview, "user2"), 800_020, &["media_id", "not published"]);
    }
    fixture.refuses(SEND, &news(json!(true), "user1,user2"), 800_022, &["is_preview"]);
    fixture.refuses(SEND, &news(json!(true), ""), 800_019, &["is_preview"]);
}

#[test]
fn a_send_decides_on_comments_and_the_home_page() {
    let fixture = Fixture::open();
    for fields in [
        json!({ "allow_comment": true, "comment_type": 1, "show_homepage": 1 }),
        json!({ "allow_comment": "false", "comment_type": "0", "show_homepage": "0" }),
    ] {
        let mut request = fixture.text(json!({ "userid_list": "user1" }));
        request.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        fixture.sent(&request);
    }
    for (field, wrong) in [
        ("allow_comment", json!("maybe")),
        ("comment_type", json!(2)),
        ("show_homepage", json!(2)),
        ("show_homepage", json!("yes")),
        ("is_preview", json!(2)),
        ("is_to_all", json!("everybody")),
    ] {
        let mut request = fixture.text(json!({ "userid_list": "user1" }));
        request[field] = wrong;
        fixture.refuses(SEND, &request, 40_035, &[field]);
    }
}
