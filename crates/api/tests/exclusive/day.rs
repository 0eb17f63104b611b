use carillon_model::fact::{
    Calendar, CalendarAction, Document, DocumentAction, Form, FormAction, ReportComment, ReportSent,
};
use serde_json::{Value, json};

use crate::exclusive::fixture::{Fixture, open};

fn with_facts() -> Fixture {
    let fixture = open();
    let calendar = |action, count| Calendar { action, count };
    fixture.record_fact(0, "a", calendar(CalendarAction::Created, 2));
    fixture.record_fact(0, "a", calendar(CalendarAction::Received, 1));
    fixture.record_fact(0, "b", calendar(CalendarAction::Received, 3));
    fixture.record_fact(0, "c", calendar(CalendarAction::Joined, 1));
    for (report, who) in [("r1", "a"), ("r1", "b"), ("r1", "a"), ("r2", "b")] {
        fixture.record_fact(0, who, ReportComment { report_id: report.to_owned() });
    }
    fixture.record_fact(0, "b", ReportSent { count: 2 });
    fixture.record_fact(0, "c", ReportSent { count: 3 });
    fixture.record_fact(0, "d", ReportSent { count: 1 });
    fixture.record_fact(0, "b", Document { action: DocumentAction::Created, count: 4 });
    fixture.record_fact(0, "a", Document { action: DocumentAction::Created, count: 1 });
    fixture.record_fact(0, "c", Document { action: DocumentAction::Edited, count: 9 });
    fixture.record_fact(0, "b", Form { action: FormAction::Published, count: 2 });
    fixture.record_fact(0, "c", Form { action: FormAction::Filled, count: 7 });
    fixture.record_fact(0, "a", Form { action: FormAction::Filled, count: 1 });
    fixture
}

const PATHS: [&str; 10] = [
    "data/calendar/org/{}",
    "data/report/dept/{}",
    "datas/{}/reports/organizations",
    "data/doc/dept/{}",
    "data/doc/org/{}",
    "data/generalForm/dept/{}",
    "data/generalForm/org/{}",
    "data/publisher/{}",
    "data/dau/org/{}",
    "data/appVersion/org/{}",
];

fn at(path: &str, day: &str) -> String {
    format!("/v1.0/exclusive/{}?nextToken=0&maxResults=20", path.replace("{}", day))
}

#[test]
fn numbers_of_the_organisation() {
    let fixture = with_facts();
    let of = |path: &str, day: &str| fixture.get(&at(path, day));
    for (path, today, yesterday) in [
        (
            "data/calendar/org/{}",
            json!({ "calendarCreateUserCnt": "1", "useCalendarUserCnt1d": "3", "recvCalendarUserCnt1d": "2" }),
            json!({ "calendarCreateUserCnt": "0", "useCalendarUserCnt1d": "0", "recvCalendarUserCnt1d": "0" }),
        ),
        // Two reports: one with two commenters, one with one.
        (
            "datas/{}/reports/organizations",
            json!({ "reportCommentUserCnt1d": "3" }),
            json!({ "reportCommentUserCnt1d": "0" }),
        ),
        (
            "data/doc/org/{}",
            json!({ "docCreatedCnt": "5", "docCreateUserCnt1d": "2" }),
            json!({ "docCreatedCnt": "0", "docCreateUserCnt1d": "0" }),
        ),
        (
            "data/generalForm/org/{}",
            json!({ "generalFormCreatedCnt": "2", "useGeneralFormUserCnt1d": "2" }),
            json!({ "generalFormCreatedCnt": "0", "useGeneralFormUserCnt1d": "0" }),
        ),
    ] {
        assert_eq!(of(path, "20251009"), today, "{path}");
        assert_eq!(of(path, "20251008"), yesterday, "{path}");
    }
}

