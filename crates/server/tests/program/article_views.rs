//! Views of articles: counted in memory and written together, and in every number that shows them.

use std::time::Duration;

use rusqlite::Connection;
use serde_json::{Value, json};
use testkit::{
    browser::Browser,
    program::{Program, ProgramFixture, app},
};

/// Commits that are few: some for what else happens, and one for each few seconds that a slow machine takes.
const FEW: i64 = 60;
/// The kinds of facts, as they are stored.
const ARTICLE_READ: i64 = 39;
const ARTICLE_VIEWS: i64 = 42;

/// An organisation with a published article on a card, open to everybody.
struct Views {
    fixture: ProgramFixture,
    /// The token of an app that may ask for statistics.
    statistics: String,
    article: i64,
    path: String,
    card: Value,
}

impl Views {
    fn start() -> Self {
        let fixture = ProgramFixture::start();
        let statistics = app(fixture.data.path(), &fixture.corp, "internal", "DataProduct.Statistics.Read");
        let statistics = fixture.program().token(&statistics);
        let (article, path, card) = publish(&fixture, "open", &json!({ "view_scope_type": 1 }));
        Self { fixture, statistics, article, path, card }
    }

    /// Asks the page for nobody in particular; the status.
    fn view(&self, path: &str) -> u16 {
        agent().get(format!("{}{path}", self.fixture.url())).call().unwrap().status().as_u16()
    }

    /// Members and openings, as the card shows them.
    fn shown(&self) -> (i64, i64) {
        shown(&self.fixture, &self.card)
    }

    /// Openings until the newest day that has facts, as statistics show them: of the account, and of all.
    fn in_statistics(&self) -> (String, String) {
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

/// A published article and a card with it: its id, its own path, and the card's id.
fn publish(fixture: &ProgramFixture, uuid: &str, fields: &Value) -> (i64, String, Value) {
    let unionid = &fixture.unionid;
    let mut article = json!({ "title": uuid, "content": "<p>文</p>", "uuid": uuid });
    article.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let added =
        fixture.ok("/topapi/material/article/add", &json!({ "unionid": unionid, "article": article }));
    let this = json!({ "unionid": unionid, "article_id": added["article_id"] });
    let url = fixture.ok("/topapi/material/article/publish", &this)["url"].clone();
    let path = url.as_str().unwrap().strip_prefix(fixture.url()).unwrap().to_owned();
    let card = json!({ "unionid": unionid, "articles": [{ "article_id": added["article_id"] }] });
    let card = fixture.ok("/topapi/material/news/add", &card)["media_id"].clone();
    (added["article_id"].as_i64().unwrap(), path, card)
}

fn shown(fixture: &ProgramFixture, card: &Value) -> (i64, i64) {
    let card =
        fixture.ok("/topapi/material/news/get", &json!({ "unionid": fixture.unionid, "media_id": card }));
    let article = &card["articles"][0];
    (article["user_view_count"].as_i64().unwrap(), article["total_view_count"].as_i64().unwrap())
}

/// Keeps its connections.
fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

/// Gets paths, each over one of a few connections at the same time; all are pages.
fn view_all(program: &Program, paths: &[String]) {
    std::thread::scope(|scope| {
        for part in paths.chunks(paths.len().div_ceil(4)) {
            scope.spawn(move || {
                let agent = agent();
                for path in part {
                    let mut answer = agent.get(format!("{}{path}", program.url)).call().unwrap();
                    assert_eq!(answer.status(), 200, "{path}");
                    // The connection is used again once the page is read.
                    answer.body_mut().read_to_vec().unwrap();
                }
            });
        }
    });
}

#[test]
fn thousands_of_views_by_nobody_are_a_few_rows_and_exactly_counted() {
    let mut views = Views::start();
    let before = views.commits();
    view_all(views.fixture.program(), &vec![views.path.clone(); 2_000]);
    assert_eq!(views.shown(), (0, 2_000));
    let (commits, rows) = (views.commits() - before, views.facts(ARTICLE_VIEWS));
    assert!(commits <= FEW && (1..=FEW).contains(&rows), "{commits} commits, {rows} rows");
    assert_eq!((views.facts(ARTICLE_READ), views.number("SELECT count(*) FROM article_reader")), (0, 0));
    assert_eq!(views.in_statistics(), ("2000".to_owned(), "2000".to_owned()));

    // Whatever shows counts shows the newest; what shows none writes none.
    let list = json!({ "unionid": views.fixture.unionid });
    for (more, total) in [(1, 2_001), (2, 2_003)] {
        for _ in 0..more {
            assert_eq!(views.view(&views.path), 200);
        }
        let listed = views.fixture.ok("/topapi/material/news/list", &list);
        assert_eq!(listed["items"][0]["articles"][0]["total_view_count"], total);
    }
    assert_eq!(views.view(&views.path), 200);
    assert_eq!(views.in_statistics().0, "2004");
    let before = views.commits();
    for _ in 0..3 {
        views.fixture.ok("/topapi/material/news/list", &list);
        views.in_statistics();
    }
    assert_eq!(views.commits(), before, "nothing is left to write");

    // A clean stop loses nothing.
    for _ in 0..10 {
        views.view(&views.path);
    }
    assert_eq!(views.fixture.terminate(), Some(0));
    assert_eq!(views.number("SELECT total_view_count FROM article"), 2_014);
    views.fixture.restart();
    assert_eq!(views.shown(), (0, 2_014));
    assert_eq!(views.in_statistics().0, "2014");

    // What was shown is durable. A crash forgets what was not written, and nothing of it is there by half.
    for _ in 0..10 {
        views.view(&views.path);
    }
    views.fixture.crash();
    let (_, after) = views.shown();
    assert!((2_014..=2_024).contains(&after), "{after}");
    assert_eq!(views.in_statistics().0, after.to_string());
}

/// Looks again and again for a minute.
fn until(is_so: impl Fn() -> bool) -> bool {
    (0..600).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        is_so()
    })
}

