//! What the journal of calls records of a call: who called what, and why it was refused. The queue in the store takes it; a job writes it.

pub(crate) mod redact;

use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{Arc, LazyLock},
    time::Duration,
};

use axum::http::{header, request::Parts};
use bytes::Bytes;
use carillon_model::{
    env::Env,
    error::Rule,
    id::{AppKey, CorpId},
};
use carillon_store::{App, CallBody, RecordedCall, RecordedCaller, RefusalRow, Store};
use serde_json::Value;

use crate::{
    body::{self, Limits, RawRequest},
    caller::Caller,
    codes::Code,
    context::Context,
    handler::Answered,
    operation::{Dialect, Operation},
    peer::Peer,
};

/// Bytes of an error's text in the journal.
const MESSAGE_BYTES: usize = 512;
/// Bodies up to this size are read again for the ids in them.
const READ_BODY_BYTES: usize = 64 << 10;
/// Ids of a call in the journal, bytes of each, and levels of objects in which they are looked for.
const MAX_IDS: usize = 8;
const ID_BYTES: usize = 256;
const ID_LEVELS: usize = 4;
/// Fields with ids of things that rules are about. None has contents or personal data.
const ID_FIELDS: [&str; 27] = [
    "article_id",
    "articleId",
    "chatbot_id",
    "commentId",
    "dept_id",
    "dept_id_list",
    "deptId",
    "event_type",
    "group_id",
    "groupId",
    "manager_userid",
    "media_id",
    "mediaId",
    "openConversationId",
    "owner",
    "ownerUserId",
    "parent_id",
    "publisherId",
    "role_id",
    "roleId",
    "task_id",
    "taskId",
    "unionid",
    "userid",
    "userid_list",
    "userIds",
    "uuid",
];

/// Calls beyond the limit: under load most of them, so that finding the counter for each would cost more than the rest.
static UNRECORDED: LazyLock<metrics::Counter> =
    LazyLock::new(|| metrics::counter!("carillon_unrecorded_calls_total"));

/// Why a call was refused.
pub(crate) struct Refusal {
    pub code: Code,
    pub cause: Cause,
    /// The field, or what else the cause is about.
    pub detail: String,
    /// Ids in the request by field.
    pub ids: BTreeMap<String, String>,
}

/// What a refused call breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A rule.
    Rule(Rule),
    /// The documented type or limit of a field.
    Field,
    /// Nothing: the server failed.
    Fault,
}

/// A caller of a call that the request pipeline has no [`Caller`] for.
#[derive(Clone, Debug)]
pub(crate) enum KnownCaller {
    /// An app: the call proved it, or named it by a token that has expired.
    App(Arc<App>),
    /// A program with an address to reply to, which belongs to an organisation.
    Webhook(CorpId),
}

/// What the call of a visitor proved.
pub(crate) enum Proven {
    App(AppKey),
    Webhook(CorpId),
}

impl Refusal {
    pub(crate) fn new(code: Code, cause: Cause) -> Self {
        Self { code, cause, detail: String::new(), ids: BTreeMap::new() }
    }
}

impl Cause {
    /// The name in the journal.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rule(rule) => rule.as_str(),
            Self::Field => "field",
            Self::Fault => "fault",
        }
    }

    /// The cause of a name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "field" => Some(Self::Field),
            "fault" => Some(Self::Fault),
            name => Rule::parse(name).map(Self::Rule),
        }
    }
}

impl KnownCaller {
    /// The caller that the call of a visitor proved.
    pub(crate) fn of(context: &Context, proven: Proven) -> Option<Self> {
        match proven {
            Proven::App(key) => context.store.state().apps.get(&key).map(Arc::clone).map(Self::App),
            Proven::Webhook(corp) => Some(Self::Webhook(corp)),
        }
    }
}

/// A call that has been answered.
pub(crate) struct AnsweredCall<'a> {
    /// The id of the operation, and how its codes look.
    pub operation: (&'static str, Dialect),
    pub request: &'a Parts,
    pub request_id: String,
    pub caller: Option<Caller>,
    pub took: Duration,
    /// Whether the path or the method was wrong.
    pub is_unknown: bool,
    /// Its bodies, if they are recorded.
    pub body: Option<CallBody>,
}

