//! `carillon.calls_get`: a call with the explanation of why it was refused. An operation of Carillon.

use std::collections::BTreeMap;

use carillon_domain::call;
use carillon_model::{
    error::{Result, Rule},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{
    Call, Operation,
    explain::{Explanation, Sentence, explain},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{catalog, v1_0::carillon::APPS_AND_LOCAL};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The id of the call, as in its response or in `carillon.calls_query`.
    #[schemars(length(min = 1, max = 64))]
    request_id: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The call with its caller, its time and its outcome.
    call: super::Call,
    /// Ids that the refused request had, by field; empty if the call succeeded.
    ids: BTreeMap<String, String>,
    /// Why it was refused, computed from what holds now; empty if it succeeded.
    explain: Vec<Reason>,
    /// The number of the vendor's page of the operation; absent for other operations.
    #[serde(skip_serializing_if = "Option::is_none")]
    page_number: Option<&'static str>,
    /// The address of the vendor's page of the operation; absent for other operations.
    #[serde(skip_serializing_if = "Option::is_none")]
    page_url: Option<String>,
    /// The fields of the request as JSON, without secrets and shortened; absent unless bodies of the app were recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<String>,
    /// The response as JSON, without secrets and shortened; absent unless bodies of the app were recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<String>,
    /// The operation in the OpenAPI document of this server; absent if the call succeeded or its path is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    document_url: Option<String>,
}

/// A sentence of an explanation.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Reason {
    /// What it is about: `wrong` what was wrong, `now` what holds now, `next` what to do.
    aspect: &'static str,
    /// The sentence in Chinese.
    text_zh: String,
    /// The sentence in English.
    text_en: String,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.calls_get", "/v1.0/carillon/calls/get")
        .title("查询一次调用及其失败原因", "A call and why it was refused")
        .purpose(
            "查看一次调用的详情；调用被拒绝时，说明错在哪里、现在的情况以及下一步怎么做。说明按查询时的数据计算，因此能看出问题是否还在。请求和响应的内容只有事先用“记录一个应用的请求和响应内容”开启记录后才有。",
            "Returns one call and, if it was refused, what was wrong, what holds now and what to do next. The explanation is computed from what is stored now, so it tells whether the problem is still there. Bodies are there only if `carillon.calls_record` recorded them.",
        )
        .permission("Carillon.Call.Read")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Developer])
        .errors(&[Rule::UnknownCall])
        .shows_calls()
        .example(json!({ "requestId": "4FA1C6B2-0D3E-4A5B-A6C7-1B2C3D4E5F60" }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let found = call::find(tx, call.corp(), &request.request_id)?.ok_or(Rule::UnknownCall)?;
    let explanation = explain(tx, &call.env, &catalog(), call.corp(), &found)?;
    let body = tx.call_body(call.corp(), &request.request_id)?;
    let (request, response) = body.map(|body| (body.request, body.response)).unzip();
    let ids = found.refusal.as_ref().map(|refusal| refusal.ids.clone()).unwrap_or_default();
    let page = explanation.as_ref().and_then(|explanation| explanation.page.clone());
    let document = explanation.as_ref().map(|explanation| explanation.document_path.clone());
    Ok(Response {
        call: super::Call::of(found),
        ids,
        request,
        response,
        explain: explanation.map(reasons).unwrap_or_default(),
        page_number: page.as_ref().map(|page| page.number),
        page_url: page.map(|page| page.url),
        document_url: document
            .filter(|path| !path.is_empty())
            .map(|path| format!("{}{path}", call.base_url())),
    })
}

fn reasons(explanation: Explanation) -> Vec<Reason> {
    let reason = |aspect, sentence: Sentence| Reason {
        aspect,
        text_zh: sentence.zh.into_owned(),
        text_en: sentence.en.into_owned(),
    };
    let now = explanation.now.into_iter().map(|sentence| reason("now", sentence));
    std::iter::once(reason("wrong", explanation.wrong))
        .chain(now)
        .chain(std::iter::once(reason("next", explanation.next)))
        .collect()
}
