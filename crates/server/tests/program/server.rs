//! The program, started on a data folder.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

pub const MANAGE: &str = "qyapi_service_account_manage";
/// A picture of one pixel.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82";

pub struct Server {
    child: Child,
    pub url: String,
}

impl Server {
    pub fn start(data: &Path) -> Self {
        Self::start_by(&["serve"], data)
    }

    /// By a command that serves, and its own flags.
    pub fn start_by(command: &[&str], data: &Path) -> Self {
        Self::spawn(Command::new(env!("CARGO_BIN_EXE_carillon")).args(command), data)
    }

    /// In an environment.
    pub fn start_with(variables: &[(&str, &str)], data: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_carillon"));
        Self::spawn(command.arg("serve").envs(variables.iter().copied()), data)
    }

    fn spawn(command: &mut Command, data: &Path) -> Self {
        let mut child = command
            .args(["--listen", "127.0.0.1:0", "--log", "warn", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.strip_prefix("carillon listening on ").expect("the ready line").trim().to_owned();
        Self { child, url }
    }

    pub fn post(&self, path: &str, content_type: &str, body: &[u8]) -> (u16, Value) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut response =
            agent.post(format!("{}{path}", self.url)).content_type(content_type).send(body).unwrap();
        (response.status().as_u16(), response.body_mut().read_json().unwrap())
    }

    pub fn json(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.post(path, "application/json", body.to_string().as_bytes());
        assert_eq!(status, 200, "{path} {answer}");
        answer
    }

    pub fn bytes(&self, path: &str) -> Vec<u8> {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        agent.get(format!("{}{path}", self.url)).call().unwrap().body_mut().read_to_vec().unwrap()
    }

    pub fn get(&self, path: &str) -> String {
        String::from_utf8(self.bytes(path)).unwrap()
    }

    pub fn token(&self, app: &Value) -> String {
        let (key, secret) = (app["app_key"].as_str().unwrap(), app["app_secret"].as_str().unwrap());
        let answer: Value =
            serde_json::from_str(&self.get(&format!("/gettoken?appkey={key}&appsecret={secret}"))).unwrap();
        assert_eq!(answer["errcode"], 0, "{answer}");
        assert_eq!(answer["expires_in"], 7200);
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// Whether a member signs in with a password at the inbox.
    pub fn signs_in(&self, userid: &str, password: &str) -> bool {
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
        let agent: ureq::Agent = config.build().into();
        let form = [("userid", userid), ("password", password)];
        let response = agent.post(format!("{}/sign-in", self.url)).send_form(form).unwrap();
        response.status() == 303 && response.headers().contains_key("set-cookie")
    }

    pub fn picture(&self, token: &str) -> String {
        let answer = self.upload(token, "image", "a.png", PNG);
        assert_eq!(answer["errcode"], 0, "{answer}");
        assert_eq!(answer["type"], "image");
        assert!(answer["created_at"].as_i64().unwrap() > 1_700_000_000_000);
        answer["media_id"].as_str().unwrap().to_owned()
    }

    pub fn upload(&self, token: &str, kind: &str, name: &str, content: &[u8]) -> Value {
        let mut body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\n{kind}\r\n--b\r\n\
             Content-Disposition: form-data; name=\"media\"; filename=\"{name}\"\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n--b--\r\n");
        self.post(&format!("/media/upload?access_token={token}"), "multipart/form-data; boundary=b", &body).1
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The end of a test is as good a moment as any for a crash: nothing answered may be lost by it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn carillon(data: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_carillon")).args(arguments).arg("--data").arg(data).output().unwrap()
}

pub fn carillon_json(data: &Path, arguments: &[&str]) -> Value {
    let output = carillon(data, &[arguments, &["--json"]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A data folder with an organisation, and a function that adds apps to it.
pub fn organisation() -> (TempDir, String) {
    let data = TempDir::new().unwrap();
    let corp = carillon_json(data.path(), &["corp", "create", "--name", "测试组织"]);
    (data, corp["corp_id"].as_str().unwrap().to_owned())
}

pub fn app(data: &Path, corp: &str, kind: &str, grants: &str) -> Value {
    let mut arguments = vec!["app", "create", "--corp", corp, "--name", "app", "--type", kind];
    if !grants.is_empty() {
        arguments.extend(["--grant", grants]);
    }
    carillon_json(data, &arguments)
}

pub fn new_account(name: &str, picture: &str) -> Value {
    json!({ "name": name, "avatar_media_id": picture, "desc": "d", "preview_media_id": picture })
}
