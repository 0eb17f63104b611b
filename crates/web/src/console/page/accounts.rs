//! The pages of service accounts.

use askama::Template;

use super::{Console, ConsoleFrame, DepartmentChoice};
use crate::{
    clean::Picture,
    console::text::accounts::AccountTexts,
    page::{Frame, Html},
    view::Account,
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
    view: &'a Accounts,
}

/// The list of accounts.
pub fn accounts(view: &Accounts) -> Html {
    let (frame, a) = (Frame::new(&view.console.page), AccountTexts::of(view.console.page.lang));
    AccountsPage { frame, c: ConsoleFrame::new(&view.console), a, view }.render()
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
    /// A text.
    Text(String),
    /// A picture or a card.
    Other,
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
