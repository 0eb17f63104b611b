//! Uploaded files and embedded assets.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header, request::Parts},
};
use carillon_domain::{chat::app_url, operator};
use carillon_model::{
    error::{Error, Result},
    id::MediaId,
};
use carillon_store::{Media, MediaOwner, Tx};
use carillon_wire::unknown_path;

use super::{
    Pages,
    cookies::Visitor,
    is_overload,
    ranges::{self, Selected},
    retry_later,
    session::current,
    unserved,
};
use crate::{accent, assets, console::conversations, security, view::ColorScheme};

const CSS: &str = "text/css; charset=utf-8";
/// The first characters of media ids.
const MEDIA_ID_PREFIXES: [char; 2] = ['@', '$'];

/// Serves an uploaded file. A file that an app uploaded is served to everybody who knows its id, which cannot be guessed: articles
/// and avatars need that. A picture that a member posted is served only to that member, and to operators who read the conversations
/// of the account; programs of the account get temporary addresses instead ([`chat_picture`]).
pub async fn media(
    State(pages): State<Pages>,
    Path(id): Path<String>,
    visitor: Visitor,
    request: Parts,
) -> Response<Body> {
    // Other paths below `/media` belong to operations.
    if !id.starts_with(MEDIA_ID_PREFIXES) {
        return unserved(&pages, &request).await;
    }
    let id = MediaId::from(id);
    let found = match pages.store.read_registry(move |tx| tx.media_by_id(&id)).await {
        Ok(Some(found)) => found,
        Ok(None) => return missing(&pages, &request).await,
        Err(error) => return failed(&error),
    };
    match may_read(&pages, &visitor, &found).await {
        Ok(true) => {
            content_response(&pages, &found, &request.method, &visitor.headers, &security::media_headers())
                .await
        }
        // The response does not reveal that the file exists.
        Ok(false) => missing(&pages, &request).await,
        Err(error) => failed(&error),
    }
}

/// The response without a file. A person who follows a link gets the page, an `img` or a program nothing.
async fn missing(pages: &Pages, request: &Parts) -> Response<Body> {
    if unknown_path::prefers_html(&request.headers) {
        return unserved(pages, request).await;
    }
    empty(StatusCode::NOT_FOUND)
}

async fn may_read(pages: &Pages, visitor: &Visitor, media: &Media) -> Result<bool> {
    let MediaOwner::Member { member, account } = &media.owner else { return Ok(true) };
    let session = current(pages, visitor).await?.filter(|reader| !reader.must_change_password());
    let Some(reader) = session.map(|session| session.member).filter(|reader| reader.corp == media.corp)
    else {
        return Ok(false);
    };
    if reader.member == *member {
        return Ok(true);
    }
    let env = pages.env.clone();
    let rights = move |tx: &mut Tx<'_>| operator::rights(tx, &env, &reader.corp, reader.member);
    let rights = pages.store.read(&media.corp, rights).await?;
    Ok(rights.may_for(conversations::ROLES, account))
}

/// Serves the picture of a member's message to a program, by its temporary address.
pub async fn chat_picture(
    State(pages): State<Pages>,
    Path(text): Path<String>,
    request: Parts,
) -> Response<Body> {
    let env = pages.env.clone();
    let read = pages.store.read_registry(move |tx| match app_url::open_picture(tx, &env, &text)? {
        Some(id) => tx.media_by_id(&id),
        None => Ok(None),
    });
    match read.await {
        Ok(Some(found)) => {
            let headers = security::shared_picture_headers();
            content_response(&pages, &found, &request.method, &request.headers, &headers).await
        }
        Ok(None) => missing(&pages, &request).await,
        Err(error) => failed(&error),
    }
}

/// Returns the part of a file that a request selects. It is read from the disk as fast as the client receives it.
async fn content_response(
    pages: &Pages,
    media: &Media,
    method: &Method,
    request: &HeaderMap,
    headers: &[(&'static str, &'static str)],
) -> Response<Body> {
    match select_content(pages, media, method, request).await {
        Ok(mut response) => {
            for (name, value) in headers {
                response.headers_mut().insert(*name, HeaderValue::from_static(value));
            }
            response
        }
        Err(error) => failed(&error),
    }
}

