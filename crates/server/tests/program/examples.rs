//! The programs in `examples`, each run as its comment says against a demonstration. `echo_bot.py` needs the official Stream client, so
//! `conformance/python` runs it.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use testkit::{
    browser::Browser,
    program::{Program, without_settings},
};

/// A started demonstration.
struct Demonstration {
    data: TempDir,
    program: Program,
    /// `demo.json`.
    report: Value,
}

impl Demonstration {
    fn start() -> Self {
        let data = TempDir::new().unwrap();
        let program = Program::start_command(&["demo", "--members", "30"], data.path());
        let report = serde_json::from_slice(&fs::read(data.path().join("demo.json")).unwrap()).unwrap();
        Self { data, program, report }
    }

    fn report_file(&self) -> PathBuf {
        self.data.path().join("demo.json")
    }

    fn account(&self, index: usize) -> &str {
        self.report["service_accounts"][index]["unionid"].as_str().unwrap()
    }

    fn member(&self, index: usize) -> Browser {
        let member = &self.report["members"][index];
        let (userid, password) = (member["userid"].as_str().unwrap(), member["password"].as_str().unwrap());
        Browser::sign_in(&self.program.url, userid, password).expect("signed in")
    }
}

/// A started example. Dropping it kills it.
struct Example {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Example {
    fn start(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, output }
    }

    fn next_line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line
    }
}

impl Drop for Example {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

fn example(interpreter: &str, file: &str) -> Command {
    let mut command = without_settings(Command::new(interpreter));
    command.arg(folder().join(file));
    command
}

#[test]
fn every_example_has_a_test() {
    let files = fs::read_dir(folder()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let expected =
        ["README.md", "callback-receiver.mjs", "echo_bot.py", "first-send.sh", "send_and_recall.py"];
    assert_eq!(files.collect::<BTreeSet<_>>(), expected.map(str::to_owned).into());
}

#[test]
fn the_first_send_reaches_all_members() {
    let demonstration = Demonstration::start();
    let text = "It's \"quoted\" \\ 你好";
    let output = example("sh", "first-send.sh").arg(text).arg(demonstration.report_file()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let response: Value = serde_json::from_slice(&output.stdout).unwrap();
    let task = response["task_id"].as_str().unwrap();
    let account = demonstration.account(0);
    for index in [0, 5] {
        let member = demonstration.member(index);
        assert_eq!(member.row(account).unwrap().summary, "It&#39;s &#34;quoted&#34; \\ 你好");
        assert!(member.conversation(account).iter().any(|id| id == task), "{response}");
    }
}

#[test]
fn a_send_is_read_and_recalled() {
    let demonstration = Demonstration::start();
    let (first, second) = (demonstration.member(0), demonstration.member(1));
    let account = demonstration.account(0);
    let mut command = example("python3", "send_and_recall.py");
    let mut program = Example::start(
        command.arg("--demo").arg(demonstration.report_file()).arg("The canteen closes at five."),
    );
    let line = program.next_line();
    let task = line.strip_prefix("sent ").unwrap_or_else(|| panic!("{line}")).split(' ').next().unwrap();

    // A page that shows a message has read it: one of the two receivers does.
    assert!(first.conversation(account).iter().any(|id| id == task));
    assert!(second.row(account).unwrap().summary.contains("The canteen closes at five."));
    assert_ne!(first.message(account, task), None);

    program.child.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
    let mut rest = String::new();
    program.output.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("read by 1 of 2") && rest.ends_with("recalled\n"), "{rest}");
    assert!(program.child.wait().unwrap().success());
    assert_eq!(first.message(account, task), None);
    assert_eq!(second.message(account, task), None);
}

#[test]
fn a_callback_prints_what_a_member_writes() {
    let demonstration = Demonstration::start();
    let mut command = example("node", "callback-receiver.mjs");
    let mut program = Example::start(command.arg(demonstration.report_file()).stderr(Stdio::null()));
    let line = program.next_line();
    let url = line.strip_prefix("events arrive at ").unwrap_or_else(|| panic!("{line}")).trim().to_owned();

    // Without our key nobody can make it print anything.
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let query = "msg_signature=0123456789abcdef0123456789abcdef01234567&timestamp=1&nonce=1";
    let forged =
        agent.post(format!("{url}?{query}")).send(r#"{"encrypt":"AAAAAAAAAAAAAAAAAAAAAA=="}"#).unwrap();
    assert_eq!(forged.status(), 403);

    let desk = demonstration.account(2);
    let written = demonstration.member(0).write(desk, "打印机坏了 The printer is broken");
    let event: Value = serde_json::from_str(&program.next_line()).unwrap();
    assert_eq!(event["EventType"], "isw_user_msg_received");
    assert_eq!((&event["toUser"], &event["msgId"]), (&json!(desk), &json!(written[0])));
    assert_eq!(event["content"], "打印机坏了 The printer is broken");

    // Ctrl-C removes the registration.
    let pid = program.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    assert!(program.child.wait().unwrap().success());
    let token = demonstration.program.token(&demonstration.report["app"]);
    let registered =
        demonstration.program.get_json(&format!("/call_back/get_call_back?access_token={token}"));
    assert_eq!(registered["errcode"], 71_007, "{registered}");
}
