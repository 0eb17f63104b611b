//! Uploads as clients build them.

use serde_json::Value;
use testkit::{file::GIF, server::TestServer};

fn upload(server: &TestServer, disposition: &[u8], content: &[u8]) -> Value {
    let head = [b"--b\r\nContent-Disposition: form-data; ", disposition, b"\r\n\r\n"].concat();
    let body = [&head, content, b"\r\n--b--\r\n"].concat();
    server.post("/media/upload?type=image", "multipart/form-data; boundary=b", &body)
}

#[test]
fn a_file_without_a_name_is_no_file() {
    let server = TestServer::start();
    for content in [GIF, b"\x89PNG\r\n\x1a\n\xff\xfe", b"text"] {
        let answer = upload(&server, b"name=\"media\"", content);
        assert_eq!(answer["errcode"], 41_005, "{answer}");
    }
}

#[test]
fn a_chinese_file_name_may_have_any_encoding() {
    let server = TestServer::start();
    for name in [
        "filename=\"照.gif\"".as_bytes(),
        b"filename=\"\xD5\xD5.gif\"",
        b"filename*=utf-8''%E7%85%A7.gif",
        b"filename=\"=?utf-8?b?54WnLmdpZg==?=\"",
        b"filename=\"%E7%85%A7.gif\"",
    ] {
        let answer = upload(&server, &[b"name=\"media\"; ", name].concat(), GIF);
        assert_eq!(answer["errcode"], 0, "{}: {answer}", String::from_utf8_lossy(name));
        assert!(answer["created_at"].as_i64().is_some_and(|at| at > 1_000_000_000_000), "in ms: {answer}");
    }
}
