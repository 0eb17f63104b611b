//! Service accounts (服务号).

mod add;
pub mod audience;
pub mod losses;
pub mod menu;
pub mod revision;
pub mod settings;
mod update;

use std::sync::Arc;

use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, CorpId},
    service_account::ServiceAccount,
};
use carillon_store::{CorpState, Tx};

pub use add::{NewAccount, add};
pub use update::{AccountChange, update};

/// Returns an account that is about to be changed or used. It must exist and not be disabled.
///
/// Decided, as nothing is documented: a disabled account can still be read, and what it published can be deleted. Nothing else
/// about it can change.
pub fn enabled(tx: &Tx<'_>, corp: &CorpId, id: &AccountId) -> Result<Arc<ServiceAccount>> {
    let account = tx.state().corp(corp)?.account(id)?;
    if account.disabled { Err(Rule::AccountDisabled.into()) } else { Ok(Arc::clone(account)) }
}

/// Refuses a name that another account than `except` has. The name of a disabled account is free again.
fn require_free_name(state: &CorpState, name: &str, except: Option<&AccountId>) -> Result<()> {
    let taken = state
        .accounts
        .values()
        .any(|account| !account.disabled && account.name == name && Some(&account.id) != except);
    if taken { Err(Rule::AccountNameTaken.into()) } else { Ok(()) }
}
