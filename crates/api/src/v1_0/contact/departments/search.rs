//! `contacts.dept_search`: departments by name.

use carillon_domain::contact::search;
use carillon_model::{
    app::AppType,
    error::{Error, Result},
    id::DeptId,
};
use carillon_store::CorpState;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::v1_0::contact::PARAMETER_ERROR;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// A part of the name, in its own letters, in pinyin or in the initials of its pinyin.
    #[schemars(length(min = 1))]
    query_word: String,
    /// The number of the page, from 0.
    #[schemars(range(min = 0))]
    offset: i64,
    /// The most departments on a page. Decided: the page gives no limit.
    #[schemars(range(min = 1, max = 1000))]
    size: i64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// Whether a next page has more departments.
    has_more: bool,
    /// The number of matching departments, on all pages.
    total_count: u64,
    /// Ids of the departments of the page, smallest first.
    list: Vec<DeptId>,
}

pub fn operation() -> Operation {
    Operation::v1("contacts.dept_search", "/v1.0/contact/departments/search")
        .title("搜索部门ID", "Search department ids")
        .purpose(
            "按名称搜索部门，返回部门 ID。名称的任意部分、拼音或拼音首字母都可以匹配，不区分大小写。搜索范围是整个企业，详情请用“获取部门详情”查询。",
            "Finds departments of the whole organisation by a part of their name, in letters, pinyin or initials of pinyin, without regard to case. It returns ids alone; `contacts.dept_get` has the details.",
        )
        .permission("qyapi_addresslist_search")
        .app_types(&[AppType::Internal, AppType::Isv])
        .bad_input(PARAMETER_ERROR)
        .example(json!({ "queryWord": "Sales", "offset": 0, "size": 20 }))
        .snapshot(handle)
}

fn handle(state: &CorpState, _: &Call, request: Request) -> Result<Response> {
    let before = request.offset.saturating_mul(request.size).unsigned_abs();
    let size = usize::try_from(request.size).map_err(Error::internal)?;
    let found = search::departments(state, &request.query_word, before, size);
    Ok(Response { has_more: found.more, total_count: found.total, list: found.items })
}
