//! The organisation's own profile: name, addresses and appearance.

use carillon_domain::corp;
use carillon_model::audit::Signature;
use carillon_model::operator::{AccountScope, OperatorRole};
use serde_json::{Value, json};
use testkit::{file::png, server::TestServer};

use crate::operator;

const PATH: &str = "/v1.0/carillon/organisation";

fn get(server: &TestServer) -> Value {
    let (status, profile) = server.v1("GET", PATH, None);
    assert_eq!(status, 200, "{profile}");
    profile
}

fn with(fields: &Value) -> Value {
    let mut request = json!({ "name": "测试", "short_name": "ceshi", "time_zone": "Asia/Shanghai" });
    request.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    request
}

/// The error message about a bad field.
fn reason(server: &TestServer, fields: &Value) -> String {
    let (status, answer) = server.v1("PUT", PATH, Some(&with(fields)));
    assert_eq!(status, 400, "{answer}");
    answer["message"].as_str().unwrap().to_owned()
}

#[test]
fn a_profile_is_replaced_as_a_whole() {
    let server = TestServer::start();
    let bare = get(&server);
    assert_eq!(
        bare,
        json!({
            "corp_id": server.corp, "name": "测试", "short_name": "ceshi", "former_short_names": [], "hosts": [],
            "time_zone": "Asia/Shanghai", "revision": bare["revision"],
        })
    );
    let logo = server.upload("?type=image", &[], Some(("logo.png", &png(90, 30))))["media_id"].clone();
    let all = json!({
        "name": "新名字", "short_name": "new-name", "accent_color": "#0F6B5C", "logo_media_id": logo,
        "time_zone": "Europe/Paris",
    });
    let set = server.ok_v1("PUT", PATH, &all);
    let expected = json!({
        "corp_id": server.corp, "name": "新名字", "short_name": "new-name", "former_short_names": ["ceshi"], "hosts": [],
        "accent_color": "#0f6b5c", "logo_media_id": logo, "time_zone": "Europe/Paris", "revision": set["revision"],
    });
    assert_ne!(set["revision"], bare["revision"]);
    assert_eq!((&set, &get(&server)), (&expected, &expected));
    server.ok_v1("PUT", PATH, &with(&json!({})));
    let again = get(&server);
    assert_eq!((&again["short_name"], &again["former_short_names"]), (&json!("ceshi"), &json!(["new-name"])));
    assert!(again.get("accent_color").is_none() && again.get("logo_media_id").is_none());
    assert_eq!(again["revision"], bare["revision"], "equal contents have equal revisions");
}

#[test]
fn nobody_overwrites_what_somebody_else_changed() {
    let server = TestServer::start();
    let read = get(&server)["revision"].clone();
    let change = |revision: &Value, name: &str| {
        server.v1("PUT", PATH, Some(&with(&json!({ "revision": revision, "name": name }))))
    };
    let (status, first) = change(&read, "一");
    assert_eq!(status, 200, "{first}");
    let (status, refused) = change(&read, "二");
    assert_eq!((status, &refused["code"]), (409, &json!("settings.changed")), "{refused}");
    let effects = format!("{PATH}/effects");
    let (status, refused) = server.v1("POST", &effects, Some(&with(&json!({ "revision": read }))));
    assert_eq!((status, &refused["code"]), (409, &json!("settings.changed")), "{refused}");
    assert_eq!(server.v1("POST", &effects, Some(&with(&json!({ "revision": first["revision"] })))).0, 200);
    assert_eq!(get(&server)["name"], "一");
    assert_eq!(change(&first["revision"], "二").0, 200);
    assert_eq!(change(&json!("x".repeat(33)), "三").0, 400, "longer than any revision");
}

#[test]
fn an_invalid_profile_is_refused() {
    let server = TestServer::start();
    let env = server.env.clone();
    let other = server.store.write_registry_blocking(Signature::server(&env.clone(), "test"), move |tx| {
        corp::create(tx, &env, "邻", corp::DEFAULT_TIME_ZONE, false)
    });
    assert_eq!(other.unwrap().short_name, "lin");
    let small = server.upload("?type=image", &[], Some(("a.png", &png(8, 8))))["media_id"].clone();
    let gif = b"GIF89a\x40\0\x40\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x40\0\x40\0\0\x02\x02D\x01\0;";
    let gif = server.upload("?type=image", &[], Some(("a.gif", gif)))["media_id"].clone();
    let long = "字".repeat(101);
    for (fields, text) in [
        (json!({ "name": " " }), "name"),
        (json!({ "name": long }), "name"),
        (json!({ "name": "a\nb" }), "name must not have line breaks or other control characters"),
        (json!({ "short_name": "a" }), "short_name"),
        (json!({ "short_name": "UPPER" }), "short_name must consist of lower-case letters"),
        (json!({ "short_name": "api" }), "short_name is a reserved word"),
        (json!({ "short_name": "lin" }), "short_name is, or was, that of another organisation"),
        (json!({ "time_zone": "Nowhere" }), "time_zone must be the name of a time zone"),
        (json!({ "accent_color": "red" }), "accent_color must be a colour"),
        (json!({ "accent_color": "#12345" }), "accent_color must be a colour"),
        (
            json!({ "logo_media_id": "@lAunknown" }),
            "logo_media_id must be the media_id of an uploaded picture",
        ),
        (json!({ "logo_media_id": small }), "logo_media_id must be 16 to 2048 pixels"),
        (json!({ "logo_media_id": gif }), "logo_media_id must be a PNG or JPEG picture"),
        (json!({ "hosts": ["inbox.example.org"] }), "hosts can be changed by owners and local callers alone"),
    ] {
        let reason = reason(&server, &fields);
        assert!(reason.contains(text), "{fields} {reason}");
    }
    server.ok_v1("PUT", PATH, &with(&json!({ "name": "字".repeat(100) })));
}

