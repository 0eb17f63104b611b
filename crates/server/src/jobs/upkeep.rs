//! The upkeep of delivery and of the limits of calls.

use std::sync::Arc;

use carillon_delivery::Delivery;
use carillon_model::{
    env::Env,
    error::Result,
    id::CorpId,
    time::{MINUTE_MS, SECOND_MS},
};
use carillon_store::Store;
use carillon_wire::AccessPolicy;

use super::Next;

const EVERY_MS: i64 = MINUTE_MS;
/// A crash forgets the calls of a month that were counted in this time.
const COUNTS_EVERY_MS: i64 = 3 * SECOND_MS;

/// One step of the upkeep of an organisation.
pub async fn take_turn(delivery: Arc<Delivery>, env: Env, corp: CorpId) -> Result<Next> {
    let more = delivery.maintain(&corp).await?;
    Ok(if more { Next::Now } else { Next::after(&env, env.jittered(EVERY_MS, 4)) })
}

/// Cuts connections that may not be open any more.
pub async fn close_connections(delivery: Arc<Delivery>, env: Env) -> Result<Next> {
    delivery.close_invalid_connections();
    Ok(Next::after(&env, EVERY_MS))
}

/// Stores the counts of calls.
pub async fn store_counts(access_policy: Arc<AccessPolicy>, store: Arc<Store>, env: Env) -> Result<Next> {
    access_policy.store_counts(&store, &env).await?;
    Ok(Next::after(&env, COUNTS_EVERY_MS))
}
