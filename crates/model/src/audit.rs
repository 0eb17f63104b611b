//! The audit trail: who changed what, when, and the former values. It contains no message contents and no secrets.

use std::{collections::BTreeMap, fmt::Display};

use crate::{
    env::Env,
    error::{Error, Result},
    id::{AppKey, UserId},
    time::Timestamp,
};

/// The maximum number of characters of a value in the trail.
const VALUE_CHARS: usize = 120;

/// The kind of a changed object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An organisation.
    Corp,
    /// An app, its permissions and its secret.
    App,
    /// A service account.
    Account,
    /// The menu of a service account.
    Menu,
    /// An article.
    Article,
    /// A message card.
    Card,
    /// An uploaded file.
    Media,
    /// The automatic replies of a service account.
    AutoReplies,
    /// A mass send.
    Send,
    /// A send that operators prepare.
    SendDraft,
    /// A comment below an article.
    Comment,
    /// A member.
    Member,
    /// An import of members.
    MemberImport,
    /// A department.
    Department,
    /// A role.
    Role,
    /// A group of roles.
    RoleGroup,
    /// The event subscription of an app.
    Subscription,
    /// Ingested facts.
    Facts,
    /// An internal group.
    Group,
    /// A message in a group.
    GroupMessage,
    /// An operator of the console.
    Operator,
    /// The conversation of a member with a service account.
    Conversation,
    /// An answer that operators saved for their replies.
    SavedAnswer,
    /// A call that an operator tried with an app.
    Trial,
}

impl Subject {
    /// The name, stored and in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Corp => "corp",
            Self::App => "app",
            Self::Account => "service_account",
            Self::Menu => "menu",
            Self::Article => "article",
            Self::Card => "card",
            Self::Media => "media",
            Self::AutoReplies => "auto_replies",
            Self::Send => "send",
            Self::SendDraft => "send_draft",
            Self::Comment => "comment",
            Self::Member => "member",
            Self::MemberImport => "member_import",
            Self::Department => "department",
            Self::Role => "role",
            Self::RoleGroup => "role_group",
            Self::Subscription => "subscription",
            Self::Facts => "facts",
            Self::Group => "group",
            Self::GroupMessage => "group_message",
            Self::Operator => "operator",
            Self::Conversation => "conversation",
            Self::SavedAnswer => "saved_answer",
            Self::Trial => "trial",
        }
    }
}

/// Values by field.
pub type Fields = BTreeMap<&'static str, String>;

/// A change of one object: the fields that differ, with long values truncated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The kind of the object.
    pub subject: Subject,
    /// Its id.
    pub id: String,
    /// The former values; `None` if it was created.
    pub before: Option<Fields>,
    /// The new values; `None` if it was removed.
    pub after: Option<Fields>,
}

impl Change {
    /// A created object.
    pub fn created(subject: Subject, id: impl Display) -> Self {
        Self { subject, id: id.to_string(), before: None, after: Some(Fields::new()) }
    }

    /// A changed object.
    pub fn updated(subject: Subject, id: impl Display) -> Self {
        Self { before: Some(Fields::new()), ..Self::created(subject, id) }
    }

    /// A removed object.
    pub fn removed(subject: Subject, id: impl Display) -> Self {
        Self { before: Some(Fields::new()), after: None, ..Self::created(subject, id) }
    }

    /// Adds a field of a created or removed object.
    pub fn with(mut self, field: &'static str, value: impl Display) -> Self {
        if let Some(fields) = self.after.as_mut().or(self.before.as_mut()) {
            fields.insert(field, short(&value));
        }
        self
    }

    /// Adds a field with its former and new value if they differ.
    pub fn between(mut self, field: &'static str, before: impl Display, after: impl Display) -> Self {
        let (before, after) = (before.to_string(), after.to_string());
        if before != after {
            for (fields, value) in [(&mut self.before, before), (&mut self.after, after)] {
                if let Some(fields) = fields {
                    fields.insert(field, short(&value));
                }
            }
        }
        self
    }

    /// Adds a field without its values if they differ: the trail only says that it changed.
    pub fn hidden<T: PartialEq + ?Sized>(mut self, field: &'static str, before: &T, after: &T) -> Self {
        if before != after
            && let Some(fields) = self.after.as_mut()
        {
            fields.insert(field, "changed".to_owned());
        }
        self
    }

    /// Adds a secret that was replaced, without comparing its values.
    pub fn replaced(self, field: &'static str) -> Self {
        self.hidden(field, &false, &true)
    }
}

fn short(value: &impl Display) -> String {
    let value = value.to_string();
    match value.char_indices().nth(VALUE_CHARS) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value,
    }
}

/// Who made a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// An app, by an operation.
    App(AppKey),
    /// A member, on a page.
    Member(UserId),
    /// An operator with access to the data folder, on the command line.
    CommandLine,
    /// The server itself, in a job.
    Server,
}

impl Actor {
    /// The kind of actor and its id; the id is empty for the command line and the server.
    pub fn kind_and_id(&self) -> (&'static str, &str) {
        match self {
            Self::App(key) => ("app", key.as_str()),
            Self::Member(userid) => ("member", userid.as_str()),
            Self::CommandLine => ("command_line", ""),
            Self::Server => ("server", ""),
        }
    }

    /// Parses the kind and the id of an actor.
    pub fn parse(kind: &str, id: &str) -> Result<Self> {
        match kind {
            "app" => Ok(Self::App(AppKey::from(id))),
            "member" => Ok(Self::Member(UserId::from(id))),
            "command_line" => Ok(Self::CommandLine),
            "server" => Ok(Self::Server),
            _ => Err(Error::internal("unknown kind of actor")),
        }
    }
}

/// The actor, the action and the time of a unit of work. Every unit of work has a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The time of the change.
    pub at: Timestamp,
    /// The actor.
    pub actor: Actor,
    /// The id of the operation, or the command.
    pub action: String,
    /// The id of the request; empty if there is none.
    pub request_id: String,
}

impl Signature {
    /// A signature with the current time and without a request.
    pub fn new(env: &Env, actor: Actor, action: impl Into<String>) -> Self {
        Self { at: env.now(), actor, action: action.into(), request_id: String::new() }
    }

    /// A signature of the server, for jobs and tests.
    pub fn server(env: &Env, action: impl Into<String>) -> Self {
        Self::new(env, Actor::Server, action)
    }

    /// A signature of a member, for the pages.
    pub fn member(env: &Env, userid: &UserId, action: impl Into<String>) -> Self {
        Self::new(env, Actor::Member(userid.clone()), action)
    }
}
