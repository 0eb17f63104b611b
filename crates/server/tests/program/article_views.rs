//! Views of articles: counted in memory, written together, and shown in every number.

use std::time::Duration;

use rusqlite::Connection;
use serde_json::{Value, json};
use testkit::{
    browser::Browser,
    program::{Program, ProgramFixture, app},
};

/// A few commits: some for other changes, and one for each few seconds on a slow machine.
const MAX_COMMITS: i64 = 60;
/// Kinds of facts in the database.
const ARTICLE_READ: i64 = 39;
const ARTICLE_VIEWS: i64 = 42;

/// An organisation with a public article on a card.
struct ViewsFixture {
    fixture: ProgramFixture,
    /// The token of an app with access to statistics.
    statistics: String,
    article: i64,
    path: String,
    card: Value,
}

impl ViewsFixture {
    fn start() -> Self {
        let fixture = ProgramFixture::start();
        let statistics = app(fixture.data.path(), &fixture.corp, "internal", "DataProduct.Statistics.Read");
        let statistics = fixture.program().token(&statistics);
        let (article, path, card) = publish(&fixture, "open", &json!({ "view_scope_type": 1 }));
        Self { fixture, statistics, article, path, card }
    }

    /// Requests the page anonymously. Returns the status.
    fn view(&self, path: &str) -> u16 {
        agent().get(format!("{}{path}", self.fixture.url())).call().unwrap().status().as_u16()
    }

    /// Returns the readers and views that the card shows.
    fn card_counts(&self) -> (i64, i64) {
        card_counts(&self.fixture, &self.card)
    }

    /// Returns the views up to the newest day with facts, as statistics show them: of the account, and of all.
    fn statistics_counts(&self) -> (String, String) {
        let day = self.number("SELECT max(day) FROM fact");
        let path = format!("/v1.0/exclusive/data/publisher/{day}?nextToken=0&maxResults=100");
        let request = agent().get(format!("{}{path}", self.fixture.url()));
        let request = request.header("x-acs-dingtalk-access-token", &self.statistics);
        let answer: Value = request.call().unwrap().body_mut().read_json().unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
        (text(&answer["data"][0]["publisherArticlePvCntStd"]), text(&answer["publisherArticlePvCntStd"]))
    }

    fn number(&self, sql: &str) -> i64 {
        self.database().query_row(sql, [], |row| row.get(0)).unwrap()
    }

    fn database(&self) -> Connection {
        Connection::open(self.fixture.data.path().join("carillon.db")).unwrap()
    }

    fn facts(&self, kind: i64) -> i64 {
        self.number(&format!("SELECT count(*) FROM fact WHERE kind = {kind}"))
    }

    fn commits(&self) -> i64 {
        self.number(&format!("SELECT version FROM corp_version WHERE corp_id = '{}'", self.fixture.corp))
    }
}

/// Publishes an article and a card with it. Returns its id, its path, and the card's id.
fn publish(fixture: &ProgramFixture, uuid: &str, fields: &Value) -> (i64, String, Value) {
    let unionid = &fixture.unionid;
    let mut article = json!({ "title": uuid, "content": "<p>文</p>", "uuid": uuid });
    article.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let added =
        fixture.ok("/topapi/material/article/add", &json!({ "unionid": unionid, "article": article }));
    let ids = json!({ "unionid": unionid, "article_id": added["article_id"] });
    let url = fixture.ok("/topapi/material/article/publish", &ids)["url"].clone();
    let path = url.as_str().unwrap().strip_prefix(fixture.url()).unwrap().to_owned();
    let card = json!({ "unionid": unionid, "articles": [{ "article_id": added["article_id"] }] });
    let card = fixture.ok("/topapi/material/news/add", &card)["media_id"].clone();
    (added["article_id"].as_i64().unwrap(), path, card)
}

fn card_counts(fixture: &ProgramFixture, card: &Value) -> (i64, i64) {
    let card =
        fixture.ok("/topapi/material/news/get", &json!({ "unionid": fixture.unionid, "media_id": card }));
    let article = &card["articles"][0];
    (article["user_view_count"].as_i64().unwrap(), article["total_view_count"].as_i64().unwrap())
}

/// A client that reuses connections.
fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

/// Requests paths over a few concurrent connections. All must be pages.
fn view_all(program: &Program, paths: &[String]) {
    std::thread::scope(|scope| {
        for part in paths.chunks(paths.len().div_ceil(4)) {
            scope.spawn(move || {
                let agent = agent();
                for path in part {
                    let mut answer = agent.get(format!("{}{path}", program.url)).call().unwrap();
                    assert_eq!(answer.status(), 200, "{path}");
                    // The connection is reused once the page is read.
                    answer.body_mut().read_to_vec().unwrap();
                }
            });
        }
    });
}

