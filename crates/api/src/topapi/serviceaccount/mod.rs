//! `/topapi/serviceaccount`: service accounts (服务号).

pub mod add;
pub mod get;
pub mod list;
pub mod update;

use carillon_model::{
    id::{AccountId, MediaId},
    service_account::ServiceAccount,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The permission of these operations.
const MANAGE: &str = "qyapi_service_account_manage";

/// Whether an account is in use.
#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Status {
    /// In use.
    Normal,
    /// Ended for good: hidden from sending and from members, its name free again (decided in docs/WIRE.md).
    Disabled,
}

/// A service account, as lists and details show it.
#[derive(Serialize, JsonSchema)]
struct Account {
    /// Whether it is in use.
    status: Status,
    /// Its id.
    unionid: AccountId,
    /// Its name.
    name: String,
    /// Short introduction.
    brief: String,
    /// Introduction on the profile page.
    desc: String,
    /// Avatar.
    avatar_media_id: MediaId,
    /// Picture on the profile page.
    preview_media_id: MediaId,
}

impl From<&ServiceAccount> for Account {
    fn from(account: &ServiceAccount) -> Self {
        Self {
            status: if account.disabled { Status::Disabled } else { Status::Normal },
            unionid: account.id.clone(),
            name: account.name.clone(),
            brief: account.brief.clone(),
            desc: account.desc.clone(),
            avatar_media_id: account.avatar_media_id.clone(),
            preview_media_id: account.preview_media_id.clone(),
        }
    }
}
