//! Overdue scheduled sends through the started program: held for an operator across `kill -9`, and sent, moved or called off in the
//! console.

use std::{thread, time::Duration};

use carillon_model::{env::Env, settings::Settings, time::MINUTE_MS};
use rusqlite::Connection;
use serde_json::{Value, json};
use testkit::{browser::Browser, program::ProgramFixture};

use crate::console::operator;

const SCHEDULE: &str = "/v1.0/carillon/message/mass/schedule";
const SEND_NOW: &str = "/v1.0/carillon/message/mass/send-now";
const HELD: i64 = 5;

fn now() -> i64 {
    Env::system(Settings::default(), [0; 32]).now().0
}

fn schedule(fixture: &ProgramFixture, text: &str) -> String {
    let mut request = fixture.text(text, &json!({ "is_to_all": true }));
    request["send_time"] = json!(now() + 3_600_000);
    fixture.ok_v1(SCHEDULE, &request)["task_id"].as_str().unwrap().to_owned()
}

/// Kills the server, makes every scheduled send due eleven minutes ago, as if the server had been off so long, and starts it again.
fn restart_late(fixture: &mut ProgramFixture) {
    fixture.kill();
    let database = Connection::open(fixture.data.path().join("carillon.db")).unwrap();
    let due_at = now() - 11 * MINUTE_MS;
    database.execute("UPDATE scheduled_send SET due_at = ?1, next_at = ?1", [due_at]).unwrap();
    drop(database);
    fixture.restart();
}

fn wait_for_status(fixture: &ProgramFixture, task: &str, expected: i64) -> Value {
    for _ in 0..600 {
        let progress = fixture.progress(task);
        if progress["status"] == expected {
            return progress;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("{task} does not get the status {expected}: {}", fixture.progress(task));
}

#[test]
fn an_overdue_send_waits_across_kill_9_until_an_operator_decides() {
    let mut fixture = ProgramFixture::start();
    let reader = fixture.browser("reader", 1);
    let sender = operator(&fixture, "sender", "sender");
    let analyst = operator(&fixture, "analyst", "analyst");
    let tasks = ["立即发送的", "改期的", "取消的"].map(|text| schedule(&fixture, text));
    restart_late(&mut fixture);
    let url = fixture.url().to_owned();
    let [reader, sender, analyst] = [reader, sender, analyst].map(|browser| browser.moved_to(&url));
    for task in &tasks {
        let progress = wait_for_status(&fixture, task, HELD);
        assert!(progress["hold_time"].as_i64().unwrap() > progress["send_time"].as_i64().unwrap());
    }
    // Once more: a crash changes nothing.
    fixture.kill();
    fixture.restart();
    let url = fixture.url().to_owned();
    let [reader, sender, analyst] = [reader, sender, analyst].map(|browser| browser.moved_to(&url));
    let unionid = fixture.unionid.clone();
    let path = |task: &str| format!("/console/sends/{unionid}/{task}");
    let [now_task, moved, off] = &tasks;
    assert_eq!(fixture.progress(now_task)["status"], HELD);
    assert!(reader.conversation(&unionid).is_empty());

    // It is seen wherever an operator looks.
    let home = sender.page("/console");
    assert!(home.contains("逾期的定时群发") && home.contains("立即发送的"), "{home}");
    assert!(home.contains("请逐条决定"), "{home}");
    assert!(analyst.page("/console").contains("等待有发送权限的运营人员"));
    let list = sender.page("/console/sends");
    assert!(list.contains("3 条定时群发已逾期，等待决定"), "{list}");
    let list = sender.page("/console/sends?status=held");
    assert!(list.contains("改期的") && list.contains("取消的"), "{list}");
    assert!(sender.page("/console/calendar").contains("逾期待处理"));
    let page = sender.page(&path(now_task));
    assert!(page.contains("已逾期 11 分钟") && page.contains("确认立即发送"), "{page}");
    assert!(page.contains("消息会立即发给 3 位成员"), "{page}");
    let page = analyst.page(&path(now_task));
    assert!(page.contains("已逾期 11 分钟") && !page.contains("确认立即发送"), "{page}");
    for action in ["now", "move", "cancel", "edit"] {
        assert_eq!(analyst.submit(&format!("{}/{action}", path(now_task)), &[]).0, 403, "{action}");
    }

    // Sent by one of two who press at the same time.
    let answers = thread::scope(|scope| {
        let press = || sender.submit(&format!("{}/now", path(now_task)), &[]);
        let both = [scope.spawn(press), scope.spawn(press)];
        both.map(|one| one.join().unwrap())
    });
    let mut statuses = answers.each_ref().map(|(status, _)| *status);
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409], "{answers:?}");
    let page = sender.page(&format!("{}?done=now", path(now_task)));
    assert!(page.contains("已发送。") && page.contains("逾期 11 分钟发出"), "{page}");
    assert_eq!(reader.conversation(&unionid), std::slice::from_ref(now_task));
    assert!(sender.page("/console/sends").contains("逾期发出"));
    assert!(sender.page("/console/sends?csv=1").contains("已发送、逾期发出"));
    let refused = fixture.refused_v1(SEND_NOW, &json!({ "unionid": unionid, "task_id": now_task }));
    assert_eq!(refused["code"], "invalid.taskid", "{refused}");

    for due in ["", "2001-01-01T00:00", "nonsense"] {
        let (status, page) = sender.submit(&format!("{}/move", path(moved)), &[("due", due)]);
        assert!(status == 409 && page.contains("请填写将来一年以内的时间"), "{due}: {page}");
    }
    let day = jiff::tz::TimeZone::get("Asia/Shanghai")
        .unwrap()
        .to_datetime(jiff::Timestamp::from_millisecond(now() + 86_400_000).unwrap())
        .date();
    let due = format!("{day}T09:30");
    let target = path(moved);
    let answer = sender.submit(&format!("{target}/move"), &[("due", &due)]);
    assert_eq!(answer, (303, format!("{target}?done=move")));
    let page = sender.page(&format!("{target}?done=move"));
    assert!(page.contains("已改期。") && page.contains("09:30") && !page.contains("已逾期"), "{page}");
    assert_eq!(fixture.progress(moved)["status"], 0);

    let target = path(off);
    assert_eq!(sender.submit(&format!("{target}/cancel"), &[]), (303, format!("{target}?done=cancel")));
    assert_eq!(fixture.progress(off)["status"], 4);
    let home = sender.page("/console");
    assert!(!home.contains("逾期的定时群发"), "{home}");
    let trail = operator(&fixture, "auditor", "auditor").page("/console/audit?subject=send");
    for entry in ["console.send.now", "console.send.move", "console.send.cancel", "held"] {
        assert!(trail.contains(entry), "{entry}: {trail}");
    }
}