#[test]
fn thousands_of_anonymous_views_are_few_rows_and_counted_exactly() {
    let mut views = ViewsFixture::start();
    let before = views.commits();
    view_all(views.fixture.program(), &vec![views.path.clone(); 2_000]);
    assert_eq!(views.card_counts(), (0, 2_000));
    let (commits, rows) = (views.commits() - before, views.facts(ARTICLE_VIEWS));
    assert!(commits <= MAX_COMMITS && (1..=MAX_COMMITS).contains(&rows), "{commits} commits, {rows} rows");
    assert_eq!((views.facts(ARTICLE_READ), views.number("SELECT count(*) FROM article_reader")), (0, 0));
    assert_eq!(views.statistics_counts(), ("2000".to_owned(), "2000".to_owned()));

    // Every number is current, whether or not it is written.
    let list = json!({ "unionid": views.fixture.unionid });
    for (more, total) in [(1, 2_001), (2, 2_003)] {
        for _ in 0..more {
            assert_eq!(views.view(&views.path), 200);
        }
        let listed = views.fixture.ok("/topapi/material/news/list", &list);
        assert_eq!(listed["items"][0]["articles"][0]["total_view_count"], total);
    }
    assert_eq!(views.view(&views.path), 200);
    assert_eq!(views.statistics_counts().0, "2004");
    let before = views.commits();
    for _ in 0..3 {
        views.fixture.ok("/topapi/material/news/list", &list);
        views.statistics_counts();
    }
    assert_eq!(views.commits(), before, "all views are written");

    // A graceful shutdown loses no views.
    for _ in 0..10 {
        views.view(&views.path);
    }
    assert_eq!(views.fixture.terminate(), Some(0));
    assert_eq!(views.number("SELECT total_view_count FROM article"), 2_014);
    views.fixture.restart();
    assert_eq!(views.card_counts(), (0, 2_014));
    assert_eq!(views.statistics_counts().0, "2014");

    // Shown counts are durable. A crash loses unwritten views completely, never partly.
    for _ in 0..10 {
        views.view(&views.path);
    }
    views.fixture.crash();
    let (_, after) = views.card_counts();
    assert!((2_014..=2_024).contains(&after), "{after}");
    assert_eq!(views.statistics_counts().0, after.to_string());
}

/// Polls for a minute.
fn wait_until(is_so: impl Fn() -> bool) -> bool {
    (0..600).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        is_so()
    })
}

#[test]
fn a_view_is_written_without_a_later_request() {
    let views = ViewsFixture::start();
    views.view(&views.path);
    assert!(wait_until(|| views.number("SELECT total_view_count FROM article") == 1));
    assert_eq!(views.facts(ARTICLE_VIEWS), 1);
}

#[test]
fn view_counts_are_visible_while_they_cannot_be_written() {
    let views = ViewsFixture::start();
    assert_eq!(views.view(&views.path), 200);
    assert_eq!(views.card_counts(), (0, 1));
    views
        .database()
        .execute_batch(
            "CREATE TRIGGER refuse BEFORE INSERT ON fact WHEN NEW.kind = 42
             BEGIN SELECT RAISE(ABORT, 'as on a full disk'); END",
        )
        .unwrap();
    for _ in 0..20 {
        assert_eq!(views.view(&views.path), 200);
        assert_eq!(views.card_counts(), (0, 1));
        assert_eq!(views.statistics_counts().0, "1");
    }
    views.database().execute_batch("DROP TRIGGER refuse").unwrap();
    assert!(wait_until(|| views.card_counts() == (0, 21)), "no view is lost");
    assert_eq!(views.statistics_counts().0, "21");
}

#[test]
fn a_member_counts_as_a_reader_at_once_and_each_view_counts() {
    let mut views = ViewsFixture::start();
    let (ann, bob) = (views.fixture.browser("ann", 1), views.fixture.browser("bob", 1));
    let readers = |views: &ViewsFixture| views.number("SELECT count(*) FROM article_reader");
    ann.page(&views.path);
    // Read from the database, so that no operation triggers a write.
    assert_eq!((readers(&views), views.facts(ARTICLE_READ)), (1, 1));
    let before = views.commits();
    for _ in 0..30 {
        ann.page(&views.path);
    }
    assert!(views.commits() - before <= MAX_COMMITS / 3);
    bob.page(&views.path);
    views.view(&views.path);
    assert_eq!((readers(&views), views.facts(ARTICLE_READ)), (2, 2));
    assert_eq!(views.card_counts(), (2, 33));
    assert_eq!(views.statistics_counts().0, "33");

    // Further views also belong to the member, for the statistics of members and departments.
    let facts_of = |member: &str| {
        let number = format!("(SELECT member_no FROM member WHERE userid = '{member}')");
        views.number(&format!(
            "SELECT count(*) FROM fact WHERE kind = {ARTICLE_VIEWS} AND member_no = {number}"
        ))
    };
    let anonymous_views = "SELECT count(*) FROM fact WHERE kind = 42 AND member_no IS NULL";
    assert!((1..=MAX_COMMITS).contains(&facts_of("ann")));
    assert_eq!((facts_of("bob"), views.number(anonymous_views)), (0, 1));

    // After a crash the next view may be written at once. It adds no reader, and counts once.
    views.fixture.crash();
    let ann: Browser = ann.moved_to(views.fixture.url());
    ann.page(&views.path);
    ann.page(&views.path);
    assert_eq!((readers(&views), views.card_counts()), (2, (2, 35)));
    assert_eq!(views.statistics_counts().0, "35");
}

