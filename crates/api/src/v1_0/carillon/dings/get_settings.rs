//! `carillon.ding_settings_get`: the accounts that send urgent messages. An operation of Carillon.

use carillon_domain::ding;
use carillon_model::{error::Result, id::AccountId, operator::OperatorRole};
use carillon_store::{DingSetting, Tx};
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::v1_0::carillon::APPS_AND_LOCAL;

#[derive(Deserialize, JsonSchema)]
struct Request {}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The revision of these settings, for the next `carillon.ding_settings`.
    revision: String,
    /// Whether the administrator has signed the agreement. Nothing is sent without it.
    agreement_signed: bool,
    /// The account that sends those in the app, by its `unionid`; absent for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    app_unionid: Option<AccountId>,
    /// The account that sends those by phone, by its `unionid`; absent for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_unionid: Option<AccountId>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.ding_settings_get", "/v1.0/carillon/dings/settings")
        .get()
        .title("查询DING服务号", "Get who sends urgent messages")
        .purpose(
            "查询由哪个服务号发送应用内 DING、由哪个服务号发送电话 DING，以及管理员是否已签署 DING 协议。",
            "Returns which account sends urgent messages in the app and which by phone, and whether the agreement about them was signed.",
        )
        .permission("qyapi_service_account_manage")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Owner])
        .example(json!({}))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, _: Request) -> Result<Response> {
    let setting = tx.ding_setting(call.corp())?;
    let revision = ding::revision(&setting)?;
    let DingSetting { signed, app_account, phone_account } = setting;
    Ok(Response {
        revision,
        agreement_signed: signed,
        app_unionid: app_account,
        phone_unionid: phone_account,
    })
}
