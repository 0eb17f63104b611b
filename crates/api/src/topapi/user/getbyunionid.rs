//! `contacts.user_get_by_unionid`: the member with the unionid of a person.

use carillon_domain::contact::user;
use carillon_model::{
    app::AppType,
    error::{Result, Rule},
    id::UserId,
};
use carillon_store::Tx;
use carillon_wire::{Call, Code, Operation, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// As the page documents it.
const NOT_FOUND: Code = Code::legacy(60121, "未找到对应员工");
/// `contact_type` of a member. External contacts are 1; Carillon has none.
const EMPLOYEE: u8 = 0;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The person's id across organisations.
    #[schemars(length(min = 1, max = 100))]
    unionid: String,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The member.
    result: UserView,
}

/// A member.
#[derive(Serialize, JsonSchema)]
struct UserView {
    /// 0 for a member of the organisation, 1 for an external contact.
    #[schemars(extend("enum" = [0, 1]))]
    contact_type: u8,
    /// The member's id.
    userid: UserId,
}

pub fn operation() -> Operation {
    Operation::legacy("contacts.user_get_by_unionid", "/topapi/user/getbyunionid")
        .title("根据unionid获取用户userid", "Get userid by unionid")
        .permission("qyapi_get_member")
        .app_types(&[AppType::Internal, AppType::Isv])
        .error(Rule::UnknownUser, NOT_FOUND)
        .bad_input(codes::BAD_PARAMETER_400002)
        .example(json!({ "unionid": "userUnionId01" }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let userid = user::by_unionid(tx, call.corp(), &request.unionid)?;
    Ok(Response { result: UserView { contact_type: EMPLOYEE, userid } })
}
