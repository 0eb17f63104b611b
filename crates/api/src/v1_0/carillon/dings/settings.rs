//! `carillon.ding_settings`: the accounts that send urgent messages, and whether the agreement about them was signed. An operation
//! of Carillon, in place of the vendor's console.

use carillon_domain::{account::revision, ding};
use carillon_model::{
    error::{Result, Rule},
    id::AccountId,
    operator::OperatorRole,
    service_account::MAX_REVISION_CHARS,
};
use carillon_store::{DingSetting, Tx};
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::v1_0::{
    carillon::{APPS_AND_LOCAL, Stored},
    exclusive::follow::message::UNKNOWN_ACCOUNT,
};

/// All settings: an absent account is removed.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The revision that the caller read; if it is not the stored one, nothing changes. Absent: the current content is replaced.
    #[schemars(length(max = MAX_REVISION_CHARS))]
    revision: Option<String>,
    /// Whether the administrator has signed the agreement. Nothing is sent without it.
    agreement_signed: bool,
    /// The account that sends those in the app, by its `unionid`; absent for none.
    #[schemars(length(max = 128))]
    app_unionid: Option<AccountId>,
    /// The account that sends those by phone, by its `unionid`; absent for none.
    #[schemars(length(max = 128))]
    phone_unionid: Option<AccountId>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.ding_settings", "/v1.0/carillon/dings/settings")
        .put()
        .title("设置DING服务号", "Set who sends urgent messages")
        .purpose(
            "整体设置 DING：是否已签署协议，以及发送应用内 DING 和电话 DING 的服务号，未传的服务号会被清除。服务号必须存在且未停用。传入 revision 时，若设置在读取之后被别人修改过则不做修改。在签署协议并设置服务号之前，无法发送 DING。",
            "Replaces who sends urgent messages, and whether the agreement was signed; an absent account is removed. Accounts must exist and be in use. With a revision, nothing changes if somebody else changed the settings since. Nothing can be sent before the agreement is signed and the account of the channel is set.",
        )
        .permission("qyapi_service_account_manage")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Owner])
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
        .error(Rule::AccountDisabled, UNKNOWN_ACCOUNT)
        .errors(&[Rule::SettingsChanged])
        .example(json!({
            "agreement_signed": true,
            "app_unionid": "svcUnionId0001",
            "phone_unionid": "svcUnionId0001",
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Stored> {
    let current = ding::revision(&tx.ding_setting(call.corp())?)?;
    revision::require(&current, request.revision.as_deref())?;
    let non_blank = |id: Option<AccountId>| id.filter(|id| !id.as_str().trim().is_empty());
    let setting = DingSetting {
        signed: request.agreement_signed,
        app_account: non_blank(request.app_unionid),
        phone_account: non_blank(request.phone_unionid),
    };
    ding::set(tx, call.corp(), &setting)?;
    Ok(Stored { revision: ding::revision(&setting)? })
}
