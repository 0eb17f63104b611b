//! Statistics and annual reports in the console: each number is that of the operation.

use jiff::{ToSpan, civil::Date};
use serde_json::Value;
use testkit::{browser::Browser, program::ProgramFixture};

use crate::console::operator;

/// Days with generated facts before today.
const DAYS: i64 = 6;

struct Numbers {
    fixture: ProgramFixture,
    analyst: Browser,
    today: Date,
    dept: i64,
}

impl Numbers {
    fn start() -> Self {
        let fixture = ProgramFixture::start();
        let dept = fixture.department("销售", 1);
        for number in 0..6 {
            fixture.member(&format!("m{number}"), if number % 2 == 0 { 1 } else { dept });
        }
        let analyst = operator(&fixture, "analyst", "analyst");
        let page = analyst.page("/console/statistics");
        let today = page.split("max=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        Self { today: today.parse().unwrap(), fixture, analyst, dept }
    }

    fn day(&self, ago: i64) -> Date {
        self.today.checked_sub(ago.days()).unwrap()
    }

    fn generate(&self, from: Date, to: Date) {
        let (from, to) = (from.to_string(), to.to_string());
        let corp = &self.fixture.corp;
        let arguments = ["facts", "generate", "--corp", corp, "--from", &from, "--to", &to];
        assert!(self.fixture.command_json(&arguments)["added"].as_u64().unwrap() > 0);
    }

    fn operation(&self, path: &str) -> Value {
        serde_json::from_str(&self.analyst.page(&format!("/v1.0/carillon/{path}"))).unwrap()
    }
}

fn digits(date: Date) -> String {
    date.strftime("%Y%m%d").to_string()
}

/// The lines of a file without its headings. Numbers and days have no commas.
fn lines(file: &str) -> Vec<Vec<String>> {
    let lines = file.strip_prefix('\u{feff}').unwrap().lines().skip(1);
    lines.map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

#[test]
fn every_file_has_the_numbers_of_the_operation() {
    let numbers = Numbers::start();
    // The day before yesterday has no facts.
    numbers.generate(numbers.day(DAYS), numbers.day(3));
    numbers.generate(numbers.day(1), numbers.day(1));
    let (from, to) = (numbers.day(DAYS), numbers.today);
    let families = numbers.operation("statistics/families");
    let families = families["families"].as_array().unwrap();
    assert!(families.len() > 30);
    let mut nonzero = 0;
    for family in families {
        let text = |name: &str| family[name].as_str().unwrap();
        let (code, topic) = (text("code"), text("topic"));
        let all = family["numbers"].as_array().unwrap();
        for dept in [None, Some(numbers.dept)] {
            let visible = all.iter().filter(|number| dept.is_none() || number["hasDepartments"] == true);
            let visible: Vec<&str> = visible.map(|number| number["code"].as_str().unwrap()).collect();
            let of_dept = |name: &str| dept.map_or_else(String::new, |id| format!("&{name}={id}"));
            let range = format!("from={}&to={}{}", digits(from), digits(to), of_dept("deptId"));
            let answer = numbers.operation(&format!("statistics/query?family={code}&{range}"));
            let days = answer["days"].as_array().unwrap();
            let path =
                format!("/console/statistics/{topic}?from={from}&to={to}{}&csv={code}", of_dept("dept"));
            let file = lines(&numbers.analyst.page(&path));
            assert_eq!((days.len(), file.len()), (7, 7), "{code}");
            for (day, line) in days.iter().rev().zip(&file) {
                let date = day["day"].as_str().unwrap();
                assert!(line[0].replace('-', "").contains(date), "{code} {line:?}");
                assert_eq!(line[0].contains("截至目前"), day["isOver"] == false, "{line:?}");
                assert_eq!(line.len(), visible.len() + 1, "{code}");
                for (number, cell) in visible.iter().zip(&line[1..]) {
                    let number = &day["numbers"][*number];
                    let expected = if number.is_null() { String::new() } else { number.to_string() };
                    assert_eq!(*cell, expected, "{code} {line:?}");
                    nonzero += usize::from(expected.parse::<f64>().is_ok_and(|number| number > 0.0));
                }
            }
        }
    }
    assert!(nonzero > 200, "the days are not empty: {nonzero}");
    for (list, topic) in
        [("app_users", "apps"), ("client_versions", "members"), ("account_reads", "articles")]
    {
        let yesterday = digits(numbers.day(1));
        let answer = numbers.operation(&format!("statistics/list?list={list}&day={yesterday}"));
        let file = lines(&numbers.analyst.page(&format!("/console/statistics/{topic}?csv={list}")));
        let rows = answer["rows"].as_array().unwrap();
        // The account is of today.
        assert!(!rows.is_empty() || list == "account_reads", "{list}");
        assert_eq!(rows.len(), file.len(), "{list}");
        for (row, line) in rows.iter().zip(&file) {
            assert_eq!(row["name"].as_str().unwrap(), line[1]);
            assert_eq!(row["number"].to_string(), line[2]);
        }
    }

    // The page says what is not known, and what is not over.
    let page = numbers.analyst.page(&format!("/console/statistics/messages?from={from}&to={to}"));
    let quiet = numbers.day(2).to_string();
    let row = page.split("<tr>").find(|row| row.contains(&quiet)).unwrap();
    assert!(row.contains("无数据") && !row.contains("<td>0</td>"), "{row}");
    let row = page.split("<tr>").find(|row| row.contains(&numbers.today.to_string())).unwrap();
    assert!(row.contains("截至目前"), "{row}");
    assert!(page.contains("<svg") && page.contains("role=\"img\"") && page.contains("<desc"));
}

#[test]
fn an_address_that_asks_for_too_much_is_refused_with_a_reason() {
    let numbers = Numbers::start();
    let tomorrow = numbers.today.checked_add(1.day()).unwrap();
    let (longest, too_long) = (numbers.day(365), numbers.day(366));
    let today = numbers.today;
    let page = format!("/console/statistics/members?from={longest}&to={today}");
    assert_eq!(numbers.analyst.open(&page).0, 200);
    for query in [
        format!("from={too_long}&to={today}"),
        format!("from={today}&to={tomorrow}"),
        format!("from={today}&to={}", numbers.day(1)),
        format!("from={today}"),
        "days=8".to_owned(),
        "days=30&from=x&to=y".to_owned(),
    ] {
        for page in ["/console/statistics", "/console/statistics/members"] {
            let (status, text) = numbers.analyst.open(&format!("{page}?{query}"));
            assert!(status == 400 && text.contains("最多查看 366 天"), "{page} {query}: {status}");
        }
    }
    for dept in ["999", "x"] {
        let (status, text) = numbers.analyst.open(&format!("/console/statistics/members?dept={dept}"));
        assert!(status == 400 && text.contains("没有这个部门"), "{dept}: {status}");
    }
    for path in [
        "/console/statistics/nothing".to_owned(),
        "/console/statistics/members?csv=nothing".to_owned(),
        "/console/statistics/members?csv=checkin".to_owned(),
        "/console/statistics/members?csv=online_user&days=8".to_owned(),
        "/console/statistics/members?csv=online_user&dept=999".to_owned(),
        "/console/report/1999".to_owned(),
        "/console/report/x".to_owned(),
        "/console/report/99999999999".to_owned(),
    ] {
        assert_eq!(numbers.analyst.open(&path).0, 404, "{path}");
    }
    // The numbers are of the whole organisation: a role for one account is not enough.
    let of_one = operator(&numbers.fixture, "one", &format!("analyst:{}", numbers.fixture.unionid));
    let home = of_one.page("/console");
    assert!(home.contains("/console/sends") && !home.contains("/console/statistics"));
    for path in ["/console/statistics", "/console/statistics/members", "/console/report"] {
        assert_eq!(of_one.open(path).0, 403, "{path}");
    }
    let range = format!("from={0}&to={0}", digits(today));
    assert_eq!(of_one.open(&format!("/v1.0/carillon/statistics/query?family=checkin&{range}")).0, 403);
}

#[test]
fn the_report_of_a_year_appears_when_it_is_made() {
    let numbers = Numbers::start();
    let (status, page) = numbers.analyst.open("/console/report");
    assert!(status == 200 && page.contains("还没有年度报告"), "{page}");
    let year = numbers.today.year() - 1;
    let this_year = numbers.analyst.page(&format!("/console/report/{}", numbers.today.year()));
    assert!(this_year.contains("还没有结束"), "{this_year}");
    let day = Date::new(year, 6, 5).unwrap();
    numbers.generate(day, day);
    assert_eq!(numbers.analyst.follow("/console/report"), (303, format!("/console/report/{year}")));
    // The job makes it, whoever looks.
    let path = format!("/console/report/{year}");
    let page = (0..10_000).map(|_| numbers.analyst.page(&path)).find(|page| {
        let is_ready = page.contains("群聊消息");
        assert!(is_ready || page.contains("报告正在生成") && page.contains("<progress max=\"1\""), "{page}");
        is_ready
    });
    let page = page.expect("a report");
    assert!(page.contains(&format!("测试 {year} 年度报告")) || page.contains(&format!("{year} 年度报告")));
    for (dept, query) in [(None, ""), (Some(numbers.dept), "&deptId=")] {
        let query = dept.map_or_else(String::new, |id| format!("{query}{id}"));
        let answer = numbers.operation(&format!("reports/get?year={year}{query}"));
        let chapters = answer["chapters"].as_array().unwrap();
        let all: Vec<&Value> =
            chapters.iter().flat_map(|chapter| chapter["numbers"].as_array().unwrap()).collect();
        let dept = dept.map_or_else(String::new, |id| format!("&dept={id}"));
        let file = lines(&numbers.analyst.page(&format!("{path}?csv=1{dept}")));
        assert_eq!(file.len(), all.len());
        for (number, line) in all.iter().zip(&file) {
            assert_eq!(
                (&number["name"], &number["number"]),
                (&Value::from(line[2].as_str()), &Value::from(line[3].as_str()))
            );
        }
    }
    assert_eq!(numbers.analyst.open(&format!("{path}?dept=999")).0, 404);
}
