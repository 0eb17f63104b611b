//! What a request comes to: the body of a response, and the errors of both dialects.

use axum::http::StatusCode;
use bytes::Bytes;
use carillon_model::error::{Error, Rule};

use crate::{
    body::BodyError,
    caller::Caller,
    codes::{self, Code},
    context::Origin,
    journal::{Cause, KnownCaller, Refusal},
    legacy,
    operation::{Dialect, Operation},
    operator_access::RoleLimit,
    v1,
};

/// An answer, and what the log line and the journal of calls say of it.
#[derive(Default)]
pub(crate) struct Answered {
    pub status: StatusCode,
    pub body: Vec<u8>,
    pub code: i64,
    /// The text of an error.
    pub message: Option<String>,
    /// The connection must not be used again.
    pub closes: bool,
    /// Why the call was refused; `None` if it succeeded.
    pub refusal: Option<Refusal>,
    /// The body of the request, for the journal of calls.
    pub request: Bytes,
    /// Who called, if that is known although the call has no caller.
    pub known: Option<KnownCaller>,
}

impl Answered {
    pub(super) fn success(body: Vec<u8>) -> Self {
        Self { body, ..Self::default() }
    }

    pub(crate) fn error(status: StatusCode, body: Vec<u8>, code: Code, errcode: i64, message: &str) -> Self {
        let refusal = Some(Refusal::new(code, Cause::Fault));
        Self { status, body, code: errcode, message: Some(message.to_owned()), refusal, ..Self::default() }
    }

    /// Sets why the call was refused: the cause, and what it is about.
    pub(crate) fn because(mut self, cause: Cause, detail: impl Into<String>) -> Self {
        if let Some(refusal) = &mut self.refusal {
            (refusal.cause, refusal.detail) = (cause, detail.into());
        }
        self
    }

    pub(crate) fn known_as(self, known: Option<KnownCaller>) -> Self {
        Self { known, ..self }
    }
}

/// Refuses a call before the operation runs, because of its token or its rights. The legacy gateway wraps the error; paths that
/// are not behind the gateway return errors of the token bare.
pub(super) fn denied(operation: &Operation, rule: Rule, request_id: &str) -> Answered {
    let code = codes::of(rule);
    match operation.dialect {
        Dialect::Legacy
            if matches!(rule, Rule::TokenMissing | Rule::TokenInvalid)
                && !legacy::is_topapi(operation.path) =>
        {
            let code = if rule == Rule::TokenMissing { codes::TOKEN_MISSING_BARE } else { code };
            let body = legacy::bare(code, code.message);
            Answered::error(StatusCode::OK, body, code, code.errcode, code.message)
        }
        Dialect::Legacy => gateway(operation, code, code.message, request_id),
        Dialect::V1 => {
            let body = v1::failure(code.v1, code.v1_message, request_id);
            Answered::error(status(code), body, code, code.errcode, code.v1_message)
        }
    }
    .because(Cause::Rule(rule), "")
}

/// A refusal that names the permissions that are needed, and where they are given.
pub(super) fn lacking(
    operation: &Operation,
    caller: Option<&Caller>,
    origin: &Origin,
    scopes: &[&str],
    request_id: &str,
) -> Answered {
    let code = codes::of(Rule::PermissionDenied);
    let app = caller.and_then(|caller| caller.app().ok());
    let listed = scopes.join(",");
    let reason = match app {
        Some(app) if !operation.app_types.contains(&app.app_type) => {
            format!("{}：该接口不支持此类型的应用({})", code.message, app.app_type.as_str())
        }
        Some(app) => {
            let wanted = format!("{}#{listed}", app.key);
            let wanted: String = form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
            let url = format!("{}/appscope/apply?content={wanted}", origin.base_url());
            format!("应用尚未开通所需的权限：[{listed}]，点击链接申请并开通即可：{url}")
        }
        None => format!("应用尚未开通所需的权限：[{listed}]"),
    };
    let answered = match operation.dialect {
        Dialect::Legacy => {
            let reason = format!("{reason}, {{requiredScopes=[{listed}]}}");
            gateway(operation, code, &reason, request_id)
        }
        Dialect::V1 => {
            let body = v1::permission_denied(code.v1, &reason, scopes, request_id);
            Answered::error(status(code), body, code, code.errcode, &reason)
        }
    };
    answered.because(Cause::Rule(Rule::PermissionDenied), listed)
}

