//! An organisation on a running server: an app that may do everything, a service account, departments and members.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    browser::Browser,
    server::{MANAGE, Server, app, new_account, organisation},
};

/// The password of every member who can sign in.
const PASSWORD: &str = "钟声 carillon";
const GRANTS: [&str; 7] = [
    "qyapi_base",
    MANAGE,
    "qyapi_service_account_menu",
    "qyapi_service_account_materials",
    "qyapi_service_account_message",
    "qyapi_manage_addresslist",
    "Custom.Ding.Send",
];

pub struct Company {
    data: TempDir,
    app: Value,
    /// Only while it runs.
    server: Option<Server>,
    /// Lives longer than any test, crashes included.
    pub token: String,
    pub unionid: String,
}

impl Company {
    pub fn open() -> Self {
        Self::with("")
    }

    /// With a configuration file.
    pub fn with(config: &str) -> Self {
        Self::configured(config, &[])
    }

    /// In an environment.
    pub fn within(variables: &[(&str, &str)]) -> Self {
        Self::configured("", variables)
    }

    fn configured(config: &str, variables: &[(&str, &str)]) -> Self {
        let (data, corp) = organisation();
        std::fs::write(data.path().join("carillon.toml"), config).unwrap();
        let app = app(data.path(), &corp, "internal", &GRANTS.join(","));
        let server = Server::start_with(variables, data.path());
        let token = server.token(&app);
        let mut company = Self { data, app, server: Some(server), token, unionid: String::new() };
        company.unionid = company.account("新闻");
        company
    }

    pub fn server(&self) -> &Server {
        self.server.as_ref().expect("a running server")
    }

    /// Kills the server in whatever it is doing.
    pub fn crash(&mut self) {
        self.server = None;
    }

    pub fn restart(&mut self) {
        self.server = Some(Server::start(self.data.path()));
        assert_eq!(self.server().token(&self.app), self.token, "the token outlives the crash");
    }

    /// Calls an operation of the legacy host.
    pub fn call(&self, path: &str, body: &Value) -> Value {
        self.server().json(&format!("{path}?access_token={}", self.token), body)
    }

    /// Calls one that has to succeed.
    pub fn ok(&self, path: &str, body: &Value) -> Value {
        let answer = self.call(path, body);
        assert_eq!(answer["errcode"], 0, "{path} {body} {answer}");
        answer
    }

    pub fn account(&self, name: &str) -> String {
        let account = new_account(name, &self.server().picture(&self.token));
        self.ok("/topapi/serviceaccount/add", &account)["unionid"].as_str().unwrap().to_owned()
    }

    pub fn department(&self, name: &str, parent: i64) -> i64 {
        let department = json!({ "name": name, "parent_id": parent });
        let made = self.ok("/topapi/v2/department/create", &department);
        made["result"]["dept_id"].as_i64().unwrap()
    }

    /// A member who cannot sign in.
    pub fn member(&self, userid: &str, department: i64) {
        self.ok("/topapi/v2/user/create", &new_member(userid, department));
    }

    /// A member, signed in.
    pub fn browser(&self, userid: &str, department: i64) -> Browser {
        let mut member = new_member(userid, department);
        member["init_password"] = json!(PASSWORD);
        self.ok("/topapi/v2/user/create", &member);
        self.sign_in(userid).expect("signed in")
    }

    pub fn sign_in(&self, userid: &str) -> Option<Browser> {
        Browser::sign_in(&self.server().url, userid, PASSWORD)
    }

    /// A text whose uuid is the text itself.
    pub fn text(&self, text: &str, receivers: &Value) -> Value {
        let mut send = json!({
            "unionid": self.unionid, "is_to_all": false, "msg_type": "text", "text_content": text, "uuid": text,
        });
        send.as_object_mut().unwrap().extend(receivers.as_object().unwrap().clone());
        send
    }

    /// Sends what has to be accepted; answers the task.
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

    /// Calls an operation of the v1.0 host, by POST, that has to succeed.
    pub fn ok_v1(&self, path: &str, body: &Value) -> Value {
        self.ok_v1_by("POST", path, body)
    }

    /// The same by any method.
    pub fn ok_v1_by(&self, method: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = self.call_v1(method, path, body);
        assert_eq!(status, 200, "{path} {body} {answer}");
        answer
    }

    /// Calls an operation of the v1.0 host, by POST, that has to be refused.
    pub fn refused_v1(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.call_v1("POST", path, body);
        assert_ne!(status, 200, "{path} {body} {answer}");
        answer
    }

    fn call_v1(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let config =
            ureq::Agent::config_builder().http_status_as_error(false).allow_non_standard_methods(true);
        let agent: ureq::Agent = config.build().into();
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.server().url))
            .header("content-type", "application/json")
            .header("x-acs-dingtalk-access-token", &self.token);
        let mut response = agent.run(request.body(body.to_string()).unwrap()).unwrap();
        (response.status().as_u16(), response.body_mut().read_json().unwrap())
    }

    /// Calls an operation of the v1.0 host, by PUT, that has to succeed.
    pub fn put(&self, path: &str, body: &Value) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let request = agent.put(format!("{}{path}", self.server().url));
        let request = request.header("x-acs-dingtalk-access-token", &self.token);
        let mut response = request.send_json(body).unwrap();
        let answer = response.body_mut().read_to_string().unwrap();
        assert_eq!(response.status(), 200, "{path} {body} {answer}");
    }

    /// How many have read a send.
    pub fn readers(&self, task: &str) -> u64 {
        self.progress(task)["readers"].as_u64().unwrap()
    }
}

fn new_member(userid: &str, department: i64) -> Value {
    // Every member of an account that the organisation owns can be without a mobile number.
    json!({ "userid": userid, "name": userid, "exclusive_account": true, "dept_id_list": [department] })
}
