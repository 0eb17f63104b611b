//! Drafts of articles with revisions and versions, by apps and by operators.

use carillon_model::operator::{AccountScope, OperatorRole};
use serde_json::{Value, json};
use testkit::server::TestServer;

use crate::operator::{self, only};

const ARTICLES: &str = "/v1.0/carillon/articles";

fn draft(account: &str, revision: i64, content: &str) -> Value {
    json!({ "unionid": account, "revision": revision, "title": "题", "content": content, "digest": "摘", "allowForward": false,
            "viewScope": "everybody" })
}

/// Adds an article without content. Returns its path.
fn add(server: &TestServer, account: &str, uuid: &str) -> String {
    let new = json!({ "unionid": account, "uuid": uuid, "title": "初" });
    let added = server.ok_v1("POST", ARTICLES, &new);
    assert_eq!(added["revision"], 0);
    format!("{ARTICLES}/{}", added["articleId"])
}

fn get(server: &TestServer, path: &str, account: &str) -> Value {
    let (status, found) = server.v1("GET", &format!("{path}?unionid={account}"), None);
    assert_eq!(status, 200, "{path}: {found}");
    found
}

#[test]
fn a_save_names_the_revision_that_it_changes() {
    let server = operator::server();
    let account = server.account("新闻");
    let path = add(&server, &account, "1");
    assert_eq!(add(&server, &account, "1"), path, "the uuid is an idempotency key");
    let saved = server.ok_v1("PUT", &format!("{path}/draft"), &draft(&account, 0, "<p>一</p>"));
    assert_eq!(saved["revision"], 2, "text and access");
    let ann = operator::sign_in(&server, "ann", [(OperatorRole::Editor, only(&account))]);
    let as_ann = |revision, content| {
        operator::call(
            &server,
            &ann,
            "PUT",
            &format!("{path}/draft"),
            Some(&draft(&account, revision, content)),
        )
    };
    let (status, refused) = as_ann(0, "<p>二</p>");
    assert_eq!((status, &refused["code"]), (409, &json!("draft.changed")), "{refused}");
    assert_eq!(get(&server, &path, &account)["content"], "<p>一</p>", "nothing is stored");
    assert_eq!(as_ann(0, "<p>一</p>").0, 200, "what is stored already is no conflict");
    assert_eq!(as_ann(2, "<p>二</p>").1["revision"], 3);
    let found = get(&server, &path, &account);
    let expected = json!({ "revision": 3, "title": "题", "content": "<p>二</p>", "digest": "摘", "allowForward": false,
                           "viewScope": "everybody", "userId": "ann", "changed": false });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&found[field], value, "{field}: {found}");
    }
    assert_eq!(found.get("url"), None);
}

#[test]
fn a_draft_is_published_as_it_was_read() {
    let server = TestServer::start();
    let account = server.account("新闻");
    let path = add(&server, &account, "1");
    let publish = |revision: Option<i64>| {
        let mut request = json!({ "unionid": account });
        if let Some(revision) = revision {
            request["revision"] = json!(revision);
        }
        server.v1("POST", &format!("{path}/publish"), Some(&request))
    };
    let (status, refused) = publish(None);
    assert_eq!(status, 400, "{refused}");
    assert!(refused["message"].as_str().unwrap().contains("content"), "{refused}");
    server.ok_v1("PUT", &format!("{path}/draft"), &draft(&account, 0, "<p>一</p>"));
    assert_eq!(publish(Some(1)).1["code"], "draft.changed");
    assert_eq!(get(&server, &path, &account).get("publishTime"), None);
    let (status, published) = publish(Some(2));
    assert_eq!(status, 200, "{published}");
    assert_eq!(get(&server, &path, &account)["url"], published["url"]);
}

