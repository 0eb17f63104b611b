//! `carillon.send_draft_list`: the drafts of an account, the last changed first. An operation of Carillon.

use carillon_domain::{page::page_of, send::draft};
use carillon_model::{
    error::{Error, Result},
    id::AccountId,
};
use carillon_store::{DraftPosition, Seek, Tx};
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{READ, declare, draft_view::DraftView};

/// Drafts on a page if the request names no size.
const DEFAULT_PAGE_SIZE: usize = 20;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// `next_token` of the previous page; absent for the first page.
    #[schemars(length(max = 64))]
    next_token: Option<String>,
    /// The number of drafts on a page; 20 if absent.
    #[schemars(range(min = 1, max = 100))]
    max_results: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The drafts of this page, the last changed first.
    drafts: Vec<DraftView>,
    /// The token of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
    /// The number of drafts on all pages.
    total_count: i64,
}

pub fn operation() -> Operation {
    declare("carillon.send_draft_list", "/v1.0/carillon/message/drafts", READ)
        .get()
        .title("查询群发草稿列表", "List the drafts of an account")
        .purpose(
            "分页查询服务号的群发草稿及其审批情况，最近修改的在前。已发送的草稿不在其中，\
             请用“查询群发列表”。",
            "Lists the drafts of a service account in pages with their approvals, the last changed \
             first. A draft that was sent is gone; `carillon.mass_list` has the send.",
        )
        .example(json!({ "unionid": "svcUnionId0001", "max_results": 20 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let seek = match &request.next_token {
        None => Seek::First,
        Some(token) => {
            let position = DraftPosition::parse(token);
            Seek::After(
                position.ok_or_else(|| Error::invalid("next_token", "is not that of a previous page"))?,
            )
        }
    };
    let size = request.max_results.unwrap_or(DEFAULT_PAGE_SIZE);
    let found = draft::list(tx, call.corp(), &request.unionid, None, seek, size + 1)?;
    let (drafts, has_more) = page_of(found.rows, size);
    let next = drafts.last().filter(|_| has_more).map(DraftPosition::of);
    let drafts = drafts.into_iter().map(|draft| DraftView::of(tx, call, draft)).collect::<Result<_>>()?;
    Ok(Response {
        drafts,
        next_token: next.map(|next| next.to_string()),
        total_count: tx.count_send_drafts(call.corp(), &request.unionid)?,
    })
}
