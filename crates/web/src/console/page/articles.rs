//! The pages of articles.

use askama::Template;

use super::{Console, ConsoleFrame, ListPages};
use crate::{
    clean::{CleanHtml, Picture},
    console::text::{
        articles::{ArticleTexts, texts},
        lists::ListTexts,
    },
    page::{Frame, Html},
    text::Lang,
    time::Moment,
    view::{Account, Zone},
};

/// A state of articles that the list can be limited to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArticleState {
    /// All but deleted ones.
    All,
    /// Never published.
    Draft,
    /// Published at least once.
    Published,
}

impl ArticleState {
    /// All states, in the order of the filter.
    pub const ALL: [Self; 3] = [Self::All, Self::Draft, Self::Published];

    /// Its value in addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Draft => "draft",
            Self::Published => "published",
        }
    }

    /// The state of a value; [`ArticleState::All`] for an unknown one.
    pub fn parse(code: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.code() == code).unwrap_or(Self::All)
    }

    /// Its name.
    pub fn name(self, lang: Lang) -> &'static str {
        let t = texts(lang);
        match self {
            Self::All => t.all,
            Self::Draft => t.drafts,
            Self::Published => t.published,
        }
    }
}

/// The articles of an account.
#[derive(Clone, Debug)]
pub struct Articles {
    /// The frame.
    pub console: Console,
    /// The accounts to choose from.
    pub accounts: Vec<Account>,
    /// The chosen account; absent if the operator has none.
    pub account: Option<Account>,
    /// The chosen state.
    pub state: ArticleState,
    /// The articles, those that changed last first.
    pub lines: Vec<ArticleLine>,
    /// What is searched for.
    pub search: String,
    /// The other pages.
    pub pages: ListPages,
    /// The number of articles on all pages; absent for a search.
    pub total: Option<i64>,
    /// Where a search that gave up goes on.
    pub further: Option<String>,
    /// The time zone of all times.
    pub zone: Zone,
}

/// An article in the list.
#[derive(Clone, Debug)]
pub struct ArticleLine {
    /// The path of its page.
    pub href: String,
    /// The cover of the draft.
    pub cover: Option<Picture>,
    /// The title of the draft.
    pub title: String,
    /// The summary of the draft; empty if it has none.
    pub digest: String,
    /// When it was last published.
    pub published: Option<Moment>,
    /// When the draft last changed.
    pub changed: Moment,
    /// Whether what members read is older than the draft.
    pub is_changed: bool,
}

#[derive(Template)]
#[template(path = "console/articles.html")]
struct ArticlesPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    t: &'static ArticleTexts,
    l: &'static ListTexts,
    view: &'a Articles,
}

/// The list of articles.
pub fn articles(view: &Articles) -> Html {
    let (frame, t) = (Frame::new(&view.console.page), texts(view.console.page.lang));
    let l = ListTexts::of(view.console.page.lang);
    ArticlesPage { frame, c: ConsoleFrame::new(&view.console), t, l, view }.render()
}

/// What was done before the page of an article is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArticleDone {
    /// The draft was saved.
    Save,
    /// The draft was published.
    Publish,
    /// The draft was sent to the author.
    Phone,
    /// A version was restored.
    Restore,
}

impl ArticleDone {
    /// Its value in addresses and forms.
    pub fn code(self) -> &'static str {
        match self {
            Self::Save => "save",
            Self::Publish => "publish",
            Self::Phone => "phone",
            Self::Restore => "restore",
        }
    }

    /// What a value means.
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Save, Self::Publish, Self::Phone, Self::Restore].into_iter().find(|done| done.code() == code)
    }
}