#[test]
fn pages_that_show_no_article_count_nothing() {
    let views = ViewsFixture::start();
    let fixture = &views.fixture;
    fixture.member_with_password("ann", 1);
    let (inside, inside_path, inside_card) = publish(fixture, "inside", &json!({}));
    let (deleted, deleted_path, _) = publish(fixture, "deleted", &json!({ "view_scope_type": 1 }));
    let ids = json!({ "unionid": fixture.unionid, "article_id": deleted });
    fixture.ok("/topapi/material/article/delete", &ids);
    let task = fixture.send(&json!({
        "unionid": fixture.unionid, "is_to_all": false, "userid_list": ["ann"], "msg_type": "news_card",
        "media_id": views.card, "uuid": "recalled",
    }));
    let ann = fixture.sign_in("ann").expect("signed in");
    let message = ann.message(&fixture.unionid, &task).expect("received");
    let link =
        message.split("href=\"/article/").nth(1).and_then(|rest| rest.split('"').next()).expect("a link");
    let recalled_path = format!("/article/{}", link.replace("&amp;", "&"));
    fixture.recall(&task);

    let before = views.commits();
    let corp = &fixture.corp;
    for (path, status) in [
        (format!("/article/{corp}/4711"), 404),
        (format!("/article/{corp}/{}", views.article), 404),
        (format!("/article/{corp}/{}-{}", views.article, "0".repeat(32)), 404),
        (views.path.replace(corp, "nobody"), 404),
        (format!("/article/{corp}/{inside}"), 404),
        (inside_path, 401),
        (deleted_path, 410),
        (recalled_path, 410),
    ] {
        for _ in 0..3 {
            assert_eq!(views.view(&path), status, "{path}");
        }
    }
    assert_eq!((views.card_counts(), card_counts(fixture, &inside_card)), ((0, 0), (0, 0)));
    assert_eq!((views.facts(ARTICLE_READ), views.facts(ARTICLE_VIEWS)), (0, 0));
    // Jobs may fold ann's receipt and activity.
    assert!(views.commits() - before < 8);
    assert_eq!(views.number("SELECT sum(total_view_count) FROM article"), 0);
}

#[test]
fn views_beyond_the_memory_limit_are_all_counted() {
    const ARTICLES: usize = 4_096 + 300;
    let mut views = ViewsFixture::start();
    // Sanitises and stores the article once.
    views.view(&views.path);
    assert_eq!(views.fixture.terminate(), Some(0));
    let first = views.article;
    // Like old articles without codes: their ids are their addresses.
    let copies = format!(
        "CREATE TEMPORARY TABLE n AS WITH RECURSIVE n (n) AS
             (SELECT {first} + 1 UNION ALL SELECT n + 1 FROM n WHERE n < {first} + {ARTICLES}) SELECT n FROM n;
         INSERT INTO article SELECT corp_id, n, unionid, 'copy' || n, allow_forward, public, deleted, publish_time,
             create_time, update_time, 0, 0, 1, 0 FROM article, n WHERE article_id = {first};
         INSERT INTO article_text SELECT corp_id, n, published, title, content, digest, thumb_media_id
             FROM article_text, n WHERE article_id = {first};
         INSERT INTO article_html SELECT corp_id, n, published, rules_version, html
             FROM article_html, n WHERE article_id = {first};"
    );
    views.database().execute_batch(&copies).unwrap();
    views.fixture.restart();
    let before = views.commits();
    let numbers = (1..=ARTICLES).map(|number| first + i64::try_from(number).unwrap());
    let paths: Vec<String> =
        numbers.map(|number| format!("/article/{}/{number}", views.fixture.corp)).collect();
    view_all(views.fixture.program(), &paths);
    assert_eq!(views.fixture.terminate(), Some(0));
    let each_once =
        format!("SELECT count(*) FROM article WHERE article_id > {first} AND total_view_count = 1");
    assert_eq!(views.number(&each_once), i64::try_from(ARTICLES).unwrap());
    assert_eq!(views.facts(ARTICLE_VIEWS), i64::try_from(ARTICLES).unwrap() + 1);
    let commits = views.commits() - before;
    assert!(commits <= 4 * MAX_COMMITS, "{commits}");
    views.fixture.restart();
    assert_eq!(views.statistics_counts().0, (ARTICLES + 1).to_string());
}
