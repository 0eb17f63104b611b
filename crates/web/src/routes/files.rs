//! Uploaded files and the pages' own assets.

use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderValue, Response, StatusCode, header},
};
use carillon_domain::talk::link;
use carillon_model::id::MediaId;
use carillon_store::Media;

use super::Pages;
use crate::{assets, security};

/// An uploaded file. Its id is unguessable: whoever knows it may see the file, as pictures of public articles need.
pub async fn media(State(pages): State<Pages>, Path(id): Path<String>) -> Response<Body> {
    let id = MediaId::from(id);
    match pages.store.read_registry(move |tx| tx.media_by_id(&id)).await {
        Ok(Some(found)) => content(&pages, found, &security::media_headers()).await,
        Ok(None) => empty(StatusCode::NOT_FOUND),
        Err(error) => failed(&error),
    }
}

/// The picture of a member's message, for a program that was told its address: as long as that works.
pub async fn talk_picture(State(pages): State<Pages>, Path(text): Path<String>) -> Response<Body> {
    let env = pages.env.clone();
    let read = pages.store.read_registry(move |tx| match link::open_picture(tx, &env, &text)? {
        Some(id) => tx.media_by_id(&id),
        None => Ok(None),
    });
    match read.await {
        Ok(Some(found)) => content(&pages, found, &security::shared_picture_headers()).await,
        Ok(None) => empty(StatusCode::NOT_FOUND),
        Err(error) => failed(&error),
    }
}

async fn content(pages: &Pages, found: Media, headers: &[(&'static str, &'static str)]) -> Response<Body> {
    match pages.store.objects().get(&found.content).await {
        Ok(content) => {
            let kind = HeaderValue::from_str(&found.mime)
                .unwrap_or(HeaderValue::from_static("application/octet-stream"));
            file(content.into(), kind, headers)
        }
        Err(error) => failed(&error),
    }
}

/// A style sheet, script or icon of the pages.
pub async fn asset(Path(name): Path<String>) -> Response<Body> {
    match assets::find(&format!("/assets/{name}")) {
        Some(asset) => {
            file(asset.body.into(), HeaderValue::from_static(asset.content_type), &security::asset_headers())
        }
        None => empty(StatusCode::NOT_FOUND),
    }
}

fn file(body: Body, kind: HeaderValue, headers: &[(&'static str, &'static str)]) -> Response<Body> {
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    for (name, value) in headers {
        response.headers_mut().insert(*name, HeaderValue::from_static(value));
    }
    response
}

fn failed(error: &carillon_model::error::Error) -> Response<Body> {
    tracing::error!(%error, "a file could not be read");
    empty(StatusCode::INTERNAL_SERVER_ERROR)
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