/// The page of an article.
#[derive(Clone, Debug)]
pub struct ArticleEditor {
    /// The frame.
    pub console: Console,
    /// The account that it belongs to.
    pub account: Account,
    /// The path of this page.
    pub path: String,
    /// The path that pictures are posted to.
    pub pictures: String,
    /// The path of the choices of pictures.
    pub choices: String,
    /// The path of the list.
    pub list: String,
    /// When it was last published.
    pub published: Option<Moment>,
    /// Whether what members read is older than the draft.
    pub is_changed: bool,
    /// When the draft was last saved.
    pub saved: Moment,
    /// The revision of the draft.
    pub revision: i64,
    /// The title; empty for a new article.
    pub title: String,
    /// The HTML.
    pub content: String,
    /// The summary.
    pub digest: String,
    /// The media id of the cover; empty for none.
    pub cover: String,
    /// The cover.
    pub cover_picture: Option<Picture>,
    /// Whether readers may forward it.
    pub allow_forward: bool,
    /// Whether everybody may read it.
    pub public: bool,
    /// The number of members who have read it.
    pub readers: i64,
    /// The number of views.
    pub views: i64,
    /// Why the form was refused.
    pub problem: Option<&'static str>,
    /// Somebody else saved in between.
    pub conflict: Option<ArticleConflict>,
    /// What was done.
    pub done: Option<ArticleDone>,
    /// The time zone of all times.
    pub zone: Zone,
}

/// A draft that somebody else saved.
#[derive(Clone, Debug)]
pub struct ArticleConflict {
    /// Who, and when.
    pub message: String,
    /// The revision of that draft.
    pub revision: i64,
}

#[derive(Template)]
#[template(path = "console/article.html")]
struct ArticlePage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    t: &'static ArticleTexts,
    view: &'a ArticleEditor,
}

impl ArticlePage<'_> {
    fn done(&self) -> Option<&'static str> {
        self.view.done.map(|done| match done {
            ArticleDone::Save => self.t.saved_done,
            ArticleDone::Publish => self.t.published_done,
            ArticleDone::Phone => self.t.phone_done,
            ArticleDone::Restore => self.t.restored_done,
        })
    }

    /// The texts that the script shows, by the names of their `data-` attributes.
    fn script_texts(&self) -> [(&'static str, &'static str); 13] {
        let t = self.t;
        [
            ("saved", t.state_saved),
            ("unsaved", t.state_unsaved),
            ("saving", t.state_saving),
            ("offline", t.state_offline),
            ("failed", t.state_failed),
            ("session", t.state_session),
            ("uploading", t.uploading),
            ("theirs", t.conflict_theirs),
            ("mine", t.conflict_mine),
            ("hint", t.conflict_hint),
            ("choose-cover", t.cover_choose),
            ("replace-cover", t.cover_replace),
            ("changed", t.changed),
        ]
    }
}

/// The page of an article.
pub fn article(view: &ArticleEditor) -> Html {
    let (frame, t) = (Frame::new(&view.console.page), texts(view.console.page.lang));
    ArticlePage { frame, c: ConsoleFrame::new(&view.console), t, view }.render()
}

/// The versions of an article.
#[derive(Clone, Debug)]
pub struct ArticleHistory {
    /// The frame.
    pub console: Console,
    /// The path of the article.
    pub path: String,
    /// Its title.
    pub title: String,
    /// The versions, newest first.
    pub versions: Vec<VersionLine>,
    /// The time zone of all times.
    pub zone: Zone,
}

/// A version of an article.
#[derive(Clone, Debug)]
pub struct VersionLine {
    /// The path of its page.
    pub href: String,
    /// Its number.
    pub number: i64,
    /// Who wrote it.
    pub author: String,
    /// When it was last saved.
    pub time: Moment,
    /// Its title.
    pub title: String,
    /// The number of characters of its HTML.
    pub characters: i64,
    /// Whether it is the draft of now.
    pub is_current: bool,
}

#[derive(Template)]
#[template(path = "console/article_history.html")]
struct HistoryPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    t: &'static ArticleTexts,
    view: &'a ArticleHistory,
}

