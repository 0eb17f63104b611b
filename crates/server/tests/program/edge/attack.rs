//! All attacks at once on a server that may open few files: it answers others meanwhile, stays small, and is as before afterwards.

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

use super::raw::{connect, read_to_end, until};
use attackers::{Attack, Targets};

/// Of which connections get 128.
const OPEN_FILES: u32 = 256;
/// More memory than when idle.
const MORE_MEMORY: u64 = 256 << 20;
/// What may be open after the attack beside what was open before: the connections of further threads that read the database.
const MORE_FILES: usize = 32;
/// The limit of the default configuration.
const LOG_LIMIT: u64 = 64 << 20;
const PICTURE_BYTES: usize = 20 << 20;
/// What the client that behaves well does, and how often.
const ROUNDS: usize = 8;
/// Nobody is limited in how much is sent: it is the load that is wanted.
const CONFIG: &str =
    "[send]\ndaily_to_user = 0\ndaily_receivers_factor = 0\n[chat]\nmessages_per_minute = 0\n";

/// An organisation, and who takes part in it.
struct Scene {
    fixture: ProgramFixture,
    /// The account that the good client sends from.
    unionid: String,
    /// The apps of the attackers: three that may upload, and one that may do nothing.
    uploaders: [Value; 3],
    bare: Value,
    member: Browser,
    attacker: Browser,
    /// A public picture.
    picture: String,
    receiver: Receiver,
    /// What the server logs.
    log: PathBuf,
}

impl Scene {
    fn start() -> Self {
        let mut fixture = ProgramFixture::with_config(CONFIG);
        let app = |grants: &[&str]| {
            let create = ["app", "create", "--corp", &fixture.corp, "--name", "attacker"];
            fixture.command_json(&[&create[..], grants].concat())
        };
        let grants = format!("qyapi_base,{MANAGE},Carillon.Fact.Write");
        let (uploaders, bare) = ([(); 3].map(|()| app(&["--grant", &grants])), app(&[]));
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
        Self { fixture, unionid, uploaders, bare, member, attacker, picture, receiver, log }
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
            bare: token(&self.bare),
            cookie: self.attacker.connection().1.to_owned(),
            picture: self.picture.clone(),
        })
    }

    /// A request on a connection of its own; the status and the body.
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

    /// What the client that behaves well and a member do: everything is answered, and rightly.
    fn good_round(&self, round: usize) {
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

    /// Stored files are those that rows name.
    fn has_only_named_files(&self) -> bool {
        let database = rusqlite::Connection::open(self.fixture.data.path().join("carillon.db")).unwrap();
        let mut named = database.prepare("SELECT content FROM media").unwrap();
        let named = named.query_map([], |row| row.get(0)).unwrap();
        let named: BTreeSet<String> = named.map(Result::unwrap).collect();
        files_below(&self.fixture.data.path().join("objects")) == named
    }
}

fn files_below(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let below = entries.flat_map(|path| {
        if path.is_dir() {
            files_below(&path)
        } else {
            [path.file_name().unwrap().to_str().unwrap().to_owned()].into()
        }
    });
    below.collect()
}

