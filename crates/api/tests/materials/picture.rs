//! The picture library over HTTP.

use carillon_model::operator::{AccountScope, OperatorRole};
use serde_json::{Value, json};
use testkit::server::TestServer;

use crate::operator::{self, add_picture, only, picture_form, post_pictures, upload_picture};

const PICTURES: &str = "/v1.0/carillon/pictures";

fn path(id: &str) -> String {
    format!("{PICTURES}/{}", id.replace('@', "%40"))
}

fn list(server: &TestServer, account: &str, rest: &str) -> Value {
    let (status, found) = server.v1("GET", &format!("{PICTURES}?unionid={account}&{rest}"), None);
    assert_eq!(status, 200, "{found}");
    found
}

fn names(found: &Value) -> Vec<&str> {
    found["pictures"].as_array().unwrap().iter().map(|picture| picture["name"].as_str().unwrap()).collect()
}

#[test]
fn pictures_are_listed_page_by_page_and_found_by_name() {
    let server = TestServer::start();
    let (account, other) = (server.account("新闻"), server.account("别的"));
    for name in ["春天.png", "夏_天.png", "c.png"] {
        add_picture(&server, &account, name);
    }
    add_picture(&server, &other, "春天.png");
    let (mut token, mut found) = (String::new(), Vec::new());
    loop {
        let page = list(&server, &account, &format!("maxResults=1{token}"));
        assert_eq!(page["totalCount"], 3);
        found.extend(names(&page).into_iter().map(str::to_owned));
        match page["nextToken"].as_str() {
            Some(next) => token = format!("&nextToken={}", next.replace('@', "%40")),
            None => break,
        }
    }
    found.sort();
    assert_eq!(found, ["c.png", "夏_天.png", "春天.png"]);
    let first = list(&server, &account, "name=%E6%98%A5");
    assert_eq!(names(&first), ["春天.png"]);
    let expected = json!({ "mime": "image/png", "width": 90, "height": 30, "userId": "ann" });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&first["pictures"][0][field], value, "{field}");
    }
    assert_eq!(names(&list(&server, &account, "name=_")), ["夏_天.png"], "no wildcard");
    for wrong in ["maxResults=0", "maxResults=101", "nextToken=x", "nextToken=x.y"] {
        assert_eq!(
            server.v1("GET", &format!("{PICTURES}?unionid={account}&{wrong}"), None).0,
            400,
            "{wrong}"
        );
    }
}

#[test]
fn a_picture_in_use_stays() {
    let server = operator::server();
    let (account, other) = (server.account("新闻"), server.account("别的"));
    let picture = add_picture(&server, &account, "a.png");
    let path = path(&picture);
    let of = format!("{path}?unionid={account}");
    let uses = || server.v1("GET", &of, None).1["uses"].clone();
    assert_eq!(uses(), json!([]));
    let article = server.article(&other, "文");
    let draft = json!({ "unionid": other, "revision": 0, "title": "题", "content": format!("<img src=\"{picture}\">"),
                        "allowForward": true, "viewScope": "organisation" });
    let article_path = format!("/v1.0/carillon/articles/{article}");
    server.ok_v1("PUT", &format!("{article_path}/draft"), &draft);
    assert_eq!(
        uses(),
        json!([{ "kind": "articleDraft", "unionid": other, "articleId": article, "title": "题" }])
    );
    let ann = operator::sign_in(&server, "ann", [(OperatorRole::Editor, only(&account))]);
    let seen = operator::call(&server, &ann, "GET", &of, None).1;
    assert_eq!((&seen["uses"], &seen["usedElsewhere"]), (&json!([]), &json!(true)), "{seen}");
    let (status, refused) = operator::call(&server, &ann, "DELETE", &of, None);
    assert_eq!((status, &refused["code"]), (409, &json!("picture.in.use")), "{refused}");
    assert_eq!(server.v1("DELETE", &format!("{article_path}?unionid={other}"), None).0, 200);
    assert_eq!(operator::call(&server, &ann, "DELETE", &of, None).0, 200);
    let (status, gone) = server.v1("GET", &of, None);
    assert_eq!((status, &gone["code"]), (404, &json!("picture.not.found")));
}

