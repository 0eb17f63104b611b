//! Malformed uploads of every form.

use testkit::{file::GIF, server::TestServer};

const PATH: &str = "/media/upload?type=image";

#[test]
fn a_body_that_is_not_multipart_has_its_code() {
    let server = TestServer::start();
    let encoded = format!("type=image&media={}", "R0lGODlhAQABAAAAACw=");
    for (case, content_type, body) in [
        ("JSON", "application/json", &b"{\"type\":\"image\",\"media\":\"x\"}"[..]),
        ("broken JSON", "application/json", b"{\"type\":"),
        ("a form", "application/x-www-form-urlencoded", encoded.as_bytes()),
        ("a bare picture", "image/gif", GIF),
        ("bare bytes", "application/octet-stream", GIF),
        ("a picture that says it is JSON", "application/json", GIF),
        ("nothing", "application/json", b""),
        ("text", "text/plain", b"hello"),
    ] {
        for path in [PATH, "/media/upload"] {
            let answer = server.post(path, content_type, body);
            assert_eq!(answer["errcode"], 43_008, "{case}: {answer}");
            assert_eq!(answer["errmsg"], "参数需要multipart类型");
        }
    }
}

#[test]
fn a_bad_part_has_its_code() {
    let server = TestServer::start();
    let multipart = |disposition: &str, content: &[u8]| {
        let head = format!("--b\r\nContent-Disposition: form-data; {disposition}\r\n\r\n");
        let body = [head.as_bytes(), content, b"\r\n--b--\r\n"].concat();
        server.post(PATH, "multipart/form-data; boundary=b", &body)
    };
    let code = |answer: serde_json::Value| answer["errcode"].as_i64().unwrap();
    assert_eq!(code(multipart("name=\"media\"; filename=\"a.gif\"", GIF)), 0);
    for (case, disposition, content, expected) in [
        ("another name", "name=\"file\"; filename=\"a.gif\"", GIF, 41_005),
        ("no file name", "name=\"media\"", b"text", 41_005),
        ("no file chosen", "name=\"media\"; filename=\"\"", b"", 41_005),
        ("an empty file", "name=\"media\"; filename=\"a.gif\"", b"", 44_001),
        ("no picture", "name=\"media\"; filename=\"a.gif\"", b"text", 40_004),
    ] {
        let answer = multipart(disposition, content);
        assert_eq!(answer["errcode"], expected, "{case}: {answer}");
    }
    let nothing = server.post(PATH, "multipart/form-data; boundary=b", b"--b--\r\n");
    assert_eq!(code(nothing), 41_005);
    assert_eq!(code(server.upload("?type=file", &[], Some(("a.exe", b"MZ")))), 40_005, "no document");
    assert_eq!(code(server.upload("?type=thumb", &[], Some(("a.gif", GIF)))), 40_004, "no such kind");
    assert_eq!(code(server.upload("", &[], Some(("a.gif", GIF)))), 40_004, "no kind");
    let cut = server.post(
        PATH,
        "multipart/form-data; boundary=b",
        b"--b\r\nContent-Disposition: form-data; name=\"media\"",
    );
    assert_eq!(code(cut), 47_001);
}
