//! A text may have any content: only the JSON value null means absent.

use serde_json::json;
use testkit::server::TestServer;

const TEXTS: [&str; 7] = ["null", "undefined", "true", "[]", "{}", "NaN", "0"];

#[test]
fn texts_that_look_like_null_are_stored_unchanged() {
    let server = TestServer::start();
    let account = server.account("号");
    let update = "/topapi/serviceaccount/update";
    let stored = || {
        let answer = server.ok("/topapi/serviceaccount/get", &json!({ "unionid": account }));
        answer["service_account"]["desc"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    };
    let check = |answer: serde_json::Value, text: &str, how: &str| {
        assert_eq!(answer["errcode"], 0, "{how} {text}: {answer}");
        assert_eq!(stored(), text, "{how}");
    };
    for text in TEXTS {
        let body = json!({ "unionid": account, "desc": text });
        server.ok(update, &json!({ "unionid": account, "desc": "before" }));
        check(server.call(update, &body), text, "JSON");

        server.ok(update, &json!({ "unionid": account, "desc": "before" }));
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("unionid", &account)
            .append_pair("desc", text)
            .finish();
        let answer = server.post(update, "application/x-www-form-urlencoded", form.as_bytes());
        check(answer, text, "a form");

        server.ok(update, &json!({ "unionid": account, "desc": "before" }));
        let answer = server.post(&format!("{update}?{form}"), "application/json", b"{}");
        check(answer, text, "the query");

        server.ok(update, &json!({ "unionid": account, "desc": "before" }));
        let part = |name: &str, value: &str| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let body = format!("{}{}--b--\r\n", part("unionid", &account), part("desc", text));
        check(server.post(update, "multipart/form-data; boundary=b", body.as_bytes()), text, "multipart");
    }
    // A value of another JSON type becomes text where a text is expected.
    for (value, text) in [(json!(true), "true"), (json!([]), "[]"), (json!({}), "{}"), (json!(0), "0")] {
        check(server.call(update, &json!({ "unionid": account, "desc": value })), text, "JSON value");
    }
    // A null leaves the text unchanged.
    server.ok(update, &json!({ "unionid": account, "desc": "before" }));
    check(server.call(update, &json!({ "unionid": account, "desc": null })), "before", "null");
}

#[test]
fn a_message_can_be_the_text_null() {
    let server = TestServer::start();
    let account = server.account("号");
    server.ok(
        "/topapi/v2/user/create",
        &json!({ "userid": "ann", "name": "安", "mobile": "13800000001", "dept_id_list": "1" }),
    );
    for text in TEXTS {
        let send = json!({
            "unionid": account, "is_to_all": true, "uuid": format!("u-{text}"), "msg_type": "text",
            "text_content": text,
        });
        server.ok("/topapi/message/mass/send", &send);
    }
}
