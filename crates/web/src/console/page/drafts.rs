//! The pages of sends that operators prepare.

use askama::Template;

use super::{CardFields, Console, ConsoleFrame, ListPages, Person, PictureChoice};
use crate::{
    clean::Picture,
    console::text::{
        cards::CardTexts,
        drafts::DraftTexts,
        lists::ListTexts,
        pictures::{PictureTexts, texts},
    },
    page::{Frame, Html},
    time::Moment,
    view::{Account, ButtonLayout, DingChannel, MessageBody, Zone},
};

/// A draft in a list.
#[derive(Clone, Debug)]
pub struct DraftRow {
    /// The path of its page.
    pub href: String,
    /// The name of the account.
    pub account: String,
    /// The message in one line.
    pub title: String,
    /// Where its approval stands.
    pub state: &'static str,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    pub changed_at: Moment,
}

/// The drafts of an account.
#[derive(Clone, Debug)]
pub struct Drafts {
    /// The frame.
    pub console: Console,
    /// The accounts to choose from.
    pub accounts: Vec<Account>,
    /// The chosen account; absent if the operator has none.
    pub account: Option<Account>,
    /// The drafts, the last changed first.
    pub drafts: Vec<DraftRow>,
    /// Whether the operator may add one.
    pub may_write: bool,
    /// The path of the rules for sends; absent for operators who may not set them.
    pub rules: Option<String>,
    /// What went wrong.
    pub problem: Option<&'static str>,
    /// What is searched for.
    pub search: String,
    /// The other pages.
    pub pages: ListPages,
    /// Where a search that gave up goes on.
    pub further: Option<String>,
    /// The time zone of all times.
    pub zone: Zone,
}

#[derive(Template)]
#[template(path = "console/drafts.html")]
struct DraftsPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    d: &'static DraftTexts,
    l: &'static ListTexts,
    view: &'a Drafts,
}

/// The list of drafts.
pub fn drafts(view: &Drafts) -> Html {
    let (frame, d) = (Frame::new(&view.console.page), DraftTexts::of(view.console.page.lang));
    let l = ListTexts::of(view.console.page.lang);
    DraftsPage { frame, c: ConsoleFrame::new(&view.console), d, l, view }.render()
}

/// The kinds of message that the form writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageForm {
    /// Plain text.
    Text,
    /// A card of articles.
    Articles,
    /// A picture of the library.
    Picture,
    /// A link.
    Link,
    /// Markdown.
    Markdown,
}

impl MessageForm {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 5] = [Self::Text, Self::Articles, Self::Picture, Self::Link, Self::Markdown];

    /// The value in addresses and forms.
    pub fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Articles => "articles",
            Self::Picture => "picture",
            Self::Link => "link",
            Self::Markdown => "markdown",
        }
    }

    /// The form of a value.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.code() == code)
    }

    fn name(self, d: &DraftTexts) -> &'static str {
        match self {
            Self::Text => d.text,
            Self::Articles => d.articles,
            Self::Picture => d.picture,
            Self::Link => d.link,
            Self::Markdown => d.markdown,
        }
    }
}

/// The fields of the message form.
#[derive(Clone, Debug, Default)]
pub struct MessageFields {
    /// The text, or the markdown.
    pub text: String,
    /// The title.
    pub title: String,
    /// The address of a link.
    pub url: String,
    /// The media id of a picture.
    pub picture: String,
}

/// A picture in the form of a message.
#[derive(Clone, Debug)]
pub struct PictureFields {
    /// The chosen picture.
    pub chosen: Option<Picture>,
    /// Its name; empty for one that is not in the library.
    pub name: String,
    /// The newest pictures of the library, to choose from without script.
    pub newest: Vec<PictureChoice>,
    /// The path of the list of the picker.
    pub choices: String,
    /// The path of the library.
    pub library: String,
}

/// A department to choose.
#[derive(Clone, Debug)]
pub struct DepartmentChoice {
    /// `dept_id`.
    pub id: i64,
    /// The name.
    pub name: String,
    /// The depth in the tree, 0 to 8: deeper ones look like the eighth.
    pub depth: usize,
    /// Whether it is chosen.
    pub is_chosen: bool,
}

/// A role to choose.
#[derive(Clone, Debug)]
pub struct RoleChoice {
    /// `role_id`.
    pub id: i64,
    /// The name.
    pub name: String,
    /// Whether it is chosen.
    pub is_chosen: bool,
}

