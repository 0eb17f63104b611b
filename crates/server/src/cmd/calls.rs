//! `carillon calls`: the journal of calls, with the reason for each refused one.

mod follow;

use std::path::Path;

use carillon_domain::call;
use carillon_model::{
    env::Env,
    error::{Error, Result, Rule},
    suggestion::did_you_mean,
};
use carillon_store::{CallFilter, CallPosition, CallRow, Store};
use carillon_wire::{
    explain::{Explanation, explain},
    unknown_path::NO_OPERATION,
};
use clap::Subcommand;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{find_app, find_corp, signature};

/// A subcommand.
#[derive(Subcommand, Serialize, Deserialize)]
pub enum Action {
    /// Lists calls, the newest first.
    List {
        /// The organisation: its short name or id.
        #[arg(long)]
        corp: String,
        /// Only calls of an app, by its key, or of an operator, by the userid.
        #[arg(long, default_value = "")]
        caller: String,
        /// Only calls of an operation, such as `article.publish`; `none` for paths that no operation has.
        #[arg(long, default_value = "")]
        operation: String,
        /// Only calls that were refused with this code.
        #[arg(long, default_value = "")]
        code: String,
        /// Only refused calls.
        #[arg(long)]
        refused: bool,
        /// The number of calls.
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
        limit: u16,
        /// Continues after an earlier list: the value of `next` that it ends with.
        #[arg(long)]
        next: Option<String>,
        /// Prints the newest calls, the oldest of them first, and then each further one until it is interrupted. Needs a running server.
        #[arg(long, conflicts_with = "next")]
        #[serde(default)]
        follow: bool,
    },
    /// Prints a call. If it was refused: what was wrong, what holds now, and what to do next.
    Show {
        /// The id in the response (`request_id`, `requestid`).
        request_id: String,
        /// The organisation: its short name or id.
        #[arg(long)]
        corp: String,
    },
    /// Records the bodies of an app's calls for an hour, without secrets and shortened. The audit trail tells who did.
    Record {
        /// The key of the app.
        app_key: String,
        /// Ends it.
        #[arg(long)]
        stop: bool,
    },
    /// Prints calls without a valid token or secret since the start of the server, which belong to no organisation.
    Unknown,
}

impl Action {
    /// Prints calls as they come, if the command is to do so.
    pub fn follow(&self, data: &Path, json: bool) -> Option<anyhow::Result<()>> {
        let Self::List { corp, caller, operation, code, refused, limit, follow: true, .. } = self else {
            return None;
        };
        let (corp, caller, operation, code) = (corp.clone(), caller.clone(), operation.clone(), code.clone());
        let listed = follow::Listed { corp, caller, operation, code, refused: *refused, limit: *limit };
        Some(follow::run(data, &listed, json))
    }
}

/// Executes the command. The output is JSON.
pub fn execute(store: &Store, env: &Env, action: Action) -> Result<Value> {
    match action {
        Action::List { corp, caller, operation, code, refused, limit, next, follow: _ } => {
            let corp = find_corp(store, corp)?;
            check_operation(&operation)?;
            let filter = CallFilter {
                caller_id: caller,
                operation,
                code,
                refused_only: refused,
                ..CallFilter::default()
            };
            let before = match next {
                None => CallPosition::NEWEST,
                Some(text) => CallPosition::parse(&text).ok_or_else(|| {
                    Error::invalid("--next", "must be the `next` that an earlier list ends with")
                })?,
            };
            call::write_blocking(store, env, &corp)?;
            let journal =
                store.read_blocking(&corp, |tx| call::list(tx, env, &corp, &filter, before, limit.into()))?;
            let mut output: Vec<Value> = journal.page.calls.iter().map(describe).collect();
            if journal.unrecorded > 0 {
                output.push(json!({ "unrecorded": journal.unrecorded }));
            }
            if let Some(next) = journal.page.next {
                output.push(json!({ "next": next.to_string() }));
            }
            Ok(output.into())
        }
        Action::Show { request_id, corp } => {
            let corp = find_corp(store, corp)?;
            call::write_blocking(store, env, &corp)?;
            store.read_blocking(&corp, |tx| {
                let found = call::find(tx, &corp, &request_id)?.ok_or(Rule::UnknownCall)?;
                let mut output = describe(&found);
                if let Some(body) = tx.call_body(&corp, &request_id)? {
                    output["request"] = body.request.into();
                    output["response"] = body.response.into();
                }
                if let Some(explanation) = explain(tx, env, &carillon_api::catalog(), &corp, &found)? {
                    add_explanation(&mut output, &explanation);
                }
                Ok(output)
            })
        }
        Action::Record { app_key, stop } => {
            let (corp, key) = find_app(store, &app_key)?;
            let minutes = if stop { 0 } else { call::MAX_RECORDING_MINUTES };
            let signature = signature(env, "calls record");
            let until = call::record_bodies_blocking(store, env, corp, signature, key, minutes)?;
            let until = until.map(|until| format!("{} UTC", until.format_in(&TimeZone::UTC)));
            Ok(json!({ "app_key": app_key, "bodies_recorded_until": until.unwrap_or_default() }))
        }
        Action::Unknown => {
            let unknown = store.calls().unknown_callers();
            let counts = unknown.counts.iter().map(|((operation, cause), calls)| {
                json!({ "operation": operation, "cause": cause, "calls": calls })
            });
            Ok(counts.chain(unknown.newest.iter().map(describe)).collect::<Vec<_>>().into())
        }
    }
}

fn check_operation(operation: &str) -> Result<()> {
    let catalog = carillon_api::catalog();
    if operation.is_empty() || operation == NO_OPERATION || catalog.get(operation).is_some() {
        return Ok(());
    }
    let meant = did_you_mean(operation, catalog.entries().map(|entry| entry.id));
    Err(Error::invalid("--operation", format!("is not the id of an operation{meant}")))
}

fn describe(call: &CallRow) -> Value {
    let mut output = json!({
        "time": format!("{} UTC", call.at.format_in(&TimeZone::UTC)),
        "request_id": call.request_id,
        "operation": call.operation,
        "caller": format!("{} {}", call.caller, call.caller_id).trim_end(),
        "status": call.status,
        "took_us": call.micros,
        "address": call.address,
    });
    if let Some(refusal) = &call.refusal {
        output["code"] = refusal.code.as_str().into();
        output["message"] = refusal.message.as_str().into();
        output["cause"] = refusal.cause.as_str().into();
        for (name, value) in [("detail", &refusal.detail), ("path", &refusal.path)] {
            if !value.is_empty() {
                output[name] = value.as_str().into();
            }
        }
    }
    output
}

fn add_explanation(output: &mut Value, explanation: &Explanation) {
    let now = explanation.now.iter();
    output["wrong"] = explanation.wrong.en.as_ref().into();
    output["wrong_zh"] = explanation.wrong.zh.as_ref().into();
    output["now"] = now.clone().map(|sentence| sentence.en.as_ref()).collect::<Vec<_>>().into();
    output["now_zh"] = now.map(|sentence| sentence.zh.as_ref()).collect::<Vec<_>>().into();
    output["next"] = explanation.next.en.as_ref().into();
    output["next_zh"] = explanation.next.zh.as_ref().into();
    if let Some(page) = &explanation.page {
        output["page"] = format!("{} {}", page.number, page.url).into();
    }
}
