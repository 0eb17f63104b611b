//! What all pages have: the page itself, its organisation, the time zone, and an account.

use carillon_model::color::Color;
use carillon_store::Corp;

use crate::{clean::Picture, paths, text::Lang};

/// What every page needs.
#[derive(Clone, Debug)]
pub struct Page {
    /// The language.
    pub lang: Lang,
    /// Path and query of this page, to come back to after signing in or switching the language.
    pub path: String,
    /// The name of the signed-in member, if there is one.
    pub member: Option<String>,
    /// The organisation that the page belongs to, if it is known.
    pub organisation: Option<Organisation>,
}

impl Page {
    /// One of nobody in particular.
    pub fn new(lang: Lang, path: impl Into<String>) -> Self {
        Self { lang, path: path.into(), member: None, organisation: None }
    }
}

/// How an organisation looks.
#[derive(Clone, Debug)]
pub struct Organisation {
    /// Its name.
    pub name: String,
    /// Its picture.
    pub logo: Option<Logo>,
    /// The colour of links and buttons.
    pub accent: Option<Color>,
}

impl Organisation {
    /// As it is stored.
    pub fn of(corp: &Corp) -> Self {
        let logo = |logo: &carillon_store::Logo| {
            let picture = Picture::media(logo.media.as_str())?;
            Some(Logo { picture, width: logo.width, height: logo.height })
        };
        Self { name: corp.name.clone(), logo: corp.logo.as_ref().and_then(logo), accent: corp.accent_color }
    }
}

/// The picture of an organisation, with its size in pixels: pages do not move while it is loaded.
#[derive(Clone, Debug)]
pub struct Logo {
    /// Where it is.
    pub picture: Picture,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// The time zone of the organisation, in which all times are shown. A reader elsewhere is told.
#[derive(Clone, Debug)]
pub struct Zone {
    /// Its name, such as `Asia/Shanghai`.
    pub name: String,
    /// Minutes ahead of UTC now.
    pub offset_minutes: i32,
}

impl Zone {
    /// How far it is from UTC: `UTC+8`, `UTC−3:30`.
    pub fn from_utc(&self) -> String {
        let (hours, minutes) = (self.offset_minutes.abs() / 60, self.offset_minutes.abs() % 60);
        let sign = if self.offset_minutes < 0 { '\u{2212}' } else { '+' };
        let minutes = if minutes == 0 { String::new() } else { format!(":{minutes:02}") };
        format!("UTC{sign}{hours}{minutes}")
    }
}

/// A service account as its messages show it.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its id.
    pub unionid: String,
    /// Its name.
    pub name: String,
    /// Its picture; without one, the first character of the name stands in.
    pub avatar: Option<Picture>,
}

impl Account {
    /// The first character of the name.
    pub fn initial(&self) -> String {
        self.name.trim().chars().next().map(|c| c.to_uppercase().to_string()).unwrap_or_default()
    }

    /// The conversation.
    pub fn href(&self) -> String {
        paths::conversation(&self.unionid)
    }

    /// Where messages to it are posted to.
    pub fn messages(&self) -> String {
        paths::messages(&self.unionid)
    }

    /// The profile page.
    pub fn profile(&self) -> String {
        paths::profile(&self.unionid)
    }
}
