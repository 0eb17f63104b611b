use serde_json::{Value, json};

use crate::exclusive::fixture::{Fixture, open, refusal};

const QUERY: &str = "/v1.0/exclusive/inactives/users/query";

/// The rows that a query finds, without the fields that all share: job number, name, department, userid and the
/// four flags.
fn rows(fixture: &Fixture, request: &Value) -> Vec<[String; 8]> {
    let answer = query(fixture, request);
    let row = |row: &Value| {
        assert_eq!(
            (&row["stat_date"], row["corp_id"].as_str()),
            (&request["statDate"], Some(fixture.server.corp.as_str()))
        );
        assert_eq!(row.as_object().unwrap().len(), 10);
        [1, 2, 3, 4, 5, 6, 7, 8].map(|number| row[format!("1400{number}_DAY")].as_str().unwrap().to_owned())
    };
    answer["dataList"].as_array().unwrap().iter().map(row).collect()
}

fn query(fixture: &Fixture, request: &Value) -> Value {
    let (status, answer) = fixture.server.call_v1(QUERY, request);
    assert_eq!(status, 200, "{answer}");
    answer
}

#[test]
fn inactive_members_are_listed_with_their_periods() {
    let fixture = open();
    for (days_ago, userid) in [(0, "a"), (6, "b"), (7, "c"), (29, "d"), (40, "a")] {
        fixture.record_login(days_ago, userid, "8.0.0");
    }
    let page =
        |number: i64, size: i64| json!({ "statDate": "20251009", "pageNumber": number, "pageSize": size });
    let b = ["J1", "员b", "销售", "b", "N", "Y", "Y", "Y"];
    let c = ["J2", "员c", "销售", "c", "N", "N", "Y", "Y"];
    let d = ["J3", "员d", "测试", "d", "N", "N", "N", "Y"];
    assert_eq!(rows(&fixture, &page(1, 20)), [b, c, d]);
    assert_eq!(rows(&fixture, &page(2, 2)), [d]);
    assert!(rows(&fixture, &page(3, 2)).is_empty());
    let of = |departments: Value| {
        let mut request = page(1, 20);
        request["deptIds"] = departments;
        rows(&fixture, &request)
    };
    assert_eq!(of(json!([fixture.dept.to_string()])), [b, c]);
    assert_eq!(of(json!(format!("1,{}", fixture.dept))), [b, c, d]);
    assert!(of(json!(["4711"])).is_empty());
    // On the day before, `a` had not signed in for a month.
    let a = ["J0", "员a", "测试", "a", "N", "N", "N", "N"];
    let before = rows(&fixture, &json!({ "statDate": "20251008", "pageNumber": 1, "pageSize": 1 }));
    assert_eq!(before, [a]);

    let meta = query(&fixture, &page(1, 1))["metaList"].clone();
    assert_eq!(meta.as_array().unwrap().len(), 8);
    let first = json!({ "kpiId": "14001", "kpiName": "未活跃员工工号", "unit": "",
                        "kpiCaliber": "统计日未登录的员工的工号", "period": "DAY" });
    assert_eq!(meta[0], first);

    assert_eq!(fixture.get("/v1.0/exclusive/data/dau/org/20251009"), json!({ "actUsrCnt1m": "4" }));
    assert_eq!(fixture.get("/v1.0/exclusive/data/dau/org/20251001"), json!({ "actUsrCnt1m": "1" }));
    assert_eq!(fixture.get("/v1.0/exclusive/data/dau/org/20240101"), json!({ "actUsrCnt1m": "0" }));
}

#[test]
fn bad_queries_have_the_documented_codes() {
    let fixture = open();
    let refused = |request: Value| refusal(fixture.server.call_v1(QUERY, &request));
    let page = |day: Value| json!({ "statDate": day, "pageNumber": 1, "pageSize": 20 });
    let expect = |request: Value, status: u16, code: &str, message: &str| {
        assert_eq!(refused(request), (status, code.to_owned(), message.to_owned()));
    };
    expect(page(Value::Null), 500, "statDate.is.null", "statDate请求参数为空: statDate is missing");
    let form = "statDate格式错误: statDate must be a day in the form yyyyMMdd";
    expect(page(json!("2025-10-09")), 500, "statDate.format.iserror", form);
    let future = "statDate格式错误: statDate must not be in the future";
    expect(page(json!("20251010")), 500, "statDate.format.iserror", future);
    let with = |field: &str, value: Value| {
        let mut request = page(json!("20251009"));
        request[field] = value;
        request
    };
    for (request, expected) in [
        (with("pageNumber", json!(0)), "pageNumber must be at least 1"),
        (with("pageSize", json!(101)), "pageSize must be at most 100"),
        (with("deptIds", json!(["x"])), "deptIds[0] must be a department's id"),
        (with("deptIds", json!(vec!["1"; 1001])), "deptIds must have at most 1000 items"),
    ] {
        expect(request, 400, "param.illegal", &format!("参数不合法: {expected}"));
    }
    query(&fixture, &with("pageSize", json!(100)));
    query(&fixture, &with("deptIds", json!(vec!["1"; 1000])));
}

#[test]
fn versions_in_the_order_of_arrival() {
    let fixture = open();
    for (userid, version) in
        [("a", "2.0"), ("b", "1.0"), ("c", "2.0"), ("a", "2.0"), ("d", "1.0"), ("d", "3.0")]
    {
        fixture.record_login(0, userid, version);
    }
    let path = "/v1.0/exclusive/data/appVersion/org/20251009";
    let version = |version: &str, users: u64| json!({ "statDate": "20251009", "orgName": "测试", "client": "Android", "appVersion": version, "userCnt": users });
    let first = fixture.get(&format!("{path}?nextToken=0&maxResults=2"));
    assert_eq!(first["data"], json!([version("2.0", 2), version("1.0", 2)]));
    assert_eq!(first["hasMore"], true);
    // A version that arrives between pages comes last, and once.
    fixture.record_login(0, "b", "4.0");
    let second = fixture.get(&format!("{path}?nextToken={}&maxResults=2", first["nextToken"]));
    let expected =
        json!({ "data": [version("3.0", 1), version("4.0", 1)], "nextToken": 0, "hasMore": false });
    assert_eq!(second, expected);
}
