//! `carillon.group_members_list`: a page of the members of an internal group. An operation of Carillon.

use carillon_domain::group;
use carillon_model::{
    error::{Result, Rule},
    id::{ConversationId, MemberNo, UserId},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::v1_0::carillon::APPS_AND_LOCAL;

/// Members on a page if the request names no size.
const DEFAULT_PAGE_SIZE: usize = 100;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The group, by its `openConversationId`, as `carillon.group_list` returns it.
    #[schemars(length(min = 1, max = 128))]
    open_conversation_id: ConversationId,
    /// `nextToken` of the previous page; absent for the first page.
    #[schemars(range(min = 1, max = 4_294_967_295_u32))]
    next_token: Option<u32>,
    /// The most members on a page; absent: 100.
    #[schemars(range(min = 1, max = 1000))]
    max_results: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The number of members on all pages.
    total_count: i64,
    /// The userids on this page, those longest in the organisation first.
    user_ids: Vec<UserId>,
    /// The token of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<u32>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.group_members_list", "/v1.0/carillon/groups/members/list")
        .title("查询内部群成员", "List the members of an internal group")
        .purpose(
            "分页查询一个群的成员，只返回 userid，按加入企业的先后排列；翻页期间有人进出群，也不会漏掉或重复其他成员。",
            "Returns the userids of the members of a group, page by page, in the order in which they joined the organisation. Members who come or go meanwhile move no others to another page.",
        )
        .permission("Custom.Group.Read")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Members])
        .errors(&[Rule::UnknownGroup, Rule::GroupOfAnotherCorp])
        .example(json!({ "openConversationId": "cidSample0001==", "maxResults": 100 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let (after, limit) = (request.next_token.map(MemberNo), request.max_results.unwrap_or(DEFAULT_PAGE_SIZE));
    let found = group::member_page(tx, call.corp(), &request.open_conversation_id, after, limit)?;
    Ok(Response {
        total_count: found.total,
        user_ids: found.userids,
        next_token: found.next.map(|next| next.0),
    })
}
