//! The load: programs, members and unauthorised clients, each at a steady pace.

use std::{
    io::{BufRead, BufReader, ErrorKind, Write},
    net::TcpStream,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, Scope},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use testkit::{
    browser::{Browser, Part},
    file::PNG,
};

/// The interval between two rounds of a client.
const ROUND_INTERVAL: Duration = Duration::from_millis(250);
/// The number of open live pages, and the duration of each.
const LIVE_PAGES: usize = 8;
const LIVE_TIME: Duration = Duration::from_secs(5);
const PICTURE_BYTES: usize = 32 << 10;

/// The server and the credentials of the load.
pub struct Target {
    url: String,
    token: String,
    account: String,
    department: i64,
    members: Vec<String>,
    password: String,
}

impl Target {
    pub fn new(url: &str, token: String, demo: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let members = demo["members"].as_array().unwrap();
        Self {
            url: url.to_owned(),
            token,
            account: text(&demo["service_accounts"][0]["unionid"]),
            department: demo["departments"].as_array().unwrap().last().unwrap()["dept_id"].as_i64().unwrap(),
            members: members.iter().map(|member| text(&member["userid"])).collect(),
            password: text(&members[0]["password"]),
        }
    }

    fn address(&self, path: &str) -> String {
        format!("{}{path}?access_token={}", self.url, self.token)
    }

    fn member(&self, number: usize) -> &str {
        &self.members[number % self.members.len()]
    }

    fn sign_in(&self, number: usize) -> Browser {
        Browser::sign_in(&self.url, self.member(number), &self.password).expect("signed in")
    }
}

pub struct Load {
    target: Target,
    pub requests: AtomicU64,
    pub errors: AtomicU64,
    pub sends: AtomicU64,
    /// Messages of members; each raises an event.
    pub written: AtomicU64,
    first_error: Mutex<Option<String>>,
    stopping: AtomicBool,
}

impl Load {
    pub fn new(target: Target) -> Self {
        let zero = || AtomicU64::new(0);
        Self {
            target,
            requests: zero(),
            errors: zero(),
            sends: zero(),
            written: zero(),
            first_error: Mutex::default(),
            stopping: AtomicBool::new(false),
        }
    }

    pub fn first_error(&self) -> Option<String> {
        self.first_error.lock().unwrap().clone()
    }

