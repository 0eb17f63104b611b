//! What the pages of the library show.

use std::{collections::HashMap, sync::Arc};

use axum::{body::Body, http::Response};

use carillon_domain::picture::{self, PictureUse};
use carillon_model::{
    error::Result,
    id::{AccountId, MediaId},
};
use carillon_store::{CorpState, Picture, PicturePosition, Seek, Tx};

use super::{CHANGE_ROLES, ROLES, list_path, picture_path, upload_path};
use crate::{
    clean,
    console::{
        Section,
        access::Operator,
        articles::article_path,
        csv, drafts,
        keyset::seek,
        list::{self, Address, Position},
        page::{ListPages, PictureLine, PicturePage, Pictures, UseLine},
        text::{
            lists::ListTexts,
            pictures::{PictureTexts, texts},
        },
    },
    paths,
    routes::{Pages, Viewer, presenter},
};

/// Pictures on a page.
pub const PER_PAGE: usize = 24;
/// Pictures that a file reads at once.
const CSV_BATCH: usize = 200;
/// The most characters of a search.
const SEARCH_CHARS: usize = 100;

/// The text that the query of a list searches for.
pub fn search(query: &HashMap<String, String>) -> String {
    query.get("q").map_or_else(String::new, |text| text.trim().chars().take(SEARCH_CHARS).collect())
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
    let (name, position) = (search(query), Position::of(query, PicturePosition::parse));
    let mut view = Pictures {
        console: operator.console(),
        accounts: operator.choices(ROLES),
        account: account.as_deref().map(presenter::account),
        upload: account.as_ref().filter(|account| !account.disabled).map(|account| upload_path(&account.id)),
        name: name.clone(),
        lines: Vec::new(),
        list: String::new(),
        pages: ListPages::default(),
        total: 0,
        done,
        problems,
        zone: viewer.zone(),
    };
    let Some(account) = account else { return Ok(Some(view)) };
    view.list = format!("{}&q={}", list_path(&account.id), paths::encode(&name));
    let filters = [("account", account.id.to_string()), ("q", name.clone())];
    let address = Address::new(Section::Pictures.path(), filters);
    let read = pages.store.read(operator.corp(), move |tx| {
        let found = list::read(position, PER_PAGE, |position, most| {
            picture::list(tx, &viewer.corp, &account.id, &name, &seek(position), most)
        })?;
        view.pages = address.pages(&found, |picture| PicturePosition::of(picture).to_string());
        let lines = found.rows.into_iter().map(|picture| line(tx, &viewer, picture));
        view.lines = lines.collect::<Result<_>>()?;
        view.total = tx.count_pictures(&viewer.corp, &account.id, &name)?;
        Ok(view)
    });
    read.await.map(Some)
}

/// The list as a file; `None` for an account that the operator may not see.
pub fn file(
    pages: &Pages,
    operator: &Operator,
    query: &HashMap<String, String>,
) -> Result<Option<Response<Body>>> {
    let Some(Some(account)) = operator.requested_account(query, ROLES) else { return Ok(None) };
    let (t, l) = (texts(operator.signed_in.lang), ListTexts::of(operator.signed_in.lang));
    let headings = [t.name, t.facts_label, t.uploaded_at, t.uploader, t.in_use_1, l.id];
    let name = search(query);
    let file = csv::stored(pages, operator, "pictures", &headings, Seek::First, move |tx, viewer, seek| {
        let found = picture::list(tx, &viewer.corp, &account.id, &name, &seek, CSV_BATCH)?;
        let next = found.last().filter(|_| found.len() == CSV_BATCH).map(PicturePosition::of);
        let lines = found.into_iter().map(|picture| {
            let id = picture.id.to_string();
            let line = line(tx, viewer, picture)?;
            let used = if line.is_used { "1".to_owned() } else { String::new() };
            Ok(vec![line.name, line.facts, line.time.full, line.uploaded_by, used, id])
        });
        Ok((lines.collect::<Result<_>>()?, next.map(Seek::After)))
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
