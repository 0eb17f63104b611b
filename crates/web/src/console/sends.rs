//! Mass sends: the list, the results of one, and its recall.

mod over_time;
mod waiting;

use std::{cmp::Reverse, collections::HashMap, sync::Arc};

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_domain::send;
use carillon_model::{
    article::Article,
    error::{Error, Result, Rule},
    id::{AccountId, MemberNo, SendSeq, TaskId},
    message::SendStatus,
    operator::OperatorRole,
    service_account::ServiceAccount,
    time::DAY_MS,
};
use carillon_store::{RecordFilter, RecordPosition, Seek, Tx};

use super::{
    Section,
    access::Operator,
    articles::{self, article_path},
    csv,
    keyset::{Search, further, read_found, read_list},
    list::{Address, Position},
    page::{self, ListPages, Person, Send, SendResults, SendState, Sends, SentArticle},
    text::{articles::texts as article_texts, drafts::DraftTexts, kind, overdue::OverdueTexts, texts},
};
use crate::{
    paths,
    routes::{Pages, Viewer, failed, html, notice, presenter, uncached},
    security::PageKind,
    text::Lang,
    view::NoticeKind,
};

/// Sends on a page.
const PER_PAGE: usize = 20;
/// Names of members who have not read a send, on a page.
const NAMES_PER_PAGE: usize = 100;
/// Sends, and names, that a file reads at once.
const CSV_BATCH: usize = 500;
/// Roles that may recall a send.
pub const RECALL_ROLES: &[OperatorRole] = &[OperatorRole::Sender];
/// Roles that see the names of members who have not read a send.
const NAMES_ROLES: &[OperatorRole] = &[OperatorRole::Sender, OperatorRole::Editor];

pub use over_time::months;
pub use waiting::{held_of_accounts, next_of_accounts};

type Parameters = Query<HashMap<String, String>>;

