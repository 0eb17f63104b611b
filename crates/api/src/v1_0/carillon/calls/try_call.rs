//! `carillon.calls_try`: calls an operation with the token of an app, which stays in the server. An operation of Carillon.

use carillon_domain::app;
use carillon_model::{
    error::{Error, Result, Rule},
    id::AppKey,
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Caller, CallerKind, Context, Input, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    inner_request::{File, Parameter, Parts},
    reached_members::{self, Reached},
};

/// Bytes of the body of a response that are returned.
const TEXT_BYTES: usize = 512 << 10;
/// Operations that return a secret to apps.
const RETURNS_SECRETS: [&str; 1] = ["events.callback_get"];
/// Bytes of the request: those of a file in base64, or of a body whose every letter is escaped.
const BODY_LIMIT: usize = 8 << 20;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The key of the app (`appKey`), as `carillon.app_list` returns it.
    #[schemars(length(min = 1, max = 128))]
    app_key: AppKey,
    #[serde(flatten)]
    parts: Parts,
    /// The file of an upload; absent for other operations.
    file: Option<File>,
    /// How many members the call reaches, as `carillon.calls_reach` returns it; absent if the operation reaches nobody.
    confirm: Option<u64>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The HTTP status of the response.
    status: u16,
    /// The headers of the response, in their order.
    headers: Vec<Parameter>,
    /// The body of the response as text, at most the first 512 kB of it.
    body: String,
    /// How many bytes the body of the response has.
    size: usize,
    /// Whether `body` lacks the end of the response.
    is_shortened: bool,
    /// Microseconds from the call to its response.
    took_us: u64,
    /// The id of the call, by which `carillon.calls_get` explains it.
    request_id: String,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.calls_try", "/v1.0/carillon/calls/try")
        .title("以应用身份试用接口", "Try an operation with an app")
        .purpose(
            "运营人员在接口文档里试用接口：服务器以所选应用的令牌发起调用，权限、额度、调用记录和错误都与外部调用相同，令牌和密钥不会返回。应用有权限时只有所有者可以试用；会触达成员的调用须先确认人数，触达所有人以及涉及密钥的调用还要求最近十分钟内再次输入过密码。每名运营人员每分钟最多 60 次，每次都写入审计日志。",
            "Lets an operator try an operation: the server calls it with the token of an app, with the rights, limits, journal and errors of a call from outside, and returns neither token nor secret. Only owners can try one with an app that has permissions. A call that reaches members has to confirm their number; one that reaches everybody, or is about secrets, needs the password once more. An operator can try 60 calls a minute, and each is in the audit trail.",
        )
        .callers(&[])
        .roles(&[OperatorRole::Developer])
        .errors(&[Rule::ReauthenticationRequired, Rule::AppDisabled, Rule::TooManyTrials])
        .body_limit(BODY_LIMIT)
        .example(json!({
            "operation": "serviceaccount.list",
            "appKey": "dingappkey0003",
            "query": [{ "name": "pageStart", "value": "1" }],
            "body": "{\"pageSize\":10}",
        }))
        .steps(handle)
}

async fn handle(context: Context, call: Call, input: Input<Request>) -> Result<Response> {
    let Caller::Operator(operator) = &call.caller else {
        return Err(Error::internal("only operators try calls"));
    };
    let Request { app_key, parts, file, confirm } = input.fields;
    let target = super::find(&context, &parts)?;
    let tried = target.operation();
    if !(tried.needs_token && tried.callers.contains(&CallerKind::App)) {
        return Err(Error::invalid("operation", "is not called with the token of an app"));
    }
    let prepared = parts.prepare(tried, file.as_ref(), &call.env)?;
    let is_on_secrets = tried.registers_events || RETURNS_SECRETS.contains(&tried.id);
    let mut needs_password = tried.requires_reauthentication || is_on_secrets;
    if let Some(reaches) = tried.reaches {
        let (fields, caller) = (target.fields(&prepared), call.clone());
        let read = move |tx: &mut Tx<'_>| reached_members::count(tx, &caller, &reaches, fields.as_ref());
        let Reached { members, is_everybody } = context.store.read(call.corp(), read).await?;
        if confirm != Some(members) {
            let reason = format!("must be the number of members that the call reaches, {members}");
            return Err(Error::invalid("confirm", reason));
        }
        needs_password |= is_everybody;
    }
    if needs_password && !operator.is_reauthenticated {
        return Err(Rule::ReauthenticationRequired.into());
    }
    context.dispatcher.count(call.corp(), &operator.signed_in.userid, call.env.now())?;
    let (env, corp, rights, id) = (call.env.clone(), call.corp().clone(), operator.rights.clone(), tried.id);
    let work = move |tx: &mut Tx<'_>| app::begin_trial(tx, &env, &corp, &rights, &app_key, id);
    let token = context.store.write(call.corp(), call.signature(), work).await?;
    let response = target.call(&call, prepared, &token).await?;
    let text = &response.body[..response.body.len().min(TEXT_BYTES)];
    let header = |(name, value)| Parameter { name, value };
    Ok(Response {
        status: response.status,
        headers: response.headers.into_iter().map(header).collect(),
        body: String::from_utf8_lossy(text).into_owned(),
        size: response.body.len(),
        is_shortened: response.body.len() > TEXT_BYTES,
        took_us: u64::try_from(response.took.as_micros()).unwrap_or(u64::MAX),
        request_id: response.request_id,
    })
}
