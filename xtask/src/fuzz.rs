//! Fuzzes the decoders of untrusted bytes. For feedback libFuzzer needs only flags for the code generator, which
//! stable compilers accept.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::{document, run};

/// The targets in `fuzz/fuzz_targets`.
const TARGETS: [&str; 5] = ["body", "form", "multipart", "request", "media"];

/// The flags of `cargo fuzz run --sanitizer none`.
const FLAGS: [&str; 11] = [
    "--cfg",
    "fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
    "-Ccodegen-units=1",
    "-Cdebug-assertions",
    "-Coverflow-checks",
];

/// Seeds of the body decoders.
const BODIES: [&[u8]; 4] = [
    br#"{"text":"a","ids":"[1,2]","inner":{"title":"b","count":1.0},"list":[{"title":"\u4e2d"}],"n":null}"#,
    b"text=a&ids[]=1&ids[]=2&ids=3&ids=4&inner[title]=b&list=%5B%7B%22title%22%3A%22%E4%B8%AD%22%7D%5D",
    b"\r\n--b\r\nContent-Disposition:form-data;name=\"text\"\r\n\r\na\r\n--b\r\nContent-Disposition: form-data; \
      name=\"media\"; filename*=UTF-8''%E5%9B%BE.png\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n--b--\r\n",
    b"\"{\\\"text\\\":\\\"a\\\"}\"",
];

/// Magic numbers of accepted files, each after a byte for its kind and one for its name.
const FILES: [&[u8]; 8] = [
    b"\0\0GIF89a\x01\0\x01\0",
    b"\0\0BM\0\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\0",
    b"\x01\0ID3\x03",
    b"\x01\0RIFF\0\0\0\0WAVE",
    b"\x02\0\0\0\0\x18ftypisom\0\0\0\0mp42avc1",
    b"\x03\0%PDF-1.7",
    b"\x03\0\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
    b"\x03\0PK\x03\x04PK\x01\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x05\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0word/\
      PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\x04\0\0\0\0\0",
];

/// Runs each target, or the named ones, for some seconds. Findings stay in `fuzz/artifacts`.
pub fn run(arguments: &[String]) -> Result<()> {
    let (seconds, named) = arguments.split_first().context("for how many seconds each?")?;
    let seconds: u32 = seconds.parse().context("seconds are a number")?;
    ensure!(named.iter().all(|name| TARGETS.contains(&name.as_str())), "targets: {}", TARGETS.join(", "));
    let host = run::capture(Command::new("rustc").args(["--print", "host-tuple"]))?.trim().to_owned();
    // With an explicit target, the flags do not apply to build scripts.
    run::show(
        Command::new(env!("CARGO"))
            .args(["build", "--release", "--manifest-path", "fuzz/Cargo.toml", "--target", &host])
            .env("RUSTFLAGS", FLAGS.join(" ")),
    )?;
    for target in TARGETS.iter().filter(|target| named.is_empty() || named.iter().any(|name| name == *target))
    {
        let corpus = seed(target)?;
        let artifacts = format!("fuzz/artifacts/{target}/");
        fs::create_dir_all(&artifacts)?;
        run::show(
            Command::new(format!("fuzz/target/{host}/release/{target}"))
                .arg(format!("-max_total_time={seconds}"))
                .arg(format!("-artifact_prefix={artifacts}"))
                .args([
                    "-timeout=10",
                    "-rss_limit_mb=2048",
                    "-max_len=65536",
                    "-print_final_stats=1",
                    "-verbosity=0",
                ])
                .arg(corpus),
        )?;
    }
    Ok(())
}

/// The examples of all operations, each after the number of its operation: they are in the order of their ids.
fn requests() -> Result<Vec<Vec<u8>>> {
    let mut operations = document::operations()?;
    operations.sort_by(|one, other| one["operationId"].as_str().cmp(&other["operationId"].as_str()));
    let request = |(operation, number): (Value, u8)| {
        let content = operation["requestBody"]["content"].as_object();
        let mut fields = content.and_then(|content| content.values().next()?["example"].as_object()).cloned();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            if let (Some(name), Some(example)) = (parameter["name"].as_str(), parameter.get("example")) {
                fields.get_or_insert_default().insert(name.to_owned(), example.clone());
            }
        }
        [&[number], Value::Object(fields.unwrap_or_default()).to_string().as_bytes()].concat()
    };
    Ok(operations.into_iter().zip(0..).map(request).collect())
}

/// Creates the corpus folder of a target with its seeds, and returns it.
fn seed(target: &str) -> Result<PathBuf> {
    let corpus = PathBuf::from(format!("fuzz/corpus/{target}"));
    fs::create_dir_all(&corpus)?;
    let seeds: Vec<Vec<u8>> = match target {
        "request" => requests()?,
        "media" => FILES.map(<[u8]>::to_vec).into(),
        "body" => BODIES.iter().zip(0_u8..).map(|(body, kind)| [&[kind], *body].concat()).collect(),
        _ => BODIES.map(<[u8]>::to_vec).into(),
    };
    for (number, seed) in seeds.into_iter().enumerate() {
        fs::write(corpus.join(format!("seed-{number}")), seed)?;
    }
    Ok(corpus)
}
