//! Views of articles, which are counted in memory, by a clock that the test sets.

use carillon_domain::{
    article::{self, ArticleLink, LinkSource, NewArticle, Opened, Reader, views},
    stats::{publisher, read},
};
use carillon_model::{article::ArticleText, day::Day, id::ArticleId, time};
use carillon_store::ViewKey;

use super::*;

/// The time that counts wait.
const WAIT_MS: i64 = 5_000;

/// A published article of an organisation that everybody may read.
struct Published {
    bench: Bench,
    corp: CorpId,
    reader: Reader,
    opened: Opened,
    connection: Connection,
}

impl Published {
    async fn start(settings: Settings) -> Self {
        let bench = Bench::start(1, settings, of_organisations).await;
        let corp = bench.corps().remove(0);
        let account = furnish(&bench, &corp).await;
        let of = corp.clone();
        let (reader, opened) = bench
            .write(&corp, move |tx, env| {
                let text = ArticleText {
                    title: "文".to_owned(),
                    content: "<p>文</p>".to_owned(),
                    digest: None,
                    thumb_media_id: None,
                };
                let new = NewArticle {
                    account: account.clone(),
                    text,
                    uuid: "u".to_owned(),
                    allow_forward: Some(true),
                    public: Some(true),
                };
                let id = article::add(tx, env, &of, new)?;
                article::publish(tx, env, &of, &account, id)?;
                let link = ArticleLink::of(env, &of, id, LinkSource::Article);
                let reader = Reader { member: None, link };
                let opened = article::look(tx, env, &of, &reader)?.expect("published");
                Ok((reader, opened))
            })
            .await;
        bench.settle().await;
        let connection = Connection::open(bench.store.paths().root.join("carillon.db")).unwrap();
        Self { bench, corp, reader, opened, connection }
    }

    /// Nobody in particular opens the article.
    fn view(&self, env: &Env, times: u64) {
        for _ in 0..times {
            let counted =
                views::count_in_memory(&self.bench.store, env, &self.corp, &self.reader, &self.opened);
            assert!(counted.unwrap());
        }
    }

