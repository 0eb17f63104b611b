//! Checks and imports lists of members, and removes old ones.

use std::sync::Arc;

use carillon_domain::contact::import;
use carillon_model::{env::Env, error::Result, id::CorpId};
use carillon_store::Store;

use super::Next;

/// Takes one chunk of lines.
pub async fn take_turn(store: Arc<Store>, env: Env, corp: CorpId) -> Result<Next> {
    let next = import::take_step(&store, &env, &corp).await?;
    Ok(match next {
        None => Next::WhenNotified,
        Some(at) if at <= env.now() => Next::Now,
        Some(at) => Next::At(at),
    })
}
