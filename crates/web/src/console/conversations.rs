//! Conversations: who waits for a reply, what was written, and replies.

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::Body,
    extract::{Form, Path, Query, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_domain::{
    account::audience,
    chat::operator::{self, ConversationFilter, ListedConversation},
    inbox::Entry,
};
use carillon_model::{
    error::{Error, Result, Rule},
    id::{AccountId, MemberNo, SendSeq},
    operator::OperatorRole,
    service_account::ServiceAccount,
    time::Timestamp,
};
use carillon_store::{ConversationKey, Tx};
use serde::Deserialize;

use super::{
    Section,
    access::Operator,
    page::{self, ConversationLine, Conversations, Thread},
    text::texts,
};
use crate::{
    paths,
    routes::{Pages, Viewer, failed, html, notice, presenter, uncached},
    security::PageKind,
    view::{self, NoticeKind},
};

/// Conversations on a page.
const PER_PAGE: usize = 20;
/// Messages on a page.
const MESSAGES_PER_PAGE: usize = 50;
/// The most members who wait that the home page counts.
pub const MOST_WAITING: i64 = 100;
/// Roles that read and write conversations.
pub const ROLES: &[OperatorRole] = &[OperatorRole::Agent];

type Parameters = Query<HashMap<String, String>>;

/// The list of the conversations of an account.
pub async fn list(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Parameters,
) -> Response<Body> {
    match load_list(&pages, &operator, &query).await {
        Ok(Some(view)) => html(200, PageKind::App, page::conversations(&view)),
        Ok(None) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load_list(
    pages: &Pages,
    operator: &Operator,
    query: &HashMap<String, String>,
) -> Result<Option<Conversations>> {
    let viewer = operator.viewer(pages);
    let Some(account) = operator.requested_account(query, ROLES) else { return Ok(None) };
    let shows_all = query.get("show").is_some_and(|show| show == "all");
    let number = |name: &str| query.get(name).and_then(|text| text.parse::<i64>().ok());
    let member = number("member").and_then(|number| u32::try_from(number).ok()).unwrap_or_default();
    let filter = if shows_all {
        ConversationFilter::All(SendSeq(number("before").unwrap_or(i64::MAX)))
    } else {
        ConversationFilter::Waiting(Timestamp(number("since").unwrap_or(i64::MIN)), MemberNo(member))
    };
    let zone = viewer.zone();
    let limit = i64::try_from(PER_PAGE + 1).unwrap_or(i64::MAX);
    let (mut lines, mut next) = (Vec::new(), None);
    if let Some(account) = account.clone() {
        let read = pages.store.read(operator.corp(), move |tx| {
            let mut found = operator::conversations(tx, &viewer.corp, &account.id, filter, limit)?;
            let next = (found.len() > PER_PAGE).then(|| {
                found.truncate(PER_PAGE);
                found.last().map(|last| next_path(&account.id, shows_all, last))
            });
            let lines = found.iter().map(|listed| line(tx, &viewer, &account, listed));
            Ok((lines.collect::<Result<Vec<_>>>()?, next.flatten()))
        });
        (lines, next) = read.await?;
    }
    Ok(Some(Conversations {
        console: operator.console(),
        accounts: operator.choices(ROLES),
        account: account.as_deref().map(presenter::account),
        shows_all,
        lines,
        next,
        zone,
    }))
}

fn next_path(account: &AccountId, shows_all: bool, last: &ListedConversation) -> String {
    let (path, account) = (Section::Conversations.path(), paths::encode(account.as_str()));
    if shows_all {
        return format!("{path}?account={account}&show=all&before={}", last.last_seq.0);
    }
    let since = last.waiting_since.unwrap_or(Timestamp(i64::MAX));
    format!("{path}?account={account}&since={}&member={}", since.0, last.member.0)
}

fn line(
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
        name: listed.named.as_ref().map_or_else(|| t.former_member.to_owned(), |named| named.name.clone()),
        summary: body.map(|body| body.summary(viewer.lang).to_owned()).unwrap_or_default(),
        is_by_account: listed.last.as_ref().is_some_and(|last| last.author.is_account()),
        time: listed.last.as_ref().map(|last| viewer.moment(last.created_at)),
        waiting_since: listed.waiting_since.map(|since| viewer.moment(since)),
    })
}

fn thread_path(account: &AccountId, member: MemberNo) -> String {
    format!("{}/{}/{}", Section::Conversations.path(), paths::encode(account.as_str()), member.0)
}

/// A conversation.
pub async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, member)): Path<(String, u32)>,
    Query(query): Parameters,
) -> Response<Body> {
    respond(&pages, &operator, &AccountId::from(unionid), MemberNo(member), &query, None).await
}

/// A text that was refused, and the reason.
struct RefusedText {
    text: String,
    problem: &'static str,
}

