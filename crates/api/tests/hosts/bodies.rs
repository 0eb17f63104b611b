//! Every malformed body has the error of its host, with the position of the fault. Raw line breaks are accepted.

use serde_json::{Value, json};
use testkit::server::TestServer;
use ureq::http::Method;

use super::send;

const LEGACY: &str = "/topapi/serviceaccount/update";
const V1: &str = "/v1.0/contact/users/search";

#[test]
fn raw_control_characters_in_texts_are_accepted_on_both_hosts() {
    let server = TestServer::start();
    let account = server.account("号");
    let text = "一\n二\t三\r\n四\u{1}五\u{1f}";
    let body = format!("{{\n\t\"unionid\": \"{account}\",\r\n\"desc\":\"{text}\"}}");
    let answer = server.post(LEGACY, "application/json", body.as_bytes());
    assert_eq!(answer["errcode"], 0, "{answer}");
    let response = server.ok("/topapi/serviceaccount/get", &json!({ "unionid": account }));
    assert!(response.to_string().contains("一\\n二\\t三"), "{response}");

    let token = ("x-acs-dingtalk-access-token", server.token());
    let headers = [token, ("content-type", "application/json")];
    let raw = "{\"queryWord\":\"a\nb\",\"offset\":0,\"size\":10}";
    let response = send(&server, &Method::POST, V1, &headers, raw.as_bytes());
    assert_eq!(response.status(), 200, "{}", response.body());
}

#[test]
fn a_token_is_found_after_a_raw_line_break() {
    let server = TestServer::start();
    let account = server.account("号");
    let token = server.token();
    let body = format!("{{\"desc\":\"一\n二\",\"unionid\":\"{account}\",\"access_token\":\"{token}\"}}");
    let headers = [("content-type", "application/json")];
    let response = send(&server, &Method::POST, LEGACY, &headers, body.as_bytes());
    let answer: Value = serde_json::from_str(response.body()).unwrap();
    assert_eq!(answer["errcode"], 0, "{answer}");
}

#[test]
fn every_malformed_body_has_the_error_of_its_host() {
    let server = TestServer::start();
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(40), "]".repeat(40));
    let gbk = b"{\"desc\":\"\xD6\xD0\xCE\xC4\"}";
    let utf16: Vec<u8> = "\u{feff}{\"a\":1}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let zipped = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xabV\x05\x00";
    let json = "application/json";
    let cases: [(&str, &str, &[u8], &str); 20] = [
        ("cut off", json, b"{\"a\":", "line 1 column 5"),
        ("cut off in a text", json, b"{\"a\":\"\nx", "line 2 column 1"),
        ("a comma too many", json, b"{\"a\":1,}", "line 1 column 8"),
        ("a comma too many behind a line break", json, b"{\"a\":\"\n\",}", "line 2 column 3"),
        ("something behind it", json, b"{\"a\":1}}", "line 1 column 8"),
        ("a name without quotation marks", json, b"{a:1}", "line 1 column 2"),
        ("single quotation marks", json, b"{'a':1}", "line 1 column 2"),
        ("a backslash of Windows", json, b"{\"a\":\"C:\\D\"}", "line 1 column 10"),
        ("half a surrogate", json, b"{\"a\":\"\\ud800\"}", "line 1 column"),
        ("a number without end", json, b"{\"a\":1e999}", "line 1 column"),
        ("a comment", json, b"{/**/}", "line 1 column 2"),
        ("a list", json, b"[1]", "not an object"),
        ("a text", json, b"\"x\"", "line 1 column 1"),
        ("a number", json, b"5", "not an object"),
        ("too deep", json, deep.as_bytes(), "32 levels"),
        ("GBK", "application/json; charset=gbk", gbk, "not UTF-8 at byte 10"),
        ("no UTF-8", json, b"{\"a\":\"\xFF\"}", "not UTF-8 at byte 7"),
        ("UTF-16", json, &utf16, "not UTF-8 at byte 1"),
        ("gzip", json, zipped, "not UTF-8 at byte 2"),
        (
            "cut off multipart",
            "multipart/form-data; boundary=b",
            b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ncut",
            "closing boundary",
        ),
    ];
    for (case, content_type, body, position) in cases {
        let answer = server.post(LEGACY, content_type, body);
        assert_eq!(answer["errcode"], 47_001, "{case}: {answer}");
        let errmsg = answer["errmsg"].as_str().unwrap();
        assert!(
            errmsg.starts_with("解析JSON/XML内容错误: ") && errmsg.contains(position),
            "{case}: {errmsg}"
        );
        // On the v1.0 host multipart is no body.
        if content_type == json {
            let message = v1_message(&server, content_type, body, "Invalidbody");
            assert!(message.contains(position), "{case}: {message}");
        }
    }
}

