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
    id::{AccountId, CorpId, MemberNo, SendSeq},
    service_account::ServiceAccount,
    time::Timestamp,
};
use carillon_store::{AssigneeFilter, Tx};

use super::{ROLES, account_path, thread_path};
use crate::{
    console::{
        Section,
        access::Operator,
        csv, live,
        page::{self, AssigneeTab, ConversationLine, Conversations},
        text::{conversations::ConversationTexts, texts},
    },
    paths,
    routes::{Pages, Viewer, failed, notice, presenter},
    view::NoticeKind,
};

/// Conversations on a page.
const PER_PAGE: usize = 20;
/// Members found by name.
const FOUND: usize = 50;
/// Conversations that a file reads at once.
const CSV_BATCH: usize = 200;
/// The most characters of a name that is searched for.
const NAME_CHARS: usize = 64;

/// The fields of an address that say where a page begins.
const POSITION: [&str; 3] = ["before", "since", "member"];

/// What the address of a list says.
#[derive(Clone)]
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
        match self.after(last) {
            ConversationFilter::All(before) => format!("{path}&before={}", before.0),
            ConversationFilter::Waiting(since, member) => {
                format!("{path}&since={}&member={}", since.0, member.0)
            }
        }
    }

    /// The path of the file of the list.
    fn file_path(&self, account: &AccountId) -> String {
        let path = self.path(account, self.assignee);
        match self.name.as_str() {
            "" => format!("{path}&csv=1"),
            name => format!("{path}&find={}&csv=1", paths::encode(name)),
        }
    }

    /// Where the conversations after one begin.
    fn after(&self, last: &ListedConversation) -> ConversationFilter {
        if self.shows_all {
            ConversationFilter::All(last.last_seq)
        } else {
            let since = last.waiting_since.unwrap_or(Timestamp(i64::MAX));
            ConversationFilter::Waiting(since, last.member)
        }
    }

    /// Reads conversations, at most `limit` of them, and returns whether more follow. A search has one page.
    fn read(
        &self,
        tx: &mut Tx<'_>,
        (corp, account): (&CorpId, &AccountId),
        me: MemberNo,
        filter: ConversationFilter,
        limit: usize,
    ) -> Result<(Vec<ListedConversation>, bool)> {
        if !self.name.is_empty() {
            return Ok((operator::find(tx, corp, account, &self.name, FOUND)?, false));
        }
        let of = match self.assignee {
            "mine" => AssigneeFilter::Operator(me),
            "nobody" => AssigneeFilter::Nobody,
            _ => AssigneeFilter::Any,
        };
        // One more than requested shows whether there is a next page.
        let most = i64::try_from(limit + 1).unwrap_or(i64::MAX);
        let mut found = operator::conversations(tx, corp, account, of, filter, most)?;
        let has_more = found.len() > limit;
        found.truncate(limit);
        Ok((found, has_more))
    }
}

/// The list.
pub async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    if query.contains_key("csv") {
        return csv::page(&operator, file(&pages, &operator, &query));
    }
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
    let c = ConversationTexts::of(viewer.lang);
    let tabs = account.as_ref().map(|account| {
        [("", c.of_all), ("mine", c.of_mine), ("nobody", c.of_nobody)].map(|(code, name)| AssigneeTab {
            href: parameters.path(&account.id, code),
            name,
            is_current: code == parameters.assignee,
        })
    });
    let (shows_all, assignee, name) = (parameters.shows_all, parameters.assignee, parameters.name.clone());
    let csv = account.as_ref().map(|account| parameters.file_path(&account.id));
    let (mut lines, mut next) = (Vec::new(), None);
    if let Some(account) = account.clone() {
        let read = pages.store.read(operator.corp(), move |tx| {
            let of = (&viewer.corp, &account.id);
            let (found, has_more) = parameters.read(tx, of, me, parameters.filter, PER_PAGE)?;
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
        csv,
        empty,
        zone,
    }))
}

/// The list as a file, with the filters of the page, all pages; `None` for an account that the operator may not see.
fn file(
    pages: &Pages,
    operator: &Operator,
    query: &HashMap<String, String>,
) -> Result<Option<Response<Body>>> {
    let Some(Some(account)) = operator.requested_account(query, ROLES) else { return Ok(None) };
    let lang = operator.signed_in.lang;
    let (t, c) = (texts(lang), ConversationTexts::of(lang));
    let headings = [t.member, t.userid, c.last_message, c.by_account, t.time, c.waiting_since, c.whose];
    let mut query = query.clone();
    query.retain(|name, _| !POSITION.contains(&name.as_str()));
    let parameters = Parameters::of(&query);
    let me = operator.signed_in.member;
    let file = csv::stored(
        pages,
        operator,
        "conversations",
        &headings,
        parameters.filter,
        move |tx, viewer, from| {
            let of = (&viewer.corp, &account.id);
            let (found, has_more) = parameters.read(tx, of, me, from, CSV_BATCH)?;
            let next = found.last().filter(|_| has_more).map(|last| parameters.after(last));
            let lines = found.iter().map(|listed| Ok(cells(listed, line(tx, viewer, &account, listed)?)));
            Ok((lines.collect::<Result<_>>()?, next))
        },
    );
    file.map(Some)
}

fn cells(listed: &ListedConversation, line: ConversationLine) -> Vec<String> {
    vec![
        line.name,
        listed.named.as_ref().map(|named| named.userid.clone()).unwrap_or_default(),
        line.summary,
        if line.is_by_account { "1".to_owned() } else { String::new() },
        line.time.map(|time| time.full).unwrap_or_default(),
        line.waiting_since.map(|since| since.full).unwrap_or_default(),
        line.assignee.unwrap_or_default(),
    ]
}

/// A conversation as a list shows it.
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
