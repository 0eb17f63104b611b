//! The account page of a member: sessions, and the link to the password form.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::{Form, Query, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_domain::session;
use carillon_model::error::Result;
use carillon_store::{PasswordOrigin, Tx};
use serde::Deserialize;

use super::{
    Pages, Viewer, failed, html, inbox,
    session::{SignedIn, uncached},
};
use crate::{
    device, page, paths,
    security::PageKind,
    view::{AccountAction, Me, MemberSession},
};

/// The most sessions that are listed.
const MAX_SESSIONS: usize = 50;
/// The value of the form for all sessions but the current one.
const ALL_OTHERS: &str = "others";

/// The page.
pub async fn show(
    State(pages): State<Pages>,
    signed_in: SignedIn,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let done = match query.get("done").map(String::as_str) {
        Some("password") => Some(AccountAction::Password),
        Some("sessions") => Some(AccountAction::Sessions),
        _ => None,
    };
    let viewer = match inbox::viewer(&pages, &signed_in) {
        Ok((_, viewer)) => viewer,
        Err(error) => return failed(signed_in.page(), &error),
    };
    match sessions(&pages, &signed_in, &viewer).await {
        Ok(sessions) => {
            let view = Me {
                page: signed_in.page(),
                userid: signed_in.userid.to_string(),
                has_initial_password: signed_in.password_origin == PasswordOrigin::Initial,
                done,
                sessions,
                zone: viewer.zone(),
            };
            html(200, PageKind::App, page::me(&view))
        }
        Err(error) => failed(signed_in.page(), &error),
    }
}

async fn sessions(pages: &Pages, signed_in: &SignedIn, viewer: &Viewer) -> Result<Vec<MemberSession>> {
    let (corp, member, env) = (signed_in.corp.clone(), signed_in.member, pages.env.clone());
    let read = move |tx: &mut Tx<'_>| session::list(tx, &env, &corp, member, MAX_SESSIONS);
    let found = pages.store.read(&signed_in.corp, read).await?;
    let mut sessions: Vec<MemberSession> = found
        .into_iter()
        .filter(|(hash, _)| !pages.ended_sessions.contains(hash))
        .map(|(hash, session)| MemberSession {
            id: session::id(&hash),
            device: device::name(&session.user_agent),
            began: viewer.moment(session.created_at),
            used: (session.used_at.0 > 0).then(|| viewer.moment(session.used_at)),
            ends: viewer.moment(session.expires_at),
            is_this: hash == signed_in.session,
        })
        .collect();
    sessions.sort_by_key(|session| !session.is_this);
    Ok(sessions)
}

/// A submitted form.
#[derive(Deserialize)]
pub struct EndSessionForm {
    #[serde(default)]
    session: String,
}

/// Ends one session of the member, or all but the current one. Succeeds if the session does not exist any more.
pub async fn end(
    State(pages): State<Pages>,
    signed_in: SignedIn,
    Form(form): Form<EndSessionForm>,
) -> Response<Body> {
    let (corp, member, current, env) =
        (signed_in.corp.clone(), signed_in.member, signed_in.session, pages.env.clone());
    let signature = signed_in.signature(&pages.env, "session.end");
    let end = pages.store.write(&signed_in.corp, signature, move |tx| {
        if form.session == ALL_OTHERS {
            session::end_others(tx, &env, &corp, member, Some(&current)).map(drop)
        } else {
            session::end_by_id(tx, &env, &corp, member, &form.session).map(drop)
        }
    });
    match end.await {
        Ok(()) => uncached(Redirect::to(&format!("{}?done=sessions", paths::ME)).into_response()),
        Err(error) => failed(signed_in.page(), &error),
    }
}
