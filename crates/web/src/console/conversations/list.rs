//! The list of the conversations of an account.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::{Query, State},
    http::Response,
};
use carillon_domain::{
    chat::operator::{self, ConversationFilter, ListedConversation},
    inbox::Entry,
};
use carillon_model::{
    error::Result,
    id::{AccountId, MemberNo, SendSeq},
    service_account::ServiceAccount,
    time::Timestamp,
};
use carillon_store::{AssigneeFilter, Tx};

use super::{ROLES, account_path, thread_path};
use crate::{
    console::{
        Section,
        access::Operator,
        live,
        page::{self, AssigneeTab, ConversationLine, Conversations},
        text::texts,
    },
    paths,
    routes::{Pages, Viewer, failed, notice, presenter},
    view::NoticeKind,
};

/// Conversations on a page.
const PER_PAGE: usize = 20;
/// Members found by name.
const FOUND: usize = 50;
/// The most characters of a name that is searched for.
const NAME_CHARS: usize = 64;

/// What the address of a list says.
struct Parameters {
    shows_all: bool,
    /// Whose conversations: an empty text for all, `mine` or `nobody`.
    assignee: &'static str,
    name: String,
    filter: ConversationFilter,
}

impl Parameters {
    fn of(query: &HashMap<String, String>) -> Self {
        let shows_all = query.get("show").is_some_and(|show| show == "all");
        let number = |name: &str| query.get(name).and_then(|text| text.parse::<i64>().ok());
        let member = number("member").and_then(|number| u32::try_from(number).ok()).unwrap_or_default();
        let name = query.get("find").map(|name| name.trim().chars().take(NAME_CHARS).collect());
        Self {
            shows_all,
            assignee: match query.get("who").map(String::as_str) {
                Some("mine") => "mine",
                Some("nobody") => "nobody",
                _ => "",
            },
            name: name.unwrap_or_default(),
            filter: if shows_all {
                ConversationFilter::All(SendSeq(number("before").unwrap_or(i64::MAX)))
            } else {
                ConversationFilter::Waiting(Timestamp(number("since").unwrap_or(i64::MIN)), MemberNo(member))
            },
        }
    }

    /// The path of the first page of a list.
    fn path(&self, account: &AccountId, assignee: &str) -> String {
        let mut path =
            format!("{}?account={}", Section::Conversations.path(), paths::encode(account.as_str()));
        for (name, value) in [("show", if self.shows_all { "all" } else { "" }), ("who", assignee)] {
            if !value.is_empty() {
                path = format!("{path}&{name}={value}");
            }
        }
        path
    }

    /// The path of the page after a conversation.
    fn next_path(&self, account: &AccountId, last: &ListedConversation) -> String {
        let path = self.path(account, self.assignee);
        if self.shows_all {
            return format!("{path}&before={}", last.last_seq.0);
        }
        let since = last.waiting_since.unwrap_or(Timestamp(i64::MAX));
        format!("{path}&since={}&member={}", since.0, last.member.0)
    }
}

/// The list.
pub async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    match load(&pages, &operator, &query).await {
        Ok(Some(view)) => live::respond(&query, 200, page::conversations(&view)),
        Ok(None) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load(
    pages: &Pages,
    operator: &Operator,
    query: &HashMap<String, String>,
) -> Result<Option<Conversations>> {
    let viewer = operator.viewer(pages);
    let Some(account) = operator.requested_account(query, ROLES) else { return Ok(None) };
    let parameters = Parameters::of(query);
    let me = operator.signed_in.member;
    let zone = viewer.zone();
    let t = texts(viewer.lang);
    let c = crate::console::text::conversations::ConversationTexts::of(viewer.lang);
    let tabs = account.as_ref().map(|account| {
        [("", c.of_all), ("mine", c.of_mine), ("nobody", c.of_nobody)].map(|(code, name)| AssigneeTab {
            href: parameters.path(&account.id, code),
            name,
            is_current: code == parameters.assignee,
        })
    });
    let (shows_all, assignee, name) = (parameters.shows_all, parameters.assignee, parameters.name.clone());
    let (mut lines, mut next) = (Vec::new(), None);
    if let Some(account) = account.clone() {
        let read = pages.store.read(operator.corp(), move |tx| {
            let of = match parameters.assignee {
                "mine" => AssigneeFilter::Operator(me),
                "nobody" => AssigneeFilter::Nobody,
                _ => AssigneeFilter::Any,
            };
            let mut found = if parameters.name.is_empty() {
                let limit = i64::try_from(PER_PAGE + 1).unwrap_or(i64::MAX);
                operator::conversations(tx, &viewer.corp, &account.id, of, parameters.filter, limit)?
            } else {
                operator::find(tx, &viewer.corp, &account.id, &parameters.name, FOUND)?
            };
            let has_more = parameters.name.is_empty() && found.len() > PER_PAGE;
            if has_more {
                found.truncate(PER_PAGE);
            }
            let next = found.last().filter(|_| has_more).map(|last| parameters.next_path(&account.id, last));
            let lines = found.iter().map(|listed| line(tx, &viewer, &account, listed));
            Ok((lines.collect::<Result<Vec<_>>>()?, next))
        });
        (lines, next) = read.await?;
    }
    let empty = match (name.is_empty(), assignee, shows_all) {
        (false, ..) => (c.nobody_found, c.nobody_found_next),
        (true, "mine", _) => (c.none_mine, c.none_mine_next),
        (true, "nobody", _) => (c.none_of_nobody, c.none_of_nobody_next),
        (true, _, true) => (t.empty_conversations, t.empty_conversations_next),
        (true, _, false) => (t.nobody_waits, t.nobody_waits_next),
    };
    let is_first = !query.keys().any(|name| ["before", "since", "find"].contains(&name.as_str()));
    let watch = account
        .as_ref()
        .filter(|_| is_first)
        .map(|account| format!("page=conversations&account={}", paths::encode(account.id.as_str())));
    Ok(Some(Conversations {
        watch,
        console: operator.console(),
        accounts: operator.choices(ROLES),
        answers: account.as_ref().map(|account| format!("{}/answers", account_path(&account.id))),
        account: account.as_deref().map(presenter::account),
        tabs: tabs.map(Vec::from).unwrap_or_default(),
        assignee,
        shows_all,
        name,
        lines,
        next,
        empty,
        zone,
    }))
}

pub fn line(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    account: &ServiceAccount,
    listed: &ListedConversation,
) -> Result<ConversationLine> {
    let entry = listed.last.clone().map(Entry::Chat);
    let body = entry.as_ref().map(|entry| presenter::body(tx, viewer, entry)).transpose()?;
    let t = texts(viewer.lang);
    Ok(ConversationLine {
        href: thread_path(&account.id, listed.member),
        member: listed.member.0,
        account: account.name.clone(),
        name: listed.named.as_ref().map_or_else(|| t.former_member.to_owned(), |named| named.name.clone()),
        summary: body.map(|body| body.summary(viewer.lang).to_owned()).unwrap_or_default(),
        is_by_account: listed.last.as_ref().is_some_and(|last| last.author.is_account()),
        time: listed.last.as_ref().map(|last| viewer.moment(last.created_at)),
        waiting_since: listed.waiting_since.map(|since| viewer.moment(since)),
        assignee: listed.assignee.as_ref().map(|assignee| assignee.name.clone()),
    })
}