/// The list of the sends of an account.
pub async fn list(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Parameters,
) -> Response<Body> {
    if query.contains_key("csv") {
        return csv::page(&operator, list_csv(&pages, &operator, &query));
    }
    match load_list(&pages, &operator, &query).await {
        Ok(Some(view)) => html(200, PageKind::App, page::sends(&view)),
        // The records of a disabled account cannot be listed any more.
        Ok(None) | Err(Error::Rule(Rule::AccountDisabled)) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load_list(
    pages: &Pages,
    operator: &Operator,
    query: &HashMap<String, String>,
) -> Result<Option<Sends>> {
    let viewer = operator.viewer(pages);
    let Some(account) = operator.requested_account(query, Section::Sends.roles()) else { return Ok(None) };
    let status = query.get("status").map_or(SendState::Sent, |code| SendState::parse(code));
    let (search, position) = (Search::of(query), Position::of(query, RecordPosition::parse));
    let filters = filters(account.as_deref(), status, &search);
    let address = Address::new(Section::Sends.path(), filters.clone());
    let mut view = Sends {
        console: operator.console(),
        accounts: operator.choices(Section::Sends.roles()),
        account: account.as_deref().map(presenter::account),
        status,
        search: search.text.clone(),
        sends: Vec::new(),
        pages: ListPages::default(),
        total: None,
        further: None,
        held: 0,
        zone: viewer.zone(),
    };
    let Some(account) = account else { return Ok(Some(view)) };
    let read = read_list(pages, operator, search.clone(), move |tx| {
        let (corp, of) = (&viewer.corp, &account.id);
        let filter = filter(&viewer, stored_status(status));
        let (found, cut_at) = read_found(position, PER_PAGE, |seek, most| {
            send::records_at(tx, corp, of, (&filter, search.query()), seek, most)
        })?;
        view.pages = address.pages(&found, |titled| RecordPosition::of(&titled.record).to_string());
        view.further = cut_at.map(|key| further(Section::Sends.path(), &filters, key));
        // A search would have to go through all of them to count.
        view.total = match search.query() {
            None => Some(tx.count_send_records(corp, of, &filter)?),
            Some(_) => None,
        };
        view.held = tx.count_send_records(corp, of, &self::filter(&viewer, SendStatus::Held))?;
        let sends = found.rows.into_iter().map(|record| row(tx, &viewer, &account, record));
        view.sends = sends.collect::<Result<_>>()?;
        Ok(view)
    });
    read.await.map(Some)
}

/// The filters in the address of a list.
fn filters(
    account: Option<&ServiceAccount>,
    status: SendState,
    search: &Search,
) -> [(&'static str, String); 3] {
    let account = account.map(|account| account.id.to_string()).unwrap_or_default();
    [("account", account), ("status", status.code().to_owned()), ("q", search.text.clone())]
}

/// The list as a file.
fn list_csv(
    pages: &Pages,
    operator: &Operator,
    query: &HashMap<String, String>,
) -> Result<Option<Response<Body>>> {
    let Some(Some(account)) = operator.requested_account(query, Section::Sends.roles()) else {
        return Ok(None);
    };
    // The records of a disabled account cannot be listed any more.
    if account.disabled {
        return Ok(None);
    }
    let (viewer, t) = (operator.viewer(pages), texts(operator.signed_in.lang));
    let status = query.get("status").map_or(SendState::Sent, |code| SendState::parse(code));
    let filter = filter(&viewer, stored_status(status));
    let headings = [t.time, t.account, t.title, t.status, t.receivers, t.readers, t.task];
    let search = Search::of(query);
    let file = csv::stored(pages, operator, "sends", &headings, Seek::First, move |tx, viewer, seek| {
        let filter = (&filter, search.query());
        let found = send::records_at(tx, &viewer.corp, &account.id, filter, seek, CSV_BATCH)?;
        let next = found.next(CSV_BATCH, |titled| RecordPosition::of(&titled.record));
        let lines = found.rows.into_iter().map(|record| {
            let task = record.record.task.to_string();
            Ok(cells(viewer.lang, row(tx, viewer, &account, record)?, task))
        });
        Ok((lines.collect::<Result<_>>()?, next))
    });
    file.map(Some)
}

fn cells(lang: Lang, send: Send, task: String) -> Vec<String> {
    let number = |number: Option<u64>| number.map_or_else(String::new, |number| number.to_string());
    let status = match (send.status.name(lang), send.is_late) {
        (status, false) => status.to_owned(),
        (status, true) => format!("{status}{}{}", lang.list_separator(), OverdueTexts::of(lang).sent_late),
    };
    let (receivers, readers) = (number(send.receivers), number(send.readers));
    vec![send.time.full, send.account, send.title, status, receivers, readers, task]
}

fn stored_status(state: SendState) -> SendStatus {
    match state {
        SendState::Waiting => SendStatus::Waiting,
        SendState::Held => SendStatus::Held,
        SendState::Sent => SendStatus::Sent,
        SendState::Failed => SendStatus::Failed,
        SendState::Recalled => SendStatus::Recalled,
    }
}

fn filter(viewer: &Viewer, status: SendStatus) -> RecordFilter {
    RecordFilter {
        status,
        from: None,
        to: None,
        kinds: Vec::new(),
        source: None,
        held_are_waiting: false,
        now: viewer.now,
    }
}

/// Returns the newest sends of several accounts, newest first: up to `limit` of each account.
pub fn newest_of_accounts(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    accounts: &[Arc<ServiceAccount>],
    limit: usize,
) -> Result<Vec<Send>> {
    let filter = filter(viewer, SendStatus::Sent);
    let mut sends = Vec::new();
    for account in accounts {
        let found = send::records_at(tx, &viewer.corp, &account.id, (&filter, None), Seek::First, limit)?;
        for record in found.rows {
            sends.push(row(tx, viewer, account, record)?);
        }
    }
    sends.sort_by_key(|send| Reverse(send.time.at_ms));
    Ok(sends)
}

fn row(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    account: &ServiceAccount,
    titled: send::TitledRecord,
) -> Result<Send> {
    let send::TitledRecord { record, title } = titled;
    let sent = tx.send_by_task(&viewer.corp, &account.id, &record.task)?;
    let readers = match &sent {
        Some(sent) => Some(tx.count_readers(&viewer.corp, sent.seq)?),
        None => None,
    };
    Ok(Send {
        href: href(&account.id, &record.task),
        account: account.name.clone(),
        title: title
            .filter(|title| !title.is_empty())
            .unwrap_or_else(|| kind(viewer.lang, record.message.kind()).to_owned()),
        time: viewer.moment(record.send_time),
        status: SendState::of(record.status),
        is_preview: record.preview,
        is_late: record.overdue_since.is_some(),
        receivers: sent.map(|sent| sent.receivers.unsigned_abs()),
        readers,
    })
}

/// The path of the page of a send.
pub fn href(account: &AccountId, task: &TaskId) -> String {
    let (account, task) = (paths::encode(account.as_str()), paths::encode(task.as_str()));
    format!("{}/{account}/{task}", Section::Sends.path())
}

/// The results of a send.
pub async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, task)): Path<(String, String)>,
    Query(query): Parameters,
) -> Response<Body> {
    let (account, task) = (AccountId::from(unionid), TaskId::from(task));
    if query.contains_key("csv") {
        return match unread_csv(&pages, &operator, &account, task).await {
            Ok(Some(file)) => file,
            Ok(None) | Err(Error::Rule(Rule::UnknownTask | Rule::AccountDisabled)) => {
                notice(operator.page(), NoticeKind::NotFound)
            }
            Err(error) => failed(operator.page(), &error),
        };
    }
    respond(&pages, &operator, &account, task, &query, None).await
}

