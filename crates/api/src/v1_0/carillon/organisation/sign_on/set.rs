//! `carillon.sign_on_set`: replaces how members sign in by a provider. An operation of Carillon.

use std::collections::BTreeMap;

use carillon_domain::{account::revision, sign_on};
use carillon_model::{
    error::{Result, Rule},
    operator::OperatorRole,
    service_account::MAX_REVISION_CHARS,
    sign_on::{MatchBy, SignOn},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{ROLES, SignOnSettings, StoredSettings};
use crate::v1_0::carillon::LOCAL;

/// All settings: an absent one has its default.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The revision that the caller read; if it is not the stored one, nothing changes. Absent: the current content is replaced.
    #[schemars(length(max = MAX_REVISION_CHARS))]
    revision: Option<String>,
    /// The address of the provider (issuer), below which `/.well-known/openid-configuration` is. It begins with `https://`,
    /// except on this machine.
    #[schemars(length(min = 1, max = 512))]
    issuer: String,
    /// The id by which the provider knows this server.
    #[schemars(length(min = 1, max = 512))]
    client_id: String,
    /// The secret of the client; empty for a client without secret. Absent: the stored one stays, unless issuer or client change.
    #[schemars(length(max = 512))]
    client_secret: Option<String>,
    /// The name of the provider on the sign-in page.
    #[schemars(length(min = 1, max = 40))]
    label: String,
    /// Scopes that are requested besides `openid`; absent: `profile` and `email`.
    #[schemars(length(max = 20))]
    scopes: Option<Vec<String>>,
    /// By what members are found at their first sign-in; absent: `userid`. E-mail addresses and mobile numbers count only if the
    /// provider states that they are verified.
    match_by: Option<MatchBy>,
    /// The claim with the userid, or its path with points; absent: `preferred_username`.
    #[schemars(length(min = 1, max = 128))]
    userid_claim: Option<String>,
    /// The claim with the groups, or its path with points, such as `realm_access.roles`; absent or empty: groups give no roles.
    #[schemars(length(max = 128))]
    groups_claim: Option<String>,
    /// The roles in the console that a group of the provider gives, for all service accounts, by the name of the group. They
    /// count for 12 hours after the last sign-in.
    #[schemars(length(max = 100))]
    group_roles: Option<BTreeMap<String, Vec<OperatorRole>>>,
    /// Whether somebody who is no member becomes one, in the root department; absent: no.
    enrol: Option<bool>,
    /// Whether members can sign in by the provider alone; absent: no. Needs an owner who has signed in by it.
    only: Option<bool>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.sign_on_set", "/v1.0/carillon/organisation/sign-on")
        .put()
        .title("设置单点登录", "Set single sign-on")
        .purpose(
            "整体设置单点登录（OpenID Connect），未传的设置恢复默认值。客户端密钥不传则保留，但更换 issuer 或客户端时必须重新提供。保存时不会连接登录服务；只有已有所有者通过它登录过，才能设为只允许单点登录。传入 revision 时，若设置在读取之后被别人修改过则不做修改。",
            "Replaces how members sign in by a provider (OpenID Connect); absent settings get their defaults. A stored secret stays when absent, but another issuer or client needs it again. The provider is not called. `only` needs an owner who has signed in by it before. With a revision, nothing changes if somebody else changed the settings since.",
        )
        .callers(LOCAL)
        .roles(ROLES)
        .requires_reauthentication()
        .errors(&[Rule::SettingsChanged])
        .example(json!({
            "issuer": "https://id.example.com",
            "client_id": "carillon",
            "client_secret": "kept-by-the-provider",
            "label": "Example ID",
            "scopes": ["profile", "email"],
            "match_by": "email",
            "userid_claim": "preferred_username",
            "groups_claim": "groups",
            "group_roles": { "newsroom": ["editor", "sender"] },
            "enrol": true,
            "only": false,
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<StoredSettings> {
    revision::require(&sign_on::revision(tx, call.corp())?, request.revision.as_deref())?;
    let default_scopes = || ["profile", "email"].map(str::to_owned).to_vec();
    let group_roles = request.group_roles.unwrap_or_default().into_iter();
    let settings = SignOn {
        issuer: request.issuer,
        client_id: request.client_id,
        label: request.label.trim().to_owned(),
        scopes: request.scopes.unwrap_or_else(default_scopes),
        match_by: request.match_by.unwrap_or_default(),
        userid_claim: request.userid_claim.unwrap_or_else(|| "preferred_username".to_owned()),
        groups_claim: request.groups_claim.unwrap_or_default(),
        group_roles: group_roles.map(|(group, roles)| (group, roles.into_iter().collect())).collect(),
        enrol: request.enrol.unwrap_or_default(),
        only: request.only.unwrap_or_default(),
    };
    let secret = request.client_secret.as_deref();
    sign_on::set(tx, &call.env, call.corp(), &settings, secret)?;
    let has_secret = sign_on::has_secret(tx, call.corp())?;
    let settings = SignOnSettings::of(settings, has_secret);
    Ok(StoredSettings { settings, revision: sign_on::revision(tx, call.corp())? })
}
