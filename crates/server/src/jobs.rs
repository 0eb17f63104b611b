//! The jobs of the server: all work that has a due time.

mod fold;
mod maintenance;
mod member_imports;
mod retention;
mod scheduled_sends;
mod statistics;
mod stored_files;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use carillon_delivery::Delivery;
use carillon_model::{env::Env, id::CorpId};
use carillon_store::{DueWork, Store};
use carillon_wire::AccessPolicy;

use crate::scheduler::{Job, Next};

/// Returns all jobs.
pub fn list(store: &Arc<Store>, delivery: &Arc<Delivery>, access_policy: &Arc<AccessPolicy>) -> Vec<Job> {
    let (policy, counts_store) = (Arc::clone(access_policy), Arc::clone(store));
    // Writes the counts of calls per app and month, which are kept in memory.
    let counts = Job::server_wide("call_counts", move |env| {
        maintenance::store_counts(Arc::clone(&policy), Arc::clone(&counts_store), env)
    });
    let calls_store = Arc::clone(store);
    // Writes the journal of calls, which is recorded in memory.
    let calls = Job::server_wide("calls", move |env| maintenance::write_calls(Arc::clone(&calls_store), env));
    let (objects_store, sweep) = (Arc::clone(store), Arc::new(stored_files::Sweep::default()));
    // Removes stored files without a row, which a refused request or a crash leaves behind.
    let sweep_files = Job::server_wide("stored_files", move |env| {
        stored_files::take_turn(Arc::clone(&objects_store), Arc::clone(&sweep), env)
    });
    per_organisation(store)
        .into_iter()
        .chain(delivery_jobs(delivery))
        .chain([calls, counts, sweep_files])
        .collect()
}

/// Returns the jobs of each organisation.
fn per_organisation(store: &Arc<Store>) -> Vec<Job> {
    vec![
        // Sends messages at their scheduled time.
        Job::per_organisation("scheduled_sends", with_store(store, scheduled_sends::take_turn))
            .triggered_by(DueWork::ScheduledSends),
        // Checks and imports lists of members.
        Job::per_organisation("member_imports", with_store(store, member_imports::take_turn))
            .triggered_by(DueWork::MemberImports),
        // Rolls up the statistics of past days and years.
        Job::per_organisation("roll_up", with_store(store, statistics::take_turn))
            .triggered_by(DueWork::Days)
            .one_at_a_time(),
        // Folds receipts into the bitmaps of their sends, and activity into those of its days.
        Job::per_organisation("fold_receipts", with_store(store, fold::receipts)),
        Job::per_organisation("fold_activity", with_store(store, fold::activity)),
        // Writes the views of articles, which are counted in memory.
        Job::per_organisation("article_views", with_store(store, fold::article_views))
            .triggered_by(DueWork::ArticleViews),
        // Removes rows after their time in `[retention]`.
        Job::per_organisation("retention", with_store(store, retention::take_turn)),
        Job::per_organisation("article_readers", with_store(store, retention::article_readers)),
    ]
}

/// Returns the jobs of delivery.
fn delivery_jobs(delivery: &Arc<Delivery>) -> Vec<Job> {
    let (for_corp, for_all) = (Arc::clone(delivery), Arc::clone(delivery));
    vec![
        // Cleans up the delivery log, expired events, and the channels and tickets of Stream clients.
        Job::per_organisation("delivery_maintenance", move |env, corp| {
            maintenance::take_turn(Arc::clone(&for_corp), env, corp)
        }),
        // Closes Stream connections whose app or secret was removed.
        Job::server_wide("stream_connections", move |env| {
            maintenance::close_connections(Arc::clone(&for_all), env)
        }),
    ]
}

/// Binds the store that a turn works on.
fn with_store<F>(
    store: &Arc<Store>,
    turn: impl Fn(Arc<Store>, Env, CorpId) -> F + Send + Sync + 'static,
) -> impl Fn(Env, CorpId) -> F + Send + Sync + 'static {
    let store = Arc::clone(store);
    move |env, corp| turn(Arc::clone(&store), env, corp)
}
