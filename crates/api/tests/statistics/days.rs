//! The day of a request, and days without facts.

use carillon_domain::stats::{finalize, read::DayStatistics};
use carillon_model::{
    day::Day,
    env::FixedClock,
    time::{DAY_MS, Timestamp},
};
use serde_json::{Value, json};

use crate::statistics::fixture::{DAY, Fixture, busy_day, fact};
use testkit::server::NOW;

const SUMMARY: &str = "/topapi/kac/datav/dau/summary/get";
const APPS: &str = "/topapi/kac/datav/microapp/detail/list";

#[test]
fn a_day_must_be_valid_and_not_in_the_future() {
    let fixture = Fixture::new();
    for (day, reason) in [
        ("20251010", "request.data_id must not be in the future"),
        ("20251301", "request.data_id must be a day in the form yyyyMMdd"),
        ("2025-10-09", "request.data_id must be a day in the form yyyyMMdd"),
        ("", "request.data_id is missing"),
    ] {
        let answer = fixture.server.call(SUMMARY, &json!({ "request": { "data_id": day } }));
        assert_eq!(answer["errcode"], 40035, "{day}");
        assert!(answer["errmsg"].as_str().unwrap().ends_with(reason), "{answer}");
    }
    for (day, status, code) in [
        ("20251010", 500, "statDate.format.iserror"),
        ("x", 500, "statDate.format.iserror"),
        ("", 500, "statDate.is.null"),
        (DAY, 200, ""),
    ] {
        let path = format!("/v1.0/datacenter/todoUserData?statDate={day}");
        let (found, answer) = fixture.server.v1("GET", &path, None);
        assert_eq!((found, answer["code"].as_str().unwrap_or_default()), (status, code), "{day}: {answer}");
    }
}

#[test]
fn apps_are_listed_for_ninety_days() {
    let fixture = Fixture::new();
    let code_of_day = |day: &str| {
        fixture.server.code(APPS, &json!({ "request": { "data_id": day, "cursor": 0, "size": 1 } }))
    };
    assert_eq!((code_of_day("20250711"), code_of_day("20250710")), (0, 40035));
}

#[test]
fn pages_have_their_documented_limits() {
    let fixture = Fixture::new();
    let sizes = |path: &str, sizes: [i64; 2], more: Value| {
        sizes.map(|size| {
            let mut request = json!({ "data_id": DAY, "cursor": 0, "size": size });
            request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            fixture.server.code(path, &json!({ "request": request }))
        })
    };
    assert_eq!(sizes(APPS, [100, 101], json!({})), [0, 40035]);
    let live = json!({ "openConversationId": "g", "live_uuid": "l" });
    assert_eq!(sizes("/topapi/kac/datav/videolive/viewer/list", [500, 501], live), [0, 40035]);
}

#[test]
fn a_day_without_facts_is_all_zeros() {
    let fixture = Fixture::new();
    let request = json!({ "request": { "data_id": "20240229" } });
    assert_eq!(
        fixture.server.ok(SUMMARY, &request)["result"],
        json!({ "daily_active_users": 0, "activated_count": 0, "contacts_count": 4, "chat_user_count": 0,
                "app_active_users": 0, "pc_active_users": 0 }),
    );
    let chat = fixture.server.ok("/topapi/kac/datav/chat/summary/get", &request)["result"].clone();
    assert_eq!((&chat["message_avg_count"], &chat["message_total_count"]), (&json!("0.0"), &json!(0)));
    let page = json!({ "request": { "data_id": "20240229", "cursor": 0, "size": 2 } });
    let departments = fixture.server.ok("/topapi/kac/datav/dept/dau/list", &page)["result"].clone();
    assert_eq!((&departments["has_more"], &departments["next_cursor"]), (&json!(true), &json!(fixture.dept)));
}

#[test]
fn a_finalized_day_gives_the_same_responses() {
    let fixture = Fixture::new();
    fixture.send_facts(&busy_day());
    let answers = || {
        let mut answers = vec![fixture.day("datav/chat/summary/get"), fixture.day("datav/dau/summary/get")];
        for list in ["dept/ding/list", "dept/dau/list", "videolive/detail/list", "inactivated/user/list"] {
            answers.extend(fixture.list(&format!("datav/{list}")));
        }
        answers
    };
    let before = answers();
    let next_week = fixture.server.env.with_clock(FixedClock(Timestamp(NOW + 7 * DAY_MS)));
    finalize::finalize_all(&fixture.server.store, &next_week, &fixture.server.corp).unwrap();
    assert_eq!(answers(), before);

    fixture.send_facts(&[fact("late", "dan", 9, "login", json!({ "client": "Linux", "appVersion": "9" }))]);
    assert_eq!(fixture.day("datav/dau/summary/get")["daily_active_users"], 3);
    finalize::finalize_all(&fixture.server.store, &next_week, &fixture.server.corp).unwrap();
    assert_eq!(fixture.day("datav/dau/summary/get")["daily_active_users"], 3);
}

#[test]
fn the_server_records_its_own_facts() {
    let fixture = Fixture::new();
    let unionid = fixture.server.account("新闻");
    let article = fixture.server.article(&unionid, "文");
    let this = json!({ "unionid": unionid, "article_id": article });
    fixture.server.ok("/topapi/material/article/publish", &this);
    fixture.server.ok("/topapi/material/article/publish", &this);
    let corp = fixture.server.corp.clone();
    let cumulative = fixture
        .server
        .store
        .read_blocking(&corp, |tx| DayStatistics::open(tx, &corp, Day(20_251_009))?.cumulative(tx))
        .unwrap();
    assert_eq!(cumulative.accounts.len(), 1);
    assert_eq!((cumulative.accounts[0].articles, cumulative.accounts[0].reads), (1, 0));
}
