//! Pages of the console that change while they are open: the events that say so, and the part of a page that its script takes.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::{Query, State},
    http::{Response, StatusCode},
};
use carillon_domain::{operator, sign_on};
use carillon_model::{
    error::Result,
    id::{AccountId, MemberNo},
    operator::OperatorRights,
    time::Timestamp,
};

use super::{Section, access::Operator, comments, conversations};
use crate::{
    live::{ConsoleWatch, OpenError, PageOwner, WatchedPage},
    page::Html,
    routes::{Pages, Visitor, empty, failed, html, session_of, stream},
    security::PageKind,
};

/// The events of a page. They end with the session, and when the rights of the operator change; then the browser opens them again.
pub async fn events(
    State(pages): State<Pages>,
    operator: Operator,
    visitor: Visitor,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let Some(page) = watched(&operator, &query) else { return empty(StatusCode::NOT_FOUND) };
    let (rights, until) = match current_rights(&pages, &operator).await {
        Ok(current) => current,
        Err(error) => return failed(operator.page(), &error),
    };
    let owner = PageOwner {
        corp: operator.corp().clone(),
        member: operator.signed_in.member,
        session: operator.signed_in.session,
        expires_at: until
            .map_or(operator.signed_in.expires_at, |until| until.min(operator.signed_in.expires_at)),
    };
    let watch = ConsoleWatch { page, rights: operator.rights.clone() };
    let page = match pages.live.open_of_operator(owner, watch, || pages.store.subscribe()) {
        Ok(page) => page,
        Err(OpenError::TooManyOfMember) => return empty(StatusCode::TOO_MANY_REQUESTS),
        Err(OpenError::TooMany) => return empty(StatusCode::SERVICE_UNAVAILABLE),
    };
    // Session and rights may have changed before the page was registered.
    let again = async {
        let session = session_of(&pages, &visitor).await?;
        Ok((session.is_some(), current_rights(&pages, &operator).await?.0))
    };
    match again.await {
        Ok((true, now)) if now == rights && now == operator.rights => stream(page),
        Ok((true, _)) => empty(StatusCode::SERVICE_UNAVAILABLE),
        Ok((false, _)) => empty(StatusCode::UNAUTHORIZED),
        Err(error) => failed(operator.page(), &error),
    }
}

/// The rights of the operator, and until when those by groups count.
async fn current_rights(pages: &Pages, operator: &Operator) -> Result<(OperatorRights, Option<Timestamp>)> {
    let (env, corp, member) = (pages.env.clone(), operator.corp().clone(), operator.signed_in.member);
    let read = pages.store.read(operator.corp(), move |tx| {
        let until = sign_on::group_rights(tx, &corp, member)?.map(|groups| groups.until);
        let until = until.filter(|until| *until > env.now());
        Ok((operator::rights(tx, &env, &corp, member)?, until))
    });
    read.await
}

/// The page that a query names. `None` if there is none, or if the operator may not open it.
fn watched(operator: &Operator, query: &HashMap<String, String>) -> Option<WatchedPage> {
    let account = query.get("account").filter(|id| !id.is_empty()).map(|id| AccountId::from(id.as_str()));
    let of =
        |roles| account.as_ref().and_then(|id| operator.account(id, roles)).map(|found| found.id.clone());
    let (section, page) = match query.get("page").map(String::as_str)? {
        "home" => (Section::Home, WatchedPage::Home),
        "conversations" => (Section::Conversations, WatchedPage::Conversations(of(conversations::ROLES)?)),
        "thread" => {
            let member = query.get("member").and_then(|number| number.parse().ok())?;
            (Section::Conversations, WatchedPage::Thread(of(conversations::ROLES)?, MemberNo(member)))
        }
        "comments" if account.is_none() => (Section::Comments, WatchedPage::Comments(None)),
        "comments" => (Section::Comments, WatchedPage::Comments(Some(of(comments::ROLES)?))),
        "calls" => (Section::Calls, WatchedPage::Calls),
        _ => return None,
    };
    section.is_open_to(&operator.rights).then_some(page)
}

/// Returns a page, or with `fragment` in its query what is inside of its `main` element, for the script that swaps it in.
pub fn respond(query: &HashMap<String, String>, status: u16, rendered: Html) -> Response<Body> {
    if !query.contains_key("fragment") {
        return html(status, PageKind::App, rendered);
    }
    html(status, PageKind::App, rendered.map(|page| main_part(&page).to_owned()))
}

/// What is inside of `main`. Texts in a page are escaped, so only its template has that element.
fn main_part(page: &str) -> &str {
    let inside = page.split_once("<main ").and_then(|(_, rest)| rest.split_once('>'));
    inside.and_then(|(_, rest)| rest.split_once("</main>")).map_or("", |(main, _)| main)
}

#[cfg(test)]
mod tests {
    use super::main_part;

    #[test]
    fn a_fragment_is_what_is_inside_of_main() {
        assert_eq!(main_part("<body><main id=\"main\" tabindex=\"-1\"><p>x</p></main></body>"), "<p>x</p>");
        assert_eq!(main_part("<body></body>"), "");
    }
}
