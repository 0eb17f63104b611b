//! `carillon.operator_set`: replaces the roles of an operator. An operation of Carillon.

use carillon_domain::operator;
use carillon_model::{
    error::{Result, Rule},
    id::UserId,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Grant, ROLES};
use crate::v1_0::{
    EmptyResponse,
    carillon::{LOCAL, UNKNOWN_MEMBER},
};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The userid of the member who gets the roles.
    #[schemars(length(min = 1, max = 128))]
    user_id: UserId,
    /// All roles of the member from now on. At most 200 roles and service accounts together.
    #[schemars(length(min = 1, max = 200))]
    roles: Vec<Grant>,
    /// Adds a member with this name to the root department if nobody has the userid; absent: the member must exist.
    #[schemars(length(max = 80))]
    name: Option<String>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.operator_set", "/v1.0/carillon/operators/{userId}")
        .put()
        .title("设置运营人员的角色", "Set the roles of an operator")
        .purpose(
            "整体替换直接授予一个成员的运营角色，立即生效；传入 `name` 时，userid 不存在则先在根部门添加成员。企业必须保留至少一个所有者。角色有变化时，之前为该成员生成的设密链接失效，其不再有权处理的会话会被释放。",
            "Replaces the roles that were given to a member, with effect at once; with `name`, a missing member is added first. The organisation keeps at least one owner. When roles change, links to choose a password end, and conversations that the member may no longer answer are released.",
        )
        .callers(LOCAL)
        .roles(ROLES)
        .error(Rule::UnknownUser, UNKNOWN_MEMBER)
        .example(json!({
            "userId": "user06",
            "roles": [{ "role": "editor", "unionids": ["svcUnionId0001"] }, { "role": "analyst" }],
            "name": "李四",
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let name = request.name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    let rights = Grant::into_rights(request.roles);
    operator::set(tx, &call.env, call.corp(), &request.user_id, name, rights)?;
    Ok(EmptyResponse {})
}
