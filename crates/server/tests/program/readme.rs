//! The READMEs: each block of commands is run as it is written, one after the other in one shell, in a folder that has nothing but the
//! sources. What differs: `cargo run` is the program that is tested, and addresses have free ports.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    os::unix::{fs::symlink, process::CommandExt},
    path::Path,
    process::{Command, Stdio},
};

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

#[test]
fn the_english_one_does_what_it_says() {
    follow("README.md", "Good morning");
}

#[test]
fn the_chinese_one_does_what_it_says() {
    follow("README.zh-CN.md", "早上好");
}

fn follow(readme: &str, message: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = fs::read_to_string(root.join(readme)).unwrap();
    let blocks: Vec<&str> =
        text.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() >= 4, "{readme} has blocks of commands");
    let folder = TempDir::new().unwrap();
    symlink(root.join("crates"), folder.path().join("crates")).unwrap();
    let ports = [free_port(), free_port()];
    let mut script = CARGO.to_owned();
    // These run all tests.
    for block in blocks.into_iter().filter(|block| !block.starts_with("cargo xtask")) {
        assert!(!block.contains("cargo xtask"), "{block}");
        script.push_str(block);
    }
    // The servers go on until all was looked at.
    script.push_str("\necho; echo the end\nread -r\n");
    let script = script.replace("127.0.0.1:8080", &ports[0]).replace("127.0.0.1:8081", &ports[1]);

    let mut command = without_settings(Command::new("bash"));
    command.args(["-c", &script]).current_dir(folder.path()).env("PROGRAM", executable().get_program());
    let mut shell = command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut printed = Vec::new();
    let output = BufReader::new(shell.stdout.take().unwrap());
    for line in output.lines().map(Result::unwrap) {
        let is_end = line == "the end";
        printed.push(line);
        if is_end {
            break;
        }
    }
    let printed = printed.join("\n");
    let guard = Group(shell.id());
    assert!(printed.ends_with("the end"), "{readme} stops before its end:\n{printed}");
    assert!(!printed.contains("\"errcode\":4"), "{printed}");

    // The member of the new organisation reads what its app sent.
    let ann =
        Browser::sign_in(&format!("http://{}", ports[1]), "ann", "welcome-2026").expect("she can sign in");
    let inbox = ann.list();
    assert_eq!(inbox.len(), 1, "{inbox:?}");
    let account = &inbox[0].unionid;
    let read = ann.conversation(account).into_iter().filter_map(|id| ann.message(account, &id));
    assert!(read.collect::<String>().contains(message), "{inbox:?}");

    shell.stdin.take().unwrap().write_all(b"\n").unwrap();
    assert!(shell.wait().unwrap().success());
    drop(guard);
}

/// The shell and all that it started.
struct Group(u32);

impl Drop for Group {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", self.0)]).status();
    }
}

fn free_port() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}
