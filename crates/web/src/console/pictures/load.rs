//! What the pages of the library show.

use std::{collections::HashMap, sync::Arc};

use axum::{body::Body, http::Response};
use carillon_domain::picture::{self, PictureUse};
use carillon_model::{
    error::Result,
    id::{AccountId, MediaId},
    time::Timestamp,
};
use carillon_store::{CorpState, Picture, PicturePosition, Tx};

use super::{CHANGE_ROLES, ROLES, picture_path, upload_path};
use crate::{
    clean,
    console::{
        Section,
        access::Operator,
        articles::article_path,
        csv, drafts,
        page::{PictureLine, PicturePage, Pictures, UseLine},
        text::pictures::{PictureTexts, texts},
    },
    paths,
    routes::{Pages, Viewer, presenter},
};

/// Pictures on a page.
pub const PER_PAGE: i64 = 24;
/// The most characters of a search.
const SEARCH_CHARS: usize = 100;

/// The text that the query of a list searches for.
pub fn search(query: &HashMap<String, String>) -> String {
    query.get("q").map_or_else(String::new, |text| text.trim().chars().take(SEARCH_CHARS).collect())
}

/// The position in the query of a list.
pub fn position(query: &HashMap<String, String>) -> Option<PicturePosition> {
    let (time, id) = query.get("after")?.split_once('.')?;
    Some(PicturePosition(Timestamp(time.parse().ok()?), MediaId::from(id)))
}

/// A position in an address.
pub fn token(PicturePosition(time, id): &PicturePosition) -> String {
    format!("{}.{}", time.0, paths::encode(id.as_str()))
}

/// The list; `None` for an account that the operator may not see.
pub async fn list(
    pages: &Pages,
    operator: &Operator,
    query: &HashMap<String, String>,
    problems: Vec<String>,
) -> Result<Option<Pictures>> {
    let Some(account) = operator.requested_account(query, ROLES) else { return Ok(None) };
    let viewer = operator.viewer(pages);
    let t = texts(viewer.lang);
    let uploaded = query.get("done").and_then(|count| count.parse().ok()).filter(|count| *count > 0);
    let done = match uploaded {
        Some(count) => Some(t.uploaded(count)),
        None => query.contains_key("deleted").then(|| t.deleted.to_owned()),
    };
    let (name, after) = (search(query), position(query));
    let mut view = Pictures {
        console: operator.console(),
        accounts: operator.choices(ROLES),
        account: account.as_deref().map(presenter::account),
        upload: account.as_ref().filter(|account| !account.disabled).map(|account| upload_path(&account.id)),
        name: name.clone(),
        lines: Vec::new(),
        is_first: after.is_none(),
        next: None,
        total: 0,
        done,
        problems,
        zone: viewer.zone(),
    };
    let Some(account) = account else { return Ok(Some(view)) };
    let after = after.unwrap_or_else(PicturePosition::newest);
    let read = pages.store.read(operator.corp(), move |tx| {
        let page = picture::list(tx, &viewer.corp, &account.id, &name, &after, PER_PAGE)?;
        let lines = page.pictures.into_iter().map(|picture| line(tx, &viewer, picture));
        Ok((lines.collect::<Result<Vec<_>>>()?, page.next, page.total))
    });
    let (lines, next, total) = read.await?;
    (view.lines, view.next, view.total) = (lines, next.as_ref().map(token), total);
    Ok(Some(view))
}

/// The list as a file, with the search of the page, all pages; `None` for an account that the operator may not see.
pub fn file(
    pages: &Pages,
    operator: &Operator,
    query: &HashMap<String, String>,
) -> Result<Option<Response<Body>>> {
    let Some(Some(account)) = operator.requested_account(query, ROLES) else { return Ok(None) };
    let (t, name) = (texts(operator.signed_in.lang), search(query));
    let headings = [t.name, t.facts_label, t.uploaded_at, t.uploader, t.in_use, t.id];
    let first = PicturePosition::newest();
    let file = csv::of_list(pages, operator, "pictures", &headings, first, move |tx, viewer, after| {
        let page = picture::list(tx, &viewer.corp, &account.id, &name, after, PER_PAGE)?;
        let mut lines = Vec::new();
        for picture in page.pictures {
            let id = picture.id.to_string();
            let line = line(tx, viewer, picture)?;
            let is_used = if line.is_used { "1" } else { "" };
            lines.push(vec![line.name, line.facts, line.time.full, line.uploaded_by, is_used.to_owned(), id]);
        }
        Ok((lines, page.next))
    });
    file.map(Some)
}

