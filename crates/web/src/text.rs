//! The languages of the pages, and texts with parameters. The fixed texts are in [`Texts`].

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
    /// Chooses by the `lang` cookie, else by the `Accept-Language` header, else Chinese.
    pub fn pick(cookie: Option<&str>, accept_language: Option<&str>) -> Lang {
        cookie
            .and_then(Lang::from_tag)
            .or_else(|| accept_language.and_then(Lang::from_accept_language))
            .unwrap_or_default()
    }

    /// The language that a tag such as `zh-Hans-CN` or `en_GB` names.
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

    /// The language that the switch leads to.
    pub fn other(self) -> Lang {
        match self {
            Lang::Zh => Lang::En,
            Lang::En => Lang::Zh,
        }
    }

    /// The name of the language in itself.
    pub fn name(self) -> &'static str {
        match self {
            Lang::Zh => "中文",
            Lang::En => "English",
        }
    }

    /// The table of texts.
    pub fn texts(self) -> &'static Texts {
        match self {
            Lang::Zh => &ZH,
            Lang::En => &EN,
        }
    }

    /// The heading at the door of another organisation.
    pub fn other_organisation(self, other: &str) -> String {
        match self {
            Lang::Zh => format!("要登录“{other}”？"),
            Lang::En => format!("Sign in to {other}?"),
        }
    }

    /// The button that signs out of the organisation that the browser is signed in to.
    pub fn sign_out_of(self, organisation: &str) -> String {
        match self {
            Lang::Zh => format!("退出“{organisation}”并继续"),
            Lang::En => format!("Sign out of {organisation} and continue"),
        }
    }

    /// The link back to it.
    pub fn stay_in(self, organisation: &str) -> String {
        match self {
            Lang::Zh => format!("留在“{organisation}”"),
            Lang::En => format!("Stay in {organisation}"),
        }
    }

    /// When a session began.
    pub fn signed_in_on(self, time: &str) -> String {
        match self {
            Lang::Zh => format!("{time} 登录"),
            Lang::En => format!("Signed in on {time}"),
        }
    }

    /// What a screen reader says for the button that ends a session.
    pub fn end_session(self, device: &str) -> String {
        let t = self.texts();
        let device = if device.is_empty() { t.unknown_device } else { device };
        format!("{} {device}", t.end_session)
    }

    /// What a screen reader says for an unread count.
    pub fn unread(self, count: u64) -> String {
        match self {
            Lang::Zh => format!("{count} 条未读"),
            Lang::En => format!("{count} unread"),
        }
    }

    /// The choice of a menu item in a line.
    pub fn chose(self, name: &str) -> String {
        format!("{} {name}", self.texts().chose)
    }

    /// The alternative text of a picture in a conversation.
    pub fn picture_of(self, sender: &str, time: &str) -> String {
        match self {
            Lang::Zh => format!("{sender}发的图片，{time}"),
            Lang::En => format!("Picture from {sender}, {time}"),
        }
    }

    /// Said to readers elsewhere.
    pub fn zone(self, name: &str, from_utc: &str) -> String {
        match self {
            Lang::Zh => format!("时间按组织所在时区显示：{name}（{from_utc}）"),
            Lang::En => format!("Times are in your organisation's time zone: {name} ({from_utc})"),
        }
    }

    /// The heading of a search in one conversation.
    pub fn search_in(self, account: &str) -> String {
        match self {
            Lang::Zh => format!("在“{account}”中搜索"),
            Lang::En => format!("Search in {account}"),
        }
    }

    /// Nothing was found.
    pub fn nothing_found(self, query: &str) -> String {
        match self {
            Lang::Zh => format!("没有找到“{query}”"),
            Lang::En => format!("Nothing found for “{query}”"),
        }
    }

    /// Before the name of a comment's author, for the button that deletes it.
    pub fn delete_comment_of(self, time: &str) -> String {
        match self {
            Lang::Zh => format!("删除 {time} 的评论"),
            Lang::En => format!("Delete your comment of {time}"),
        }
    }

    /// The banner over a preview article.
    pub fn preview_until(self, time: &str) -> String {
        match self {
            Lang::Zh => format!("这是预览，链接将于 {time} 失效。"),
            Lang::En => format!("This is a preview. The link stops working on {time}."),
        }
    }

    /// Said of a comment that is too long.
    pub fn comment_too_long(self, most: u64) -> String {
        match self {
            Lang::Zh => format!("评论最多 {most} 个字。"),
            Lang::En => format!("A comment has at most {most} characters."),
        }
    }

    /// The line that tells operators where to look after a failure.
    pub fn request_id(self, id: &str) -> String {
        match self {
            Lang::Zh => format!("请求编号 {id}"),
            Lang::En => format!("Request id {id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_wins_over_the_header() {
        assert_eq!(Lang::pick(Some("en"), Some("zh-CN")), Lang::En);
        assert_eq!(Lang::pick(Some("xx"), Some("en-GB,en;q=0.9")), Lang::En);
    }

    #[test]
    fn the_header_is_read_by_weight() {
        assert_eq!(Lang::pick(None, Some("fr, en;q=0.4, zh-Hans;q=0.8")), Lang::Zh);
        assert_eq!(Lang::pick(None, Some("zh;q=0, en;q=0.1")), Lang::En);
        assert_eq!(Lang::pick(None, Some("fr, de")), Lang::Zh);
        assert_eq!(Lang::pick(None, Some(";;,q=,=")), Lang::Zh);
        assert_eq!(Lang::pick(None, None), Lang::Zh);
    }
}
