//! `carillon.account_disable`: disables a service account for good. An operation of Carillon.

use carillon_domain::account::settings;
use carillon_model::{
    error::{Result, Rule},
    id::AccountId,
    operator::OperatorRole,
    service_account::MAX_NAME_CHARS,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::declare;
use crate::v1_0::{EmptyResponse, exclusive::follow::message::UNKNOWN_ACCOUNT};

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// Its name, so that no other account is disabled by mistake.
    #[schemars(length(min = 1, max = MAX_NAME_CHARS))]
    name: String,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/service-accounts/{unionid}/disable";
    declare("carillon.account_disable", path, &[OperatorRole::Owner])
        .title("停用服务号", "Disable a service account for good")
        .error(Rule::AccountDisabled, UNKNOWN_ACCOUNT)
        .example(json!({ "unionid": "svcUnionId0002", "name": "Archive" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    settings::disable(tx, call.corp(), &request.unionid, &request.name)?;
    Ok(EmptyResponse {})
}
