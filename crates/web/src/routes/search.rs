//! The search in the inbox of a member.

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::Body,
    extract::{Query, State},
    http::Response,
};
use carillon_domain::search::{self, Hit, MAX_QUERY_CHARS, Scope, SearchResult};
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, SendSeq},
};

use super::{
    Pages, failed, html,
    inbox::viewer,
    notice,
    presenter::{self, Viewer},
    session::SignedIn,
};
use crate::{
    page, paths,
    security::PageKind,
    view::{self, NoticeKind},
};

/// Shows the search form and the results. Messages in the results are not marked as read.
pub async fn show(
    State(pages): State<Pages>,
    signed_in: SignedIn,
    Query(parameters): Query<HashMap<String, String>>,
) -> Response<Body> {
    let page = signed_in.page();
    match find(&pages, &signed_in, &parameters).await {
        Ok(Some(view)) if parameters.contains_key("fragment") => {
            html(200, PageKind::App, page::search_results_fragment(&view))
        }
        Ok(Some(view)) => html(200, PageKind::App, page::search(&view)),
        Ok(None) => notice(page, NoticeKind::NotFound),
        Err(error) => failed(page, &error),
    }
}

/// Returns `None` if there is no such conversation.
async fn find(
    pages: &Pages,
    signed_in: &SignedIn,
    parameters: &HashMap<String, String>,
) -> Result<Option<view::Search>> {
    let (state, viewer) = viewer(pages, signed_in)?;
    let text: String =
        parameters.get("q").map_or("", String::as_str).trim().chars().take(MAX_QUERY_CHARS).collect();
    let account = match parameters.get("in").filter(|unionid| !unionid.is_empty()) {
        Some(unionid) => match state.account(&AccountId::from(unionid.as_str())) {
            Ok(account) => Some(Arc::clone(account)),
            Err(_) => return Ok(None),
        },
        None => None,
    };
    let scope = Scope {
        corp: signed_in.corp.clone(),
        member: signed_in.member,
        account: account.as_ref().map(|account| account.id.clone()),
        before: parameters.get("before").and_then(|text| text.parse().ok()).map(SendSeq),
    };
    let is_first = scope.before.is_none();
    let found = match search::Query::parse(&text) {
        // A search may read many messages, so it runs on the threads for statistics and does not delay pages.
        Some(query) => {
            let permit = pages.search_permits.begin(&signed_in.corp, signed_in.member);
            let permit = permit.ok_or(Rule::Overloaded)?;
            let searched = pages.store.read_statistics(&signed_in.corp, move |tx| {
                let _held_while_reading = permit;
                search::search(tx, &scope, &query)
            });
            searched.await?
        }
        None => SearchResult::default(),
    };
    Ok(Some(view::Search {
        page: signed_in.page(),
        query: text,
        account: account.as_deref().map(presenter::account),
        accounts: found.accounts.iter().map(|account| presenter::account(account)).collect(),
        hits: found.hits.into_iter().map(|hit| hit_view(&viewer, hit)).collect(),
        next: found.next.map(|seq| seq.0.to_string()),
        is_first,
        zone: viewer.zone(),
    }))
}

fn hit_view(viewer: &Viewer, hit: Hit) -> view::Hit {
    let Hit { account, entry, excerpt } = hit;
    view::Hit {
        sender: presenter::sender(viewer, &account, &entry),
        time: viewer.moment(entry.created_at()),
        href: paths::message_at(account.id.as_str(), entry.id(), entry.seq().0),
        account: presenter::account(&account),
        excerpt: excerpt.into_iter().map(|piece| (piece.text, piece.is_hit)).collect(),
    }
}
