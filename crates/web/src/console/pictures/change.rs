//! Renaming and deleting a picture.

use axum::{
    body::Body,
    extract::{Form, Path, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_domain::picture;
use carillon_model::{
    error::{Error, Rule},
    id::{AccountId, MediaId},
};
use carillon_store::Tx;
use serde::Deserialize;

use super::{CHANGE_ROLES, list_path, picture_path, problem, show_with};
use crate::{
    console::access::Operator,
    routes::{Pages, failed, notice, uncached},
    view::NoticeKind,
};

type PictureAt = Path<(String, String)>;

/// A submitted form.
#[derive(Deserialize)]
pub struct NameForm {
    #[serde(default)]
    name: String,
}

/// Sets the name.
pub async fn rename(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): PictureAt,
    Form(form): Form<NameForm>,
) -> Response<Body> {
    let (account, id) = (AccountId::from(unionid), MediaId::from(id));
    let (of, picture) = (account.clone(), id.clone());
    let corp = operator.corp().clone();
    let work = move |tx: &mut Tx<'_>| picture::rename(tx, &corp, &of, &picture, &form.name);
    let path = format!("{}?done=name", picture_path(&account, &id));
    write(&pages, &operator, account, id, ("console.picture.rename", path), work).await
}

/// Deletes a picture that nothing shows.
pub async fn delete(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): PictureAt,
) -> Response<Body> {
    let (account, id) = (AccountId::from(unionid), MediaId::from(id));
    let (of, picture) = (account.clone(), id.clone());
    let corp = operator.corp().clone();
    let work = move |tx: &mut Tx<'_>| picture::delete(tx, &corp, &of, &picture);
    let path = format!("{}&deleted=1", list_path(&account));
    write(&pages, &operator, account, id, ("console.picture.delete", path), work).await
}

async fn write(
    pages: &Pages,
    operator: &Operator,
    account: AccountId,
    id: MediaId,
    (action, then): (&str, String),
    work: impl FnOnce(&mut Tx<'_>) -> Result<(), Error> + Send + 'static,
) -> Response<Body> {
    if operator.account(&account, super::ROLES).is_none() {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    if operator.account(&account, CHANGE_ROLES).is_none() {
        return notice(operator.page(), NoticeKind::Forbidden);
    }
    match pages.store.write(operator.corp(), operator.signature(pages, action), work).await {
        Ok(()) => uncached(Redirect::to(&then).into_response()),
        Err(Error::Rule(Rule::UnknownMedia)) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => match problem(operator.signed_in.lang, &error) {
            Some(problem) => show_with(pages, operator, &account, id, None, Some(problem)).await,
            None => failed(operator.page(), &error),
        },
    }
}
