//! `carillon.sign_on_remove`: members sign in by their passwords again. An operation of Carillon.

use carillon_domain::{account::revision, sign_on};
use carillon_model::{
    error::{Result, Rule},
    service_account::MAX_REVISION_CHARS,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::ROLES;
use crate::v1_0::{EmptyResponse, carillon::LOCAL};

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The revision that the caller read; if it is not the stored one, nothing changes. Absent: the current content is replaced.
    #[schemars(length(max = MAX_REVISION_CHARS))]
    revision: Option<String>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.sign_on_remove", "/v1.0/carillon/organisation/sign-on")
        .delete()
        .title("停用单点登录", "Remove single sign-on")
        .purpose(
            "停用单点登录并删除设置（包括客户端密钥），成员重新用密码登录，由用户组带来的运营角色随之失效。没有设置时也返回成功。",
            "Removes single sign-on with the secret of its client. Members sign in by their passwords again, and roles that groups of the provider gave end. Without single sign-on it succeeds too.",
        )
        .callers(LOCAL)
        .roles(ROLES)
        .requires_reauthentication()
        .errors(&[Rule::SettingsChanged])
        .example(json!({}))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    revision::require(&sign_on::revision(tx, call.corp())?, request.revision.as_deref())?;
    sign_on::remove(tx, call.corp())?;
    Ok(EmptyResponse {})
}
