//! Changes a service account, or disables it for good.

use carillon_model::{
    audit::{Change, Subject},
    error::{Result, Rule},
    id::{AccountId, CorpId, MediaId},
    service_account::ServiceAccount,
};
use carillon_store::Tx;

use crate::{account::require_free_name, media};

/// Changes to a service account. `None` keeps the stored value.
#[derive(Clone, Debug, Default)]
pub struct AccountChange {
    /// The name.
    pub name: Option<String>,
    /// The avatar.
    pub avatar_media_id: Option<MediaId>,
    /// The short introduction.
    pub brief: Option<String>,
    /// The introduction on the profile page.
    pub desc: Option<String>,
    /// The picture on the profile page.
    pub preview_media_id: Option<MediaId>,
    /// `Some(true)` disables the account for good.
    pub disabled: Option<bool>,
}

/// Changes a service account.
///
/// Decided: a change of a disabled account is refused unless all values are the stored ones, as when a caller repeats the call
/// that disabled it.
pub fn update(tx: &mut Tx<'_>, corp: &CorpId, id: &AccountId, change: AccountChange) -> Result<()> {
    let state = tx.state().corp(corp)?;
    let before = ServiceAccount::clone(state.account(id)?);
    let after = changed(before.clone(), change);
    if after == before {
        return Ok(());
    }
    if before.disabled {
        return Err(Rule::AccountDisabled.into());
    }
    // A disabled account frees its name, so its name may also be that of another account.
    if !after.disabled && after.name != before.name {
        require_free_name(state, &after.name, Some(id))?;
    }
    if after.avatar_media_id != before.avatar_media_id {
        media::require_image(tx, corp, "avatar_media_id", &after.avatar_media_id)?;
    }
    if after.preview_media_id != before.preview_media_id {
        media::require_image(tx, corp, "preview_media_id", &after.preview_media_id)?;
    }
    tx.update_account(corp, &after)?;
    let change = Change::updated(Subject::Account, id)
        .between("name", &before.name, &after.name)
        .between("avatar_media_id", &before.avatar_media_id, &after.avatar_media_id)
        .between("brief", &before.brief, &after.brief)
        .between("desc", &before.desc, &after.desc)
        .between("preview_media_id", &before.preview_media_id, &after.preview_media_id)
        .between("disabled", before.disabled, after.disabled);
    tx.changed(corp, change);
    Ok(())
}

fn changed(account: ServiceAccount, change: AccountChange) -> ServiceAccount {
    ServiceAccount {
        name: change.name.unwrap_or(account.name),
        avatar_media_id: change.avatar_media_id.unwrap_or(account.avatar_media_id),
        brief: change.brief.unwrap_or(account.brief),
        desc: change.desc.unwrap_or(account.desc),
        preview_media_id: change.preview_media_id.unwrap_or(account.preview_media_id),
        disabled: change.disabled.unwrap_or(account.disabled),
        ..account
    }
}
