//! Which broadcasts are in memory.

use carillon_model::{env::Env, error::Result, id::CorpId, time::DAY_MS};
use carillon_store::{Tx, WindowLimits};

/// Takes broadcasts that are too old or too many out of memory; members find them in rows from then on. Does a bounded amount of
/// work, and returns whether there is more.
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
