//! `carillon.account_scope`: replaces the scope that a service account may send to. An operation of Carillon.

use carillon_domain::account::{
    self,
    audience::{self, NewScope},
    losses, revision,
};
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, DeptId, UserId},
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
    /// Whether it may send to everybody in the organisation. If true, the two lists are stored but do not apply.
    allow_send_to_all: bool,
    /// Userids of the members whom it may send to, besides those of the departments; absent or empty: none.
    #[schemars(length(max = 1000))]
    allow_send_user_id_list: Option<Vec<UserId>>,
    /// Ids of the departments that it may send to, each with all departments below it; absent or empty: none.
    #[schemars(length(max = 1000))]
    allow_send_dept_id_list: Option<Vec<DeptId>>,
}

pub fn operation() -> Operation {
    let operation = declare_replacing("carillon.account_scope", PATH, &[OperatorRole::Editor]);
    with_member_list(operation, "allow_send_user_id_list")
        .title("设置服务号发送范围", "Set the scope of a service account")
        .purpose(
            "整体替换服务号的发送范围，对之后的群发生效；已安排的定时群发在发送时按新范围计算。\
             可先用 `preview` 查看有多少成员被移出而不做修改。",
            "Replaces the scope that a service account may send to. It holds for later sends, and for \
             scheduled ones when they are due. With `preview`, only returns how many members would leave \
             it.",
        )
        .errors(&[Rule::TooManyDepartments])
        .example(json!({
            "unionid": "svcUnionId0001",
            "preview": false,
            "allow_send_to_all": false,
            "allow_send_user_id_list": ["user01"],
            "allow_send_dept_id_list": [101, 102],
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Changed> {
    let scope = NewScope {
        all: request.allow_send_to_all,
        users: request.allow_send_user_id_list.unwrap_or_default(),
        departments: request.allow_send_dept_id_list.unwrap_or_default(),
    };
    let (corp, id) = (call.corp(), &request.unionid);
    account::enabled(tx, corp, id)?;
    revision::require(&revision::scope(tx.state().corp(corp)?, id)?, request.revision.as_deref())?;
    let losses = losses::of_scope(tx, corp, id, &scope)?.into();
    if request.preview != Some(true) {
        audience::set_scope(tx, corp, id, scope)?;
    }
    Ok(Changed { revision: revision::scope(tx.state().corp(corp)?, id)?, losses })
}
