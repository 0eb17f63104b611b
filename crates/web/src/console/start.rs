//! The first-run guide: what an owner of an empty organisation does next.

use axum::{
    Router,
    body::Body,
    extract::{Form, State},
    http::Response,
    response::{IntoResponse, Redirect},
    routing::get,
};
use carillon_domain::guide;
use carillon_model::operator::OperatorRole;
use carillon_store::Tx;

use super::{
    Section,
    access::Operator,
    form::Pairs,
    page::{self, Start},
};
use crate::{
    routes::{Pages, failed, html, uncached},
    security::PageKind,
};

/// The roles that may open it, besides owners.
pub const ROLES: &[OperatorRole] = &[];

/// The routes.
pub fn routes() -> Router<Pages> {
    Router::new().route("/console/start", get(show).post(dismiss))
}

async fn show(State(pages): State<Pages>, operator: Operator) -> Response<Body> {
    let corp = operator.corp().clone();
    match pages.store.read(operator.corp(), move |tx: &mut Tx<'_>| guide::get(tx, &corp)).await {
        Ok(guide) => html(200, PageKind::App, page::start(&Start { console: operator.console(), guide })),
        Err(error) => failed(operator.page(), &error),
    }
}

/// Puts the guide away, or brings it back.
async fn dismiss(State(pages): State<Pages>, operator: Operator, Form(form): Form<Pairs>) -> Response<Body> {
    let (corp, dismissed) = (operator.corp().clone(), form.is_set("dismissed"));
    let signature = operator.signature(&pages, "console.guide.set");
    let set = move |tx: &mut Tx<'_>| guide::set_dismissed(tx, &corp, dismissed);
    match pages.store.write(operator.corp(), signature, set).await {
        Ok(()) => {
            let leads = if dismissed { Section::Home } else { Section::Start };
            uncached(Redirect::to(leads.path()).into_response())
        }
        Err(error) => failed(operator.page(), &error),
    }
}
