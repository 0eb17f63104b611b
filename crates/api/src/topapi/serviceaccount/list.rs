//! `serviceaccount.list`: the service accounts of the organisation, disabled ones included.

use carillon_domain::page::Page;
use carillon_model::error::{Error, Result};
use carillon_store::CorpState;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Account;

/// The request.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The number of the page, from 1; the first when absent.
    #[schemars(range(min = 1), extend("x-aliases" = ["page_start"]))]
    page_start: Option<i64>,
    /// Accounts on a page; 20 when absent (decided: no default is documented).
    #[schemars(range(min = 1, max = 50), extend("x-aliases" = ["page_size"]))]
    page_size: Option<i64>,
}

/// The answer.
#[derive(Serialize, JsonSchema)]
struct Response {
    /// Accounts on all pages.
    total_count: usize,
    /// Accounts on this page.
    item_count: usize,
    /// In the order of creation. Always a list, though the example of the page shows an object.
    items: Vec<Account>,
}

/// The declaration.
pub fn operation() -> Operation {
    Operation::legacy("serviceaccount.list", "/topapi/serviceaccount/list")
        .title("查询服务号列表", "List service accounts")
        .permission(super::MANAGE)
        .reads()
        .example(json!({ "pageStart": 1, "pageSize": 20 }))
        .snapshot(answer)
}

fn answer(state: &CorpState, _call: &Call, request: Request) -> Result<Response> {
    let page = Page { start: request.page_start.unwrap_or(1), size: request.page_size.unwrap_or(20) };
    let offset = usize::try_from(page.offset()).map_err(Error::internal)?;
    let size = usize::try_from(page.size).map_err(Error::internal)?;
    let items: Vec<Account> =
        state.accounts.values().skip(offset).take(size).map(|account| Account::from(&**account)).collect();
    Ok(Response { total_count: state.accounts.len(), item_count: items.len(), items })
}
