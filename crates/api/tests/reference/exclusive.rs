//! `/v1.0/exclusive/data` and its neighbours: numbers of a day as text, lists of departments, client versions,
//! inactive members, and service accounts.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::reference::compare::{Compared, V1};
use crate::reference::fixture::Fixture;
use crate::reference::oracle::{Facts, below};

/// How many of the most read articles a response names.
const MOST_READ: usize = 5;

/// Compares all of a day.
pub fn check(fixture: &Fixture, day: &str, compared: &mut Compared) {
    numbers(fixture, day, compared);
    departments(fixture, day, compared);
    compared.pages("statistics.app_version", day, &versions(fixture, day), &V1, |token, size| {
        list(fixture, &format!("data/appVersion/org/{day}"), token, size)
    });
    inactive(fixture, day, compared);
    publishers(fixture, day, compared);
}

fn list(fixture: &Fixture, path: &str, token: &Value, size: usize) -> Value {
    fixture.get(&format!("/v1.0/exclusive/{path}?nextToken={token}&maxResults={size}"))
}

fn text(number: u64) -> Value {
    json!(number.to_string())
}

fn numbers(fixture: &Fixture, day: &str, compared: &mut Compared) {
    let facts = Facts::on(fixture, day);
    let calendar = facts.kind("calendar");
    let documents = facts.kind("document").with("action", "created");
    let forms = facts.kind("form");
    let mut comments: Vec<(usize, &str)> = Vec::new();
    for record in facts.kind("report_comment").0 {
        let comment = (record.who.unwrap(), record.fact["reportId"].as_str().unwrap());
        if !comments.contains(&comment) {
            comments.push(comment);
        }
    }
    let recent = Facts::within(fixture, day, 30).kind("login");
    for (id, path, expected) in [
        (
            "statistics.calendar_org",
            format!("data/calendar/org/{day}"),
            json!({ "calendarCreateUserCnt": text(calendar.with("action", "created").people()),
                    "recvCalendarUserCnt1d": text(calendar.with("action", "received").people()),
                    "useCalendarUserCnt1d": text(calendar.people()) }),
        ),
        (
            "statistics.report_org",
            format!("datas/{day}/reports/organizations"),
            json!({ "reportCommentUserCnt1d": text(comments.len() as u64) }),
        ),
        (
            "statistics.doc_org",
            format!("data/doc/org/{day}"),
            json!({ "docCreatedCnt": text(documents.count()),
                    "docCreateUserCnt1d": text(documents.people()) }),
        ),
        (
            "statistics.form_org",
            format!("data/generalForm/org/{day}"),
            json!({ "generalFormCreatedCnt": text(forms.with("action", "published").count()),
                    "useGeneralFormUserCnt1d": text(forms.with("action", "filled").people()) }),
        ),
        (
            "statistics.monthly_active",
            format!("data/dau/org/{day}"),
            json!({ "actUsrCnt1m": text(recent.people()) }),
        ),
    ] {
        compared.compare(id, day, &fixture.get(&format!("/v1.0/exclusive/{path}")), &expected);
    }
}

