//! Stored files: streaming, range requests, and many concurrent readers.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use testkit::{file::PNG, program::ProgramFixture};

const SIZE: usize = 20 << 20;
const READERS: usize = 100;

/// Stores a picture of 20 MB. Returns it with its path.
fn large_picture(fixture: &ProgramFixture) -> (Vec<u8>, String) {
    let mut picture = PNG.to_vec();
    picture.resize(SIZE, 7);
    let answer = fixture.program().upload(&fixture.token, "image", "a.png", &picture);
    let id = answer["media_id"].as_str().expect("an id").to_owned();
    (picture, format!("/media/{}", id.replace('@', "%40")))
}

#[test]
fn slow_readers_of_a_large_file_hold_little_memory() {
    let fixture = ProgramFixture::start();
    let (picture, path) = large_picture(&fixture);
    let host = fixture.url().trim_start_matches("http://").to_owned();
    let request = || {
        let mut reader = TcpStream::connect(&host).expect("a connection");
        write!(reader, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
            .expect("a request");
        reader
    };
    let read_completely = |mut reader: TcpStream| {
        let mut rest = Vec::new();
        reader.read_to_end(&mut rest).expect("the rest");
        assert!(rest.ends_with(&picture));
    };
    read_completely(request());
    let program = fixture.program();
    let (before, before_files) = (program.resident(), program.open_files());
    let readers: Vec<TcpStream> = (0..READERS)
        .map(|_| {
            let mut reader = request();
            let mut first = [0; 16];
            reader.read_exact(&mut first).expect("the start of a response");
            assert!(first.starts_with(b"HTTP/1.1 200"));
            reader
        })
        .collect();
    let loaded_memory = program.resident();
    assert!(loaded_memory <= before + (128 << 20), "{before} bytes, then {loaded_memory}");
    // One connection for each reader, and no file that stays open.
    let files = program.open_files().saturating_sub(before_files);
    assert!(files <= READERS + 32, "{files} more open files");
    assert_eq!(fixture.program().get("/healthz"), "ok");
    read_completely(readers.into_iter().next_back().expect("a reader"));
}

#[test]
fn range_requests_follow_the_standard() {
    let fixture = ProgramFixture::start();
    let (picture, path) = large_picture(&fixture);
    let url = format!("{}{path}", fixture.url());
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let request = |headers: &[(&str, &str)]| {
        let request =
            headers.iter().fold(agent.get(&url), |request, (name, value)| request.header(*name, *value));
        let mut answer = request.call().expect("an answer");
        let header = |name: &str| {
            answer.headers().get(name).map_or("", |value| value.to_str().expect("text")).to_owned()
        };
        let (tag, range) = (header("etag"), header("content-range"));
        let body = answer.body_mut().with_config().limit(64 << 20).read_to_vec().expect("a body");
        (answer.status().as_u16(), tag, range, body)
    };
    let (status, tag, _, body) = request(&[]);
    assert!(status == 200 && body == picture && tag.starts_with('"'));
    let whole_range = format!("/{SIZE}");
    let (status, _, range, body) = request(&[("range", "bytes=1-3")]);
    assert_eq!((status, range, body.as_slice()), (206, format!("bytes 1-3{whole_range}"), &b"PNG"[..]));
    let (status, _, _, body) = request(&[("range", "bytes=-2"), ("if-range", &tag)]);
    assert_eq!((status, body), (206, vec![7, 7]));
    assert_eq!(request(&[("range", "bytes=0-1"), ("if-range", "\"other\"")]).3.len(), SIZE);
    let (status, _, range, body) = request(&[("range", "bytes=20971520-")]);
    assert_eq!((status, range, body.len()), (416, format!("bytes *{whole_range}"), 0));
    let (status, _, _, body) = request(&[("if-none-match", &tag)]);
    assert_eq!((status, body.len()), (304, 0));
    let head = agent.head(&url).call().expect("an answer");
    assert_eq!(head.status(), 200);
    assert_eq!(
        (&head.headers()["content-length"], &head.headers()["accept-ranges"]),
        (&ureq::http::HeaderValue::from(SIZE), &ureq::http::HeaderValue::from_static("bytes"))
    );
}
