use std::io::Write;

use carillon_domain::stats::finalize;
use carillon_model::{audit::Signature, day::Day};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

use crate::statistics::fixture::{Fixture, HOUR, busy_day, fact, lines};
use testkit::server::NOW;

fn login(id: &str, userid: &str) -> Value {
    fact(id, userid, 1, "login", json!({ "client": "iOS", "appVersion": "8" }))
}

fn active(fixture: &Fixture) -> Value {
    fixture.day("datav/dau/summary/get")["daily_active_users"].clone()
}

#[test]
fn the_same_fact_counts_once() {
    let fixture = Fixture::new();
    let body = lines(&busy_day());
    let (_, first) = fixture.ingest("", body.as_bytes(), None);
    assert_eq!((&first["added"], &first["known"]), (&json!(33), &json!(0)));
    let before = fixture.day("datav/chat/summary/get");
    let (status, again) = fixture.ingest("", body.as_bytes(), None);
    assert_eq!((status, &again["added"], &again["known"]), (200, &json!(0), &json!(33)));
    assert_eq!(fixture.day("datav/chat/summary/get"), before);
    // Duplicates in one body too. The id decides, not the other fields.
    let twice = [login("x", "bob"), login("x", "dan")];
    let (_, answer) = fixture.ingest("", lines(&twice).as_bytes(), None);
    assert_eq!((&answer["added"], &answer["known"]), (&json!(1), &json!(1)));
}

