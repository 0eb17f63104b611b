//! The pages of cards, and the articles of a card in a form.

use askama::Template;

use super::{Console, ConsoleFrame, ListPages, UseLine};
use crate::{
    clean::Picture,
    console::text::{cards::CardTexts, lists::ListTexts},
    page::{Frame, Html},
    time::Moment,
    view::{Account, ButtonLayout, DingChannel, MessageBody, Zone},
};

/// The articles of a card in a form, and those to add.
#[derive(Clone, Debug, Default)]
pub struct CardFields {
    /// The chosen articles in their order.
    pub chosen: Vec<ChosenArticle>,
    /// What titles are searched for.
    pub find: String,
    /// Published articles to add, the last published first.
    pub found: Vec<ArticleChoice>,
    /// Whether no article can be added.
    pub is_full: bool,
    /// Whether the order is not that of the stored card.
    pub is_unsaved: bool,
    /// What the last button did.
    pub status: String,
}

/// An article on a card.
#[derive(Clone, Debug)]
pub struct ChosenArticle {
    /// `article_id`.
    pub id: i64,
    /// The title; the id of an article that is not there.
    pub title: String,
    /// The cover.
    pub cover: Option<Picture>,
    /// Why readers cannot open it.
    pub problem: Option<&'static str>,
}

/// An article to add.
#[derive(Clone, Debug)]
pub struct ArticleChoice {
    /// `article_id`.
    pub id: i64,
    /// The title.
    pub title: String,
    /// The cover.
    pub cover: Option<Picture>,
    /// When it was published.
    pub published: Moment,
}

/// A card in a list.
#[derive(Clone, Debug)]
pub struct CardLine {
    /// The path of its page.
    pub href: String,
    /// The title of its first article.
    pub title: String,
    /// The cover of its first article.
    pub cover: Option<Picture>,
    /// How many articles it has.
    pub count: usize,
    /// When it last changed.
    pub changed: Moment,
}

/// The cards of an account.
#[derive(Clone, Debug)]
pub struct Cards {
    /// The frame.
    pub console: Console,
    /// The accounts to choose from.
    pub accounts: Vec<Account>,
    /// The chosen account; absent if the operator has none.
    pub account: Option<Account>,
    /// The path of the form of a new card; absent for operators who may not make one.
    pub add: Option<String>,
    /// The cards, newest first.
    pub lines: Vec<CardLine>,
    /// What is searched for.
    pub search: String,
    /// The other pages.
    pub pages: ListPages,
    /// Where a search that gave up goes on.
    pub further: Option<String>,
    /// What was done.
    pub done: Option<&'static str>,
    /// The time zone of all times.
    pub zone: Zone,
}

#[derive(Template)]
#[template(path = "console/cards.html")]
struct CardsPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    kt: &'static CardTexts,
    l: &'static ListTexts,
    view: &'a Cards,
}

/// The list of cards.
pub fn cards(view: &Cards) -> Html {
    let (frame, kt) = (Frame::new(&view.console.page), CardTexts::of(view.console.page.lang));
    let l = ListTexts::of(view.console.page.lang);
    CardsPage { frame, c: ConsoleFrame::new(&view.console), kt, l, view }.render()
}

/// A card, or the form of a new one.
#[derive(Clone, Debug)]
pub struct CardPage {
    /// The frame.
    pub console: Console,
    /// The account.
    pub account: Account,
    /// The path of the list.
    pub list: String,
    /// The path that the form is posted to.
    pub action: String,
    /// The title of its first article; empty for a new card.
    pub title: String,
    /// When it last changed; absent for a new card.
    pub changed: Option<Moment>,
    /// The version that the form changes.
    pub version: i64,
    /// The articles.
    pub articles: CardFields,
    /// The card as members see it.
    pub body: MessageBody,
    /// What shows it.
    pub uses: Vec<UseLine>,
    /// Whether members have got it.
    pub is_sent: bool,
    /// Whether the operator may change it.
    pub may_change: bool,
    /// Whether the operator may prepare a send with it.
    pub may_send: bool,
    /// What was done.
    pub done: Option<&'static str>,
    /// What went wrong.
    pub problem: Option<String>,
    /// The time zone of all times.
    pub zone: Zone,
}

#[derive(Template)]
#[template(path = "console/card.html")]
struct OneCard<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    kt: &'static CardTexts,
    view: &'a CardPage,
}

/// A card.
pub fn card(view: &CardPage) -> Html {
    let (frame, kt) = (Frame::new(&view.console.page), CardTexts::of(view.console.page.lang));
    OneCard { frame, c: ConsoleFrame::new(&view.console), kt, view }.render()
}
