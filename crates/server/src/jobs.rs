//! What the server does on its own time: everything that has a due time stands in this list.

mod days;
mod files;
mod fold;
mod retention;
mod sends;
#[cfg(test)]
mod tests;
mod upkeep;

use std::sync::Arc;

use carillon_delivery::Delivery;
use carillon_model::{env::Env, id::CorpId};
use carillon_store::{DueWork, Store};
use carillon_wire::AccessPolicy;

use crate::scheduler::{Job, Next};

/// All jobs.
pub fn list(store: &Arc<Store>, delivery: &Arc<Delivery>, access_policy: &Arc<AccessPolicy>) -> Vec<Job> {
    let (counting, counted) = (Arc::clone(access_policy), Arc::clone(store));
    // How often apps called in a month, as it is counted in memory.
    let counts = Job::of_server("call_counts", move |env| {
        upkeep::store_counts(Arc::clone(&counting), Arc::clone(&counted), env)
    });
    let (swept, sweep) = (Arc::clone(store), Arc::new(files::Sweep::default()));
    // Stored files that no row names: what a refusal or a crash left.
    let files = Job::of_server("stored_files", move |env| {
        files::take_turn(Arc::clone(&swept), Arc::clone(&sweep), env)
    });
    of_organisations(store).into_iter().chain(of_delivery(delivery)).chain([counts, files]).collect()
}

/// What each organisation has to do.
fn of_organisations(store: &Arc<Store>) -> Vec<Job> {
    vec![
        // Sends that were asked for at a time.
        Job::of_organisations("scheduled_sends", on(store, sends::take_turn))
            .woken_by(DueWork::ScheduledSends),
        // Statistics of days and years that are over.
        Job::of_organisations("roll_up", on(store, days::take_turn)).woken_by(DueWork::Days).one_at_a_time(),
        // Receipts into the bitmaps of their sends, activity into those of its days.
        Job::of_organisations("fold_receipts", on(store, fold::receipts)),
        Job::of_organisations("fold_activity", on(store, fold::activity)),
        // Views of articles, which are counted in memory.
        Job::of_organisations("article_views", on(store, fold::article_views))
            .woken_by(DueWork::ArticleViews),
        // What `[retention]` keeps for a time.
        Job::of_organisations("retention", on(store, retention::take_turn)),
        Job::of_organisations("article_readers", on(store, retention::article_readers)),
    ]
}

/// What delivery has to do.
fn of_delivery(delivery: &Arc<Delivery>) -> Vec<Job> {
    let (of_corp, of_all) = (Arc::clone(delivery), Arc::clone(delivery));
    vec![
        // The delivery log, events that wait in vain, channels and tickets of Stream clients.
        Job::of_organisations("delivery_upkeep", move |env, corp| {
            upkeep::take_turn(Arc::clone(&of_corp), env, corp)
        }),
        // Connections of Stream clients that outlived a right.
        Job::of_server("stream_links", move |env| upkeep::close_connections(Arc::clone(&of_all), env)),
    ]
}

/// A turn with the store that it works on.
fn on<F>(
    store: &Arc<Store>,
    turn: impl Fn(Arc<Store>, Env, CorpId) -> F + Send + Sync + 'static,
) -> impl Fn(Env, CorpId) -> F + Send + Sync + 'static {
    let store = Arc::clone(store);
    move |env, corp| turn(Arc::clone(&store), env, corp)
}
