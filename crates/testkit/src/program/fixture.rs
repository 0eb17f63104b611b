//! An organisation on the started program: an app with many permissions, a service account, departments and
//! members.

use std::{
    io::{Read, Write},
    os::unix::net::UnixStream,
    path::Path,
    process::Output,
};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{MANAGE, Program, agent, app, executable, json_of, new_account, organisation};
use crate::browser::Browser;

/// The password of every member who can sign in.
pub const PASSWORD: &str = "钟声 carillon";
const GRANTS: [&str; 8] = [
    "qyapi_base",
    MANAGE,
    "qyapi_service_account_menu",
    "qyapi_service_account_materials",
    "qyapi_service_account_message",
    "qyapi_manage_addresslist",
    "qyapi_get_member",
    "Custom.Ding.Send",
];

pub struct ProgramFixture {
    pub data: TempDir,
    pub corp: String,
    pub app: Value,
    /// Token of the app. It survives restarts.
    pub token: String,
    pub unionid: String,
    variables: Vec<(String, String)>,
    /// `None` after a crash.
    program: Option<Program>,
}

impl ProgramFixture {
    pub fn start() -> Self {
        Self::with_config("")
    }

    /// Starts with a configuration file.
    pub fn with_config(config: &str) -> Self {
        Self::configured(config, &[])
    }

    /// Starts with environment variables.
    pub fn with_variables(variables: &[(&str, &str)]) -> Self {
        Self::configured("", variables)
    }

