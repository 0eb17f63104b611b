//! Pictures of articles: uploaded by the editor, or copied from other servers.

use axum::{
    body::{Body, Bytes},
    extract::{Form, Multipart, Path, State},
    http::Response,
};
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, MediaId},
};
use serde::{Deserialize, Serialize};

use super::{
    ROLES,
    form::{Refusal, json, refusal},
};
use crate::{
    console::{access::Operator, pictures as library, text::articles::texts},
    remote_picture::RemotePictureError,
    routes::{Pages, failed, multipart_error, notice},
    view::NoticeKind,
};

/// The most characters of an address.
const ADDRESS_CHARS: usize = 2_048;

/// A stored picture.
#[derive(Serialize)]
struct StoredPicture {
    media_id: MediaId,
}

/// Stores a picture of a form.
pub async fn upload(
    State(pages): State<Pages>,
    operator: Operator,
    Path(unionid): Path<String>,
    form: Multipart,
) -> Response<Body> {
    let account = AccountId::from(unionid);
    if operator.account(&account, ROLES).is_none() {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    let stored = async {
        let (name, content) = read(form).await?;
        store(&pages, &operator, &account, name, content).await
    };
    respond(&operator, stored.await)
}

async fn read(mut form: Multipart) -> Result<(String, Bytes)> {
    while let Some(field) = form.next_field().await.map_err(multipart_error)? {
        if field.name() == Some("picture") {
            let name = field.file_name().unwrap_or_default().to_owned();
            return Ok((name, field.bytes().await.map_err(multipart_error)?));
        }
    }
    Err(Rule::MediaEmpty.into())
}

/// A submitted form.
#[derive(Deserialize)]
pub struct CopyForm {
    #[serde(default)]
    url: String,
}

/// Copies a picture of another server, so that readers need not fetch it there.
pub async fn copy(
    State(pages): State<Pages>,
    operator: Operator,
    Path(unionid): Path<String>,
    Form(form): Form<CopyForm>,
) -> Response<Body> {
    let account = AccountId::from(unionid);
    if operator.account(&account, ROLES).is_none() {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    let t = texts(operator.signed_in.lang);
    if form.url.chars().count() > ADDRESS_CHARS {
        return json(422, &Refusal { message: t.picture_address_invalid });
    }
    let content = match pages.remote_pictures.fetch(&form.url).await {
        Ok(content) => content,
        Err(error) => {
            let (status, message) = match error {
                RemotePictureError::Off => (422, t.picture_copy_off),
                RemotePictureError::InvalidAddress => (422, t.picture_address_invalid),
                RemotePictureError::Forbidden => (422, t.picture_forbidden),
                RemotePictureError::Unreachable => (422, t.picture_unreachable),
                RemotePictureError::Refused => (422, t.picture_refused),
                RemotePictureError::TooLarge => (413, operator.signed_in.lang.texts().picture_too_large),
                RemotePictureError::Busy => (503, t.too_many_copies),
            };
            return json(status, &Refusal { message });
        }
    };
    let name = form.url.split(['?', '#']).next().unwrap_or_default().to_owned();
    respond(&operator, store(&pages, &operator, &account, name, content).await)
}

fn respond(operator: &Operator, stored: Result<MediaId>) -> Response<Body> {
    match stored {
        Ok(media_id) => json(200, &StoredPicture { media_id }),
        Err(error) => {
            refusal(operator.signed_in.lang, &error).unwrap_or_else(|| failed(operator.page(), &error))
        }
    }
}

/// Stores a picture in the library of an account.
pub(super) async fn store(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    file_name: String,
    content: Bytes,
) -> Result<MediaId> {
    library::store(pages, operator, account, (file_name, content), "console.article.picture").await
}
