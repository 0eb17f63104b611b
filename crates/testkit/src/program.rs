//! The started program on a data folder, and its commands.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::file::PNG;

mod fixture;
pub use fixture::{PASSWORD, ProgramFixture};

pub const MANAGE: &str = "qyapi_service_account_manage";

pub struct Program {
    child: Child,
    pub url: String,
}

impl Program {
    pub fn start(data: &Path) -> Self {
        Self::start_command(&["serve"], data)
    }

    /// Starts a command that serves, with its own flags.
    pub fn start_command(command: &[&str], data: &Path) -> Self {
        Self::spawn(executable().args(command), data)
    }

    pub fn start_with(variables: &[(&str, &str)], data: &Path) -> Self {
        Self::spawn(executable().arg("serve").envs(variables.iter().copied()), data)
    }

    /// Starts so that a write beyond the limit of [`Program::limit_files`] fails instead of ending the process.
    pub fn start_ignoring_file_limits(variables: &[(&str, &str)], data: &Path) -> Self {
        let mut command = without_settings(Command::new("sh"));
        command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(executable().get_program()).arg("serve");
        Self::spawn(command.envs(variables.iter().copied()), data)
    }

    /// Starts with a limit of open files, soft and hard, and writes the log to a file.
    pub fn start_with_few_files(
        open_files: u32,
        log: &Path,
        variables: &[(&str, &str)],
        data: &Path,
    ) -> Self {
        let mut command = without_settings(Command::new("prlimit"));
        command.arg(format!("--nofile={open_files}")).arg(executable().get_program()).arg("serve");
        Self::spawn(command.envs(variables.iter().copied()).stderr(File::create(log).unwrap()), data)
    }

    /// Sets the soft limit of open files while the program runs, at most to the hard limit.
    pub fn limit_open_files(&self, open_files: u32) {
        let (pid, limit) = (self.id().to_string(), format!("--nofile={open_files}:"));
        assert!(Command::new("prlimit").args(["--pid", &pid, &limit]).status().unwrap().success());
    }

    /// The number of open files, sockets included.
    pub fn open_files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.id())).unwrap().count()
    }

    /// Resident memory in bytes.
    pub fn resident(&self) -> u64 {
        self.memory("VmRSS:")
    }

    /// Peak of resident memory in bytes.
    pub fn peak_resident(&self) -> u64 {
        self.memory("VmHWM:")
    }

    fn memory(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
    }

    /// Limits the size of files that the program writes, as if the disk were full. `unlimited` removes the limit.
    pub fn limit_files(&self, bytes: &str) {
        let pid = self.id().to_string();
        let limit = format!("--fsize={bytes}:unlimited");
        assert!(Command::new("prlimit").args(["--pid", &pid, &limit]).status().unwrap().success());
    }

    /// Starts a command of the caller that ends in `serve`.
    pub fn spawn(command: &mut Command, data: &Path) -> Self {
        let mut child = command
            .args(["--listen", "127.0.0.1:0", "--log", "warn", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let url = line.strip_prefix("carillon listening on ").expect("the ready line").trim().to_owned();
        // Reads the rest of the output, so that the program never blocks on a full pipe.
        std::thread::spawn(move || output.read_to_end(&mut Vec::new()));
        Self { child, url }
    }

    /// The id of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The host and port.
    pub fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// Sends SIGTERM, and returns the exit code.
    pub fn terminate(&mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }

    pub fn post(&self, path: &str, content_type: &str, body: &[u8]) -> (u16, Value) {
        let mut response =
            agent().post(format!("{}{path}", self.url)).content_type(content_type).send(body).unwrap();
        (response.status().as_u16(), response.body_mut().read_json().unwrap())
    }

    pub fn json(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.post(path, "application/json", body.to_string().as_bytes());
        assert_eq!(status, 200, "{path} {answer}");
        answer
    }

    pub fn bytes(&self, path: &str) -> Vec<u8> {
        agent().get(format!("{}{path}", self.url)).call().unwrap().body_mut().read_to_vec().unwrap()
    }

    pub fn get(&self, path: &str) -> String {
        String::from_utf8(self.bytes(path)).unwrap()
    }

    pub fn get_json(&self, path: &str) -> Value {
        serde_json::from_slice(&self.bytes(path)).unwrap()
    }

    pub fn token(&self, app: &Value) -> String {
        let (key, secret) = (app["app_key"].as_str().unwrap(), app["app_secret"].as_str().unwrap());
        let answer = self.get_json(&format!("/gettoken?appkey={key}&appsecret={secret}"));
        assert_eq!(answer["errcode"], 0, "{answer}");
        assert_eq!(answer["expires_in"], 7200);
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// Returns whether a member can sign in to the inbox with a password.
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

impl Drop for Program {
    fn drop(&mut self) {
        // Every test ends with a crash of the program, which must lose nothing.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program of the package under test.
pub fn executable() -> Command {
    // Cargo sets this for the tests of the package that has the program.
    let program = std::env::var_os("CARGO_BIN_EXE_carillon").expect("run by cargo test -p carillon-server");
    without_settings(Command::new(program))
}

/// Removes the `CARILLON_` variables of the test environment: the program would refuse unknown ones.
pub fn without_settings(mut command: Command) -> Command {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARILLON_") {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a command to its end.
pub fn carillon(data: &Path, arguments: &[&str]) -> Output {
    executable().args(arguments).arg("--data").arg(data).output().unwrap()
}

/// The JSON output of a command that must succeed.
pub fn carillon_json(data: &Path, arguments: &[&str]) -> Value {
    json_of(&carillon(data, &[arguments, &["--json"]].concat()))
}

fn json_of(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A data folder with an organisation, and its id.
pub fn organisation() -> (TempDir, String) {
    let data = TempDir::new().unwrap();
    let corp = carillon_json(data.path(), &["corp", "create", "--name", "测试组织"]);
    (data, corp["corp_id"].as_str().unwrap().to_owned())
}

/// Creates an app. `grants` are permissions, separated by commas.
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

/// A client that accepts any status and any method.
fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder().http_status_as_error(false).allow_non_standard_methods(true);
    config.build().into()
}