async fn respond(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    member: MemberNo,
    query: &HashMap<String, String>,
    refused: Option<RefusedText>,
) -> Response<Body> {
    let status = if refused.is_some() { 422 } else { 200 };
    match load(pages, operator, account, member, query, refused).await {
        Ok(Some(view)) => html(status, PageKind::App, page::thread(&view)),
        Ok(None) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    member: MemberNo,
    query: &HashMap<String, String>,
    refused: Option<RefusedText>,
) -> Result<Option<Thread>> {
    let Some(account) = operator.account(account, ROLES) else { return Ok(None) };
    let viewer = operator.viewer(pages);
    let before = query.get("before").and_then(|text| text.parse().ok()).map_or(SendSeq(i64::MAX), SendSeq);
    let console = operator.console();
    let is_blocked = operator.state.account_audience(&account.id).blocked.members().contains(member);
    let read = pages.store.read(operator.corp(), move |tx| {
        let key = ConversationKey { corp: viewer.corp.clone(), account: account.id.clone(), member };
        let Some(row) = tx.conversation(&key)? else { return Ok(None) };
        let mut rows = tx.chat_messages(&key, SendSeq(i64::MIN)..before, MESSAGES_PER_PAGE + 1)?;
        let older = (rows.len() > MESSAGES_PER_PAGE).then(|| rows.truncate(MESSAGES_PER_PAGE));
        let path = thread_path(&account.id, member);
        let older = older.and(rows.last()).map(|oldest| format!("{path}?before={}", oldest.seq.0));
        let present = tx.member_name(&viewer.corp, member)?;
        let t = texts(viewer.lang);
        let name = match &present {
            Some((_, name)) => name.clone(),
            None => tx
                .named_members(&viewer.corp, &std::iter::once(member).collect())?
                .remove(&member)
                .map_or_else(|| t.former_member.to_owned(), |named| named.name),
        };
        let messages = rows.into_iter().rev().map(|row| {
            let is_by_account = row.author.is_account();
            let mut message = presenter::message(tx, &viewer, &account, &Entry::Chat(row))?;
            // On this side of the conversation the account is "mine".
            message.is_mine = is_by_account;
            message.sender = if is_by_account { account.name.clone() } else { name.clone() };
            Ok(message)
        });
        let messages = messages.collect::<Result<Vec<view::Message>>>()?;
        let (text, problem) =
            refused.map_or((String::new(), None), |refused| (refused.text, Some(refused.problem)));
        Ok(Some(Thread {
            console,
            account: presenter::account(&account),
            member: name,
            userid: present.as_ref().map(|(userid, _)| userid.to_string()),
            messages: presenter::items(messages, Vec::new(), |_| false),
            older,
            waiting_since: row.waiting_since.map(|since| viewer.moment(since)),
            may_reply: present.is_some() && !is_blocked && !account.disabled,
            is_blocked,
            path,
            text,
            problem,
            zone: viewer.zone(),
        }))
    });
    read.await
}

/// A submitted form.
#[derive(Deserialize)]
pub struct ReplyForm {
    #[serde(default)]
    text: String,
}

/// Posts a reply.
pub async fn reply(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, member)): Path<(String, u32)>,
    Form(form): Form<ReplyForm>,
) -> Response<Body> {
    let (env, text) = (pages.env.clone(), form.text.clone());
    let work = move |tx: &mut Tx<'_>, key: &ConversationKey| {
        operator::reply_as_operator(tx, &env, key, &text).map(drop)
    };
    write(&pages, &operator, unionid, MemberNo(member), ("console.reply", form.text), work).await
}

/// Marks a conversation as done without a reply.
pub async fn done(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, member)): Path<(String, u32)>,
) -> Response<Body> {
    let work = |tx: &mut Tx<'_>, key: &ConversationKey| operator::mark_as_done(tx, key);
    write(&pages, &operator, unionid, MemberNo(member), ("console.done", String::new()), work).await
}

/// A submitted form.
#[derive(Deserialize)]
pub struct BlockForm {
    /// `1` to block the member, empty to lift the block.
    #[serde(default)]
    blocked: String,
}

/// Blocks the member, or lifts the block.
pub async fn block(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, member)): Path<(String, u32)>,
    Form(form): Form<BlockForm>,
) -> Response<Body> {
    let blocked = form.blocked == "1";
    let work = move |tx: &mut Tx<'_>, key: &ConversationKey| {
        let (userid, _) = tx.member_name(&key.corp, key.member)?.ok_or(Rule::UnknownUser)?;
        audience::set_member_blocked(tx, &key.corp, &key.account, &userid, blocked)
    };
    write(&pages, &operator, unionid, MemberNo(member), ("console.block", String::new()), work).await
}

/// Does a unit of work in a conversation, and shows it again.
async fn write(
    pages: &Pages,
    operator: &Operator,
    unionid: String,
    member: MemberNo,
    (action, text): (&str, String),
    work: impl FnOnce(&mut Tx<'_>, &ConversationKey) -> Result<()> + Send + 'static,
) -> Response<Body> {
    let account = AccountId::from(unionid);
    let known: Option<Arc<ServiceAccount>> = operator.account(&account, ROLES);
    if known.is_none() {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    let key = ConversationKey { corp: operator.corp().clone(), account: account.clone(), member };
    let signature = operator.signature(pages, action);
    let written = pages.store.write(operator.corp(), signature, move |tx| {
        if tx.conversation(&key)?.is_none() {
            return Err(Rule::UnknownUser.into());
        }
        work(tx, &key)
    });
    let t = texts(operator.signed_in.lang);
    let problem = match written.await {
        Ok(()) => {
            let path = format!("{}#latest", thread_path(&account, member));
            return uncached(Redirect::to(&path).into_response());
        }
        Err(Error::Rule(Rule::ChatTextEmpty)) => t.reply_empty,
        Err(Error::Rule(Rule::ChatTextTooLong)) => t.reply_too_long,
        Err(Error::Rule(Rule::MemberBlocked)) => t.member_blocked,
        Err(Error::Rule(Rule::AccountDisabled)) => t.account_disabled,
        Err(Error::Rule(Rule::TooManyUsers)) => t.too_many_blocked,
        Err(Error::Rule(Rule::UnknownUser) | Error::RuleBecause(Rule::UnknownUserInList, _)) => t.member_left,
        Err(error) => return failed(operator.page(), &error),
    };
    let refused = RefusedText { text, problem };
    respond(pages, operator, &account, member, &HashMap::new(), Some(refused)).await
}