    pub fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    /// Starts all clients. They run until [`Load::stop`].
    pub fn start<'s>(&'s self, scope: &'s Scope<'s, '_>) {
        let clients: [fn(&Self); 6] = [
            Self::read,
            Self::send,
            Self::upload,
            Self::use_inbox,
            Self::sign_in_and_out,
            Self::send_refused_requests,
        ];
        for client in clients {
            scope.spawn(move || client(self));
        }
        for number in 0..LIVE_PAGES {
            scope.spawn(move || self.watch(number));
        }
    }

    /// Repeats a round at a steady pace.
    fn repeat(&self, mut round: impl FnMut(usize)) {
        for number in 0.. {
            if self.stopping.load(Ordering::SeqCst) {
                return;
            }
            let started = Instant::now();
            round(number);
            thread::sleep(ROUND_INTERVAL.saturating_sub(started.elapsed()));
        }
    }

    /// Counts a request, and an error if `is_right` is false.
    fn record(&self, description: &str, is_right: bool, answer: impl ToString) {
        self.requests.fetch_add(1, Ordering::SeqCst);
        if !is_right {
            self.errors.fetch_add(1, Ordering::SeqCst);
            self.first_error
                .lock()
                .unwrap()
                .get_or_insert_with(|| format!("{description}: {}", answer.to_string()));
        }
    }

    /// Calls an operation of the legacy host that must return `errcode`.
    fn call(&self, agent: &ureq::Agent, path: &str, body: &Value, errcode: i64) -> Value {
        let response = agent.post(self.target.address(path)).send_json(body);
        match response.and_then(|mut response| response.body_mut().read_json::<Value>()) {
            Ok(answer) => {
                let code = if answer["errcode"] == 88 { &answer["sub_code"] } else { &answer["errcode"] };
                let code = code.as_i64().or_else(|| code.as_str()?.parse().ok());
                self.record(path, code == Some(errcode), &answer);
                answer
            }
            Err(error) => {
                self.record(path, false, error);
                Value::Null
            }
        }
    }

    fn page(&self, browser: &Browser, path: &str) {
        match browser.try_open(path) {
            Ok((status, page)) => self.record(path, status == 200, page),
            Err(error) => self.record(path, false, error),
        }
    }

    /// A program that reads.
    fn read(&self) {
        let agent = agent();
        self.repeat(|number| {
            let account = json!({ "unionid": self.target.account });
            self.call(&agent, "/topapi/serviceaccount/list", &json!({}), 0);
            self.call(&agent, "/topapi/serviceaccount/get", &account, 0);
            self.call(&agent, "/topapi/v2/user/get", &json!({ "userid": self.target.member(number) }), 0);
            self.call(&agent, "/topapi/v2/department/listsub", &json!({}), 0);
        });
    }

    /// A program that sends: to a member, to a department, and now and then to all.
    fn send(&self) {
        let agent = agent();
        self.repeat(|number| {
            let mut receivers = vec![
                ("member", json!({ "userid_list": self.target.member(number), "is_to_all": false })),
                (
                    "department",
                    json!({ "dep_id_list": self.target.department.to_string(), "is_to_all": false }),
                ),
            ];
            if number % 10 == 0 {
                receivers.push(("all", json!({ "is_to_all": true })));
            }
            for (name, receivers) in receivers {
                let text = format!("Soak {number} to {name}");
                let mut send = json!({
                    "unionid": self.target.account, "msg_type": "text", "text_content": text, "uuid": text,
                });
                send.as_object_mut().unwrap().extend(receivers.as_object().unwrap().clone());
                self.call(&agent, "/topapi/message/mass/send", &send, 0);
                self.sends.fetch_add(1, Ordering::SeqCst);
            }
        });
    }

    /// A program that uploads different pictures.
    fn upload(&self) {
        let agent = agent();
        self.repeat(|number| {
            let mut picture = PNG.to_vec();
            picture.resize(PICTURE_BYTES, u8::try_from(number % 251).unwrap());
            picture.extend_from_slice(&number.to_le_bytes());
            let head = "--b\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nimage\r\n--b\r\n\
                        Content-Disposition: form-data; name=\"media\"; filename=\"a.png\"\r\n\r\n";
            let body = [head.as_bytes(), &picture, b"\r\n--b--\r\n"].concat();
            let request = agent.post(self.target.address("/media/upload"));
            let response = request.content_type("multipart/form-data; boundary=b").send(&body);
            match response.and_then(|mut response| response.body_mut().read_json::<Value>()) {
                Ok(answer) => self.record("upload", answer["errcode"] == 0, answer),
                Err(error) => self.record("upload", false, error),
            }
        });
    }

    /// Members who read messages and write.
    fn use_inbox(&self) {
        let browsers: Vec<Browser> = (0..4).map(|number| self.target.sign_in(number)).collect();
        let conversation = format!("/inbox/a/{}", self.target.account);
        self.repeat(|number| {
            let browser = &browsers[number % browsers.len()];
            self.page(browser, "/inbox");
            self.page(browser, &conversation);
            let text = format!("Soak {number}");
            let path = format!("{conversation}/messages?fragment=messages");
            let (status, _, messages) = browser.submit_parts(&path, &[Part::text("text", &text)], &[]);
            self.record("write", status == 200 && messages.contains(&text), messages);
            self.written.fetch_add(1, Ordering::SeqCst);
        });
    }

    fn sign_in_and_out(&self) {
        self.repeat(|number| {
            let browser = self.target.sign_in(number);
            self.page(&browser, "/inbox");
            browser.sign_out();
            let (status, page) = browser.open("/inbox");
            self.record("signed out", status == 303, page);
        });
    }

    /// Requests that must be refused.
    fn send_refused_requests(&self) {
        let agent = agent();
        let browser = self.target.sign_in(5);
        self.repeat(|number| {
            let unknown = json!({ "unionid": "nobody", "msg_type": "text", "text_content": "x", "uuid": number.to_string() });
            let answer = self.call(&agent, "/topapi/no/such", &json!({}), 22);
            assert!(answer.is_object());
            let refused = agent.post(self.target.address("/topapi/message/mass/send")).send_json(&unknown);
            let refused: Value = refused.unwrap().body_mut().read_json().unwrap();
            self.record("unknown account", refused["errcode"] != 0, refused);
            let wrong = format!("{}/topapi/serviceaccount/list?access_token=wrong", self.target.url);
            let wrong: Value = agent.post(wrong).send_json(json!({})).unwrap().body_mut().read_json().unwrap();
            self.record("wrong token", wrong["errcode"] != 0, wrong);
            let status = browser.try_sign_in(self.target.member(number), "wrong password");
            self.record("wrong password", status == 401, status);
            let (status, page) = browser.open("/inbox/a/nobody");
            self.record("no such account", status == 404, page);
        });
    }

    /// A live page that is reopened every few seconds and receives events of sends.
    fn watch(&self, number: usize) {
        let browser = self.target.sign_in(number);
        let (address, cookie) = browser.connection();
        while !self.stopping.load(Ordering::SeqCst) {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
            let request = format!(
                "GET /inbox/events HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\nCookie: {cookie}\r\n\r\n"
            );
            stream.write_all(request.as_bytes()).unwrap();
            let (mut page, mut received) = (BufReader::new(stream), String::new());
            let started = Instant::now();
            while started.elapsed() < LIVE_TIME && !self.stopping.load(Ordering::SeqCst) {
                match page.read_line(&mut received) {
                    Ok(0) => break,
                    Ok(_) => {}
                    Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                    Err(error) => panic!("a live page ends with {error}"),
                }
            }
            let is_right = received.starts_with("HTTP/1.1 200")
                && (started.elapsed() < LIVE_TIME || received.contains("event: "));
            self.record("live page", is_right, received);
        }
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}
