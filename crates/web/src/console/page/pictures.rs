//! The pages of the picture library.

use askama::Template;

use super::{Console, ConsoleFrame, ListPages};
use crate::{
    clean::Picture,
    console::text::{
        lists::ListTexts,
        pictures::{PictureTexts, texts},
    },
    page::{Frame, Html},
    text::Lang,
    time::Moment,
    view::{Account, Zone},
};

/// The pictures of an account.
#[derive(Clone, Debug)]
pub struct Pictures {
    /// The frame.
    pub console: Console,
    /// The accounts to choose from.
    pub accounts: Vec<Account>,
    /// The chosen account; absent if the operator has none.
    pub account: Option<Account>,
    /// The path that pictures are posted to; absent for a disabled account.
    pub upload: Option<String>,
    /// What names are searched for.
    pub name: String,
    /// The pictures, newest first.
    pub lines: Vec<PictureLine>,
    /// The path of the list with its search.
    pub list: String,
    /// The other pages.
    pub pages: ListPages,
    /// The number of pictures on all pages.
    pub total: i64,
    /// What was done.
    pub done: Option<String>,
    /// What went wrong.
    pub problems: Vec<String>,
    /// The time zone of all times.
    pub zone: Zone,
}

/// A picture in the list.
#[derive(Clone, Debug)]
pub struct PictureLine {
    /// The path of its page.
    pub href: String,
    /// The picture.
    pub picture: Option<Picture>,
    /// Its name.
    pub name: String,
    /// Dimensions and size.
    pub facts: String,
    /// When it was uploaded.
    pub time: Moment,
    /// Who uploaded it; empty if unknown.
    pub uploaded_by: String,
    /// Whether something shows it.
    pub is_used: bool,
}

#[derive(Template)]
#[template(path = "console/pictures.html")]
struct PicturesPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    t: &'static PictureTexts,
    l: &'static ListTexts,
    view: &'a Pictures,
}

/// The library.
pub fn pictures(view: &Pictures) -> Html {
    let (frame, t) = (Frame::new(&view.console.page), texts(view.console.page.lang));
    let l = ListTexts::of(view.console.page.lang);
    PicturesPage { frame, c: ConsoleFrame::new(&view.console), t, l, view }.render()
}

/// A place that shows a picture.
#[derive(Clone, Debug)]
pub struct UseLine {
    /// The place.
    pub text: String,
    /// The path of its page.
    pub href: Option<String>,
}

/// A picture and its uses.
#[derive(Clone, Debug)]
pub struct PicturePage {
    /// The frame.
    pub console: Console,
    /// The account that it belongs to.
    pub account: Account,
    /// The path of the list.
    pub list: String,
    /// The picture.
    pub line: PictureLine,
    /// What shows it.
    pub uses: Vec<UseLine>,
    /// Whether the operator may rename and delete it.
    pub may_change: bool,
    /// What was done.
    pub done: Option<&'static str>,
    /// What went wrong.
    pub problem: Option<&'static str>,
    /// The time zone of all times.
    pub zone: Zone,
}

#[derive(Template)]
#[template(path = "console/picture.html")]
struct OnePage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    t: &'static PictureTexts,
    view: &'a PicturePage,
}

/// A picture and its uses.
pub fn picture(view: &PicturePage) -> Html {
    let (frame, t) = (Frame::new(&view.console.page), texts(view.console.page.lang));
    OnePage { frame, c: ConsoleFrame::new(&view.console), t, view }.render()
}

/// A picture to choose.
#[derive(Clone, Debug)]
pub struct PictureChoice {
    /// Its id.
    pub media_id: String,
    /// The picture.
    pub picture: Option<Picture>,
    /// Its name.
    pub name: String,
    /// Dimensions and size.
    pub facts: String,
}

/// Pictures to choose from.
#[derive(Clone, Debug)]
pub struct PictureChoices {
    /// The language.
    pub lang: Lang,
    /// The path of this list.
    pub path: String,
    /// What names are searched for.
    pub name: String,
    /// The pictures, newest first.
    pub choices: Vec<PictureChoice>,
    /// Whether this is the first page.
    pub is_first: bool,
    /// The position of the next page.
    pub next: Option<String>,
}

impl PictureChoices {
    fn href(&self, after: &str) -> String {
        let after = if after.is_empty() { String::new() } else { format!("&after={after}") };
        format!("{}?q={}{after}", self.path, crate::paths::encode(&self.name))
    }
}

#[derive(Template)]
#[template(path = "console/picture_choices.html")]
struct ChoicesFragment<'a> {
    t: &'static PictureTexts,
    view: &'a PictureChoices,
}

/// Pictures to choose from, as a fragment.
pub fn picture_choices(view: &PictureChoices) -> Html {
    ChoicesFragment { t: texts(view.lang), view }.render()
}
