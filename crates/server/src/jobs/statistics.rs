//! Rolls up the statistics of past days and years.

use std::sync::Arc;

use carillon_domain::stats::{finalize, year};
use carillon_model::{
    audit::Signature,
    env::Env,
    error::{Error, Result},
    id::CorpId,
    time::{self, DAY_MS, HOUR_MS, MINUTE_MS},
};
use carillon_store::Store;

use super::Next;

/// Facts with the last timestamp of a day are committed this long after it.
const AFTER_MIDNIGHT_MS: i64 = MINUTE_MS;
/// The longest interval: late facts that were not announced are found then.
const MAX_INTERVAL_MS: i64 = HOUR_MS;

/// Rolls up one day, refreshes the cumulative totals of one day, or rolls up one year.
pub async fn take_turn(store: Arc<Store>, env: Env, corp: CorpId) -> Result<Next> {
    let signature = Signature::server(&env, "days");
    let (tx_env, corp_id) = (env.clone(), corp.clone());
    if let Some(rolled_up) =
        store.read_statistics(&corp, move |tx| finalize::roll_up_one(tx, &tx_env, &corp_id)).await?
    {
        store.write(&corp, signature, move |tx| finalize::finalize(tx, &env, &rolled_up)).await?;
        return Ok(Next::Now);
    }
    let corp_id = corp.clone();
    if store.write(&corp, signature.clone(), move |tx| finalize::refresh_cumulative(tx, &corp_id)).await? {
        return Ok(Next::Now);
    }
    let (tx_env, corp_id) = (env.clone(), corp.clone());
    if let Some(rolled_up) =
        store.read_statistics(&corp, move |tx| year::roll_up_one(tx, &tx_env, &corp_id)).await?
    {
        store.write(&corp, signature, move |tx| year::finalize(tx, &rolled_up)).await?;
        return Ok(Next::Now);
    }
    let zone = time::zone(&store.state().corp(&corp)?.corp.time_zone)
        .ok_or_else(|| Error::internal("the organisation has no known time zone"))?;
    let now = env.now();
    // The longest day has 25 hours.
    let midnight = now.start_of_day(&zone).plus_ms(DAY_MS + HOUR_MS).start_of_day(&zone);
    let next = midnight.plus_ms(AFTER_MIDNIGHT_MS).min(now.plus_ms(env.jittered(MAX_INTERVAL_MS, 4)));
    Ok(Next::At(next))
}
