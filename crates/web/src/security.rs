//! The headers that pages, assets and media leave with. Routes call one of these functions and add nothing.

/// What kind of page an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageKind {
    /// Pages and fragments made of our own markup only.
    App,
    /// Article pages, whose cleaned text has `style` attributes.
    Article,
}

const APP_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const ARTICLE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    style-src-attr 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

/// The headers of a page or a fragment. Nothing is kept by the browser, so a recalled message is not shown again
/// from its cache.
pub fn page_headers(kind: PageKind) -> [(&'static str, &'static str); 7] {
    let policy = match kind {
        PageKind::App => APP_POLICY,
        PageKind::Article => ARTICLE_POLICY,
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

/// The headers of an embedded asset, beside its content type. Its address changes with its content.
pub fn asset_headers() -> [(&'static str, &'static str); 2] {
    [("cache-control", "public, max-age=31536000, immutable"), ("x-content-type-options", "nosniff")]
}

/// The headers of an uploaded file, beside its content type: whatever it contains, it runs nothing.
pub fn media_headers() -> [(&'static str, &'static str); 4] {
    [
        ("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "private, max-age=86400"),
    ]
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
    }
}
