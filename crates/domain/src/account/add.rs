//! Adds a service account.

use carillon_model::{
    audit::{Change, Subject},
    env::Env,
    error::{Result, Rule},
    id::{AccountId, CorpId, MediaId},
    service_account::{MAX_ACCOUNTS, ServiceAccount},
};
use carillon_store::Tx;

use crate::{account::require_free_name, media, mint};

/// A service account to add.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Its name.
    pub name: String,
    /// Avatar.
    pub avatar_media_id: MediaId,
    /// Short introduction.
    pub brief: String,
    /// Introduction on the profile page.
    pub desc: String,
    /// Picture on the profile page.
    pub preview_media_id: MediaId,
}

/// Adds a service account and returns its id.
pub fn add(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, new: NewAccount) -> Result<AccountId> {
    let state = tx.state().corp(corp)?;
    require_free_name(state, &new.name, None)?;
    // Disabled accounts are gone for good and do not count.
    if state.accounts.values().filter(|account| !account.disabled).count() >= MAX_ACCOUNTS {
        return Err(Rule::TooManyAccounts.into());
    }
    media::require_image(tx, corp, "avatar_media_id", &new.avatar_media_id)?;
    media::require_image(tx, corp, "preview_media_id", &new.preview_media_id)?;
    let account = ServiceAccount {
        id: mint::account_id(env),
        seq: tx.next_number(corp, "account")?,
        name: new.name,
        avatar_media_id: new.avatar_media_id,
        brief: new.brief,
        desc: new.desc,
        preview_media_id: new.preview_media_id,
        disabled: false,
        created_at: env.now(),
        menu: None,
    };
    tx.insert_account(corp, &account)?;
    tx.changed(corp, Change::created(Subject::Account, &account.id).with("name", &account.name));
    Ok(account.id)
}
