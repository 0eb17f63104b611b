//! Counts the calls of each organisation in a month. Counts are in memory and stored every few seconds: a durable write would be the most
//! expensive part of a read. A crash loses the counts since.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use carillon_model::{audit::Signature, env::Env, error::Result, id::CorpId};
use carillon_store::Store;

/// Year and month, as in 202511.
type Month = i64;

/// The counts of current months.
#[derive(Default)]
pub(crate) struct MonthlyCalls(Mutex<HashMap<(CorpId, Month), Calls>>);

struct Calls {
    stored: u32,
    /// Calls since the last write.
    unstored: u32,
    /// Used since the last write.
    is_used: bool,
}

impl MonthlyCalls {
    /// Loads the count of a month unless it is in memory.
    pub(crate) async fn load(&self, store: &Arc<Store>, corp: &CorpId, month: Month) -> Result<()> {
        if let Some(calls) = self.lock().get_mut(&(corp.clone(), month)) {
            calls.is_used = true;
            return Ok(());
        }
        let of = corp.clone();
        let stored = store.read(corp, move |tx| tx.calls_of_month(&of, month)).await?;
        self.lock().entry((corp.clone(), month)).or_insert(Calls { stored, unstored: 0, is_used: true });
        Ok(())
    }

    /// Counts a call unless the limit is reached. Returns whether it was counted.
    pub(crate) fn count(&self, corp: &CorpId, month: Month, limit: u32) -> bool {
        let mut months = self.lock();
        // A month that could not be loaded has no limit: the operation reports the error of the store.
        let Some(calls) = months.get_mut(&(corp.clone(), month)) else { return true };
        let is_below_limit = calls.stored.saturating_add(calls.unstored) < limit;
        if is_below_limit {
            calls.unstored += 1;
        }
        is_below_limit
    }

    /// Stores the calls since the last write.
    pub(crate) async fn store(&self, store: &Arc<Store>, env: &Env) -> Result<()> {
        let unstored: Vec<(CorpId, Month, u32)> = {
            let months = self.lock();
            let changed = months.iter().filter(|(_, calls)| calls.unstored > 0);
            changed.map(|((corp, month), calls)| (corp.clone(), *month, calls.unstored)).collect()
        };
        for (corp, month, count) in unstored {
            let (of, signature) = (corp.clone(), Signature::server(env, "calls.count"));
            store.write(&corp, signature, move |tx| tx.add_calls(&of, month, count)).await?;
            if let Some(calls) = self.lock().get_mut(&(corp, month)) {
                calls.stored = calls.stored.saturating_add(count);
                calls.unstored -= count;
            }
        }
        // Drops past months and inactive organisations. They are loaded again when needed.
        self.lock().retain(|_, calls| calls.unstored > 0 || std::mem::take(&mut calls.is_used));
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(CorpId, Month), Calls>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