/// Records a call in the queue of its organisation.
pub(crate) fn record(store: &Store, env: &Env, call: AnsweredCall<'_>, answered: &mut Answered) {
    let settings = &env.settings.journal;
    let refusal = answered.refusal.take();
    let rows = if refusal.is_some() { settings.refused_rows } else { settings.rows };
    if rows == 0 {
        return;
    }
    let known = answered.known.take();
    let corp = match (&call.caller, &known) {
        (Some(caller), _) => Some(caller.corp().clone()),
        (None, Some(KnownCaller::App(app))) => Some(app.corp.clone()),
        (None, Some(KnownCaller::Webhook(corp))) => Some(corp.clone()),
        (None, None) => None,
    };
    let is_refused = refusal.is_some();
    let recorded = || {
        let caller = match (call.caller, known) {
            (Some(caller), _) => recorded_caller(caller),
            (None, Some(KnownCaller::App(app))) => RecordedCaller::App(app),
            (None, Some(KnownCaller::Webhook(_))) => {
                RecordedCaller::Other { kind: "webhook", id: String::new() }
            }
            (None, None) => RecordedCaller::Other { kind: "unknown", id: String::new() },
        };
        let refusal = refusal.map(|refusal| {
            let path =
                call.is_unknown.then(|| format!("{} {}", call.request.method, call.request.uri.path()));
            Box::new(refusal.into_row(call.operation.1, answered.message.take().unwrap_or_default(), path))
        });
        RecordedCall {
            at: env.now(),
            request_id: call.request_id,
            operation: call.operation.0,
            caller,
            status: answered.status.as_u16(),
            micros: i64::try_from(call.took.as_micros()).unwrap_or(i64::MAX),
            address: Peer::of(&call.request.extensions).map(|peer| kind_of(peer.address)).unwrap_or_default(),
            refusal,
            body: call.body.map(Box::new),
        }
    };
    match corp {
        Some(corp) => {
            if !store.calls().record(&corp, is_refused, settings.per_second, recorded) {
                UNRECORDED.increment(1);
            }
        }
        None => store.calls().record_unknown_caller(recorded()),
    }
}

/// The bodies of a call, if those of the app are recorded.
pub(crate) fn recorded_body(
    context: &Context,
    caller: Option<&Caller>,
    request: &Parts,
    answered: &mut Answered,
) -> Option<CallBody> {
    let app = caller?.app().ok()?;
    let body = std::mem::take(&mut answered.request);
    context.store.calls().bodies_recorded_until(&app.key, context.env.now())?;
    let content_type = request.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    Some(CallBody {
        request: redact::request(request.uri.query(), content_type, body),
        response: redact::response(&answered.body),
    })
}

/// The caller as the journal has it. Members are not named: what a member reads is nobody else's business.
fn recorded_caller(caller: Caller) -> RecordedCaller {
    let kind = caller.kind().as_str();
    match caller {
        Caller::App(app) => RecordedCaller::App(app),
        Caller::Operator(operator) => {
            RecordedCaller::Other { kind, id: operator.signed_in.userid.to_string() }
        }
        Caller::Member(_) | Caller::Local(_) => RecordedCaller::Other { kind, id: String::new() },
    }
}

impl Refusal {
    fn into_row(self, dialect: Dialect, mut message: String, path: Option<String>) -> RefusalRow {
        let code = match dialect {
            Dialect::Legacy => self.code.errcode.to_string(),
            Dialect::V1 => self.code.v1.replace('*', &self.detail),
        };
        message.truncate(message.floor_char_boundary(MESSAGE_BYTES));
        let mut path = path.unwrap_or_default();
        path.truncate(path.floor_char_boundary(MESSAGE_BYTES));
        let (cause, mut detail) = (self.cause.as_str().to_owned(), self.detail);
        detail.truncate(detail.floor_char_boundary(MESSAGE_BYTES));
        RefusalRow { code, message, cause, detail, path, ids: self.ids }
    }
}

