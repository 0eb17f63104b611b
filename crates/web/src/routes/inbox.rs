//! The inbox: the list of conversations, conversations, messages and profiles.

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::{Response, StatusCode},
    response::Redirect,
};
use carillon_domain::{
    chat::{self, WriteAccess, auto_reply},
    draft::{self, DraftOwner, DraftTarget},
    inbox::{self, ReadReceipts},
};
use carillon_model::{
    audit::Signature,
    error::{Error, Result},
    id::{AccountId, SendSeq},
    service_account::ServiceAccount,
};
use carillon_store::{ConversationKey, CorpState, Tx};

use super::{
    Pages, empty, failed, html, menu, notice,
    presenter::{self, Viewer},
    session::SignedIn,
};
use crate::{
    clean::Picture,
    page, paths,
    security::PageKind,
    text::Lang,
    view::{self, NoticeKind},
};

/// The most messages on a page of a conversation.
const MESSAGES_PER_PAGE: usize = 20;

type QueryParameters = Query<HashMap<String, String>>;

/// The list of conversations.
pub async fn list(
    State(pages): State<Pages>,
    signed_in: SignedIn,
    Query(query): QueryParameters,
) -> Response<Body> {
    let page = signed_in.page();
    let view = async {
        let viewer = viewer(&pages, &signed_in)?.1;
        let (member, of, zone) = (signed_in.member, page.clone(), viewer.zone());
        let rows = pages.store.read(&signed_in.corp, move |tx| {
            let conversations = inbox::conversations(tx, &viewer.corp, member)?;
            conversations.iter().map(|conversation| row(tx, &viewer, conversation)).collect()
        });
        Ok(view::ConversationList { page: of, rows: rows.await?, zone })
    };
    match view.await {
        Ok(view) if query.contains_key("fragment") => {
            html(200, PageKind::App, page::conversation_list_fragment(&view))
        }
        Ok(view) => html(200, PageKind::App, page::conversation_list(&view)),
        Err(error) => failed(page, &error),
    }
}

fn row(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    conversation: &inbox::Conversation,
) -> Result<view::ConversationRow> {
    let last = conversation.last.as_ref();
    let body = last.map(|entry| presenter::body(tx, viewer, entry)).transpose()?;
    Ok(view::ConversationRow {
        account: presenter::account(&conversation.account),
        summary: body.map(|body| body.summary(viewer.lang).to_owned()),
        time: last.map(|entry| viewer.moment(entry.created_at())),
        unread: u64::try_from(conversation.unread).map_err(Error::internal)?,
        urgent: conversation.urgent,
        seq: last.map_or(0, |entry| entry.seq().0),
    })
}

/// A conversation. The messages on the page are marked as read.
pub async fn conversation(
    State(pages): State<Pages>,
    Path(unionid): Path<String>,
    signed_in: SignedIn,
    Query(query): QueryParameters,
) -> Response<Body> {
    let page = signed_in.page();
    let before = query.get("before").and_then(|text| text.parse().ok()).map(SendSeq);
    let account = AccountId::from(unionid);
    match open(&pages, &signed_in, account, before, page.clone(), RefusedText::default()).await {
        Ok(Some(view)) if query.contains_key("fragment") => {
            html(200, PageKind::App, page::messages_fragment(&view))
        }
        Ok(Some(view)) => html(200, PageKind::App, page::conversation(&view)),
        Ok(None) => notice(page, NoticeKind::NotFound),
        Err(error) => failed(page, &error),
    }
}

/// A text that was refused, and the reason.
#[derive(Default)]
pub struct RefusedText {
    pub text: String,
    pub problem: Option<&'static str>,
}