    fn number(&self, sql: &str) -> i64 {
        self.connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    fn total(&self) -> i64 {
        self.number("SELECT total_view_count FROM article")
    }

    fn day_of(&self, at: Timestamp) -> Day {
        Day::of(at, &time::zone("Asia/Shanghai").unwrap())
    }

    /// Facts of views of a day.
    fn facts(&self, day: Day) -> i64 {
        self.number(&format!("SELECT count(*) FROM fact WHERE kind = 42 AND day = {}", day.0))
    }

    /// Views of a day alone, and of all days up to it.
    async fn statistics(&self, day: Day) -> (u64, u64) {
        let of = self.corp.clone();
        let found = self.bench.store.read_statistics(&self.corp, move |tx| {
            let statistics = read::DayStatistics::open(tx, &of, day)?;
            let articles = statistics.part::<carillon_model::statistic::Articles>(tx)?;
            let reads = articles.0.iter().map(|article| article.reads).sum();
            Ok((reads, publisher::publishers(tx, &of, day, 0, 10)?.reads))
        });
        found.await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_are_written_in_time_and_belong_to_the_day_that_they_happened_on() {
    let published = Published::start(Settings::default()).await;
    let bench = &published.bench;
    let today = published.day_of(bench.env.now());
    let tomorrow = today.plus(1);
    let midnight = tomorrow.start(&time::zone("Asia/Shanghai").unwrap()).unwrap();
    bench.advance(midnight.0 - 1 - bench.env.now().0).await;
    published.view(&bench.env, 3);
    bench.advance(1).await;
    published.view(&bench.env, 2);
    bench.advance(WAIT_MS - 2).await;
    assert_eq!((published.total(), published.facts(today)), (0, 0), "not yet");
    bench.advance(1).await;
    assert_eq!(published.total(), 5);
    assert_eq!((published.facts(today), published.facts(tomorrow)), (1, 1));
    assert_eq!(published.number("SELECT max(at) FROM fact WHERE kind = 42"), midnight.0);
    assert_eq!(published.statistics(today).await, (3, 3));
    assert_eq!(published.statistics(tomorrow).await, (2, 5));

    // When all are written, a turn writes nothing.
    let version = published.number("SELECT max(version) FROM corp_version");
    fold::article_views(Arc::clone(&bench.store), bench.env.clone(), published.corp.clone()).await.unwrap();
    assert_eq!(published.number("SELECT max(version) FROM corp_version"), version);

    // The first day is rolled up, and gets views of its last moment all the same.
    bench.advance(DAY_MS).await;
    let kept = "SELECT count(*) FROM stat_day WHERE cumulative > 0";
    assert_eq!(published.number(kept), 2);
    published.view(&bench.env.with_clock(FixedClock(midnight.plus_ms(-1))), 4);
    bench.settle().await;
    assert_eq!((published.total(), published.facts(today)), (9, 2));
    assert_eq!(published.number(kept), 2, "made anew");
    assert_eq!(published.statistics(today).await, (7, 7));
    assert_eq!(published.statistics(tomorrow).await, (2, 9));
    published.bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_that_cannot_be_written_stay_counted() {
    let published = Published::start(Settings::default()).await;
    let (bench, today) = (&published.bench, published.day_of(START));
    // A disk that is full, for one table.
    let refuse = "CREATE TRIGGER refuse BEFORE INSERT ON fact WHEN NEW.kind = 42 BEGIN SELECT RAISE(ABORT, 'full'); END";
    published.connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    published.connection.execute_batch(refuse).unwrap();
    published.view(&bench.env, 5);
    bench.advance(WAIT_MS).await;
    assert_eq!(bench.failing(), [("article_views", 1)]);
    assert_eq!((published.total(), published.facts(today)), (0, 0), "neither is written without the other");
    published.view(&bench.env, 2);
    let of = published.corp.clone();
    let other = views::write_counts(Arc::clone(&bench.store), bench.env.clone(), of).await;
    assert!(other.is_err());
    published.connection.execute_batch("DROP TRIGGER refuse").unwrap();
    bench.advance(HOUR_MS).await;
    assert!(bench.failing().is_empty());
    assert_eq!((published.total(), published.facts(today)), (7, 1));
    assert_eq!(published.statistics(today).await, (7, 7));
    published.bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statistics_of_days_without_facts_are_final() {
    let published = Published::start(ten_days()).await;
    let (bench, day) = (&published.bench, published.day_of(START));
    published.view(&bench.env, 5);
    bench.advance(WAIT_MS).await;
    // Rolled up, and later removed.
    bench.advance(DAY_MS).await;
    bench.advance(12 * DAY_MS).await;
    assert_eq!(published.number("SELECT count(*) FROM stat_day WHERE pruned = 1"), 1);
    published.view(&bench.env.with_clock(FixedClock(START)), 3);
    bench.settle().await;
    assert_eq!((published.total(), published.facts(day)), (8, 0));
    assert_eq!(published.statistics(day).await, (5, 5));
    published.bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_fact_counts_a_million_views_at_most() {
    let published = Published::start(Settings::default()).await;
    let (bench, day) = (&published.bench, published.day_of(START));
    let key = |article: ArticleId| ViewKey { article, member: None, day };
    for _ in 0..1_000_001 {
        bench.store.count_article_view(&published.corp, key(published.reader.link.id), START);
    }
    // There is no such article.
    bench.store.count_article_view(&published.corp, key(ArticleId(4_711)), START);
    bench.advance(WAIT_MS).await;
    assert_eq!((published.total(), published.facts(day)), (1_000_001, 2));
    assert_eq!(published.statistics(day).await, (1_000_001, 1_000_001));
    assert!(bench.store.article_views().is_empty(&published.corp));
    published.bench.stop().await;
}
