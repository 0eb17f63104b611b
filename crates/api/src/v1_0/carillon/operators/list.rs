//! `carillon.operator_list`: all operators with their roles. An operation of Carillon.

use carillon_domain::operator;
use carillon_model::error::Result;
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{OperatorRow, ROLES};
use crate::v1_0::carillon::LOCAL;

#[derive(Deserialize, JsonSchema)]
struct Request {}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The operators, by userid: at most 1,000 with a role, and the operators of accounts.
    operators: Vec<OperatorRow>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.operator_list", "/v1.0/carillon/operators")
        .get()
        .title("查询运营人员", "List the operators")
        .purpose(
            "查询可以使用管理后台的成员及其角色的来源：直接授予的角色、服务号的运营人员名单，以及单点登录的用户组。不分页。",
            "Returns the members who may work in the console, and why: roles that were given to them, the lists of operators of service accounts, and groups of the provider of single sign-on.",
        )
        .callers(LOCAL)
        .roles(ROLES)
        .example(json!({}))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, _: Request) -> Result<Response> {
    let operators = operator::list(tx, call.corp())?;
    Ok(Response { operators: operators.into_iter().map(OperatorRow::of).collect() })
}
