//! Uploaded files and the pages' own assets.

use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderValue, Response, StatusCode, header},
};
use carillon_model::id::MediaId;

use super::Pages;
use crate::{assets, security};

/// An uploaded file. Its id is unguessable: whoever knows it may see the file, as pictures of public articles need.
pub async fn media(State(pages): State<Pages>, Path(id): Path<String>) -> Response<Body> {
    let id = MediaId::from(id);
    let found = match pages.store.read(move |tx| tx.media_by_id(&id)).await {
        Ok(Some(found)) => found,
        Ok(None) => return empty(StatusCode::NOT_FOUND),
        Err(error) => return failed(&error),
    };
    match pages.store.objects().get(&found.content).await {
        Ok(content) => {
            let kind = HeaderValue::from_str(&found.mime)
                .unwrap_or(HeaderValue::from_static("application/octet-stream"));
            file(content.into(), kind, &security::media_headers())
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
