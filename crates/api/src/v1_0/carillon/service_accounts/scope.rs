//! `carillon.account_scope`: replaces the scope that a service account may send to.

use carillon_domain::account::audience::{self, NewScope};
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, DeptId, UserId},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{UNKNOWN_USER, declare_setting};
use crate::v1_0::EmptyResponse;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// Whether it may send to everybody. The lists are stored, and apply only if not.
    allow_send_to_all: bool,
    /// Members whom it may send to; absent or empty: none.
    #[schemars(length(max = 1000))]
    allow_send_user_id_list: Option<Vec<UserId>>,
    /// Departments that it may send to, each with everything below it; absent or empty: none.
    #[schemars(length(max = 1000))]
    allow_send_dept_id_list: Option<Vec<DeptId>>,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/service-accounts/{unionid}/scope";
    declare_setting(
        Operation::v1("carillon.account_scope", path)
            .title("设置服务号发送范围", "Set the scope of a service account"),
        &[OperatorRole::Editor],
    )
    .errors(&[Rule::TooManyDepartments])
    .bad_field("allow_send_user_id_list", UNKNOWN_USER)
    .example(json!({
        "unionid": "svcUnionId0001",
        "allow_send_to_all": false,
        "allow_send_user_id_list": ["user01"],
        "allow_send_dept_id_list": [101, 102],
    }))
    .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let scope = NewScope {
        all: request.allow_send_to_all,
        users: request.allow_send_user_id_list.unwrap_or_default(),
        departments: request.allow_send_dept_id_list.unwrap_or_default(),
    };
    audience::set_scope(tx, call.corp(), &request.unionid, scope)?;
    Ok(EmptyResponse {})
}