#[test]
fn all_attacks_at_once_leave_others_answered_and_the_server_small() {
    let scene = Scene::start();
    let program = scene.program();
    // The app without permissions listens from before the first event on.
    let of_bare = StreamClient::start(scene.fixture.url(), &scene.bare, |_, _| Answer::Done);
    scene.good_round(0);
    // A server that is in use has read from several threads.
    std::thread::scope(|scope| (0..16).for_each(|_| drop(scope.spawn(|| scene.page("/inbox")))));
    let (idle, idle_files) = (program.resident(), program.open_files());

    let attack = scene.attack();
    let mut largest_log = 0;
    for round in 1..=ROUNDS {
        scene.good_round(round);
        largest_log = largest_log.max(scene.log_bytes());
        assert!(program.open_files() <= OPEN_FILES as usize);
    }
    let outcomes = attack.end();
    let more = program.most_resident().saturating_sub(idle);
    println!("{} MB when idle, {} MB more at most; {largest_log} bytes of the log", idle >> 20, more >> 20);
    println!("{outcomes:#?}");
    assert!(more <= MORE_MEMORY, "{} MB more than when idle", more >> 20);
    assert!(largest_log <= LOG_LIMIT, "{largest_log} bytes of the log");
    attackers::check(&outcomes);

    // Everything that the attack took is given back.
    until("connections and files are closed", || program.open_files() <= idle_files + MORE_FILES);
    until("the log is empty", || scene.log_bytes() == 0);
    scene.good_round(ROUNDS + 1);
    let (status, report) = scene.request("GET", "/readyz", "", b"");
    assert_eq!(status, 200, "{report}");
    let apps = scene.fixture.command_json(&["app", "list"]);
    assert!(apps.to_string().contains("attacker"), "{apps}");
    let audits = scene.fixture.local("/v1.0/carillon/audits/query", "", &json!({}));
    assert_eq!(audits.0, 200, "{audits:?}");
    assert!(scene.has_only_named_files());
    // Each message was heard of by whoever may, and by nobody else.
    let heard: BTreeSet<String> = scene
        .receiver
        .have(ROUNDS + 2)
        .iter()
        .filter_map(|event| event["content"].as_str().map(str::to_owned))
        .collect();
    let written: BTreeSet<String> = (0..ROUNDS + 2).map(|round| format!("answer {round}")).collect();
    assert_eq!(heard, written);
    assert_eq!(of_bare.have(0), Vec::<Value>::new());
    let log = fs::read_to_string(&scene.log).unwrap();
    assert!(!log.contains("panic"), "{log}");
}

#[test]
fn what_cannot_be_accepted_while_no_file_is_left_is_served_afterwards() {
    let mut fixture = ProgramFixture::start();
    let log = fixture.data.path().join("log");
    fixture.restart_with_few_files(OPEN_FILES, &log);
    let program = fixture.program();
    let began = std::time::Instant::now();
    // Fewer than are open already: nothing more can be.
    program.limit_open_files(8);
    let request = b"GET /healthz HTTP/1.1\r\nHost: carillon\r\nConnection: close\r\n\r\n";
    let mut waiting: Vec<TcpStream> = (0..20).map(|_| super::raw::send(program, request)).collect();
    std::thread::scope(|scope| {
        let command = scope.spawn(|| fixture.command_json(&["app", "list"]));
        let local = scope.spawn(|| fixture.local("/v1.0/carillon/audits/query", "", &json!({})));
        let says =
            ["cannot accept connections", "commands cannot be accepted", "local requests cannot be accepted"];
        until("nothing can be accepted", || {
            let log = fs::read_to_string(&log).unwrap();
            says.iter().all(|line| log.contains(line))
        });
        program.limit_open_files(OPEN_FILES);
        assert!(command.join().unwrap().to_string().contains(fixture.key()));
        assert_eq!(local.join().unwrap().0, 200);
    });
    for stream in &mut waiting {
        assert!(read_to_end(stream).ends_with("ok"));
    }
    // Each of the three rests after it could not accept.
    let lines = fs::read_to_string(&log).unwrap();
    let rests = began.elapsed().as_millis() / Duration::from_millis(100).as_millis() + 1;
    for line in ["commands cannot be accepted", "local requests cannot be accepted"] {
        let times = lines.matches(line).count();
        assert!(times as u128 <= rests, "{times} times {line}");
    }
    assert!(program.get_json("/readyz")["ready"] == true);
}

#[test]
fn half_a_local_request_does_not_hold_up_the_end() {
    let mut fixture = ProgramFixture::start();
    let mut stream = std::os::unix::net::UnixStream::connect(fixture.data.path().join("api.sock")).unwrap();
    stream.write_all(b"POST /v1.0/carillon/audits/query HTTP/1.1\r\n").unwrap();
    // It has been accepted by the time that another one is answered.
    assert_eq!(fixture.local("/v1.0/carillon/audits/query", "", &json!({})).0, 200);
    assert_eq!(fixture.terminate(), Some(0));
}
