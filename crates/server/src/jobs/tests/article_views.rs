//! Views of articles, which are counted in memory, with a clock that the test sets.

use carillon_domain::{
    article::{self, ArticleLink, LinkSource, NewArticle, OpenedArticle, Reader, views},
    stats::{publisher, read},
};
use carillon_model::{article::ArticleText, day::Day, env::FixedClock, id::ArticleId, time};
use carillon_store::ViewKey;

use super::*;

/// The delay before counts are written.
const WAIT_MS: i64 = 5_000;

/// A published article that everyone may read.
struct PublishedArticle {
    fixture: SchedulerFixture,
    corp: CorpId,
    reader: Reader,
    opened: OpenedArticle,
    connection: Connection,
}

impl PublishedArticle {
    async fn start(settings: Settings) -> Self {
        let fixture = SchedulerFixture::start(1, settings, per_organisation).await;
        let corp = fixture.corps().remove(0);
        let account = add_account(&fixture, &corp).await;
        let corp_id = corp.clone();
        let (reader, opened) = fixture
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
                let id = article::add(tx, env, &corp_id, new)?;
                article::publish(tx, env, &corp_id, &account, id)?;
                let link = ArticleLink::of(env, &corp_id, id, LinkSource::Article);
                let reader = Reader { member: None, link };
                let opened = article::resolve_link(tx, env, &corp_id, &reader)?.expect("published");
                Ok((reader, opened))
            })
            .await;
        fixture.settle().await;
        let connection = Connection::open(fixture.store.paths().root.join("carillon.db")).unwrap();
        Self { fixture, corp, reader, opened, connection }
    }

    /// Anonymous readers open the article.
    fn view(&self, env: &Env, times: u64) {
        for _ in 0..times {
            let counted =
                views::count_in_memory(&self.fixture.store, env, &self.corp, &self.reader, &self.opened);
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

    /// The number of view facts of a day.
    fn facts(&self, day: Day) -> i64 {
        self.number(&format!("SELECT count(*) FROM fact WHERE kind = 42 AND day = {}", day.0))
    }

    /// The views of a day, and of all days up to it.
    async fn statistics(&self, day: Day) -> (u64, u64) {
        let corp_id = self.corp.clone();
        let found = self.fixture.store.read_statistics(&self.corp, move |tx| {
            let statistics = read::DayStatistics::open(tx, &corp_id, day)?;
            let articles = statistics.part::<carillon_model::statistic::Articles>(tx)?;
            let reads = articles.0.iter().map(|article| article.reads).sum();
            Ok((reads, publisher::publishers(tx, &corp_id, day, 0, 10)?.reads))
        });
        found.await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_are_written_within_the_delay_to_the_day_on_which_they_happened() {
    let article = PublishedArticle::start(Settings::default()).await;
    let fixture = &article.fixture;
    let today = article.day_of(fixture.env.now());
    let tomorrow = today.plus(1);
    let midnight = tomorrow.start(&time::zone("Asia/Shanghai").unwrap()).unwrap();
    fixture.advance(midnight.0 - 1 - fixture.env.now().0).await;
    article.view(&fixture.env, 3);
    fixture.advance(1).await;
    article.view(&fixture.env, 2);
    fixture.advance(WAIT_MS - 2).await;
    assert_eq!((article.total(), article.facts(today)), (0, 0), "not yet");
    fixture.advance(1).await;
    assert_eq!(article.total(), 5);
    assert_eq!((article.facts(today), article.facts(tomorrow)), (1, 1));
    assert_eq!(article.number("SELECT max(at) FROM fact WHERE kind = 42"), midnight.0);
    assert_eq!(article.statistics(today).await, (3, 3));
    assert_eq!(article.statistics(tomorrow).await, (2, 5));

    // A turn without new views writes nothing.
    let version = article.number("SELECT max(version) FROM corp_version");
    fold::article_views(Arc::clone(&fixture.store), fixture.env.clone(), article.corp.clone()).await.unwrap();
    assert_eq!(article.number("SELECT max(version) FROM corp_version"), version);

    // The first day is rolled up, and still gets late views.
    fixture.advance(DAY_MS).await;
    let final_days = "SELECT count(*) FROM stat_day WHERE cumulative > 0";
    assert_eq!(article.number(final_days), 2);
    article.view(&fixture.env.with_clock(FixedClock(midnight.plus_ms(-1))), 4);
    fixture.settle().await;
    assert_eq!(article.total(), 9);
    // They are due at once, so the job may write between two of them.
    assert!(article.facts(today) >= 2);
    assert_eq!(article.number(final_days), 2, "rolled up again");
    assert_eq!(article.statistics(today).await, (7, 7));
    assert_eq!(article.statistics(tomorrow).await, (2, 9));
    article.fixture.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_that_cannot_be_written_stay_in_memory() {
    let article = PublishedArticle::start(Settings::default()).await;
    let (fixture, today) = (&article.fixture, article.day_of(START));
    // Simulates a full disk for one table.
    let refuse = "CREATE TRIGGER refuse BEFORE INSERT ON fact WHEN NEW.kind = 42 BEGIN SELECT RAISE(ABORT, 'full'); END";
    article.connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    article.connection.execute_batch(refuse).unwrap();
    article.view(&fixture.env, 5);
    fixture.advance(WAIT_MS).await;
    assert_eq!(fixture.failing(), [("article_views", 1)]);
    assert_eq!((article.total(), article.facts(today)), (0, 0), "neither is written without the other");
    article.view(&fixture.env, 2);
    let corp_id = article.corp.clone();
    let other = views::write_counts(Arc::clone(&fixture.store), fixture.env.clone(), corp_id).await;
    assert!(other.is_err());
    article.connection.execute_batch("DROP TRIGGER refuse").unwrap();
    fixture.advance(HOUR_MS).await;
    assert!(fixture.failing().is_empty());
    assert_eq!((article.total(), article.facts(today)), (7, 1));
    assert_eq!(article.statistics(today).await, (7, 7));
    article.fixture.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statistics_of_days_without_facts_are_final() {
    let article = PublishedArticle::start(ten_days()).await;
    let (fixture, day) = (&article.fixture, article.day_of(START));
    article.view(&fixture.env, 5);
    fixture.advance(WAIT_MS).await;
    // The facts are rolled up, and later removed.
    fixture.advance(DAY_MS).await;
    fixture.advance(12 * DAY_MS).await;
    assert_eq!(article.number("SELECT count(*) FROM stat_day WHERE pruned = 1"), 1);
    article.view(&fixture.env.with_clock(FixedClock(START)), 3);
    fixture.settle().await;
    assert_eq!((article.total(), article.facts(day)), (8, 0));
    assert_eq!(article.statistics(day).await, (5, 5));
    article.fixture.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_fact_counts_a_million_views_at_most() {
    let article = PublishedArticle::start(Settings::default()).await;
    let (fixture, day) = (&article.fixture, article.day_of(START));
    let key = |article: ArticleId| ViewKey { article, member: None, day };
    for _ in 0..1_000_001 {
        fixture.store.count_article_view(&article.corp, key(article.reader.link.id), START);
    }
    // An article that does not exist.
    fixture.store.count_article_view(&article.corp, key(ArticleId(4_711)), START);
    fixture.advance(WAIT_MS).await;
    assert_eq!((article.total(), article.facts(day)), (1_000_001, 2));
    assert_eq!(article.statistics(day).await, (1_000_001, 1_000_001));
    assert!(fixture.store.article_views().is_empty(&article.corp));
    article.fixture.stop().await;
}