#[test]
fn numbers_of_departments() {
    let fixture = with_facts();
    let dept = fixture.dept.to_string();
    let row = |id: &str, name: &str, numbers: Value| {
        let mut row = json!({ "deptId": id, "deptName": name });
        row.as_object_mut().unwrap().extend(numbers.as_object().unwrap().clone());
        row
    };
    for (path, root, sales) in [
        (
            "data/report/dept/{}",
            json!({ "dingReportSendUsrCnt": "3", "dingReportSendCnt": "6" }),
            json!({ "dingReportSendUsrCnt": "2", "dingReportSendCnt": "5" }),
        ),
        (
            "data/doc/dept/{}",
            json!({ "docCreatedCnt": "5", "createDocUserCnt1d": "2" }),
            json!({ "docCreatedCnt": "4", "createDocUserCnt1d": "1" }),
        ),
        (
            "data/generalForm/dept/{}",
            json!({ "generalFormCreateCnt1d": "2", "useGeneralFormUserCnt1d": "2" }),
            json!({ "generalFormCreateCnt1d": "2", "useGeneralFormUserCnt1d": "1" }),
        ),
    ] {
        let rows = [row("1", "测试", root), row(&dept, "销售", sales)];
        let answer = fixture.get(&at(path, "20251009"));
        assert_eq!(answer, json!({ "data": rows, "nextToken": 0, "hasMore": false }), "{path}");
    }
}

#[test]
fn pages_of_departments_end_with_the_last_token() {
    let fixture = with_facts();
    let path = "/v1.0/exclusive/data/report/dept/20251009";
    let first = fixture.get(&format!("{path}?nextToken=0&maxResults=1"));
    assert_eq!((&first["nextToken"], &first["hasMore"]), (&json!(1), &json!(true)));
    assert_eq!(first["data"][0]["deptId"], "1");
    // Facts that arrive between pages move nothing.
    fixture.record_fact(0, "a", ReportSent { count: 100 });
    let second = fixture.get(&format!("{path}?pageStart=1&pageSize=1"));
    assert_eq!((&second["nextToken"], &second["hasMore"]), (&json!(0), &json!(false)));
    assert_eq!(second["data"][0]["deptId"], fixture.dept.to_string());
    assert_eq!(second["data"][0]["dingReportSendCnt"], "5");
}

#[test]
fn an_invalid_or_future_day_is_refused() {
    let fixture = open();
    for path in PATHS {
        for (day, expected) in [
            ("20251010", "dataId must not be in the future"),
            ("2025109", "dataId must be a day in the form yyyyMMdd"),
            ("20250229", "dataId must be a day in the form yyyyMMdd"),
            ("today123", "dataId must be a day in the form yyyyMMdd"),
        ] {
            let (status, code, message) = fixture.refused(&at(path, day));
            assert_eq!((status, code.as_str()), (400, "param.illegal"), "{path} {day}");
            assert_eq!(message, format!("参数不合法: {expected}"));
        }
        fixture.get(&at(path, "20251009"));
        fixture.get(&at(path, "20000101"));
    }
    let (status, code, message) = fixture.refused("/v1.0/exclusive/datas/%20/reports/organizations");
    assert_eq!(
        (status, code.as_str(), message.as_str()),
        (400, "param.null", "参数不能为空: dataId is missing")
    );
}

#[test]
fn a_page_has_its_limits() {
    let fixture = open();
    for path in ["report/dept", "doc/dept", "generalForm/dept", "publisher", "appVersion/org"] {
        let path = format!("/v1.0/exclusive/data/{path}/20251009");
        fixture.get(&format!("{path}?nextToken=0&maxResults=100"));
        for (query, expected) in [
            ("nextToken=0&maxResults=101", "maxResults must be at most 100"),
            ("nextToken=0&maxResults=0", "maxResults must be at least 1"),
            ("nextToken=-1&maxResults=1", "nextToken must be at least 0"),
        ] {
            let (status, _, message) = fixture.refused(&format!("{path}?{query}"));
            assert_eq!((status, message), (400, format!("参数不合法: {expected}")), "{path}");
        }
        let (status, code, _) = fixture.refused(&format!("{path}?maxResults=1"));
        assert_eq!((status, code.as_str()), (400, "MissingnextToken"), "{path}");
    }
}
