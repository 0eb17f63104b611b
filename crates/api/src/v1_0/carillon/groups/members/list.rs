//! `carillon.group_members_list`: a page of the members of an internal group. An operation of Carillon.

use carillon_domain::{group, page::Page};
use carillon_model::{
    error::{Result, Rule},
    id::{ConversationId, UserId},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::v1_0::carillon::APPS_AND_LOCAL;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The group, by its `openConversationId`, as `carillon.group_list` returns it.
    #[schemars(length(min = 1, max = 128))]
    open_conversation_id: ConversationId,
    /// The number of the page, from 1.
    #[schemars(range(min = 1))]
    page_start: i64,
    /// The most members on a page.
    #[schemars(range(min = 1, max = 1000))]
    page_size: i64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The number of members on all pages.
    total_count: i64,
    /// The userids on this page, those longest in the organisation first.
    user_ids: Vec<UserId>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.group_members_list", "/v1.0/carillon/groups/members/list")
        .title("查询内部群成员", "List the members of an internal group")
        .purpose(
            "分页查询一个群的成员，只返回 userid，按加入企业的先后排列。",
            "Returns the userids of the members of a group, page by page, in the order in which they joined the organisation.",
        )
        .permission("Custom.Group.Read")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Members])
        .errors(&[Rule::UnknownGroup, Rule::GroupOfAnotherCorp])
        .example(json!({ "openConversationId": "cidSample0001==", "pageStart": 1, "pageSize": 100 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let page = Page { start: request.page_start, size: request.page_size };
    let found = group::member_page(tx, call.corp(), &request.open_conversation_id, page)?;
    Ok(Response { total_count: found.total, user_ids: found.items })
}