/// The members who have not read a send, as a file.
async fn unread_csv(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    task: TaskId,
) -> Result<Option<Response<Body>>> {
    let Some(account) = operator.account(account, NAMES_ROLES) else { return Ok(None) };
    let viewer = operator.viewer(pages);
    let t = texts(viewer.lang);
    // Who is in the file is decided at once.
    let read = pages.store.read(operator.corp(), move |tx| {
        let Some(sent) = tx.send_by_task(&viewer.corp, &account.id, &task)? else { return Ok(None) };
        // Without the readers, everybody would look like one who has not read it.
        if tx.has_pruned_readers(&viewer.corp, sent.seq)? {
            return Ok(None);
        }
        let mut unread = tx.audience_of(&viewer.corp, sent.seq)?;
        unread.subtract(&tx.readers_of(&viewer.corp, sent.seq)?);
        Ok(Some(unread.iter().take(csv::MAX_LINES).collect::<Vec<MemberNo>>()))
    });
    let Some(numbers) = read.await? else { return Ok(None) };
    let file =
        csv::stored(pages, operator, "unread", &[t.member, t.userid], 0, move |tx, viewer, from: usize| {
            let until = numbers.len().min(from + CSV_BATCH);
            let part = numbers.get(from..until).unwrap_or_default();
            let named = tx.named_members(&viewer.corp, &part.iter().copied().collect())?;
            let named = part.iter().filter_map(|number| named.get(number));
            let lines = named.map(|named| vec![named.name.clone(), named.userid.clone()]).collect();
            Ok((lines, (until < numbers.len()).then_some(until)))
        });
    file.map(Some)
}

/// The page of a send, with the reason why something could not be done with it.
pub async fn refused(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    task: TaskId,
    problem: String,
) -> Response<Body> {
    respond(pages, operator, account, task, &HashMap::new(), Some(problem)).await
}

