//! `carillon.account_blocked_members`: replaces the blocked members of a service account. An operation of Carillon.

use carillon_domain::account::{self, audience, losses, revision};
use carillon_model::{
    error::Result,
    id::{AccountId, UserId},
    operator::OperatorRole,
    service_account::MAX_REVISION_CHARS,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::PATH;
use crate::v1_0::carillon::service_accounts::{Changed, declare_replacing, with_member_list};

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
    /// Userids of the members who receive nothing from the account and cannot write to it; absent or empty: nobody.
    #[schemars(length(max = 1000))]
    black_user_id_list: Option<Vec<UserId>>,
}

pub fn operation() -> Operation {
    let operation = declare_replacing("carillon.account_blocked_members", PATH, &[OperatorRole::Editor]);
    with_member_list(operation, "black_user_id_list")
        .title("设置服务号黑名单", "Set the blocked members of a service account")
        .purpose(
            "整体替换服务号的黑名单，立即生效，已收到的消息不会收回。可先用 `preview` 查看新拉黑的成员而\
             不做修改。",
            "Replaces the whole list of blocked members, with immediate effect; messages that they have \
             stay. With `preview`, only returns who would be newly blocked.",
        )
        .example(json!({ "unionid": "svcUnionId0001", "preview": false, "black_user_id_list": ["user04"] }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Changed> {
    let users = request.black_user_id_list.unwrap_or_default();
    let (corp, id) = (call.corp(), &request.unionid);
    account::enabled(tx, corp, id)?;
    revision::require(&revision::blocked(tx.state().corp(corp)?, id)?, request.revision.as_deref())?;
    let losses = losses::of_blocked(tx, corp, id, &users)?.into();
    if request.preview != Some(true) {
        audience::set_blocked(tx, corp, id, &users)?;
    }
    Ok(Changed { revision: revision::blocked(tx.state().corp(corp)?, id)?, losses })
}
