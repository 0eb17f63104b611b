//! Calls of a month, for each organisation. They are counted in memory and stored every few seconds, since a durable write for each
//! read would be the most expensive part of it. A crash forgets what was counted since.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use carillon_model::{audit::Signature, env::Env, error::Result, id::CorpId};
use carillon_store::Store;

/// Year and month, as in 202511.
type Month = i64;

/// Counts of the months that calls belong to just now.
#[derive(Default)]
pub(crate) struct MonthlyCalls(Mutex<HashMap<(CorpId, Month), Calls>>);

struct Calls {
    stored: u32,
    /// Counted since they were stored.
    more: u32,
    /// Asked for since then.
    is_used: bool,
}

impl MonthlyCalls {
    /// Makes sure that the count of a month is in memory.
    pub(crate) async fn load(&self, store: &Arc<Store>, corp: &CorpId, month: Month) -> Result<()> {
        if let Some(calls) = self.lock().get_mut(&(corp.clone(), month)) {
            calls.is_used = true;
            return Ok(());
        }
        let of = corp.clone();
        let stored = store.read(corp, move |tx| tx.calls_of_month(&of, month)).await?;
        self.lock().entry((corp.clone(), month)).or_insert(Calls { stored, more: 0, is_used: true });
        Ok(())
    }

    /// Counts a call of a month that was loaded, unless there are as many as may be. Returns whether it was counted.
    pub(crate) fn count(&self, corp: &CorpId, month: Month, most: u32) -> bool {
        let mut months = self.lock();
        // A month that could not be loaded is not limited: the operation says what is wrong with the store.
        let Some(calls) = months.get_mut(&(corp.clone(), month)) else { return true };
        let has_room = calls.stored.saturating_add(calls.more) < most;
        if has_room {
            calls.more += 1;
        }
        has_room
    }

    /// Stores what was counted since the last time.
    pub(crate) async fn store(&self, store: &Arc<Store>, env: &Env) -> Result<()> {
        let counted: Vec<(CorpId, Month, u32)> = {
            let months = self.lock();
            let counted = months.iter().filter(|(_, calls)| calls.more > 0);
            counted.map(|((corp, month), calls)| (corp.clone(), *month, calls.more)).collect()
        };
        for (corp, month, more) in counted {
            let (of, signature) = (corp.clone(), Signature::server(env, "calls.count"));
            store.write(&corp, signature, move |tx| tx.add_calls(&of, month, more)).await?;
            if let Some(calls) = self.lock().get_mut(&(corp, month)) {
                calls.stored = calls.stored.saturating_add(more);
                calls.more -= more;
            }
        }
        // Months that are over, and organisations that do not call, are loaded again when they are needed.
        self.lock().retain(|_, calls| calls.more > 0 || std::mem::take(&mut calls.is_used));
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(CorpId, Month), Calls>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