async fn respond(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    task: TaskId,
    query: &HashMap<String, String>,
    problem: Option<String>,
) -> Response<Body> {
    let status = if problem.is_some() { 409 } else { 200 };
    match load(pages, operator, account, task, query, problem).await {
        Ok(Some(view)) => html(status, PageKind::App, page::results(&view)),
        Ok(None) | Err(Error::Rule(Rule::UnknownTask | Rule::AccountDisabled)) => {
            notice(operator.page(), NoticeKind::NotFound)
        }
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    task: TaskId,
    query: &HashMap<String, String>,
    problem: Option<String>,
) -> Result<Option<SendResults>> {
    let Some(account) = operator.account(account, Section::Sends.roles()) else { return Ok(None) };
    let over_time = over_time::load(pages, operator, &account.id, &task).await?;
    let viewer = operator.viewer(pages);
    let may_recall = operator.rights.may_for(RECALL_ROLES, &account.id);
    let sees_names = operator.rights.may_for(NAMES_ROLES, &account.id);
    let opens_articles = operator.rights.may_for(articles::ROLES, &account.id);
    let after: u32 = query.get("after").and_then(|number| number.parse().ok()).unwrap_or_default();
    let is_done = |what: &str| query.get("done").is_some_and(|done| done == what);
    let (console, was_recalled) = (operator.console(), is_done("recall"));
    let (d, ot) = (DraftTexts::of(viewer.lang), OverdueTexts::of(viewer.lang));
    let done = [("cancel", d.cancelled), ("move", ot.moved), ("now", ot.sent_now)];
    let done = done.into_iter().find(|(what, _)| is_done(what)).map(|(_, text)| text);
    let read = pages.store.read(operator.corp(), move |tx| {
        let full = send::record(tx, &viewer.env, &viewer.corp, &account.id, &task)?;
        let (reason, status) = (full.record.reason.clone(), full.record.status);
        let late = waiting::late_note(&viewer, &full);
        let waiting = waiting::load(tx, &viewer, &full, &account, href(&account.id, &full.record.task))?;
        let articles =
            full.articles.into_iter().map(|article| article_line(&viewer, article, opens_articles));
        let articles = articles.collect();
        let titled = send::TitledRecord { record: full.record, title: full.title };
        let send = row(tx, &viewer, &account, titled)?;
        let sent = tx.send_by_task(&viewer.corp, &account.id, &task)?;
        let recallable_until = sent.as_ref().map(|sent| sent.created_at.plus_ms(DAY_MS));
        let recallable_until =
            recallable_until.filter(|until| may_recall && status == SendStatus::Sent && *until > viewer.now);
        let (unread, next) = match &sent {
            // Without the readers, everybody would look like one who has not read it.
            Some(sent)
                if sees_names
                    && status == SendStatus::Sent
                    && !tx.has_pruned_readers(&viewer.corp, sent.seq)? =>
            {
                let (names, next) = unread(tx, &viewer, sent.seq, MemberNo(after))?;
                (Some(names), next)
            }
            _ => (None, None),
        };
        Ok(SendResults {
            more_unread: next.map(|next| format!("{}?after={}#unread", send.href, next.0)),
            recall: format!("{}/recall", send.href),
            waiting,
            may_decide: may_recall,
            late,
            done,
            console,
            task: task.to_string(),
            reason,
            over_time,
            articles,
            unread,
            recall_until: recallable_until.map(|until| viewer.moment(until)),
            was_recalled,
            problem,
            zone: viewer.zone(),
            send,
        })
    });
    read.await.map(Some)
}

/// An article of a send, with its readers wherever they came from.
fn article_line(viewer: &Viewer, article: Article, opens_articles: bool) -> SentArticle {
    let path = article_path(&article.account, article.id);
    let figures = article_texts(viewer.lang).read_by(article.user_view_count, article.total_view_count);
    SentArticle {
        title: article.published.map_or(article.draft.title, |published| published.title),
        href: opens_articles.then_some(path),
        figures,
    }
}

/// Returns members who have not read a send, by member number, and the last of them if there are more.
fn unread(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    seq: SendSeq,
    after: MemberNo,
) -> Result<(Vec<Person>, Option<MemberNo>)> {
    let mut unread = tx.audience_of(&viewer.corp, seq)?;
    unread.subtract(&tx.readers_of(&viewer.corp, seq)?);
    let numbers: Vec<MemberNo> = unread.after(after.0).take(NAMES_PER_PAGE + 1).collect();
    let page = &numbers[..numbers.len().min(NAMES_PER_PAGE)];
    let next = (numbers.len() > NAMES_PER_PAGE).then(|| page.last().copied()).flatten();
    let named = tx.named_members(&viewer.corp, &page.iter().copied().collect())?;
    let people = page.iter().filter_map(|number| named.get(number));
    let people = people.map(|named| Person { userid: named.userid.clone(), name: named.name.clone() });
    Ok((people.collect(), next))
}

/// Recalls a send.
pub async fn recall(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, task)): Path<(String, String)>,
) -> Response<Body> {
    let (account, task) = (AccountId::from(unionid), TaskId::from(task));
    if operator.account(&account, RECALL_ROLES).is_none() {
        return notice(operator.page(), NoticeKind::Forbidden);
    }
    let (env, corp, of, id) = (pages.env.clone(), operator.corp().clone(), account.clone(), task.clone());
    let signature = operator.signature(&pages, "console.recall");
    let work = move |tx: &mut Tx<'_>| send::recall(tx, &env, &corp, &of, &id);
    let t = texts(operator.signed_in.lang);
    let problem = match pages.store.write(operator.corp(), signature, work).await {
        Ok(()) => {
            return uncached(Redirect::to(&format!("{}?done=recall", href(&account, &task))).into_response());
        }
        Err(Error::Rule(Rule::RecallTooLate)) => t.recall_too_late,
        Err(Error::Rule(Rule::AlreadyRecalled)) => t.already_recalled,
        Err(Error::Rule(Rule::UnknownTask | Rule::UnknownAccount)) => {
            return notice(operator.page(), NoticeKind::NotFound);
        }
        Err(error) => return failed(operator.page(), &error),
    };
    respond(&pages, &operator, &account, task, &HashMap::new(), Some(problem.to_owned())).await
}
