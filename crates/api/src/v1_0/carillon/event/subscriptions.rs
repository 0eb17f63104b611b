//! `/v1.0/carillon/event/subscriptions`: which events apps receive, and how. Not for apps: they register callbacks by `/call_back`.

pub mod list;
pub mod remove;
pub mod set;

use carillon_domain::event;
use carillon_model::{event::Channel, id::AppKey};
use carillon_store::{App, CorpState, Push};
use schemars::JsonSchema;
use serde::Serialize;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(list::operation),
    Entry::Operation(set::operation),
    Entry::Operation(remove::operation),
];

/// The subscription of an app.
#[derive(Serialize, JsonSchema)]
struct SubscriptionRow {
    /// The app that receives the events, by its key.
    app_key: AppKey,
    /// Names of events, or patterns of names such as `user_*`.
    events: Vec<String>,
    /// How the app receives them: `http` by a callback, or `stream`.
    push: &'static str,
    /// The URL of the callback; absent for Stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// Names of events that match, but that the app lacks the permission for.
    withheld_events: Vec<&'static str>,
    /// Topics that its Stream clients opened; empty for none.
    topics: Vec<&'static str>,
}

/// Returns the subscription of an app. One that only opened Stream connections receives all events that it may.
fn row(state: &CorpState, app: &App) -> Option<SubscriptionRow> {
    let opened = |channel: &Channel| state.stream_channels.contains_key(&(app.key.clone(), *channel));
    let topics: Vec<&str> = Channel::ALL.into_iter().filter(opened).map(Channel::topic).collect();
    let subscription = state.subscriptions.get(&app.key);
    if subscription.is_none() && topics.is_empty() {
        return None;
    }
    let events = subscription.map_or_else(|| vec!["*".to_owned()], |found| found.patterns.clone());
    let url = subscription.and_then(|found| match &found.push {
        Push::Http { url, .. } => Some(url.clone()),
        Push::Stream => None,
    });
    let withheld = event::kinds_withheld(app, &events);
    Some(SubscriptionRow {
        app_key: app.key.clone(),
        push: if url.is_some() { "http" } else { "stream" },
        url,
        withheld_events: withheld.into_iter().map(|kind| kind.as_str()).collect(),
        events,
        topics,
    })
}
