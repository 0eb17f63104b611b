use carillon_model::settings::SendSettings;
use serde_json::{Value, json};

use crate::send::fixture::{Fixture, SEND};

/// Without any limit.
const OFF: SendSettings = SendSettings::UNLIMITED;

fn to_everybody() -> Value {
    json!({ "is_to_all": true })
}

fn to_one_member() -> Value {
    json!({ "userid_list": "user1" })
}

#[test]
fn limits_that_an_operator_sets_have_their_codes() {
    for (limits, accepted, code, text) in [
        (SendSettings { min_interval_ms: 1, ..OFF }, 1, 800_013, "群发消息太过频繁"),
        (SendSettings { daily: 2, ..OFF }, 2, 800_014, "群发消息次数超过今日限制"),
        (SendSettings { per_second: 2, ..OFF }, 2, 800_055, "服务号发消息qps超过限制"),
        (SendSettings { per_minute: 3, ..OFF }, 3, 800_056, "服务号发消息qpm超过限制"),
        (
            SendSettings { daily_receivers_factor: 2, ..OFF },
            2,
            800_057,
            "服务号今日发消息总人次超过限制：组织人数 * 2",
        ),
    ] {
        let fixture = Fixture::with(limits);
        for _ in 0..accepted {
            fixture.sent(&fixture.text(to_everybody()));
        }
        let request = fixture.text(to_everybody());
        fixture.refuses(SEND, &request, code, &[text]);
        fixture.refuses(SEND, &request, code, &[text]);
    }
}

#[test]
fn sends_to_one_member_have_their_code() {
    let fixture = Fixture::open();
    for _ in 0..100 {
        fixture.sent(&fixture.text(to_one_member()));
    }
    fixture.refuses(SEND, &fixture.text(to_one_member()), 800_017, &["向该用户发送单聊次数超过今日限制"]);
    fixture.sent(&fixture.text(json!({ "userid_list": "user2" })));
    fixture.sent(&fixture.text(to_everybody()));
}

#[test]
fn a_send_to_too_many_receivers_is_refused() {
    let fixture = Fixture::with(SendSettings { max_receivers: 3, ..OFF });
    let department = json!({ "dep_id_list": [fixture.department] });
    let task = fixture.sent(&fixture.text(department));
    assert_eq!(fixture.audience(&task), [1, 2, 3]);
    for receivers in [to_everybody(), json!({ "dep_id_list": 1 })] {
        fixture.refuses(SEND, &fixture.text(receivers), 800_040, &["4", "3"]);
    }
    let task = fixture.sent(&fixture.text(json!({ "userid_list": "user1,user2,user3,user4" })));
    assert_eq!(fixture.audience(&task), [1, 2, 3, 4]);
}

#[test]
fn the_same_content_reaches_each_member_once_a_day() {
    let fixture = Fixture::open();
    let same = |receivers: Value| {
        let mut request = fixture.text(receivers);
        request["text_content"] = json!("早");
        fixture.audience(&fixture.sent(&request))
    };
    assert_eq!(same(json!({ "dep_id_list": [fixture.department] })), [1, 2, 3]);
    assert_eq!(same(to_everybody()), [4]);
    assert!(same(to_everybody()).is_empty());
    assert_eq!(same(to_one_member()), [1], "one member by name gets it again");
}
