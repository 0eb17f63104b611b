//! What the pages of cards show.

use std::{collections::HashMap, sync::Arc};

use axum::{body::Body, http::Response};

use carillon_domain::card::{self, CardUse};
use carillon_model::{
    article::Card,
    error::Result,
    id::{AccountId, CardId},
};
use carillon_store::{Seek, Tx};

use super::{
    CHANGE_ROLES, NEW, ROLES,
    articles::{self, Submitted},
    card_path, list_path,
};
use crate::{
    clean::Picture,
    console::{
        Section,
        access::Operator,
        csv, drafts,
        keyset::{Search, further, read_found, read_list},
        list::{Address, Position},
        page::{CardLine, CardPage, Cards, ListPages, UseLine},
        sends,
        text::{cards::CardTexts, lists::ListTexts},
    },
    paths,
    routes::{Pages, Viewer, presenter},
};

/// Cards on a page.
const PER_PAGE: usize = 20;
/// Cards that a file reads at once.
const CSV_BATCH: usize = 500;

/// What the page shows besides the card.
#[derive(Default)]
pub struct Overlay {
    /// What was chosen and not saved.
    pub submitted: Option<Submitted>,
    /// The version that was changed, if not the stored one.
    pub version: Option<i64>,
    /// What was done.
    pub done: Option<&'static str>,
    /// What went wrong.
    pub problem: Option<String>,
}

