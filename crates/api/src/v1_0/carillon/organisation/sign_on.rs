//! `/v1.0/carillon/organisation/sign-on`: how members sign in by a provider. For owners: whoever decides who members are decides
//! everything.

pub mod get;
pub mod remove;
pub mod set;

use std::collections::BTreeMap;

use carillon_model::{
    operator::OperatorRole,
    sign_on::{MatchBy, SignOn},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(get::operation),
    Entry::Operation(remove::operation),
    Entry::Operation(set::operation),
];

/// Who may call these operations.
const ROLES: &[OperatorRole] = &[OperatorRole::Owner];

/// The settings.
#[derive(Serialize, JsonSchema)]
struct SignOnSettings {
    /// The address of the provider (issuer), as its tokens contain it.
    issuer: String,
    /// The id by which the provider knows this server.
    client_id: String,
    /// Whether the client has a secret. Nothing returns the secret itself.
    has_secret: bool,
    /// The name of the provider on the sign-in page.
    label: String,
    /// Scopes that are requested besides `openid`.
    scopes: Vec<String>,
    /// By what members are found at their first sign-in.
    match_by: MatchBy,
    /// The claim with the userid, or its path with points.
    userid_claim: String,
    /// The claim with the groups, or its path with points; empty for none.
    groups_claim: String,
    /// The roles in the console that a group of the provider gives, by the name of the group.
    group_roles: BTreeMap<String, Vec<OperatorRole>>,
    /// Whether somebody who is no member becomes one, in the root department.
    enrol: bool,
    /// Whether members can sign in by the provider alone.
    only: bool,
}

/// The settings as they are stored after a change.
#[derive(Serialize, JsonSchema)]
struct StoredSettings {
    #[serde(flatten)]
    settings: SignOnSettings,
    /// The revision that is stored after the call, for the next change.
    revision: String,
}

impl SignOnSettings {
    fn of(settings: SignOn, has_secret: bool) -> Self {
        let roles = settings.group_roles.into_iter();
        Self {
            issuer: settings.issuer,
            client_id: settings.client_id,
            has_secret,
            label: settings.label,
            scopes: settings.scopes,
            match_by: settings.match_by,
            userid_claim: settings.userid_claim,
            groups_claim: settings.groups_claim,
            group_roles: roles.map(|(group, roles)| (group, roles.into_iter().collect())).collect(),
            enrol: settings.enrol,
            only: settings.only,
        }
    }
}
