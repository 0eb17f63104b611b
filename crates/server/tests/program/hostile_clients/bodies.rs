//! Request bodies: how much an unauthenticated caller may send, and how fast.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use serde_json::{Value, json};

use super::raw::{connect, read_response, read_to_end, resident, send, wait_until};
use testkit::program::{MANAGE, Program, app, organisation};

const MB: usize = 1 << 20;

/// Returns the head of an upload and the beginning of its body.
fn upload(query: &str, bytes: usize) -> Vec<u8> {
    let part = "--b\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a.png\"\r\n\r\n";
    format!(
        "POST /media/upload{query} HTTP/1.1\r\nHost: carillon\r\nContent-Type: multipart/form-data; boundary=b\r\n\
         Content-Length: {bytes}\r\n\r\n{part}"
    )
    .into_bytes()
}

/// Starts concurrent uploads of 8 MB that never end. Returns their connections.
fn start_uploads(server: &Program, query: &str, many: usize) -> Vec<TcpStream> {
    let head = upload(query, 8 * MB);
    std::thread::scope(|scope| {
        let sending: Vec<_> = (0..many)
            .map(|_| {
                scope.spawn(|| {
                    let mut stream = send(server, &head);
                    let piece = vec![b'x'; 64 << 10];
                    for _ in 0..(8 * MB - MB) / piece.len() {
                        // The server may have closed it.
                        if stream.write_all(&piece).is_err() {
                            break;
                        }
                    }
                    stream
                })
            })
            .collect();
        sending.into_iter().map(|sending| sending.join().unwrap()).collect()
    })
}

fn assert_responds(server: &Program, token: &str) {
    let list = server.get(&format!("/topapi/serviceaccount/list?access_token={token}"));
    assert_eq!(serde_json::from_str::<Value>(&list).unwrap()["errcode"], 0, "{list}");
}

#[test]
fn unauthenticated_uploads_take_no_memory() {
    let (data, corp) = organisation();
    let main = app(data.path(), &corp, "internal", MANAGE);
    let server = Program::start(data.path());
    let token = server.token(&main);
    assert_responds(&server, &token);
    let before = resident(&server);
    // Without a token, with a wrong token, without the permission, and at an unknown address.
    let lacking = format!("?access_token={token}");
    let mut open: Vec<TcpStream> = ["", "?access_token=wrong", &lacking]
        .into_iter()
        .flat_map(|query| start_uploads(&server, query, 25))
        .collect();
    let more = resident(&server).saturating_sub(before);
    assert!(more < 48 * MB, "{} MB more", more / MB);
    assert_responds(&server, &token);
    // A request that is refused for its query gets the response although its body never ends.
    let answer = read_response(open.last_mut().unwrap());
    assert!(answer.contains("60011"), "{answer}");
}

#[test]
fn uploads_of_an_app_stay_within_its_share_of_the_budget() {
    let (data, corp) = organisation();
    let [greedy, modest] =
        [(); 2].map(|()| app(data.path(), &corp, "internal", &format!("qyapi_base,{MANAGE}")));
    let limits = [("CARILLON_HTTP_BODY_BYTES_IN_FLIGHT", "33554432"), ("CARILLON_HTTP_BODY_WAIT_MS", "100")];
    let server = Program::start_with(&limits, data.path());
    let [greedy, modest] = [greedy, modest].map(|app| server.token(&app));
    server.picture(&modest);
    let before = resident(&server);
    let mut open = start_uploads(&server, &format!("?access_token={greedy}"), 40);
    let more = resident(&server).saturating_sub(before);
    assert!(more < 80 * MB, "{} MB more", more / MB);
    // Three have their share of the budget, the others are refused as overload.
    let busy = |answer: &str| answer.contains("\"errcode\":-1") && answer.contains("系统繁忙");
    let mut refused = 0;
    for stream in &mut open {
        stream.set_nonblocking(true).unwrap();
        let mut answer = [0; 4096];
        let length = stream.read(&mut answer).unwrap_or(0);
        refused += usize::from(busy(&String::from_utf8_lossy(&answer[..length])));
    }
    assert_eq!(refused, 37);
    server.picture(&modest);
    let large = json!({ "name": "n".repeat(100_000) });
    let answer = server.json(&format!("/topapi/serviceaccount/add?access_token={modest}"), &large);
    assert_ne!(answer["errcode"], -1, "{answer}");
    // Closing the uploads frees the budget.
    drop(open);
    wait_until("the budget is free", || {
        server.upload(&greedy, "image", "a.png", &vec![0; 9 * MB])["errcode"] != -1
    });
}

