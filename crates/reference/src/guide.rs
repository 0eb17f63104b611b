//! The guides: Markdown in both languages, whose commands the tests run.

use crate::text::Text;

/// A guide.
#[derive(Clone, Debug)]
pub struct Guide {
    /// Its name in addresses.
    pub name: &'static str,
    /// Its title.
    pub title: Text,
    /// Its Markdown, without the title. `{{base_url}}` and the like stand for what the reader has.
    pub text: Text,
}

macro_rules! guides {
    ($($file:literal $name:literal),* $(,)?) => {
        [$((
            $name,
            include_str!(concat!("../guides/", $file, "-", $name, ".zh.md")),
            include_str!(concat!("../guides/", $file, "-", $name, ".en.md")),
        )),*]
    };
}

/// All guides in their order.
pub(crate) fn all() -> Vec<Guide> {
    let files = guides![
        "01" "token", "02" "first-send", "03" "callback", "04" "stream", "05" "replies", "06" "recall",
        "07" "errors", "08" "limits", "09" "permissions",
    ];
    let guide = |(name, zh, en): (&'static str, &str, &str)| {
        let ((zh_title, zh), (en_title, en)) = (parts(zh), parts(en));
        Guide { name, title: Text::new(zh_title, en_title), text: Text::new(zh, en) }
    };
    files.map(guide).to_vec()
}

/// The title and the rest.
fn parts(markdown: &str) -> (&str, &str) {
    let (title, rest) = markdown.split_once('\n').unwrap_or((markdown, ""));
    (title.trim_start_matches('#').trim(), rest)
}
