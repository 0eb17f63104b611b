//! A server with an account, departments, a role and members.

use std::{cell::Cell, fmt::Write, ops::Deref};

use carillon_domain::contact::{department, role, user};
use carillon_model::{
    audit::Signature,
    contact::{DepartmentProfile, Membership, Profile},
    env::{Env, FixedClock},
    error::Result,
    id::{AccountId, CorpId, DeptId, RoleId, TaskId, UserId},
    message::Message,
    settings::{SendSettings, Settings},
    time::Timestamp,
};
use carillon_store::{SendRow, Tx};
use serde_json::{Value, json};

use testkit::server::{NOW, TestServer};

pub const SEND: &str = "/topapi/message/mass/send";
pub const RECALL: &str = "/topapi/message/mass/recall";

pub struct Fixture {
    server: TestServer,
    pub unionid: String,
    /// `department` has `user1` and `user2`, and its child `below` has `user3`. `user4` is in the root.
    pub department: DeptId,
    pub below: DeptId,
    /// Granted to `user1` and `user4`.
    pub role: RoleId,
    uuids: Cell<u32>,
}

impl Deref for Fixture {
    type Target = TestServer;

    fn deref(&self) -> &TestServer {
        &self.server
    }
}

impl Fixture {
    pub fn open() -> Self {
        Self::with(SendSettings::default())
    }

    pub fn with(send: SendSettings) -> Self {
        Self::with_settings(Settings { send, ..Settings::default() })
    }

    pub fn with_settings(settings: Settings) -> Self {
        let server = TestServer::start_with(settings);
        let unionid = server.account("新闻");
        let (department, below, role) = write_at(&server, 0, |tx, env, corp| {
            let profile = |name: &str| DepartmentProfile { name: name.to_owned(), ..Default::default() };
            let upper = department::create(tx, env, corp, DeptId::ROOT, profile("上"))?.id;
            let below = department::create(tx, env, corp, upper, profile("下"))?.id;
            for (number, dept) in [(1, upper), (2, upper), (3, below), (4, DeptId::ROOT)] {
                let new = user::NewMember {
                    userid: Some(UserId::from(format!("user{number}"))),
                    profile: Profile {
                        name: format!("员{number}"),
                        mobile: format!("1380000000{number}"),
                        ..Default::default()
                    },
                    departments: vec![Membership::ordinary(dept)],
                    password_hash: String::new(),
                };
                user::create(tx, env, corp, new)?;
            }
            let group = role::add_group(tx, env, corp, "组")?;
            let role = role::add(tx, env, corp, group, "职")?;
            role::give(tx, env, corp, &[role], &["user1".into(), "user4".into()])?;
            Ok((upper, below, role))
        })
        .unwrap();
        Self { server, unionid, department, below, role, uuids: Cell::new(0) }
    }

    /// Runs a unit of work at a time some milliseconds before the server's now.
    pub fn write_earlier<T: Send + 'static>(
        &self,
        ms: i64,
        work: impl FnOnce(&mut Tx<'_>, &Env, &CorpId) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        write_at(&self.server, -ms, work)
    }

    pub fn uuid(&self) -> String {
        self.uuids.set(self.uuids.get() + 1);
        format!("uuid{}", self.uuids.get())
    }

    /// A request that sends `fields`, without receivers.
    pub fn request(&self, fields: Value) -> Value {
        let mut request = json!({ "unionid": self.unionid, "is_to_all": false, "uuid": self.uuid() });
        request.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        request
    }

    /// A request that sends a new text.
    pub fn text(&self, fields: Value) -> Value {
        let mut request = self.request(json!({ "msg_type": "text" }));
        request["text_content"] = request["uuid"].clone();
        request.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        request
    }

    /// Sends a request that must be accepted.
    pub fn sent(&self, request: &Value) -> TaskId {
        TaskId::from(self.ok(SEND, request)["task_id"].as_str().unwrap())
    }

    /// Sends as a form: texts as they are, all else as JSON text.
    pub fn sent_as_form(&self, request: &Value) -> TaskId {
        let answer = self.post(SEND, "application/x-www-form-urlencoded", form(request).as_bytes());
        assert_eq!(answer["errcode"], 0, "{answer}");
        TaskId::from(answer["task_id"].as_str().unwrap())
    }

    pub fn row(&self, task: &TaskId) -> SendRow {
        let account = AccountId::from(self.unionid.as_str());
        self.store
            .read_blocking(&self.corp, |tx| tx.send_by_task(&self.corp, &account, task))
            .unwrap()
            .expect("the send")
    }

    pub fn message(&self, task: &TaskId) -> Message {
        self.row(task).message
    }

    /// The numbers of the members who received it: `user1` is 1.
    pub fn audience(&self, task: &TaskId) -> Vec<u32> {
        let seq = self.row(task).seq;
        let audience = self.store.read_blocking(&self.corp, |tx| tx.audience_of(&self.corp, seq)).unwrap();
        audience.iter().map(|member| member.0).collect()
    }

    /// Asserts that a request is refused with a code, and a text that contains each word.
    pub fn refuses(&self, path: &str, request: &Value, code: i64, parts: &[&str]) {
        let answer = self.call(path, request);
        assert_eq!(answer["errcode"], code, "{answer} for {request}");
        assert_eq!(answer.get("task_id"), None);
        for part in parts {
            assert!(answer["errmsg"].as_str().unwrap().contains(part), "no {part} in {answer}");
        }
    }
}

fn write_at<T: Send + 'static>(
    server: &TestServer,
    ms: i64,
    work: impl FnOnce(&mut Tx<'_>, &Env, &CorpId) -> Result<T> + Send + 'static,
) -> Result<T> {
    let env = Env::system(Settings::default(), [7; 32]).with_clock(FixedClock(Timestamp(NOW).plus_ms(ms)));
    let corp = server.corp.clone();
    let signature = Signature::server(&env, "test");
    server.store.write_blocking(&server.corp, signature, move |tx| work(tx, &env, &corp))
}

fn form(request: &Value) -> String {
    let mut form = String::new();
    for (name, value) in request.as_object().unwrap() {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        write!(form, "{name}=").unwrap();
        for byte in value.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => form.push(char::from(byte)),
                b' ' => form.push('+'),
                _ => write!(form, "%{byte:02X}").unwrap(),
            }
        }
        form.push('&');
    }
    form
}
