//! A conversation.

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::Response,
};
use carillon_domain::{
    card,
    chat::{assign, saved_answer},
    inbox::Entry,
};
use carillon_model::{
    error::Result,
    id::{AccountId, CorpId, MemberNo, SavedAnswerId, SendSeq},
    service_account::ServiceAccount,
};
use carillon_store::{ConversationKey, ConversationRow, Tx};

use super::{ROLES, account_path, thread_path};
use crate::{
    console::{
        access::Operator,
        live,
        page::{self, AgentChoice, AnswerLine, MaterialChoice, ReplyBox, Thread},
        text::texts,
    },
    paths,
    routes::{Pages, Viewer, failed, notice, presenter},
    view::{self, NoticeKind},
};

/// Messages on a page.
const MESSAGES_PER_PAGE: usize = 50;
/// Articles that a title is searched in, the newest.
const ARTICLES: i64 = 500;
/// Articles, and cards, to choose from.
const CHOICES: usize = 50;
/// Cards to choose from, the newest.
const CARDS: i64 = 20;
/// The most characters of a title that is searched for.
const TITLE_CHARS: usize = 64;

/// The page.
pub async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, member)): Path<(String, u32)>,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    respond(&pages, &operator, &AccountId::from(unionid), MemberNo(member), &query, None).await
}

/// What was refused, and the reason.
pub struct Refused {
    /// The text of the reply.
    pub text: String,
    pub problem: &'static str,
}

