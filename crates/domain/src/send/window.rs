//! The window of broadcasts in memory.

use carillon_model::{env::Env, error::Result, id::CorpId, time::DAY_MS};
use carillon_store::{Tx, WindowLimits};

/// Removes broadcasts from memory that are too old or too many. Reads find them in rows from then on. Does a bounded amount of
/// work, and returns true if more remains.
pub fn move_window(tx: &mut Tx<'_>, env: &Env, corp: &CorpId) -> Result<bool> {
    let storage = &env.settings.storage;
    let limit = |number: u64| (number > 0).then_some(number);
    let limits = WindowLimits {
        since: limit(storage.broadcast_days.into())
            .map(|_| env.now().plus_ms(-i64::from(storage.broadcast_days) * DAY_MS)),
        broadcasts: limit(storage.broadcasts),
        bytes: limit(storage.broadcast_megabytes.saturating_mul(1 << 20)),
    };
    tx.move_broadcast_window(corp, &limits)
}
