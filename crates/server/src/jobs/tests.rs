//! The jobs of a store, with a clock that the test sets.

mod article_views;
mod retention;

use std::path::Path;

use carillon_domain::{
    account::{self, NewAccount},
    activity,
    contact::user::{self, NewMember},
    inbox,
    media::{self, NewMedia},
    send::{self, NewSend},
};
use carillon_model::{
    contact::{Membership, Profile},
    fact::Client,
    id::{AccountId, AppKey, DeptId, MemberNo, TaskId, UserId},
    media::MediaType,
    message::{Message, Receivers, SendSource, SendStatus},
    settings::{RetentionSettings, Settings, StorageSettings},
    time::{DAY_MS, HOUR_MS, MINUTE_MS, Timestamp},
};
use carillon_store::{ContentHash, MediaOwner, Send, SendRecord};
use rusqlite::Connection;

use super::*;
use crate::scheduler::tests::{START, SchedulerFixture};

/// A picture of one pixel.
const GIF: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF!\xF9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x01D\0;";

/// Adds an account and a member to an organisation.
async fn add_account(fixture: &SchedulerFixture, corp: &CorpId) -> AccountId {
    let corp_id = corp;
    let corp = corp.clone();
    fixture
        .write(corp_id, move |tx, env| {
            let format = media::inspect(MediaType::Image, "a.gif", GIF)?;
            let picture = NewMedia {
                media_type: MediaType::Image,
                format,
                file_name: "a.gif".to_owned(),
                size: GIF.len(),
                content: ContentHash::of(GIF),
            };
            let picture = media::add(tx, env, &corp, MediaOwner::Nobody, picture)?.id;
            let account = NewAccount {
                name: "新闻".to_owned(),
                avatar_media_id: picture.clone(),
                brief: "短".to_owned(),
                desc: "长".to_owned(),
                preview_media_id: picture,
            };
            let member = NewMember {
                userid: Some(UserId::from("ann")),
                profile: Profile {
                    name: "安".to_owned(),
                    mobile: "13800000000".to_owned(),
                    ..Profile::default()
                },
                departments: vec![Membership::ordinary(DeptId::ROOT)],
                password_hash: String::new(),
            };
            user::create(tx, env, &corp, member)?;
            let account = account::add(tx, env, &corp, account)?;
            Ok(account)
        })
        .await
}

async fn schedule(
    fixture: &SchedulerFixture,
    corp: &CorpId,
    account: &AccountId,
    text: &str,
    ms: i64,
) -> TaskId {
    let corp_id = corp;
    let (corp, account, text) = (corp.clone(), account.clone(), text.to_owned());
    fixture
        .write(corp_id, move |tx, env| {
            let new = NewSend {
                account,
                uuid: text.clone(),
                app_key: AppKey::from("dingapp"),
                message: Message::Text { content: text },
                receivers: Receivers { all: true, ..Receivers::default() },
                preview: false,
                allow_comment: false,
                comment_type: 0,
                show_homepage: false,
                source: SendSource::Api,
                operator: None,
            };
            let task = send::schedule(tx, env, &corp, new, env.now().plus_ms(ms))?;
            Ok(task)
        })
        .await
}

async fn record(fixture: &SchedulerFixture, corp: &CorpId, account: &AccountId, task: &TaskId) -> SendRecord {
    let (corp_id, account, task, now) = (corp.clone(), account.clone(), task.clone(), fixture.env.now());
    let record = fixture.store.read(corp, move |tx| tx.send_record(&corp_id, &account, &task, now)).await;
    record.unwrap().expect("a record")
}

/// Changes one row behind the back of the store, as a damaged disk or another program may.
fn execute_sql(data: &Path, sql: &str) {
    let connection = Connection::open(data.join("carillon.db")).unwrap();
    connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    assert_eq!(connection.execute(sql, []).unwrap(), 1, "{sql}");
}

