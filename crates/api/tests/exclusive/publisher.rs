use carillon_domain::article::{self, ArticleLink, LinkSource, Reader};
use carillon_model::{audit::Signature, id::ArticleId};
use serde_json::{Value, json};

use crate::exclusive::fixture::{Fixture, open};

fn publish(fixture: &Fixture, unionid: &str, title: &str, reads: usize) -> i64 {
    let id = fixture.server.article(unionid, title);
    fixture.server.ok("/topapi/material/article/publish", &json!({ "unionid": unionid, "article_id": id }));
    for _ in 0..reads {
        let (env, corp) = (fixture.server.env.clone(), fixture.server.corp.clone());
        let link = ArticleLink::of(&env, &corp, ArticleId(id), LinkSource::Article);
        let reader = Reader { member: Some(carillon_model::id::MemberNo(1)), link };
        let open = move |tx: &mut carillon_store::Tx<'_>| article::open(tx, &env, &corp, &reader);
        fixture
            .server
            .store
            .write_blocking(&fixture.server.corp, Signature::server(&fixture.server.env, "test"), open)
            .unwrap()
            .unwrap();
    }
    id
}

fn page(fixture: &Fixture, day: &str, token: &Value, size: i64) -> Value {
    fixture.get(&format!("/v1.0/exclusive/data/publisher/{day}?nextToken={token}&maxResults={size}"))
}

#[test]
fn accounts_with_their_articles_and_the_five_most_read() {
    let fixture = open();
    let (news, help) = (fixture.server.account("新闻"), fixture.server.account("帮助"));
    for (title, reads) in [("一", 1), ("二", 5), ("三", 3), ("四", 2)] {
        publish(&fixture, &news, title, reads);
    }
    let five = publish(&fixture, &help, "五", 4);
    publish(&fixture, &help, "六", 2);
    fixture.server.article(&help, "草稿");
    // An article that is published again counts once.
    fixture.server.ok("/topapi/material/article/publish", &json!({ "unionid": help, "article_id": five }));

    let publisher = |unionid: &str, name: &str, articles: &str, reads: &str| {
        json!({ "unionId": unionid, "publisherName": name, "publisherArticleCntStd": articles,
                "publisherArticlePvCntStd": reads })
    };
    let (news, help) = (publisher(&news, "新闻", "4", "11"), publisher(&help, "帮助", "2", "6"));
    let most_read: Vec<Value> =
        ["二", "五", "三", "六", "四"].iter().map(|name| json!({ "name": name })).collect();
    let first = page(&fixture, "20251009", &json!(0), 1);
    assert_eq!((&first["data"], &first["hasMore"]), (&json!([news]), &json!(true)));
    let all = page(&fixture, "20251009", &json!(0), 100);
    let expected = json!({
        "data": [news, help], "publisherCntStd": "2", "publisherArticleCntStd": "6", "publisherArticlePvCntStd": "17",
        "publisherArticlePvTop5": most_read, "nextToken": 0, "hasMore": false,
    });
    assert_eq!(all, expected);
    let second = page(&fixture, "20251009", &first["nextToken"], 1);
    assert_eq!((&second["data"], &second["hasMore"]), (&json!([help]), &json!(false)));
    assert_eq!(second["publisherArticlePvTop5"], all["publisherArticlePvTop5"]);

    let before = json!({
        "data": [], "publisherCntStd": "0", "publisherArticleCntStd": "0", "publisherArticlePvCntStd": "0",
        "publisherArticlePvTop5": [], "nextToken": 0, "hasMore": false,
    });
    assert_eq!(page(&fixture, "20251008", &json!(0), 100), before);
}
