//! `/v1.0/carillon/calls`: the journal of calls.

pub mod get;
mod inner_request;
pub mod query;
pub mod reach;
mod reached_members;
pub mod record;
pub mod try_call;

use carillon_model::{
    error::{Error, Result},
    time::Timestamp,
};
use carillon_store::CallRow;
use carillon_wire::{Context, dispatcher::Target};
use schemars::JsonSchema;
use serde::Serialize;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(get::operation),
    Entry::Operation(query::operation),
    Entry::Operation(reach::operation),
    Entry::Operation(record::operation),
    Entry::Operation(try_call::operation),
];

/// Finds the operation of a call that is tried.
fn find(context: &Context, parts: &inner_request::Parts) -> Result<Target> {
    let found = context.dispatcher.find(&parts.operation)?;
    found.ok_or_else(|| Error::invalid("operation", "is not an operation of this server"))
}

/// A call.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Call {
    /// The id of the call, as in its response and in the log line.
    request_id: String,
    /// When the response was ready, in ms since 1970.
    time: Timestamp,
    /// The id of the operation; `none` for a path that no operation has.
    operation: String,
    /// The kind of caller: app, operator, member, local, or webhook for a reply to a `sessionWebhook`.
    caller_type: String,
    /// The key of the app, or the userid of the operator; empty for the others.
    caller_id: String,
    /// The HTTP status of the response.
    status: u16,
    /// Microseconds until the response was ready.
    took_us: i64,
    /// Where the call came from: loopback, private or public; empty on the socket of the data folder.
    address: String,
    /// Why the call was refused; absent if it succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<Refusal>,
}

/// Why a call was refused.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Refusal {
    /// The error code as the caller got it.
    code: String,
    /// The error text as the caller got it, at most 512 bytes.
    message: String,
    /// The broken rule; `field` for a field that was not accepted, `fault` for an error of the server.
    cause: String,
    /// The field, or what else the cause is about: the missing permissions, the limit, the time when the token expired.
    detail: String,
    /// Method and path of the request if they were wrong; else empty.
    path: String,
}

impl Call {
    fn of(row: CallRow) -> Self {
        Self {
            request_id: row.request_id,
            time: row.at,
            operation: row.operation,
            caller_type: row.caller,
            caller_id: row.caller_id,
            status: row.status,
            took_us: row.micros,
            address: row.address,
            refusal: row.refusal.map(|refusal| Refusal {
                code: refusal.code,
                message: refusal.message,
                cause: refusal.cause,
                detail: refusal.detail,
                path: refusal.path,
            }),
        }
    }
}