/// The list; `None` for an account that the operator may not see.
pub async fn list(
    pages: &Pages,
    operator: &Operator,
    query: &HashMap<String, String>,
) -> Result<Option<Cards>> {
    let Some(account) = operator.requested_account(query, ROLES) else { return Ok(None) };
    let viewer = operator.viewer(pages);
    let kt = CardTexts::of(viewer.lang);
    let (search, position) = (Search::of(query), Position::of(query, |text| text.parse().ok()));
    let may_change = account
        .as_ref()
        .filter(|account| !account.disabled && operator.rights.may_for(CHANGE_ROLES, &account.id));
    let mut view = Cards {
        console: operator.console(),
        accounts: operator.choices(ROLES),
        add: may_change.map(|account| card_path(&account.id, NEW)),
        account: account.as_deref().map(presenter::account),
        search: search.text.clone(),
        lines: Vec::new(),
        pages: ListPages::default(),
        further: None,
        done: query.contains_key("deleted").then_some(kt.card_deleted),
        zone: viewer.zone(),
    };
    let Some(account) = account else { return Ok(Some(view)) };
    let filters = [("account", account.id.to_string()), ("q", search.text.clone())];
    let address = Address::new(Section::Cards.path(), filters.clone());
    let read = read_list(pages, operator, search.clone(), move |tx| {
        let (found, cut_at) = read_found(position, PER_PAGE, |seek, most| {
            card::library(tx, &viewer.corp, &account.id, search.query(), seek, most)
        })?;
        view.pages = address.pages(&found, |(number, _)| number.to_string());
        view.further = cut_at.map(|key| further(Section::Cards.path(), &filters, key));
        let lines = found.rows.into_iter().map(|(_, card)| line(tx, &viewer, card));
        view.lines = lines.collect::<Result<_>>()?;
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
    let lang = operator.signed_in.lang;
    let (kt, l) = (CardTexts::of(lang), ListTexts::of(lang));
    let headings = [kt.title_of_first, kt.number_of_articles, kt.changed, l.id];
    let search = Search::of(query);
    let file = csv::stored(pages, operator, "cards", &headings, Seek::First, move |tx, viewer, seek| {
        let found = card::library(tx, &viewer.corp, &account.id, search.query(), seek, CSV_BATCH)?;
        let next = found.next(CSV_BATCH, |(number, _)| *number);
        let lines = found.rows.into_iter().map(|(_, card)| {
            let id = card.id.to_string();
            let line = line(tx, viewer, card)?;
            Ok(vec![line.title, line.count.to_string(), line.changed.full, id])
        });
        Ok((lines.collect::<Result<_>>()?, next))
    });
    file.map(Some)
}

fn line(tx: &mut Tx<'_>, viewer: &Viewer, card: Card) -> Result<CardLine> {
    let heads = card::heads(tx, &viewer.corp, &card)?;
    let count = heads.len();
    let first = heads.into_iter().next().map(|head| head.published.unwrap_or(head.draft));
    Ok(CardLine {
        href: card_path(&card.account, card.id.as_str()),
        cover: first
            .as_ref()
            .and_then(|first| first.thumb_media_id.as_ref())
            .and_then(|id| Picture::media(id.as_str())),
        title: first.map(|first| first.title).unwrap_or_default(),
        count,
        changed: viewer.moment(card.update_time),
    })
}

/// A card, or the form of a new one; `None` for an account that the operator may not see.
pub async fn one(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    id: &str,
    overlay: Overlay,
) -> Result<Option<CardPage>> {
    let Some(account) = operator.account(account, ROLES) else { return Ok(None) };
    let viewer = operator.viewer(pages);
    let may_change = !account.disabled && operator.rights.may_for(CHANGE_ROLES, &account.id);
    let may_send = !account.disabled && operator.rights.may_for(drafts::WRITE_ROLES, &account.id);
    let (console, action) = (operator.console(), card_path(&account.id, id));
    let (list, zone) = (list_path(&account.id), viewer.zone());
    let id = (id != NEW).then(|| CardId::from(id));
    let account = Arc::clone(&account);
    let read = pages.store.read(operator.corp(), move |tx| {
        let card = match &id {
            Some(id) => Some(card::stored(tx, &viewer.corp, &account.id, id)?),
            None => None,
        };
        let stored: Vec<i64> = card.iter().flat_map(|card| &card.articles).map(|id| id.0).collect();
        let submitted = overlay.submitted.unwrap_or_else(|| Submitted::of(stored.clone()));
        let fields = articles::fields(tx, &viewer, &account.id, &submitted, &stored)?;
        let body = presenter::articles_body(tx, &viewer, &account.id, &submitted.ids())?;
        let found = match &card {
            Some(card) => card::uses(tx, &viewer.corp, &account.id, &card.id)?,
            None => Vec::new(),
        };
        let kt = CardTexts::of(viewer.lang);
        Ok(CardPage {
            console,
            list,
            action,
            title: match &card {
                Some(card) => line(tx, &viewer, card.clone())?.title,
                None => String::new(),
            },
            changed: card.as_ref().map(|card| viewer.moment(card.update_time)),
            version: overlay.version.unwrap_or_else(|| card.as_ref().map_or(0, |card| card.update_time.0)),
            articles: fields,
            body,
            is_sent: found.iter().any(|one| matches!(one, CardUse::Send(_) | CardUse::Conversation)),
            uses: found.iter().map(|one| use_line(kt, &account.id, one)).collect(),
            may_change,
            may_send,
            account: presenter::account(&account),
            done: overlay.done,
            problem: overlay.problem,
            zone,
        })
    });
    read.await.map(Some)
}

fn use_line(kt: &CardTexts, account: &AccountId, one: &CardUse) -> UseLine {
    let settings = format!("{}/{}", Section::Accounts.path(), paths::encode(account.as_str()));
    let (text, href) = match one {
        CardUse::Send(task) => (kt.of_send, Some(sends::href(account, task))),
        CardUse::SendDraft(draft) => (kt.of_send_draft, Some(drafts::path(account, *draft))),
        CardUse::Menu => (kt.of_menu, Some(format!("{settings}#menu"))),
        CardUse::AutoReply => (kt.of_replies, Some(format!("{settings}#replies"))),
        CardUse::Conversation => (kt.of_conversation, None),
    };
    UseLine { text: text.to_owned(), href }
}
