//! Errors of operations, with their causes and what to do about them.

use std::collections::BTreeMap;

use carillon_wire::{
    Cause,
    explain::{Sentence, advice_of},
};
use serde_json::Value;

use crate::text::Text;

/// An error that an operation answers.
#[derive(Clone, Debug)]
pub struct ApiError {
    /// `errcode` of the legacy host, `code` of the v1.0 host.
    pub code: String,
    /// The HTTP status of the v1.0 host; the legacy host answers with 200.
    pub status: Option<u64>,
    /// The text of the response, as the vendor has it.
    pub message: String,
    /// The field that has this code for its refusal; empty if it is not about one alone.
    pub field: String,
    /// What was wrong.
    pub wrong: Text,
    /// What to do.
    pub next: Text,
}

/// Errors that many operations share.
#[derive(Clone, Debug)]
pub struct ErrorGroup {
    /// What they have in common.
    pub title: Text,
    /// The errors.
    pub errors: Vec<ApiError>,
}

/// The shared errors by the name of their group.
pub(crate) fn groups(document: &Value) -> BTreeMap<String, ErrorGroup> {
    let groups = document["x-error-groups"].as_object().into_iter().flatten();
    groups
        .map(|(name, errors)| (name.clone(), ErrorGroup { title: title(name), errors: all(errors) }))
        .collect()
}

fn title(name: &str) -> Text {
    let (zh, en) = match name.trim_start_matches("Legacy").trim_start_matches("V1") {
        "GatewayError" => ("网关：地址、频率、请求体", "Gateway: address, rate, body"),
        "TokenError" => ("访问凭证与权限", "Token and permission"),
        "RoleError" => ("管理员的角色", "Role of the operator"),
        "BodyMissing" => ("缺少请求体", "Missing body"),
        "BadInput" => ("字段不符合文档", "A field is not as documented"),
        "MissingParameter" => ("缺少必填字段", "A required field is missing"),
        "Busy" => ("服务器出错", "The server failed"),
        other => (other, other),
    };
    Text::new(zh, en)
}

/// The errors in a list of the document, each once.
pub(crate) fn all(errors: &Value) -> Vec<ApiError> {
    let mut found: Vec<ApiError> = Vec::new();
    for error in errors.as_array().into_iter().flatten() {
        let error = one(error);
        let is_same = |known: &ApiError| {
            (&known.code, &known.field, &known.wrong) == (&error.code, &error.field, &error.wrong)
        };
        if !found.iter().any(is_same) {
            found.push(error);
        }
    }
    found
}

fn one(error: &Value) -> ApiError {
    let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
    let code = error["errcode"].as_i64().map_or_else(|| text("code"), |code| code.to_string());
    let cause = Cause::parse(&text("cause")).unwrap_or(Cause::Fault);
    let advice = advice_of(cause);
    ApiError {
        code,
        status: error["status"].as_u64(),
        message: text("message"),
        field: text("field"),
        wrong: text_of(advice.wrong),
        next: text_of(advice.next),
    }
}

fn text_of(sentence: Sentence) -> Text {
    Text::new(sentence.zh, sentence.en)
}