/// Reads a conversation and marks its messages as read. Returns `None` if there is no such account.
pub async fn open(
    pages: &Pages,
    signed_in: &SignedIn,
    unionid: AccountId,
    before: Option<SendSeq>,
    page: view::Page,
    refused: RefusedText,
) -> Result<Option<view::Conversation>> {
    let (state, viewer) = viewer(pages, signed_in)?;
    let Ok(account) = state.account(&unionid).cloned() else { return Ok(None) };
    let (corp, member) = (signed_in.corp.clone(), signed_in.member);
    let key = ConversationKey { corp, account: account.id.clone(), member };
    let has_welcome = state.auto_replies(&account.id).welcome.is_some();
    let request = Arc::new(PageRequest {
        access: chat::write_access(&state, &account, member),
        submission: pages.env.random_text(b"0123456789abcdefghijklmnopqrstuvwxyz", 24),
        key: key.clone(),
        viewer,
        account,
        before,
        page,
        refused,
    });
    // One read is enough, except when the account greets the member now.
    let first = Arc::clone(&request);
    let read = pages.store.read(&signed_in.corp, move |tx| {
        let greets = has_welcome && auto_reply::needs_greeting(tx, &first.key)?;
        if greets { Ok(None) } else { read_page(tx, &first).map(Some) }
    });
    let (view, unread) = match read.await? {
        Some(read) => read,
        None => {
            greet(pages, key.clone()).await;
            pages.store.read(&signed_in.corp, move |tx| read_page(tx, &request)).await?
        }
    };
    mark_read(pages, signed_in, &key.account, unread).await;
    Ok(Some(view))
}

/// A page of a conversation to read.
struct PageRequest {
    key: ConversationKey,
    viewer: Viewer,
    account: Arc<ServiceAccount>,
    access: WriteAccess,
    before: Option<SendSeq>,
    page: view::Page,
    submission: String,
    refused: RefusedText,
}

/// Reads a page of a conversation. Also returns what the member reads on it for the first time.
fn read_page(tx: &mut Tx<'_>, request: &PageRequest) -> Result<(view::Conversation, ReadReceipts)> {
    let PageRequest { key, viewer, account, access, before, .. } = request;
    let (corp, member, before) = (&key.corp, key.member, *before);
    let unread_after = tx.read_mark(corp, member, &account.id)?;
    // Reads one more than is shown, to know whether there are older ones.
    let mut entries = inbox::messages(tx, corp, member, &account.id, before, MESSAGES_PER_PAGE + 1)?;
    let older =
        (entries.len() > MESSAGES_PER_PAGE).then(|| entries.truncate(MESSAGES_PER_PAGE)).and(entries.last());
    // Notes of messages that were recalled before the oldest one here are on the page of earlier messages.
    let recalled = inbox::recalled(tx, corp, member, &account.id, older.map(inbox::Entry::seq)..before)?;
    let older = older.map(|entry| entry.seq().to_string());
    // A menu is useless to a blocked member, because the account gets no choices of it.
    let menu = match access {
        WriteAccess::Blocked => Vec::new(),
        _ => menu::buttons(tx, viewer, account)?,
    };
    let (mut text, mut unsent) = (request.refused.text.clone(), Vec::new());
    if before.is_none() {
        let target = DraftTarget::Conversation(account.id.clone());
        for saved in draft::find(tx, &DraftOwner { corp: corp.clone(), member, target })? {
            match saved.name.as_str() {
                "" if text.is_empty() => text = saved.text,
                "" => {}
                _ => unsent.push(view::Unsent { name: saved.name, text: saved.text }),
            }
        }
    }
    let composer = if before.is_some() {
        view::Composer::Absent
    } else {
        composer(viewer.lang, *access, &menu, text, request.submission.clone())
    };
    let messages = entries.iter().rev().map(|entry| presenter::message(tx, viewer, account, entry));
    let messages = messages.collect::<Result<Vec<_>>>()?;
    let is_unread =
        |message: &view::Message| before.is_none() && !message.is_mine && message.seq > unread_after.0;
    let recalled = recalled.into_iter().map(|send| view::Recalled {
        id: send.task.to_string(),
        seq: send.seq.0,
        time: viewer.moment(send.created_at),
    });
    let view = view::Conversation {
        page: request.page.clone(),
        account: presenter::account(account),
        items: presenter::items(messages, recalled.collect(), is_unread),
        unsent,
        zone: viewer.zone(),
        older,
        is_newest: before.is_none(),
        menu,
        composer,
        problem: request.refused.problem,
    };
    // A page of earlier messages may have messages that were never shown.
    let unread = |entry: &&inbox::Entry| before.is_some() || entry.seq() > unread_after;
    Ok((view, entries.iter().filter(unread).collect()))
}

/// Posts the welcome message of the account, if that can be written.
async fn greet(pages: &Pages, key: ConversationKey) {
    let (store, env) = (Arc::clone(&pages.store), pages.env.clone());
    let greeting = async move {
        let (corp, signature) = (key.corp.clone(), Signature::server(&env, "chat.greet"));
        store.write(&corp, signature, move |tx| auto_reply::greet(tx, &env, &key)).await
    };
    pages.best_effort.write("a greeting", async move { greeting.await.map(drop) }).await;
}

