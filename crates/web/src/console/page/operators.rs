//! The page of operators.

use askama::Template;

use carillon_model::operator::OperatorRole;

use super::{Console, ConsoleFrame, ListPages};
use crate::{
    console::text::{self, lists::ListTexts},
    page::{Frame, Html},
    view::Account,
};

/// The list of operators.
#[derive(Clone, Debug)]
pub struct Operators {
    /// The frame.
    pub console: Console,
    /// The operators, by `userid`.
    pub operators: Vec<OperatorRow>,
    /// A part of the name or of the userid.
    pub search: String,
    /// The role that they have; empty for any.
    pub role: String,
    /// The other pages.
    pub pages: ListPages,
    /// The accounts to choose from.
    pub accounts: Vec<Account>,
    /// A link that was just made, with the `userid` that it is for.
    pub link: Option<(String, String)>,
    /// Why the form was refused.
    pub problem: Option<String>,
}

/// An operator.
#[derive(Clone, Debug)]
pub struct OperatorRow {
    /// The `userid`.
    pub userid: String,
    /// The name.
    pub name: String,
    /// Names of the roles.
    pub roles: Vec<String>,
    /// Names of the accounts that list the member as their operator.
    pub operates: Vec<String>,
    /// Whether roles were granted, so that they can be taken away.
    pub is_granted: bool,
}

#[derive(Template)]
#[template(path = "console/operators.html")]
struct OperatorsPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    l: &'static ListTexts,
    view: &'a Operators,
    roles: [(&'static str, &'static str, &'static str, bool); 9],
}

/// The list of operators.
pub fn operators(view: &Operators) -> Html {
    let lang = view.console.page.lang;
    let roles = OperatorRole::ALL.map(|role| {
        let (name, does) = text::role(lang, role);
        (role.as_str(), name, does, role.can_be_limited())
    });
    let frame = Frame::new(&view.console.page);
    let l = ListTexts::of(lang);
    OperatorsPage { frame, c: ConsoleFrame::new(&view.console), l, view, roles }.render()
}
