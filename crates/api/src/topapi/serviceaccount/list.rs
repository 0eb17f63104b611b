//! `serviceaccount.list`: lists the service accounts, in the order in which they were added.

use std::sync::Arc;

use carillon_domain::page::Page;
use carillon_model::{error::Result, service_account::ServiceAccount};
use carillon_store::CorpState;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::json;

use super::Status;

/// Without numbers: the first twenty (decided: the page gives no defaults).
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The number of the page, from 1; the first page if absent.
    #[serde(rename = "pageStart")]
    #[schemars(range(min = 1), extend("x-aliases" = ["page_start"]))]
    page_start: Option<i64>,
    /// Accounts on a page; 20 if absent.
    #[serde(rename = "pageSize")]
    #[schemars(range(min = 1, max = 50), extend("x-aliases" = ["page_size"]))]
    page_size: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// Accounts on all pages, disabled ones included.
    total_count: usize,
    /// Accounts on this page.
    item_count: usize,
    /// The accounts of this page; a list even when there is one, unlike in the documented example.
    #[schemars(with = "Vec<Item<'static>>")]
    items: Vec<AccountRow>,
}

/// An account of the snapshot, so that listing copies no text.
struct AccountRow(Arc<ServiceAccount>);

/// A service account of the page.
#[derive(Serialize, JsonSchema)]
struct Item<'a> {
    /// The purpose of the account, shown on its profile page.
    desc: &'a str,
    /// Picture on the profile page, by its `media_id`.
    preview_media_id: &'a str,
    /// Short introduction, shown in the list of service accounts and on the profile page; may be empty.
    brief: &'a str,
    /// Avatar: the `media_id` of a picture.
    avatar_media_id: &'a str,
    /// The name that members see.
    name: &'a str,
    /// Whether the account is in use; disabled ones stay in the list.
    status: Status,
    /// The id of the account, by which all other operations name it.
    unionid: &'a str,
}

impl Serialize for AccountRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let account = &self.0;
        let item = Item {
            desc: &account.desc,
            preview_media_id: account.preview_media_id.as_str(),
            brief: &account.brief,
            avatar_media_id: account.avatar_media_id.as_str(),
            name: &account.name,
            status: Status::of(account.disabled),
            unionid: account.id.as_str(),
        };
        item.serialize(serializer)
    }
}

pub fn operation() -> Operation {
    Operation::legacy("serviceaccount.list", "/topapi/serviceaccount/list")
        .title("查询服务号列表", "List service accounts")
        .purpose(
            "分页列出企业的服务号，按新增的先后排列。已停用的服务号也在列表中，可用 `status` 区分；\
             可发送范围等设置请用“查询服务号详情”。",
            "Lists the service accounts of the organisation in pages, in the order in which they were added. \
             Disabled ones are in the list too, as `status` shows; `serviceaccount.get` returns the scope and the \
             other settings.",
        )
        .permission("qyapi_service_account_manage")
        .example(json!({ "pageStart": 1, "pageSize": 20 }))
        .reads()
        .snapshot(handle)
}

fn handle(state: &CorpState, _: &Call, request: Request) -> Result<Response> {
    let page = Page { start: request.page_start.unwrap_or(1), size: request.page_size.unwrap_or(20) };
    let (offset, size) = (as_count(page.offset()), as_count(page.size));
    let items: Vec<_> =
        state.accounts.values().skip(offset).take(size).map(Arc::clone).map(AccountRow).collect();
    Ok(Response { total_count: state.accounts.len(), item_count: items.len(), items })
}

fn as_count(number: i64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
