//! The home page of the console: the accounts of the operator, scheduled sends and the newest ones.

use axum::{
    body::Body,
    extract::State,
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_model::{error::Result, operator::OperatorRole};

use super::{
    Section,
    access::Operator,
    conversations, drafts,
    page::{self, Home, Waiting},
    sends,
};
use crate::{
    paths,
    routes::{Pages, failed, html, uncached},
    security::PageKind,
};

/// The most sends of each list.
const LISTED: usize = 5;
/// The same for each account.
const PER_ACCOUNT: i64 = 5;

/// The page.
pub async fn show(State(pages): State<Pages>, operator: Operator) -> Response<Body> {
    // An owner of an empty organisation has nothing to see here yet.
    if operator.shows_start && operator.state.accounts.is_empty() {
        return uncached(Redirect::to(Section::Start.path()).into_response());
    }
    match load(&pages, &operator).await {
        Ok(view) => html(200, PageKind::App, page::home(&view)),
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load(pages: &Pages, operator: &Operator) -> Result<Home> {
    let viewer = operator.viewer(pages);
    let roles = Section::Sends.roles();
    let accounts = operator.accounts(roles);
    let agent_accounts = operator.accounts(conversations::ROLES);
    let approved_accounts = drafts::approved_accounts(operator);
    let zone = viewer.zone();
    let lists = pages.store.read(operator.corp(), {
        let accounts = accounts.clone();
        move |tx| {
            let mut scheduled = sends::next_of_accounts(tx, &viewer, &accounts, PER_ACCOUNT)?;
            scheduled.truncate(LISTED);
            let mut sent = sends::newest_of_accounts(tx, &viewer, &accounts, PER_ACCOUNT)?;
            sent.truncate(LISTED);
            let mut waiting = Vec::new();
            for account in agent_accounts {
                let count = tx.count_waiting(&viewer.corp, &account.id, conversations::MOST_WAITING)?;
                if count > 0 {
                    waiting.push(Waiting {
                        account: account.name.clone(),
                        href: format!(
                            "{}?account={}",
                            Section::Conversations.path(),
                            paths::encode(account.id.as_str())
                        ),
                        count: if count > 99 { "99+".to_owned() } else { count.to_string() },
                    });
                }
            }
            let mut to_approve = drafts::waiting_for_approval(tx, &viewer, &approved_accounts, PER_ACCOUNT)?;
            to_approve.truncate(LISTED);
            Ok((scheduled, sent, waiting, to_approve))
        }
    });
    let (scheduled, sent, waiting, to_approve) = lists.await?;
    Ok(Home {
        console: operator.console(),
        accounts: operator.choices(roles),
        scheduled,
        sent,
        waiting,
        to_approve,
        shows_approval: operator.rights.may(&[OperatorRole::Approver]),
        shows_conversations: operator.rights.may(conversations::ROLES),
        shows_sends: operator.rights.may(roles),
        zone,
    })
}
