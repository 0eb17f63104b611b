//! A provider tells that somebody has signed out there: `POST /sign-in/provider/logout`, from server to server.
//!
//! The token says which organisation it is for. Everything in it is verified before a session ends.

use axum::{
    body::Body,
    extract::{Form, State},
    http::{Extensions, Response, StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
};
use carillon_domain::sign_on;
use carillon_model::{
    audit::Signature,
    error::Result,
    id::CorpId,
    sign_on::{Logout, ProviderError, SignOn},
};
use serde::Deserialize;
use serde_json::json;

use super::{address, uncached};
use crate::{
    provider::Unavailable,
    routes::{Pages, Visitor, retry_later},
};

/// The most organisations that share the client of a provider.
const MAX_ORGANISATIONS: usize = 16;

/// What the provider posts.
#[derive(Deserialize)]
pub struct LogoutForm {
    #[serde(default)]
    logout_token: String,
}

/// Ends the sessions that a token names. Succeeds if there are none.
pub async fn logout(
    State(pages): State<Pages>,
    visitor: Visitor,
    extensions: Extensions,
    Form(form): Form<LogoutForm>,
) -> Response<Body> {
    // Tokens may cost a request to the provider each, so an address has as many tries as with passwords.
    let Some(tried) = pages.sign_in_limits.begin_at_provider(address(&extensions), pages.env.now()) else {
        return retry_later(StatusCode::TOO_MANY_REQUESTS.into_response());
    };
    match end(&pages, &visitor, &form.logout_token).await {
        Ok(Ok(())) => {
            pages.sign_in_limits.succeeded_at_provider(tried);
            uncached(StatusCode::OK.into_response())
        }
        Ok(Err(unavailable)) => {
            tracing::info!(?unavailable, "a sign-out by a provider was refused");
            refused(&unavailable)
        }
        Err(error) => {
            tracing::error!(%error, "the sessions of a sign-out by a provider could not be ended");
            uncached(StatusCode::INTERNAL_SERVER_ERROR.into_response())
        }
    }
}

fn refused(unavailable: &Unavailable) -> Response<Body> {
    let description = match unavailable {
        Unavailable::Failed(ProviderError::Invalid(reason)) => reason.as_str(),
        // The keys could not be read: the provider may try again.
        _ => return retry_later(uncached(StatusCode::SERVICE_UNAVAILABLE.into_response())),
    };
    let body = json!({ "error": "invalid_request", "error_description": description });
    uncached(
        (StatusCode::BAD_REQUEST, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response(),
    )
}

async fn end(pages: &Pages, visitor: &Visitor, token: &str) -> Result<Result<(), Unavailable>> {
    let unknown =
        || Unavailable::Failed(ProviderError::Invalid("logout_token: it is for no client here".to_owned()));
    let Some((issuer, clients)) = pages.providers.stated_client(token) else {
        return Ok(Err(Unavailable::Failed(ProviderError::Invalid("logout_token: it is no JWT".to_owned()))));
    };
    let of_host = visitor.organisation_of_host(pages).map(|state| state.corp.id.clone());
    let found = pages.store.read_registry(|tx| tx.sign_ons()).await?;
    let meant = found.into_iter().filter(|(corp, settings)| {
        settings.issuer == issuer
            && clients.contains(&settings.client_id)
            && of_host.as_ref().is_none_or(|of_host| of_host == corp)
    });
    let mut outcome = Err(unknown());
    for (corp, settings) in meant.take(MAX_ORGANISATIONS) {
        outcome = match pages.providers.verify_logout(settings.clone(), token.to_owned()).await {
            Ok(logout) if end_in(pages, &corp, settings, logout.clone()).await? => Ok(()),
            Ok(_) => Err(Unavailable::Failed(ProviderError::Invalid(
                "logout_token: it was used before".to_owned(),
            ))),
            Err(unavailable) => Err(unavailable),
        };
        if outcome.is_err() {
            break;
        }
    }
    Ok(outcome)
}

/// Ends the sessions in one organisation. Returns false if the token was used before.
async fn end_in(pages: &Pages, corp: &CorpId, settings: SignOn, logout: Logout) -> Result<bool> {
    let (env, of) = (pages.env.clone(), corp.clone());
    let signature = Signature::server(&env, "sign_in.provider.logout");
    pages.store.write(corp, signature, move |tx| sign_on::sign_out(tx, &env, &of, &settings, &logout)).await
}
