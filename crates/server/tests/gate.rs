//! The started program behind limits that come from its configuration.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(data: &Path, variables: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_carillon"))
            .args(["serve", "--listen", "127.0.0.1:0", "--log", "warn", "--data"])
            .arg(data)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.strip_prefix("carillon listening on ").expect("the ready line").trim().to_owned();
        Self { child, url }
    }

    fn get(&self, path: &str, forwarded_for: &str) -> Value {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let request = agent.get(format!("{}{path}", self.url)).header("x-forwarded-for", forwarded_for);
        request.call().unwrap().body_mut().read_json().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn carillon(data: &Path, arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_carillon"))
        .args(arguments)
        .arg("--json")
        .arg("--data")
        .arg(data)
        .output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn limits_come_from_the_environment() {
    let data = TempDir::new().unwrap();
    let variables =
        [("CARILLON_THROTTLE_ADDRESS_CALLS", "2"), ("CARILLON_THROTTLE_TRUSTED_PROXIES", "[\"127.0.0.1\"]")];
    let server = Server::start(data.path(), &variables);
    for _ in 0..2 {
        assert_eq!(server.get("/gettoken", "192.0.2.1")["errcode"], 40035);
    }
    assert_eq!(server.get("/gettoken", "192.0.2.1")["status"], 1111);
    assert_eq!(server.get("/gettoken", "192.0.2.2")["errcode"], 40035);
}

#[test]
fn limits_and_addresses_come_from_the_file() {
    let data = TempDir::new().unwrap();
    let corp = carillon(data.path(), &["corp", "create", "--name", "测试"]);
    let corp = corp["corp_id"].as_str().unwrap();
    let [bound, free] = [(); 2].map(|()| {
        let grant = "qyapi_service_account_manage";
        carillon(data.path(), &["app", "create", "--corp", corp, "--name", "app", "--grant", grant])
    });
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let key = text(&bound["app_key"]);
    // Nobody calls a thousand times in the milliseconds that three calls take, nor from there.
    let file =
        format!("[throttle]\napp_per_second = 1000\nwrapped = false\n[allow]\n{key} = [\"192.0.2.0/24\"]\n");
    std::fs::write(data.path().join("carillon.toml"), file).unwrap();
    let server = Server::start(data.path(), &[]);
    for (app, expected) in [(&bound, json!(88)), (&free, json!(0))] {
        let (key, secret) = (text(&app["app_key"]), text(&app["app_secret"]));
        let token = server.get(&format!("/gettoken?appkey={key}&appsecret={secret}"), "192.0.2.1");
        let list = format!("/topapi/serviceaccount/list?access_token={}", text(&token["access_token"]));
        assert_eq!(server.get(&list, "192.0.2.1")["errcode"], expected);
    }
}

#[test]
fn what_means_nothing_is_refused() {
    let data = TempDir::new().unwrap();
    for file in [
        "[throttle]\nper_second = 1\n",
        "[throttle]\ntrusted_proxies = [\"here\"]\n",
        "[allow]\nkey = [\"10/8/8\"]\n",
    ] {
        std::fs::write(data.path().join("carillon.toml"), file).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_carillon"));
        let output =
            command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data.path()).output().unwrap();
        assert!(!output.status.success(), "{file}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("carillon config"), "{output:?}");
    }
}