fn kind_of(address: IpAddr) -> &'static str {
    let is_private = match address.to_canonical() {
        IpAddr::V4(address) => {
            let carrier_grade = address.octets()[0] == 100 && address.octets()[1] & 0xC0 == 64;
            address.is_private() || address.is_link_local() || carrier_grade
        }
        IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local(),
    };
    match (address.to_canonical().is_loopback(), is_private) {
        (true, _) => "loopback",
        (false, true) => "private",
        (false, false) => "public",
    }
}

/// Returns the ids in a refused request, from its path, its query and its body. The body is parsed once more, so that calls that succeed
/// pay nothing for it.
pub(crate) fn ids_in(operation: &Operation, request: &Parts, body: Bytes) -> BTreeMap<String, String> {
    let mut ids = BTreeMap::new();
    let steps = operation.path.split('/').zip(request.uri.path().split('/'));
    for (name, value) in steps {
        if let Some(name) = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            add_id(&mut ids, name, value);
        }
    }
    if body.len() > READ_BODY_BYTES {
        return ids;
    }
    let content_type = request.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let raw = RawRequest { query: request.uri.query(), content_type, body, formats: body::BodyFormats::All };
    if let Ok(params) = body::parse(&raw, &Limits::default()) {
        for (name, value) in &params.fields {
            collect(&mut ids, name, value, ID_LEVELS);
        }
    }
    ids
}

fn collect(ids: &mut BTreeMap<String, String>, name: &str, value: &Value, levels: usize) {
    match value {
        Value::Object(fields) if levels > 0 => {
            fields.iter().for_each(|(name, value)| collect(ids, name, value, levels - 1));
        }
        Value::String(text) => add_id(ids, name, text),
        Value::Number(number) => add_id(ids, name, &number.to_string()),
        Value::Array(items) => {
            let texts = items.iter().filter_map(|item| match item {
                Value::String(text) => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            });
            let texts: Vec<String> = texts.take(ID_BYTES).collect();
            if !texts.is_empty() {
                add_id(ids, name, &texts.join(","));
            }
        }
        _ => {}
    }
}

fn add_id(ids: &mut BTreeMap<String, String>, name: &str, value: &str) {
    if ids.len() < MAX_IDS && ID_FIELDS.contains(&name) && !value.is_empty() {
        let value = &value[..value.floor_char_boundary(ID_BYTES)];
        ids.entry(name.to_owned()).or_insert_with(|| value.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_of_a_kind() {
        for (address, kind) in [
            ("127.0.0.1", "loopback"),
            ("::1", "loopback"),
            ("::ffff:127.0.0.1", "loopback"),
            ("10.1.2.3", "private"),
            ("192.168.0.1", "private"),
            ("169.254.1.1", "private"),
            ("100.64.0.1", "private"),
            ("100.128.0.1", "public"),
            ("fd00::1", "private"),
            ("fe80::1", "private"),
            ("203.0.113.7", "public"),
            ("2001:db8::1", "public"),
        ] {
            assert_eq!(kind_of(address.parse().expect("an address")), kind, "{address}");
        }
    }

    #[test]
    fn causes_are_parsed_back() {
        for rule in Rule::ALL {
            assert_eq!(Cause::parse(rule.as_str()), Some(Cause::Rule(*rule)));
        }
        for cause in [Cause::Field, Cause::Fault] {
            assert_eq!(Cause::parse(cause.as_str()), Some(cause));
        }
        assert_eq!(Cause::parse("nothing"), None);
    }

    #[test]
    fn ids_are_collected_from_objects_and_nothing_else_is() {
        let mut ids = BTreeMap::new();
        let body = serde_json::json!({
            "unionid": "a", "mobile": "1", "article": { "article_id": 7, "title": "x", "uuid": "u" },
            "userid_list": ["ann", "bob"], "msg": { "image": { "media_id": "长".repeat(200) } },
        });
        for (name, value) in body.as_object().into_iter().flatten() {
            collect(&mut ids, name, value, ID_LEVELS);
        }
        let names: Vec<&str> = ids.keys().map(String::as_str).collect();
        assert_eq!(names, ["article_id", "media_id", "unionid", "userid_list", "uuid"]);
        assert_eq!(ids["userid_list"], "ann,bob");
        assert_eq!(ids["media_id"].len(), 255, "it is cut off between characters");
    }
}
