//! Statistics of a range of days: every number is that of the vendor's operation, by organisation and by department.

use std::collections::BTreeSet;

use carillon_domain::stats::catalogue;
use serde_json::{Value, json};

use crate::statistics::{
    catalogue::additional_facts,
    fixture::{DAY, Fixture, busy_day},
};

/// The services of the data catalogue, and the families with their numbers.
const SERVICES: &[(&str, &str)] = &[
    ("singleMessagerData", "single_message"),
    ("groupMessageData", "group_message"),
    ("mailData", "mail"),
    ("redEnvelopeSendData", "red_envelope_send"),
    ("groupLiveData", "group_live"),
    ("telMeetingData", "tel_meeting"),
    ("vedioMeetingData", "video_meeting"),
    ("redEnvelopeReciveData", "red_envelope_receive"),
    ("dingSendData", "ding_send"),
    ("dingReciveData", "ding_receive"),
    ("circleData", "circle"),
    ("onlineUserData", "online_user"),
    ("healtheUserData", "health"),
    ("employeeTypeData", "employee_type"),
    ("activeUserData", "active_user"),
    ("todoUserData", "todo"),
    ("calendarData", "calendar"),
    ("driveData", "drive"),
    ("reportData", "report"),
    ("documentData", "document"),
    ("checkinData", "checkin"),
    ("blackboardData", "blackboard"),
    ("attendanceData", "attendance"),
    ("approvalData", "approval"),
];

/// Numbers that no other operation returns for a day.
const OWN: &[&str] = &[
    "group_file_senders",
    "articles_read",
    "article_readers",
    "articles_published",
    "app_visits",
    "app_users",
];

fn busy() -> Fixture {
    let fixture = Fixture::new();
    fixture.send_facts(&busy_day());
    fixture.send_facts(&additional_facts());
    fixture
}

fn query(fixture: &Fixture, query: &str) -> Value {
    let (status, answer) =
        fixture.server.v1("GET", &format!("/v1.0/carillon/statistics/query?{query}"), None);
    assert_eq!(status, 200, "{query}: {answer}");
    answer
}