/// Expects a refusal on the v1.0 host, and returns its message.
fn v1_message(server: &TestServer, content_type: &str, body: &[u8], code: &str) -> String {
    let headers = [("x-acs-dingtalk-access-token", server.token()), ("content-type", content_type)];
    let response = send(server, &Method::POST, V1, &headers, body);
    let answer: Value = serde_json::from_str(response.body()).unwrap();
    let body = String::from_utf8_lossy(body);
    assert_eq!(
        (response.status().as_u16(), &answer["code"]),
        (400, &json!(code)),
        "{content_type}, {body}: {answer}"
    );
    answer["message"].as_str().unwrap().to_owned()
}

#[test]
fn a_body_of_the_v1_host_is_json_whatever_its_content_type() {
    let server = TestServer::start();
    let utf16: Vec<u8> = "\u{feff}{\"a\":1}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let fields = "queryWord=a&offset=0&size=10";
    let multipart = "--b\r\nContent-Disposition: form-data; name=\"queryWord\"\r\n\r\na\r\n--b--\r\n";
    let texts: [&[u8]; 6] = [b"<xml/>", b"true", b"5", &utf16, fields.as_bytes(), multipart.as_bytes()];
    for content_type in ["application/json", "text/plain", "application/octet-stream", ""] {
        for body in texts {
            let message = v1_message(&server, content_type, body, "Invalidbody");
            let prefix = "Specified parameter body is not valid. JSON parsing error: the body is ";
            assert!(message.starts_with(prefix), "{message}");
        }
    }
    for content_type in [
        "application/x-www-form-urlencoded",
        "Application/X-WWW-Form-URLEncoded",
        "multipart/form-data; boundary=b",
    ] {
        for body in texts {
            let message = v1_message(&server, content_type, body, "Missingbody");
            assert_eq!(message, "body is mandatory for this action.");
        }
    }
}

#[test]
fn a_bad_form_names_the_malformed_field() {
    let server = TestServer::start();
    let form = "application/x-www-form-urlencoded";
    let answer = server.post(LEGACY, form, b"unionid=a&desc=%D6%D0");
    assert_eq!(answer["errcode"], 47_001);
    assert!(answer["errmsg"].as_str().unwrap().ends_with("desc is not UTF-8"), "{answer}");
    let answer = server.post(&format!("{LEGACY}?desc=%D6%D0"), "application/json", b"{}");
    assert!(answer["errmsg"].as_str().unwrap().ends_with("desc is not UTF-8"), "{answer}");
}

#[test]
fn an_empty_body_has_no_fields_on_legacy_and_is_missing_on_v1() {
    let server = TestServer::start();
    let token = server.token();
    for body in [&b""[..], b" \r\n", b"\xEF\xBB\xBF"] {
        let answer = server.post(LEGACY, "application/json", body);
        assert_eq!(answer["errcode"], server.code(LEGACY, &json!({})), "{body:?}: {answer}");
        let headers = [("x-acs-dingtalk-access-token", token), ("content-type", "application/json")];
        let response = send(&server, &Method::POST, V1, &headers, body);
        let answer: Value = serde_json::from_str(response.body()).unwrap();
        assert_eq!((response.status().as_u16(), &answer["code"]), (400, &json!("Missingbody")), "{body:?}");
        assert_eq!(answer["message"], "body is mandatory for this action.");
    }
    for body in ["{}", "[]", "null", "\"{}\"", "\"\""] {
        let answer = server.post(LEGACY, "application/json", body.as_bytes());
        assert_eq!(answer["errcode"], server.code(LEGACY, &json!({})), "{body}: {answer}");
    }
    // The last of several equal names counts.
    let account = server.account("号");
    let twice = format!("{{\"unionid\":\"nobody\",\"desc\":\"一\",\"unionid\":\"{account}\"}}");
    assert_eq!(server.post(LEGACY, "application/json", twice.as_bytes())["errcode"], 0);
}
