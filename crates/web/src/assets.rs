//! The embedded style sheet, scripts and icons. Each path contains a hash of the content, so browsers may cache them for ever.

use std::{
    fmt::Write as _,
    io::Write as _,
    sync::{LazyLock, OnceLock},
};

use carillon_reference::example;
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

/// One embedded file.
pub struct Asset {
    /// The path that it is served at, such as `/assets/inbox.1f0c….css`.
    pub path: String,
    /// Its content type.
    pub content_type: &'static str,
    /// Its bytes.
    pub body: &'static [u8],
    /// Its bytes with gzip, made by the first request that takes them.
    packed: OnceLock<Vec<u8>>,
}

impl Asset {
    /// The bytes with gzip; `None` if they are no smaller.
    pub fn packed(&self) -> Option<&[u8]> {
        let packed = self.packed.get_or_init(|| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            // Writing to memory cannot fail; an empty result is not used.
            encoder.write_all(self.body).and_then(|()| encoder.finish()).unwrap_or_default()
        });
        (!packed.is_empty() && packed.len() < self.body.len()).then_some(packed)
    }
}

/// The paths that the base layout links to.
pub(crate) struct Links {
    pub(crate) style: &'static str,
    pub(crate) script: &'static str,
    /// The script for forms with passwords.
    pub(crate) password: &'static str,
    /// The styles of the console.
    pub(crate) console: &'static str,
    /// The styles of the pages of articles in the console.
    pub(crate) articles: &'static str,
    /// The article editor, made from `ui/`.
    pub(crate) editor: &'static str,
    /// The keys of the console.
    pub(crate) keys: &'static str,
    /// Pictures and cards in the console.
    pub(crate) pictures: &'static str,
    /// Pages of the console that change while they are open, and replies.
    pub(crate) live: &'static str,
    /// The examples of the reference, and what makes them in most languages.
    pub(crate) examples: &'static str,
    pub(crate) snippets: &'static str,
    /// The form of the reference with which operations are tried.
    pub(crate) try_out: &'static str,
    /// The styles of the reference.
    pub(crate) reference: &'static str,
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

const TRY: &str = concat!(
    include_str!("../assets/try/form.js"),
    include_str!("../assets/try/send.js"),
    include_str!("../assets/try/answer.js"),
);

const CONSOLE_STYLE: &str = concat!(
    include_str!("../assets/console.css"),
    include_str!("../assets/console_numbers.css"),
    include_str!("../assets/console_pages.css"),
);

static ASSETS: LazyLock<[Asset; 15]> = LazyLock::new(|| {
    [
        asset("inbox", "css", "text/css; charset=utf-8", include_bytes!("../assets/inbox.css")),
        asset("inbox", "js", "text/javascript; charset=utf-8", SCRIPT.as_bytes()),
        asset("password", "js", "text/javascript; charset=utf-8", include_bytes!("../assets/password.js")),
        asset("icon", "svg", "image/svg+xml", include_bytes!("../assets/icon.svg")),
        asset("console", "css", "text/css; charset=utf-8", CONSOLE_STYLE.as_bytes()),
        asset("icon-unread", "svg", "image/svg+xml", include_bytes!("../assets/icon_unread.svg")),
        asset("articles", "css", "text/css; charset=utf-8", include_bytes!("../assets/articles.css")),
        asset("editor", "js", "text/javascript; charset=utf-8", include_bytes!("../assets/editor.js")),
        asset("console", "js", "text/javascript; charset=utf-8", include_bytes!("../assets/console.js")),
        asset("pictures", "js", "text/javascript; charset=utf-8", include_bytes!("../assets/pictures.js")),
        asset("live", "js", "text/javascript; charset=utf-8", include_bytes!("../assets/live.js")),
        asset("examples", "js", "text/javascript; charset=utf-8", example::ELEMENT.as_bytes()),
        asset("snippets", "js", "text/javascript; charset=utf-8", example::SNIPPETS.as_bytes()),
        asset("try", "js", "text/javascript; charset=utf-8", TRY.as_bytes()),
        asset("reference", "css", "text/css; charset=utf-8", include_bytes!("../assets/reference.css")),
    ]
});

/// Returns the asset that is served at a path.
pub fn find(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path == path)
}