fn departments(fixture: &Fixture, day: &str, compared: &mut Compared) {
    let reports = |facts: &Facts<'_>| {
        let sent = facts.kind("report_sent");
        json!({ "dingReportSendCnt": text(sent.count()), "dingReportSendUsrCnt": text(sent.people()) })
    };
    let documents = |facts: &Facts<'_>| {
        let created = facts.kind("document").with("action", "created");
        json!({ "docCreatedCnt": text(created.count()), "createDocUserCnt1d": text(created.people()) })
    };
    let forms = |facts: &Facts<'_>| {
        let forms = facts.kind("form");
        json!({ "generalFormCreateCnt1d": text(forms.with("action", "published").count()),
                "useGeneralFormUserCnt1d": text(forms.with("action", "filled").people()) })
    };
    for (id, path, row) in [
        ("statistics.report_dept", "report", &reports as &dyn Fn(&Facts<'_>) -> Value),
        ("statistics.doc_dept", "doc", &documents),
        ("statistics.form_dept", "generalForm", &forms),
    ] {
        let row = |(dept, department): (&i64, &crate::reference::fixture::Department)| {
            let mut row = row(&Facts::below(fixture, day, *dept));
            (row["deptId"], row["deptName"]) = (json!(dept.to_string()), json!(department.name));
            row
        };
        let all: Vec<Value> = fixture.org_on(day).departments.iter().map(row).collect();
        let fetch_page = |token: &Value, size| list(fixture, &format!("data/{path}/dept/{day}"), token, size);
        compared.pages(id, day, &all, &V1, fetch_page);
    }
}

/// Client versions in the order in which facts first named them.
fn versions(fixture: &Fixture, day: &str) -> Vec<Value> {
    let logins = Facts::on(fixture, day).kind("login");
    let mut order: Vec<[&Value; 2]> = Vec::new();
    for record in &logins.0 {
        let version = [&record.fact["client"], &record.fact["appVersion"]];
        if !order.contains(&version) {
            order.push(version);
        }
    }
    let version = |[client, version]: [&Value; 2]| {
        let users = logins.with("client", client.clone()).with("appVersion", version.clone());
        json!({ "statDate": day, "orgName": "测试", "client": client, "appVersion": version,
                "userCnt": users.people() })
    };
    order.into_iter().map(version).collect()
}

/// Members who did not sign in on a day: of the organisation, of each department with its descendants, and of two
/// departments.
fn inactive(fixture: &Fixture, day: &str, compared: &mut Compared) {
    let org = fixture.org_on(day);
    let depts: Vec<i64> = org.departments.keys().copied().collect();
    let mut filters: Vec<Vec<i64>> = depts.iter().map(|dept| vec![*dept]).collect();
    filters.extend([vec![], vec![depts[depts.len() - 1], depts[depts.len() / 2]]]);
    let windows = [1, 7, 14, 30].map(|days| Facts::within(fixture, day, days).kind("login").who());
    for depts in filters {
        let is_included = |member: &usize| depts.iter().any(|dept| below(org, *dept).contains(member));
        let members = org.members.iter().filter(|(member, _)| depts.is_empty() || is_included(member));
        let members = members.filter(|(member, _)| !windows[0].contains(member));
        let rows: Vec<Value> = members
            .map(|(member, memberships)| {
                let (person, dept) = (&fixture.people[*member], memberships.first().unwrap());
                let mut row = json!({ "stat_date": day, "corp_id": fixture.server.corp,
                    "14001_DAY": person.job_number, "14002_DAY": person.name,
                    "14003_DAY": org.departments[dept].name, "14004_DAY": person.userid });
                for (kpi, window) in ["14005_DAY", "14006_DAY", "14007_DAY", "14008_DAY"].iter().zip(&windows)
                {
                    row[*kpi] = json!(if window.contains(member) { "Y" } else { "N" });
                }
                row
            })
            .collect();
        for size in [2, 100] {
            // The last page requested is one beyond the end, and empty.
            for page in 1..=rows.len() / size + 2 {
                let mut request = json!({ "statDate": day, "pageNumber": page, "pageSize": size });
                if !depts.is_empty() {
                    request["deptIds"] = depts.iter().map(|dept| json!(dept.to_string())).collect();
                }
                let (status, mut answer) =
                    fixture.server.call_v1("/v1.0/exclusive/inactives/users/query", &request);
                assert_eq!(status, 200, "{answer}");
                let meta = answer.as_object_mut().unwrap().remove("metaList").unwrap();
                let ids: Vec<&Value> = meta.as_array().unwrap().iter().map(|one| &one["kpiId"]).collect();
                assert_eq!(ids, ["14001", "14002", "14003", "14004", "14005", "14006", "14007", "14008"]);
                let page_rows: Vec<&Value> = rows.iter().skip((page - 1) * size).take(size).collect();
                let id = "statistics.inactive_users";
                compared.compare(id, &request.to_string(), &answer, &json!({ "dataList": page_rows }));
                compared.record(id, "metaList", &meta);
            }
        }
    }
}

fn publishers(fixture: &Fixture, day: &str, compared: &mut Compared) {
    let cumulative = Facts::until(fixture, day);
    let (published, read) =
        (cumulative.kind("article_published"), cumulative.kinds("article_read", "article_views"));
    let existing = fixture.accounts.iter().filter(|account| fixture.day_of(account.created).as_str() <= day);
    let mut sums = [0, 0];
    let mut rows = Vec::new();
    let mut reads_of: BTreeMap<i64, (u64, &str)> = BTreeMap::new();
    for account in existing {
        // An article with two facts counts once.
        let articles_of_account = published.with("unionid", account.unionid.as_str());
        let articles: std::collections::BTreeSet<i64> =
            articles_of_account.0.iter().map(|record| record.fact["articleId"].as_i64().unwrap()).collect();
        let reads = read.with("unionid", account.unionid.as_str());
        let numbers = [articles.len() as u64, reads.article_views()];
        rows.push(json!({ "unionId": account.unionid, "publisherName": account.name,
                          "publisherArticleCntStd": text(numbers[0]),
                          "publisherArticlePvCntStd": text(numbers[1]) }));
        sums = [sums[0] + numbers[0], sums[1] + numbers[1]];
    }
    for account in &fixture.accounts {
        let reads = read.with("unionid", account.unionid.as_str());
        for (id, title) in &account.articles {
            reads_of.insert(*id, (reads.with("articleId", *id).article_views(), title));
        }
    }
    // The newest comes first among articles with the same number of reads.
    let mut most: Vec<(u64, i64, &str)> =
        reads_of.into_iter().map(|(id, (reads, title))| (reads, id, title)).filter(|one| one.0 > 0).collect();
    most.sort_unstable();
    let most: Vec<Value> =
        most.iter().rev().take(MOST_READ).map(|(.., title)| json!({ "name": title })).collect();
    let totals = json!({ "publisherCntStd": text(rows.len() as u64), "publisherArticlePvTop5": most,
                         "publisherArticleCntStd": text(sums[0]), "publisherArticlePvCntStd": text(sums[1]) });
    compared.pages("statistics.publisher", day, &rows, &V1, |token, size| {
        let mut answer = list(fixture, &format!("data/publisher/{day}"), token, size);
        let fields = answer.as_object_mut().unwrap();
        let found: serde_json::Map<String, Value> = totals
            .as_object()
            .unwrap()
            .keys()
            .map(|name| (name.clone(), fields.remove(name).unwrap()))
            .collect();
        assert_eq!(Value::Object(found), totals, "statistics.publisher of {day}");
        answer
    });
    compared.record("statistics.publisher", "", &totals);
}
