//! The jobs of a store, with a clock that the test sets.

mod article_views;

use std::path::Path;

use carillon_domain::{
    account::{self, NewAccount},
    activity,
    app::{self, NewApp},
    article::{self, NewArticle},
    contact::user::{self, NewMember},
    inbox,
    media::{self, NewMedia},
    retention,
    send::{self, NewSend},
};
use carillon_model::{
    app::AppType,
    article::ArticleText,
    audience::Audience,
    contact::{Membership, Profile},
    env::FixedClock,
    fact::Client,
    id::{AccountId, AppKey, DeptId, MemberNo, TaskId, UserId},
    media::MediaType,
    message::{Message, Receivers, SendSource, SendStatus},
    settings::{RetentionSettings, Settings, StorageSettings},
    time::{DAY_MS, HOUR_MS, MINUTE_MS, Timestamp},
};
use carillon_store::{ContentHash, MediaOwner, Send, SendRecord, Session};
use rusqlite::Connection;
use sha2::{Digest, Sha256};

use super::*;
use crate::scheduler::tests::{START, SchedulerFixture};

/// A picture of one pixel.
const GIF: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF!\xF9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x01D\0;";

/// Adds an account and a member to an organisation.
async fn add_account(fixture: &SchedulerFixture, corp: &CorpId) -> AccountId {
    let of = corp;
    let corp = corp.clone();
    fixture
        .write(of, move |tx, env| {
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
    let of = corp;
    let (corp, account, text) = (corp.clone(), account.clone(), text.to_owned());
    fixture
        .write(of, move |tx, env| {
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
    let (of, account, task, now) = (corp.clone(), account.clone(), task.clone(), fixture.env.now());
    let record = fixture.store.read(corp, move |tx| tx.send_record(&of, &account, &task, now)).await;
    record.unwrap().expect("a record")
}

/// Changes one row behind the back of the store, as a damaged disk or another program may.
fn execute_sql(data: &Path, sql: &str) {
    let connection = Connection::open(data.join("carillon.db")).unwrap();
    connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    assert_eq!(connection.execute(sql, []).unwrap(), 1, "{sql}");
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
    assert_eq!(attempts(&connection), (1, 0, Some("internal: the source of a send".to_owned())));
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
async fn a_job_that_fails_in_one_organisation_goes_on_in_others() {
    let fixture = SchedulerFixture::start(2, Settings::default(), per_organisation).await;
    let corps = fixture.corps();
    let mut sends = Vec::new();
    for corp in &corps {
        let account = add_account(&fixture, corp).await;
        let task = schedule(&fixture, corp, &account, "a", 1).await;
        fixture.settle().await;
        fixture.advance(1).await;
        let of = corp.clone();
        let seq = fixture
            .write(corp, move |tx, _| {
                let send = tx.send_by_task(&of, &account, &task)?.expect("sent");
                let ann = tx.member_by_userid(&of, &UserId::from("ann"))?.expect("ann");
                tx.insert_receipt(&of, send.seq, ann.no)?;
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
        let of = corp.clone();
        assert_eq!(fixture.store.read(corp, move |tx| tx.count_readers(&of, seq)).await.unwrap(), 1);
    }
    fixture.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_is_rolled_up_after_its_end_and_its_facts_are_removed_later() {
    let fixture = SchedulerFixture::start(1, Settings::default(), per_organisation).await;
    let corp = fixture.corps().remove(0);
    add_account(&fixture, &corp).await;
    let of = corp.clone();
    fixture.write(&corp, move |tx, env| activity::note(tx, env, &of, MemberNo(1), Client::Web)).await;
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

/// Inserts rows with the time of the start, one for each line of the table; those of a day are of 9 October 2025.
fn insert_old_rows(connection: &Connection, corp: &CorpId) {
    let start = START.0;
    connection
        .execute_batch(&format!(
            "INSERT INTO send_quota VALUES ('{corp}', '2025-10-09', 'user', '7', 1);
             INSERT INTO call_count VALUES ('{corp}', 202510, 1);
             INSERT INTO chat_message VALUES ('{corp}', 7, 'x', 1, 'old', 'member', NULL, {start}, 'damaged: nobody reads it');
             INSERT INTO draft VALUES ('{corp}', 7, 'x', '', 'typed', 'w', 1, {start});
             INSERT INTO audit VALUES ('{corp}', 100000, {start}, 'server', '', 'old', 'corp', '', NULL, NULL, '');
             INSERT INTO article_reader VALUES ('{corp}', 1, 7, {start});
             INSERT INTO member_session VALUES (randomblob(32), '{corp}', 1, {start} + 10 * {DAY_MS}, {start}, '');
             WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 40)
             INSERT INTO active_day SELECT '{corp}', date('2025-10-09', n || ' days'), x'00' FROM n;"
        ))
        .unwrap();
}

/// Counts these rows: quotas, call counts, messages, drafts, entries of the audit trail, days with activity, sessions.
fn old_rows(connection: &Connection) -> [i64; 7] {
    [
        "SELECT count(*) FROM send_quota WHERE scope = 'user'",
        "SELECT count(*) FROM call_count",
        "SELECT count(*) FROM chat_message",
        "SELECT count(*) FROM draft",
        "SELECT count(*) FROM audit WHERE action = 'old'",
        "SELECT count(*) FROM active_day",
        "SELECT count(*) FROM member_session",
    ]
    .map(|sql| connection.query_row(sql, [], |row| row.get(0)).unwrap())
}

/// Runs one step of the retention at a time.
async fn remove(fixture: &SchedulerFixture, corp: &CorpId, settings: Settings, at: Timestamp) -> bool {
    let (of, env) = (corp.clone(), fixture.env.with_settings(settings).with_clock(FixedClock(at)));
    fixture.write(corp, move |tx, _| retention::remove_batch(tx, &env, &of)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_kind_of_row_is_removed_right_after_its_retention() {
    let fixture = SchedulerFixture::start(1, Settings::default(), |_| Vec::new()).await;
    let corp = fixture.corps().remove(0);
    let connection = Connection::open(fixture.store.paths().root.join("carillon.db")).unwrap();
    insert_old_rows(&connection, &corp);
    // START is a quarter to five in the afternoon of 9 October in Shanghai.
    for (ms, settings, expected) in [
        (10 * DAY_MS - 1, ten_days(), [1, 1, 1, 1, 1, 41, 1]),
        // A session is refused from its expiry on, and removed.
        (10 * DAY_MS, ten_days(), [1, 1, 1, 1, 1, 41, 0]),
        // Rows with a timestamp are removed in the next millisecond, rows with a day on the next day.
        (10 * DAY_MS + 1, ten_days(), [1, 1, 0, 0, 0, 41, 0]),
        // The newest 40 days of activity stay in any case: they are in the snapshot.
        (11 * DAY_MS, ten_days(), [0, 1, 0, 0, 0, 40, 0]),
        // October ended ten days ago.
        (32 * DAY_MS, ten_days(), [0, 1, 0, 0, 0, 40, 0]),
        (33 * DAY_MS, ten_days(), [0, 0, 0, 0, 0, 40, 0]),
        (1_000 * DAY_MS, ten_days(), [0, 0, 0, 0, 0, 40, 0]),
    ] {
        assert!(!remove(&fixture, &corp, settings, START.plus_ms(ms)).await, "one batch is enough");
        assert_eq!(old_rows(&connection), expected, "{ms}");
    }
    // By default conversations and the audit trail stay for ever; counters and drafts are removed.
    connection.execute_batch("DELETE FROM active_day").unwrap();
    connection.execute_batch("DELETE FROM article_reader").unwrap();
    insert_old_rows(&connection, &corp);
    remove(&fixture, &corp, Settings::default(), START.plus_ms(10_000 * DAY_MS)).await;
    assert_eq!(old_rows(&connection), [0, 0, 1, 0, 1, 40, 0]);
    fixture.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn old_rows_are_removed_in_batches() {
    let fixture = SchedulerFixture::start(2, ten_days(), per_organisation).await;
    let corps = fixture.corps();
    fixture.settle().await;
    let connection = Connection::open(fixture.store.paths().root.join("carillon.db")).unwrap();
    let start = START.0;
    for corp in &corps {
        // More than one batch of each, and more than one page of readers.
        connection
            .execute_batch(&format!(
                "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1700)
                 INSERT INTO audit
                 SELECT '{corp}', 100000 + n, {start} + 1000, 'server', '', 'old', 'corp', '', NULL, NULL, '' FROM n;
                 WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 12000)
                 INSERT INTO article_reader
                 SELECT '{corp}', 1 + n / 5000, n, {start} + 1000 * {DAY_MS} * (n % 2) FROM n;"
            ))
            .unwrap();
    }
    let count = |sql: &str| -> i64 { connection.query_row(sql, [], |row| row.get(0)).unwrap() };
    let audit = "SELECT count(*) FROM audit WHERE action = 'old'";
    let readers = "SELECT count(*) FROM article_reader";
    fixture.advance(10 * DAY_MS).await;
    assert_eq!((count(audit), count(readers)), (3_400, 24_000));
    fixture.advance(2 * DAY_MS).await;
    assert_eq!((count(audit), count(readers)), (0, 12_000), "every second reader is newer");
    let sets = connection
        .prepare("SELECT readers FROM article_reader_set")
        .unwrap()
        .query_map([], |row| row.get::<_, Vec<u8>>(0))
        .unwrap()
        .map(|set| Audience::from_bytes(&set.unwrap()).unwrap().len())
        .collect::<Vec<_>>();
    assert_eq!(
        (sets.len(), sets.iter().sum::<u64>()),
        (6, 12_000),
        "the readers of each article are still known"
    );
    fixture.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_and_tokens_are_removed_only_after_they_expire() {
    let fixture = SchedulerFixture::start(2, Settings::default(), per_organisation).await;
    let corps = fixture.corps();
    let mut hashes = Vec::new();
    for corp in &corps {
        let of = corp.clone();
        let token = fixture
            .write(corp, move |tx, env| {
                let new = NewApp { name: "app".to_owned(), app_type: AppType::Internal, grants: [].into() };
                let (app, secret) = app::create(tx, env, &of, new)?;
                let token = app::issue_token(tx, env, app.key.as_str(), &secret)?;
                // More than one batch, and one that expires later.
                for number in 0_i64..1_700 {
                    let expires_at = env.now().plus_ms(if number == 0 { 10 * HOUR_MS } else { HOUR_MS });
                    let session = Session::new(of.clone(), MemberNo(1), env.now(), expires_at);
                    tx.insert_session(&env.random_bytes(), &session)?;
                }
                Ok(token)
            })
            .await;
        hashes.push(<[u8; 32]>::from(Sha256::digest(token)));
    }
    fixture.settle().await;
    let connection = Connection::open(fixture.store.paths().root.join("carillon.db")).unwrap();
    let count = |table: &str| -> i64 {
        connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    };
    let in_memory = || hashes.iter().filter(|hash| fixture.store.state().tokens.contains_key(*hash)).count();
    fixture.advance(HOUR_MS - 1).await;
    assert_eq!((count("member_session"), count("app_token"), in_memory()), (3_400, 2, 2));
    // The job comes each hour, or a quarter of an hour later.
    fixture.advance(15 * MINUTE_MS + 1).await;
    assert_eq!((count("member_session"), count("app_token"), in_memory()), (2, 2, 2));
    fixture.advance(75 * MINUTE_MS).await;
    assert_eq!((count("member_session"), count("app_token"), in_memory()), (2, 0, 0));
    fixture.advance(10 * HOUR_MS).await;
    assert_eq!(count("member_session"), 0);
    fixture.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_is_not_counted_again_after_the_first_read_was_removed() {
    let fixture = SchedulerFixture::start(1, ten_days(), per_organisation).await;
    let corp = fixture.corps().remove(0);
    let account = add_account(&fixture, &corp).await;
    let of = corp.clone();
    let article = fixture
        .write(&corp, move |tx, env| {
            let text = ArticleText {
                title: "题".to_owned(),
                content: "文".to_owned(),
                digest: None,
                thumb_media_id: None,
            };
            let new = NewArticle { account, uuid: "a".to_owned(), text, allow_forward: None, public: None };
            article::add(tx, env, &of, new)
        })
        .await;
    fixture.settle().await;
    let read = async |member: u32| {
        let of = corp.clone();
        let read = fixture.write(&corp, move |tx, env| {
            tx.record_article_read(&of, article, Some(MemberNo(member)), env.now())?;
            let article = tx.article(&of, article)?.expect("the article");
            Ok((article.user_view_count, article.total_view_count))
        });
        read.await
    };
    assert_eq!((read(1).await, read(2).await, read(1).await), ((1, 1), (2, 2), (2, 3)));
    let connection = Connection::open(fixture.store.paths().root.join("carillon.db")).unwrap();
    let rows = || -> i64 {
        connection.query_row("SELECT count(*) FROM article_reader", [], |row| row.get(0)).unwrap()
    };
    for (day, readers) in [(1, 2), (2, 3)] {
        fixture.advance(12 * DAY_MS).await;
        assert_eq!(rows(), 0, "the first reads are removed");
        let views = day * 3;
        assert_eq!(read(1).await, (readers, views + 1));
        assert_eq!(read(2).await, (readers, views + 2));
        // Each time another member is a new reader.
        let newcomer = u32::try_from(10 + day).unwrap();
        assert_eq!(read(newcomer).await, (readers + 1, views + 3));
    }
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
    let (of, by) = (corp.clone(), account.clone());
    let ann = fixture
        .write(&corp, move |tx, env| {
            for number in 0..100 {
                tx.insert_send(&of, &broadcast(&by, number, env.now()))?;
            }
            Ok(tx.member_by_userid(&of, &UserId::from("ann"))?.expect("ann").no)
        })
        .await;
    let in_memory = || {
        let window = fixture.store.state().corp(&corp).unwrap().broadcasts.clone();
        (window.len(), window.bytes() > 0)
    };
    let in_inbox = async || {
        let (of, by) = (corp.clone(), account.clone());
        let read = fixture.store.read(&corp, move |tx| inbox::messages(tx, &of, ann, &by, None, 200));
        read.await.unwrap().len()
    };
    // All sends of the last 92 days stay in memory.
    fixture.advance(92 * DAY_MS).await;
    assert_eq!((in_memory(), in_inbox().await), ((100, true), 100));
    // The job comes each hour, or a quarter of an hour later.
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn removed_receipts_still_count_as_readers() {
    let fixture = SchedulerFixture::start(1, Settings::default(), |_| Vec::new()).await;
    let corp = fixture.corps().remove(0);
    let account = add_account(&fixture, &corp).await;
    let task = schedule(&fixture, &corp, &account, "a", 1).await;
    fixture.clock.advance(1);
    let (of, by) = (corp.clone(), account.clone());
    let seq = fixture
        .write(&corp, move |tx, env| {
            send::send_due(tx, env, &of, &task)?;
            Ok(tx.send_by_task(&of, &by, &task)?.expect("sent").seq)
        })
        .await;
    let read = async |member: u32| {
        let of = corp.clone();
        fixture.write(&corp, move |tx, _| tx.insert_receipt(&of, seq, MemberNo(member))).await;
    };
    let fold = async || {
        let of = corp.clone();
        fixture.write(&corp, move |tx, _| inbox::fold_receipts(tx, &of, seq)).await
    };
    let readers = async || {
        let of = corp.clone();
        let counts = fixture
            .store
            .read(&corp, move |tx| Ok((tx.count_readers(&of, seq)?, tx.readers_of(&of, seq)?.len())));
        counts.await.unwrap()
    };
    read(1).await;
    fold().await;
    read(2).await;
    let sent = fixture.env.now();
    remove(&fixture, &corp, ten_days(), sent.plus_ms(10 * DAY_MS)).await;
    assert_eq!(readers().await, (2, 2));
    remove(&fixture, &corp, ten_days(), sent.plus_ms(10 * DAY_MS + 1)).await;
    assert_eq!(readers().await, (2, 0), "the number of readers stays");
    read(1).await;
    read(3).await;
    fold().await;
    assert_eq!(readers().await, (2, 0));
    let of = corp.clone();
    let waiting = fixture.store.read(&corp, move |tx| inbox::sends_to_fold(tx, &of)).await.unwrap();
    assert!(waiting.is_empty());
    // The message itself stays in the inbox.
    let (of, by) = (corp.clone(), account.clone());
    let messages = fixture.store.read(&corp, move |tx| {
        let ann = tx.member_by_userid(&of, &UserId::from("ann"))?.expect("ann");
        inbox::messages(tx, &of, ann.no, &by, None, 20)
    });
    assert_eq!(messages.await.unwrap().len(), 1);
    fixture.stop().await;
}
