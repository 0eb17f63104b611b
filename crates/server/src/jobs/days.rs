//! Statistics of days and years that are over.

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

/// What is stamped with the last moment of a day has been committed this long after it.
const AFTER_MIDNIGHT_MS: i64 = MINUTE_MS;
/// The longest pause: what arrived late without a word is found then.
const AT_LEAST_EVERY_MS: i64 = HOUR_MS;

/// Rolls up one day, brings one up to date, or rolls up one year.
pub async fn take_turn(store: Arc<Store>, env: Env, corp: CorpId) -> Result<Next> {
    let signature = Signature::server(&env, "days");
    let (at, of) = (env.clone(), corp.clone());
    if let Some(closed) = store.read_statistics(&corp, move |tx| finalize::roll_up_one(tx, &at, &of)).await? {
        store.write(&corp, signature, move |tx| finalize::finalize(tx, &env, &closed)).await?;
        return Ok(Next::Now);
    }
    let of = corp.clone();
    if store.write(&corp, signature.clone(), move |tx| finalize::refresh_cumulative(tx, &of)).await? {
        return Ok(Next::Now);
    }
    let (at, of) = (env.clone(), corp.clone());
    if let Some(closed) = store.read_statistics(&corp, move |tx| year::roll_up_one(tx, &at, &of)).await? {
        store.write(&corp, signature, move |tx| year::finalize(tx, &closed)).await?;
        return Ok(Next::Now);
    }
    let zone = time::zone(&store.state().corp(&corp)?.corp.time_zone)
        .ok_or_else(|| Error::internal("the organisation has no known time zone"))?;
    let now = env.now();
    // The longest day has an hour more.
    let midnight = now.start_of_day(&zone).plus_ms(DAY_MS + HOUR_MS).start_of_day(&zone);
    let next = midnight.plus_ms(AFTER_MIDNIGHT_MS).min(now.plus_ms(env.jittered(AT_LEAST_EVERY_MS, 4)));
    Ok(Next::At(next))
}
