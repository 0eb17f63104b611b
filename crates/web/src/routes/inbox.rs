//! The inbox: conversations, messages, profiles and menus.

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::{Response, StatusCode},
};
use carillon_domain::{
    inbox::{self, Seen},
    talk::{self, Writing, auto_reply},
};
use carillon_model::{
    audit::Signature,
    error::{Error, Result},
    id::{AccountId, SendSeq},
    service_account::ServiceAccount,
};
use carillon_store::{CorpState, TalkPlace, Tx};

use super::{
    Pages, empty, failed, html, menu, notice,
    session::SignedIn,
    shown::{self, Viewer},
};
use crate::{
    clean::Picture,
    page,
    security::PageKind,
    text::Lang,
    view::{self, NoticeKind},
};

/// Messages on a page of a conversation.
const MESSAGES: usize = 20;

type Asked = Query<HashMap<String, String>>;

/// The list of conversations.
pub async fn list(State(pages): State<Pages>, signed_in: SignedIn, Query(asked): Asked) -> Response<Body> {
    let page = signed_in.page();
    let view = async {
        let viewer = viewer(&pages, &signed_in)?.1;
        let (member, of) = (signed_in.member, page.clone());
        let rows = pages.store.read(&signed_in.corp, move |tx| {
            let conversations = inbox::conversations(tx, &viewer.corp, member)?;
            conversations.iter().map(|conversation| row(tx, &viewer, conversation)).collect()
        });
        Ok(view::ConversationList { page: of, rows: rows.await? })
    };
    match view.await {
        Ok(view) if asked.contains_key("fragment") => {
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
    let body = last.map(|entry| shown::body(tx, viewer, entry)).transpose()?;
    Ok(view::ConversationRow {
        account: shown::account(&conversation.account),
        summary: body.map(|body| body.summary(viewer.lang).to_owned()),
        time: last.map(|entry| viewer.moment(entry.created_at())),
        unread: u64::try_from(conversation.unread).map_err(Error::internal)?,
        urgent: conversation.urgent,
    })
}

/// A conversation. What it shows counts as read from then on.
pub async fn conversation(
    State(pages): State<Pages>,
    Path(unionid): Path<String>,
    signed_in: SignedIn,
    Query(asked): Asked,
) -> Response<Body> {
    let page = signed_in.page();
    let before = asked.get("before").and_then(|text| text.parse().ok()).map(SendSeq);
    let account = AccountId::from(unionid);
    match open(&pages, &signed_in, account, before, page.clone(), Draft::default()).await {
        Ok(Some(view)) if asked.contains_key("fragment") => {
            html(200, PageKind::App, page::messages_fragment(&view))
        }
        Ok(Some(view)) => html(200, PageKind::App, page::conversation(&view)),
        Ok(None) => notice(page, NoticeKind::NotFound),
        Err(error) => failed(page, &error),
    }
}

/// What a member wrote that was refused, and why.
#[derive(Default)]
pub struct Draft {
    pub text: String,
    pub problem: Option<&'static str>,
}

/// Gathers a conversation, and counts what it shows as read.
pub async fn open(
    pages: &Pages,
    signed_in: &SignedIn,
    unionid: AccountId,
    before: Option<SendSeq>,
    page: view::Page,
    draft: Draft,
) -> Result<Option<view::Conversation>> {
    let (state, viewer) = viewer(pages, signed_in)?;
    let Ok(account) = state.account(&unionid).cloned() else { return Ok(None) };
    greet(pages, signed_in, &state, &account).await?;
    let member = signed_in.member;
    let writing = talk::writing(&state, &account, member);
    let submission = pages.env.text(b"0123456789abcdefghijklmnopqrstuvwxyz", 24);
    let read = pages.store.read(&signed_in.corp, {
        let account = Arc::clone(&account);
        move |tx| {
            let corp = &viewer.corp;
            let unread_after = tx.read_mark(corp, member, &account.id)?;
            // One more than is shown tells whether there are older ones.
            let mut entries = inbox::messages(tx, corp, member, &account.id, before, MESSAGES + 1)?;
            let older = (entries.len() > MESSAGES).then(|| entries.truncate(MESSAGES)).and(entries.last());
            let older = older.map(|entry| entry.seq().to_string());
            // What only the account would hear of is nothing for a member whom it does not hear.
            let menu = match writing {
                Writing::Blocked => Vec::new(),
                _ => menu::bar(tx, &viewer, &account)?,
            };
            let composer = if before.is_some() {
                view::Composer::Absent
            } else {
                composer(viewer.lang, writing, &menu, draft.text, submission)
            };
            let shown = entries.iter().rev().map(|entry| shown::message(tx, &viewer, entry));
            let view = view::Conversation {
                page,
                account: shown::account(&account),
                messages: shown.collect::<Result<_>>()?,
                older,
                is_newest: before.is_none(),
                menu,
                composer,
                problem: draft.problem,
            };
            // Older pages may hold what was passed over unread.
            let unread = |entry: &&inbox::Entry| before.is_some() || entry.seq() > unread_after;
            Ok((view, entries.iter().filter(unread).collect::<Seen>()))
        }
    });
    let (view, unread) = read.await?;
    mark_read(pages, signed_in, &account.id, unread).await;
    Ok(Some(view))
}

/// Greets a member who comes for the first time, if the account does that.
async fn greet(
    pages: &Pages,
    signed_in: &SignedIn,
    state: &CorpState,
    account: &ServiceAccount,
) -> Result<()> {
    if state.auto_replies(&account.id).welcome.is_none() {
        return Ok(());
    }
    let place =
        TalkPlace { corp: signed_in.corp.clone(), account: account.id.clone(), member: signed_in.member };
    let at = place.clone();
    if pages.store.read(&signed_in.corp, move |tx| auto_reply::is_to_greet(tx, &at)).await? {
        let (store, env) = (Arc::clone(&pages.store), pages.env.clone());
        let greet = async move {
            let (corp, signature) = (place.corp.clone(), Signature::server(&env, "talk.greet"));
            store.write(&corp, signature, move |tx| auto_reply::greet(tx, &env, &place)).await
        };
        pages.marks.write("a greeting", async move { greet.await.map(drop) }).await;
    }
    Ok(())
}

fn composer(
    lang: Lang,
    writing: Writing,
    menu: &[view::MenuButton],
    text: String,
    submission: String,
) -> view::Composer {
    let t = lang.texts();
    match writing {
        Writing::Open => view::Composer::Open { submission, text, max_chars: talk::MAX_TEXT_CHARS },
        Writing::Off if menu.is_empty() => view::Composer::Shut(t.writing_off_no_menu),
        Writing::Off => view::Composer::Shut(t.writing_off),
        Writing::Blocked => view::Composer::Shut(t.blocked),
        Writing::Closed => view::Composer::Shut(t.account_closed),
    }
}

/// One message that has just arrived.
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
            let entry = inbox::entry(tx, &viewer.corp, member, &of, &id)?;
            entry.map(|entry| Ok((shown::message(tx, &viewer, &entry)?, entry))).transpose()
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

/// Notes that a member has seen messages, if that can be written.
pub async fn mark_read(pages: &Pages, signed_in: &SignedIn, account: &AccountId, seen: Seen) {
    if seen.newest.is_none() {
        return;
    }
    let (corp, member, account) = (signed_in.corp.clone(), signed_in.member, account.clone());
    let (store, signature) = (Arc::clone(&pages.store), signed_in.signature(&pages.env, "inbox.read"));
    let write = async move {
        let of = corp.clone();
        store.write(&of, signature, move |tx| inbox::mark_read(tx, &corp, member, &account, &seen)).await
    };
    pages.marks.write("what was read", write).await;
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
        account: shown::account(account),
        brief: account.brief.clone(),
        desc: account.desc.clone(),
        preview: Picture::media(account.preview_media_id.as_str()),
    };
    html(200, PageKind::App, page::profile(&view))
}

pub fn viewer(pages: &Pages, signed_in: &SignedIn) -> Result<(Arc<CorpState>, Viewer)> {
    let state = Arc::clone(pages.store.state().corp(&signed_in.corp)?);
    let viewer = Viewer::new(&state, signed_in.lang, &pages.env);
    Ok((state, viewer))
}
