//! `contacts.user_sort`: members in the order of their names.

use carillon_domain::contact::search::{self, Direction};
use carillon_model::{app::AppType, error::Result, id::UserId};
use carillon_store::Tx;
use carillon_wire::{Call, Code, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// As the page documents it.
const TOO_LONG: Code = Code::both(40035, "userId列表超过100", "listsize.too.long", 500);

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// Userids of the members to sort. Decided: unknown userids are left out of the response.
    #[schemars(length(max = 100))]
    user_id_list: Vec<UserId>,
    /// 0 or absent: ascending by the pinyin of the names; 1: descending.
    #[schemars(extend("enum" = [0, 1]))]
    sort_type: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The known userids of the request, sorted by name; members with the same name keep their order.
    user_id_list: Vec<UserId>,
}

pub fn operation() -> Operation {
    Operation::v1("contacts.user_sort", "/v1.0/contact/users/sort")
        // The table of the page has this path, its samples the other one.
        .also_at("/contact/users/sort")
        .title("通讯录userId排序", "Sort user ids by name")
        .purpose(
            "按姓名拼音给一组成员排序，供不持有姓名的第三方企业应用显示成员列表。未知的 userid 会被略去。仅第三方企业应用可以调用。",
            "Sorts userids by the pinyin of the members' names, for third-party apps that list members without having their names. Unknown userids are left out. Other types of app are refused.",
        )
        .permission("qyapi_get_member")
        .app_types(&[AppType::Isv])
        .bad_field("userIdList", TOO_LONG)
        .example(json!({ "userIdList": ["user02", "user01"], "sortType": 1 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let direction = match request.sort_type {
        Some(1) => Direction::Descending,
        _ => Direction::Ascending,
    };
    let user_id_list = search::sort_by_name(tx, call.corp(), request.user_id_list, direction)?;
    Ok(Response { user_id_list })
}
