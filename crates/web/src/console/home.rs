//! The home page of the console: the accounts of the operator, scheduled sends and the newest ones.

use axum::{body::Body, extract::State, http::Response};
use carillon_model::error::Result;

use super::{
    Section,
    access::Operator,
    page::{self, Home},
    sends,
};
use crate::{
    routes::{Pages, failed, html, presenter},
    security::PageKind,
};

/// The most sends of each list.
const LISTED: usize = 5;
/// The same for each account.
const PER_ACCOUNT: i64 = 5;

/// The page.
pub async fn show(State(pages): State<Pages>, operator: Operator) -> Response<Body> {
    match load(&pages, &operator).await {
        Ok(view) => html(200, PageKind::App, page::home(&view)),
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load(pages: &Pages, operator: &Operator) -> Result<Home> {
    let viewer = operator.viewer(pages);
    let roles = Section::Sends.roles();
    let accounts = operator.accounts(roles);
    let zone = viewer.zone();
    let lists = pages.store.read(operator.corp(), {
        let accounts = accounts.clone();
        move |tx| {
            let mut scheduled = sends::next_of_accounts(tx, &viewer, &accounts, PER_ACCOUNT)?;
            scheduled.truncate(LISTED);
            let mut sent = sends::newest_of_accounts(tx, &viewer, &accounts, PER_ACCOUNT)?;
            sent.truncate(LISTED);
            Ok((scheduled, sent))
        }
    });
    let (scheduled, sent) = lists.await?;
    Ok(Home {
        console: operator.console(),
        accounts: accounts.iter().map(|account| presenter::account(account)).collect(),
        scheduled,
        sent,
        shows_sends: operator.rights.may(roles),
        zone,
    })
}