/// The form of the receivers.
#[derive(Clone, Debug)]
pub struct ReceiverFields {
    /// Everybody.
    pub all: bool,
    /// Departments, in the order of the tree.
    pub departments: Vec<DepartmentChoice>,
    /// Whether there are more departments than are listed.
    pub are_more: bool,
    /// Roles.
    pub roles: Vec<RoleChoice>,
    /// Userids, one a line.
    pub users: String,
    /// What members are searched for.
    pub find: String,
    /// Found members.
    pub found: Vec<Person>,
}

/// Whom the send would reach, and what stands in its way.
#[derive(Clone, Debug, Default)]
pub struct Review {
    /// Members who would get it.
    pub receivers: u64,
    /// Why others would not get it, and what else to know.
    pub notes: Vec<String>,
    /// What has to be done before it can be sent.
    pub obstacles: Vec<String>,
    /// Sends that the limits leave today.
    pub sends_left: Option<u64>,
    /// Receivers that the limits leave today.
    pub receivers_left: Option<u64>,
    /// The number that has to be typed; absent if none.
    pub confirm: bool,
}

/// A send that is being prepared.
#[derive(Clone, Debug)]
pub struct DraftPage {
    /// The frame.
    pub console: Console,
    /// The account.
    pub account: Account,
    /// The path of the page. Forms are posted below it.
    pub path: String,
    /// The version that forms change.
    pub version: i64,
    /// The message in one line.
    pub title: String,
    /// Where its approval stands, who decided and why.
    pub state: &'static str,
    /// Who requested or decided.
    pub decided: Option<String>,
    /// The reason of a rejection.
    pub note: String,
    /// The kind of message that the form shows; `None` for one that no form writes.
    pub form: Option<MessageForm>,
    /// Its fields.
    pub message: MessageFields,
    /// The articles of the form.
    pub articles: CardFields,
    /// The picture of the form; `None` in other forms.
    pub picture: Option<PictureFields>,
    /// Options of the send.
    pub allow_comment: bool,
    /// Whether only selected comments are shown.
    pub only_selected: bool,
    /// Whether it is shown on the page of the account.
    pub show_homepage: bool,
    /// The message as members see it.
    pub body: Option<MessageBody>,
    /// The receivers.
    pub receivers: ReceiverFields,
    /// The time, as the field has it: `2026-11-30T09:00`; empty for at once.
    pub due: String,
    /// The time, and how far away it is.
    pub due_at: Option<(Moment, String)>,
    /// Whom it would reach.
    pub review: Option<Review>,
    /// Whether the operator may change it.
    pub may_write: bool,
    /// Whether the operator may send it.
    pub may_send: bool,
    /// Whether approval can be asked for now.
    pub may_ask: bool,
    /// Whether the operator can decide now.
    pub may_decide: bool,
    /// What was done.
    pub done: Option<&'static str>,
    /// What went wrong.
    pub problems: Vec<String>,
    /// The time zone of all times.
    pub zone: Zone,
}

#[derive(Template)]
#[template(path = "console/draft.html")]
struct DraftTemplate<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    d: &'static DraftTexts,
    kt: &'static CardTexts,
    p: &'static PictureTexts,
    view: &'a DraftPage,
}

/// The page of a draft.
pub fn draft(view: &DraftPage) -> Html {
    let lang = view.console.page.lang;
    let (frame, d, kt) = (Frame::new(&view.console.page), DraftTexts::of(lang), CardTexts::of(lang));
    DraftTemplate { frame, c: ConsoleFrame::new(&view.console), d, kt, p: texts(lang), view }.render()
}

/// The rules for sends of an account.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The frame.
    pub console: Console,
    /// The account.
    pub account: Account,
    /// The path of the page.
    pub path: String,
    /// The revision that the form is based on.
    pub revision: String,
    /// The approval policy by its name.
    pub approval: &'static str,
    /// Whether nobody may approve what they wrote.
    pub four_eyes: bool,
    /// When quiet hours begin, `22:00`; empty without.
    pub from: String,
    /// When they end.
    pub until: String,
    /// The number of receivers above which it has to be typed; empty for never.
    pub confirm_above: String,
    /// What was done.
    pub done: Option<&'static str>,
    /// What went wrong.
    pub problem: Option<&'static str>,
    /// The time zone of all times.
    pub zone: Zone,
}

#[derive(Template)]
#[template(path = "console/draft_rules.html")]
struct RulesPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    d: &'static DraftTexts,
    view: &'a Rules,
}

/// The page of the rules.
pub fn rules(view: &Rules) -> Html {
    let (frame, d) = (Frame::new(&view.console.page), DraftTexts::of(view.console.page.lang));
    RulesPage { frame, c: ConsoleFrame::new(&view.console), d, view }.render()
}
