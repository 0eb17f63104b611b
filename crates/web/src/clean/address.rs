//! Addresses that pages may contain.

use std::fmt;

use percent_encoding::percent_decode_str;
use url::Url;

use crate::paths;

/// The most bytes of a media id.
const MEDIA_ID_MAX: usize = 256;
const LINK_SCHEMES: [&str; 5] = ["http", "https", "mailto", "tel", "dingtalk"];
const DATA_PICTURES: [&str; 4] = [
    "data:image/png;base64,",
    "data:image/jpeg;base64,",
    "data:image/gif;base64,",
    "data:image/webp;base64,",
];

/// The address of a safe link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Href {
    address: String,
    external: bool,
}

impl Href {
    /// Checks a link that others wrote. Returns `None` unless it is a web, mail, telephone or DingTalk address. An address
    /// `dingtalk://dingtalkclient/page/link?url=…`, which only the client of DingTalk opens, is replaced by the page in it.
    pub fn external(address: &str) -> Option<Href> {
        let address = without_controls(address);
        let url = Url::parse(&address).ok().filter(|url| LINK_SCHEMES.contains(&url.scheme()))?;
        Some(Href { address: inner_page(&url).unwrap_or(address), external: true })
    }

    /// Makes a link of a path of this server, from [`crate::paths`].
    pub fn local(path: String) -> Href {
        Href { address: path, external: false }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// Returns true if it leads to another server. Such links open in a new tab.
    pub fn is_external(&self) -> bool {
        self.external
    }
}

impl fmt::Display for Href {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address)
    }
}

/// The address of a picture on this server, or a `data:` picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture(String);

impl Picture {
    /// Parses a `src` attribute: a media id, a path below `media_base`, or a `data:` picture. Returns `None` for pictures on other
    /// hosts, which pages never fetch.
    pub fn from_source(source: &str, media_base: &str) -> Option<Picture> {
        let source = without_controls(source);
        if source.starts_with(['@', '$']) {
            return is_media_id(&source).then(|| Picture(paths::media(media_base, &source)));
        }
        if let Some(id) = source.strip_prefix(media_base) {
            let id = percent_decode_str(id).decode_utf8().ok()?;
            return is_media_id(&id).then(|| Picture(paths::media(media_base, &id)));
        }
        let inside = DATA_PICTURES.iter().find_map(|prefix| source.strip_prefix(prefix))?;
        let is_base64 = inside.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte));
        is_base64.then_some(Picture(source))
    }

    /// Returns the address of a picture by its media id; `None` if the id is malformed.
    pub fn media(media_id: &str) -> Option<Picture> {
        Picture::from_source(media_id, paths::MEDIA_BASE)
    }
}

impl fmt::Display for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_media_id(id: &str) -> bool {
    (2..=MEDIA_ID_MAX).contains(&id.len())
        && id.starts_with(['@', '$'])
        && id.bytes().skip(1).all(|byte| byte.is_ascii_alphanumeric() || b"_-+/=.@$".contains(&byte))
}

/// Removes control characters. Browsers ignore them in addresses, so the checks must not see them either.
fn without_controls(address: &str) -> String {
    address.trim().chars().filter(|c| !c.is_control()).collect()
}

/// Returns the web page in an address `dingtalk://dingtalkclient/page/link?url=…`.
fn inner_page(url: &Url) -> Option<String> {
    if (url.scheme(), url.host_str(), url.path()) != ("dingtalk", Some("dingtalkclient"), "/page/link") {
        return None;
    }
    // Not `query_pairs`, which would turn `+` into a space.
    let encoded = url.query()?.split('&').find_map(|pair| pair.strip_prefix("url="))?;
    let inner = without_controls(&percent_decode_str(encoded).decode_utf8().ok()?);
    matches!(Url::parse(&inner).ok()?.scheme(), "http" | "https").then_some(inner)
}

/// Returns the host of a web address, as the text of a link that has none.
pub(super) fn host(address: &str) -> String {
    let url = Url::parse(address).ok();
    url.as_ref().and_then(Url::host_str).unwrap_or(address).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_schemes_become_links() {
        for good in
            ["https://example.com/a?b=1", "HTTP://example.com", "mailto:a@b.c", "tel:+861", "dingtalk://x"]
        {
            assert!(Href::external(good).is_some(), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "java\tscript:alert(1)",
            " \u{1}javascript:x",
            "data:text/html,x",
            "//evil",
            "/x",
            "https://",
            "https://[evil",
        ] {
            assert!(Href::external(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn a_dingtalk_page_link_becomes_the_page() {
        let link =
            "dingtalk://dingtalkclient/page/link?url=https%3A%2F%2Fexample.com%2F%3Fa%3D1&pc_slide=true";
        assert_eq!(
            Href::external(link).map(|href| href.to_string()).as_deref(),
            Some("https://example.com/?a=1")
        );
        let hostile = "dingtalk://dingtalkclient/page/link?url=javascript%3Aalert(1)";
        assert_eq!(Href::external(hostile).map(|href| href.to_string()).as_deref(), Some(hostile));
    }

    #[test]
    fn a_host_is_named_without_credentials() {
        assert_eq!(host("https://bank.example@evil.example:8443/a?b"), "evil.example");
    }

    #[test]
    fn pictures_on_other_hosts_are_refused() {
        assert_eq!(Picture::media("@lADO1").map(|p| p.to_string()).as_deref(), Some("/media/%40lADO1"));
        assert_eq!(
            Picture::from_source("/media/%40lADO1", "/media/").map(|p| p.to_string()).as_deref(),
            Some("/media/%40lADO1")
        );
        assert!(Picture::from_source("data:image/png;base64,iVBORw0KGgo=", "/media/").is_some());
        for bad in [
            "https://example.com/a.png",
            "//example.com/a.png",
            "/inbox",
            "data:image/svg+xml;base64,AAAA",
            "data:text/html,<script>",
            "@",
            "@lA\"onerror=x",
            "/media/../inbox",
        ] {
            assert!(Picture::from_source(bad, "/media/").is_none(), "{bad}");
        }
    }
}