async fn select_content(
    pages: &Pages,
    media: &Media,
    method: &Method,
    request: &HeaderMap,
) -> Result<Response<Body>> {
    let objects = pages.store.objects();
    // Content is stored by its hash and never changes, so the hash is a strong entity tag.
    let etag = format!("\"{}\"", media.content.0);
    let mut response = Response::builder()
        .header(header::ETAG, &etag)
        .header(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    let size = u64::try_from(media.size).map_err(Error::internal)?;
    let part = match ranges::select(method, request, &etag, size) {
        Selected::NotModified => {
            return response.status(StatusCode::NOT_MODIFIED).body(Body::empty()).map_err(Error::internal);
        }
        Selected::Unsatisfiable => {
            return response
                .status(StatusCode::RANGE_NOT_SATISFIABLE)
                .header(header::CONTENT_RANGE, format!("bytes */{size}"))
                .body(Body::empty())
                .map_err(Error::internal);
        }
        Selected::Part(part) => {
            let range = format!("bytes {}-{}/{size}", part.start, part.end - 1);
            response = response.status(StatusCode::PARTIAL_CONTENT).header(header::CONTENT_RANGE, range);
            part
        }
        Selected::Whole => 0..size,
    };
    let file = objects.find(&media.content).await?;
    if file.size != size {
        return Err(Error::internal(format!("the stored file {} has another size", media.content.0)));
    }
    let content_type =
        HeaderValue::from_str(&media.mime).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    response = response
        .header(header::CONTENT_TYPE, content_type)
        .header(header::CONTENT_LENGTH, part.end - part.start);
    let body = match *method {
        Method::HEAD => Body::empty(),
        _ => Body::from_stream(objects.read(&file, part).await?),
    };
    response.body(body).map_err(Error::internal)
}

/// Serves an embedded asset, or the style sheet of an accent colour. `?scheme=dark` makes a style sheet show dark colours, whatever
/// the browser prefers.
pub async fn asset(
    State(pages): State<Pages>,
    Path(name): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    request: Parts,
) -> Response<Body> {
    let scheme = query.get("scheme").and_then(|code| ColorScheme::parse(code));
    match assets::find(&format!("/assets/{name}")) {
        Some(asset) if scheme.is_some() && asset.content_type == CSS => {
            let css = String::from_utf8_lossy(asset.body);
            let css = scheme.map_or_else(String::new, |scheme| scheme.apply(&css));
            embedded_file(css.into(), HeaderValue::from_static(CSS), &security::asset_headers())
        }
        Some(asset) => {
            let packed = asset.packed().filter(|_| takes_gzip(&request));
            let content_type = HeaderValue::from_static(asset.content_type);
            let body = packed.unwrap_or(asset.body).into();
            let mut response = embedded_file(body, content_type, &security::asset_headers());
            let headers = response.headers_mut();
            headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
            if packed.is_some() {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
            response
        }
        None => match accent::find(&format!("/assets/{name}")) {
            Some(css) => {
                let css = scheme.map_or_else(|| css.clone(), |scheme| scheme.apply(&css));
                embedded_file(css.into(), HeaderValue::from_static(CSS), &security::asset_headers())
            }
            None => unserved(&pages, &request).await,
        },
    }
}

/// Returns true if the client names gzip and does not refuse it.
fn takes_gzip(request: &Parts) -> bool {
    let values =
        request.headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|encoding| {
        let (name, weight) = encoding.split_once(';').unwrap_or((encoding, ""));
        let is_refused =
            weight.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok()) == Some(0.0_f32);
        name.trim().eq_ignore_ascii_case("gzip") && !is_refused
    })
}

fn embedded_file(
    body: Body,
    content_type: HeaderValue,
    headers: &[(&'static str, &'static str)],
) -> Response<Body> {
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    for (name, value) in headers {
        response.headers_mut().insert(*name, HeaderValue::from_static(value));
    }
    response
}

fn failed(error: &Error) -> Response<Body> {
    if is_overload(error) {
        tracing::warn!("a file was refused: the server is overloaded");
        return retry_later(empty(StatusCode::SERVICE_UNAVAILABLE));
    }
    tracing::error!(%error, "a file could not be read");
    empty(StatusCode::INTERNAL_SERVER_ERROR)
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
