//! What an organisation authorised an app to do. The request is signed with the app's secret.

use std::collections::BTreeSet;

use carillon_domain::app::{self, NewApp};
use carillon_model::{app::AppType, audit::Signature, id::AppKey};
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use testkit::server::{NOW, TestServer};

struct Signer {
    key: String,
    secret: String,
}

fn app(server: &TestServer, app_type: AppType, grants: &[&str]) -> Signer {
    let (env, corp) = (server.env.clone(), server.corp.clone());
    let grants: BTreeSet<String> = grants.iter().map(|grant| (*grant).to_owned()).collect();
    let new = NewApp { name: "三方".to_owned(), app_type, grants };
    let (app, secret) = server
        .store
        .write_blocking(&server.corp, Signature::server(&server.env, "test"), move |tx| {
            app::create(tx, &env, &corp, new)
        })
        .unwrap();
    Signer { key: app.key.to_string(), secret }
}

impl Signer {
    fn query(&self, time: i64, ticket: &str) -> Value {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).unwrap();
        mac.update(format!("{time}\n{ticket}").as_bytes());
        let signature = BASE64.encode(&mac.finalize().into_bytes());
        json!({ "accessKey": self.key, "timestamp": time.to_string(), "suiteTicket": ticket, "signature": signature })
    }
}

/// Calls as providers do: the signature in the query, the rest in the body, no token.
fn send(server: &TestServer, query: &Value, body: &Value) -> Value {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in query.as_object().unwrap() {
        form.append_pair(name, value.as_str().unwrap());
    }
    let url = format!("{}/service/get_auth_info?{}", server.base_url, form.finish());
    ureq::post(&url).send_json(body).unwrap().body_mut().read_json().unwrap()
}

#[test]
fn a_signed_request_gets_the_organisation() {
    let server = TestServer::start();
    let member = json!({ "userid": "boss", "name": "主", "mobile": "13800000001", "dept_id_list": "1" });
    server.ok("/topapi/v2/user/create", &member);
    let (env, corp) = (server.env.clone(), server.corp.clone());
    let grant = move |tx: &mut carillon_store::Tx<'_>| {
        carillon_domain::contact::admin::grant(
            tx,
            &env,
            &corp,
            &"boss".into(),
            carillon_model::contact::AdminLevel::Main,
        )
    };
    server.store.write_blocking(&server.corp, Signature::server(&server.env, "test"), grant).unwrap();
    let signer = app(&server, AppType::Isv, &["isvapi_base", "qyapi_service_account_message"]);
    let body = json!({ "auth_corpid": server.corp, "suite_key": signer.key });
    let answer = send(&server, &signer.query(NOW, "票 +/="), &body);
    assert_eq!((&answer["errcode"], &answer["errmsg"]), (&json!(0), &json!("ok")), "{answer}");
    let agent = &answer["auth_info"]["agent"][0];
    assert_eq!((&agent["agent_name"], &agent["admin_list"]), (&json!("三方"), &json!(["boss"])));
    assert_eq!(answer["auth_user_info"]["userId"], "boss");
    let corp = &answer["auth_corp_info"];
    assert_eq!(
        (&corp["corpid"], &corp["corp_name"], &corp["auth_level"]),
        (&json!(server.corp), &json!("测试"), &json!(0))
    );
    assert_eq!(answer["channel_auth_info"]["channelAgent"][0]["agentid"], agent["agentid"]);
    let other = app(&server, AppType::Internal, &["isvapi_base"]);
    let answer = send(&server, &other.query(NOW, "any"), &json!({ "auth_corpid": server.corp }));
    assert_eq!(answer["channel_auth_info"]["channelAgent"], json!([]), "it works with no service account");
}

#[test]
fn an_unsigned_request_is_refused() {
    let server = TestServer::start();
    let signer = app(&server, AppType::Isv, &["isvapi_base"]);
    let body = json!({ "auth_corpid": server.corp });
    let code = |query: &Value, body: &Value| send(&server, query, body)["errcode"].as_i64().unwrap();
    let query = signer.query(NOW, "t");
    let with = |field: &str, value: &str| {
        let mut query = query.clone();
        query[field] = json!(value);
        query
    };
    assert_eq!(code(&query, &body), 0);
    for (field, value) in [
        ("accessKey", "dingnobody"),
        ("timestamp", "1760000000001"),
        ("timestamp", "today"),
        ("suiteTicket", "u"),
        ("signature", "AAAA"),
        ("signature", "not base64"),
    ] {
        assert_eq!(code(&with(field, value), &body), 40_096, "{field} {value}");
    }
    const HOUR: i64 = 3_600_000;
    for (time, expected) in
        [(NOW - HOUR, 0), (NOW + HOUR, 0), (NOW - HOUR - 1, 40_096), (NOW + HOUR + 1, 40_096)]
    {
        assert_eq!(code(&signer.query(time, "t"), &body), expected, "{time}");
    }
    for (body, named) in [
        (json!({}), "auth_corpid"),
        (json!({ "auth_corpid": "dingother" }), "auth_corpid"),
        (json!({ "auth_corpid": server.corp, "suite_key": "dingother" }), "suite_key"),
    ] {
        let answer = send(&server, &query, &body);
        assert_eq!(answer["errcode"], 40_035, "{answer}");
        assert!(answer["errmsg"].as_str().unwrap().contains(named), "{answer}");
    }
    for field in ["accessKey", "timestamp", "suiteTicket", "signature"] {
        assert_eq!(code(&with(field, ""), &body), 40_035, "{field}");
    }
    let without = app(&server, AppType::Isv, &[]);
    assert_eq!(code(&without.query(NOW, "t"), &body), 60_011);
    let personal = app(&server, AppType::Personal, &["isvapi_base"]);
    assert_eq!(code(&personal.query(NOW, "t"), &body), 60_011);
}

#[test]
fn a_replaced_secret_cannot_sign() {
    let server = TestServer::start();
    let mut signer = app(&server, AppType::Isv, &["isvapi_base"]);
    let body = json!({ "auth_corpid": server.corp });
    let code = |signer: &Signer| send(&server, &signer.query(NOW, "t"), &body)["errcode"].as_i64().unwrap();
    let mut secrets = BTreeSet::from([signer.secret.clone()]);
    for _ in 0..3 {
        let (env, key) = (server.env.clone(), AppKey::from(signer.key.as_str()));
        let secret = server
            .store
            .write_blocking(&server.corp, Signature::server(&server.env, "test"), move |tx| {
                app::reset_secret(tx, &env, &key)
            })
            .unwrap();
        assert_eq!(code(&signer), 40_096);
        signer.secret = secret;
        assert_eq!(code(&signer), 0);
        assert!(secrets.insert(signer.secret.clone()), "no secret comes again");
    }
}
