//! What holds now of the rule that a call broke: whether the permission is granted, when the token expired, how high the limit is.

use carillon_domain::operator;
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, AppKey, UserId},
    permission::Permission,
    time::Timestamp,
};
use carillon_store::{App, AuditFilter, StorageScope, Tx};

use super::{Sentence, Subject, sentence};
use crate::{
    journal::Cause,
    limits::{self, Limit},
};

/// Changes of an app in the audit trail that are searched for a granted permission.
const SEARCHED_CHANGES: i64 = 50;

pub(super) fn sentences(tx: &mut Tx<'_>, of: &Subject<'_>, cause: Cause) -> Result<Vec<Sentence>> {
    let detail = of.refusal.detail.as_str();
    let Cause::Rule(rule) = cause else {
        return Ok(if cause == Cause::Field && !detail.is_empty() {
            vec![sentence(format!("字段：{detail}。"), format!("The field: {detail}."))]
        } else {
            Vec::new()
        });
    };
    let settings = &of.env.settings;
    Ok(match rule {
        Rule::PermissionDenied => permissions(tx, of)?,
        Rule::RoleDenied => roles(tx, of)?,
        Rule::TokenInvalid => token(tx, of),
        Rule::AddressNotAllowed if !detail.is_empty() => {
            vec![sentence(format!("调用来自地址 {detail}。"), format!("The call came from {detail}."))]
        }
        Rule::AppThrottled | Rule::OperationThrottled => vec![sentence(
            format!("当时的限制：每秒 {detail} 次。"),
            format!("The limit was {detail} calls a second."),
        )],
        Rule::MonthUsedUp => month(tx, of)?,
        Rule::UnknownOperation | Rule::WrongMethod | Rule::GetNeeded => path(of),
        Rule::DailyReceiversUsedUp => {
            let members = tx.state().corp(of.corp)?.everyone.len();
            let limit = members.saturating_mul(settings.send.daily_receivers_factor);
            vec![sentence(
                format!(
                    "现在的上限：{members} 名成员 × {}，即每天 {limit} 人次。",
                    settings.send.daily_receivers_factor
                ),
                format!(
                    "The limit now: {members} members times {}, which is {limit} a day.",
                    settings.send.daily_receivers_factor
                ),
            )]
        }
        Rule::StorageFull => storage(tx, of)?,
        Rule::CallbackExists | Rule::CallbackMissing => callback(tx, of)?,
        Rule::DingNotAgreed | Rule::DingAccountMissing => ding(tx, of)?,
        rule => limits::of_rule(rule).map(|limit| sentence_of(limit, limit.value(settings))).collect(),
    })
}

fn app(tx: &Tx<'_>, of: &Subject<'_>) -> Option<std::sync::Arc<App>> {
    tx.state().apps.get(&AppKey::from(of.call.caller_id.as_str())).filter(|app| app.corp == *of.corp).cloned()
}

fn sentence_of(limit: &Limit, value: u64) -> Sentence {
    let key = limit.setting.rsplit('.').next().unwrap_or_default();
    if value == 0 {
        sentence(
            format!("现在没有这项限制（{key} = 0）。"),
            format!("There is no such limit now ({key} = 0)."),
        )
    } else {
        sentence(format!("现在的限制：{key} = {value}。"), format!("The limit now: {key} = {value}."))
    }
}

/// Which of the needed permissions the app has now, and since when.
fn permissions(tx: &mut Tx<'_>, of: &Subject<'_>) -> Result<Vec<Sentence>> {
    let Some(app) = app(tx, of) else {
        return Ok(vec![sentence("应用已不存在。", "The app does not exist any more.")]);
    };
    let mut sentences = Vec::new();
    if let Some(operation) = of.catalog.get(&of.call.operation)
        && !operation.app_types.contains(&app.app_type)
    {
        let types: Vec<&str> = operation.app_types.iter().map(|one| one.as_str()).collect();
        let (own, types) = (app.app_type.as_str(), types.join(", "));
        sentences.push(sentence(
            format!("应用的类型是 {own}，这个接口只支持：{types}。"),
            format!("The app is of type {own}. The operation is for: {types}."),
        ));
    }
    for code in of.refusal.detail.split(',').filter(|code| !code.is_empty()) {
        let name = Permission::ALL.iter().find(|permission| permission.code == code);
        let (zh, en) = name.map_or((code, code), |permission| (permission.name_zh, permission.name_en));
        if !app.grants.contains(code) {
            sentences.push(sentence(
                format!("应用“{}”现在仍没有权限 {code}（{zh}）。", app.name),
                format!("The app {} still lacks the permission {code} ({en}).", app.name),
            ));
        } else if let Some(at) = granted_at(tx, of, &app.key, code)? {
            let at = of.time(at);
            sentences.push(sentence(
                format!("权限 {code}（{zh}）已在 {at} 授予，现在可以重试。"),
                format!("The permission {code} ({en}) was granted at {at}: try again."),
            ));
        } else {
            sentences.push(sentence(
                format!("应用现在有权限 {code}（{zh}）。"),
                format!("The app has the permission {code} ({en}) now."),
            ));
        }
    }
    Ok(sentences)
}

/// Which roles would do, and which the operator has now.
fn roles(tx: &mut Tx<'_>, of: &Subject<'_>) -> Result<Vec<Sentence>> {
    let needed = &of.refusal.detail;
    let needed = (!needed.is_empty()).then(|| {
        sentence(format!("需要以下角色之一：{needed}。"), format!("One of these roles is needed: {needed}."))
    });
    let Some(member) = tx.member_no(of.corp, &UserId::from(of.call.caller_id.as_str()))? else {
        return Ok(needed.into_iter().collect());
    };
    let rights = operator::text(&operator::rights(tx, of.env, of.corp, member)?);
    let held = if rights.is_empty() {
        sentence("这名成员现在没有角色。", "The member has no role now.")
    } else {
        sentence(format!("这名成员现在的角色：{rights}。"), format!("The roles of the member now: {rights}."))
    };
    Ok(needed.into_iter().chain([held]).collect())
}

