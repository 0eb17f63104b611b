//! The jobs of a store, by a clock that the test sets.

mod views;

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
use crate::scheduler::tests::{Bench, START};

/// A picture of one pixel.
const GIF: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF!\xF9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x01D\0;";

/// An account and a member in an organisation.
async fn furnish(bench: &Bench, corp: &CorpId) -> AccountId {
    let of = corp;
    let corp = corp.clone();
    bench
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

async fn schedule(bench: &Bench, corp: &CorpId, account: &AccountId, text: &str, ms: i64) -> TaskId {
    let of = corp;
    let (corp, account, text) = (corp.clone(), account.clone(), text.to_owned());
    bench
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

async fn record(bench: &Bench, corp: &CorpId, account: &AccountId, task: &TaskId) -> SendRecord {
    let (of, account, task, now) = (corp.clone(), account.clone(), task.clone(), bench.env.now());
    let record = bench.store.read(corp, move |tx| tx.send_record(&of, &account, &task, now)).await;
    record.unwrap().expect("a record")
}

/// What a damaged disk, or another program, may do to a row.
fn damage(data: &Path, sql: &str) {
    let connection = Connection::open(data.join("carillon.db")).unwrap();
    connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    assert_eq!(connection.execute(sql, []).unwrap(), 1, "{sql}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scheduled_send_that_cannot_be_sent_fails_alone() {
    let bench = Bench::start(2, Settings::default(), of_organisations).await;
    let corps = bench.corps();
    let (here, there) = (&corps[0], &corps[1]);
    let (account, other) = (furnish(&bench, here).await, furnish(&bench, there).await);
    bench.settle().await;
    let bad = schedule(&bench, here, &account, "bad", 1_000).await;
    let good = schedule(&bench, here, &account, "good", 1_000).await;
    let elsewhere = schedule(&bench, there, &other, "good", 1_000).await;
    let later = schedule(&bench, here, &account, "later", HOUR_MS).await;
    // A text where a number belongs: whoever reads the row fails.
    let data = bench.store.paths().root.clone();
    damage(&data, &format!("UPDATE scheduled_send SET source = 99 WHERE task_id = '{bad}'"));
    bench.settle().await;
    bench.advance(999).await;
    assert_eq!(record(&bench, here, &account, &good).await.status, SendStatus::Waiting);
    bench.advance(1).await;
    assert_eq!(record(&bench, here, &account, &good).await.status, SendStatus::Sent);
    assert_eq!(record(&bench, there, &other, &elsewhere).await.status, SendStatus::Sent);
    let attempts = |connection: &Connection| -> (i64, i64, Option<String>) {
        let sql = format!("SELECT attempts, status, last_error FROM scheduled_send WHERE task_id = '{bad}'");
        connection.query_row(&sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap()
    };
    let connection = Connection::open(data.join("carillon.db")).unwrap();
    assert_eq!(attempts(&connection), (1, 0, Some("internal: the source of a send".to_owned())));
    assert!(bench.failing().is_empty(), "a row that fails is no fault of the job");
    for (wait_ms, failed) in [10_000, MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS].into_iter().zip(2..) {
        bench.advance(wait_ms + wait_ms / 10).await;
        let status = if failed == 5 { 3 } else { 0 };
        assert_eq!((attempts(&connection).0, attempts(&connection).1), (failed, status));
    }
    // Where failed sends are shown, with the reason; mended, so that the row can be shown at all.
    damage(&data, &format!("UPDATE scheduled_send SET source = 1 WHERE task_id = '{bad}'"));
    let failed = record(&bench, here, &account, &bad).await;
    assert_eq!(failed.status, SendStatus::Failed);
    assert_eq!(failed.reason.as_deref(), Some("an internal error of the server, in 5 attempts"));
    bench.advance(HOUR_MS).await;
    assert_eq!(record(&bench, here, &account, &later).await.status, SendStatus::Sent);
    assert_eq!(record(&bench, here, &account, &bad).await.status, SendStatus::Failed, "and it stays so");
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_fails_in_one_organisation_goes_on_in_others() {
    let bench = Bench::start(2, Settings::default(), of_organisations).await;
    let corps = bench.corps();
    let mut sends = Vec::new();
    for corp in &corps {
        let account = furnish(&bench, corp).await;
        let task = schedule(&bench, corp, &account, "a", 1).await;
        bench.settle().await;
        bench.advance(1).await;
        let of = corp.clone();
        let seq = bench
            .write(corp, move |tx, _| {
                let send = tx.send_by_task(&of, &account, &task)?.expect("sent");
                let ann = tx.member_by_userid(&of, &UserId::from("ann"))?.expect("ann");
                tx.insert_receipt(&of, send.seq, ann.no)?;
                Ok(send.seq)
            })
            .await;
        sends.push(seq);
    }
    let data = bench.store.paths().root.clone();
    damage(&data, &format!("UPDATE send SET readers = x'ff' WHERE corp_id = '{}'", corps[0]));
    bench.advance(2 * MINUTE_MS).await;
    assert_eq!(bench.failing(), [("fold_receipts", 1)]);
    let waiting = |connection: &Connection, corp: &CorpId| -> i64 {
        let sql = format!("SELECT count(*) FROM receipt WHERE corp_id = '{corp}'");
        connection.query_row(&sql, [], |row| row.get(0)).unwrap()
    };
    let connection = Connection::open(data.join("carillon.db")).unwrap();
    assert_eq!(
        (waiting(&connection, &corps[0]), waiting(&connection, &corps[1])),
        (1, 0),
        "even a single one"
    );
    // Mended, it is done at the next attempt.
    damage(
        &data,
        &format!(
            "UPDATE send SET readers = (SELECT readers FROM send WHERE corp_id = '{}') WHERE corp_id = '{}'",
            corps[1], corps[0]
        ),
    );
    bench.advance(30 * MINUTE_MS).await;
    assert!(bench.failing().is_empty());
    assert_eq!(waiting(&connection, &corps[0]), 0);
    for (corp, seq) in corps.iter().zip(sends) {
        let of = corp.clone();
        assert_eq!(bench.store.read(corp, move |tx| tx.count_readers(&of, seq)).await.unwrap(), 1);
    }
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_is_rolled_up_when_it_is_over_and_its_facts_go_in_time() {
    let bench = Bench::start(1, Settings::default(), of_organisations).await;
    let corp = bench.corps().remove(0);
    furnish(&bench, &corp).await;
    let of = corp.clone();
    bench.write(&corp, move |tx, env| activity::note(tx, env, &of, MemberNo(1), Client::Web)).await;
    bench.settle().await;
    let data = bench.store.paths().root.clone();
    let connection = Connection::open(data.join("carillon.db")).unwrap();
    let count = |sql: &str| -> i64 { connection.query_row(sql, [], |row| row.get(0)).unwrap() };
    assert_eq!((count("SELECT count(*) FROM stat_day"), count("SELECT count(*) FROM fact")), (0, 1));
    bench.advance(DAY_MS).await;
    assert_eq!(count("SELECT count(*) FROM stat_day WHERE cumulative > 0 AND pruned = 0"), 1);
    bench.advance(62 * DAY_MS - 2 * HOUR_MS).await;
    assert_eq!(count("SELECT count(*) FROM fact"), 1, "kept for 62 days");
    bench.advance(DAY_MS).await;
    assert_eq!(count("SELECT count(*) FROM fact"), 0);
    assert_eq!(count("SELECT count(*) FROM stat_day WHERE cumulative > 0 AND pruned = 1"), 1);
    bench.stop().await;
}

/// Everything is kept for ten days.
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

/// Rows of the start, one for each line of the table; those of a day are of 9 October 2025.
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

/// How many of them there are: quotas, counts of calls, messages, drafts, entries of the audit trail, days with activity,
/// sessions.
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

/// One step of the retention at a moment.
async fn remove(bench: &Bench, corp: &CorpId, settings: Settings, at: Timestamp) -> bool {
    let (of, env) = (corp.clone(), bench.env.with_settings(settings).with_clock(FixedClock(at)));
    bench.write(corp, move |tx, _| retention::remove_batch(tx, &env, &of)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_kind_of_row_stays_for_its_time_and_goes_right_after_it() {
    let bench = Bench::start(1, Settings::default(), |_| Vec::new()).await;
    let corp = bench.corps().remove(0);
    let connection = Connection::open(bench.store.paths().root.join("carillon.db")).unwrap();
    insert_old_rows(&connection, &corp);
    // START is a quarter to five in the afternoon of 9 October in Shanghai.
    for (ms, settings, expected) in [
        (10 * DAY_MS - 1, ten_days(), [1, 1, 1, 1, 1, 41, 1]),
        // A session is refused from its end on, and removed.
        (10 * DAY_MS, ten_days(), [1, 1, 1, 1, 1, 41, 0]),
        // What has a moment goes with the next millisecond, what has a day with the next day.
        (10 * DAY_MS + 1, ten_days(), [1, 1, 0, 0, 0, 41, 0]),
        // Of those who were active, the newest 40 days stay in any case: the snapshot has them.
        (11 * DAY_MS, ten_days(), [0, 1, 0, 0, 0, 40, 0]),
        // October is over for ten days when 1 November is.
        (32 * DAY_MS, ten_days(), [0, 1, 0, 0, 0, 40, 0]),
        (33 * DAY_MS, ten_days(), [0, 0, 0, 0, 0, 40, 0]),
        (1_000 * DAY_MS, ten_days(), [0, 0, 0, 0, 0, 40, 0]),
    ] {
        assert!(!remove(&bench, &corp, settings, START.plus_ms(ms)).await, "one batch is enough");
        assert_eq!(old_rows(&connection), expected, "{ms}");
    }
    // By default conversations and the audit trail stay for ever, counters and drafts do not.
    connection.execute_batch("DELETE FROM active_day").unwrap();
    connection.execute_batch("DELETE FROM article_reader").unwrap();
    insert_old_rows(&connection, &corp);
    remove(&bench, &corp, Settings::default(), START.plus_ms(10_000 * DAY_MS)).await;
    assert_eq!(old_rows(&connection), [0, 0, 1, 0, 1, 40, 0]);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_old_goes_in_batches_until_nothing_of_it_is_left() {
    let bench = Bench::start(2, ten_days(), of_organisations).await;
    let corps = bench.corps();
    bench.settle().await;
    let connection = Connection::open(bench.store.paths().root.join("carillon.db")).unwrap();
    let start = START.0;
    for corp in &corps {
        // More than one batch of each, and for the readers more than one look.
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
    bench.advance(10 * DAY_MS).await;
    assert_eq!((count(audit), count(readers)), (3_400, 24_000));
    bench.advance(2 * DAY_MS).await;
    assert_eq!((count(audit), count(readers)), (0, 12_000), "every second reader came much later");
    let sets = connection
        .prepare("SELECT readers FROM article_reader_set")
        .unwrap()
        .query_map([], |row| row.get::<_, Vec<u8>>(0))
        .unwrap()
        .map(|set| Audience::from_bytes(&set.unwrap()).unwrap().len())
        .collect::<Vec<_>>();
    assert_eq!((sets.len(), sets.iter().sum::<u64>()), (6, 12_000), "who has read each article is known");
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_and_tokens_go_after_their_end_and_not_before() {
    let bench = Bench::start(2, Settings::default(), of_organisations).await;
    let corps = bench.corps();
    let mut hashes = Vec::new();
    for corp in &corps {
        let of = corp.clone();
        let token = bench
            .write(corp, move |tx, env| {
                let new = NewApp { name: "app".to_owned(), app_type: AppType::Internal, grants: [].into() };
                let (app, secret) = app::create(tx, env, &of, new)?;
                let token = app::issue_token(tx, env, app.key.as_str(), &secret)?;
                // More than one batch, and one that lives on.
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
    bench.settle().await;
    let connection = Connection::open(bench.store.paths().root.join("carillon.db")).unwrap();
    let count = |table: &str| -> i64 {
        connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    };
    let in_memory = || hashes.iter().filter(|hash| bench.store.state().tokens.contains_key(*hash)).count();
    bench.advance(HOUR_MS - 1).await;
    assert_eq!((count("member_session"), count("app_token"), in_memory()), (3_400, 2, 2));
    // The job comes each hour, or a quarter of an hour later.
    bench.advance(15 * MINUTE_MS + 1).await;
    assert_eq!((count("member_session"), count("app_token"), in_memory()), (2, 2, 2));
    bench.advance(75 * MINUTE_MS).await;
    assert_eq!((count("member_session"), count("app_token"), in_memory()), (2, 0, 0));
    bench.advance(10 * HOUR_MS).await;
    assert_eq!(count("member_session"), 0);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_whose_first_reading_is_forgotten_is_not_counted_again() {
    let bench = Bench::start(1, ten_days(), of_organisations).await;
    let corp = bench.corps().remove(0);
    let account = furnish(&bench, &corp).await;
    let of = corp.clone();
    let article = bench
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
    bench.settle().await;
    let read = async |member: u32| {
        let of = corp.clone();
        let read = bench.write(&corp, move |tx, env| {
            tx.record_article_read(&of, article, Some(MemberNo(member)), env.now())?;
            let article = tx.article(&of, article)?.expect("the article");
            Ok((article.user_view_count, article.total_view_count))
        });
        read.await
    };
    assert_eq!((read(1).await, read(2).await, read(1).await), ((1, 1), (2, 2), (2, 3)));
    let connection = Connection::open(bench.store.paths().root.join("carillon.db")).unwrap();
    let rows = || -> i64 {
        connection.query_row("SELECT count(*) FROM article_reader", [], |row| row.get(0)).unwrap()
    };
    for (day, readers) in [(1, 2), (2, 3)] {
        bench.advance(12 * DAY_MS).await;
        assert_eq!(rows(), 0, "it is forgotten when they read it first");
        let views = day * 3;
        assert_eq!(read(1).await, (readers, views + 1));
        assert_eq!(read(2).await, (readers, views + 2));
        // Another one is new, each time.
        let newcomer = u32::try_from(10 + day).unwrap();
        assert_eq!(read(newcomer).await, (readers + 1, views + 3));
    }
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn broadcasts_leave_memory_at_their_age_and_stay_in_the_inbox() {
    let settings = Settings {
        storage: StorageSettings { broadcast_days: 92, ..StorageSettings::default() },
        ..Settings::default()
    };
    let bench = Bench::start(1, settings, of_organisations).await;
    let corp = bench.corps().remove(0);
    let account = furnish(&bench, &corp).await;
    bench.settle().await;
    // More than one batch.
    let (of, by) = (corp.clone(), account.clone());
    let ann = bench
        .write(&corp, move |tx, env| {
            for number in 0..100 {
                tx.insert_send(&of, &broadcast(&by, number, env.now()))?;
            }
            Ok(tx.member_by_userid(&of, &UserId::from("ann"))?.expect("ann").no)
        })
        .await;
    let in_memory = || {
        let window = bench.store.state().corp(&corp).unwrap().broadcasts.clone();
        (window.len(), window.bytes() > 0)
    };
    let in_inbox = async || {
        let (of, by) = (corp.clone(), account.clone());
        let read = bench.store.read(&corp, move |tx| inbox::messages(tx, &of, ann, &by, None, 200));
        read.await.unwrap().len()
    };
    // Everything of the last 92 days is in memory, at each turn of the job until then.
    bench.advance(92 * DAY_MS).await;
    assert_eq!((in_memory(), in_inbox().await), ((100, true), 100));
    // The job comes each hour, or a quarter of an hour later.
    bench.advance(2 * HOUR_MS).await;
    assert_eq!((in_memory(), in_inbox().await), ((0, false), 100));
    bench.stop().await;
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
async fn forgotten_readers_are_still_counted_and_count_no_more() {
    let bench = Bench::start(1, Settings::default(), |_| Vec::new()).await;
    let corp = bench.corps().remove(0);
    let account = furnish(&bench, &corp).await;
    let task = schedule(&bench, &corp, &account, "a", 1).await;
    bench.clock.advance(1);
    let (of, by) = (corp.clone(), account.clone());
    let seq = bench
        .write(&corp, move |tx, env| {
            send::send_due(tx, env, &of, &task)?;
            Ok(tx.send_by_task(&of, &by, &task)?.expect("sent").seq)
        })
        .await;
    let read = async |member: u32| {
        let of = corp.clone();
        bench.write(&corp, move |tx, _| tx.insert_receipt(&of, seq, MemberNo(member))).await;
    };
    let fold = async || {
        let of = corp.clone();
        bench.write(&corp, move |tx, _| inbox::fold_receipts(tx, &of, seq)).await
    };
    let readers = async || {
        let of = corp.clone();
        let looked = bench
            .store
            .read(&corp, move |tx| Ok((tx.count_readers(&of, seq)?, tx.readers_of(&of, seq)?.len())));
        looked.await.unwrap()
    };
    read(1).await;
    fold().await;
    read(2).await;
    let sent = bench.env.now();
    remove(&bench, &corp, ten_days(), sent.plus_ms(10 * DAY_MS)).await;
    assert_eq!(readers().await, (2, 2));
    remove(&bench, &corp, ten_days(), sent.plus_ms(10 * DAY_MS + 1)).await;
    assert_eq!(readers().await, (2, 0), "how many have read it stays");
    read(1).await;
    read(3).await;
    fold().await;
    assert_eq!(readers().await, (2, 0));
    let of = corp.clone();
    let waiting = bench.store.read(&corp, move |tx| inbox::sends_to_fold(tx, &of)).await.unwrap();
    assert!(waiting.is_empty());
    // The message itself stays in the inbox.
    let (of, by) = (corp.clone(), account.clone());
    let messages = bench.store.read(&corp, move |tx| {
        let ann = tx.member_by_userid(&of, &UserId::from("ann"))?.expect("ann");
        inbox::messages(tx, &of, ann.no, &by, None, 20)
    });
    assert_eq!(messages.await.unwrap().len(), 1);
    bench.stop().await;
}
