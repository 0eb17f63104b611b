//! Single sign-on of an organisation by OpenID Connect.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    operator::{AccountScope, OperatorRights, OperatorRole},
    time::Timestamp,
};

/// Most characters of a name of a claim or of a group.
pub const MAX_CLAIM_NAME: usize = 128;
/// Most groups of the provider that give roles. Decided.
pub const MAX_GROUPS: usize = 100;
/// Most groups that are kept of what a provider says of a member. Decided.
pub const MAX_MEMBER_GROUPS: usize = 500;
/// How long the groups of the last sign-in give roles, in hours. After that an operator signs in again. Decided.
pub const GROUPS_HOURS: i64 = 12;

/// By what members of the organisation are found at their first sign-in. Later ones go by the subject of the provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatchBy {
    /// The claim is the userid.
    #[default]
    Userid,
    /// The claim `email` is an e-mail address of the member. It counts only if the provider states that it is verified.
    Email,
    /// The claim `phone_number` is the mobile number of the member. It counts only if the provider states that it is verified.
    Mobile,
}

impl MatchBy {
    /// The name, as stored and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Userid => "userid",
            Self::Email => "email",
            Self::Mobile => "mobile",
        }
    }
}

/// How members of an organisation sign in by a provider. The secret of the client is stored apart from it, sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOn {
    /// The issuer: the address of the provider, below which its configuration is found.
    pub issuer: String,
    /// The id by which the provider knows this server.
    pub client_id: String,
    /// The name of the provider on the sign-in page.
    pub label: String,
    /// Scopes that are requested besides `openid`.
    pub scopes: Vec<String>,
    /// By what members are found.
    pub match_by: MatchBy,
    /// The claim with the userid: for [`MatchBy::Userid`], and for new members.
    pub userid_claim: String,
    /// The claim with the groups of a member; empty for none.
    pub groups_claim: String,
    /// The roles that a group gives in the console, for all service accounts.
    pub group_roles: BTreeMap<String, BTreeSet<OperatorRole>>,
    /// Whether somebody who is no member becomes one.
    pub enrol: bool,
    /// Whether members can sign in by the provider alone.
    pub only: bool,
}

impl SignOn {
    /// The rights that groups give.
    pub fn rights_of(&self, groups: &[String]) -> OperatorRights {
        let roles = groups.iter().filter_map(|group| self.group_roles.get(group)).flatten();
        roles.map(|role| (*role, AccountScope::All)).collect()
    }
}

/// What a provider states about who signs in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The issuer.
    pub issuer: String,
    /// The subject: never reused by the issuer.
    pub subject: String,
    /// The value of [`SignOn::userid_claim`].
    pub userid: Option<String>,
    /// The e-mail address, if it is verified.
    pub email: Option<String>,
    /// The mobile number, if it is verified.
    pub mobile: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The values of [`SignOn::groups_claim`].
    pub groups: Vec<String>,
    /// The session at the provider, if it has a name: the provider names it when it ends.
    pub session: Option<String>,
}

/// What a provider states about somebody who has signed out there: the subject, the session, or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logout {
    /// The issuer.
    pub issuer: String,
    /// The id of the statement, which is accepted once.
    pub id: String,
    /// The subject.
    pub subject: Option<String>,
    /// The session that ended; all of the subject if absent.
    pub session: Option<String>,
    /// The time from which on the statement is refused anyway.
    pub expires_at: Timestamp,
}

/// The member that a subject of a provider is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignOnLink {
    /// The issuer.
    pub issuer: String,
    /// The subject.
    pub subject: String,
    /// The groups at the last sign-in.
    pub groups: Vec<String>,
    /// The last sign-in.
    pub signed_in_at: Timestamp,
}

/// Why a provider is of no use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// The guard does not permit its address.
    #[error("the guard of [delivery] does not permit the address of the provider")]
    Forbidden,
    /// No connection, no valid certificate, or no answer in time.
    #[error("the provider cannot be reached")]
    Unreachable,
    /// Its configuration or its answer is not what the standard wants.
    #[error("the answer of the provider is not valid: {0}")]
    Invalid(String),
    /// It refuses the client or the code.
    #[error("the provider refuses: {0}")]
    Refused(String),
}

/// The beginning of a sign-in: where the browser goes, and what its answer is checked by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// The page of the provider.
    pub url: String,
    /// Returned with the answer.
    pub state: String,
    /// In the token.
    pub nonce: String,
    /// Proves that the code was requested here.
    pub verifier: String,
}

/// What the browser brought back, with what the sign-in began with.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The code.
    pub code: String,
    /// See [`Begun`].
    pub nonce: String,
    /// See [`Begun`].
    pub verifier: String,
    /// Whether the member has to have signed in at the provider just now.
    pub confirms: bool,
}
