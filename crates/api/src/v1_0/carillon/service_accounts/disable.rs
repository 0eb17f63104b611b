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
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The exact name of the account, as a confirmation; another name is refused.
    #[schemars(length(min = 1, max = MAX_NAME_CHARS))]
    name: String,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/service-accounts/{unionid}/disable";
    declare("carillon.account_disable", path, &[OperatorRole::Owner])
        .title("停用服务号", "Disable a service account for good")
        .purpose(
            "永久停用服务号，不可恢复：之后不能再发送或修改，名称可由其他服务号使用。\
             已发送的内容和统计保留，仍可撤回群发、删除文章和卡片。",
            "Disables a service account for good. It can no longer send or be changed, and its name is \
             free again. What it sent remains; sends can still be recalled, and articles and cards \
             deleted.",
        )
        .error(Rule::AccountDisabled, UNKNOWN_ACCOUNT)
        .example(json!({ "unionid": "svcUnionId0002", "name": "Archive" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    settings::disable(tx, call.corp(), &request.unionid, &request.name)?;
    Ok(EmptyResponse {})
}