fn line(tx: &mut Tx<'_>, viewer: &Viewer, picture: Picture) -> Result<PictureLine> {
    let t = texts(viewer.lang);
    let is_used = !picture::uses(tx, &viewer.corp, &picture.id)?.is_empty();
    let uploaded_by = match &picture.uploaded_by {
        Some(userid) => drafts::name_of(tx, &viewer.corp, userid)?,
        None => String::new(),
    };
    Ok(PictureLine {
        href: picture_path(&picture.account, &picture.id),
        picture: clean::Picture::media(picture.id.as_str()),
        facts: t.facts(picture.width, picture.height, picture.size),
        time: viewer.moment(picture.created_at),
        name: picture.name,
        uploaded_by,
        is_used,
    })
}

/// A picture; `None` for an account that the operator may not see.
pub async fn one(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    id: MediaId,
) -> Result<Option<PicturePage>> {
    let Some(account) = operator.account(account, ROLES) else { return Ok(None) };
    let viewer = operator.viewer(pages);
    let (t, zone) = (texts(viewer.lang), viewer.zone());
    let may_change = operator.rights.may_for(CHANGE_ROLES, &account.id);
    let (rights, state) = (operator.rights.clone(), Arc::clone(&operator.state));
    let of = Arc::clone(&account);
    let read = pages.store.read(operator.corp(), move |tx| {
        let picture = picture::get(tx, &viewer.corp, &of.id, &id)?;
        let found = picture::uses(tx, &viewer.corp, &id)?;
        let is_visible =
            |one: &&PictureUse| account_of(one).is_none_or(|account| rights.may_for(ROLES, account));
        let mut uses = Vec::new();
        for one in found.iter().filter(is_visible) {
            uses.push(use_line(&state, t, one)?);
        }
        if uses.len() < found.len() {
            uses.push(UseLine { text: t.used_elsewhere.to_owned(), href: None });
        }
        Ok((line(tx, &viewer, picture)?, uses))
    });
    let (line, uses) = read.await?;
    Ok(Some(PicturePage {
        console: operator.console(),
        list: format!("{}?account={}", Section::Pictures.path(), paths::encode(account.id.as_str())),
        account: presenter::account(&account),
        line,
        uses,
        may_change,
        done: None,
        problem: None,
        zone,
    }))
}

fn account_of(one: &PictureUse) -> Option<&AccountId> {
    match one {
        PictureUse::Article { account, .. }
        | PictureUse::Account(account)
        | PictureUse::Menu(account)
        | PictureUse::AutoReply(account)
        | PictureUse::Send(account, _)
        | PictureUse::SendDraft(account, _)
        | PictureUse::Conversation(account) => Some(account),
        PictureUse::Logo => None,
    }
}

fn use_line(state: &CorpState, t: &PictureTexts, one: &PictureUse) -> Result<UseLine> {
    let name = |account: &AccountId| state.account(account).map(|account| account.name.clone());
    let settings =
        |account: &AccountId| format!("{}/{}", Section::Accounts.path(), paths::encode(account.as_str()));
    let (text, href) = match one {
        PictureUse::Article { account, id, title, is_published } => {
            let kind = if *is_published { t.of_article } else { t.of_article_draft };
            (t.place(kind, title), Some(article_path(account, *id)))
        }
        PictureUse::Account(account) => (t.place(t.of_account, &name(account)?), Some(settings(account))),
        PictureUse::Menu(account) => {
            (t.place(t.of_menu, &name(account)?), Some(format!("{}#menu", settings(account))))
        }
        PictureUse::AutoReply(account) => {
            (t.place(t.of_replies, &name(account)?), Some(format!("{}#replies", settings(account))))
        }
        PictureUse::Send(account, task) => {
            let path = format!(
                "{}/{}/{}",
                Section::Sends.path(),
                paths::encode(account.as_str()),
                paths::encode(task.as_str())
            );
            (t.place(t.of_send, &name(account)?), Some(path))
        }
        PictureUse::SendDraft(account, draft) => {
            (t.place(t.of_send_draft, &name(account)?), Some(drafts::path(account, *draft)))
        }
        PictureUse::Conversation(account) => (t.place(t.of_conversation, &name(account)?), None),
        PictureUse::Logo => (t.of_logo.to_owned(), None),
    };
    Ok(UseLine { text, href })
}