/// The versions of an article.
pub fn article_history(view: &ArticleHistory) -> Html {
    let (frame, t) = (Frame::new(&view.console.page), texts(view.console.page.lang));
    HistoryPage { frame, c: ConsoleFrame::new(&view.console), t, view }.render()
}

/// One version of an article.
#[derive(Clone, Debug)]
pub struct OldArticle {
    /// The frame.
    pub console: Console,
    /// The path of the list of versions.
    pub path: String,
    /// The path that restores it.
    pub restore: String,
    /// The path of the comparison with the version before.
    pub with_previous: Option<String>,
    /// The path of the comparison with the draft of now.
    pub with_current: Option<String>,
    /// Number, author and time.
    pub version: VersionLine,
    /// The summary; empty if it has none.
    pub digest: String,
    /// The content.
    pub body: CleanHtml,
    /// The time zone of all times.
    pub zone: Zone,
}

#[derive(Template)]
#[template(path = "console/article_version.html")]
struct VersionPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    t: &'static ArticleTexts,
    view: &'a OldArticle,
}

/// One version of an article.
pub fn old_article(view: &OldArticle) -> Html {
    let (frame, t) = (Frame::new(&view.console.page), texts(view.console.page.lang));
    VersionPage { frame, c: ConsoleFrame::new(&view.console), t, view }.render()
}

/// What changed between two versions of an article.
#[derive(Clone, Debug)]
pub struct ArticleDifference {
    /// The frame.
    pub console: Console,
    /// The path of the list of versions.
    pub path: String,
    /// The one version.
    pub earlier: VersionLine,
    /// The other.
    pub later: VersionLine,
    /// All versions, newest first.
    pub versions: Vec<VersionLine>,
    /// The title, if it changed.
    pub title: Vec<PieceView>,
    /// The summary, if it changed.
    pub digest: Vec<PieceView>,
    /// The cover before and after, if it changed.
    pub cover: Option<(Option<Picture>, Option<Picture>)>,
    /// The changed blocks with those beside them.
    pub rows: Vec<DifferenceRow>,
    /// Whether there are more rows than are shown.
    pub is_cut: bool,
    /// Characters that were inserted.
    pub inserted: usize,
    /// Characters that were removed.
    pub removed: usize,
    /// The time zone of all times.
    pub zone: Zone,
}

impl ArticleDifference {
    fn is_same(&self) -> bool {
        self.title.is_empty() && self.digest.is_empty() && self.cover.is_none() && self.rows.is_empty()
    }
}

/// A block of an article, or a number of blocks that did not change.
#[derive(Clone, Debug)]
pub struct DifferenceRow {
    /// `same`, `inserted`, `removed`, `changed`, `formatted` or `unchanged`.
    pub class: &'static str,
    /// What happened to the block; empty if nothing did.
    pub change: &'static str,
    /// What it is; empty for a paragraph.
    pub kind: &'static str,
    /// The picture, of a picture.
    pub picture: Option<Picture>,
    /// Its text.
    pub pieces: Vec<PieceView>,
    /// The number of blocks that did not change.
    pub note: String,
}

impl DifferenceRow {
    /// Blocks that are not shown.
    pub fn unchanged(note: String) -> Self {
        Self { class: "unchanged", change: "", kind: "", picture: None, pieces: Vec::new(), note }
    }
}

/// A piece of a text.
#[derive(Clone, Debug)]
pub struct PieceView {
    /// `same`, `inserted` or `removed`.
    pub class: &'static str,
    /// The text.
    pub text: String,
}

#[derive(Template)]
#[template(path = "console/article_difference.html")]
struct DifferencePage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    t: &'static ArticleTexts,
    view: &'a ArticleDifference,
}

/// What changed between two versions of an article.
pub fn article_difference(view: &ArticleDifference) -> Html {
    let (frame, t) = (Frame::new(&view.console.page), texts(view.console.page.lang));
    DifferencePage { frame, c: ConsoleFrame::new(&view.console), t, view }.render()
}
