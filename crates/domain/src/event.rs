//! Events. They are raised in the unit of work that causes them and delivered by the crate `delivery`.
//!
//! ```text
//! event::raise(tx, env, corp, EventData::MembersAdded(vec![userid]))?;
//! ```
//!
//! The type of the event and its place in the order of delivery follow from its data. Nothing is written for apps that did not
//! subscribe to it or may not receive it.

mod access;
pub mod delivery;
pub mod log;
pub mod stream;
pub mod subscription;
pub mod subscription_edit;

use carillon_model::{
    env::Env,
    error::Result,
    event::{Channel, EventData, EventKind, RaisedEvent},
    id::{AppKey, CorpId},
};
use carillon_store::{DeliveryTarget, State, Tx};

pub use self::access::{content_for, kinds_withheld, may_receive, require_access, withdraw};
use crate::mint;

/// Queues an event for all apps that subscribed to it and may receive it. It is sent after the commit.
pub fn raise(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, data: EventData) -> Result<()> {
    let targets = targets(tx.state(), corp, data.kind())?;
    if targets.is_empty() {
        return Ok(());
    }
    let event = RaisedEvent { id: mint::event_id(env), born_at: env.now(), data };
    targets.iter().try_for_each(|target| tx.insert_event(target, &event))
}

/// Returns the apps that receive events of a type, each with the channel.
fn targets(state: &State, corp: &CorpId, kind: EventKind) -> Result<Vec<DeliveryTarget>> {
    let of_corp = state.corp(corp)?;
    let may_receive = |app: &AppKey| state.apps.get(app).is_some_and(|app| access::may_receive(app, kind));
    let target = |app: &AppKey, channel| DeliveryTarget { corp: corp.clone(), app: app.clone(), channel };
    let subscribed = of_corp
        .subscriptions
        .values()
        .filter(|subscription| subscription::covers(subscription, kind) && may_receive(&subscription.app));
    let mut targets: Vec<DeliveryTarget> =
        subscribed.map(|subscription| target(&subscription.app, Channel::Events)).collect();
    for (app, channel) in of_corp.stream_channels.keys() {
        let included = match channel {
            // A Stream client of an app without a subscription receives all events.
            Channel::Events => !of_corp.subscriptions.contains_key(app),
            other => kind.other_channel() == Some(*other),
        };
        if included && may_receive(app) {
            targets.push(target(app, *channel));
        }
    }
    Ok(targets)
}
