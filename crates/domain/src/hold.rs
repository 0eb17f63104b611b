//! Releases what an organisation holds back after it was restored from a backup.

use carillon_model::{
    audit::{Change, Subject},
    error::Result,
    id::CorpId,
};
use carillon_store::Tx;

/// Lets scheduled sends and events leave again. Returns false if nothing was held back.
pub fn release(tx: &mut Tx<'_>, corp: &CorpId) -> Result<bool> {
    let released = tx.release_restored(corp)?;
    if released {
        let change = Change::updated(Subject::Corp, corp).between("held_after_restore", true, false);
        tx.changed(corp, change);
    }
    Ok(released)
}
