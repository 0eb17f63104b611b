//! Maintenance of delivery, the call counts and the journal of calls.

use std::sync::Arc;

use carillon_delivery::Delivery;
use carillon_domain::call;
use carillon_model::{
    env::Env,
    error::Result,
    id::CorpId,
    time::{MINUTE_MS, SECOND_MS},
};
use carillon_store::Store;
use carillon_wire::AccessPolicy;

use super::Next;

const INTERVAL_MS: i64 = MINUTE_MS;
/// A crash loses the calls that were counted in this time.
const COUNTS_INTERVAL_MS: i64 = 3 * SECOND_MS;

/// A crash loses the calls of this time.
const CALLS_INTERVAL_MS: i64 = SECOND_MS;

/// Does one step of the maintenance of an organisation.
pub async fn take_turn(delivery: Arc<Delivery>, env: Env, corp: CorpId) -> Result<Next> {
    let more = delivery.maintain(&corp).await?;
    Ok(if more { Next::Now } else { Next::after(&env, env.jittered(INTERVAL_MS, 4)) })
}

/// Closes Stream connections whose app or secret was removed.
pub async fn close_connections(delivery: Arc<Delivery>, env: Env) -> Result<Next> {
    delivery.close_invalid_connections();
    Ok(Next::after(&env, INTERVAL_MS))
}

/// Writes the journal of calls.
pub async fn write_calls(store: Arc<Store>, env: Env) -> Result<Next> {
    call::write_all(&store, &env).await?;
    Ok(Next::after(&env, CALLS_INTERVAL_MS))
}

/// Stores the call counts.
pub async fn store_counts(access_policy: Arc<AccessPolicy>, store: Arc<Store>, env: Env) -> Result<Next> {
    access_policy.store_counts(&store, &env).await?;
    Ok(Next::after(&env, COUNTS_INTERVAL_MS))
}
