//! The response headers of pages, assets and media, and the check against cross-site requests. Routes add no other headers of this
//! kind.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{
        HeaderMap, Response, StatusCode,
        header::{self, HeaderName},
    },
    middleware::{Next, from_fn_with_state},
    response::IntoResponse,
};

/// The kind of a page, which decides its content security policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageKind {
    /// Pages and fragments that contain only our markup.
    App,
    /// Article pages. Their sanitised content has `style` attributes.
    Article,
    /// The page with the article editor, which shows the article in a frame.
    Editor,
    /// An article in that frame.
    Preview,
}

/// `blob:` is for pictures that are shown before they are sent.
const APP_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const ARTICLE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    style-src-attr 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";
const EDITOR_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// Without scripts. Pages of this server may show it.
const PREVIEW_POLICY: &str = "default-src 'none'; style-src 'self'; style-src-attr 'unsafe-inline'; \
    img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'";

/// The headers of a page or a fragment. Browsers must not cache it, so that they do not show recalled messages.
pub fn page_headers(kind: PageKind) -> [(&'static str, &'static str); 7] {
    let policy = match kind {
        PageKind::App => APP_POLICY,
        PageKind::Article => ARTICLE_POLICY,
        PageKind::Editor => EDITOR_POLICY,
        PageKind::Preview => PREVIEW_POLICY,
    };
    [
        ("content-type", "text/html; charset=utf-8"),
        ("content-security-policy", policy),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cache-control", "private, no-store"),
        ("vary", "cookie, accept-language"),
    ]
}

/// The headers of an embedded asset, besides its content type. Its path changes with its content.
pub fn asset_headers() -> [(&'static str, &'static str); 2] {
    [("cache-control", "public, max-age=31536000, immutable"), ("x-content-type-options", "nosniff")]
}

/// The headers of an uploaded file, besides its content type. They keep browsers from running anything in it.
pub fn media_headers() -> [(&'static str, &'static str); 4] {
    [
        ("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "private, max-age=86400"),
    ]
}

/// The headers of a picture whose temporary address was sent to programs. Pages of other sites may show it.
pub fn shared_picture_headers() -> [(&'static str, &'static str); 4] {
    [
        ("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("cache-control", "private, no-store"),
    ]
}

/// Refuses cross-site requests with an unsafe method. All routes that cookies authorise need it. `base_url` is the address of this
/// server; a proxy may have replaced it in `Host`.
pub fn refuse_other_sites(router: Router, base_url: &Arc<str>) -> Router {
    router.layer(from_fn_with_state(Arc::clone(base_url), refuse))
}

async fn refuse(State(base_url): State<Arc<str>>, request: Request, next: Next) -> Response<Body> {
    if request.method().is_safe() || !is_cross_site(request.headers(), &base_url) {
        return next.run(request).await;
    }
    // The listener reads and discards the body, so that the client gets the response.
    StatusCode::FORBIDDEN.into_response()
}

/// Returns true if a browser says that another site makes this request. `SameSite` already keeps cookies from such requests; this
/// check does not rely on it in old browsers. `base_url` is the address of this server.
pub fn is_cross_site(headers: &HeaderMap, base_url: &str) -> bool {
    let header = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(site) = header(HeaderName::from_static("sec-fetch-site")) {
        return !matches!(site, "same-origin" | "none");
    }
    let Some(origin) = header(header::ORIGIN) else { return false };
    let host = |address: &str| address.split_once("://").map(|(_, host)| host.to_ascii_lowercase());
    let host_header = header(header::HOST).map(str::to_ascii_lowercase);
    host(origin).is_none_or(|origin| Some(&origin) != host_header.as_ref() && host(base_url) != Some(origin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_articles_may_style_inline() {
        let policy = |kind| page_headers(kind)[1].1;
        assert!(!policy(PageKind::App).contains("unsafe"));
        assert!(policy(PageKind::Article).contains("style-src-attr 'unsafe-inline';"));
        assert!(policy(PageKind::Article).contains("script-src 'self';"));
        assert!(!policy(PageKind::Editor).contains("unsafe"));
        assert!(!policy(PageKind::Preview).contains("script-src"));
        for kind in [PageKind::App, PageKind::Article, PageKind::Editor] {
            assert!(policy(kind).ends_with("frame-ancestors 'none'"), "only the preview is shown in a frame");
        }
    }

    #[test]
    fn other_sites_are_recognised() {
        let is_refused = |values: &[(&'static str, &str)]| {
            let headers = values
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), value.parse().expect("a header value")));
            is_cross_site(&headers.collect(), "https://public.example")
        };
        for same_site in [
            &[("sec-fetch-site", "same-origin")][..],
            &[("sec-fetch-site", "none")],
            &[("origin", "http://Inbox.example:8080"), ("host", "inbox.example:8080")],
            &[("origin", "https://public.example"), ("host", "inside:8080")],
            &[("host", "inbox.example")],
        ] {
            assert!(!is_refused(same_site), "{same_site:?}");
        }
        for other in [
            &[("sec-fetch-site", "cross-site"), ("origin", "http://a"), ("host", "a")][..],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "null"), ("host", "inbox.example")],
            &[("origin", "http://inbox.example.evil"), ("host", "inbox.example")],
            &[("origin", "http://inbox.example:81"), ("host", "inbox.example:80")],
        ] {
            assert!(is_refused(other), "{other:?}");
        }
    }
}
