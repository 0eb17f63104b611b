//! The form of an article, and why it was refused.

use axum::{
    body::{Body, Bytes},
    extract::Multipart,
    http::{HeaderValue, Response, StatusCode, header},
};
use carillon_model::{
    article::ArticleText,
    error::{Error, Result, Rule},
    id::MediaId,
};
use serde::Serialize;

use crate::{console::text::articles::texts, routes::multipart_error, text::Lang};

/// The most bytes of a form: the largest picture, and an article.
pub const FORM_BYTES: usize = (20 << 20) + (4 << 20);

/// A submitted form.
#[derive(Default)]
pub struct ArticleForm {
    pub title: String,
    pub content: String,
    pub digest: String,
    /// The media id of the cover; empty for none.
    pub cover: String,
    /// The file name and the content of another cover, from browsers without script.
    pub cover_file: Option<(String, Bytes)>,
    pub allow_forward: bool,
    pub public: bool,
    /// The revision that the author has changed.
    pub revision: i64,
    /// `save`, `publish`, `phone` or `aside`.
    pub action: String,
}

impl ArticleForm {
    pub async fn read(mut form: Multipart) -> Result<Self> {
        let mut read = Self::default();
        while let Some(field) = form.next_field().await.map_err(multipart_error)? {
            let name = field.name().unwrap_or_default().to_owned();
            if name == "cover_file" {
                let file_name = field.file_name().unwrap_or_default().to_owned();
                let content = field.bytes().await.map_err(multipart_error)?;
                // Browsers send an empty file if none was chosen.
                read.cover_file = (!content.is_empty()).then_some((file_name, content));
                continue;
            }
            let value = field.text().await.map_err(multipart_error)?;
            match name.as_str() {
                "title" => value.trim().clone_into(&mut read.title),
                "content" => read.content = value,
                "digest" => value.trim().clone_into(&mut read.digest),
                "cover" => read.cover = value,
                "allow_forward" => read.allow_forward = true,
                "public" => read.public = value == "1",
                "revision" => read.revision = value.parse().unwrap_or(-1),
                "action" => read.action = value,
                _ => {}
            }
        }
        Ok(read)
    }

    /// The text. An empty title becomes that of new articles, so that nothing else is lost.
    pub fn text(&self, lang: Lang) -> ArticleText {
        let title = if self.title.is_empty() { texts(lang).untitled } else { &self.title };
        ArticleText {
            title: title.to_owned(),
            content: self.content.clone(),
            digest: (!self.digest.is_empty()).then(|| self.digest.clone()),
            thumb_media_id: (!self.cover.is_empty()).then(|| MediaId::from(self.cover.as_str())),
        }
    }
}

/// Why a form was refused.
pub struct Problem {
    pub status: u16,
    pub text: &'static str,
}

/// Returns the text for an error that the author can understand; `None` for errors of the server.
pub fn problem(lang: Lang, error: &Error) -> Option<Problem> {
    let (t, of_pages) = (texts(lang), lang.texts());
    let (status, text) = match error {
        Error::Invalid { field, reason } => {
            let text = match (field.as_ref(), reason.as_ref()) {
                ("title", "is too long") => t.title_too_long,
                ("title", _) => t.title_missing,
                ("content", "is too long") => t.content_too_long,
                ("content", _) => t.content_missing,
                ("digest", _) => t.digest_too_long,
                ("thumb_media_id", _) => t.cover_invalid,
                _ => return None,
            };
            (422, text)
        }
        Error::Rule(rule) | Error::RuleBecause(rule, _) => match rule {
            Rule::MediaTooLarge => (413, of_pages.picture_too_large),
            Rule::PictureTooManyPixels => (422, of_pages.picture_too_many_pixels),
            Rule::MediaFormatInvalid => (422, of_pages.picture_invalid),
            Rule::MediaEmpty => (422, t.picture_missing),
            Rule::StorageFull => (507, of_pages.storage_full),
            Rule::BodyUnreadable => (400, t.form_unreadable),
            Rule::AccountDisabled => (409, t.account_disabled),
            Rule::ArticleDeleted => (410, t.article_deleted),
            Rule::UnknownArticle | Rule::UnknownAccount => (404, of_pages.not_found),
            _ => return None,
        },
        _ => return None,
    };
    Some(Problem { status, text })
}

/// A response for the script of the page.
pub fn json(status: u16, body: &impl Serialize) -> Response<Body> {
    let mut response = Response::new(Body::from(serde_json::to_vec(body).unwrap_or_default()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// The message of a refusal.
#[derive(Serialize)]
pub struct Refusal<'t> {
    pub message: &'t str,
}

/// The response for an error; `None` for errors of the server.
pub fn refusal(lang: Lang, error: &Error) -> Option<Response<Body>> {
    problem(lang, error).map(|problem| json(problem.status, &Refusal { message: problem.text }))
}