#[test]
fn articles_are_listed_by_state() {
    let server = TestServer::start();
    let account = server.account("新闻");
    let paths = ["1", "2", "3"].map(|uuid| add(&server, &account, uuid));
    server.ok_v1("PUT", &format!("{}/draft", paths[1]), &draft(&account, 0, "<p>一</p>"));
    server.ok_v1("POST", &format!("{}/publish", paths[1]), &json!({ "unionid": account }));
    let list = |rest: &str| {
        let path = format!("{ARTICLES}?unionid={account}&{rest}");
        let (status, found) = server.v1("GET", &path, None);
        let ids: Vec<String> = found["articles"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|article| format!("{ARTICLES}/{}", article["articleId"]))
            .collect();
        let next = found["nextToken"].as_str().map(str::to_owned);
        (status, ids, found["totalCount"].as_i64(), next)
    };
    assert_eq!(list("maxResults=100&state=published"), (200, vec![paths[1].clone()], Some(1), None));
    let (status, ids, total, next) = list("maxResults=1&state=draft");
    assert_eq!((status, ids, total), (200, vec![paths[2].clone()], Some(2)));
    let next = list(&format!("maxResults=1&state=draft&nextToken={}", next.expect("a second page")));
    assert_eq!(next, (200, vec![paths[0].clone()], Some(2), None));
    assert_eq!(list("").2, Some(3));
    for rest in
        ["maxResults=0", "maxResults=101", "state=gone", "nextToken=x", "nextToken=1.x", "nextToken=."]
    {
        assert_eq!(list(rest).0, 400, "{rest}");
    }
    assert_eq!(server.v1("DELETE", &format!("{}?unionid={account}", paths[0]), None).0, 200);
    assert_eq!(list("maxResults=100").2, Some(2));
    let (status, gone) = server.v1("GET", &format!("{}?unionid={account}", paths[0]), None);
    assert_eq!((status, &gone["code"]), (404, &json!("article.deleted")));
}

#[test]
fn versions_are_read_and_restored() {
    let server = operator::server();
    let account = server.account("新闻");
    let path = add(&server, &account, "1");
    assert_eq!(get(&server, &format!("{path}/versions"), &account)["versions"], json!([]));
    server.ok_v1("PUT", &format!("{path}/draft"), &draft(&account, 0, "<p>一</p>"));
    let versions = get(&server, &format!("{path}/versions"), &account)["versions"].clone();
    let numbers: Vec<_> =
        versions.as_array().unwrap().iter().map(|version| version["version"].clone()).collect();
    assert_eq!(numbers, [json!(2), json!(1)]);
    assert_eq!((&versions[0]["title"], &versions[0]["characters"]), (&json!("题"), &json!(8)));
    let first = get(&server, &format!("{path}/versions/1"), &account);
    assert_eq!((&first["title"], &first["content"]), (&json!("初"), &json!("")));
    let ann = operator::sign_in(&server, "ann", [(OperatorRole::Editor, AccountScope::All)]);
    let restore = format!("{path}/versions/1/restore");
    let (status, restored) =
        operator::call(&server, &ann, "POST", &restore, Some(&json!({ "unionid": account })));
    assert_eq!((status, &restored["revision"]), (200, &json!(3)), "{restored}");
    let found = get(&server, &path, &account);
    assert_eq!((&found["title"], &found["userId"]), (&json!("初"), &json!("ann")));
    for number in [0, 9] {
        let (status, refused) =
            server.v1("GET", &format!("{path}/versions/{number}?unionid={account}"), None);
        assert_eq!(status, 400, "{refused}");
        assert!(refused["message"].as_str().unwrap().contains("version"), "{refused}");
    }
}

#[test]
fn fields_are_bounded_and_articles_of_other_accounts_unknown() {
    let server = TestServer::start();
    let (account, other) = (server.account("新闻"), server.account("别的"));
    let path = add(&server, &account, "1");
    let save = |change: &dyn Fn(&mut Value)| {
        let mut request =
            draft(&account, get(&server, &path, &account)["revision"].as_i64().unwrap(), "<p>一</p>");
        change(&mut request);
        server.v1("PUT", &format!("{path}/draft"), Some(&request)).0
    };
    for (field, most) in [("title", 256), ("content", 500_000), ("digest", 1024)] {
        assert_eq!(save(&|request| request[field] = json!("长".repeat(most))), 200, "{field}");
        assert_eq!(save(&|request| request[field] = json!("长".repeat(most + 1))), 400, "{field}");
    }
    assert_eq!(save(&|request| request["title"] = json!(" ")), 400);
    assert_eq!(save(&|request| request["revision"] = json!(-1)), 400);
    assert_eq!(save(&|request| request["thumbMediaId"] = json!("@lADnone")), 400);
    let (status, refused) = server.v1("GET", &format!("{path}?unionid={other}"), None);
    assert_eq!((status, &refused["code"]), (404, &json!("article.not.found")));
}