#[test]
fn messages_keep_their_pictures() {
    let server = operator::server();
    let account = server.account("新闻");
    let kinds = |picture: &str| -> Vec<Value> {
        let found = server.v1("GET", &format!("{}?unionid={account}", path(picture)), None).1;
        found["uses"].as_array().unwrap().iter().map(|row| row["kind"].clone()).collect()
    };
    let send = |uuid: &str, fields: Value| {
        let mut request = json!({ "unionid": account, "is_to_all": true, "uuid": uuid });
        request.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        request
    };
    let [sent, linked, later, menu, reply] =
        ["1", "2", "3", "4", "5"].map(|name| add_picture(&server, &account, name));
    let member = json!({ "userid": "u1", "name": "员", "mobile": "13800000001", "dept_id_list": "1" });
    server.ok("/topapi/v2/user/create", &member);
    let image = json!({ "msg_type": "image", "media_id": sent });
    server.ok("/topapi/message/mass/send", &send("1", image));
    let link = json!({ "title": "题", "summary": "文", "link_url": "https://example.com", "cover_image_media_id": linked });
    let link = json!({ "msg_type": "link", "msg_body": { "link": link } });
    server.ok_v1("POST", "/v1.0/exclusive/follow/message/send", &send("2", link));
    let mut scheduled = send("3", json!({ "msg_type": "image", "media_id": later }));
    scheduled["send_time"] = json!(testkit::server::NOW + 1);
    server.ok_v1("POST", "/v1.0/carillon/message/mass/schedule", &scheduled);
    let button = json!({ "name": "图", "type": "media_id", "media_id": menu });
    let buttons = json!({ "button": [button], "enable_input": true, "status": 0 });
    server.ok("/topapi/serviceaccount/menu/update", &json!({ "unionid": account, "menu": buttons }));
    let rule = json!({ "keywords": ["词"], "matching": "contains", "reply": { "msgType": "image", "mediaId": reply } });
    let replies = format!("/v1.0/carillon/service-accounts/{account}/auto-replies");
    server.ok_v1("PUT", &replies, &json!({ "rules": [rule] }));
    for (picture, kind) in
        [(sent, "send"), (linked, "send"), (later, "send"), (menu, "menu"), (reply, "autoReply")]
    {
        assert_eq!(kinds(&picture), [json!(kind)], "{picture}");
    }
}

#[test]
fn editors_rename_and_senders_choose() {
    let server = operator::server();
    let (account, other) = (server.account("新闻"), server.account("别的"));
    let path = path(&add_picture(&server, &account, "a.png"));
    let rename = |name: &str| {
        server.v1("PUT", &format!("{path}/name"), Some(&json!({ "unionid": account, "name": name }))).0
    };
    assert_eq!(rename(&"长".repeat(200)), 200);
    assert_eq!(rename(&"长".repeat(201)), 400);
    assert_eq!((rename(" "), rename("a\nb")), (400, 400));
    assert_eq!(rename(" 春天 "), 200);
    assert_eq!(names(&list(&server, &account, "name=")), ["春天"]);
    let sam = operator::sign_in(&server, "sam", [(OperatorRole::Sender, only(&account))]);
    let as_sam =
        |method, path: &str, request: Option<&Value>| operator::call(&server, &sam, method, path, request).0;
    assert_eq!(as_sam("GET", &format!("{path}?unionid={account}"), None), 200);
    assert_eq!(as_sam("GET", &format!("{PICTURES}?unionid={other}"), None), 400);
    let name = json!({ "unionid": account, "name": "x" });
    assert_eq!(as_sam("PUT", &format!("{path}/name"), Some(&name)), 403);
    assert_eq!(as_sam("DELETE", &format!("{path}?unionid={account}"), None), 403);
    let (status, _) = server.v1("GET", &format!("{path}?unionid={other}"), None);
    assert_eq!(status, 404, "a picture belongs to one account");
}

