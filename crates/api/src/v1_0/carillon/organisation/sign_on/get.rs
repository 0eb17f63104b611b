//! `carillon.sign_on_get`: how members sign in by a provider. An operation of Carillon.

use carillon_domain::sign_on;
use carillon_model::error::Result;
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{ROLES, SignOnSettings};
use crate::v1_0::carillon::LOCAL;

#[derive(Deserialize, JsonSchema)]
struct Request {}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The settings; absent without single sign-on.
    #[serde(skip_serializing_if = "Option::is_none")]
    sign_on: Option<SignOnSettings>,
    /// The revision of the settings, also of none, for the next `carillon.sign_on_set`.
    revision: String,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.sign_on_get", "/v1.0/carillon/organisation/sign-on")
        .get()
        .title("查询单点登录设置", "Get the settings of single sign-on")
        .purpose(
            "查询企业的单点登录（OpenID Connect）设置；没有设置时不返回 `sign_on`。客户端密钥不返回。",
            "Returns how members sign in by a provider (OpenID Connect); without single sign-on, `sign_on` is absent. The secret of the client is never returned.",
        )
        .callers(LOCAL)
        .roles(ROLES)
        .example(json!({}))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, _: Request) -> Result<Response> {
    let has_secret = sign_on::has_secret(tx, call.corp())?;
    let settings = sign_on::settings(tx, call.corp())?;
    let sign_on = settings.map(|settings| SignOnSettings::of(settings, has_secret));
    Ok(Response { sign_on, revision: sign_on::revision(tx, call.corp())? })
}
