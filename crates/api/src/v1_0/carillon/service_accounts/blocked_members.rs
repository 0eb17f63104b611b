//! `carillon.account_blocked_members`: replaces the members whom a service account sends nothing.

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
    /// Members whom it sends nothing; absent or empty: nobody is blocked.
    #[schemars(length(max = 1000))]
    black_user_id_list: Option<Vec<UserId>>,
}

/// The declaration.
pub fn operation() -> Operation {
    let path = "/v1.0/carillon/service-accounts/{unionid}/blocked-members";
    declare(
        Operation::v1("carillon.account_blocked_members", path)
            .title("设置服务号黑名单", "Set the blocked members of a service account"),
    )
    .bad_field("black_user_id_list", UNKNOWN_USER)
    .example(json!({ "unionid": "svcUnionId0001", "black_user_id_list": ["user01"] }))
    .write(answer)
}

fn answer(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Done> {
    let users = request.black_user_id_list.unwrap_or_default();
    audience::set_blocked(tx, call.corp(), &request.unionid, &users)?;
    Ok(Done {})
}