/// A refusal that names the roles that would do.
pub(super) fn lacking_role(operation: &Operation, roles: &[&str], request_id: &str) -> Answered {
    let code = codes::of(Rule::RoleDenied);
    let limit = match operation.operators.map(|access| access.accounts) {
        Some(RoleLimit::AllAccounts) => "，且须适用于全部服务号",
        _ => "",
    };
    let message = format!("{}：需要以下角色之一：[{}]{limit}", code.v1_message, roles.join(","));
    let body = v1::role_denied(code.v1, &message, roles, request_id);
    Answered::error(status(code), body, code, code.errcode, &message)
        .because(Cause::Rule(Rule::RoleDenied), roles.join(","))
}

pub(super) fn gateway(operation: &Operation, code: Code, reason: &str, request_id: &str) -> Answered {
    let mut body = legacy::gateway(&code.errcode.to_string(), reason, request_id);
    if operation.repeats_errmsg {
        body = legacy::with_errormsg(body, reason);
    }
    Answered::error(StatusCode::OK, body, code, legacy::GATEWAY_ERROR, reason)
}

/// A refusal for the form of the request as a whole.
pub(super) fn refused(operation: &Operation, rule: Rule, request_id: &str) -> Answered {
    let code = operation.code(rule);
    failure(operation, code, None, request_id).because(Cause::Rule(rule), "")
}

pub(super) fn unreadable(operation: &Operation, error: &BodyError, request_id: &str) -> Answered {
    let code = match error {
        // The part is the file, and came without a file name.
        BodyError::FieldNotUtf8 { .. } if operation.takes_file => operation.code(Rule::MediaMissing),
        // Of the path or the query: a body of v1.0 is JSON, which has an error of its own.
        BodyError::BadUtf8 | BodyError::FieldNotUtf8 { .. } if operation.dialect == Dialect::V1 => {
            operation.bad_input
        }
        _ => operation.code(Rule::BodyUnreadable),
    };
    let reason = error.to_string();
    failure(operation, code, Some(&reason), request_id).because(Cause::Rule(Rule::BodyUnreadable), reason)
}

/// A required field of a v1.0 request is missing: the code has its name.
pub(super) fn missing_parameter(field: &str, request_id: &str) -> Answered {
    let code = codes::V1_MISSING_PARAMETER;
    let message = code.v1_message.replace('*', field);
    let body = v1::failure(&code.v1.replace('*', field), &message, request_id);
    Answered::error(status(code), body, code, code.errcode, &message).because(Cause::Field, field)
}

/// The operation's function failed: a broken rule, a bad field, or the server's own fault.
pub(super) fn failed(operation: &Operation, error: &Error, request_id: &str) -> Answered {
    match error {
        Error::Invalid { field, reason } => {
            let code = operation.field_code(field);
            let reason = format!("{field} {reason}");
            failure(operation, code, Some(&reason), request_id).because(Cause::Field, field.clone())
        }
        Error::Rule(rule) => refused(operation, *rule, request_id),
        Error::RuleBecause(rule, reason) => {
            failure(operation, operation.code(*rule), Some(reason.as_ref()), request_id)
                .because(Cause::Rule(*rule), "")
        }
        Error::Internal(what) => {
            tracing::error!(request_id, operation = operation.id, what, "an operation failed");
            failure(operation, operation.own_fault, None, request_id)
        }
    }
}

pub(super) fn failure(operation: &Operation, code: Code, reason: Option<&str>, request_id: &str) -> Answered {
    let message = match operation.dialect {
        Dialect::Legacy => code.message,
        Dialect::V1 => code.v1_message,
    };
    // The vendor's texts about missing parameters name them.
    let reason = reason.filter(|_| !message.starts_with("缺少参数 "));
    let message = match reason {
        // Some documented texts end where their reason begins.
        Some(reason) if message.ends_with([':', '：']) => format!("{message}{reason}"),
        Some(reason) => format!("{message}: {reason}"),
        None => message.to_owned(),
    };
    saying(operation, code, message, request_id)
}

/// An error with this whole text.
pub(super) fn saying(operation: &Operation, code: Code, message: String, request_id: &str) -> Answered {
    let (status, mut body) = match operation.dialect {
        // Operations without a token, such as `gettoken`, answer errors bare.
        Dialect::Legacy if !operation.needs_token => (StatusCode::OK, legacy::bare(code, &message)),
        Dialect::Legacy => (StatusCode::OK, legacy::failure(code, &message, request_id)),
        Dialect::V1 => (status(code), v1::failure(code.v1, &message, request_id)),
    };
    if operation.repeats_errmsg {
        body = legacy::with_errormsg(body, &message);
    }
    Answered::error(status, body, code, code.errcode, &message)
}

fn status(code: Code) -> StatusCode {
    StatusCode::from_u16(code.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