/// A retention of ten days for everything.
fn ten_days() -> Settings {
    let retention = RetentionSettings {
        fact_days: 10,
        delivery_log_days: 10,
        send_quota_days: 10,
        call_count_days: 10,
        activity_days: 10,
        conversation_days: 10,
        draft_days: 10,
        receipt_days: 10,
        article_reader_days: 10,
        audit_days: 10,
    };
    Settings { retention, ..Settings::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scheduled_send_that_cannot_be_sent_fails_alone() {
    let fixture = SchedulerFixture::start(2, Settings::default(), per_organisation).await;
    let corps = fixture.corps();
    let (first_corp, second_corp) = (&corps[0], &corps[1]);
    let (account, other) =
        (add_account(&fixture, first_corp).await, add_account(&fixture, second_corp).await);
    fixture.settle().await;
    let bad = schedule(&fixture, first_corp, &account, "bad", 1_000).await;
    let good = schedule(&fixture, first_corp, &account, "good", 1_000).await;
    let second_send = schedule(&fixture, second_corp, &other, "good", 1_000).await;
    let later = schedule(&fixture, first_corp, &account, "later", HOUR_MS).await;
    // An unknown number: reading the row fails.
    let data = fixture.store.paths().root.clone();
    execute_sql(&data, &format!("UPDATE scheduled_send SET source = 99 WHERE task_id = '{bad}'"));
    fixture.settle().await;
    fixture.advance(999).await;
    assert_eq!(record(&fixture, first_corp, &account, &good).await.status, SendStatus::Waiting);
    fixture.advance(1).await;
    assert_eq!(record(&fixture, first_corp, &account, &good).await.status, SendStatus::Sent);
    assert_eq!(record(&fixture, second_corp, &other, &second_send).await.status, SendStatus::Sent);
    let attempts = |connection: &Connection| -> (i64, i64, Option<String>) {
        let sql = format!("SELECT attempts, status, last_error FROM scheduled_send WHERE task_id = '{bad}'");
        connection.query_row(&sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap()
    };
    let connection = Connection::open(data.join("carillon.db")).unwrap();
    assert_eq!(attempts(&connection), (1, 0, Some("internal: unknown source of a send".to_owned())));
    assert!(fixture.failing().is_empty(), "a damaged row does not fail the job");
    for (wait_ms, failed) in [10_000, MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS].into_iter().zip(2..) {
        fixture.advance(wait_ms + wait_ms / 10).await;
        let status = if failed == 5 { 3 } else { 0 };
        assert_eq!((attempts(&connection).0, attempts(&connection).1), (failed, status));
    }
    // Repaired, so that the record can be read.
    execute_sql(&data, &format!("UPDATE scheduled_send SET source = 1 WHERE task_id = '{bad}'"));
    let failed = record(&fixture, first_corp, &account, &bad).await;
    assert_eq!(failed.status, SendStatus::Failed);
    assert_eq!(failed.reason.as_deref(), Some("an internal error of the server, in 5 attempts"));
    fixture.advance(HOUR_MS).await;
    assert_eq!(record(&fixture, first_corp, &account, &later).await.status, SendStatus::Sent);
    assert_eq!(
        record(&fixture, first_corp, &account, &bad).await.status,
        SendStatus::Failed,
        "it is not sent later"
    );
    fixture.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_fails_in_one_organisation_continues_in_others() {
    let fixture = SchedulerFixture::start(2, Settings::default(), per_organisation).await;
    let corps = fixture.corps();
    let mut sends = Vec::new();
    for corp in &corps {
        let account = add_account(&fixture, corp).await;
        let task = schedule(&fixture, corp, &account, "a", 1).await;
        fixture.settle().await;
        fixture.advance(1).await;
        let corp_id = corp.clone();
        let seq = fixture
            .write(corp, move |tx, _| {
                let send = tx.send_by_task(&corp_id, &account, &task)?.expect("sent");
                let ann = tx.member_by_userid(&corp_id, &UserId::from("ann"))?.expect("ann");
                tx.insert_receipt(&corp_id, send.seq, ann.no, send.created_at)?;
                Ok(send.seq)
            })
            .await;
        sends.push(seq);
    }
    let data = fixture.store.paths().root.clone();
    execute_sql(&data, &format!("UPDATE send SET readers = x'ff' WHERE corp_id = '{}'", corps[0]));
    fixture.advance(2 * MINUTE_MS).await;
    assert_eq!(fixture.failing(), [("fold_receipts", 1)]);
    let waiting = |connection: &Connection, corp: &CorpId| -> i64 {
        let sql = format!("SELECT count(*) FROM receipt WHERE corp_id = '{corp}'");
        connection.query_row(&sql, [], |row| row.get(0)).unwrap()
    };
    let connection = Connection::open(data.join("carillon.db")).unwrap();
    assert_eq!(
        (waiting(&connection, &corps[0]), waiting(&connection, &corps[1])),
        (1, 0),
        "each organisation by itself"
    );
    // Once repaired, it succeeds at the next attempt.
    execute_sql(
        &data,
        &format!(
            "UPDATE send SET readers = (SELECT readers FROM send WHERE corp_id = '{}') WHERE corp_id = '{}'",
            corps[1], corps[0]
        ),
    );
    fixture.advance(30 * MINUTE_MS).await;
    assert!(fixture.failing().is_empty());
    assert_eq!(waiting(&connection, &corps[0]), 0);
    for (corp, seq) in corps.iter().zip(sends) {
        let corp_id = corp.clone();
        assert_eq!(fixture.store.read(corp, move |tx| tx.count_readers(&corp_id, seq)).await.unwrap(), 1);
    }
    fixture.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_is_rolled_up_after_its_end_and_its_facts_are_removed_later() {
    let fixture = SchedulerFixture::start(1, Settings::default(), per_organisation).await;
    let corp = fixture.corps().remove(0);
    add_account(&fixture, &corp).await;
    let corp_id = corp.clone();
    fixture.write(&corp, move |tx, env| activity::note(tx, env, &corp_id, MemberNo(1), Client::Web)).await;
    fixture.settle().await;
    let data = fixture.store.paths().root.clone();
    let connection = Connection::open(data.join("carillon.db")).unwrap();
    let count = |sql: &str| -> i64 { connection.query_row(sql, [], |row| row.get(0)).unwrap() };
    assert_eq!((count("SELECT count(*) FROM stat_day"), count("SELECT count(*) FROM fact")), (0, 1));
    fixture.advance(DAY_MS).await;
    assert_eq!(count("SELECT count(*) FROM stat_day WHERE cumulative > 0 AND pruned = 0"), 1);
    fixture.advance(62 * DAY_MS - 2 * HOUR_MS).await;
    assert_eq!(count("SELECT count(*) FROM fact"), 1, "retained for 62 days");
    fixture.advance(DAY_MS).await;
    assert_eq!(count("SELECT count(*) FROM fact"), 0);
    assert_eq!(count("SELECT count(*) FROM stat_day WHERE cumulative > 0 AND pruned = 1"), 1);
    fixture.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn old_broadcasts_leave_memory_and_stay_in_the_inbox() {
    let settings = Settings {
        storage: StorageSettings { broadcast_days: 92, ..StorageSettings::default() },
        ..Settings::default()
    };
    let fixture = SchedulerFixture::start(1, settings, per_organisation).await;
    let corp = fixture.corps().remove(0);
    let account = add_account(&fixture, &corp).await;
    fixture.settle().await;
    // More than one batch.
    let (corp_id, by) = (corp.clone(), account.clone());
    let ann = fixture
        .write(&corp, move |tx, env| {
            for number in 0..100 {
                tx.insert_send(&corp_id, &broadcast(&by, number, env.now()))?;
            }
            Ok(tx.member_by_userid(&corp_id, &UserId::from("ann"))?.expect("ann").no)
        })
        .await;
    let in_memory = || {
        let window = fixture.store.state().corp(&corp).unwrap().broadcasts.clone();
        (window.len(), window.bytes() > 0)
    };
    let in_inbox = async || {
        let (corp_id, by) = (corp.clone(), account.clone());
        let read = fixture.store.read(&corp, move |tx| inbox::messages(tx, &corp_id, ann, &by, None, 200));
        read.await.unwrap().len()
    };
    // All sends of the last 92 days stay in memory.
    fixture.advance(92 * DAY_MS).await;
    assert_eq!((in_memory(), in_inbox().await), ((100, true), 100));
    // The job runs every 60 to 75 minutes.
    fixture.advance(2 * HOUR_MS).await;
    assert_eq!((in_memory(), in_inbox().await), ((0, false), 100));
    fixture.stop().await;
}

fn broadcast(account: &AccountId, number: u32, created_at: Timestamp) -> Send {
    Send {
        task: TaskId::from(format!("push{number}iE")),
        account: account.clone(),
        uuid: number.to_string(),
        app_key: AppKey::from("dingapp"),
        created_at,
        requested_at: None,
        overdue_since: None,
        source: SendSource::Api,
        operator: None,
        indexed: false,
        preview: false,
        targeted: false,
        allow_comment: false,
        comment_type: 0,
        show_homepage: false,
        content_hash: [0; 32],
        message: Message::Text { content: number.to_string() },
        named: Receivers::default(),
        audience: Arc::new((1..=300).map(MemberNo).collect()),
    }
}