    fn configured(config: &str, variables: &[(&str, &str)]) -> Self {
        let (data, corp) = organisation();
        std::fs::write(data.path().join("carillon.toml"), config).unwrap();
        let app = app(data.path(), &corp, "internal", &GRANTS.join(","));
        // The receivers of the tests run on this machine.
        let mut variables = variables.to_vec();
        variables.push(("CARILLON_DELIVERY_ALLOW", r#"["127.0.0.1"]"#));
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut fixture = Self {
            data,
            corp,
            app,
            token: String::new(),
            unionid: String::new(),
            variables: variables.collect(),
            program: None,
        };
        fixture.run();
        fixture.token = fixture.program().token(&fixture.app);
        fixture.unionid = fixture.account("新闻");
        fixture
    }

    fn run(&mut self) {
        let variables: Vec<_> =
            self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.program = Some(Program::start_with(&variables, self.data.path()));
    }

    pub fn program(&self) -> &Program {
        self.program.as_ref().expect("a running program")
    }

    pub fn url(&self) -> &str {
        &self.program().url
    }

    /// Restarts so that the disk can be full: see [`Program::limit_files`].
    pub fn restart_ignoring_file_limits(&mut self) {
        self.kill();
        let variables: Vec<_> =
            self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.program = Some(Program::start_ignoring_file_limits(&variables, self.data.path()));
    }

    /// Restarts with a limit of open files: see [`Program::start_with_few_files`].
    pub fn restart_with_few_files(&mut self, open_files: u32, log: &Path) {
        self.kill();
        let variables: Vec<_> =
            self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.program = Some(Program::start_with_few_files(open_files, log, &variables, self.data.path()));
    }

    /// Kills the program at any moment.
    pub fn kill(&mut self) {
        self.program = None;
    }

    /// Sends SIGTERM, and returns the exit code.
    pub fn terminate(&mut self) -> Option<i32> {
        self.program.take().expect("a running program").terminate()
    }

    /// Starts the program again after it ended.
    pub fn restart(&mut self) {
        self.run();
        assert_eq!(self.program().token(&self.app), self.token, "the token outlives the crash");
    }

    /// Kills the program, as a power failure does, and starts it again.
    pub fn crash(&mut self) {
        self.kill();
        self.restart();
    }

    /// Runs a command in the environment of the program.
    pub fn command(&self, arguments: &[&str]) -> Output {
        let mut command = executable();
        let variables = self.variables.iter().map(|(name, value)| (name, value));
        command.args(arguments).args(["--json", "--data"]).arg(self.data.path()).envs(variables);
        command.output().unwrap()
    }

    /// The JSON output of a command that must succeed.
    pub fn command_json(&self, arguments: &[&str]) -> Value {
        json_of(&self.command(arguments))
    }

    pub fn key(&self) -> &str {
        self.app["app_key"].as_str().unwrap()
    }

    pub fn secret(&self) -> &str {
        self.app["app_secret"].as_str().unwrap()
    }

    /// Calls an operation of the legacy host by GET.
    pub fn get(&self, path: &str) -> Value {
        self.program().get_json(&format!("{path}?access_token={}", self.token))
    }

    /// Calls an operation of the legacy host. The path may have a query.
    pub fn call(&self, path: &str, body: &Value) -> Value {
        let separator = if path.contains('?') { '&' } else { '?' };
        self.program().json(&format!("{path}{separator}access_token={}", self.token), body)
    }

    /// Calls an operation of the legacy host that must succeed.
    pub fn ok(&self, path: &str, body: &Value) -> Value {
        let answer = self.call(path, body);
        assert_eq!(answer["errcode"], 0, "{path} {body} {answer}");
        answer
    }

    pub fn account(&self, name: &str) -> String {
        let account = new_account(name, &self.program().picture(&self.token));
        self.ok("/topapi/serviceaccount/add", &account)["unionid"].as_str().unwrap().to_owned()
    }

    pub fn department(&self, name: &str, parent: i64) -> i64 {
        let department = json!({ "name": name, "parent_id": parent });
        let made = self.ok("/topapi/v2/department/create", &department);
        made["result"]["dept_id"].as_i64().unwrap()
    }

    /// Adds a member who cannot sign in.
    pub fn member(&self, userid: &str, department: i64) {
        self.ok("/topapi/v2/user/create", &new_member(userid, department));
    }

    /// Changes a member. The event is in the same conversation as the one of the creation.
    pub fn rename_member(&self, userid: &str, name: &str) {
        self.ok("/topapi/v2/user/update", &json!({ "userid": userid, "name": name }));
    }

    /// Adds a member who can sign in.
    pub fn member_with_password(&self, userid: &str, department: i64) {
        let mut member = new_member(userid, department);
        member["init_password"] = json!(PASSWORD);
        self.ok("/topapi/v2/user/create", &member);
    }

    /// Adds a member who can sign in, and returns the member's browser, signed in.
    pub fn browser(&self, userid: &str, department: i64) -> Browser {
        self.member_with_password(userid, department);
        self.sign_in(userid).expect("signed in")
    }

    /// The same by the organisation's own sign-in address, which a server with several organisations needs.
    pub fn browser_at(&self, sign_in_path: &str, userid: &str, department: i64) -> Browser {
        self.member_with_password(userid, department);
        let form = [("userid", userid), ("password", PASSWORD)];
        let (browser, status, _) = Browser::signed_out(self.url()).submit_with_cookies(sign_in_path, &form);
        assert_eq!(status, 303, "{userid}");
        browser
    }

    pub fn sign_in(&self, userid: &str) -> Option<Browser> {
        Browser::sign_in(self.url(), userid, PASSWORD)
    }

    /// A send of a text whose uuid is the text.
    pub fn text(&self, text: &str, receivers: &Value) -> Value {
        let mut send = json!({
            "unionid": self.unionid, "is_to_all": false, "msg_type": "text", "text_content": text, "uuid": text,
        });
        send.as_object_mut().unwrap().extend(receivers.as_object().unwrap().clone());
        send
    }

    /// Sends a request that must be accepted, and returns the task id.
    pub fn send(&self, request: &Value) -> String {
        self.ok("/topapi/message/mass/send", request)["task_id"].as_str().unwrap().to_owned()
    }

    pub fn recall(&self, task: &str) {
        self.ok("/topapi/message/mass/recall", &json!({ "unionid": self.unionid, "task_id": task }));
    }

    pub fn progress(&self, task: &str) -> Value {
        let request = json!({ "unionid": self.unionid, "task_id": task });
        self.ok_v1("/v1.0/carillon/message/mass/progress", &request)
    }

    /// The number of members who have read a send.
    pub fn readers(&self, task: &str) -> u64 {
        self.progress(task)["readers"].as_u64().unwrap()
    }

    /// Calls an operation of the v1.0 host by POST that must succeed.
    pub fn ok_v1(&self, path: &str, body: &Value) -> Value {
        self.ok_v1_by("POST", path, body)
    }

    /// Calls an operation of the v1.0 host by any method that must succeed.
    pub fn ok_v1_by(&self, method: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = self.request_v1(method, path, &[], body);
        assert_eq!(status, 200, "{path} {body} {answer}");
        answer
    }

    /// Calls an operation of the v1.0 host by PUT that must succeed.
    pub fn put(&self, path: &str, body: &Value) {
        self.ok_v1_by("PUT", path, body);
    }

    /// Calls an operation of the v1.0 host by POST that must be refused.
    pub fn refused_v1(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.call_v1(path, &[], body);
        assert_ne!(status, 200, "{path} {body} {answer}");
        answer
    }

    /// Calls an operation of the v1.0 host by POST. Returns status and response.
    pub fn call_v1(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> (u16, Value) {
        self.request_v1("POST", path, headers, body)
    }

    fn request_v1(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> (u16, Value) {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url()))
            .header("content-type", "application/json");
        // Another token replaces that of the fixture.
        let own = ("x-acs-dingtalk-access-token", self.token.as_str());
        let is_replaced = headers.iter().any(|(name, _)| *name == own.0);
        for (name, value) in headers.iter().chain((!is_replaced).then_some(&own)) {
            request = request.header(*name, *value);
        }
        let mut response = agent().run(request.body(body.to_string()).unwrap()).unwrap();
        (response.status().as_u16(), response.body_mut().read_json().unwrap())
    }

    /// Calls an operation by the socket in the data folder. Returns status and response.
    pub fn local(&self, path: &str, headers: &str, body: &Value) -> (u16, Value) {
        let (status, body) = self.local_text(path, headers, &body.to_string());
        (status, serde_json::from_str(&body).unwrap())
    }

    /// Sends a text to a path by the socket in the data folder. Returns status and response.
    pub fn local_text(&self, path: &str, headers: &str, body: &str) -> (u16, String) {
        let mut stream = UnixStream::connect(self.data.path().join("api.sock")).unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: local\r\nconnection: close\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n{headers}\r\n",
            body.len()
        );
        stream.write_all((head + body).as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    /// The delivery log, newest first.
    pub fn delivery_log(&self) -> Vec<Value> {
        let log = self.ok_v1("/v1.0/carillon/event/delivery/list", &json!({ "max_results": 100 }));
        log["events"].as_array().unwrap().clone()
    }

    /// Waits until no event is pending, and returns the delivery log.
    pub fn wait_until_delivered(&self) -> Vec<Value> {
        for _ in 0..3_000 {
            let log = self.delivery_log();
            if log.iter().all(|event| event["state"] != "waiting") {
                return log;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        panic!("events still wait: {:?}", self.delivery_log());
    }
}

fn new_member(userid: &str, department: i64) -> Value {
    // An account that the organisation owns needs no mobile number.
    json!({
        "userid": userid, "name": userid, "exclusive_account": true, "exclusive_account_type": "dingtalk",
        "login_id": userid, "dept_id_list": [department],
    })
}
