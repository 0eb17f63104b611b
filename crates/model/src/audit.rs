//! The audit trail: who changed what, when, and what it was before. Contents and secrets stay out of it.

use std::{collections::BTreeMap, fmt::Display};

use crate::{
    env::Env,
    error::{Error, Result},
    id::{AppKey, UserId},
    time::Timestamp,
};

/// Characters of a value that the trail keeps.
const VALUE_CHARS: usize = 120;

/// What kind of thing changed.
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
    /// What a service account answers by itself.
    AutoReplies,
    /// A mass send.
    Send,
    /// A comment below an article.
    Comment,
    /// A member.
    Member,
    /// A department.
    Department,
    /// A role.
    Role,
    /// A group of roles.
    RoleGroup,
    /// Which events an app is told, and how.
    Subscription,
    /// Facts that were sent.
    Facts,
    /// An internal group.
    Group,
    /// Something said in a group.
    GroupMessage,
}

impl Subject {
    /// The word stored and shown.
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
            Self::Comment => "comment",
            Self::Member => "member",
            Self::Department => "department",
            Self::Role => "role",
            Self::RoleGroup => "role_group",
            Self::Subscription => "subscription",
            Self::Facts => "facts",
            Self::Group => "group",
            Self::GroupMessage => "group_message",
        }
    }
}

/// Values by field.
pub type Fields = BTreeMap<&'static str, String>;

/// One thing that changed, in short: the fields that differ, long values cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What kind of thing.
    pub subject: Subject,
    /// Which one.
    pub id: String,
    /// What it was; none when it was created.
    pub before: Option<Fields>,
    /// What it is; none when it was removed.
    pub after: Option<Fields>,
}

impl Change {
    /// Something new.
    pub fn created(subject: Subject, id: impl Display) -> Self {
        Self { subject, id: id.to_string(), before: None, after: Some(Fields::new()) }
    }

    /// Something that is another than before.
    pub fn updated(subject: Subject, id: impl Display) -> Self {
        Self { before: Some(Fields::new()), ..Self::created(subject, id) }
    }

    /// Something that is gone.
    pub fn removed(subject: Subject, id: impl Display) -> Self {
        Self { before: Some(Fields::new()), after: None, ..Self::created(subject, id) }
    }

    /// A field that is worth telling of what was created or removed.
    pub fn with(mut self, field: &'static str, value: impl Display) -> Self {
        if let Some(fields) = self.after.as_mut().or(self.before.as_mut()) {
            fields.insert(field, short(&value));
        }
        self
    }

    /// A field that may have changed; one that did not is left out.
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

    /// A field whose values the trail must not keep, or need not: only that it changed is told.
    pub fn hidden<T: PartialEq + ?Sized>(mut self, field: &'static str, before: &T, after: &T) -> Self {
        if before != after
            && let Some(fields) = self.after.as_mut()
        {
            fields.insert(field, "changed".to_owned());
        }
        self
    }

    /// The same of a secret, whose values are not even compared.
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
    /// Whoever may open the data folder, on the command line.
    CommandLine,
    /// The server, on its own time.
    Server,
}

impl Actor {
    /// The kind of actor, and which one of them.
    pub fn kind_and_id(&self) -> (&'static str, &str) {
        match self {
            Self::App(key) => ("app", key.as_str()),
            Self::Member(userid) => ("member", userid.as_str()),
            Self::CommandLine => ("command_line", ""),
            Self::Server => ("server", ""),
        }
    }

    /// The actor of two words.
    pub fn parse(kind: &str, id: &str) -> Result<Self> {
        match kind {
            "app" => Ok(Self::App(AppKey::from(id))),
            "member" => Ok(Self::Member(UserId::from(id))),
            "command_line" => Ok(Self::CommandLine),
            "server" => Ok(Self::Server),
            _ => Err(Error::internal("the kind of actor")),
        }
    }
}

/// By whom, by what, and when a unit of work changed things. Every unit of work has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// The operation's id, or the command.
    pub action: String,
    /// The id of the request; empty when there was none.
    pub request_id: String,
}

impl Signature {
    /// Signs now, for an operation or a command that has no request.
    pub fn new(env: &Env, actor: Actor, action: impl Into<String>) -> Self {
        Self { at: env.now(), actor, action: action.into(), request_id: String::new() }
    }

    /// The server signs, for what it does on its own time. Tests sign in this way.
    pub fn server(env: &Env, action: impl Into<String>) -> Self {
        Self::new(env, Actor::Server, action)
    }

    /// A member signs, for what a page does.
    pub fn member(env: &Env, userid: &UserId, action: impl Into<String>) -> Self {
        Self::new(env, Actor::Member(userid.clone()), action)
    }
}