#[test]
fn without_an_operator_an_overdue_send_leaves_and_its_record_has_a_note() {
    let mut fixture = ProgramFixture::start();
    let reader = fixture.browser("reader", 1);
    let task = schedule(&fixture, "没有人管");
    restart_late(&mut fixture);
    let progress = wait_for_status(&fixture, &task, 2);
    let late_ms = progress["send_time"].as_i64().unwrap() - progress["due_time"].as_i64().unwrap();
    assert!(late_ms > 10 * MINUTE_MS, "{progress}");
    let reader: Browser = reader.moved_to(fixture.url());
    assert_eq!(reader.conversation(&fixture.unionid), std::slice::from_ref(&task));
    // Whoever becomes an operator later finds the note.
    let analyst = operator(&fixture, "analyst", "analyst");
    let page = analyst.page(&format!("/console/sends/{}/{task}", fixture.unionid));
    assert!(page.contains("逾期 11 分钟发出"), "{page}");
    assert!(analyst.page("/console/sends").contains("逾期发出"));
    let auditor = operator(&fixture, "auditor", "auditor");
    assert!(auditor.page("/console/audit?subject=send").contains("sent late"));
}

#[test]
fn the_threshold_is_a_key_of_the_configuration() {
    let mut fixture = ProgramFixture::with_config("[send]\noverdue_minutes = 15\n");
    fixture.browser("reader", 1);
    operator(&fixture, "sender", "sender");
    let task = schedule(&fixture, "还不算晚");
    restart_late(&mut fixture);
    let progress = wait_for_status(&fixture, &task, 2);
    assert_eq!(progress.get("due_time"), None, "{progress}");
}