fn add_neighbour(server: &TestServer) {
    let env = server.env.clone();
    let create =
        move |tx: &mut carillon_store::Tx<'_>| corp::create(tx, &env, "邻", corp::DEFAULT_TIME_ZONE, false);
    server.store.write_registry_blocking(Signature::server(&server.env, "test"), create).unwrap();
}

#[test]
fn effects_of_a_change_are_known_before() {
    let server = operator::server();
    let owner = operator::sign_in(&server, "boss", [(OperatorRole::Owner, AccountScope::All)]);
    let call = |method: &str, path: &str, fields: &Value| {
        operator::call(&server, &owner, method, &format!("{PATH}{path}"), Some(&with(fields)))
    };
    let kinds = |answer: &Value| -> Vec<String> {
        let effects = answer["effects"].as_array().unwrap();
        effects.iter().map(|effect| effect["kind"].as_str().unwrap().to_owned()).collect()
    };
    let (status, answer) = call("POST", "/effects", &json!({ "name": "换个名字" }));
    assert_eq!((status, &answer), (200, &json!({ "effects": [] })));
    let change =
        json!({ "short_name": "new-name", "time_zone": "Europe/Paris", "hosts": ["inbox.example.org"] });
    let (status, answer) = call("POST", "/effects", &change);
    assert_eq!(
        (status, kinds(&answer)),
        (200, ["short_name_redirects", "host_added", "time_zone_changed"].map(str::to_owned).to_vec())
    );
    assert_eq!(
        answer["effects"][0],
        json!({ "kind": "short_name_redirects", "before": "ceshi", "after": "new-name" })
    );
    assert_eq!(answer["effects"][1], json!({ "kind": "host_added", "after": "inbox.example.org" }));
    assert_eq!(get(&server)["short_name"], "ceshi", "nothing has changed");
    let (status, _) = call("POST", "/effects", &json!({ "short_name": "UPPER" }));
    assert_eq!(status, 400);

    // An owner may add a host name while there is no other organisation that the name could be taken from.
    let (status, set) = call("PUT", "", &json!({ "hosts": ["inbox.example.org", "b.example"] }));
    assert_eq!((status, &set["hosts"]), (200, &json!(["inbox.example.org", "b.example"])), "{set}");
    add_neighbour(&server);
    for path in ["", "/effects"] {
        let method = if path.is_empty() { "PUT" } else { "POST" };
        let (status, answer) = call(method, path, &json!({ "hosts": ["inbox.example.org", "c.example"] }));
        assert_eq!(status, 400, "{answer}");
        assert!(
            answer["message"].as_str().unwrap().contains("hosts can be added by local callers alone"),
            "{answer}"
        );
    }
    let (status, answer) = call("POST", "/effects", &json!({ "hosts": ["b.example"] }));
    assert_eq!((status, kinds(&answer)), (200, vec!["host_removed".to_owned()]));
    let (status, set) = call("PUT", "", &json!({ "hosts": ["b.example"] }));
    assert_eq!((status, &set["hosts"]), (200, &json!(["b.example"])), "removing takes nothing from others");
}

#[test]
fn an_owner_uploads_a_logo() {
    let server = operator::server();
    let owner = operator::sign_in(&server, "boss", [(OperatorRole::Owner, AccountScope::All)]);
    let path = format!("{PATH}/logo?file_name=logo.png");
    let upload = |content: &[u8]| operator::upload(&server, &owner, &path, content);
    let (status, set) = upload(&png(90, 30));
    assert_eq!(status, 200, "{set}");
    assert_eq!(get(&server)["logo_media_id"], set["logo_media_id"]);
    let mut largest = png(90, 30);
    largest.resize(corp::MAX_LOGO_BYTES, 0);
    assert_eq!(upload(&largest).0, 200);
    largest.push(0);
    assert_eq!(upload(&largest).0, 400);
    for (content, reason) in [
        (png(15, 16), "logo must be 16 to 2048 pixels"),
        (png(2_049, 2_048), "logo must be 16 to 2048 pixels"),
        (png(81, 16), "logo must be at most 5 times as wide"),
        (b"GIF89a".to_vec(), "logo must be a PNG or JPEG picture"),
    ] {
        let (status, answer) = upload(&content);
        assert!(status == 400 && answer["message"].as_str().unwrap().contains(reason), "{answer}");
    }
    assert_eq!(upload(b"").0, 400);
}
