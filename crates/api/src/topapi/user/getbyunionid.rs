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
    /// The person's id across organisations, as `contacts.user_get` returns it.
    #[schemars(length(min = 1, max = 100))]
    unionid: String,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The member who has the unionid.
    result: UserView,
}

/// A member.
#[derive(Serialize, JsonSchema)]
struct UserView {
    /// 0 for a member of the organisation, 1 for an external contact; always 0, since there are none.
    #[schemars(extend("enum" = [0, 1]))]
    contact_type: u8,
    /// The userid of the member in the organisation.
    userid: UserId,
}

pub fn operation() -> Operation {
    Operation::legacy("contacts.user_get_by_unionid", "/topapi/user/getbyunionid")
        .title("根据unionid获取用户userid", "Get userid by unionid")
        .purpose(
            "用 unionid 查出成员在企业内的 userid，例如事件中带有的 unionid。只能查到在职成员，离职后返回错误。",
            "Finds the userid of the member with a unionid, such as events contain it. Only present members are \
             found; for others it is an error.",
        )
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
