//! Bodies that grow when they are decompressed.

use std::io::{Read, Write};

use flate2::{Compression, write::GzEncoder};

use super::raw::{resident, send};
use testkit::program::{Program, app, organisation};

const MB: usize = 1 << 20;

#[test]
fn a_hundred_concurrent_bombs_stay_within_the_budget() {
    let (data, corp) = organisation();
    let main = app(data.path(), &corp, "internal", "Carillon.Fact.Write");
    let server = Program::start_with(&[("CARILLON_HTTP_BODY_BYTES_IN_FLIGHT", "33554432")], data.path());
    let token = server.token(&main);
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..64 {
        bomb.write_all(&vec![b' '; MB - 1]).unwrap();
        bomb.write_all(b"\n").unwrap();
    }
    let bomb = bomb.finish().unwrap();
    assert!(bomb.len() < 128 << 10, "{}", bomb.len());
    let head = format!(
        "POST /v1.0/carillon/facts HTTP/1.1\r\nHost: carillon\r\nx-acs-dingtalk-access-token: {token}\r\n\
         Content-Encoding: gzip\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        bomb.len()
    );
    let request = [head.as_bytes(), &bomb].concat();
    let before = resident(&server);
    let mut max_resident = 0;
    std::thread::scope(|scope| {
        let answers: Vec<_> = (0..100)
            .map(|_| {
                scope.spawn(|| {
                    let mut answer = String::new();
                    send(&server, &request).read_to_string(&mut answer).unwrap();
                    answer
                })
            })
            .collect();
        while !answers.iter().all(|answer| answer.is_finished()) {
            max_resident = max_resident.max(resident(&server));
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        for answer in answers {
            let answer = answer.join().unwrap();
            assert!(answer.starts_with("HTTP/1.1 400") || answer.starts_with("HTTP/1.1 503"), "{answer}");
        }
    });
    let more = max_resident.saturating_sub(before);
    assert!(more < 96 * MB, "{} MB more", more / MB);
}
