//! The pages of service accounts.

use askama::Template;

use super::{Console, ConsoleFrame, DepartmentChoice, ListPages};
use crate::{
    clean::Picture,
    console::text::{accounts::AccountTexts, lists::ListTexts},
    page::{Frame, Html},
    view::{Account, MenuAction, MenuButton, Page},
};

/// An account in the list.
#[derive(Clone, Debug)]
pub struct AccountRow {
    /// The path of its page.
    pub href: String,
    /// The account.
    pub account: Account,
    /// The short introduction.
    pub brief: String,
    /// Whether it is disabled.
    pub is_disabled: bool,
}

/// The accounts.
#[derive(Clone, Debug)]
pub struct Accounts {
    /// The frame.
    pub console: Console,
    /// The accounts of the operator.
    pub rows: Vec<AccountRow>,
    /// A part of the name.
    pub search: String,
    /// `in_use` or `disabled`; empty for all.
    pub status: String,
    /// The other pages.
    pub pages: ListPages,
    /// The form of a new one; absent for operators who may not add any.
    pub form: Option<SettingsForm>,
    /// What went wrong.
    pub problem: Option<&'static str>,
}

/// The fields of an account.
#[derive(Clone, Debug, Default)]
pub struct SettingsForm {
    /// The name.
    pub name: String,
    /// The short introduction.
    pub brief: String,
    /// The introduction.
    pub desc: String,
    /// The avatar.
    pub avatar: Option<Picture>,
    /// The picture on its page.
    pub cover: Option<Picture>,
    /// The path of the pictures of its library; empty for a new account.
    pub choices: String,
}

#[derive(Template)]
#[template(path = "console/accounts.html")]
struct AccountsPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    a: &'static AccountTexts,
    l: &'static ListTexts,
    view: &'a Accounts,
}

/// The list of accounts.
pub fn accounts(view: &Accounts) -> Html {
    let (frame, lang) = (Frame::new(&view.console.page), view.console.page.lang);
    let (a, l) = (AccountTexts::of(lang), ListTexts::of(lang));
    AccountsPage { frame, c: ConsoleFrame::new(&view.console), a, l, view }.render()
}

/// A rule of the automatic replies.
#[derive(Clone, Debug, Default)]
pub struct ReplyRule {
    /// Its number among the stored ones; `None` for a new one.
    pub kept: Option<usize>,
    /// The keywords.
    pub keywords: String,
    /// Whether the text has to be the keyword.
    pub equals: bool,
    /// The text; `None` for a picture or a card.
    pub text: Option<String>,
}

/// The answer to a try.
#[derive(Clone, Debug)]
pub enum Tried {
    /// A text, with the number of its rule from 1.
    Text(usize, String),
    /// A picture or a card, with the number of its rule from 1.
    Other(usize),
    /// No rule matches.
    Nothing,
}

/// A row of the menu.
#[derive(Clone, Debug, Default)]
pub struct MenuRow {
    /// Whether it is an item below a button.
    pub is_below: bool,
    /// The name.
    pub name: String,
    /// What it does, as in the API; empty for a button with items.
    pub kind: &'static str,
    /// The address, id or key.
    pub value: String,
}

/// Something that a menu can open: a value and what it is.
#[derive(Clone, Debug)]
pub struct MenuTarget {
    /// The value.
    pub value: String,
    /// The title.
    pub title: String,
}

/// The menu as members see it.
#[derive(Clone, Debug)]
pub struct MenuPreview {
    /// The account.
    pub account: Account,
    /// The visible buttons.
    pub buttons: Vec<MenuButton>,
    /// Whether members may write.
    pub input: bool,
    /// Whether the menu is stopped.
    pub stopped: bool,
    /// The labels of entries that members do not see.
    pub hidden: Vec<String>,
}

#[derive(Template)]
#[template(path = "console/menu_preview.html")]
struct MenuPreviewFragment<'a> {
    frame: Frame<'a>,
    a: &'static AccountTexts,
    preview: &'a MenuPreview,
}

/// The preview alone.
pub fn menu_preview(page: &Page, preview: &MenuPreview) -> Html {
    MenuPreviewFragment { frame: Frame::new(page), a: AccountTexts::of(page.lang), preview }.render()
}

#[derive(Template)]
#[template(source = "<p class=\"error\">{{ problem }}</p>", ext = "html")]
struct MenuPreviewProblem {
    problem: &'static str,
}

/// What is wrong with a menu that cannot be shown.
pub fn menu_preview_problem(problem: &'static str) -> Html {
    MenuPreviewProblem { problem }.render()
}

/// The revisions that the forms of an account are based on.
#[derive(Clone, Debug)]
pub struct Revisions {
    /// Of name, pictures and introductions.
    pub settings: String,
    /// Of the menu.
    pub menu: String,
    /// Of the automatic replies.
    pub replies: String,
    /// Of the scope.
    pub scope: String,
    /// Of the blocked members.
    pub blocked: String,
    /// Of the operators.
    pub operators: String,
}

/// What a change takes away, to be confirmed.
#[derive(Clone, Debug)]
pub struct Warning {
    /// The section of the page.
    pub section: &'static str,
    /// What it takes away.
    pub lines: Vec<String>,
    /// What the form sends to confirm it.
    pub digest: String,
}

/// The lists of members.
#[derive(Clone, Debug, Default)]
pub struct MemberLists {
    /// Whether it may send to everybody.
    pub all: bool,
    /// Departments that it may send to.
    pub departments: Vec<DepartmentChoice>,
    /// Members that it may send to.
    pub allowed: String,
    /// Blocked members.
    pub blocked: String,
    /// Members who operate it.
    pub operators: String,
}

/// An account.
#[derive(Clone, Debug)]
pub struct AccountPage {
    /// The frame.
    pub console: Console,
    /// The account.
    pub account: Account,
    /// The path of the page. Forms are posted below it.
    pub path: String,
    /// The settings.
    pub settings: SettingsForm,
    /// The greeting.
    pub welcome: String,
    /// Whether the greeting is a picture or a card.
    pub has_other_welcome: bool,
    /// The rules, and an empty one.
    pub rules: Vec<ReplyRule>,
    /// What was tried.
    pub tried: Option<(String, Tried)>,
    /// Whether members may write.
    pub input: bool,
    /// Whether the menu is stopped.
    pub stopped: bool,
    /// The rows of the menu, and empty ones.
    pub menu: Vec<MenuRow>,
    /// The menu as members see it.
    pub preview: MenuPreview,
    /// The revisions of the forms.
    pub revisions: Revisions,
    /// Articles and cards that a menu can open.
    pub targets: Vec<MenuTarget>,
    /// The lists of members.
    pub lists: MemberLists,
    /// Whether the operator may change the operators and disable it.
    pub is_owner: bool,
    /// What was done.
    pub done: Option<String>,
    /// What went wrong.
    pub problem: Option<String>,
    /// What a change takes away, to be confirmed.
    pub warning: Option<Warning>,
}

impl AccountPage {
    /// The warning of a section.
    fn warning_in(&self, section: &str) -> Option<&Warning> {
        self.warning.as_ref().filter(|warning| warning.section == section)
    }
}

#[derive(Template)]
#[template(path = "console/account.html")]
struct AccountTemplate<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    a: &'static AccountTexts,
    view: &'a AccountPage,
}

/// The page of an account.
pub fn account(view: &AccountPage) -> Html {
    let (frame, a) = (Frame::new(&view.console.page), AccountTexts::of(view.console.page.lang));
    AccountTemplate { frame, c: ConsoleFrame::new(&view.console), a, view }.render()
}
