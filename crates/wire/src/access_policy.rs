//! The access policy before the operations: from which addresses, and how often, callers may call.

use std::{net::IpAddr, sync::Arc};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{Extensions, HeaderMap, HeaderValue, Response, StatusCode, header, request::Parts},
    middleware::Next,
};
use carillon_model::{
    env::Env,
    error::{Result, Rule},
    id::CorpId,
    time::{SECOND_MS, Timestamp},
};
use carillon_store::{App, Store};
use jiff::tz::{self, TimeZone};
use serde_json::json;

use crate::{
    address::{self, AllowedAddresses},
    body_budget::{BodyBudget, BodyBudgetSettings},
    codes,
    context::Context,
    monthly_calls::MonthlyCalls,
    operation::Operation,
    throttle::{BlockedAnswer, MonotonicClock, Throttle, ThrottleSettings},
    unknown_path,
};

/// Operations that a month does not count, by the beginning of their ids. Roles are contacts to the vendor. Decided: Carillon's own are
/// free, since the vendor has none of them.
const FREE_GROUPS: [&str; 4] = ["credentials.", "contacts.", "roles.", "carillon."];
/// The offset of the times of day in the vendor's texts, whatever zone an organisation has.
const VENDOR_ZONE_HOURS: i8 = 8;
/// What a browser shows at a blocked address.
const BLOCKED_PAGE: &str = "<!DOCTYPE html>\n<html lang=\"zh\"><head><meta charset=\"utf-8\"><title>403</title></head>\
    <body><h1>访问被拒绝 · Blocked</h1><p>您的访问过于频繁，请稍后再试。</p>\
    <p lang=\"en\">There were too many requests from your address. Please try again later.</p></body></html>\n";

/// Why a call does not pass.
pub(crate) struct Refused {
    pub rule: Rule,
    /// What the response says.
    pub text: String,
    /// The limit, or the address, for the journal of calls.
    pub detail: String,
}

/// From where, and how often, callers may call.
pub struct AccessPolicy {
    settings: ThrottleSettings,
    throttle: Throttle,
    allowed: AllowedAddresses,
    budget: Arc<BodyBudget>,
    months: MonthlyCalls,
}

impl AccessPolicy {
    /// A policy by the operator's settings.
    pub fn new(settings: ThrottleSettings, allowed: AllowedAddresses, ticks: &MonotonicClock) -> Self {
        let budget = BodyBudget::new(BodyBudgetSettings::default());
        Self {
            throttle: Throttle::new(&settings, ticks),
            settings,
            allowed,
            budget,
            months: MonthlyCalls::default(),
        }
    }

    /// The same with a budget for request bodies that others share.
    pub fn with_body_budget(self, budget: Arc<BodyBudget>) -> Self {
        Self { budget, ..self }
    }

    /// The addresses that apps may call from.
    pub fn allowed_addresses(&self) -> &AllowedAddresses {
        &self.allowed
    }

    /// The budget for request bodies.
    pub(crate) fn budget(&self) -> &Arc<BodyBudget> {
        &self.budget
    }

    /// One that everybody may pass as often as they like.
    pub fn open() -> Self {
        Self::new(ThrottleSettings::default(), AllowedAddresses::default(), &MonotonicClock::of_machine())
    }

    /// Whether refusals of the legacy host for calling too often are wrapped.
    pub(crate) fn wraps(&self, rule: Rule) -> bool {
        self.settings.wrapped || !is_limit(rule)
    }

    /// Whether it looks at addresses before anything else.
    pub(crate) fn counts_addresses(&self) -> bool {
        self.throttle.counts_addresses()
    }

    /// Lets a call pass and counts it, or refuses it. A caller without an app is about to fetch a token.
    pub(crate) async fn pass(
        &self,
        context: &Context,
        operation: &Operation,
        app: Option<&App>,
        request: &Parts,
    ) -> Result<(), Refused> {
        let Parts { extensions, headers, .. } = request;
        let counted = self.count(context, operation.id, app, extensions, headers).await;
        counted.map_err(|rule| {
            let details = self.details(rule, operation.path, app, request, context.env.now());
            let text = format!("{}{details}", codes::of(rule).message);
            Refused { rule, text, detail: self.subject(rule, request) }
        })
    }

    async fn count(
        &self,
        context: &Context,
        operation: &'static str,
        app: Option<&App>,
        extensions: &Extensions,
        headers: &HeaderMap,
    ) -> Result<(), Rule> {
        if let Some(app) = app
            && !self.allowed.allow(&app.key, self.caller(extensions, headers))
        {
            return Err(Rule::AddressNotAllowed);
        }
        let month = match app {
            Some(app) if self.settings.corp_per_month > 0 && is_counted(operation) => {
                self.month(context, &app.corp).await
            }
            _ => None,
        };
        self.throttle.count(operation, app.map(|app| &app.key), || match (app, month) {
            (Some(app), Some(month))
                if !self.months.count(&app.corp, month, self.settings.corp_per_month) =>
            {
                Err(Rule::MonthUsedUp)
            }
            _ => Ok(()),
        })
    }

