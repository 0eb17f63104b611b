//! The program under test: started and called as users do.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::measure;

/// A started `carillon`.
pub struct Program {
    child: Child,
    /// Base URL.
    pub url: String,
    /// Time from the start to the line that says it is ready.
    pub ready_after: Duration,
    agent: ureq::Agent,
    token: String,
}

impl Program {
    /// Starts on a demonstration organisation, which is created if the folder is empty.
    pub fn start(data: &Path, members: u32) -> Result<Self> {
        Self::start_with(data, members, &[])
    }

    /// Starts with environment variables of the configuration.
    pub fn start_with(data: &Path, members: u32, variables: &[(&str, &str)]) -> Result<Self> {
        let program = std::env::current_exe()?.with_file_name("carillon");
        let began = Instant::now();
        let mut child = Command::new(&program)
            .args(["demo", "--listen", "127.0.0.1:0", "--log", "warn", "--members", &members.to_string()])
            .arg("--data")
            .arg(data)
            // Without the daily limit of receivers, which is not measured.
            .env("CARILLON_SEND_DAILY_RECEIVERS_FACTOR", "0")
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        let ready_after = began.elapsed();
        let url = line.trim().strip_prefix("carillon listening on ").context("it did not start")?.to_owned();
        let mut program = Self { child, url, ready_after, agent: ureq::agent(), token: String::new() };
        program.token = program.sign_in(data)?;
        Ok(program)
    }

    fn sign_in(&self, data: &Path) -> Result<String> {
        let demo: Value = serde_json::from_slice(&fs::read(data.join("demo.json"))?)?;
        let text = |pointer: &str| demo.pointer(pointer).and_then(Value::as_str).context("demo.json");
        let (key, secret) = (text("/app/app_key")?, text("/app/app_secret")?);
        let url = format!("{}/gettoken?appkey={key}&appsecret={secret}", self.url);
        let answer: Value = self.agent.get(url).call()?.body_mut().read_json()?;
        Ok(answer["access_token"].as_str().context("no token")?.to_owned())
    }

    /// The address of its listener.
    pub fn socket(&self) -> Result<SocketAddr> {
        Ok(self.url.trim_start_matches("http://").parse()?)
    }

    /// Path and query of an operation, with a token.
    pub fn path(&self, path: &str) -> String {
        format!("/topapi/{path}?access_token={}", self.token)
    }

    /// URL of an operation, with a token.
    pub fn address(&self, path: &str) -> String {
        format!("{}{}", self.url, self.path(path))
    }

    /// Calls an operation that must succeed.
    pub fn call(&self, path: &str, body: &Value) -> Result<Value> {
        let answer: Value = self.agent.post(self.address(path)).send_json(body)?.body_mut().read_json()?;
        if answer["errcode"] != 0 {
            bail!("{path} answers {answer}");
        }
        Ok(answer)
    }

    /// Calls an operation of the v1.0 host by POST that must succeed.
    pub fn call_v1(&self, path: &str, body: &Value) -> Result<Value> {
        let (name, token) = self.token_header();
        let request = self.agent.post(self.address_v1(path)).header(name, token);
        Ok(request.send_json(body)?.body_mut().read_json()?)
    }

    /// Calls an operation of the v1.0 host by GET that must succeed.
    pub fn get_v1(&self, path: &str) -> Result<Value> {
        let (name, token) = self.token_header();
        Ok(self.agent.get(self.address_v1(path)).header(name, token).call()?.body_mut().read_json()?)
    }

    /// URL of an operation of the v1.0 host.
    pub fn address_v1(&self, path: &str) -> String {
        format!("{}/v1.0/{path}", self.url)
    }

    /// The header with the token for the v1.0 host.
    pub fn token_header(&self) -> (&'static str, &str) {
        ("x-acs-dingtalk-access-token", &self.token)
    }

    /// Sends facts, which must all be new.
    pub fn send_facts(&self, lines: &str, count: usize) -> Result<()> {
        let (name, token) = self.token_header();
        let request = self.agent.post(self.address_v1("carillon/facts")).header(name, token);
        let answer: Value = request.send(lines)?.body_mut().read_json()?;
        if answer["added"] != count {
            bail!("facts: {answer}");
        }
        Ok(())
    }

    /// Userids of the demonstration.
    pub fn members(&self, data: &Path) -> Result<Vec<String>> {
        let demo: Value = serde_json::from_slice(&fs::read(data.join("demo.json"))?)?;
        let members = demo["members"].as_array().context("no members")?.iter();
        members.map(|member| Ok(member["userid"].as_str().context("no userid")?.to_owned())).collect()
    }

    /// Adds service accounts like the first one, until there are `wanted`.
    pub fn add_accounts_up_to(&self, wanted: u64) -> Result<()> {
        let listed = self.call("serviceaccount/list", &json!({}))?;
        for number in listed["total_count"].as_u64().context("no count")?..wanted {
            self.add_account(&format!("Account {number}"))?;
        }
        Ok(())
    }

    pub fn add_account(&self, name: &str) -> Result<String> {
        let first = self.call("serviceaccount/list", &json!({ "pageSize": 1 }))?;
        let picture = &first["items"][0]["avatar_media_id"];
        let new = json!({ "name": name, "desc": "An account of a benchmark.", "brief": "benchmark",
                          "avatar_media_id": picture, "preview_media_id": picture });
        let answer = self.call("serviceaccount/add", &new)?;
        Ok(answer["unionid"].as_str().context("no unionid")?.to_owned())
    }

    /// Adds a department with new members, and returns its id.
    pub fn add_department(&self, name: &str, members: usize) -> Result<i64> {
        let new = json!({ "name": name, "parent_id": 1 });
        let dept =
            self.call("v2/department/create", &new)?["result"]["dept_id"].as_i64().context("dept_id")?;
        for number in 0..members {
            let member = json!({ "userid": format!("{dept}-{number}"), "name": format!("成员{number}"),
                                 "mobile": format!("16{number:09}"), "dept_id_list": dept.to_string() });
            self.call("v2/user/create", &member)?;
        }
        Ok(dept)
    }

    /// Resident memory of the process, in megabytes.
    pub fn resident_mb(&self) -> Result<f64> {
        Ok(measure::resident_kb(self.child.id())? / 1024.0)
    }

    /// The process id.
    pub fn process(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
