//! `demo.json`: the addresses, ids and secrets that scripts and users of the demonstration need.

use std::{
    fs::OpenOptions,
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use anyhow::{Context, Result};
use carillon_domain::corp::DEMO_PASSWORD;
use carillon_model::{
    group::Group,
    id::{AccountId, AppKey, ConversationId, CorpId, DeptId, RoleId, UserId},
    operator::OperatorRole,
};
use carillon_store::App;
use serde::{Deserialize, Serialize};

use super::people::People;

const FILE: &str = "demo.json";

/// The demonstration as `demo.json` describes it.
#[derive(Serialize, Deserialize)]
pub struct Report {
    /// The URL of the server.
    pub base_url: String,
    corp_id: CorpId,
    app: Credentials,
    admin: Admin,
    #[serde(default)]
    operators: Vec<Operator>,
    members: Vec<Member>,
    departments: Vec<Department>,
    roles: Vec<Role>,
    /// The service accounts.
    pub service_accounts: Vec<ServiceAccount>,
    apps: Vec<ListedApp>,
    #[serde(default)]
    groups: Vec<ListedGroup>,
}

#[derive(Default, Serialize, Deserialize)]
struct Credentials {
    app_key: String,
    app_secret: String,
    agent_id: i64,
}

#[derive(Default, Serialize, Deserialize)]
struct Admin {
    username: String,
    password: String,
}

/// A member with a role in the console.
#[derive(Serialize, Deserialize)]
struct Operator {
    role: OperatorRole,
    userid: UserId,
    password: String,
}

#[derive(Serialize, Deserialize)]
struct Member {
    userid: UserId,
    name: String,
    password: String,
}

#[derive(Serialize, Deserialize)]
struct Department {
    dept_id: DeptId,
    name: String,
}

#[derive(Serialize, Deserialize)]
struct Role {
    role_id: RoleId,
    name: String,
}

/// A service account.
#[derive(Serialize, Deserialize)]
pub struct ServiceAccount {
    pub unionid: AccountId,
    pub name: String,
}

/// A group. The operations of both hosts use the same id.
#[derive(Serialize, Deserialize)]
struct ListedGroup {
    open_conversation_id: ConversationId,
    chat_id: ConversationId,
    name: String,
}

#[derive(Serialize, Deserialize)]
struct ListedApp {
    name: String,
    r#type: String,
    app_key: String,
    app_secret: String,
    grants: Vec<String>,
}

impl Report {
    pub fn new(corp: &CorpId) -> Self {
        Self {
            base_url: String::new(),
            corp_id: corp.clone(),
            app: Credentials::default(),
            admin: Admin::default(),
            operators: Vec::new(),
            members: Vec::new(),
            departments: Vec::new(),
            roles: Vec::new(),
            service_accounts: Vec::new(),
            apps: Vec::new(),
            groups: Vec::new(),
        }
    }

    /// Adds an app. The first one is the main app.
    pub fn add_app(&mut self, app: &App, secret: String) {
        if self.apps.is_empty() {
            let app_key = app.key.to_string();
            self.app = Credentials { app_key, app_secret: secret.clone(), agent_id: app.agent_id };
        }
        self.apps.push(ListedApp {
            name: app.name.clone(),
            r#type: app.app_type.as_str().to_owned(),
            app_key: app.key.to_string(),
            app_secret: secret,
            grants: app.grants.iter().cloned().collect(),
        });
    }

    /// Returns the app that sent the messages of the demonstration.
    pub fn main_app(&self) -> AppKey {
        AppKey::from(self.app.app_key.as_str())
    }

    /// Adds the members. Returns the administrator: the first member.
    pub fn add_people(&mut self, people: &People) -> Option<UserId> {
        let password = || DEMO_PASSWORD.to_owned();
        let admin = people.listed.first().map(|(userid, _)| userid.clone());
        let username = admin.as_ref().map(ToString::to_string).unwrap_or_default();
        self.admin = Admin { username, password: password() };
        let member = |(userid, name): &(UserId, String)| Member {
            userid: userid.clone(),
            name: name.clone(),
            password: password(),
        };
        self.members = people.listed.iter().map(member).collect();
        let department = |(id, name): &(DeptId, String)| Department { dept_id: *id, name: name.clone() };
        self.departments = people.departments.iter().map(department).collect();
        let role = |(id, name): &(RoleId, String)| Role { role_id: *id, name: name.clone() };
        self.roles = people.roles.iter().map(role).collect();
        admin
    }

    /// Sets the operators.
    pub fn add_operators(&mut self, operators: Vec<(OperatorRole, UserId)>) {
        let described = |(role, userid)| Operator { role, userid, password: DEMO_PASSWORD.to_owned() };
        self.operators = operators.into_iter().map(described).collect();
    }

    /// Sets the groups.
    pub fn add_groups(&mut self, groups: Vec<Group>) {
        let described = |group: Group| ListedGroup {
            open_conversation_id: group.id.clone(),
            chat_id: group.id,
            name: group.title,
        };
        self.groups = groups.into_iter().map(described).collect();
    }

    /// Reads the file of a data folder. Returns `None` if it does not exist.
    pub fn read(data: &Path) -> Result<Option<Self>> {
        let path = data.join(FILE);
        match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).with_context(|| {
                format!("{} cannot be read: remove the folder to start again", path.display())
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    /// Replaces the file atomically.
    pub fn write(&self, data: &Path) -> Result<()> {
        let (path, temporary) = (data.join(FILE), data.join("demo.json.new"));
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        write_private(&temporary, &text)
            .and_then(|()| std::fs::rename(&temporary, &path))
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// Returns the text that is printed at the start: addresses, and a command to paste.
    pub fn summary(&self, data: &Path) -> String {
        let url = &self.base_url;
        let Credentials { app_key, app_secret, agent_id } = &self.app;
        let (members, unionid, dept) = (
            self.members
                .iter()
                .take(3)
                .map(|member| format!("{} ({})", member.userid, member.name))
                .collect::<Vec<_>>(),
            self.service_accounts.first().map(|account| account.unionid.to_string()).unwrap_or_default(),
            self.departments.first().map(|department| department.dept_id.0).unwrap_or_default(),
        );
        format!(
            "
收件箱 Inbox       {url}/inbox
管理后台 Console   {url}/console  ({owner})
成员 Members       {members}, …  密码 password: {DEMO_PASSWORD}
企业 corpId        {corp}
应用 App           appKey {app_key}  appSecret {app_secret}  agentId {agent_id}
全部 Everything    {file}
接口 API           {url}/reference

粘贴即可发送 Paste to send a message to a department:

TOKEN=$(curl -s '{url}/gettoken?appkey={app_key}&appsecret={app_secret}' | sed 's/.*\"access_token\":\"\\([^\"]*\\).*/\\1/')
curl -s \"{url}/topapi/message/mass/send?access_token=$TOKEN\" -H 'content-type: application/json' \\
  -d '{{\"unionid\":\"{unionid}\",\"is_to_all\":false,\"dep_id_list\":\"{dept}\",\"msg_type\":\"text\",\"text_content\":\"你好 Hello\",\"uuid\":\"'$(date +%s%N)'\"}}'
",
            members = members.join(", "),
            owner = self.admin.username,
            corp = self.corp_id,
            file = data.join(FILE).display(),
        )
    }
}

/// Writes a file that only its owner can read, because it contains secrets.
fn write_private(path: &Path, text: &[u8]) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text)?;
    file.sync_all()
}
