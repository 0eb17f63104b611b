use carillon_model::fact::{GroupMessage, GroupOpened};
use serde_json::{Value, json};

use crate::exclusive::fixture::{Fixture, open};

const PATH: &str = "/v1.0/exclusive/data/activeGroups";

fn create(fixture: &Fixture, request: &Value) -> String {
    let (status, answer) = fixture.server.call_v1("/v1.0/carillon/groups/create", request);
    assert_eq!(status, 200, "{answer}");
    answer["openConversationId"].as_str().unwrap().to_owned()
}

#[test]
fn activity_of_groups_on_a_day() {
    let fixture = open();
    let all = create(&fixture, &json!({ "title": "全员", "groupType": 1, "ownerUserId": "a" }));
    let other = json!({ "title": "别的", "groupType": 3, "ownerUserId": "b", "memberUserIds": ["c"] });
    let other = create(&fixture, &other);
    for (userid, count) in [("b", 2), ("c", 3), ("b", 1)] {
        fixture.record_fact(0, userid, GroupMessage { open_conversation_id: other.clone(), count });
    }
    for userid in ["b", "c", "c"] {
        fixture.record_fact(0, userid, GroupOpened { open_conversation_id: other.clone() });
    }
    let row = |id: &str, name: &str, kind: i64, creator: &str, numbers: [i64; 4]| {
        json!({
            "statDate": "20251009", "dingGroupId": id, "groupCreateTime": "2025-10-09 16:53:20",
            "groupCreateUserId": fixture.unionid(creator), "groupCreateUserName": format!("员{creator}"), "groupName": name,
            "groupType": kind, "groupUserCnt1d": numbers[0], "sendMessageUserCnt1d": numbers[1],
            "sendMessageCnt1d": numbers[2], "openConvUv1d": numbers[3],
        })
    };
    let all_row = row(&all, "全员", 1, "a", [4, 0, 0, 0]);
    let other_row = row(&other, "别的", 3, "b", [2, 2, 6, 2]);
    let get = |query: &str| fixture.get(&format!("{PATH}?statDate=20251009&{query}"));
    assert_eq!(get("pageNumber=1&pageSize=200"), json!({ "data": [all_row, other_row], "totalCount": 2 }));
    assert_eq!(get("pageNumber=2&pageSize=1"), json!({ "data": [other_row], "totalCount": 2 }));
    assert_eq!(get("pageNumber=1&pageSize=9&groupType=1"), json!({ "data": [all_row], "totalCount": 1 }));
    let one = format!("pageNumber=1&pageSize=9&dingGroupId={}", other.replace('=', "%3D"));
    assert_eq!(get(&one), json!({ "data": [other_row], "totalCount": 1 }));
    let before = fixture.get(&format!("{PATH}?statDate=20251008&pageNumber=1&pageSize=9"));
    assert_eq!(before, json!({ "data": [], "totalCount": 0 }));
}

#[test]
fn bad_queries_have_the_documented_codes() {
    let fixture = open();
    for (query, code, message) in [
        ("pageNumber=1&pageSize=9", "param.blank", "没有传递必传参数: statDate is missing"),
        ("statDate=20251009&pageSize=9", "param.blank", "没有传递必传参数: pageNumber is missing"),
        ("statDate=20251009&pageNumber=1", "param.blank", "没有传递必传参数: pageSize is missing"),
        (
            "statDate=x&pageNumber=1&pageSize=9",
            "param.illegal",
            "参数不合法: statDate must be a day in the form yyyyMMdd",
        ),
        (
            "statDate=20251009&pageNumber=1&pageSize=201",
            "param.illegal",
            "参数不合法: pageSize must be at most 200",
        ),
        (
            "statDate=20251009&pageNumber=1&pageSize=9&groupType=5",
            "param.illegal",
            "参数不合法: groupType must be one of 1, 2, 3, 4",
        ),
    ] {
        let refused = fixture.refused(&format!("{PATH}?{query}"));
        assert_eq!(refused, (400, code.to_owned(), message.to_owned()));
    }
    fixture.get(&format!("{PATH}?statDate=20251009&pageNumber=1&pageSize=200"));
}
