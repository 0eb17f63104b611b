//! The attackers: each runs until the attack ends, from its own addresses.

use std::{
    collections::{BTreeMap, VecDeque},
    io::{self, Write},
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    runtime::Runtime,
    task::JoinSet,
    time::{sleep, timeout},
};

const MB: usize = 1 << 20;
/// The longest wait of an attacker for the server.
const TIMEOUT: Duration = Duration::from_secs(60);
/// Between two connections of an attacker that holds many, so that others get a turn.
const CONNECT_INTERVAL: Duration = Duration::from_millis(2);
/// The connections that one silent or trickling attacker holds.
const HELD_CONNECTIONS: usize = 400;
/// The beginning of a head.
const HEAD: &str = "GET /healthz HTTP/1.1\r\nHost: carillon\r\n";
/// The beginning of a form.
const FORM: &str = "POST /sign-in HTTP/1.1\r\nHost: carillon\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                    Content-Length: 60000\r\n\r\nuserid=";
/// The outcome of a request without a response: the server closed the connection.
const CLOSED: &str = "closed";

/// The number of each outcome, by attack.
pub type Outcomes = BTreeMap<&'static str, BTreeMap<String, u64>>;

/// The ids and secrets that the attackers have.
pub struct Targets {
    pub address: SocketAddr,
    pub unionid: String,
    /// The token of the sending app.
    pub sender: String,
    /// Tokens of apps that may upload and write facts. Each has its share of the budget for bodies.
    pub uploaders: [String; 3],
    /// The token of an app without permissions.
    pub without_permissions: String,
    /// The session cookie of a member.
    pub cookie: String,
    /// The path of a large picture.
    pub picture: String,
}

/// A running attack.
pub struct Attack {
    runtime: Runtime,
    shared: Arc<Shared>,
    attackers: JoinSet<()>,
}

struct Shared {
    targets: Targets,
    outcomes: Mutex<Outcomes>,
    stopping: AtomicBool,
}

