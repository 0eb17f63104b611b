//! The documents for newcomers and operators: each block of commands runs as it is written, in a folder that has nothing but the sources.
//! What differs: `cargo run` is the program under test, and addresses have free ports.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    os::unix::{fs::symlink, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;
use testkit::{
    browser::Browser,
    program::{executable, without_settings},
};

/// Stands for cargo: what serves goes on in the background once it listens, whether or not a block says so.
const CARGO: &str = r#"
set -euo pipefail
cargo() {
  while [ "$1" != -- ]; do shift; done; shift
  case "$1" in
    demo | serve) "$PROGRAM" "$@" --log warn > "listening.$1" & until grep -q listening "listening.$1"; do sleep 0.1; done ;;
    *) "$PROGRAM" "$@" ;;
  esac
}
"#;

/// In the page for operators `carillon` is the installed program.
const INSTALLED: &str = r#"
carillon() { "$PROGRAM" "$@"; }
"#;

#[test]
fn the_english_readme_sends_a_message() {
    follow_readme("README.md", "Hello from Carillon");
}

#[test]
fn the_chinese_readme_sends_a_message() {
    follow_readme("README.zh-CN.md", "来自 Carillon 的问候");
}

#[test]
fn commands_of_the_english_guides_succeed() {
    follow_guides("", "Good morning");
}

#[test]
fn commands_of_the_chinese_guides_succeed() {
    follow_guides(".zh-CN", "早上好");
}

fn follow_readme(page: &str, message: &str) {
    let shell = Shell::run(&[CARGO, &commands(page)]);
    let report: Value = serde_json::from_slice(&fs::read(shell.path("data/demo.json")).unwrap()).unwrap();
    let (member, account) = (&report["members"][0], report["service_accounts"][0]["unionid"].as_str());
    let (userid, password) = (member["userid"].as_str().unwrap(), member["password"].as_str().unwrap());
    let member = Browser::sign_in(&shell.demo_url(), userid, password).expect("a member can sign in");
    assert_eq!(member.row(account.unwrap()).unwrap().summary, message);
    shell.end();
}

fn follow_guides(language: &str, message: &str) {
    let [start, operate] =
        ["GETTING-STARTED", "OPERATIONS"].map(|page| commands(&format!("docs/{page}{language}.md")));
    let shell = Shell::run(&[CARGO, &start, INSTALLED, &operate]);
    // The member of the new organisation reads what its app sent.
    let ann = Browser::sign_in(&shell.own_url(), "ann", "welcome-2026").expect("she can sign in");
    let inbox = ann.list();
    assert_eq!(inbox.len(), 1, "{inbox:?}");
    let account = &inbox[0].unionid;
    let read = ann.conversation(account).into_iter().filter_map(|id| ann.message(account, &id));
    assert!(read.collect::<String>().contains(message), "{inbox:?}");
    assert!(shell.path("restored/carillon.db").exists(), "the backup was restored");
    shell.end();
}

/// The blocks of commands of a page, but for those that run all tests.
fn commands(page: &str) -> String {
    let text = read(page);
    let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let blocks: Vec<&str> = blocks.filter(|block| *block != "cargo xtask test\n").collect();
    assert!(!blocks.is_empty(), "{page} has blocks of commands");
    let commands = blocks.concat();
    assert!(!commands.contains("cargo xtask"), "{commands}");
    commands
}

/// A shell that ran some commands and waits, so that the servers that they started go on.
struct Shell {
    child: Child,
    folder: TempDir,
    /// In place of 8080, where the demonstration listens, and 8081.
    addresses: [String; 2],
}

impl Shell {
    fn run(scripts: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        symlink(root().join("crates"), folder.path().join("crates")).unwrap();
        let addresses = [free_address(), free_address()];
        let script = format!("{}\necho; echo the end\nread -r\n", scripts.concat());
        let script = script.replace("127.0.0.1:8080", &addresses[0]).replace("127.0.0.1:8081", &addresses[1]);

        let mut command = without_settings(Command::new("bash"));
        command
            .args(["-c", &script])
            .current_dir(folder.path())
            .env("PROGRAM", executable().get_program())
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut shell = Self { child: command.spawn().unwrap(), folder, addresses };
        let mut printed = Vec::new();
        for line in BufReader::new(shell.child.stdout.take().unwrap()).lines().map(Result::unwrap) {
            let is_end = line == "the end";
            printed.push(line);
            if is_end {
                break;
            }
        }
        let printed = printed.join("\n");
        assert!(printed.ends_with("the end"), "the commands stop before their end:\n{printed}");
        assert!(!printed.contains("\"errcode\":4"), "{printed}");
        shell
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn demo_url(&self) -> String {
        format!("http://{}", self.addresses[0])
    }

    fn own_url(&self) -> String {
        format!("http://{}", self.addresses[1])
    }

    /// Ends the shell, which has to have succeeded.
    fn end(mut self) {
        self.child.stdin.take().unwrap().write_all(b"\n").unwrap();
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Shell {
    /// Kills the shell and all that it started.
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", self.child.id())]).status();
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(page: &str) -> String {
    fs::read_to_string(root().join(page)).unwrap()
}

fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}