#[test]
fn operators_and_apps_upload_pictures() {
    let server = operator::server();
    let (account, other) = (server.account("新闻"), server.account("别的"));
    let ann = operator::sign_in(&server, "ann", [(OperatorRole::Sender, only(&account))]);
    let picture = testkit::file::png(90, 30);
    let (status, uploaded) = upload_picture(&server, &ann, &account, ("春天.png", &picture));
    assert_eq!(status, 200, "{uploaded}");
    let expected =
        json!({ "name": "春天.png", "mime": "image/png", "width": 90, "height": 30, "userId": "ann" });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&uploaded[field], value, "{field}");
    }
    let form = picture_form(&[("unionid", &account)], Some(("b.png", &picture)));
    let by_app = ("x-acs-dingtalk-access-token", server.token());
    let (status, by_app) = post_pictures(&server, by_app, "multipart/form-data; boundary=b", &form);
    assert_eq!((status, by_app.get("userId")), (200, None), "{by_app}");
    let mut found = names(&list(&server, &account, "")).into_iter().map(str::to_owned).collect::<Vec<_>>();
    found.sort();
    assert_eq!(found, ["b.png", "春天.png"]);
    let (status, refused) = upload_picture(&server, &ann, &other, ("a.png", &picture));
    assert_eq!((status, &refused["code"]), (400, &json!("invalid.unionid")), "another account: {refused}");
    let tom = operator::sign_in(&server, "tom", [(OperatorRole::Analyst, only(&account))]);
    assert_eq!(upload_picture(&server, &tom, &account, ("a.png", &picture)).0, 403);
    let disable = format!("/v1.0/carillon/service-accounts/{account}/disable");
    let owner = operator::sign_in(&server, "boss", [(OperatorRole::Owner, AccountScope::All)]);
    let request = json!({ "name": "新闻" });
    assert_eq!(operator::call(&server, &owner, "POST", &disable, Some(&request)).0, 200);
    let (status, refused) = upload_picture(&server, &ann, &account, ("a.png", &picture));
    assert_eq!((status, &refused["code"]), (400, &json!("invalid.unionid")), "disabled: {refused}");
}

#[test]
fn uploads_that_are_no_pictures_are_refused() {
    let server = operator::server();
    let account = server.account("新闻");
    let token = ("x-acs-dingtalk-access-token", server.token());
    let post = |content_type: &str, body: &[u8]| post_pictures(&server, token, content_type, body);
    let unionid = [("unionid", account.as_str())];
    let picture = testkit::file::png(90, 30);
    let sized = |bytes: usize| [picture.clone(), vec![0; bytes - picture.len()]].concat();
    for (case, file, expected) in [
        ("none", None, "picture.missing"),
        ("empty", Some(("a.png", Vec::new())), "picture.empty"),
        ("text", Some(("a.png", b"text".to_vec())), "picture.format.invalid"),
        ("a document", Some(("a.pdf", b"%PDF-1.7".to_vec())), "picture.format.invalid"),
        ("pixels", Some(("a.png", testkit::file::png(32_768, 1))), "picture.too.large"),
        ("bytes", Some(("a.png", sized((20 << 20) + 1))), "picture.too.large"),
        ("a long body", Some(("a.png", sized(24 << 20))), "picture.too.large"),
    ] {
        let file = file.as_ref().map(|(name, content)| (*name, content.as_slice()));
        let (status, refused) = post("multipart/form-data; boundary=b", &picture_form(&unionid, file));
        assert_eq!((status, &refused["code"]), (400, &json!(expected)), "{case}: {refused}");
    }
    let largest = sized(20 << 20);
    let form = picture_form(&unionid, Some(("a.png", &largest)));
    assert_eq!(post("multipart/form-data; boundary=b", &form).0, 200, "20 MB");
    for (content_type, body) in [("application/json", &b"{\"unionid\":\"x\"}"[..]), ("image/png", &picture)] {
        let (status, refused) = post(content_type, body);
        assert_eq!((status, &refused["code"]), (400, &json!("multipart.needed")), "{refused}");
    }
    let file = Some(("a.png", picture.as_slice()));
    let more = [unionid[0], ("name", "x")];
    let (status, refused) = post("multipart/form-data; boundary=b", &picture_form(&more, file));
    assert_eq!(status, 400, "{refused}");
    assert!(refused["message"].as_str().unwrap().contains("name is not known here"), "{refused}");
    let (status, refused) = post("multipart/form-data; boundary=b", &picture_form(&[], file));
    assert!(status == 400 && refused["message"].as_str().unwrap().contains("unionid"), "{refused}");
    assert_eq!(list(&server, &account, "")["totalCount"], 1);
}
