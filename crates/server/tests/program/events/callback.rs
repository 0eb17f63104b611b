//! The operations that manage callbacks.

use std::{
    io::{Read, Write},
    net::TcpListener,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use testkit::{
    program::{Program, ProgramFixture, app, organisation},
    receiver::{AES_KEY, Receiver, TOKEN},
};

const REGISTER: &str = "/call_back/register_call_back";
const UPDATE: &str = "/call_back/update_call_back";
const FAILED: &str = "/call_back/get_call_back_failed_result";

fn registration(url: &str) -> Value {
    json!({ "call_back_tag": ["user_add_org", "user_modify_org"], "token": TOKEN, "aes_key": AES_KEY, "url": url })
}

fn with(url: &str, field: &str, value: Value) -> Value {
    let mut body = registration(url);
    body[field] = value;
    body
}

#[test]
fn a_callback_is_registered_queried_changed_and_deleted() {
    let fixture = ProgramFixture::start();
    let receiver = Receiver::start(&fixture.corp);
    let get = || fixture.get("/call_back/get_call_back");
    let delete = || fixture.get("/call_back/delete_call_back");
    let code = |path: &str, body: Value| fixture.call(path, &body)["errcode"].clone();

    assert_eq!(get()["errcode"], 71_007);
    assert_eq!(delete()["errcode"], 71_007);
    assert_eq!(code(UPDATE, registration(&receiver.url)), 71_007);
    assert_eq!(receiver.handshakes(), 0);
    let registered = fixture.call(REGISTER, &registration(&receiver.url));
    assert_eq!((&registered["errcode"], &registered["errmsg"]), (&json!(0), &json!("ok")), "{registered}");
    assert_eq!(receiver.handshakes(), 1, "it was checked");
    assert_eq!(code(REGISTER, registration(&receiver.url)), 71_006);
    assert_eq!(receiver.handshakes(), 1);

    let got = get();
    for field in ["call_back_tag", "token", "aes_key", "url"] {
        assert_eq!(got[field], registration(&receiver.url)[field]);
    }
    fixture.member("u1", 1);
    let event = &receiver.wait_for(1)[0];
    assert_eq!((&event["EventType"], &event["userId"]), (&json!("user_add_org"), &json!(["u1"])));
    assert_eq!(event["CorpId"], fixture.corp);

    // Another token, and the list as a comma-separated string.
    let other = json!({ "call_back_tag": "user_leave_org,check_in", "token": TOKEN, "aes_key": AES_KEY, "url": receiver.url });
    assert_eq!(code(UPDATE, other), 0);
    assert_eq!(get()["call_back_tag"], json!(["user_leave_org", "check_in"]));
    fixture.member("u2", 1);
    assert_eq!(delete()["errcode"], 0);
    assert_eq!(get()["errcode"], 71_007);
    fixture.member("u3", 1);
    assert_eq!(fixture.wait_until_delivered().len(), 1, "the others are not subscribed to");
}

#[test]
fn an_invalid_callback_is_explained_and_not_stored() {
    let fixture = ProgramFixture::with_variables(&[("CARILLON_DELIVERY_ANSWER_MS", "500")]);
    let receiver = Receiver::start(&fixture.corp);
    let wrong_owner = Receiver::start("somebody");
    let hanging = Receiver::start(&fixture.corp);
    hanging.hang(true);
    let failing = Receiver::start(&fixture.corp);
    failing.fail(true);
    let url = receiver.url.as_str();
    let cases = [
        (with(url, "call_back_tag", json!(["user_add_org", "no_such_event"])), 71_008, "no_such_event"),
        (with(url, "call_back_tag", json!([])), 71_010, "call_back_tag"),
        (with(url, "call_back_tag", json!(["user_*"])), 71_008, "user_*"),
        (with(url, "token", Value::Null), 71_010, "token"),
        (with(url, "token", json!("12345")), 71_010, "token"),
        (with(url, "token", json!("t".repeat(64))), 71_010, "token"),
        (with(url, "aes_key", Value::Null), 71_010, "aes_key"),
        (with(url, "aes_key", json!(&AES_KEY[1..])), 900_004, "aes_key"),
        (with(url, "aes_key", json!(format!("{AES_KEY}4"))), 900_004, "aes_key"),
        (with(url, "aes_key", json!(AES_KEY.replace('a', "+"))), 900_004, ""),
        (with(url, "url", Value::Null), 71_010, "url"),
        (with(url, "url", json!("nowhere")), 71_011, ""),
        (with(url, "url", json!(format!("http://127.0.0.1/{}", "x".repeat(1_024)))), 71_011, "url"),
        (with(url, "url", json!("http://127.0.0.1:1/")), 71_012, ""),
        (with(url, "url", json!("http://10.0.0.1/")), 71_013, "10.0.0.1"),
        (with(url, "url", json!("http://169.254.169.254/latest")), 71_013, "169.254.169.254"),
        (registration(&hanging.url), 71_012, "no answer within 500 ms"),
        (registration(&failing.url), 71_012, "http statusCode is:500"),
    ];
    for (body, code, expected_text) in cases {
        let answer = fixture.call(REGISTER, &body);
        assert_eq!(answer["errcode"], code, "{body} {answer}");
        assert!(answer["errmsg"].as_str().unwrap().contains(expected_text), "{answer}");
    }
    // It cannot decrypt messages for another owner, and closes the connection.
    let answer = fixture.call(REGISTER, &registration(&wrong_owner.url));
    assert_eq!(answer["errcode"], 71_012, "{answer}");
    let got = fixture.get("/call_back/get_call_back");
    assert_eq!(got["errcode"], 71_007);

    // Values at the limits are accepted.
    let longest = with(url, "token", json!("123456"));
    assert_eq!(fixture.call(REGISTER, &longest)["errcode"], 71_012, "the receiver has another token");
    assert_eq!(fixture.call(REGISTER, &registration(url))["errcode"], 0);
}

#[test]
fn failed_events_are_listed_once_logged_and_retried() {
    let fixture = ProgramFixture::with_variables(&[("CARILLON_DELIVERY_RETRY_MS", "[10, 10]")]);
    let receiver = Receiver::start(&fixture.corp);
    assert_eq!(fixture.call(REGISTER, &registration(&receiver.url))["errcode"], 0);
    receiver.fail(true);
    fixture.member("u1", 1);
    let log = fixture.wait_until_delivered();
    assert_eq!((&log[0]["state"], &log[0]["event_type"]), (&json!("failed"), &json!("user_add_org")));
    let attempts = log[0]["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), 3);
    assert_eq!(
        (&attempts[0]["status"], &attempts[0]["problem"]),
        (&json!(500), &json!("http statusCode is:500"))
    );

    let failed = || fixture.get(FAILED);
    let listed = failed();
    assert_eq!(
        (&listed["has_more"], &listed["failed_list"]),
        (
            &json!(false),
            &json!([{
                "call_back_tag": "user_add_org", "event_time": log[0]["born_time"],
                "user_add_org": { "corpid": fixture.corp, "userid": ["u1"] },
            }])
        )
    );
    assert_eq!(failed()["failed_list"], json!([]), "the call before has listed it");

    receiver.fail(false);
    let retry = |id: &Value| {
        fixture.call_v1("/v1.0/carillon/event/delivery/retry", &[], &json!({ "event_ids": [id] }))
    };
    assert_eq!(retry(&log[0]["event_id"]), (200, json!({ "retried": 1 })));
    let log = fixture.wait_until_delivered();
    assert_eq!(log[0]["state"], "delivered");
    assert_eq!(receiver.wait_for(4)[3]["eventId"], log[0]["event_id"]);
    let (status, answer) = retry(&log[0]["event_id"]);
    assert_eq!((status, &answer["code"]), (400, &json!("param.illegal")), "it was delivered");
    assert!(answer["message"].as_str().unwrap().contains("事件未失败"), "{answer}");
    let (status, answer) = retry(&json!("none"));
    assert_eq!((status, &answer["code"]), (400, &json!("param.illegal")));
    assert!(answer["message"].as_str().unwrap().contains("事件不存在"), "{answer}");

    let list = |body: Value| fixture.call_v1("/v1.0/carillon/event/delivery/list", &[], &body);
    fixture.rename_member("u1", "新名字");
    fixture.wait_until_delivered();
    let (_, page) = list(json!({ "max_results": 1 }));
    assert_eq!(page["events"][0]["event_type"], "user_modify_org");
    let (_, rest) = list(json!({ "max_results": 1, "next_token": page["next_token"] }));
    assert_eq!(
        (&rest["events"][0]["event_type"], &rest["next_token"]),
        (&json!("user_add_org"), &Value::Null)
    );
    assert_eq!(list(json!({ "state": "failed" })).1["events"], json!([]));
    assert_eq!(list(json!({ "event_type": "user_add_org" })).1["events"].as_array().unwrap().len(), 1);
    for wrong in [
        json!({ "state": "lost" }),
        json!({ "event_type": "nothing" }),
        json!({ "max_results": 0 }),
        json!({ "max_results": 101 }),
    ] {
        assert_eq!(list(wrong).0, 400);
    }
}

#[test]
fn a_changed_member_event_has_old_and_new_values() {
    let fixture = ProgramFixture::start();
    let receiver = Receiver::start(&fixture.corp);
    assert_eq!(fixture.call(REGISTER, &registration(&receiver.url))["errcode"], 0);
    fixture.member("u1", 1);
    fixture.rename_member("u1", "新名字");
    let changed = &receiver.wait_for(2)[1];
    assert_eq!(changed["EventType"], "user_modify_org");
    assert_eq!(changed["userId"], json!(["u1"]));
    let difference = &changed["diffInfo"];
    assert_eq!(
        (&difference["userid"], &difference["prev"]["name"], &difference["curr"]["name"]),
        (&json!("u1"), &json!("u1"), &json!("新名字"))
    );
}

#[test]
fn a_registration_discloses_nothing_about_the_internal_network() {
    let answer_ms = 400;
    let fixture = ProgramFixture::with_variables(&[("CARILLON_DELIVERY_ANSWER_MS", &answer_ms.to_string())]);
    let listener = || TcpListener::bind("127.0.0.1:0").unwrap();
    let port_of = |listener: &TcpListener| listener.local_addr().unwrap().port();
    let closed = port_of(&listener());
    // It accepts connections, but sends nothing.
    let filtered = listener();
    let other = listener();
    let other_port = port_of(&other);
    std::thread::spawn(move || {
        for mut stream in other.incoming().flatten() {
            let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.6\r\n");
        }
    });
    let targets = [
        format!("http://127.0.0.1:{closed}/"),
        format!("https://127.0.0.1:{closed}/"),
        format!("http://127.0.0.1:{}/", port_of(&filtered)),
        format!("https://127.0.0.1:{}/", port_of(&filtered)),
        format!("http://127.0.0.1:{other_port}/"),
        format!("https://127.0.0.1:{other_port}/"),
        "http://no.such.host.invalid/".to_owned(),
    ];
    for target in targets {
        let started = Instant::now();
        let refused = fixture.call(REGISTER, &registration(&target));
        let listed = (refused["errcode"].as_i64().unwrap(), refused["errmsg"].as_str().unwrap());
        assert_eq!(
            listed,
            (71_012, "url地址访问异常,错误原因为:无法连接或响应超时, no answer within 400 ms"),
            "{target}"
        );
        assert!(started.elapsed() >= Duration::from_millis(answer_ms), "{target}: {:?}", started.elapsed());
    }
}

#[test]
fn an_internal_name_is_refused_like_an_unknown_one() {
    let (data, corp) = organisation();
    let app = app(data.path(), &corp, "internal", "qyapi_get_member");
    let variables = [("CARILLON_DELIVERY_ANSWER_MS", "400"), ("CARILLON_DELIVERY_ALLOW", "[]")];
    let program = Program::start_with(&variables, data.path());
    let path = format!("{REGISTER}?access_token={}", program.token(&app));
    let register = |url: &str| {
        let refused = program.json(&path, &registration(url));
        (refused["errcode"].clone(), refused["errmsg"].clone())
    };
    let receiver = Receiver::start(&corp);
    let port = receiver.url.rsplit(':').next().unwrap();
    assert_eq!(register(&format!("http://localhost:{port}")), register("http://no.such.host.invalid/"));
    // An IP address is refused with the reason, in every notation.
    for host in [
        "127.0.0.1",
        "[::ffff:127.0.0.1]",
        "[::ffff:0:127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[64:ff9b:1::127.0.0.1]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::]",
        "[2400:3200::5efe:127.0.0.1]",
        "0x7f.1",
    ] {
        assert_eq!(register(&format!("http://{host}:{port}")).0, 71_013, "{host}");
    }
    assert_eq!(receiver.handshakes(), 0);
}

#[test]
fn a_registration_quotes_the_status_of_the_receiver() {
    let fixture = ProgramFixture::start();
    let receiver = Receiver::start(&fixture.corp);
    receiver.fail(true);
    let refused = fixture.call(REGISTER, &registration(&receiver.url));
    let (code, text) = (&refused["errcode"], &refused["errmsg"]);
    assert_eq!((code, text), (&json!(71_012), &json!("url地址访问异常,错误原因为:http statusCode is:500")));
}

#[test]
fn a_response_with_lower_case_names_is_refused() {
    let fixture = ProgramFixture::start();
    let receiver = Receiver::start(&fixture.corp);
    receiver.lower_names(true);
    assert_eq!(fixture.call(REGISTER, &registration(&receiver.url))["errcode"], 71_009);
    receiver.lower_names(false);
    assert_eq!(fixture.call(REGISTER, &registration(&receiver.url))["errcode"], 0);
}

#[test]
fn a_callback_that_redirects_is_refused_with_the_reason() {
    let fixture = ProgramFixture::start();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let answer = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
            let _ = stream.read(&mut [0; 4_096]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    let refused = fixture.call(REGISTER, &registration(&url));
    assert_eq!(refused["errcode"], 71_012, "{refused}");
    let text = refused["errmsg"].as_str().unwrap();
    let reason = "不允许3xx跳转.http statusCode is:302跳转后地址为:http://127.0.0.1:1/";
    assert_eq!(text, format!("url地址访问异常,错误原因为:{reason}"));
}
