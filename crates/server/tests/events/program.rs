//! The started program, with an organisation and an app.

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

const GRANTS: &str = "qyapi_base,qyapi_manage_addresslist,qyapi_get_member,qyapi_service_account_manage,\
    qyapi_service_account_menu";

pub struct Program {
    pub data: TempDir,
    pub corp: String,
    pub app: Value,
    pub url: String,
    child: Child,
    settings: Vec<(&'static str, String)>,
}

impl Program {
    /// Starts with environment variables for settings; callbacks on this machine are allowed.
    pub fn start(settings: &[(&'static str, &str)]) -> Self {
        let data = TempDir::new().unwrap();
        let corp = told(data.path(), &["corp", "create", "--name", "测试组织"]);
        let corp = corp["corp_id"].as_str().unwrap().to_owned();
        let app = told(data.path(), &["app", "create", "--corp", &corp, "--name", "app", "--grant", GRANTS]);
        let mut settings: Vec<_> =
            settings.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        settings.push(("CARILLON_DELIVERY_ALLOW", r#"["127.0.0.1"]"#.to_owned()));
        let (child, url) = spawn(data.path(), &settings);
        Self { data, corp, app, url, child, settings }
    }

    /// Ends at once, as a loss of power does, and starts again.
    pub fn crash(&mut self) {
        self.kill();
        (self.child, self.url) = spawn(self.data.path(), &self.settings);
    }

    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end as service managers do; its exit code.
    pub fn terminate(&mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }

    pub fn restart(&mut self) {
        (self.child, self.url) = spawn(self.data.path(), &self.settings);
    }

    pub fn key(&self) -> &str {
        self.app["app_key"].as_str().unwrap()
    }

    pub fn secret(&self) -> &str {
        self.app["app_secret"].as_str().unwrap()
    }

    pub fn token(&self) -> String {
        self.token_of(&self.app)
    }

    pub fn token_of(&self, app: &Value) -> String {
        let (key, secret) = (app["app_key"].as_str().unwrap(), app["app_secret"].as_str().unwrap());
        let answer = self.get(&format!("/gettoken?appkey={key}&appsecret={secret}"));
        answer["access_token"].as_str().unwrap().to_owned()
    }

    pub fn get(&self, path: &str) -> Value {
        agent().get(format!("{}{path}", self.url)).call().unwrap().body_mut().read_json().unwrap()
    }

    /// A legacy operation.
    pub fn call(&self, path: &str, body: &Value) -> Value {
        let separator = if path.contains('?') { '&' } else { '?' };
        let url = format!("{}{path}{separator}access_token={}", self.url, self.token());
        agent().post(url).send_json(body).unwrap().body_mut().read_json().unwrap()
    }

    /// A v1.0 operation: its status and answer.
    pub fn call_v1(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> (u16, Value) {
        let mut request =
            agent().post(format!("{}{path}", self.url)).header("x-acs-dingtalk-access-token", self.token());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = request.send_json(body).unwrap();
        (response.status().as_u16(), response.body_mut().read_json().unwrap())
    }

    /// Replaces something by a v1.0 operation.
    pub fn put(&self, path: &str, body: &Value) {
        let request =
            agent().put(format!("{}{path}", self.url)).header("x-acs-dingtalk-access-token", self.token());
        assert_eq!(request.send_json(body).unwrap().status(), 200, "{path} {body}");
    }

    /// Uploads a picture; its id.
    pub fn upload(&self, content: &[u8]) -> String {
        let head = "--b\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a.gif\"\r\n\r\n";
        let body = [head.as_bytes(), content, b"\r\n--b--\r\n"].concat();
        let url = format!("{}/media/upload?type=image&access_token={}", self.url, self.token());
        let mut answer =
            agent().post(url).content_type("multipart/form-data; boundary=b").send(&body).unwrap();
        let answer: Value = answer.body_mut().read_json().unwrap();
        answer["media_id"].as_str().unwrap().to_owned()
    }

    /// Adds a member: an event.
    pub fn add_member(&self, userid: &str) {
        let body = json!({
            "userid": userid, "name": userid, "dept_id_list": "1", "exclusive_account": true,
            "exclusive_account_type": "dingtalk", "login_id": userid, "init_password": "long enough 1",
        });
        let answer = self.call("/topapi/v2/user/create", &body);
        assert_eq!(answer["errcode"], 0, "{answer}");
    }

    /// Changes a member: an event in the same conversation.
    pub fn rename_member(&self, userid: &str, name: &str) {
        let answer = self.call("/topapi/v2/user/update", &json!({ "userid": userid, "name": name }));
        assert_eq!(answer["errcode"], 0, "{answer}");
    }

    /// The delivery log, newest first.
    pub fn log(&self) -> Vec<Value> {
        let (status, answer) =
            self.call_v1("/v1.0/carillon/event/delivery/list", &[], &json!({ "max_results": 100 }));
        assert_eq!(status, 200, "{answer}");
        answer["events"].as_array().unwrap().clone()
    }

    /// The log once nothing waits any more.
    pub fn settled(&self) -> Vec<Value> {
        for _ in 0..3_000 {
            let log = self.log();
            if log.iter().all(|event| event["state"] != "waiting") {
                return log;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        panic!("something still waits: {:?}", self.log());
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

fn spawn(data: &Path, settings: &[(&'static str, String)]) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_carillon"))
        .args(["serve", "--listen", "127.0.0.1:0", "--log", "warn", "--data"])
        .arg(data)
        .envs(settings.iter().map(|(name, value)| (*name, value.as_str())))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    let url = line.strip_prefix("carillon listening on ").expect("the ready line").trim().to_owned();
    // Nobody listens to what else it says, and it must not wait for that.
    std::thread::spawn(move || output.read_to_end(&mut Vec::new()));
    (child, url)
}

pub fn carillon(data: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_carillon"))
        .args(arguments)
        .args(["--json", "--data"])
        .arg(data)
        .env("CARILLON_DELIVERY_ALLOW", r#"["127.0.0.1"]"#)
        .output()
        .unwrap()
}

pub fn told(data: &Path, arguments: &[&str]) -> Value {
    let output = carillon(data, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
