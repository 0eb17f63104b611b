//! The pictures of a library as the dialog of a picker shows them.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::Response,
};
use carillon_domain::picture;
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, CorpId, MediaId},
};
use carillon_store::{Picture, PicturePosition, Tx};

use super::{ROLES, choices_path, load};
use crate::{
    clean,
    console::{
        access::Operator,
        page::{self, PictureChoice, PictureChoices},
        text::pictures::texts,
    },
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
    match load_choices(&pages, &operator, AccountId::from(unionid), &query).await {
        Ok(Some(view)) => html(200, PageKind::App, page::picture_choices(&view)),
        Ok(None) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load_choices(
    pages: &Pages,
    operator: &Operator,
    account: AccountId,
    query: &HashMap<String, String>,
) -> Result<Option<PictureChoices>> {
    if operator.account(&account, ROLES).is_none() {
        return Ok(None);
    }
    let lang = operator.signed_in.lang;
    let (name, after) = (load::search(query), load::position(query));
    let (path, is_first) = (choices_path(&account), after.is_none());
    let after = after.unwrap_or_else(PicturePosition::newest);
    let (corp, searched) = (operator.corp().clone(), name.clone());
    let read = pages.store.read(operator.corp(), move |tx| {
        picture::list(tx, &corp, &account, &searched, &after, load::PER_PAGE)
    });
    let found = read.await?;
    let choices = found.pictures.into_iter().map(|picture| choice(lang, picture));
    Ok(Some(PictureChoices {
        lang,
        path,
        choices: choices.collect(),
        next: found.next.as_ref().map(load::token),
        name,
        is_first,
    }))
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
