//! The second sign-in for scripts of pages: the password of who is signed in, before a call that the session alone must not allow.

use axum::{
    body::Body,
    extract::{Form, State},
    http::{Extensions, Response, StatusCode},
};
use serde::Deserialize;

use super::access::Operator;
use crate::routes::{
    Pages, Visitor, failed,
    own_password::{self, OwnPassword},
    uncached,
};

/// A submitted form.
#[derive(Deserialize)]
pub struct ConfirmForm {
    #[serde(default)]
    password: String,
}

/// Verifies the password: 204, 403 for a wrong or missing one, 429 after too many tries, 503 if the server verifies too many.
pub async fn confirm(
    State(pages): State<Pages>,
    mut operator: Operator,
    visitor: Visitor,
    extensions: Extensions,
    Form(form): Form<ConfirmForm>,
) -> Response<Body> {
    let signed_in = &mut operator.signed_in;
    let outcome =
        own_password::reauthenticate(&pages, signed_in, &visitor, &extensions, &form.password).await;
    let status = match outcome {
        Ok(OwnPassword::Right) => StatusCode::NO_CONTENT,
        Ok(OwnPassword::Missing | OwnPassword::Wrong) => StatusCode::FORBIDDEN,
        Ok(OwnPassword::TooManyTries) => StatusCode::TOO_MANY_REQUESTS,
        Ok(OwnPassword::Busy) => StatusCode::SERVICE_UNAVAILABLE,
        Err(error) => return failed(operator.page(), &error),
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    uncached(response)
}
