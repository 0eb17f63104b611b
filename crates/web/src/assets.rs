//! The embedded style sheet, scripts and icons. Each path contains a hash of the content, so browsers may cache them for ever.

use std::{fmt::Write, sync::LazyLock};

use sha2::{Digest, Sha256};

/// One embedded file.
pub struct Asset {
    /// The path that it is served at, such as `/assets/inbox.1f0c….css`.
    pub path: String,
    /// Its content type.
    pub content_type: &'static str,
    /// Its bytes.
    pub body: &'static [u8],
}

/// The paths that the base layout links to.
pub(crate) struct Links {
    pub(crate) style: &'static str,
    pub(crate) script: &'static str,
    /// The script for forms with passwords.
    pub(crate) password: &'static str,
    /// The styles of the console.
    pub(crate) console: &'static str,
    pub(crate) icon: &'static str,
    /// The icon while there are unread messages.
    pub(crate) icon_unread: &'static str,
}

/// Concatenated to one module: imports between files would need their paths, which contain hashes.
const SCRIPT: &str = concat!(
    include_str!("../assets/script/page.js"),
    include_str!("../assets/script/live.js"),
    include_str!("../assets/script/unsent.js"),
    include_str!("../assets/script/draft.js"),
    include_str!("../assets/script/outbox.js"),
    include_str!("../assets/script/composer.js"),
    include_str!("../assets/script/menu.js"),
    include_str!("../assets/script/conversation.js"),
    include_str!("../assets/script/list.js"),
    include_str!("../assets/script/reading.js"),
);

static ASSETS: LazyLock<[Asset; 6]> = LazyLock::new(|| {
    [
        asset("inbox", "css", "text/css; charset=utf-8", include_bytes!("../assets/inbox.css")),
        asset("inbox", "js", "text/javascript; charset=utf-8", SCRIPT.as_bytes()),
        asset("password", "js", "text/javascript; charset=utf-8", include_bytes!("../assets/password.js")),
        asset("icon", "svg", "image/svg+xml", include_bytes!("../assets/icon.svg")),
        asset("console", "css", "text/css; charset=utf-8", include_bytes!("../assets/console.css")),
        asset("icon-unread", "svg", "image/svg+xml", include_bytes!("../assets/icon_unread.svg")),
    ]
});

/// Returns the asset that is served at a path.
pub fn find(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path == path)
}

pub(crate) fn links() -> Links {
    let [style, script, password, icon, console, icon_unread] = &*ASSETS;
    Links {
        style: &style.path,
        script: &script.path,
        password: &password.path,
        console: &console.path,
        icon: &icon.path,
        icon_unread: &icon_unread.path,
    }
}

fn asset(stem: &str, extension: &str, content_type: &'static str, body: &'static [u8]) -> Asset {
    let mut path = format!("/assets/{stem}.");
    for byte in &Sha256::digest(body)[..8] {
        // Writing to a string cannot fail.
        let _ = write!(path, "{byte:02x}");
    }
    path.push('.');
    path.push_str(extension);
    Asset { path, content_type, body }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assets_are_found_by_their_hashed_path_only() {
        let links = links();
        assert_eq!(find(links.style).map(|asset| asset.content_type), Some("text/css; charset=utf-8"));
        assert!(find(links.script).is_some() && find(links.icon).is_some());
        assert!(find("/assets/inbox.css").is_none());
    }

    #[test]
    fn assets_refer_to_no_other_host() {
        for asset in ASSETS.iter() {
            let text = String::from_utf8_lossy(asset.body).replace("http://www.w3.org/2000/svg", "");
            assert!(
                !text.contains("http:") && !text.contains("https:") && !text.contains("url("),
                "{}",
                asset.path
            );
        }
    }
}