impl Attack {
    pub fn begin(targets: Targets) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let shared =
            Arc::new(Shared { targets, outcomes: Mutex::default(), stopping: AtomicBool::new(false) });
        let mut attack = Self { runtime, shared, attackers: JoinSet::new() };
        attack.hold_connections();
        attack.upload();
        attack.drop_bombs();
        attack.send_and_sign_in();
        attack.call_without_permission();
        attack
    }

    /// Ends the attack. Returns the outcomes.
    pub fn end(mut self) -> Outcomes {
        self.shared.stopping.store(true, Ordering::SeqCst);
        self.runtime.block_on(async {
            // A failed assertion of an attacker is one of the test.
            while let Some(ended) = self.attackers.join_next().await {
                ended.unwrap();
            }
        });
        std::mem::take(&mut *self.shared.outcomes.lock().unwrap())
    }

    fn spawn<F: Future<Output = ()> + Send + 'static>(&mut self, start: impl FnOnce(Arc<Shared>) -> F) {
        self.attackers.spawn_on(start(Arc::clone(&self.shared)), self.runtime.handle());
    }

    /// Thousands of silent, trickling and slowly reading connections.
    fn hold_connections(&mut self) {
        let long_head = format!("{HEAD}x: {}", "1".repeat(60_000)).into_bytes();
        let targets = &self.shared.targets;
        let picture = get(&targets.picture, "");
        let documents = get("/openapi.json", "").repeat(40);
        let live_page =
            get("/inbox/events", &format!("Accept: text/event-stream\r\nCookie: {}\r\n", targets.cookie));
        let silent = ["", "GE", HEAD, FORM].map(|beginning| beginning.as_bytes().to_vec());
        for (beginning, from) in silent.into_iter().chain([long_head]).zip(10..) {
            self.spawn(|shared| async move { shared.hold(from, &beginning).await });
        }
        for (request, from) in [picture.clone(), picture, documents, live_page].into_iter().zip(20..) {
            self.spawn(|shared| async move { shared.hold(from, &request).await });
        }
        for (beginning, from) in [HEAD, FORM].into_iter().zip(30..) {
            self.spawn(|shared| async move { shared.trickle(from, beginning.as_bytes()).await });
        }
    }

    /// Uploads that never end, uploads of the same large picture, and pictures that are refused.
    fn upload(&mut self) {
        let targets = &self.shared.targets;
        let ([uploader, other, _], without_permissions) =
            (targets.uploaders.each_ref().map(|one| token(one)), token(&targets.without_permissions));
        let write = format!("/inbox/a/{}/messages", targets.unionid);
        let member = format!("Cookie: {}\r\n", targets.cookie);
        for (query, from) in
            ["".to_owned(), "?access_token=wrong".to_owned(), without_permissions, uploader.clone()]
                .into_iter()
                .zip(40..)
        {
            for _ in 0..4 {
                let query = query.clone();
                self.spawn(|shared| async move { shared.upload_without_end(from, &query).await });
            }
        }
        let mut large = testkit::file::PNG.to_vec();
        large.resize(20 * MB, 7);
        for _ in 0..4 {
            let request = picture(&format!("/media/upload{other}"), "", "media", &large);
            self.spawn(|shared| async move { shared.repeat("same picture", 44, |_| request.clone()).await });
        }
        // 60000 pixels square according to its header; no picture; and a picture that is too large.
        let mut vast = testkit::file::PNG.to_vec();
        vast[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
        large.resize(20 * MB + 1, 7);
        let contents = [vast, b"no picture".to_vec(), large];
        let requests: Vec<Vec<u8>> =
            contents.iter().map(|content| picture(&write, &member, "picture", content)).collect();
        let of_app: Vec<Vec<u8>> = contents
            .iter()
            .map(|content| picture(&format!("/media/upload{uploader}"), "", "media", content))
            .collect();
        for (name, requests, from) in
            [("picture of a member", requests, 45), ("picture of an app", of_app, 46)]
        {
            self.spawn(|shared| async move {
                shared.repeat(name, from, |number| requests[number % requests.len()].clone()).await;
            });
        }
    }

    /// Bodies that grow when they are decompressed or parsed.
    fn drop_bombs(&mut self) {
        let token_of_app = self.shared.targets.uploaders[2].clone();
        let uploader = format!("x-acs-dingtalk-access-token: {token_of_app}\r\n");
        let gzip = gzip_bomb();
        let packed = "Content-Encoding: gzip\r\n";
        let facts = "/v1.0/carillon/facts";
        let of_app = post(facts, &format!("{uploader}{packed}"), &gzip);
        let of_stranger = post("/sign-in", packed, &gzip);
        for _ in 0..4 {
            let request = of_app.clone();
            self.spawn(
                |shared| async move { shared.repeat("gzip of an app", 50, |_| request.clone()).await },
            );
        }
        self.spawn(
            |shared| async move { shared.repeat("gzip of a stranger", 51, |_| of_stranger.clone()).await },
        );

        let list = "/topapi/serviceaccount/list";
        let bombs = [json_bombs(4 * MB - 64), json_bombs(16 << 10)].concat();
        let query = token(&token_of_app);
        let of_app: Vec<Vec<u8>> =
            bombs.iter().map(|bomb| post(&format!("{list}{query}"), "", bomb)).collect();
        let of_stranger: Vec<Vec<u8>> = json_bombs(MB / 2).iter().map(|bomb| post(list, "", bomb)).collect();
        for (name, requests, from) in
            [("JSON of an app", of_app, 52), ("JSON of a stranger", of_stranger, 53)]
        {
            for task in 0..2 {
                let requests = requests.clone();
                self.spawn(|shared| async move {
                    shared
                        .repeat(name, from, |number| requests[(number + task) % requests.len()].clone())
                        .await;
                });
            }
        }
    }

    /// A steady load of writes and sign-in attempts.
    fn send_and_sign_in(&mut self) {
        for sender in 0..3 {
            self.spawn(|shared| async move {
                let path = format!("/topapi/message/mass/send{}", token(&shared.targets.sender));
                let text = |number: usize| {
                    let text = format!("load {sender}-{number}");
                    let send = json!({
                        "unionid": shared.targets.unionid, "is_to_all": true, "msg_type": "text",
                        "text_content": text, "uuid": text,
                    });
                    post(&path, "Content-Type: application/json\r\n", send.to_string().as_bytes())
                };
                // From the address of the well-behaved clients.
                shared.repeat("send", 1, text).await;
            });
        }
        for from in 60..64 {
            self.spawn(|shared| async move {
                let form = |number: usize| {
                    let form = format!("userid=user{}&password=wrong", number % 500);
                    post("/sign-in", "Content-Type: application/x-www-form-urlencoded\r\n", form.as_bytes())
                };
                shared.repeat("sign-in", from, form).await;
            });
        }
    }

    /// An app without permissions, on every channel.
    fn call_without_permission(&mut self) {
        let targets = &self.shared.targets;
        let query = token(&targets.without_permissions);
        let header = format!("x-acs-dingtalk-access-token: {}\r\n", targets.without_permissions);
        let send = json!({
            "unionid": targets.unionid, "is_to_all": true, "msg_type": "text", "text_content": "x", "uuid": "x",
        });
        let callback = json!({
            "call_back_tag": ["isw_user_msg_received"], "token": "token123", "url": "http://127.0.0.1:9/",
            "aes_key": testkit::receiver::AES_KEY,
        });
        let legacy =
            |path: &str, body: &Value| post(&format!("{path}{query}"), "", body.to_string().as_bytes());
        let v1 = |path: &str, body: &Value| post(path, &header, body.to_string().as_bytes());
        let refused = vec![
            legacy("/topapi/serviceaccount/list", &json!({})),
            legacy("/topapi/message/mass/send", &send),
            legacy("/topapi/v2/user/get", &json!({ "userid": "good" })),
            legacy("/call_back/register_call_back", &callback),
            picture(&format!("/media/upload{query}"), "", "media", testkit::file::PNG),
            v1("/v1.0/carillon/audits/query", &json!({})),
            v1("/v1.0/carillon/event/delivery/list", &json!({})),
            v1(
                "/v1.0/carillon/message/mass/progress",
                &json!({ "unionid": targets.unionid, "task_id": "x" }),
            ),
            post(facts_path(), &header, b"{}"),
        ];
        // Addresses and tickets that were not issued to it.
        let forged = vec![
            post(
                "/robot/sendBySession?session=msg1.2.3",
                "",
                br#"{"msgtype":"text","text":{"content":"x"}}"#,
            ),
            get(
                "/connect?ticket=forged",
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
            ),
            get("/inbox", "Connection: close\r\n"),
        ];
        for (name, requests, from) in [("without permission", refused, 70), ("forged", forged, 71)] {
            self.spawn(|shared| async move {
                shared.repeat(name, from, |number| requests[number % requests.len()].clone()).await;
            });
        }
    }
}

