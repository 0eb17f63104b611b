//! The calendar, and what became of sends over time.

use serde_json::{Value, json};
use testkit::program::ProgramFixture;

use crate::console::operator;

#[test]
fn each_entry_leads_to_its_page_and_only_of_ones_own_accounts() {
    let fixture = ProgramFixture::start();
    let other = fixture.account("另一个");
    fixture.browser("reader", 1);
    let task = fixture.send(&fixture.text("停电通知", &json!({ "is_to_all": true })));
    let (unionid, path) = (&fixture.unionid, "/console/calendar");
    let analyst = operator(&fixture, "analyst", "analyst");
    let page = analyst.page(path);
    let href = format!("/console/sends/{unionid}/{task}");
    assert!(page.contains("停电通知") && page.contains(&format!("href=\"{href}\"")), "{page}");
    assert_eq!(analyst.open(&href).0, 200);
    let of_other = operator(&fixture, "one", &format!("editor:{other}"));
    let page = of_other.page(path);
    assert!(!page.contains("停电通知") && page.contains("这个月没有安排"), "{page}");
    assert_eq!(of_other.open(&format!("{path}?account={unionid}")).0, 400);
    let page = analyst.page(&format!("{path}?account={unionid}"));
    assert!(page.contains("停电通知"));
    assert!(!analyst.page(&format!("{path}?account={other}")).contains("停电通知"));
    let (status, page) = analyst.open(&format!("{path}?month=2001-02"));
    assert!(status == 200 && !page.contains("停电通知") && page.contains("2001年2月"));
    assert!(page.contains("month=2001-01") && page.contains("month=2001-03"), "{page}");
    for month in ["2001-13", "1999-12", "2101-01", "x", "2001-1", "20010-1"] {
        let (status, page) = analyst.open(&format!("{path}?month={month}"));
        assert!(status == 400 && page.contains("月份无效"), "{month}");
    }
    assert_eq!(analyst.open(&format!("{path}?month=2100-12")).0, 200);
}

#[test]
fn readers_are_counted_by_the_hour_before_and_after_they_are_folded() {
    let fixture = ProgramFixture::start();
    let reader = fixture.browser("reader", 1);
    fixture.member("other", 1);
    let task = fixture.send(&fixture.text("读我", &json!({ "is_to_all": true })));
    let (unionid, sender) = (&fixture.unionid, operator(&fixture, "sender", "sender"));
    let request = json!({ "unionid": unionid, "task_id": task });
    let history = || fixture.ok_v1("/v1.0/carillon/message/mass/history", &request);
    let sum = |history: &Value| {
        let periods = history["periods"].as_array().unwrap().iter();
        periods.map(|period| period["readers"].as_u64().unwrap()).sum::<u64>()
    };
    assert_eq!(sum(&history()), 0);
    reader.page(&format!("/inbox/a/{unionid}"));
    // Again and again, until the receipts are folded: the number never changes.
    for _ in 0..20 {
        reader.page(&format!("/inbox/a/{unionid}"));
        let now = history();
        assert_eq!((sum(&now), fixture.readers(&task)), (1, 1), "{now}");
        assert_eq!((&now["readers_without_time"], &now["days"]), (&json!(0), &json!([])));
    }
    let page = sender.page(&format!("/console/sends/{unionid}/{task}"));
    assert!(page.contains("每小时阅读人数") && page.contains("<svg"), "{page}");
    let months = fixture.ok_v1("/v1.0/carillon/message/mass/months", &json!({ "unionid": unionid }));
    let months = months["months"].as_array().unwrap();
    let last = months.last().unwrap();
    let receivers = fixture.progress(&task)["receivers"].clone();
    assert_eq!((&last["sends"], &last["receivers"], &last["readers"]), (&json!(1), &receivers, &json!(1)));
    let path = format!("/console/sends/{unionid}/months");
    let page = sender.page(&path);
    assert!(page.contains("每月数据") && page.contains("<td>1</td>"), "{page}");
    let file = sender.page(&format!("{path}?csv=1"));
    let line = file.lines().nth(1).unwrap();
    assert!(line.ends_with(&format!(",1,{receivers},1")), "{file}");
    let other = fixture.account("另一个");
    let of_other = operator(&fixture, "one", &format!("sender:{other}"));
    assert_eq!(of_other.open(&path).0, 404);
    assert!(of_other.page(&format!("/console/sends/{other}/months")).contains("还没有群发"));
}
