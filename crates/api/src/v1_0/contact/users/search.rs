//! `contacts.user_search`: members by name.

use carillon_domain::contact::search::{self, Match};
use carillon_model::{
    app::AppType,
    error::{Error, Result},
    id::UserId,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::v1_0::contact::PARAMETER_ERROR;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// A part of the name, in its own letters, in pinyin or in the initials of its pinyin; the whole name with `fullMatchField`.
    #[schemars(length(min = 1))]
    query_word: String,
    /// The number of the page, from 0.
    #[schemars(range(min = 0))]
    offset: i64,
    /// The most members on a page. Decided: the page gives no limit.
    #[schemars(range(min = 1, max = 1000))]
    size: i64,
    /// 1 for members who have exactly this name; absent for a part of the name.
    #[schemars(extend("enum" = [1]))]
    full_match_field: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// Whether a next page has more members.
    has_more: bool,
    /// The number of matching members, on all pages.
    total_count: u64,
    /// Userids of the members of the page, in the order of entry.
    list: Vec<UserId>,
}

pub fn operation() -> Operation {
    Operation::v1("contacts.user_search", "/v1.0/contact/users/search")
        .title("搜索用户userId", "Search user ids")
        .purpose(
            "按姓名搜索成员，返回 userid。默认匹配姓名的任意部分、拼音或拼音首字母，不区分大小写，也可以要求姓名完全相同。搜索范围是整个企业，不限于应用可见的部门。",
            "Finds members of the whole organisation by a part of their name, in letters, pinyin or initials of pinyin, without regard to case, or by the exact name. It returns userids alone, in the order in which the members were added; `contacts.user_get` has the details.",
        )
        .permission("qyapi_addresslist_search")
        .app_types(&[AppType::Internal, AppType::Isv])
        .bad_input(PARAMETER_ERROR)
        .example(json!({ "queryWord": "Zhang San", "offset": 0, "size": 20, "fullMatchField": 1 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let matching = if request.full_match_field.is_some() { Match::Whole } else { Match::Part };
    let before = request.offset.saturating_mul(request.size).unsigned_abs();
    let size = usize::try_from(request.size).map_err(Error::internal)?;
    let found = search::users(tx, call.corp(), &request.query_word, matching, before, size)?;
    Ok(Response { has_more: found.more, total_count: found.total, list: found.items })
}
