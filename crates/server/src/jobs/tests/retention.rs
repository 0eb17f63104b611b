//! Retention, with a clock that the test sets.

use carillon_domain::{
    app::{self, NewApp},
    article::{self, NewArticle},
    retention,
};
use carillon_model::{
    app::AppType, article::ArticleText, audience::Audience, env::FixedClock, time::HOUR_MS,
};
use carillon_store::{CallFilter, CallLimits, CallPosition, CallRow, RefusalRow, Session};
use sha2::{Digest, Sha256};

use super::*;

/// Inserts rows with the time of the start, one for each line of the table; those of a day are of 9 October 2025.
fn insert_old_rows(connection: &Connection, corp: &CorpId) {
    let start = START.0;
    connection
        .execute_batch(&format!(
            "INSERT INTO send_quota VALUES ('{corp}', '2025-10-09', 'user', '7', 1);
             INSERT INTO call_count VALUES ('{corp}', 202510, 1);
             INSERT INTO chat_message VALUES ('{corp}', 7, 'x', 1, 'old', 'member', NULL, {start}, '0');
             INSERT INTO draft VALUES ('{corp}', 7, 'x', '', 'typed', 'w', 1, {start});
             INSERT INTO audit VALUES ('{corp}', 100000, {start}, 'server', '', 'old', 'corp', '', NULL, NULL, '');
             INSERT INTO article_reader VALUES ('{corp}', 1, 7, {start});
             INSERT INTO member_session (session_hash, corp_id, member_no, expires_at, created_at, user_agent)
             VALUES (randomblob(32), '{corp}', 1, {start} + 10 * {DAY_MS}, {start}, '');
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
    let (corp_id, env) = (corp.clone(), fixture.env.with_settings(settings).with_clock(FixedClock(at)));
    fixture.write(corp, move |tx, _| retention::remove_batch(tx, &env, &corp_id)).await
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
        let corp_id = corp.clone();
        let token = fixture
            .write(corp, move |tx, env| {
                let new = NewApp { name: "app".to_owned(), app_type: AppType::Internal, grants: [].into() };
                let (app, secret) = app::create(tx, env, &corp_id, new)?;
                let token = app::issue_token(tx, env, app.key.as_str(), &secret)?;
                // More than one batch, and one that expires later.
                for number in 0_i64..1_700 {
                    let expires_at = env.now().plus_ms(if number == 0 { 10 * HOUR_MS } else { HOUR_MS });
                    let session = Session::new(corp_id.clone(), MemberNo(1), env.now(), expires_at);
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
    // The job runs every 60 to 75 minutes.
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
    let corp_id = corp.clone();
    let article = fixture
        .write(&corp, move |tx, env| {
            let text = ArticleText {
                title: "题".to_owned(),
                content: "文".to_owned(),
                digest: None,
                thumb_media_id: None,
            };
            let new = NewArticle { account, uuid: "a".to_owned(), text, allow_forward: None, public: None };
            article::add(tx, env, &corp_id, new)
        })
        .await;
    fixture.settle().await;
    let read = async |member: u32| {
        let corp_id = corp.clone();
        let read = fixture.write(&corp, move |tx, env| {
            tx.record_article_read(&corp_id, article, Some(MemberNo(member)), env.now())?;
            let article = tx.article(&corp_id, article)?.expect("the article");
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
async fn removed_receipts_still_count_as_readers() {
    let fixture = SchedulerFixture::start(1, Settings::default(), |_| Vec::new()).await;
    let corp = fixture.corps().remove(0);
    let account = add_account(&fixture, &corp).await;
    let task = schedule(&fixture, &corp, &account, "a", 1).await;
    fixture.clock.advance(1);
    let (corp_id, by) = (corp.clone(), account.clone());
    let seq = fixture
        .write(&corp, move |tx, env| {
            send::send_due(tx, env, &corp_id, &task)?;
            Ok(tx.send_by_task(&corp_id, &by, &task)?.expect("sent").seq)
        })
        .await;
    let read = async |member: u32| {
        let corp_id = corp.clone();
        fixture
            .write(&corp, move |tx, _| {
                tx.insert_receipt(&corp_id, seq, MemberNo(member), carillon_model::time::Timestamp(0))
            })
            .await;
    };
    let fold = async || {
        let corp_id = corp.clone();
        fixture.write(&corp, move |tx, _| inbox::fold_receipts(tx, &corp_id, seq)).await
    };
    let readers = async || {
        let corp_id = corp.clone();
        let counts = fixture.store.read(&corp, move |tx| {
            Ok((tx.count_readers(&corp_id, seq)?, tx.readers_of(&corp_id, seq)?.len()))
        });
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
    let corp_id = corp.clone();
    let waiting = fixture.store.read(&corp, move |tx| inbox::sends_to_fold(tx, &corp_id)).await.unwrap();
    assert!(waiting.is_empty());
    // The message itself stays in the inbox.
    let (corp_id, by) = (corp.clone(), account.clone());
    let messages = fixture.store.read(&corp, move |tx| {
        let ann = tx.member_by_userid(&corp_id, &UserId::from("ann"))?.expect("ann");
        inbox::messages(tx, &corp_id, ann.no, &by, None, 20)
    });
    assert_eq!(messages.await.unwrap().len(), 1);
    fixture.stop().await;
}

fn call(at: Timestamp, request_id: &str, refusal: Option<RefusalRow>) -> CallRow {
    CallRow {
        at,
        request_id: request_id.to_owned(),
        operation: "article.add".to_owned(),
        caller: "app".to_owned(),
        caller_id: "ding".to_owned(),
        status: 200,
        micros: 1,
        address: String::new(),
        refusal,
        body: None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_are_removed_after_their_hours_and_refused_ones_later() {
    let fixture = SchedulerFixture::start(1, Settings::default(), |_| Vec::new()).await;
    let corp = fixture.corps().remove(0);
    let of = corp.clone();
    let limits = CallLimits { accepted: 10, refused: 10 };
    fixture
        .write(&corp, move |tx, _| {
            let later = START.plus_ms(HOUR_MS);
            let refused = |at, id| call(at, id, Some(RefusalRow::default()));
            let calls =
                [call(START, "a", None), refused(START, "b"), call(later, "c", None), refused(later, "d")];
            tx.insert_calls(&of, &calls, (3, START), limits)
        })
        .await;
    let connection = Connection::open(fixture.store.paths().root.join("carillon.db")).unwrap();
    let counts = || {
        [
            "SELECT count(*) FROM accepted_call",
            "SELECT count(*) FROM refused_call",
            "SELECT count(*) FROM unrecorded_call",
        ]
        .map(|sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap())
    };
    let (day, week) = (24 * HOUR_MS, 168 * HOUR_MS);
    for (ms, expected) in [
        (day, [2, 2, 1]),
        (day + 1, [1, 2, 1]),
        (day + HOUR_MS + 1, [0, 2, 1]),
        (week, [0, 2, 1]),
        (week + 1, [0, 1, 1]),
        (week + 2 * HOUR_MS, [0, 0, 0]),
    ] {
        assert!(!remove(&fixture, &corp, Settings::default(), START.plus_ms(ms)).await);
        assert_eq!(counts(), expected, "{ms}");
    }
    fixture.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_oldest_calls_beyond_the_limits_are_removed() {
    let fixture = SchedulerFixture::start(1, Settings::default(), |_| Vec::new()).await;
    let corp = fixture.corps().remove(0);
    let limits = CallLimits { accepted: 3, refused: 2 };
    for round in 0..3 {
        let of = corp.clone();
        fixture
            .write(&corp, move |tx, _| {
                let at = START.plus_ms(round);
                let calls = [
                    call(at, &format!("a{round}"), None),
                    call(at, &format!("b{round}"), None),
                    call(at, &format!("c{round}"), Some(RefusalRow::default())),
                ];
                tx.insert_calls(&of, &calls, (0, at), limits)
            })
            .await;
    }
    let of = corp.clone();
    let (pages, repeated) = fixture
        .write(&corp, move |tx, _| {
            let (mut ids, mut position) = (Vec::new(), Some(CallPosition::NEWEST));
            while let Some(before) = position {
                let page = tx.calls(&of, &CallFilter::default(), before, 2)?;
                ids.push(page.calls.into_iter().map(|call| call.request_id).collect::<Vec<_>>());
                position = page.next;
            }
            // An id that is there already is left out, and fails nothing.
            tx.insert_calls(&of, &[call(START, "b2", None)], (0, START), limits)?;
            Ok((ids, tx.calls(&of, &CallFilter::default(), CallPosition::NEWEST, 10)?.calls.len()))
        })
        .await;
    let pages: Vec<Vec<&str>> = pages.iter().map(|page| page.iter().map(String::as_str).collect()).collect();
    assert_eq!(pages, [vec!["c2", "b2"], vec!["a2", "c1"], vec!["b1"]]);
    assert_eq!(repeated, 4, "the number that was left out counts as a row");
    fixture.stop().await;
}
