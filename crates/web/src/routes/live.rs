//! What open pages hear: server-sent events named `sent` and `recalled`, with the account and the message.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    http::StatusCode,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event as Message, KeepAlive},
    },
};
use carillon_store::Event;
use futures::stream;
use serde::Serialize;
use tokio::sync::broadcast::error::RecvError;

use super::{Pages, empty, session::SignedIn};

/// So often a quiet connection is shown to be alive, and a dead one found out.
const HEARTBEAT: Duration = Duration::from_secs(20);

#[derive(Serialize)]
struct Said<'a> {
    unionid: &'a str,
    message_id: &'a str,
}

/// The stream of a member's events. It ends when events were missed, for the page to begin anew.
pub async fn events(State(pages): State<Pages>, signed_in: SignedIn) -> Response {
    let Ok(permit) = pages.live.try_acquire_owned() else { return empty(StatusCode::SERVICE_UNAVAILABLE) };
    let heard = pages.store.subscribe();
    // The connection must not keep the store open.
    let listening = (heard, pages.stopping, signed_in, permit);
    let messages = stream::unfold(listening, |(mut heard, mut stopping, signed_in, permit)| async move {
        loop {
            let event = tokio::select! {
                event = heard.recv() => event,
                _ = stopping.wait_for(|stopping| *stopping) => Err(RecvError::Closed),
            };
            if let Some(message) = message(&event.ok()?, &signed_in) {
                return Some((Ok::<_, Infallible>(message), (heard, stopping, signed_in, permit)));
            }
        }
    });
    Sse::new(messages).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response()
}

/// The event in the form that pages understand, if it is about this member.
fn message(event: &Event, signed_in: &SignedIn) -> Option<Message> {
    let (name, corp, account, message_id, concerned) = match event {
        Event::Sent { corp, account, task, audience } => {
            ("sent", corp, account, task.as_str(), audience.contains(signed_in.member))
        }
        Event::Recalled { corp, account, task, audience } => {
            ("recalled", corp, account, task.as_str(), audience.contains(signed_in.member))
        }
        Event::Talked { place, id } => {
            ("sent", &place.corp, &place.account, id.as_str(), place.member == signed_in.member)
        }
    };
    if *corp != signed_in.corp || !concerned {
        return None;
    }
    let said = Said { unionid: account.as_str(), message_id };
    let said = serde_json::to_string(&said).ok()?;
    Some(Message::default().event(name).data(said))
}
