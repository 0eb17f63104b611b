//! `carillon.account_operators`: replaces the members who work with a service account.

use carillon_domain::account::audience;
use carillon_model::{
    error::Result,
    id::{AccountId, UserId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{UNKNOWN_USER, declare};
use crate::topapi::Done;

/// The request.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// Members who work with it; absent or empty: nobody.
    #[schemars(length(max = 1000))]
    operator_user_id_list: Option<Vec<UserId>>,
}

/// The declaration.
pub fn operation() -> Operation {
    let path = "/v1.0/carillon/service-accounts/{unionid}/operators";
    declare(
        Operation::v1("carillon.account_operators", path)
            .title("设置服务号运营人员", "Set the operators of a service account"),
    )
    .bad_field("operator_user_id_list", UNKNOWN_USER)
    .example(json!({ "unionid": "svcUnionId0001", "operator_user_id_list": ["user01"] }))
    .write(answer)
}

fn answer(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Done> {
    let users = request.operator_user_id_list.unwrap_or_default();
    audience::set_operators(tx, call.corp(), &request.unionid, &users)?;
    Ok(Done {})
}