#[test]
fn a_compressed_body_is_decompressed() {
    let fixture = Fixture::new();
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(lines(&[login("1", "ann")]).as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let (status, answer) = fixture.ingest("", &packed, Some("gzip"));
    assert_eq!((status, &answer["added"]), (200, &json!(1)), "{answer}");
    for (body, encoding) in
        [(&packed[..packed.len() - 9], "gzip"), (b"{}".as_slice(), "gzip"), (b"{}".as_slice(), "br")]
    {
        assert_eq!(fixture.ingest("", body, Some(encoding)).0, 400);
    }
}

#[test]
fn a_body_that_decompresses_to_too_much_is_refused() {
    let fixture = Fixture::new();
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    let blanks = vec![b'\n'; 1 << 20];
    // A compression ratio of a thousand to one. Above a megabyte at most a hundred to one is accepted.
    for _ in 0..3 {
        packed.write_all(&blanks).unwrap();
    }
    let (status, answer) = fixture.ingest("", &packed.finish().unwrap(), Some("gzip"));
    assert_eq!((status, &answer["code"]), (400, &json!("param.illegal")), "{answer}");
}

#[test]
fn each_bad_line_is_reported_with_its_number_and_field() {
    let fixture = Fixture::new();
    let good = login("good", "ann");
    let mut bad = Vec::new();
    let mut expected = Vec::new();
    let mut add = |mut line: Value, change: (&str, Value), field: &str, reason: &str| {
        line[change.0] = change.1;
        bad.push(line);
        expected.push((field.to_owned(), reason.to_owned()));
    };
    add(login("1", "ann"), ("kind", json!("walk")), "kind", "is no kind of fact");
    add(login("2", "ann"), ("kind", Value::Null), "kind", "is missing");
    add(login("3", "ann"), ("id", json!("")), "id", "is missing");
    add(login("4", "ann"), ("id", json!("x".repeat(65))), "id", "must have at most 64 characters");
    add(login("5", "ann"), ("time", json!(NOW + HOUR)), "time", "must not be in the future");
    add(
        login("6", "ann"),
        ("time", json!(NOW / 1_000)),
        "time",
        "must be in milliseconds since 1970, and after 1999",
    );
    add(login("7", "eve"), ("userId", json!("eve")), "userId", "is of nobody who is or was a member");
    add(login("8", "ann"), ("userId", Value::Null), "userId", "is missing");
    add(login("9", "ann"), ("client", json!("Amiga")), "client", "must be one of");
    add(login("10", "ann"), ("version", json!("8")), "version", "is no field of login");
    let message = |id: &str| fact(id, "ann", 1, "single_message", json!({ "count": 1 }));
    add(message("11"), ("count", json!(0)), "count", "must be at least 1");
    add(message("12"), ("count", json!(1_000_001)), "count", "must be at most 1000000");
    add(message("13"), ("count", json!("many")), "count", "must be");

    let mut all = vec![good];
    all.extend(bad.clone());
    let body = format!("{}\n[1]\nnot json\n", lines(&all));
    let (status, answer) = fixture.ingest("", body.as_bytes(), None);
    assert_eq!((status, &answer["code"]), (400, &json!("param.illegal")), "{answer}");
    let message = answer["message"].as_str().unwrap();
    assert!(message.contains("line 6: time must not be in the future"), "{message}");
    assert_eq!(active(&fixture), 0, "nothing is half-written");

    let (status, answer) = fixture.ingest("?dryRun=true", body.as_bytes(), None);
    assert_eq!((status, &answer["added"], &answer["badCount"]), (200, &json!(0), &json!(bad.len() + 2)));
    let lines = answer["badLines"].as_array().unwrap();
    for (index, (field, reason)) in expected.iter().enumerate() {
        let line = &lines[index];
        assert_eq!((&line["line"], &line["field"]), (&json!(index + 2), &json!(field)), "{line}");
        assert!(line["reason"].as_str().unwrap().starts_with(reason), "{line}");
    }
    // An empty line is skipped, but counts as a line.
    assert_eq!((&lines[bad.len()]["line"], &lines[bad.len() + 1]["line"]), (&json!(16), &json!(17)));
    assert_eq!(active(&fixture), 0);

    let (status, answer) = fixture.ingest("?skipBadLines=true", body.as_bytes(), None);
    assert_eq!((status, &answer["added"], &answer["badCount"]), (200, &json!(1), &json!(bad.len() + 2)));
    assert_eq!(active(&fixture), 1);
}

#[test]
fn values_can_be_texts() {
    let fixture = Fixture::new();
    let line =
        json!({ "id": 7, "time": NOW.to_string(), "userId": "ann", "kind": "single_message", "count": "3" });
    fixture.send_facts(&[line]);
    assert_eq!(fixture.day("datav/chat/summary/get")["single_message_count"], 3);
}

#[test]
fn an_empty_body_is_missing() {
    let fixture = Fixture::new();
    for body in [b"".as_slice(), b"\n \n"] {
        let (status, answer) = fixture.ingest("", body, None);
        assert_eq!((status, &answer["code"]), (400, &json!("Missingbody")), "{answer}");
    }
}

#[test]
fn a_body_has_at_most_fifty_thousand_lines() {
    let fixture = Fixture::new();
    let body = |count: usize| lines(&(0..count).map(|n| login(&n.to_string(), "ann")).collect::<Vec<_>>());
    let (status, answer) = fixture.ingest("?dryRun=true", body(50_001).as_bytes(), None);
    assert_eq!((status, &answer["badCount"]), (200, &json!(1)), "{answer}");
    assert_eq!(answer["badLines"][0]["line"], 50_001);
    let (status, answer) = fixture.ingest("", body(50_000).as_bytes(), None);
    assert_eq!((status, &answer["added"]), (200, &json!(50_000)), "{answer}");
    assert_eq!(active(&fixture), 1);
}

#[test]
fn a_day_whose_facts_were_removed_accepts_no_more() {
    let fixture = Fixture::new();
    fixture.send_facts(&[fact("1", "ann", 48, "login", json!({ "client": "iOS", "appVersion": "8" }))]);
    let server = &fixture.server;
    finalize::finalize_all(&server.store, &server.env, &server.corp).unwrap();
    let much_later = server
        .env
        .with_clock(carillon_model::env::FixedClock(carillon_model::time::Timestamp(NOW + 63 * 24 * HOUR)));
    let corp = server.corp.clone();
    let signature = Signature::server(&much_later, "test");
    let pruned = server.store.write_blocking(&server.corp, signature, move |tx| {
        let day = finalize::next_to_prune(tx, &much_later, &corp)?;
        let more = day.map(|day| finalize::prune(tx, &much_later, &corp, day)).transpose()?;
        Ok((day, more, finalize::next_to_prune(tx, &much_later, &corp)?))
    });
    assert_eq!(pruned.unwrap(), (Some(Day(20_251_007)), Some(false), None));
    let summary = json!({ "request": { "data_id": "20251007" } });
    let active =
        || server.ok("/topapi/kac/datav/dau/summary/get", &summary)["result"]["daily_active_users"].clone();
    assert_eq!(active(), 1, "the numbers stay");
    let late = fact("2", "bob", 48, "login", json!({ "client": "iOS", "appVersion": "8" }));
    let (status, answer) = fixture.ingest("", lines(&[late]).as_bytes(), None);
    assert_eq!(status, 400);
    assert!(answer["message"].as_str().unwrap().contains("line 1: time is of a day whose facts"), "{answer}");
    assert_eq!(active(), 1);
}
