//! Events: raised in the unit of work of their cause, delivered by the crate `delivery`.
//!
//! ```text
//! event::raise(tx, env, corp, EventData::MembersAdded(vec![userid]))?;
//! ```
//!
//! The type of the event and the order in which it is delivered follow from what happened. Nothing is written for apps that did
//! not subscribe to it.

pub mod delivery;
pub mod log;
pub mod stream;
pub mod subscription;

use carillon_model::{
    env::Env,
    error::Result,
    event::{Channel, EventData, RaisedEvent},
    id::CorpId,
};
use carillon_store::{Outlet, Tx};

use crate::mint;

/// Has all apps told that subscribed to it, once the unit of work is durable.
pub fn raise(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, data: EventData) -> Result<()> {
    let state = tx.state().corp(corp)?;
    if state.subscriptions.is_empty() && state.stream_channels.is_empty() {
        return Ok(());
    }
    let kind = data.kind();
    let subscribed =
        state.subscriptions.values().filter(|subscription| subscription::covers(subscription, kind));
    let mut outlets: Vec<Outlet> =
        subscribed.map(|subscription| outlet(corp, &subscription.app, Channel::Events)).collect();
    for (app, channel) in state.stream_channels.keys() {
        let wanted = match channel {
            // A Stream client of an app without a subscription is told everything.
            Channel::Events => !state.subscriptions.contains_key(app),
            other => kind.other_channel() == Some(*other),
        };
        if wanted {
            outlets.push(outlet(corp, app, *channel));
        }
    }
    if outlets.is_empty() {
        return Ok(());
    }
    let event = RaisedEvent { id: mint::event_id(env), born_at: env.now(), data };
    outlets.iter().try_for_each(|outlet| tx.insert_event(outlet, &event))
}

fn outlet(corp: &CorpId, app: &carillon_model::id::AppKey, channel: Channel) -> Outlet {
    Outlet { corp: corp.clone(), app: app.clone(), channel }
}