/// Shows a conversation, with what was refused.
pub async fn respond(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    member: MemberNo,
    query: &HashMap<String, String>,
    refused: Option<Refused>,
) -> Response<Body> {
    let status = if refused.is_some() { 422 } else { 200 };
    match load(pages, operator, account, member, query, refused).await {
        Ok(Some(view)) => live::respond(query, status, page::thread(&view)),
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
    refused: Option<Refused>,
) -> Result<Option<Thread>> {
    let Some(account) = operator.account(account, ROLES) else { return Ok(None) };
    let viewer = operator.viewer(pages);
    let before = query.get("before").and_then(|text| text.parse().ok()).map_or(SendSeq(i64::MAX), SendSeq);
    let find: String =
        query.get("find").map(|find| find.trim().chars().take(TITLE_CHARS).collect()).unwrap_or_default();
    let answer = query.get("answer").and_then(|id| id.parse().ok()).map(SavedAnswerId);
    let (console, me) = (operator.console(), operator.signed_in.member);
    let userid = operator.signed_in.userid.to_string();
    let is_blocked = operator.state.account_audience(&account.id).blocked.members().contains(member);
    let read = pages.store.read(operator.corp(), move |tx| {
        let key = ConversationKey { corp: viewer.corp.clone(), account: account.id.clone(), member };
        let Some(row) = tx.conversation(&key)? else { return Ok(None) };
        let path = thread_path(&account.id, member);
        let present = tx.member_name(&viewer.corp, member)?;
        let name = name(tx, &viewer, member, present.as_ref().map(|(_, name)| name.as_str()))?;
        let (messages, older) = messages(tx, &viewer, &account, &key, before, &name)?;
        let older = older.map(|seq| format!("{path}?before={}", seq.0));
        let agents = agents(tx, &viewer.corp, &account.id, &row, me)?;
        let may_reply = present.is_some() && !is_blocked && !account.disabled;
        let (text, problem) =
            refused.map_or((String::new(), None), |refused| (refused.text, Some(refused.problem)));
        let reply = match may_reply {
            true => Some(reply_box(tx, &viewer, &account, &path, (text, answer), find)?),
            false => None,
        };
        Ok(Some(Thread {
            console,
            account: presenter::account(&account),
            member: name,
            userid: present.as_ref().map(|(userid, _)| userid.to_string()),
            messages: presenter::items(messages, Vec::new(), |_| false),
            watch: (before == SendSeq(i64::MAX)).then(|| {
                let account = paths::encode(account.id.as_str());
                format!("page=thread&account={account}&member={}", member.0)
            }),
            older,
            waiting_since: row.waiting_since.map(|since| viewer.moment(since)),
            assignee: assignee(tx, &viewer.corp, &row)?,
            is_mine: row.assignee == Some(me),
            me: userid,
            agents,
            is_blocked,
            reply,
            path,
            problem,
            zone: viewer.zone(),
        }))
    });
    read.await
}

/// The name of the member, also of one who has left.
fn name(tx: &mut Tx<'_>, viewer: &Viewer, member: MemberNo, present: Option<&str>) -> Result<String> {
    if let Some(name) = present {
        return Ok(name.to_owned());
    }
    let named = tx.named_members(&viewer.corp, &std::iter::once(member).collect())?.remove(&member);
    Ok(named.map_or_else(|| texts(viewer.lang).former_member.to_owned(), |named| named.name))
}

/// The messages of a page, oldest first, and the one that earlier pages end at.
fn messages(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    account: &ServiceAccount,
    key: &ConversationKey,
    before: SendSeq,
    name: &str,
) -> Result<(Vec<view::Message>, Option<SendSeq>)> {
    let mut rows = tx.chat_messages(key, SendSeq(i64::MIN)..before, MESSAGES_PER_PAGE + 1)?;
    let older = (rows.len() > MESSAGES_PER_PAGE).then(|| rows.truncate(MESSAGES_PER_PAGE));
    let older = older.and(rows.last()).map(|oldest| oldest.seq);
    let messages = rows.into_iter().rev().map(|row| {
        let is_by_account = row.author.is_account();
        let mut message = presenter::message(tx, viewer, account, &Entry::Chat(row))?;
        // On this side of the conversation the account is "mine".
        message.is_mine = is_by_account;
        message.sender = if is_by_account { account.name.clone() } else { name.to_owned() };
        Ok(message)
    });
    Ok((messages.collect::<Result<_>>()?, older))
}

/// The userid and the name of the operator who is to answer.
fn assignee(tx: &mut Tx<'_>, corp: &CorpId, row: &ConversationRow) -> Result<Option<(String, String)>> {
    let Some(assignee) = row.assignee else { return Ok(None) };
    let named = tx.named_members(corp, &std::iter::once(assignee).collect())?.remove(&assignee);
    Ok(named.map(|named| (named.userid, named.name)))
}

/// The operators that the conversation can be given to: all but the one who has it, and the reader, who has a button.
fn agents(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    row: &ConversationRow,
    me: MemberNo,
) -> Result<Vec<AgentChoice>> {
    let agents = assign::agents(tx, corp, account)?.into_iter();
    let others = agents.filter(|agent| agent.member != me && Some(agent.member) != row.assignee);
    Ok(others.map(|agent| AgentChoice { userid: agent.userid.to_string(), name: agent.name }).collect())
}

fn reply_box(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    account: &Arc<ServiceAccount>,
    path: &str,
    (text, chosen): (String, Option<SavedAnswerId>),
    find: String,
) -> Result<ReplyBox> {
    let answers = saved_answer::list(tx, &viewer.corp, &account.id)?;
    let inserted = answers.iter().find(|answer| Some(answer.id) == chosen);
    let text = inserted.map_or(text, |answer| answer.content.clone());
    let answers = answers.into_iter().map(|answer| AnswerLine {
        href: format!("{path}?answer={}#text", answer.id),
        title: answer.title,
        content: answer.content,
    });
    let wanted = find.to_lowercase();
    let heads = tx.newest_article_heads(&viewer.corp, &account.id, ARTICLES)?.into_iter();
    let articles = heads.filter_map(|head| Some((head.id, head.published?.title)));
    let articles = articles.filter(|(_, title)| title.to_lowercase().contains(&wanted)).take(CHOICES);
    let articles = articles.map(|(id, name)| MaterialChoice { value: format!("article {id}"), name });
    let (articles, mut cards) = (articles.collect(), Vec::new());
    for found in tx.cards(&viewer.corp, &account.id, 0, CARDS)? {
        let heads = card::heads(tx, &viewer.corp, &found)?;
        let titles = heads.into_iter().filter_map(|head| Some(head.published?.title)).collect::<Vec<_>>();
        // A card of one article is that article.
        if titles.len() > 1 && titles.iter().any(|title| title.to_lowercase().contains(&wanted)) {
            let name = titles.join(viewer.lang.list_separator());
            cards.push(MaterialChoice { value: format!("card {}", found.id), name });
        }
    }
    Ok(ReplyBox {
        text,
        answers: answers.collect(),
        manage: format!("{}/answers", account_path(&account.id)),
        pictures: format!("{}/pictures", account_path(&account.id)),
        articles,
        cards,
        find,
    })
}