#[test]
fn a_token_may_be_near_the_start_of_the_body() {
    let (data, corp) = organisation();
    let main = app(data.path(), &corp, "internal", &format!("qyapi_base,{MANAGE}"));
    let server = Program::start(data.path());
    let token = server.token(&main);
    let part = |name: &str, value: &str| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let file = |bytes: usize| {
        let head = "--b\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a.png\"\r\n\r\n";
        let mut picture = testkit::file::PNG.to_vec();
        picture.resize(bytes, 0);
        [head.as_bytes(), &picture, b"\r\n"].concat()
    };
    let fields = [part("access_token", &token), part("type", "image")].concat().into_bytes();
    let post = |body: &[u8]| server.post("/media/upload", "multipart/form-data; boundary=b", body).1;
    for bytes in [1000, 3 * MB] {
        let answer = post(&[&fields[..], &file(bytes), b"--b--\r\n"].concat());
        assert_eq!(answer["errcode"], 0, "{answer}");
    }
    let answer = post(&[&file(1000)[..], &fields, b"--b--\r\n"].concat());
    assert_eq!(answer["errcode"], 0, "{answer}");
    let answer = post(&[&file(3 * MB)[..], &fields, b"--b--\r\n"].concat());
    assert_eq!(answer["errcode"], 40035, "{answer}");
    // The same in the other encodings, behind a text that exceeds the limit of unauthenticated callers.
    let text = "t".repeat(2 * MB);
    let path = "/topapi/serviceaccount/list";
    let body = json!({ "access_token": token, "unknown": text }).to_string();
    assert_eq!(server.post(path, "application/json", body.as_bytes()).1["errcode"], 0);
    let body = json!({ "unknown": text, "access_token": token });
    let body = serde_json::to_string(&body).unwrap();
    assert_eq!(server.post(path, "application/json", body.as_bytes()).1["sub_code"], "40000");
    let form = "application/x-www-form-urlencoded";
    let body = format!("access_token={token}&unknown={text}");
    assert_eq!(server.post(path, form, body.as_bytes()).1["errcode"], 0);
    let body = format!("unknown={text}&access_token={token}");
    assert_eq!(server.post(path, form, body.as_bytes()).1["sub_code"], "40000");
}

#[test]
fn a_slow_body_is_refused_with_its_own_error() {
    let (data, corp) = organisation();
    let main = app(data.path(), &corp, "internal", &format!("Carillon.Audit.Read,{MANAGE}"));
    let server = Program::start_with(&[("CARILLON_HTTP_BODY_SECONDS", "1")], data.path());
    let token = server.token(&main);
    let begin = |path: &str, headers: &str| {
        let head = format!("POST {path} HTTP/1.1\r\nHost: carillon\r\n{headers}Content-Length: 5000\r\n\r\n");
        send(&server, head.as_bytes())
    };
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let v1 = format!("x-acs-dingtalk-access-token: {token}\r\nContent-Type: application/json\r\n");
    let list = format!("/topapi/serviceaccount/list?access_token={token}");
    let trickling = [
        (begin(&list, ""), "HTTP/1.1 200", "47001"),
        (begin("/v1.0/carillon/audits/query", &v1), "HTTP/1.1 408", "RequestTimeout"),
        (begin("/sign-in", form), "HTTP/1.1 408", ""),
    ];
    for (mut stream, status, expected_text) in trickling {
        let mut sending = stream.try_clone().unwrap();
        let trickle = std::thread::spawn(move || {
            // A byte now and then, until the server closes the connection.
            while sending.write_all(b"a").is_ok() {
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
        });
        let answer = read_to_end(&mut stream);
        assert!(answer.starts_with(status) && answer.contains(expected_text), "{answer}");
        assert!(!answer.contains("\"errcode\":-1"), "{answer}");
        trickle.join().unwrap();
    }
    // An unread body has the same limit.
    let mut refused = begin("/topapi/no/such", "");
    assert!(read_to_end(&mut refused).contains("Invalid method"));
}

#[test]
fn expect_continue_is_refused_before_the_body() {
    let (data, _) = organisation();
    let server = Program::start(data.path());
    let mut stream = connect(&server);
    let head = "POST /media/upload?access_token=wrong HTTP/1.1\r\nHost: carillon\r\nExpect: 100-continue\r\n\
                Content-Length: 1000000\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let answer = read_to_end(&mut stream);
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("40014"), "{answer}");
}

#[test]
fn a_large_form_of_another_site_is_refused_and_takes_no_memory() {
    let (data, _corp) = organisation();
    let server = Program::start(data.path());
    let form = |path: &str, bytes: usize| {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: carillon\r\nSec-Fetch-Site: cross-site\r\n\
             Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {bytes}\r\n\r\n"
        );
        send(&server, head.as_bytes())
    };
    let before = resident(&server);
    // Concurrently: each is sent to its end, and each gets a response.
    let mut streams: Vec<TcpStream> = (0..16).map(|_| form("/inbox/a/x/messages", 48 * MB)).collect();
    let piece = vec![b'x'; MB];
    let mut max_resident = 0;
    for _ in 0..48 {
        for stream in &mut streams {
            stream.write_all(&piece).unwrap();
        }
        max_resident = max_resident.max(resident(&server));
    }
    let more = max_resident.saturating_sub(before);
    assert!(more < 48 * MB, "{} MB more", more / MB);
    for stream in &mut streams {
        let answer = read_response(stream);
        assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    }
    // A request with an unfinished body gets a response too, and the connection continues after a complete body.
    let answer = read_response(&mut form("/sign-out", 48 * MB));
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    let next = b"GET /healthz HTTP/1.1\r\nHost: carillon\r\n\r\n";
    streams[0].write_all(next).unwrap();
    let answer = read_response(&mut streams[0]);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}
