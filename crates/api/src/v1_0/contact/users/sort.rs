//! `contacts.user_sort`: members in the order of their names.

use carillon_domain::contact::search::{self, Direction};
use carillon_model::{app::AppType, error::Result, id::UserId};
use carillon_store::Tx;
use carillon_wire::{Call, Code, Operation, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// As the page documents it.
const TOO_LONG: Code = Code::both(40035, "userId列表超过100", "listsize.too.long", 500);

/// The request.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The members. Decided: userids that nobody has are left out of the answer.
    #[schemars(length(max = 100))]
    user_id_list: Vec<UserId>,
    /// 0 sorts by the pinyin of the names, and so does an absent type; 1 sorts the other way round.
    #[schemars(extend("enum" = [0, 1]))]
    sort_type: Option<i64>,
}

/// The answer.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The members, sorted.
    user_id_list: Vec<UserId>,
}

/// The declaration.
pub fn operation() -> Operation {
    Operation::v1("contacts.user_sort", "/v1.0/contact/users/sort")
        // The page's table has this path, its samples the other one.
        .also_at("/contact/users/sort")
        .title("通讯录userId排序", "Sort user ids by name")
        .permission("qyapi_get_member")
        .app_types(&[AppType::Isv])
        .bad_field("userIdList", TOO_LONG)
        .missing("userIdList", codes::V1_BAD_PARAMETER)
        .example(json!({ "userIdList": ["user01"], "sortType": 0 }))
        .read(answer)
}

fn answer(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let direction = match request.sort_type {
        Some(1) => Direction::Descending,
        _ => Direction::Ascending,
    };
    let user_id_list = search::sort_by_name(tx, call.corp(), request.user_id_list, direction)?;
    Ok(Response { user_id_list })
}
