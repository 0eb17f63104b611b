//! What pages have in common: language, organisation, time zone, service accounts.

use carillon_model::color::Color;
use carillon_store::Corp;

use crate::{
    clean::Picture,
    console::{Group, Section},
    paths,
    text::Lang,
};

/// The data that all pages need.
#[derive(Clone, Debug)]
pub struct Page {
    /// The language of its texts.
    pub lang: Lang,
    /// Path and query to return to after signing in or switching the language.
    pub path: String,
    /// The name of the signed-in member; `None` for visitors.
    pub member: Option<String>,
    /// The vault of the signed-in member ([`carillon_domain::draft::vault`]); `None` for visitors, and until a temporary password is
    /// changed.
    pub vault: Option<String>,
    /// The organisation that the page belongs to; `None` if that is not known.
    pub organisation: Option<Organisation>,
    /// The colours to show whatever the browser prefers, for previews.
    pub scheme: Option<ColorScheme>,
    /// The navigation of the console; `None` on pages elsewhere.
    pub desk: Option<Desk>,
}

/// The navigation of the console, with which a page of the console also says why something is not there.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The sections that the operator may open, in their groups. No group is empty; visitors have none.
    pub groups: Vec<(Group, Vec<Section>)>,
    /// The section of the page; `None` for an address that belongs to none.
    pub current: Option<Section>,
}

/// Light or dark colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColorScheme {
    /// Dark text on light ground.
    Light,
    /// Light text on dark ground.
    Dark,
}

impl ColorScheme {
    /// The name in addresses and in CSS.
    pub fn code(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The scheme of a name.
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Light, Self::Dark].into_iter().find(|scheme| scheme.code() == code)
    }

    /// Makes a style sheet show this scheme only.
    pub fn apply(self, css: &str) -> String {
        let media = match self {
            Self::Light => "@media not all",
            Self::Dark => "@media all",
        };
        css.replace("@media (prefers-color-scheme: dark)", media)
            .replace("color-scheme: light dark", &format!("color-scheme: {}", self.code()))
    }
}

impl Page {
    /// A page without member and organisation.
    pub fn new(lang: Lang, path: impl Into<String>) -> Self {
        Self {
            lang,
            path: path.into(),
            member: None,
            vault: None,
            organisation: None,
            scheme: None,
            desk: None,
        }
    }
}

/// The name and the look of an organisation.
#[derive(Clone, Debug)]
pub struct Organisation {
    /// Its name.
    pub name: String,
    /// The logo, if one is set.
    pub logo: Option<Logo>,
    /// The colour of links and buttons; `None` for the default one.
    pub accent: Option<Color>,
}

impl Organisation {
    /// Takes them from the stored organisation.
    pub fn of(corp: &Corp) -> Self {
        let logo = |logo: &carillon_store::Logo| {
            let picture = Picture::media(logo.media.as_str())?;
            Some(Logo { picture, width: logo.width, height: logo.height })
        };
        Self { name: corp.name.clone(), logo: corp.logo.as_ref().and_then(logo), accent: corp.accent_color }
    }
}

/// The logo of an organisation. Its size in pixels is on the page, so the layout does not shift while it loads.
#[derive(Clone, Debug)]
pub struct Logo {
    /// The address of the picture.
    pub picture: Picture,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// The time zone of the organisation: all times are shown in it. Readers in another zone see a note.
#[derive(Clone, Debug)]
pub struct Zone {
    /// The IANA name, such as `Asia/Shanghai`.
    pub name: String,
    /// Minutes ahead of UTC now.
    pub offset_minutes: i32,
}

impl Zone {
    /// The offset as text: `UTC+8`, `UTC−3:30`.
    pub fn utc_offset(&self) -> String {
        let (hours, minutes) = (self.offset_minutes.abs() / 60, self.offset_minutes.abs() % 60);
        let sign = if self.offset_minutes < 0 { '\u{2212}' } else { '+' };
        let minutes = if minutes == 0 { String::new() } else { format!(":{minutes:02}") };
        format!("UTC{sign}{hours}{minutes}")
    }
}

/// A service account.
#[derive(Clone, Debug)]
pub struct Account {
    /// The unionid, which addresses name it by.
    pub unionid: String,
    /// The name.
    pub name: String,
    /// The picture; if `None`, pages show the first character of the name.
    pub avatar: Option<Picture>,
}

impl Account {
    /// The first character of the name in upper case; empty if the name is.
    pub fn initial(&self) -> String {
        self.name.trim().chars().next().map(|c| c.to_uppercase().to_string()).unwrap_or_default()
    }

    /// The path of the conversation.
    pub fn href(&self) -> String {
        paths::conversation(&self.unionid)
    }

    /// The path that messages are posted to.
    pub fn messages(&self) -> String {
        paths::messages(&self.unionid)
    }

    /// The path of the profile page.
    pub fn profile(&self) -> String {
        paths::profile(&self.unionid)
    }
}