/// When a permission was granted after the call, by the audit trail.
fn granted_at(tx: &mut Tx<'_>, of: &Subject<'_>, key: &AppKey, code: &str) -> Result<Option<Timestamp>> {
    let filter = AuditFilter {
        subject: "app".to_owned(),
        subject_id: key.to_string(),
        from: Some(of.call.at),
        ..AuditFilter::default()
    };
    let changes = tx.audits(of.corp, &filter, i64::MAX, SEARCHED_CHANGES)?;
    let has = |fields: &Option<String>| fields.as_ref().is_some_and(|fields| fields.contains(code));
    Ok(changes
        .into_iter()
        .find(|change| has(&change.after) && !has(&change.before))
        .map(|change| change.signature.at))
}

/// When the token expired, and whether the app has another one.
fn token(tx: &Tx<'_>, of: &Subject<'_>) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    if let Ok(expired) = of.refusal.detail.parse() {
        let at = of.time(Timestamp(expired));
        sentences.push(sentence(format!("令牌已在 {at} 过期。"), format!("The token expired at {at}.")));
    }
    let key = AppKey::from(of.call.caller_id.as_str());
    let current = tx.state().tokens.values().find(|token| token.app_key == key);
    sentences.extend(current.filter(|token| token.expires_at > of.env.now()).map(|token| {
        let until = of.time(token.expires_at);
        sentence(
            format!("应用之后取得了新的令牌，有效期到 {until}。"),
            format!("The app has got a token since, which is valid until {until}."),
        )
    }));
    sentences
}

fn month(tx: &mut Tx<'_>, of: &Subject<'_>) -> Result<Vec<Sentence>> {
    let day = tx.state().corp(of.corp)?.day_of(of.env.now())?;
    let calls = tx.calls_of_month(of.corp, i64::from(day.0 / 100))?;
    let limit = &of.refusal.detail;
    Ok(vec![sentence(
        format!("组织本月已调用 {calls} 次，当时的上限是 {limit} 次。"),
        format!("The organisation has made {calls} calls this month. The limit was {limit}."),
    )])
}

/// Which methods a path has, or which path is near.
fn path(of: &Subject<'_>) -> Vec<Sentence> {
    let Some((method, path)) = of.refusal.path.split_once(' ') else { return Vec::new() };
    let requested =
        sentence(format!("请求的是 {method} {path}。"), format!("The request was {method} {path}."));
    let found = of.catalog.at(path);
    let other = if found.is_empty() {
        let nearest = of.catalog.nearest_path(path);
        nearest.map(|path| sentence(format!("是不是 {path}？"), format!("Perhaps {path} is meant.")))
    } else {
        let methods: Vec<&str> = found.iter().map(|entry| entry.method.as_str()).collect();
        let methods = methods.join(", ");
        Some(sentence(
            format!("这个路径支持的方法：{methods}。"),
            format!("The path is called by {methods}."),
        ))
    };
    std::iter::once(requested).chain(other).collect()
}

fn storage(tx: &mut Tx<'_>, of: &Subject<'_>) -> Result<Vec<Sentence>> {
    let files = &of.env.settings.files;
    let scopes = [
        (StorageScope::App(AppKey::from(of.call.caller_id.as_str())), "应用", "The app", files.app_megabytes),
        (StorageScope::Organisation, "组织", "The organisation", files.organisation_megabytes),
    ];
    let mut sentences = Vec::new();
    for (scope, zh, en, limit) in scopes {
        let used = tx.stored_bytes(of.corp, &scope)? >> 20;
        sentences.push(sentence(
            format!("{zh}现在用了 {used} MB，上限 {limit} MB。"),
            format!("{en} uses {used} MB of {limit} MB now."),
        ));
    }
    Ok(sentences)
}

fn callback(tx: &mut Tx<'_>, of: &Subject<'_>) -> Result<Vec<Sentence>> {
    let key = AppKey::from(of.call.caller_id.as_str());
    let found = tx.state().corp(of.corp)?.subscriptions.get(&key).cloned();
    Ok(vec![match found {
        Some(found) => sentence(
            format!("应用现在的订阅：{}。", found.patterns.join(" ")),
            format!("The app is subscribed to {} now.", found.patterns.join(" ")),
        ),
        None => sentence("应用现在没有订阅。", "The app has no subscription now."),
    }])
}

fn ding(tx: &mut Tx<'_>, of: &Subject<'_>) -> Result<Vec<Sentence>> {
    let setting = tx.ding_setting(of.corp)?;
    let signed = if setting.signed {
        sentence("协议现在已经签署。", "The agreement is signed now.")
    } else {
        sentence("协议现在仍未签署。", "The agreement is still not signed.")
    };
    let chosen = |zh: &str, en: &str, account: &Option<AccountId>| match account {
        Some(account) => {
            sentence(format!("{zh}用服务号 {account} 发送。"), format!("{en} is sent by {account}."))
        }
        None => sentence(format!("{zh}还没有选定服务号。"), format!("No account is chosen for {en}.")),
    };
    let in_app = chosen("应用内 DING ", "DING inside the app", &setting.app_account);
    let by_phone = chosen("电话 DING ", "DING by phone", &setting.phone_account);
    Ok(vec![signed, in_app, by_phone])
}
