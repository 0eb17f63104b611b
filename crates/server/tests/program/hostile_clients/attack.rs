//! All attacks at once on a server with few open files: it serves other clients, stays small, and recovers.

mod attackers;

use std::{
    collections::BTreeSet,
    fs,
    io::Write,
    net::TcpStream,
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::{Value, json};
use testkit::{
    browser::Browser,
    file::PNG,
    program::{MANAGE, Program, ProgramFixture},
    receiver::{AES_KEY, Receiver, TOKEN},
    stream_client::{Answer, StreamClient},
};

use super::raw::{connect, read_to_end, wait_until};
use attackers::{Attack, Targets};

/// 128 of them are for connections.
const OPEN_FILES: u32 = 256;
/// The memory that an attack may take in addition to that of an idle server.
const MAX_EXTRA_MEMORY: u64 = 256 << 20;
/// Files that may stay open after the attack: the connections of further reader threads.
const MAX_EXTRA_FILES: usize = 32;
/// The limit of the default configuration.
const LOG_LIMIT: u64 = 64 << 20;
const PICTURE_BYTES: usize = 20 << 20;
/// The number of rounds of the well-behaved client.
const ROUNDS: usize = 8;
/// No rate limits, because the load is intended.
const CONFIG: &str =
    "[send]\ndaily_to_user = 0\ndaily_receivers_factor = 0\n[chat]\nmessages_per_minute = 0\n";

/// An organisation with the participants of the attack.
struct AttackFixture {
    fixture: ProgramFixture,
    /// The account that the well-behaved client sends from.
    unionid: String,
    /// The attackers' apps: three that may upload, and one without permissions.
    uploaders: [Value; 3],
    without_permissions: Value,
    member: Browser,
    attacker: Browser,
    /// A public picture.
    picture: String,
    receiver: Receiver,
    /// The log of the server.
    log: PathBuf,
}

impl AttackFixture {
    fn start() -> Self {
        let mut fixture = ProgramFixture::with_config(CONFIG);
        let app = |grants: &[&str]| {
            let create = ["app", "create", "--corp", &fixture.corp, "--name", "attacker"];
            fixture.command_json(&[&create[..], grants].concat())
        };
        let grants = format!("qyapi_base,{MANAGE},Carillon.Fact.Write");
        let (uploaders, without_permissions) = ([(); 3].map(|()| app(&["--grant", &grants])), app(&[]));
        let unionid = fixture.account("良");
        let (member, attacker) = (fixture.browser("good", 1), fixture.browser("mallory", 1));
        let mut picture = PNG.to_vec();
        picture.resize(PICTURE_BYTES, 7);
        let uploaded = fixture.program().upload(&fixture.token, "image", "a.png", &picture);
        let picture = format!("/media/{}", uploaded["media_id"].as_str().unwrap().replace('@', "%40"));
        let receiver = Receiver::start(&fixture.corp);
        let registration = json!({
            "call_back_tag": ["isw_user_msg_received"], "token": TOKEN, "aes_key": AES_KEY, "url": receiver.url,
        });
        fixture.ok("/call_back/register_call_back", &registration);
        let log = fixture.data.path().join("log");
        fixture.restart_with_few_files(OPEN_FILES, &log);
        let url = fixture.url().to_owned();
        let [member, attacker] = [member, attacker].map(|browser| browser.moved_to(&url));
        Self { fixture, unionid, uploaders, without_permissions, member, attacker, picture, receiver, log }
    }

    fn program(&self) -> &Program {
        self.fixture.program()
    }

    fn attack(&self) -> Attack {
        let token = |app| self.program().token(app);
        Attack::begin(Targets {
            address: self.program().address().parse().unwrap(),
            unionid: self.fixture.unionid.clone(),
            sender: self.fixture.token.clone(),
            uploaders: self.uploaders.each_ref().map(token),
            without_permissions: token(&self.without_permissions),
            cookie: self.attacker.connection().1.to_owned(),
            picture: self.picture.clone(),
        })
    }

    /// Sends a request on a new connection. Returns the status and the body.
    fn request(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> (u16, String) {
        let mut stream = connect(self.program());
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: carillon\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
        let response = read_to_end(&mut stream);
        let (head, body) = response.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{path}: {response:?}"));
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    fn call(&self, path: &str, body: &Value) -> Value {
        let path = format!("{path}?access_token={}", self.fixture.token);
        let json = "Content-Type: application/json\r\n";
        let (status, body) = self.request("POST", &path, json, body.to_string().as_bytes());
        assert_eq!(status, 200, "{path}: {body}");
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["errcode"], 0, "{path}: {body}");
        body
    }

    fn page(&self, path: &str) -> String {
        let cookie = format!("Cookie: {}\r\n", self.member.connection().1);
        let (status, page) = self.request("GET", path, &cookie, b"");
        assert_eq!(status, 200, "{path}: {page}");
        page
    }

    /// A round of the well-behaved client and a member: all responses must be correct.
    fn well_behaved_round(&self, round: usize) {
        assert_eq!(self.request("GET", "/healthz", "", b""), (200, "ok".to_owned()));
        let listed = self.call("/topapi/serviceaccount/list", &json!({}));
        assert_eq!(
            (&listed["total_count"], &listed["items"][1]["name"]),
            (&json!(2), &json!("良")),
            "{listed}"
        );
        let text = format!("round {round}");
        let send = json!({
            "unionid": self.unionid, "is_to_all": false, "userid_list": "good", "msg_type": "text",
            "text_content": text, "uuid": text,
        });
        let task = self.call("/topapi/message/mass/send", &send)["task_id"].as_str().unwrap().to_owned();
        assert!(self.page("/inbox").contains(&text));
        let conversation = format!("/inbox/a/{}", self.unionid);
        assert!(self.page(&conversation).contains(&format!("data-id=\"{task}\"")));
        let cookie = format!(
            "Cookie: {}\r\nContent-Type: multipart/form-data; boundary=b\r\n",
            self.member.connection().1
        );
        let written = format!(
            "--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nanswer {round}\r\n--b--\r\n"
        );
        let path = format!("{conversation}/messages?fragment=messages");
        let (status, messages) = self.request("POST", &path, &cookie, written.as_bytes());
        assert!(status == 200 && messages.contains(&format!("answer {round}")), "{status} {messages}");
    }

    fn log_bytes(&self) -> u64 {
        fs::metadata(self.fixture.data.path().join("carillon.db-wal")).map_or(0, |log| log.len())
    }

    /// Returns true if every stored file has a row.
    fn has_only_files_with_rows(&self) -> bool {
        let database = rusqlite::Connection::open(self.fixture.data.path().join("carillon.db")).unwrap();
        let mut named = database.prepare("SELECT content FROM media").unwrap();
        let named = named.query_map([], |row| row.get(0)).unwrap();
        let named: BTreeSet<String> = named.map(Result::unwrap).collect();
        files_below(&self.fixture.data.path().join("objects")) == named
    }
}

fn files_below(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| {
        if path.is_dir() {
            files_below(&path)
        } else {
            [path.file_name().unwrap().to_str().unwrap().to_owned()].into()
        }
    });
    files.collect()
}

#[test]
fn concurrent_attacks_neither_block_others_nor_exhaust_memory() {
    let fixture = AttackFixture::start();
    let program = fixture.program();
    // The app without permissions listens from before the first event.
    let unpermitted_client =
        StreamClient::start(fixture.fixture.url(), &fixture.without_permissions, |_, _| Answer::Done);
    fixture.well_behaved_round(0);
    // A server in use has read from several threads.
    std::thread::scope(|scope| (0..16).for_each(|_| drop(scope.spawn(|| fixture.page("/inbox")))));
    let (idle, idle_files) = (program.resident(), program.open_files());

    let attack = fixture.attack();
    let mut largest_log = 0;
    for round in 1..=ROUNDS {
        fixture.well_behaved_round(round);
        largest_log = largest_log.max(fixture.log_bytes());
        assert!(program.open_files() <= OPEN_FILES as usize);
    }
    let outcomes = attack.end();
    let more = program.peak_resident().saturating_sub(idle);
    println!("{} MB when idle, {} MB more at most; {largest_log} bytes of the log", idle >> 20, more >> 20);
    println!("{outcomes:#?}");
    assert!(more <= MAX_EXTRA_MEMORY, "{} MB more than when idle", more >> 20);
    assert!(largest_log <= LOG_LIMIT, "{largest_log} bytes of the log");
    attackers::assert_outcomes(&outcomes);

    // The resources of the attack are released.
    wait_until("connections and files are closed", || program.open_files() <= idle_files + MAX_EXTRA_FILES);
    wait_until("the log is empty", || fixture.log_bytes() == 0);
    fixture.well_behaved_round(ROUNDS + 1);
    let (status, report) = fixture.request("GET", "/readyz", "", b"");
    assert_eq!(status, 200, "{report}");
    let apps = fixture.fixture.command_json(&["app", "list"]);
    assert!(apps.to_string().contains("attacker"), "{apps}");
    let audits = fixture.fixture.local("/v1.0/carillon/audits/query", "", &json!({}));
    assert_eq!(audits.0, 200, "{audits:?}");
    assert!(fixture.has_only_files_with_rows());
    // Each message raised an event for the permitted apps only.
    let received: BTreeSet<String> = fixture
        .receiver
        .wait_for(ROUNDS + 2)
        .iter()
        .filter_map(|event| event["content"].as_str().map(str::to_owned))
        .collect();
    let written: BTreeSet<String> = (0..ROUNDS + 2).map(|round| format!("answer {round}")).collect();
    assert_eq!(received, written);
    assert_eq!(unpermitted_client.wait_for(0), Vec::<Value>::new());
    let log = fs::read_to_string(&fixture.log).unwrap();
    assert!(!log.contains("panic"), "{log}");
}

#[test]
fn connections_are_accepted_again_once_files_are_free() {
    let mut fixture = ProgramFixture::start();
    let log = fixture.data.path().join("log");
    fixture.restart_with_few_files(OPEN_FILES, &log);
    let program = fixture.program();
    let started = std::time::Instant::now();
    // Fewer than are open already, so no file can be opened.
    program.limit_open_files(8);
    let request = b"GET /healthz HTTP/1.1\r\nHost: carillon\r\nConnection: close\r\n\r\n";
    let mut waiting: Vec<TcpStream> = (0..20).map(|_| super::raw::send(program, request)).collect();
    std::thread::scope(|scope| {
        let command = scope.spawn(|| fixture.command_json(&["app", "list"]));
        let local = scope.spawn(|| fixture.local("/v1.0/carillon/audits/query", "", &json!({})));
        let messages = ["cannot accept connections", "local requests cannot be accepted"];
        wait_until("nothing can be accepted", || {
            let log = fs::read_to_string(&log).unwrap();
            messages.iter().all(|line| log.contains(line))
        });
        program.limit_open_files(OPEN_FILES);
        assert!(command.join().unwrap().to_string().contains(fixture.key()));
        assert_eq!(local.join().unwrap().0, 200);
    });
    for stream in &mut waiting {
        assert!(read_to_end(stream).ends_with("ok"));
    }
    // The socket of the data folder waits after a failed accept.
    let lines = fs::read_to_string(&log).unwrap();
    let retries = started.elapsed().as_millis() / Duration::from_millis(100).as_millis() + 1;
    let times = lines.matches("local requests cannot be accepted").count();
    assert!(times as u128 <= retries, "{times} times");
    assert!(program.get_json("/readyz")["ready"] == true);
}

#[test]
fn half_a_local_request_does_not_delay_shutdown() {
    let mut fixture = ProgramFixture::start();
    let mut stream = std::os::unix::net::UnixStream::connect(fixture.data.path().join("api.sock")).unwrap();
    stream.write_all(b"POST /v1.0/carillon/audits/query HTTP/1.1\r\n").unwrap();
    // It has been accepted once a later one has a response.
    assert_eq!(fixture.local("/v1.0/carillon/audits/query", "", &json!({})).0, 200);
    assert_eq!(fixture.terminate(), Some(0));
}