#[test]
fn a_view_is_written_though_nobody_asks_for_it() {
    let views = Views::start();
    views.view(&views.path);
    assert!(until(|| views.number("SELECT total_view_count FROM article") == 1));
    assert_eq!(views.facts(ARTICLE_VIEWS), 1);
}

#[test]
fn what_shows_views_is_answered_while_they_cannot_be_written() {
    let views = Views::start();
    assert_eq!(views.view(&views.path), 200);
    assert_eq!(views.shown(), (0, 1));
    views
        .database()
        .execute_batch(
            "CREATE TRIGGER refuse BEFORE INSERT ON fact WHEN NEW.kind = 42
             BEGIN SELECT RAISE(ABORT, 'as on a full disk'); END",
        )
        .unwrap();
    for _ in 0..20 {
        assert_eq!(views.view(&views.path), 200);
        assert_eq!(views.shown(), (0, 1));
        assert_eq!(views.in_statistics().0, "1");
    }
    views.database().execute_batch("DROP TRIGGER refuse").unwrap();
    assert!(until(|| views.shown() == (0, 21)), "none was lost");
    assert_eq!(views.in_statistics().0, "21");
}

#[test]
fn a_member_is_a_reader_at_once_and_each_view_counts() {
    let mut views = Views::start();
    let (ann, bob) = (views.fixture.browser("ann", 1), views.fixture.browser("bob", 1));
    let readers = |views: &Views| views.number("SELECT count(*) FROM article_reader");
    ann.page(&views.path);
    // Looked up in the rows: no operation had to be called.
    assert_eq!((readers(&views), views.facts(ARTICLE_READ)), (1, 1));
    let before = views.commits();
    for _ in 0..30 {
        ann.page(&views.path);
    }
    assert!(views.commits() - before <= FEW / 3);
    bob.page(&views.path);
    views.view(&views.path);
    assert_eq!((readers(&views), views.facts(ARTICLE_READ)), (2, 2));
    assert_eq!(views.shown(), (2, 33));
    assert_eq!(views.in_statistics().0, "33");

    // Further views are the member's own as well: statistics of members and departments have them.
    let whose = |member: &str| {
        let number = format!("(SELECT member_no FROM member WHERE userid = '{member}')");
        views.number(&format!(
            "SELECT count(*) FROM fact WHERE kind = {ARTICLE_VIEWS} AND member_no = {number}"
        ))
    };
    let of_nobody = "SELECT count(*) FROM fact WHERE kind = 42 AND member_no IS NULL";
    assert!((1..=FEW).contains(&whose("ann")));
    assert_eq!((whose("bob"), views.number(of_nobody)), (0, 1));

    // After a crash a member's view may be written at once again. It is no new reader, and counts once.
    views.fixture.crash();
    let ann: Browser = ann.moved_to(views.fixture.url());
    ann.page(&views.path);
    ann.page(&views.path);
    assert_eq!((readers(&views), views.shown()), (2, (2, 35)));
    assert_eq!(views.in_statistics().0, "35");
}

#[test]
fn pages_that_show_no_article_count_nothing() {
    let views = Views::start();
    let fixture = &views.fixture;
    fixture.member_with_password("ann", 1);
    let (inside, inside_path, inside_card) = publish(fixture, "inside", &json!({}));
    let (deleted, deleted_path, _) = publish(fixture, "deleted", &json!({ "view_scope_type": 1 }));
    let this = json!({ "unionid": fixture.unionid, "article_id": deleted });
    fixture.ok("/topapi/material/article/delete", &this);
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
    assert_eq!((views.shown(), shown(fixture, &inside_card)), ((0, 0), (0, 0)));
    assert_eq!((views.facts(ARTICLE_READ), views.facts(ARTICLE_VIEWS)), (0, 0));
    // Jobs may fold the receipt and the activity of ann.
    assert!(views.commits() - before < 8);
    assert_eq!(views.number("SELECT sum(total_view_count) FROM article"), 0);
}

#[test]
fn views_of_more_articles_than_memory_has_room_for_are_all_counted() {
    const ARTICLES: usize = 4_096 + 300;
    let mut views = Views::start();
    // Cleaned and stored, as each article is once.
    views.view(&views.path);
    assert_eq!(views.fixture.terminate(), Some(0));
    let first = views.article;
    // As articles of before there were codes are: their numbers are their addresses.
    let copies = format!(
        "CREATE TEMPORARY TABLE n AS WITH RECURSIVE n (n) AS
             (SELECT {first} + 1 UNION ALL SELECT n + 1 FROM n WHERE n < {first} + {ARTICLES}) SELECT n FROM n;
         INSERT INTO article SELECT corp_id, n, unionid, 'copy' || n, allow_forward, public, deleted, publish_time,
             create_time, update_time, 0, 0, 1 FROM article, n WHERE article_id = {first};
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
    assert!(commits <= 4 * FEW, "{commits}");
    views.fixture.restart();
    assert_eq!(views.in_statistics().0, (ARTICLES + 1).to_string());
}
