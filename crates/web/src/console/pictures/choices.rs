//! The pictures of a library as the dialog of a picker shows them.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::Response,
};
use carillon_domain::{page::page_of, picture};
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, CorpId, MediaId},
    operator::OperatorRole,
};
use carillon_store::{Picture, PicturePosition, Seek, Tx};

use super::{ROLES, choices_path, load};
use crate::{
    clean,
    console::{
        access::Operator,
        page::{self, PictureChoice, PictureChoices},
        text::pictures::texts,
    },
    paths,
    routes::{Pages, failed, html, notice},
    security::PageKind,
    text::Lang,
    view::NoticeKind,
};

/// The choices as a fragment.
pub async fn list(
    State(pages): State<Pages>,
    operator: Operator,
    Path(unionid): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let account = AccountId::from(unionid);
    let path = choices_path(&account);
    respond(&pages, &operator, (account, ROLES), path, &query).await
}

/// The choices of an account for operators with some roles. `path` is that of the fragment.
pub async fn respond(
    pages: &Pages,
    operator: &Operator,
    (account, roles): (AccountId, &[OperatorRole]),
    path: String,
    query: &HashMap<String, String>,
) -> Response<Body> {
    if operator.account(&account, roles).is_none() {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    match load_choices(pages, operator, account, path, query).await {
        Ok(view) => html(200, PageKind::App, page::picture_choices(&view)),
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load_choices(
    pages: &Pages,
    operator: &Operator,
    account: AccountId,
    path: String,
    query: &HashMap<String, String>,
) -> Result<PictureChoices> {
    let lang = operator.signed_in.lang;
    let name = load::search(query);
    let position = query.get("after").and_then(|text| PicturePosition::parse(text));
    let is_first = position.is_none();
    let seek = position.map_or(Seek::First, Seek::After);
    let (corp, searched) = (operator.corp().clone(), name.clone());
    let read = pages.store.read(operator.corp(), move |tx| {
        picture::list(tx, &corp, &account, &searched, &seek, load::PER_PAGE + 1)
    });
    let (found, has_more) = page_of(read.await?, load::PER_PAGE);
    let next = found.last().filter(|_| has_more).map(PicturePosition::of);
    let choices = found.into_iter().map(|picture| choice(lang, picture));
    Ok(PictureChoices {
        lang,
        path,
        choices: choices.collect(),
        next: next.map(|next| paths::encode(&next.to_string())),
        name,
        is_first,
    })
}

/// A picture to choose.
pub fn choice(lang: Lang, picture: Picture) -> PictureChoice {
    PictureChoice {
        media_id: picture.id.to_string(),
        picture: clean::Picture::media(picture.id.as_str()),
        facts: texts(lang).facts(picture.width, picture.height, picture.size),
        name: picture.name,
    }
}

/// Returns the picture that a form chose from the library of an account; `None` if it chose none.
///
/// # Errors
/// [`Rule::UnknownMedia`] for a picture that is not in it.
pub fn chosen(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: &str) -> Result<Option<MediaId>> {
    if id.is_empty() {
        return Ok(None);
    }
    let id = MediaId::from(id);
    match tx.picture(corp, account, &id)? {
        Some(picture) => Ok(Some(picture.id)),
        None => Err(Rule::UnknownMedia.into()),
    }
}
