//! The languages of the pages, and the texts with parameters. [`Texts`] has the fixed texts.

mod table;

pub use table::Texts;
use table::{EN, ZH};

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// Simplified Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Chooses the language: by the `lang` cookie, else by the `Accept-Language` header, else Chinese.
    pub fn pick(cookie: Option<&str>, accept_language: Option<&str>) -> Lang {
        cookie
            .and_then(Lang::from_tag)
            .or_else(|| accept_language.and_then(Lang::from_accept_language))
            .unwrap_or_default()
    }

    /// Parses a tag such as `zh-Hans-CN` or `en_GB`.
    pub fn from_tag(tag: &str) -> Option<Lang> {
        match tag.trim().split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "zh" => Some(Lang::Zh),
            "en" => Some(Lang::En),
            _ => None,
        }
    }

    fn from_accept_language(header: &str) -> Option<Lang> {
        let mut best: Option<(Lang, f32)> = None;
        for part in header.split(',').take(16) {
            let mut fields = part.split(';');
            let Some(lang) = fields.next().and_then(Lang::from_tag) else { continue };
            let weight = fields
                .find_map(|field| field.trim().strip_prefix("q=")?.trim().parse::<f32>().ok())
                .unwrap_or(1.0);
            if weight > 0.0 && best.is_none_or(|(_, most)| weight > most) {
                best = Some((lang, weight));
            }
        }
        best.map(|(lang, _)| lang)
    }

    /// The value of the `lang` cookie.
    pub fn code(self) -> &'static str {
        match self {
            Lang::Zh => "zh",
            Lang::En => "en",
        }
    }

    /// The value of the `lang` attribute.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::Zh => "zh-CN",
            Lang::En => "en",
        }
    }

    /// The language that the switch offers.
    pub fn other(self) -> Lang {
        match self {
            Lang::Zh => Lang::En,
            Lang::En => Lang::Zh,
        }
    }

    /// The name of the language, in that language.
    pub fn name(self) -> &'static str {
        match self {
            Lang::Zh => "中文",
            Lang::En => "English",
        }
    }

    /// The fixed texts.
    pub fn texts(self) -> &'static Texts {
        match self {
            Lang::Zh => &ZH,
            Lang::En => &EN,
        }
    }

    /// What stands between names in a list.
    pub fn list_separator(self) -> &'static str {
        match self {
            Lang::Zh => "、",
            Lang::En => ", ",
        }
    }

    /// Heading of the entry page of another organisation.
    pub fn other_organisation(self, other: &str) -> String {
        match self {
            Lang::Zh => format!("要登录“{other}”吗？"),
            Lang::En => format!("Sign in to {other}?"),
        }
    }

    /// Button that signs out of the current organisation.
    pub fn sign_out_of(self, organisation: &str) -> String {
        match self {
            Lang::Zh => format!("退出“{organisation}”并继续"),
            Lang::En => format!("Sign out of {organisation} and continue"),
        }
    }

    /// Link back to the current organisation.
    pub fn stay_in(self, organisation: &str) -> String {
        match self {
            Lang::Zh => format!("留在“{organisation}”"),
            Lang::En => format!("Stay in {organisation}"),
        }
    }

    /// Says when a session began.
    pub fn signed_in_on(self, time: &str) -> String {
        match self {
            Lang::Zh => format!("{time} 登录"),
            Lang::En => format!("Signed in on {time}"),
        }
    }

    /// When a session was last used.
    pub fn last_used_on(self, time: &str) -> String {
        match self {
            Lang::Zh => format!("最近使用：{time}"),
            Lang::En => format!("Last used on {time}"),
        }
    }

    /// When a session ends that is not used again.
    pub fn session_ends(self, time: &str) -> String {
        match self {
            Lang::Zh => format!("不再使用则于 {time} 失效"),
            Lang::En => format!("Ends on {time} if it is not used again"),
        }
    }

    /// Label of the button that ends a session, for screen readers. `device` may be empty.
    pub fn end_session(self, device: &str) -> String {
        let t = self.texts();
        let device = if device.is_empty() { t.unknown_device } else { device };
        format!("{} {device}", t.end_session)
    }

    /// The unread count, for screen readers.
    pub fn unread(self, count: u64) -> String {
        match self {
            Lang::Zh => format!("{count} 条未读"),
            Lang::En => format!("{count} unread"),
        }
    }

    /// Summary of the choice of a menu item.
    pub fn chose(self, name: &str) -> String {
        format!("{} {name}", self.texts().chose)
    }

    /// Alternative text of a picture in a conversation.
    pub fn picture_of(self, sender: &str, time: &str) -> String {
        match self {
            Lang::Zh => format!("{sender}发的图片，{time}"),
            Lang::En => format!("Picture from {sender}, {time}"),
        }
    }

    /// Note for readers in another time zone.
    pub fn zone(self, name: &str, utc_offset: &str) -> String {
        match self {
            Lang::Zh => format!("时间按组织所在时区显示：{name}（{utc_offset}）"),
            Lang::En => {
                format!("Times are shown in the time zone of your organisation: {name} ({utc_offset})")
            }
        }
    }

    /// Heading of the search in one conversation, and the link to it.
    pub fn search_in(self, account: &str) -> String {
        match self {
            Lang::Zh => format!("在“{account}”中搜索"),
            Lang::En => format!("Search in {account}"),
        }
    }

    /// Heading of a search without results.
    pub fn nothing_found(self, query: &str) -> String {
        match self {
            Lang::Zh => format!("没有找到“{query}”"),
            Lang::En => format!("No results for “{query}”"),
        }
    }

    /// Label of the button that deletes a comment, for screen readers.
    pub fn delete_comment_of(self, time: &str) -> String {
        match self {
            Lang::Zh => format!("删除 {time} 的评论"),
            Lang::En => format!("Delete your comment from {time}"),
        }
    }

    /// Banner above a preview of an article.
    pub fn preview_until(self, time: &str) -> String {
        match self {
            Lang::Zh => format!("这是预览，链接将于 {time} 失效。"),
            Lang::En => format!("This is a preview. The link expires on {time}."),
        }
    }

    /// Error: the comment is too long.
    pub fn comment_too_long(self, max_chars: u64) -> String {
        match self {
            Lang::Zh => format!("评论最多 {max_chars} 个字。"),
            Lang::En => format!("A comment can have at most {max_chars} characters."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_takes_precedence_over_the_header() {
        assert_eq!(Lang::pick(Some("en"), Some("zh-CN")), Lang::En);
        assert_eq!(Lang::pick(Some("xx"), Some("en-GB,en;q=0.9")), Lang::En);
    }

    #[test]
    fn the_header_is_parsed_by_weight() {
        assert_eq!(Lang::pick(None, Some("fr, en;q=0.4, zh-Hans;q=0.8")), Lang::Zh);
        assert_eq!(Lang::pick(None, Some("zh;q=0, en;q=0.1")), Lang::En);
        assert_eq!(Lang::pick(None, Some("fr, de")), Lang::Zh);
        assert_eq!(Lang::pick(None, Some(";;,q=,=")), Lang::Zh);
        assert_eq!(Lang::pick(None, None), Lang::Zh);
    }
}