pub(crate) fn links() -> Links {
    let [
        style,
        script,
        password,
        icon,
        console,
        icon_unread,
        articles,
        editor,
        keys,
        pictures,
        live,
        examples,
        snippets,
        try_out,
        reference,
    ] = &*ASSETS;
    Links {
        style: &style.path,
        script: &script.path,
        password: &password.path,
        console: &console.path,
        articles: &articles.path,
        editor: &editor.path,
        keys: &keys.path,
        pictures: &pictures.path,
        live: &live.path,
        examples: &examples.path,
        snippets: &snippets.path,
        try_out: &try_out.path,
        reference: &reference.path,
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
    Asset { path, content_type, body, packed: OnceLock::new() }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn assets_are_found_by_their_hashed_path_only() {
        let links = links();
        assert_eq!(find(links.style).map(|asset| asset.content_type), Some("text/css; charset=utf-8"));
        assert!(find(links.script).is_some() && find(links.icon).is_some());
        assert!(find("/assets/inbox.css").is_none());
    }

    #[test]
    fn assets_are_packed() {
        for asset in ASSETS.iter().filter(|asset| asset.body.len() > 1_000) {
            let packed = asset.packed().expect("it is smaller");
            let mut unpacked = Vec::new();
            flate2::read::GzDecoder::new(packed).read_to_end(&mut unpacked).expect("it is gzip");
            assert_eq!(unpacked, asset.body, "{}", asset.path);
        }
        let editor = find(links().editor).and_then(Asset::packed).expect("the editor");
        assert!(editor.len() < 160_000, "{}", editor.len());
        let links = links();
        // What the pages of the reference load besides the generators of examples, and those of the console besides the editor.
        let of_reference = [links.examples, links.try_out];
        let others = [links.editor, links.snippets];
        let scripts = ASSETS.iter().filter(|asset| asset.path.ends_with(".js"));
        let (mut reference, mut console) = (0, 0);
        for asset in scripts.filter(|asset| !others.contains(&asset.path.as_str())) {
            let is_of_reference = of_reference.contains(&asset.path.as_str());
            let sum = if is_of_reference { &mut reference } else { &mut console };
            *sum += asset.packed().map_or(0, <[u8]>::len);
        }
        assert!(reference < 12_000 && console < 40_000, "{reference} {console}");
    }

    /// A block that stays open takes all rules below it into its media query.
    #[test]
    fn blocks_of_style_sheets_are_closed() {
        for asset in ASSETS.iter().filter(|asset| asset.path.ends_with(".css")) {
            let text = String::from_utf8_lossy(asset.body);
            let mut depth = 0;
            for line in text.lines() {
                let begins_within = depth > 0;
                for letter in line.chars() {
                    depth += i32::from(letter == '{') - i32::from(letter == '}');
                    assert!((0..=3).contains(&depth), "{}: {line}", asset.path);
                }
                let is_outside = !line.is_empty() && !line.starts_with([' ', '}']);
                assert!(!(begins_within && is_outside), "{}: {line}", asset.path);
            }
            assert_eq!(depth, 0, "{}", asset.path);
        }
    }

    #[test]
    fn assets_refer_to_no_other_host() {
        // The editor knows the schemes of links, and names its authors; examples of requests are made from addresses. Tests in a browser
        // watch their requests.
        let links = links();
        let parses_addresses = |asset: &Asset| [links.editor, links.snippets].contains(&asset.path.as_str());
        for asset in ASSETS.iter().filter(|asset| !parses_addresses(asset)) {
            let text = String::from_utf8_lossy(asset.body).replace("http://www.w3.org/2000/svg", "");
            assert!(
                !text.contains("http:") && !text.contains("https:") && !text.contains("url("),
                "{}",
                asset.path
            );
        }
    }
}