fn composer(
    lang: Lang,
    access: WriteAccess,
    menu: &[view::MenuButton],
    text: String,
    submission: String,
) -> view::Composer {
    let t = lang.texts();
    match access {
        WriteAccess::Allowed => view::Composer::Open { submission, text, max_chars: chat::MAX_TEXT_CHARS },
        WriteAccess::InputDisabled if menu.is_empty() => view::Composer::Closed(t.writing_off_no_menu),
        WriteAccess::InputDisabled => view::Composer::Closed(t.writing_off),
        WriteAccess::Blocked => view::Composer::Closed(t.blocked),
        WriteAccess::AccountDisabled => view::Composer::Closed(t.account_closed),
    }
}

/// Returns one message as a fragment, after an event.
pub async fn message(
    State(pages): State<Pages>,
    Path((unionid, id)): Path<(String, String)>,
    signed_in: SignedIn,
) -> Response<Body> {
    let account = AccountId::from(unionid);
    let found = async {
        let viewer = viewer(&pages, &signed_in)?.1;
        let (member, of) = (signed_in.member, account.clone());
        let read = pages.store.read(&signed_in.corp, move |tx| {
            let Some(entry) = inbox::entry(tx, &viewer.corp, member, &of, &id)? else { return Ok(None) };
            let account = Arc::clone(tx.state().corp(&viewer.corp)?.account(&of)?);
            Ok(Some((presenter::message(tx, &viewer, &account, &entry)?, entry)))
        });
        let Some((message, entry)) = read.await? else { return Ok(None) };
        mark_read(&pages, &signed_in, &account, [&entry].into_iter().collect()).await;
        Ok(Some(message))
    };
    match found.await {
        Ok(Some(message)) => html(200, PageKind::App, page::messages_alone(signed_in.lang, &[message])),
        Ok(None) => empty(StatusCode::NOT_FOUND),
        Err(error) => failed(signed_in.page(), &error),
    }
}

/// Marks messages as read, if that can be written.
pub async fn mark_read(pages: &Pages, signed_in: &SignedIn, account: &AccountId, receipts: ReadReceipts) {
    if receipts.newest.is_none() {
        return;
    }
    let (corp, member, account) = (signed_in.corp.clone(), signed_in.member, account.clone());
    let (store, signature) = (Arc::clone(&pages.store), signed_in.signature(&pages.env, "inbox.read"));
    let (live, at) = (Arc::clone(&pages.live), pages.env.now());
    let write = async move {
        let (of, read_account, newest) = (corp.clone(), account.clone(), receipts.newest);
        store
            .write(&of, signature, move |tx| inbox::mark_read(tx, &corp, member, &account, &receipts, at))
            .await?;
        if let Some(newest) = newest {
            live.send_read(&of, member, &read_account, newest);
        }
        Ok(())
    };
    pages.best_effort.write("what was read", write).await;
}

/// The profile page of an account.
pub async fn profile(
    State(pages): State<Pages>,
    Path(unionid): Path<String>,
    signed_in: SignedIn,
) -> Response<Body> {
    let page = signed_in.page();
    let (state, _) = match viewer(&pages, &signed_in) {
        Ok(found) => found,
        Err(error) => return failed(page, &error),
    };
    let Ok(account) = state.account(&AccountId::from(unionid)) else {
        return notice(page, NoticeKind::NotFound);
    };
    let view = view::Profile {
        page,
        account: presenter::account(account),
        brief: account.brief.clone(),
        desc: account.desc.clone(),
        preview: Picture::media(account.preview_media_id.as_str()),
    };
    html(200, PageKind::App, page::profile(&view))
}

/// Redirects to the conversation. A browser that posted a message without a session comes back here after signing in.
pub async fn to_conversation(Path(unionid): Path<String>) -> Redirect {
    Redirect::to(&paths::conversation(&unionid))
}

/// The same for a menu item.
pub async fn menu_to_conversation(Path((unionid, _)): Path<(String, String)>) -> Redirect {
    Redirect::to(&paths::conversation(&unionid))
}

pub fn viewer(pages: &Pages, signed_in: &SignedIn) -> Result<(Arc<CorpState>, Viewer)> {
    let state = Arc::clone(pages.store.state().corp(&signed_in.corp)?);
    let viewer = Viewer::new(&state, signed_in.lang, &pages.env);
    Ok((state, viewer))
}