impl Shared {
    fn is_running(&self) -> bool {
        !self.stopping.load(Ordering::SeqCst)
    }

    /// Connects from one of the addresses of this machine.
    async fn connect(&self, from: u8) -> io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        // A slow reader has a small receive buffer.
        socket.set_recv_buffer_size(8 << 10)?;
        socket.bind(SocketAddr::new(Ipv4Addr::new(127, 0, 0, from).into(), 0))?;
        timeout(TIMEOUT, socket.connect(self.targets.address)).await?
    }

    /// Opens many connections and holds the newest of them without reading.
    async fn hold(&self, from: u8, beginning: &[u8]) {
        let mut held = VecDeque::new();
        while self.is_running() {
            if let Ok(mut stream) = self.connect(from).await {
                // The server may close it meanwhile, or stop reading.
                let _ = timeout(TIMEOUT, stream.write_all(beginning)).await;
                held.push_back(stream);
                if held.len() > HELD_CONNECTIONS {
                    held.pop_front();
                }
            }
            sleep(CONNECT_INTERVAL).await;
        }
    }

    /// Holds many connections open by sending a byte now and then.
    async fn trickle(&self, from: u8, beginning: &[u8]) {
        let mut held: Vec<TcpStream> = Vec::new();
        while self.is_running() {
            held.retain(|stream| stream.try_write(b"x").is_ok());
            for _ in held.len()..HELD_CONNECTIONS.min(held.len() + 50) {
                if let Ok(mut stream) = self.connect(from).await
                    && stream.write_all(beginning).await.is_ok()
                {
                    held.push(stream);
                }
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Starts uploads of 8 MB and never finishes them.
    async fn upload_without_end(&self, from: u8, query: &str) {
        let head = format!(
            "POST /media/upload{query} HTTP/1.1\r\nHost: carillon\r\nContent-Type: multipart/form-data; boundary=b\r\n\
             Content-Length: {}\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a.png\"\r\n\r\n",
            8 * MB
        );
        let piece = vec![b'x'; 64 << 10];
        while self.is_running() {
            let Ok(mut stream) = self.connect(from).await else { continue };
            let sent = async {
                stream.write_all(head.as_bytes()).await?;
                for _ in 0..7 * MB / piece.len() {
                    stream.write_all(&piece).await?;
                }
                io::Result::Ok(())
            };
            let outcome = match timeout(Duration::from_secs(2), sent).await {
                Ok(Ok(())) => "taken",
                Ok(Err(_)) => CLOSED,
                Err(_) => "stalled",
            };
            self.record("unfinished upload", outcome.to_owned());
            sleep(Duration::from_millis(200)).await;
        }
    }

    /// Sends requests one after the other, each on a new connection, and records the outcomes.
    async fn repeat(&self, name: &'static str, from: u8, request: impl Fn(usize) -> Vec<u8>) {
        for number in 0.. {
            if !self.is_running() {
                return;
            }
            let Ok(mut stream) = self.connect(from).await else { continue };
            let mut response = Vec::new();
            let exchange = async {
                // The server need not read a refused body to its end.
                let _ = stream.write_all(&request(number)).await;
                let _ = stream.read_to_end(&mut response).await;
            };
            assert!(
                timeout(TIMEOUT, exchange).await.is_ok(),
                "{name} {number}: neither a response nor an end"
            );
            self.record(name, outcome(&String::from_utf8_lossy(&response)));
        }
    }

    fn record(&self, name: &'static str, outcome: String) {
        *self.outcomes.lock().unwrap().entry(name).or_default().entry(outcome).or_default() += 1;
    }
}

/// Returns the status of a response and the error code in its body.
fn outcome(response: &str) -> String {
    let Some((head, body)) = response.split_once("\r\n\r\n") else { return CLOSED.to_owned() };
    let status = head.split(' ').nth(1).unwrap_or_default();
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    let code =
        ["sub_code", "errcode", "code"].into_iter().map(|name| &body[name]).find(|code| !code.is_null());
    match code {
        Some(Value::String(code)) => format!("{status} {code}"),
        Some(code) => format!("{status} {code}"),
        None => status.to_owned(),
    }
}

fn facts_path() -> &'static str {
    "/v1.0/carillon/facts"
}

fn token(token: &str) -> String {
    format!("?access_token={token}")
}

fn get(path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: carillon\r\n{headers}\r\n").into_bytes()
}

fn post(path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: carillon\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

/// A form with a picture.
fn picture(path: &str, headers: &str, field: &str, content: &[u8]) -> Vec<u8> {
    let head = format!(
        "--b\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nimage\r\n\
         --b\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"a.png\"\r\n\r\n"
    );
    let headers = format!("{headers}Content-Type: multipart/form-data; boundary=b\r\n");
    post(path, &headers, &[head.as_bytes(), content, b"\r\n--b--\r\n"].concat())
}

/// 64 MB of spaces.
fn gzip_bomb() -> Vec<u8> {
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..64 {
        bomb.write_all(&vec![b' '; MB - 1]).unwrap();
        bomb.write_all(b"\n").unwrap();
    }
    bomb.finish().unwrap()
}

/// JSON of a given size: deep lists and objects, many small values, many fields, a long number, and a long string with escapes.
fn json_bombs(bytes: usize) -> Vec<Vec<u8>> {
    let fields = (0..bytes / 12).map(|number| format!("\"{number:06}\":{{}}")).collect::<Vec<_>>().join(",");
    vec![
        "[".repeat(bytes).into_bytes(),
        "{\"a\":".repeat(bytes / 5).into_bytes(),
        format!("{{\"x\":[{}0]}}", "{},".repeat(bytes / 3)).into_bytes(),
        format!("{{{fields}}}").into_bytes(),
        format!("{{\"pageSize\":1{}}}", "0".repeat(bytes)).into_bytes(),
        format!("{{\"x\":\"{}\"}}", "\\u4e2d".repeat(bytes / 6)).into_bytes(),
    ]
}

/// Asserts that each attack was made and had only expected outcomes. Any request may be refused as overload, and any connection closed
/// to make room.
pub fn assert_outcomes(outcomes: &Outcomes) {
    let expected: [(&str, &[&str]); 12] = [
        ("JSON of a stranger", &["200 40000"]),
        ("JSON of an app", &["200 0", "200 -1", "200 40035", "200 47001"]),
        ("forged", &["200 300001", "303", "401"]),
        ("gzip of a stranger", &["415"]),
        ("gzip of an app", &["400 param.illegal"]),
        ("picture of a member", &["413", "422", "429"]),
        ("picture of an app", &["200 40004", "200 40006"]),
        ("same picture", &["200 0", "200 -1"]),
        ("send", &["200 0"]),
        ("sign-in", &["401", "429"]),
        ("unfinished upload", &["taken", "stalled"]),
        ("without permission", &["200 60011", "403 Forbidden.AccessDenied.AccessTokenPermissionDenied"]),
    ];
    for (name, expected) in expected {
        let outcomes = &outcomes[&name];
        let overload_outcomes = [CLOSED, "200 -1", "503", "503 ServiceUnavailable"];
        for outcome in outcomes.keys() {
            let is_expected =
                expected.contains(&outcome.as_str()) || overload_outcomes.contains(&outcome.as_str());
            assert!(is_expected, "{name}: {outcome}");
        }
        assert!(outcomes.keys().any(|outcome| expected.contains(&outcome.as_str())), "{name}: {outcomes:?}");
    }
}