    /// What a refusal says behind the text of its rule: from where the call came, or how often is too often and until when. Observed:
    /// programs search the text for these, and put the address on their list or wait until the second that it names.
    fn details(&self, rule: Rule, path: &str, app: Option<&App>, request: &Parts, now: Timestamp) -> String {
        let per_second = match rule {
            Rule::AddressNotAllowed => {
                let address = self.caller(&request.extensions, &request.headers);
                let address = address.map_or_else(|| "unknown".to_owned(), |address| address.to_string());
                let key = app.map(|app| app.key.as_str()).unwrap_or_default();
                return format!(",request ip={address} appKey({key})");
            }
            Rule::AppThrottled => self.settings.app_per_second,
            Rule::OperationThrottled => self.settings.operation_per_second,
            _ => return String::new(),
        };
        let zone = TimeZone::fixed(tz::offset(VENDOR_ZONE_HOURS));
        let [now, end] = [now, now.plus_ms(SECOND_MS)].map(|time| time.format_in(&zone));
        let api = match path.strip_prefix("/topapi/") {
            Some(name) => format!("dingtalk.oapi.{}", name.replace('/', ".")),
            // What is older than the gateway has no such name.
            None => path.to_owned(),
        };
        format!(", apiPath({api}), 从 {now} 到 {now} 请求总次数超过 {per_second} 次, 限制将在 {end} 结束.")
    }

    /// What a refusal is about: the limit, or the address.
    fn subject(&self, rule: Rule, request: &Parts) -> String {
        match rule {
            Rule::AddressNotAllowed => {
                let address = self.caller(&request.extensions, &request.headers);
                address.map(|address| address.to_string()).unwrap_or_default()
            }
            Rule::AppThrottled => self.settings.app_per_second.to_string(),
            Rule::OperationThrottled => self.settings.operation_per_second.to_string(),
            Rule::MonthUsedUp => self.settings.corp_per_month.to_string(),
            _ => String::new(),
        }
    }

    /// The month of an organisation, whose count is in memory then. None when the store cannot tell: it cannot answer either, and the
    /// operation says what is wrong with it.
    async fn month(&self, context: &Context, corp: &CorpId) -> Option<i64> {
        let day = context.store.state().corp(corp).and_then(|corp| corp.day_of(context.env.now())).ok()?;
        let month = i64::from(day.0 / 100);
        self.months.load(&context.store, corp, month).await.ok().map(|()| month)
    }

    /// Stores the counts that are in memory alone. Call it every few seconds, and once more at the end.
    pub async fn store_counts(&self, store: &Arc<Store>, env: &Env) -> Result<()> {
        self.months.store(store, env).await
    }

    /// Counts a call of an address. Returns the response to a blocked one.
    pub(crate) fn refuse_if_blocked(&self, request: &Request, env: &Env) -> Option<Response<Body>> {
        let caller = self.caller(request.extensions(), request.headers())?;
        if !self.throttle.blocks(caller) {
            return None;
        }
        metrics::counter!("carillon_blocked_calls_total").increment(1);
        Some(self.blocked(unknown_path::is_v1(request.uri().path()), env))
    }

    fn caller(&self, extensions: &Extensions, headers: &HeaderMap) -> Option<IpAddr> {
        address::caller(&self.settings.trusted_proxies, extensions, headers)
    }

    /// Decided: with the status that refusals of the host have, so that no client takes it for a success.
    fn blocked(&self, is_v1: bool, env: &Env) -> Response<Body> {
        let (content_type, body) = match self.settings.address_answer {
            BlockedAnswer::Html => ("text/html;charset=UTF-8", BLOCKED_PAGE.to_owned()),
            BlockedAnswer::Json => {
                let uuid = env.random_text(b"0123456789abcdef", 32);
                let body =
                    json!({ "status": 1111, "wait": 5, "source": "x5", "punish": "deny", "uuid": uuid });
                ("application/json;charset=UTF-8", body.to_string())
            }
        };
        let mut response = Response::new(Body::from(body));
        if is_v1 || self.settings.address_answer == BlockedAnswer::Html {
            *response.status_mut() = StatusCode::FORBIDDEN;
        }
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        response
    }
}

/// Whether a rule limits how often callers may call.
fn is_limit(rule: Rule) -> bool {
    matches!(rule, Rule::AppThrottled | Rule::OperationThrottled | Rule::MonthUsedUp)
}

/// Whether a month counts calls of an operation.
fn is_counted(operation: &str) -> bool {
    !FREE_GROUPS.iter().any(|group| operation.starts_with(group))
}

/// Refuses calls of blocked addresses before anything is read of them.
pub(crate) async fn refuse_blocked(
    State((access_policy, env)): State<(Arc<AccessPolicy>, Env)>,
    request: Request,
    next: Next,
) -> Response<Body> {
    match access_policy.refuse_if_blocked(&request, &env) {
        Some(response) => response,
        None => next.run(request).await,
    }
}
