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
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The revision that the caller read; if it is not the stored one, nothing changes. Absent: the current content is replaced.
    #[schemars(length(max = MAX_REVISION_CHARS))]
    revision: Option<String>,
    /// True to change nothing and only return what the change would take away; false if absent.
    preview: Option<bool>,
    /// Userids of the members who operate it and get the roles editor, sender and agent for it; absent or empty: none.
    #[schemars(length(max = 1000))]
    operator_user_id_list: Option<Vec<UserId>>,
}

pub fn operation() -> Operation {
    // They are editors, senders and agents of the account in the console, and nobody but an owner gives roles.
    let operation = declare_replacing("carillon.account_operators", PATH, &[OperatorRole::Owner]);
    with_member_list(operation, "operator_user_id_list")
        .title("设置服务号运营人员", "Set the operators of a service account")
        .purpose(
            "整体替换服务号的运营人员：他们可在管理后台编辑、发送和回复该服务号的内容。\
             应用须同时拥有素材、菜单和消息权限；被移除者负责的会话会变为未分配。",
            "Replaces the members who operate a service account: in the console they edit, send and \
             reply for it. An app needs the permissions for materials, menu and messages too. \
             Conversations of those who lose the role are released.",
        )
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