fn get(fixture: &Fixture, path: &str) -> Value {
    let (status, answer) = fixture.server.v1("GET", path, None);
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

/// A number of a vendor's operation, some of which are texts.
fn number(value: &Value) -> Value {
    value.as_str().map_or_else(|| value.clone(), |text| serde_json::from_str(text).unwrap())
}

#[test]
fn every_number_is_that_of_the_vendors_operation() {
    let fixture = busy();
    let mut compared = BTreeSet::new();
    for (service, family) in SERVICES {
        let answer = query(&fixture, &format!("family={family}&from=20251008&to={DAY}"));
        let days = answer["days"].as_array().unwrap();
        assert_eq!((&answer["family"], days.len()), (&json!(family), 2));
        for (day, is_over) in days.iter().zip([true, false]) {
            assert_eq!((&day["isOver"], &day["hasFacts"]), (&json!(is_over), &json!(true)), "{day}");
            let stat_date = day["day"].as_str().unwrap();
            let row = get(&fixture, &format!("/v1.0/datacenter/{service}?statDate={stat_date}"));
            let row = &row["dataList"][0];
            for (code, number) in day["numbers"].as_object().unwrap() {
                assert_eq!(*number, row[format!("{code}_DAY")], "{service} {code} {stat_date}");
                compared.insert(code.clone());
            }
            assert_eq!(day["numbers"].as_object().unwrap().len() + 2, row.as_object().unwrap().len());
        }
    }
    let kac = |path: &str, wrapper: &str| fixture.result(path, json!({ wrapper: { "data_id": DAY } }));
    let chat = fixture.day("datav/chat/summary/get");
    let ding = kac("datav/ding/get", "ding_usage_summary_request");
    let live = kac("datav/videolive/get", "param_video_live_summary_request");
    let video = fixture.day("v2/datav/videoconf/get");
    let phone = fixture.day("datav/telconf/get");
    let monthly = get(&fixture, &format!("/v1.0/exclusive/data/dau/org/{DAY}"));
    let page = "nextToken=0&maxResults=20";
    let publisher = get(&fixture, &format!("/v1.0/exclusive/data/publisher/{DAY}?{page}"));
    let documents = get(&fixture, &format!("/v1.0/exclusive/data/doc/org/{DAY}"));
    let forms = get(&fixture, &format!("/v1.0/exclusive/data/generalForm/org/{DAY}"));
    let reports = get(&fixture, &format!("/v1.0/exclusive/datas/{DAY}/reports/organizations"));
    let joined_ms = video["join_video_conf_len"].as_u64().unwrap();
    for (family, code, expected) in [
        ("monthly_active", "monthly_active", &monthly["actUsrCnt1m"]),
        ("group_files", "group_files", &chat["group_send_file_message_count"]),
        ("voice_dings", "voice_dings", &ding["ding_voip_cnt"]),
        ("voice_dings", "voice_ding_senders", &ding["ding_voip_user_cnt"]),
        ("meeting_details", "phone_joins", &phone["call_join_pv"]),
        ("meeting_details", "video_joined_minutes", &json!((joined_ms + 30_000) / 60_000)),
        ("meeting_details", "video_participants_average", &video["video_conf_ave_usr_num"]),
        ("live_details", "lives_of_five_minutes", &live["live_launch_succ5min_cnt"]),
        ("live_details", "most_viewers", &live["max_user_cnt"]),
        ("publishers", "accounts", &publisher["publisherCntStd"]),
        ("publishers", "articles_to_date", &publisher["publisherArticleCntStd"]),
        ("publishers", "article_reads_to_date", &publisher["publisherArticlePvCntStd"]),
        ("document_authors", "document_authors", &documents["docCreateUserCnt1d"]),
        ("report_comments", "report_comments", &reports["reportCommentUserCnt1d"]),
        ("forms", "forms_published", &forms["generalFormCreatedCnt"]),
        ("forms", "form_users", &forms["useGeneralFormUserCnt1d"]),
    ] {
        let answer = query(&fixture, &format!("family={family}&from={DAY}&to={DAY}"));
        assert_eq!(answer["days"][0]["numbers"][code], number(expected), "{code}");
        compared.insert(code.to_owned());
    }
    compared.extend(OWN.iter().map(|code| (*code).to_owned()));
    let families = get(&fixture, "/v1.0/carillon/statistics/families");
    let families = families["families"].as_array().unwrap().clone();
    assert_eq!(families.len(), catalogue::families().count());
    for family in &families {
        for number in family["numbers"].as_array().unwrap() {
            let code = number["code"].as_str().unwrap();
            assert!(compared.contains(code), "{code} is compared with no operation");
        }
    }
}

#[test]
fn numbers_of_a_department_are_those_of_the_lists_by_department() {
    let fixture = busy();
    let number = |family: &str, code: &str, dept: i64| {
        let answer = query(&fixture, &format!("family={family}&from={DAY}&to={DAY}&deptId={dept}"));
        answer["days"][0]["numbers"][code].clone()
    };
    let of = |rows: &[Value], dept: i64| {
        let is_it = |row: &&Value| row["dept_id"] == json!(dept) || row["deptId"] == json!(dept.to_string());
        rows.iter().find(is_it).unwrap().clone()
    };
    let active = fixture.list("datav/dept/dau/list");
    let live = fixture.list("datav/dept/videolive/list");
    let exclusive = |path: &str| {
        let path = format!("/v1.0/exclusive/data/{path}/dept/{DAY}?nextToken=0&maxResults=100");
        get(&fixture, &path)["data"].as_array().unwrap().clone()
    };
    let (documents, forms, reports) = (exclusive("doc"), exclusive("generalForm"), exclusive("report"));
    for dept in [1, fixture.dept, fixture.other] {
        let row = of(&active, dept);
        assert_eq!(number("online_user", "4002", dept), row["daily_active_users"], "{dept}");
        assert_eq!(number("online_user", "4001", dept), row["contacts_number"]);
        assert_eq!(number("online_user", "4005", dept), row["pc_active_users"]);
        assert_eq!(number("online_user", "4006", dept), row["app_active_users"]);
        let row = of(&live, dept);
        assert_eq!(number("group_live", "4061", dept), row["live_launch_count"]);
        assert_eq!(number("group_live", "4063", dept), row["live_play_user_count"]);
        let text = |family: &str, code: &str| json!(number(family, code, dept).to_string());
        let row = of(&documents, dept);
        assert_eq!(text("document", "4103"), row["docCreatedCnt"]);
        assert_eq!(text("document_authors", "document_authors"), row["createDocUserCnt1d"]);
        assert_eq!(text("forms", "forms_published"), of(&forms, dept)["generalFormCreateCnt1d"]);
        let row = of(&reports, dept);
        assert_eq!(text("report", "4100"), row["dingReportSendCnt"]);
        assert_eq!(text("report", "4101"), row["dingReportSendUsrCnt"]);
    }
    // What is not counted by department is absent, and not that of the organisation.
    let answer = query(&fixture, &format!("family=active_user&from={DAY}&to={DAY}&deptId=1"));
    assert_eq!(answer["days"][0]["numbers"], json!({}));
}

#[test]
fn days_without_facts_have_no_numbers_of_what_happened() {
    let fixture = busy();
    let answer = query(&fixture, "family=online_user&from=20251001&to=20251001");
    assert_eq!(
        answer["days"],
        json!([{ "day": "20251001", "isOver": true, "hasFacts": false, "numbers": {} }]),
        "before the organisation existed"
    );
    let quiet = Fixture::new();
    let answer = query(&quiet, &format!("family=online_user&from={DAY}&to={DAY}"));
    assert_eq!(answer["days"][0]["numbers"], json!({ "4001": 4 }), "{answer}");
    assert_eq!(
        (&answer["days"][0]["isOver"], &answer["days"][0]["hasFacts"]),
        (&json!(false), &json!(false))
    );
}

#[test]
fn a_range_is_of_a_year_at_most_and_not_in_the_future() {
    let fixture = Fixture::new();
    let days = |from: &str, to: &str| {
        let path = format!("/v1.0/carillon/statistics/query?family=checkin&from={from}&to={to}");
        fixture.server.v1("GET", &path, None)
    };
    let (status, answer) = days("20241009", DAY);
    assert_eq!((status, answer["days"].as_array().unwrap().len()), (200, 366));
    for (from, to, field) in [
        ("20241008", DAY, "from"),
        ("20251009", "20251010", "to"),
        ("20251009", "20251008", "to"),
        ("20251301", DAY, "from"),
        ("2025100", DAY, "from"),
    ] {
        let (status, answer) = days(from, to);
        assert_eq!(status, 400, "{from} {to}: {answer}");
        assert!(answer["message"].as_str().unwrap().contains(field), "{from} {to}: {answer}");
    }
    for (query, part) in [
        ("family=nothing&from=20251009&to=20251009", "family"),
        ("family=checkin&from=20251009&to=20251009&deptId=999", "999"),
        ("family=checkin&from=20251009&to=20251009&more=1", "more"),
    ] {
        let (status, answer) =
            fixture.server.v1("GET", &format!("/v1.0/carillon/statistics/query?{query}"), None);
        assert!(status >= 400, "{query}: {answer}");
        assert!(answer.to_string().contains(part), "{query}: {answer}");
    }
}

#[test]
fn lists_of_a_day_are_those_of_the_vendors_operations() {
    let fixture = busy();
    let rows = |list: &str| {
        let path = format!("/v1.0/carillon/statistics/list?list={list}&day={DAY}");
        let answer = get(&fixture, &path);
        let rows = answer["rows"].as_array().unwrap().iter();
        let rows =
            rows.map(|row| (row["name"].as_str().unwrap().to_owned(), row["number"].as_u64().unwrap()));
        rows.collect::<BTreeSet<_>>()
    };
    let apps = fixture.list("datav/microapp/detail/list");
    let apps = apps.iter().map(|app| {
        let users = app["micro_app_user_count"].as_u64().unwrap();
        (app["micro_app_name"].as_str().unwrap().to_owned(), users)
    });
    assert_eq!(rows("app_users"), apps.collect());
    let path = format!("/v1.0/exclusive/data/appVersion/org/{DAY}?nextToken=0&maxResults=100");
    let versions = get(&fixture, &path);
    let versions = versions["data"].as_array().unwrap().iter().map(|row| {
        let text = |name: &str| row[name].as_str().unwrap();
        (format!("{} {}", text("client"), text("appVersion")), row["userCnt"].as_u64().unwrap())
    });
    assert_eq!(rows("client_versions"), versions.collect());
    assert!(rows("client_versions").len() > 1);
    let (status, _) =
        fixture.server.v1("GET", &format!("/v1.0/carillon/statistics/list?list=x&day={DAY}"), None);
    assert_eq!(status, 400);
}
