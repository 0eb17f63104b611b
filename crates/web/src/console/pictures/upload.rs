//! Uploads to the library: several pictures in one form, or one in each request of the script, which shows the progress.

use std::collections::HashMap;

use axum::{
    body::{Body, Bytes},
    extract::{Multipart, Path, Query, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_domain::picture::{self, NewPicture};
use carillon_model::{
    error::Result,
    id::{AccountId, MediaId},
};
use carillon_store::MediaOwner;
use serde::Serialize;

use super::{ROLES, list_path, load, problem};
use crate::{
    console::{
        access::Operator,
        articles::{Refusal, json},
        page,
        text::pictures::texts,
    },
    routes::{Pages, failed, html, multipart_error, notice, uncached},
    security::PageKind,
    view::NoticeKind,
};

/// The most bytes of a form: more than the largest picture, because more does not fit into what the bodies of one session may take
/// in memory.
pub const FORM_BYTES: usize = (20 << 20) + (4 << 20);
/// The most pictures of a form.
const MAX_PICTURES: usize = 20;

/// A stored picture.
#[derive(Serialize)]
struct Uploaded {
    media_id: MediaId,
}

/// Stores the pictures of a form. Each is stored or refused for itself.
pub async fn upload(
    State(pages): State<Pages>,
    operator: Operator,
    Path(unionid): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    mut form: Multipart,
) -> Response<Body> {
    let account = AccountId::from(unionid);
    if operator.account(&account, ROLES).is_none_or(|account| account.disabled) {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    let lang = operator.signed_in.lang;
    let (mut stored, mut problems) = (Vec::new(), Vec::new());
    loop {
        let next = match read(&mut form).await {
            Ok(Some(next)) if stored.len() + problems.len() < MAX_PICTURES => next,
            Ok(Some(_)) => {
                problems.push(texts(lang).too_many.to_owned());
                break;
            }
            Ok(None) => break,
            Err(error) => match problem(lang, &error) {
                Some(text) => {
                    problems.push(text.to_owned());
                    break;
                }
                None => return failed(operator.page(), &error),
            },
        };
        let name = next.0.clone();
        match store(&pages, &operator, &account, next, "console.picture.upload").await {
            Ok(id) => stored.push(id),
            Err(error) => match problem(lang, &error) {
                Some(text) => problems.push(texts(lang).problem_of(&name, text)),
                None => return failed(operator.page(), &error),
            },
        }
    }
    if stored.is_empty() && problems.is_empty() {
        problems.push(texts(lang).none_chosen.to_owned());
    }
    if query.contains_key("fragment") {
        return match (problems.first(), stored.pop()) {
            (None, Some(media_id)) => json(200, &Uploaded { media_id }),
            (problem, _) => json(422, &Refusal { message: problem.map_or("", String::as_str) }),
        };
    }
    if problems.is_empty() {
        let path = format!("{}&done={}", list_path(&account), stored.len());
        return uncached(Redirect::to(&path).into_response());
    }
    let mut query = HashMap::from([("account".to_owned(), account.to_string())]);
    if !stored.is_empty() {
        query.insert("done".to_owned(), stored.len().to_string());
    }
    match load::list(&pages, &operator, &query, problems).await {
        Ok(Some(view)) => html(422, PageKind::App, page::pictures(&view)),
        Ok(None) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

/// Returns the name and the content of the next file. Browsers send an empty file if none was chosen.
async fn read(form: &mut Multipart) -> Result<Option<(String, Bytes)>> {
    while let Some(field) = form.next_field().await.map_err(multipart_error)? {
        if field.name() == Some("picture") {
            let name = field.file_name().unwrap_or_default().to_owned();
            let content = field.bytes().await.map_err(multipart_error)?;
            if !(name.is_empty() && content.is_empty()) {
                return Ok(Some((name, content)));
            }
        }
    }
    Ok(None)
}

/// Checks a picture and stores its content. The row follows.
pub async fn prepare(
    pages: &Pages,
    operator: &Operator,
    owner: MediaOwner,
    file: (String, Bytes),
) -> Result<NewPicture> {
    let by = Some(operator.signed_in.userid.clone());
    NewPicture::store(&pages.store, &pages.env, operator.corp(), owner, file, by).await
}

/// Stores a picture in the library of an account.
pub async fn store(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    file: (String, Bytes),
    action: &str,
) -> Result<MediaId> {
    let (by, signature) = (operator.signed_in.userid.clone(), operator.signature(pages, action));
    let stored =
        picture::upload(&pages.store, &pages.env, operator.corp(), signature, account, file, Some(by));
    Ok(stored.await?.id)
}
