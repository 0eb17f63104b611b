//! The home page of the console: what needs attention in the accounts of the operator, scheduled sends and the newest ones.

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::Body,
    extract::{Query, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_domain::chat::operator::{self, ConversationFilter};
use carillon_model::{
    error::Result, id::MemberNo, operator::OperatorRole, service_account::ServiceAccount, time::Timestamp,
};
use carillon_store::{AssigneeFilter, CommentState, Tx};

use super::{
    Section,
    access::Operator,
    articles, comments, conversations, drafts, live,
    page::{self, ConversationLine, Home, HomeDraft, Waiting},
    sends,
    text::{ConsoleTexts, texts},
};
use crate::{
    paths,
    routes::{Pages, Viewer, failed, uncached},
};

/// The most lines of each list.
const LISTED: usize = 5;
/// The same for each account.
const PER_ACCOUNT: i64 = 5;
/// Articles of an account, the newest, among which unfinished ones are looked for.
const ARTICLES: i64 = 50;

/// The page.
pub async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    // An owner of an empty organisation has nothing to see here yet.
    if operator.shows_start && operator.state.accounts.is_empty() {
        return uncached(Redirect::to(Section::Start.path()).into_response());
    }
    match load(&pages, &operator).await {
        Ok(view) => live::respond(&query, 200, page::home(&view)),
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load(pages: &Pages, operator: &Operator) -> Result<Home> {
    let viewer = operator.viewer(pages);
    let roles = Section::Sends.roles();
    let accounts = operator.accounts(roles);
    let agent_accounts = operator.accounts(conversations::ROLES);
    let comment_accounts = operator.accounts(comments::ROLES);
    let article_accounts = operator.accounts(articles::ROLES);
    let draft_accounts = operator.accounts(drafts::ROLES);
    let approved_accounts = drafts::approved_accounts(operator);
    let (zone, t) = (viewer.zone(), texts(viewer.lang));
    let mut home = Home {
        console: operator.console(),
        accounts: operator.choices(roles),
        held: Vec::new(),
        may_decide: operator.rights.may(sends::RECALL_ROLES),
        scheduled: Vec::new(),
        sent: Vec::new(),
        waiting: Vec::new(),
        longest_waiting: Vec::new(),
        new_comments: Vec::new(),
        newest_comments: Vec::new(),
        drafts: Vec::new(),
        to_approve: Vec::new(),
        shows_approval: operator.rights.may(&[OperatorRole::Approver]),
        shows_conversations: operator.rights.may(conversations::ROLES),
        shows_comments: operator.rights.may(comments::ROLES),
        shows_drafts: operator.rights.may(articles::ROLES) || operator.rights.may(drafts::ROLES),
        shows_sends: operator.rights.may(roles),
        announcement: String::new(),
        zone,
    };
    let read = pages.store.read(operator.corp(), move |tx| {
        home.held = sends::held_of_accounts(tx, &viewer, &accounts, LISTED)?;
        home.held.truncate(LISTED);
        home.scheduled = sends::next_of_accounts(tx, &viewer, &accounts, LISTED)?;
        home.scheduled.truncate(LISTED);
        home.sent = sends::newest_of_accounts(tx, &viewer, &accounts, LISTED)?;
        home.sent.truncate(LISTED);
        let (waiting, members) = waiting(tx, &viewer, &agent_accounts)?;
        home.waiting = waiting;
        home.longest_waiting = longest_waiting(tx, &viewer, &agent_accounts)?;
        let (new, count) = new_comments(tx, &viewer, &comment_accounts)?;
        home.new_comments = new;
        home.newest_comments = comments::newest(tx, &viewer, &comment_accounts, LISTED)?;
        home.drafts = unfinished(tx, &viewer, t, &draft_accounts, &article_accounts)?;
        home.to_approve = drafts::waiting_for_approval(tx, &viewer, &approved_accounts, PER_ACCOUNT)?;
        home.to_approve.truncate(LISTED);
        home.announcement = announcement(&home, viewer.lang, members, count);
        Ok(home)
    });
    read.await
}

/// What screen readers are told when it changes: the counts that the operator sees.
fn announcement(home: &Home, lang: crate::text::Lang, members: usize, comments: usize) -> String {
    let of_comments = super::text::comments::CommentTexts::of(lang).new_count(comments);
    let parts = [
        home.shows_conversations.then(|| texts(lang).waiting_count(members)),
        home.shows_comments.then_some(of_comments),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(lang.list_separator())
}

/// The number of members who wait, by account and altogether.
fn waiting(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    accounts: &[Arc<ServiceAccount>],
) -> Result<(Vec<Waiting>, usize)> {
    let (mut tiles, mut sum) = (Vec::new(), 0);
    for account in accounts {
        let count = tx.count_waiting(&viewer.corp, &account.id, conversations::MOST_WAITING)?;
        sum += count;
        if count > 0 {
            tiles.push(tile(account, Section::Conversations, count));
        }
    }
    Ok((tiles, sum))
}

/// The number of new comments, by account and altogether.
fn new_comments(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    accounts: &[Arc<ServiceAccount>],
) -> Result<(Vec<Waiting>, usize)> {
    let (mut tiles, mut sum) = (Vec::new(), 0);
    for account in accounts {
        let count = tx.count_comments_in(&viewer.corp, &account.id, CommentState::New, comments::MOST_NEW)?;
        sum += count;
        if count > 0 {
            tiles.push(tile(account, Section::Comments, count));
        }
    }
    Ok((tiles, sum))
}

fn tile(account: &ServiceAccount, section: Section, count: usize) -> Waiting {
    Waiting {
        account: account.name.clone(),
        href: format!("{}?account={}", section.path(), paths::encode(account.id.as_str())),
        count: comments::at_most(count),
    }
}

/// The members who wait longest, of all accounts.
fn longest_waiting(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    accounts: &[Arc<ServiceAccount>],
) -> Result<Vec<ConversationLine>> {
    let mut found = Vec::new();
    for account in accounts {
        let filter = ConversationFilter::Waiting(Timestamp(i64::MIN), MemberNo(0));
        let of = AssigneeFilter::Any;
        for listed in operator::conversations(tx, &viewer.corp, &account.id, of, filter, PER_ACCOUNT)? {
            found.push((listed.waiting_since, Arc::clone(account), listed));
        }
    }
    found.sort_by_key(|(since, ..)| *since);
    let lines = found.iter().take(LISTED);
    lines.map(|(_, account, listed)| conversations::line(tx, viewer, account, listed)).collect()
}

/// Sends and articles that are not finished, the last changed first.
fn unfinished(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    t: &'static ConsoleTexts,
    draft_accounts: &[Arc<ServiceAccount>],
    article_accounts: &[Arc<ServiceAccount>],
) -> Result<Vec<HomeDraft>> {
    let mut found = Vec::new();
    for draft in drafts::newest(tx, viewer, draft_accounts, PER_ACCOUNT)? {
        found.push(HomeDraft {
            key: format!("send{}", draft.href.replace('/', "-")),
            kind: t.send_draft,
            href: draft.href,
            title: draft.title,
            account: draft.account,
            state: draft.state,
            changed_at: draft.changed_at,
        });
    }
    for account in article_accounts {
        for head in tx.newest_article_heads(&viewer.corp, &account.id, ARTICLES)? {
            let state = match head.publish_time {
                None => t.article_unpublished,
                Some(published) if head.update_time > published => t.article_changed,
                Some(_) => continue,
            };
            found.push(HomeDraft {
                key: format!("article-{}", head.id),
                kind: t.article_draft,
                href: articles::article_path(&account.id, head.id),
                title: head.draft.title,
                account: account.name.clone(),
                state,
                changed_at: viewer.moment(head.update_time),
            });
        }
    }
    found.sort_by_key(|draft| std::cmp::Reverse(draft.changed_at.at_ms));
    found.truncate(LISTED * 2);
    Ok(found)
}
