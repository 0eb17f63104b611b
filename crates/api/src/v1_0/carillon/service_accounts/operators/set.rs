//! `carillon.account_operators`: replaces the operators of a service account. An operation of Carillon.

use carillon_domain::account::{self, audience, losses, revision};
use carillon_model::{
    error::{Error, Result, Rule},
    id::{AccountId, UserId},
    operator::OperatorRole,
    service_account::MAX_REVISION_CHARS,
};
use carillon_store::Tx;
use carillon_wire::{Call, Caller, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::PATH;
use crate::v1_0::carillon::service_accounts::{Changed, declare_replacing, with_member_list};

/// What operators of an account do in the console, an app must be permitted to do: nobody gives more than they have.
const PERMISSIONS: [&str; 3] =
    ["qyapi_service_account_materials", "qyapi_service_account_menu", "qyapi_service_account_message"];

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The revision that was changed, as the last read or change returned it; absent: whatever is there.
    #[schemars(length(max = MAX_REVISION_CHARS))]
    revision: Option<String>,
    /// Whether to change nothing, and only to return what the change would take away; false if absent.
    preview: Option<bool>,
    /// Members who operate it; absent or empty: none.
    #[schemars(length(max = 1000))]
    operator_user_id_list: Option<Vec<UserId>>,
}

pub fn operation() -> Operation {
    // They are editors, senders and agents of the account in the console, and nobody but an owner gives roles.
    let operation = declare_replacing("carillon.account_operators", PATH, &[OperatorRole::Owner]);
    with_member_list(operation, "operator_user_id_list")
        .title("设置服务号运营人员", "Set the operators of a service account")
        .example(json!({
            "unionid": "svcUnionId0001",
            "preview": false,
            "operator_user_id_list": ["user01", "user02"],
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Changed> {
    if matches!(call.caller, Caller::App(_)) {
        let missing: Vec<&str> = PERMISSIONS.into_iter().filter(|permission| !call.may(permission)).collect();
        if !missing.is_empty() {
            return Err(Error::because(Rule::PermissionDenied, missing.join(",")));
        }
    }
    let users = request.operator_user_id_list.unwrap_or_default();
    let (corp, id) = (call.corp(), &request.unionid);
    account::enabled(tx, corp, id)?;
    revision::require(&revision::operators(tx.state().corp(corp)?, id)?, request.revision.as_deref())?;
    let losses = losses::of_operators(tx, corp, id, &users)?.into();
    if request.preview != Some(true) {
        audience::set_operators(tx, corp, id, &users)?;
    }
    Ok(Changed { revision: revision::operators(tx.state().corp(corp)?, id)?, losses })
}
