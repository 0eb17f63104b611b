//! The inbox: conversations, messages, profiles and menus.

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::{Response, StatusCode},
};
use carillon_domain::{account::menu, inbox};
use carillon_model::{
    error::{Error, Result},
    id::{AccountId, CardId, MediaId, SendSeq, TaskId},
    service_account::{MenuButton, MenuButtonKind, ServiceAccount},
};
use carillon_store::{CorpState, SendRow, Tx};

use super::{
    Pages, empty, failed, html, notice,
    session::SignedIn,
    shown::{self, Viewer},
};
use crate::{
    clean::{Href, Picture},
    page, paths,
    security::PageKind,
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
        let rows = pages.store.read(move |tx| {
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
    let body = last.map(|send| shown::body(tx, viewer, send)).transpose()?;
    Ok(view::ConversationRow {
        account: shown::account(&conversation.account),
        summary: body.map(|body| body.summary(viewer.lang).to_owned()),
        time: last.map(|send| viewer.moment(send.created_at)),
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
    match open(&pages, &signed_in, AccountId::from(unionid), before).await {
        Ok(Some(view)) if asked.contains_key("fragment") => {
            html(200, PageKind::App, page::messages_fragment(&view))
        }
        Ok(Some(view)) => html(200, PageKind::App, page::conversation(&view)),
        Ok(None) => notice(page, NoticeKind::NotFound),
        Err(error) => failed(page, &error),
    }
}

async fn open(
    pages: &Pages,
    signed_in: &SignedIn,
    unionid: AccountId,
    before: Option<SendSeq>,
) -> Result<Option<view::Conversation>> {
    let (state, viewer) = viewer(pages, signed_in)?;
    let Ok(account) = state.account(&unionid).cloned() else { return Ok(None) };
    let (member, page) = (signed_in.member, signed_in.page());
    let read = pages.store.read({
        let account = Arc::clone(&account);
        move |tx| {
            let corp = &viewer.corp;
            let unread_after = tx.read_mark(corp, member, &account.id)?;
            // One more than is shown tells whether there are older ones.
            let mut sends = inbox::messages(tx, corp, member, &account.id, before, MESSAGES + 1)?;
            let older = (sends.len() > MESSAGES).then(|| sends.truncate(MESSAGES)).and(sends.last());
            let view = view::Conversation {
                page,
                account: shown::account(&account),
                older: older.map(|send| send.seq.to_string()),
                messages: sends
                    .iter()
                    .rev()
                    .map(|send| shown::message(tx, &viewer, send))
                    .collect::<Result<_>>()?,
                is_newest: before.is_none(),
                menu: if account.disabled { Vec::new() } else { menu_bar(tx, &viewer, &account)? },
            };
            // Older pages may hold what was passed over unread.
            let seen = sends.iter().map(|send| send.seq);
            let unread: Vec<_> = seen.filter(|seq| before.is_some() || *seq > unread_after).collect();
            Ok((view, unread))
        }
    });
    let (view, unread) = read.await?;
    mark_read(pages, signed_in, &account.id, unread).await?;
    Ok(Some(view))
}

/// One message that has just arrived.
pub async fn message(
    State(pages): State<Pages>,
    Path((unionid, task)): Path<(String, String)>,
    signed_in: SignedIn,
) -> Response<Body> {
    let (account, task) = (AccountId::from(unionid), TaskId::from(task));
    let found = async {
        let viewer = viewer(&pages, &signed_in)?.1;
        let (member, of) = (signed_in.member, account.clone());
        let read = pages.store.read(move |tx| {
            let send = inbox::message(tx, &viewer.corp, member, &of, &task)?;
            send.map(|send: SendRow| Ok((send.seq, shown::message(tx, &viewer, &send)?))).transpose()
        });
        let Some((seq, message)) = read.await? else { return Ok(None) };
        mark_read(&pages, &signed_in, &account, vec![seq]).await?;
        Ok(Some(message))
    };
    match found.await {
        Ok(Some(message)) => html(200, PageKind::App, page::message_fragment(signed_in.lang, &message)),
        Ok(None) => empty(StatusCode::NOT_FOUND),
        Err(error) => failed(signed_in.page(), &error),
    }
}

async fn mark_read(
    pages: &Pages,
    signed_in: &SignedIn,
    account: &AccountId,
    seen: Vec<SendSeq>,
) -> Result<()> {
    if seen.is_empty() {
        return Ok(());
    }
    let (corp, member, account) = (signed_in.corp.clone(), signed_in.member, account.clone());
    pages.store.write(move |tx| inbox::mark_read(tx, &corp, member, &account, &seen)).await
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

/// What a menu item of the kind `media_id` holds: `2` is the third button, `2-0` the first item below it.
pub async fn menu_material(
    State(pages): State<Pages>,
    Path((unionid, position)): Path<(String, String)>,
    signed_in: SignedIn,
) -> Response<Body> {
    let page = signed_in.page();
    let of = page.clone();
    let found = async {
        let (state, viewer) = viewer(&pages, &signed_in)?;
        let Ok(account) = state.account(&AccountId::from(unionid)) else { return Ok(None) };
        let Some(button) = button_at(account, &position) else { return Ok(None) };
        let Some(id) = button.media_id.filter(|_| button.kind == Some(MenuButtonKind::MediaId)) else {
            return Ok(None);
        };
        let account = shown::account(account);
        pages
            .store
            .read(move |tx| {
                let body = if id.starts_with('@') {
                    shown::picture(&MediaId::from(id))
                } else {
                    shown::card(tx, &viewer, &CardId::from(id))?
                };
                Ok(Some(view::Material { page: of, account, name: button.name, body }))
            })
            .await
    };
    match found.await {
        Ok(Some(view)) => html(200, PageKind::App, page::material(&view)),
        Ok(None) => notice(page, NoticeKind::NotFound),
        Err(error) => failed(page, &error),
    }
}

fn viewer(pages: &Pages, signed_in: &SignedIn) -> Result<(Arc<CorpState>, Viewer)> {
    let state = Arc::clone(pages.store.state().corp(&signed_in.corp)?);
    let viewer = Viewer::new(&state, signed_in.lang, pages.env.now());
    Ok((state, viewer))
}

fn button_at(account: &ServiceAccount, position: &str) -> Option<MenuButton> {
    let menu = account.menu.as_ref().filter(|menu| !menu.stopped && !account.disabled)?;
    let (button, item) = match position.split_once('-') {
        Some((button, item)) => (button, Some(item)),
        None => (position, None),
    };
    let button = menu.buttons.get(button.parse::<usize>().ok()?)?;
    match item {
        Some(item) => button.children.get(item.parse::<usize>().ok()?).cloned(),
        None => Some(button.clone()),
    }
}

/// The items that lead somewhere. What only raises an event is not shown before events are.
fn menu_bar(tx: &mut Tx<'_>, viewer: &Viewer, account: &ServiceAccount) -> Result<Vec<view::MenuButton>> {
    let Some(menu) = account.menu.as_ref().filter(|menu| !menu.stopped) else { return Ok(Vec::new()) };
    let mut bar = Vec::new();
    for (position, button) in menu.buttons.iter().enumerate() {
        if button.children.is_empty() {
            let link = menu_link(tx, viewer, account, button, position.to_string())?;
            bar.extend(link.map(view::MenuButton::Link));
        } else {
            let mut items = Vec::new();
            for (child, item) in button.children.iter().enumerate() {
                items.extend(menu_link(tx, viewer, account, item, format!("{position}-{child}"))?);
            }
            bar.push(view::MenuButton::Parent { name: button.name.clone(), items });
        }
    }
    Ok(bar)
}

fn menu_link(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    account: &ServiceAccount,
    button: &MenuButton,
    position: String,
) -> Result<Option<view::MenuLink>> {
    let href = match button.kind {
        Some(MenuButtonKind::View) => button.url.as_deref().and_then(Href::external),
        Some(MenuButtonKind::ViewArticle) => {
            menu::target(tx, &viewer.corp, &account.id, button, "")?.map(Href::local)
        }
        Some(MenuButtonKind::MediaId) => {
            Some(Href::local(paths::menu_material(account.id.as_str(), &position)))
        }
        Some(MenuButtonKind::Click) | None => None,
    };
    Ok(href.map(|href| view::MenuLink { name: button.name.clone(), href }))
}
