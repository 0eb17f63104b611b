//! Runs official clients and a browser against a freshly started `carillon`, and compares their output with
//! `conformance/results.txt`.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::{document, install::Tools, run};

const EXPECTED: &str = "conformance/results.txt";
const FOUND: &str = "target/conformance/results.txt";
/// Input of the suites: URL of the server, and its apps.
const FIXTURE: &str = "target/conformance/fixture.json";

/// Runs all suites. Each prints a line for each case.
pub fn run(tools: &Tools) -> Result<()> {
    // The article editor and the examples of the reference that are checked in are what their sources make.
    run::show(Command::new("node").args(["ui/build.mjs", "--check"]))?;
    run::show(Command::new("node").args([
        "--test",
        "--test-reporter=dot",
        "ui/test/reference.mjs",
        "ui/test/clients.mjs",
    ]))?;
    // What the examples of the reference call is what the clients have.
    run::show(Command::new(&tools.clients).args(["-B", "conformance/examples/clients.py", "--check"]))?;
    let server = Server::start(Path::new("target/conformance/data"))?;
    fs::write(FIXTURE, server.fixture.to_string())?;
    let mut found = run::capture(Command::new(&tools.clients).args(["-B", "conformance/python", FIXTURE]))?;
    for suite in ["node/main.mjs", "node/chat.mjs", "browser/main.mjs", "examples/main.mjs"] {
        let suite = format!("conformance/{suite}");
        found += &run::capture(Command::new("node").args([&suite, FIXTURE]).arg(&tools.clients))?;
    }
    drop(server);
    found += &run::capture(Command::new("node").args(["ui/test/main.mjs", "--report"]))?;
    let stream = ["-B", "conformance/stream"];
    let with_program = [program()?, PathBuf::from("target/conformance/stream")];
    found += &run::capture(Command::new(&tools.clients).args(stream).args(with_program))?;
    fs::write(FOUND, &found)?;
    compare(&found)
}

/// Fails if a line is new, missing or different.
fn compare(found: &str) -> Result<()> {
    let expected = fs::read_to_string(EXPECTED).with_context(|| format!("cannot read {EXPECTED}"))?;
    let (expected, found): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    if expected == found {
        println!("conformance: {} lines, all as expected", found.len());
        return Ok(());
    }
    let (before, now): (BTreeSet<_>, BTreeSet<_>) = (expected.iter().collect(), found.iter().collect());
    before.difference(&now).for_each(|line| eprintln!("- {line}"));
    now.difference(&before).for_each(|line| eprintln!("+ {line}"));
    bail!("the results differ from {EXPECTED}: if that is intended, copy {FOUND} over it")
}

pub struct Program {
    child: Child,
    /// Base URL.
    pub url: String,
}

impl Program {
    /// Starts a command that serves a data folder.
    pub fn start(command: &[&str], data: &Path) -> Result<Self> {
        let mut child = run::without_settings(&mut Command::new(program()?))
            .args(command)
            .args(["--listen", "127.0.0.1:0", "--log", "warn", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().context("no output");
        // From here on `Drop` stops it in any case.
        let mut program = Self { child, url: String::new() };
        let mut output = BufReader::new(output?);
        let mut line = String::new();
        output.read_line(&mut line)?;
        let url = line.trim().strip_prefix("carillon listening on ").context("the server did not start")?;
        program.url = url.to_owned();
        // The program must not block on a full pipe.
        std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        Ok(program)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The server with its organisation and apps, set up as an operator does.
pub struct Server {
    _program: Program,
    /// Its URL and apps.
    pub fixture: Value,
}

impl Server {
    /// Creates the data folder anew.
    pub fn start(data: &Path) -> Result<Self> {
        let _ = fs::remove_dir_all(data);
        fs::create_dir_all(data)?;
        // The provider of single sign-on runs on this machine.
        fs::write(data.join("carillon.toml"), "[delivery]\nallow = [\"127.0.0.1\"]\n")?;
        let corp = run_json(data, &["corp", "create", "--name", "测试组织"])?;
        let corp = corp["corp_id"].as_str().context("no corp_id")?;
        let operations = document::operations()?;
        let permissions: BTreeSet<&str> =
            operations.iter().filter_map(|operation| operation["x-permission"].as_str()).collect();
        let all = permissions.into_iter().collect::<Vec<_>>().join(",");
        let main = run_json(data, &["app", "create", "--corp", corp, "--name", "main", "--grant", &all])?;
        let bare = run_json(data, &["app", "create", "--corp", corp, "--name", "bare"])?;
        let isv = ["app", "create", "--corp", corp, "--name", "isv", "--type", "isv", "--grant", &all];
        let isv = run_json(data, &isv)?;

        let program = Program::start(&["serve"], data)?;
        let fixture = json!({
            "url": program.url, "corp_id": corp, "main": main, "bare": bare, "isv": isv,
            "program": self::program()?, "data": data,
        });
        Ok(Self { _program: program, fixture })
    }
}

/// The JSON output of a command.
fn run_json(data: &Path, arguments: &[&str]) -> Result<Value> {
    let output = run::capture(Command::new(program()?).args(arguments).args(["--json", "--data"]).arg(data))?;
    Ok(serde_json::from_str(&output)?)
}

/// The `carillon` that `cargo test` has built beside this program.
fn program() -> Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name("carillon"))
}
