//! Operators as callers: every operation admits its roles alone, and each role only for its service accounts. Operations that only
//! operators may call.

mod accounts;
mod apps;
mod declared;
mod dings;
mod events;
mod groups;
mod member_sessions;
mod members;
mod operators;
mod sessions;
mod system;
mod trials;

use carillon_model::operator::OperatorRole;
use carillon_wire::Operation;
use serde_json::Value;

use crate::matrix::app_matrix::Response;

/// Returns whether operators with a role may call an operation.
fn is_open(operation: &Operation, role: OperatorRole) -> bool {
    operation.operators.is_some_and(|access| role == OperatorRole::Owner || access.roles.contains(&role))
}

/// The status and the body of a response, without the id of the request.
fn without_id(answer: &Response) -> (u16, Value) {
    let mut body = answer.body.clone();
    if let Some(fields) = body.as_object_mut() {
        fields.retain(|name, _| !["requestid", "request_id"].contains(&name.as_str()));
    }
    (answer.status, body)
}
