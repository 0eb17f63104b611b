//! View models and templates of the console. An error means that a template failed to render, which no input causes.

mod accounts;
mod apps;
mod articles;
mod audit;
mod calendar;
mod calls;
mod cards;
mod comments;
mod conflict;
mod conversations;
mod departments;
mod dings;
mod drafts;
mod events;
mod groups;
mod imports;
mod members;
mod operators;
mod organisation;
mod over_time;
mod pictures;
mod report;
mod sends;
mod sign_on;
mod start;
mod statistics;
mod system;
mod webhooks;

use askama::Template;

use super::{
    Group, Section,
    text::{ConsoleTexts, drafts::DraftTexts, overdue::OverdueTexts, texts},
};
use crate::{
    page::{Frame, Html},
    text::Lang,
    time::Moment,
    view::{Account, Desk, NoticeKind, Page, Zone},
};

pub use accounts::{
    AccountPage, AccountRow, Accounts, MemberLists, MenuPreview, MenuRow, MenuTarget, ReplyRule, Revisions,
    SettingsForm, Tried, Warning, account, accounts, menu_preview, menu_preview_problem,
};
pub use apps::{AppForm, AppLine, AppPage, Apps, PermissionLine, app, apps};
pub use articles::{
    ArticleConflict, ArticleDifference, ArticleDone, ArticleEditor, ArticleHistory, ArticleLine,
    ArticleState, Articles, DifferenceRow, OldArticle, PieceView, VersionLine, article, article_difference,
    article_history, articles, old_article,
};
pub use audit::{AuditEntry, AuditField, AuditTrail, audit};
pub use calendar::{Calendar, CalendarDay, CalendarLine, calendar};
pub use calls::{CallDetails, CallExplanation, CallLine, CallList, Choice, call, calls};
pub use cards::{ArticleChoice, CardFields, CardLine, CardPage, Cards, ChosenArticle, card, cards};
pub use comments::{CommentLine, CommentPage, CommentQueue, CommentTab, comment, comments};
pub use conflict::Conflict;
pub use conversations::{
    AgentChoice, AnswerForm, AnswerLine, AssigneeTab, ConversationLine, Conversations, MaterialChoice,
    ReplyBox, SavedAnswers, Thread, conversations, saved_answers, thread,
};
pub use departments::{DepartmentMove, DepartmentPage, TreeMore, TreeRow, department};
pub use dings::{DingForm, DingLine, DingPage, DingReceiver, DingSettings, Dings, ding, dings};
pub use drafts::{
    DepartmentChoice, DraftPage, DraftRow, Drafts, MessageFields, MessageForm, PictureFields, ReceiverFields,
    Review, RoleChoice, Rules, draft, drafts, rules,
};
pub use events::{
    AppEvents, AttemptView, DeliveryView, EventLine, EventPage, Events, SubscriptionForm, SubscriptionPage,
    SubscriptionView, event, events, subscription,
};
pub use groups::{
    AddMembers, GroupForm, GroupLine, GroupMember, GroupPage, GroupQuestion, Groups, NewGroupForm, group,
    groups,
};
pub use imports::{ImportLineRow, ImportPage, ImportRow, ImportTab, Imports, import, imports};
pub use members::{MemberForm, MemberPage, MemberRow, Members, member, members};
pub use operators::{OperatorRow, Operators, operators};
pub use organisation::{OrganisationForm, OrganisationPage, organisation};
pub use over_time::{ChartTable, Months, months};
pub use pictures::{
    PictureChoice, PictureChoices, PictureLine, PicturePage, Pictures, UseLine, picture, picture_choices,
    pictures,
};
pub use report::{AnnualReport, ReportChapter, ReportState, annual_report};
pub use sends::{Person, Send, SendResults, SendState, Sends, SentArticle, WaitingSend, results, sends};
pub use sign_on::{SignOnForm, SignOnPage, sign_on};
pub use start::{Start, start};
pub use statistics::{
    FamilyFigures, FigureRow, ListOfDay, Range, StatisticsOverview, StatisticsTopic, TopicTile, list_names,
    statistics_overview, statistics_topic, topic_name, topic_path,
};
pub use system::{BackupView, HeldView, JobLine, LimitLine, SettingLine, SystemPage, system};
pub use webhooks::{WebhookView, Webhooks, webhooks};

/// What every page of the console has.
#[derive(Clone, Debug)]
pub struct Console {
    /// The data that all pages need.
    pub page: Page,
    /// The sections that the operator may open, in their groups. No group is empty.
    pub groups: Vec<(Group, Vec<Section>)>,
    /// The section of the page; `None` for an address that belongs to none.
    pub current: Option<Section>,
    /// Where the operator confirms at the provider of single sign-on what a session alone must not allow; `None` to use the password.
    pub confirmation: Option<String>,
    /// Whether the operator did that in the last minutes.
    pub is_reauthenticated: bool,
}

/// Where the other pages of a list and its file are.
#[derive(Clone, Debug, Default)]
pub struct ListPages {
    /// The first page; `None` on it.
    pub first: Option<String>,
    /// The page before; `None` on the first one.
    pub previous: Option<String>,
    /// The next page; `None` on the last one.
    pub next: Option<String>,
    /// All pages as a file.
    pub csv: String,
    /// Whether filters leave something out.
    pub is_filtered: bool,
}

/// What templates get besides the view.
struct ConsoleFrame<'a> {
    console: &'a Console,
    t: &'static ConsoleTexts,
    lang: Lang,
}

impl<'a> ConsoleFrame<'a> {
    fn new(console: &'a Console) -> ConsoleFrame<'a> {
        ConsoleFrame { console, t: texts(console.page.lang), lang: console.page.lang }
    }

    /// Returns true for the section of the page.
    fn is_current(&self, section: &Section) -> bool {
        self.console.current == Some(*section)
    }

    /// Returns true if the operator may open a section.
    fn opens(&self, section: Section) -> bool {
        self.console.groups.iter().any(|(_, sections)| sections.contains(&section))
    }
}

/// The page for members without a role for a section.
#[derive(Clone, Debug)]
pub struct Denied {
    /// The data that all pages need.
    pub page: Page,
    /// Names of owners, who can give a role.
    pub owners: Vec<String>,
    /// Whether the member has another role, and so a home in the console.
    pub has_home: bool,
}

#[derive(Template)]
#[template(path = "console/denied.html")]
struct DeniedPage<'a> {
    frame: Frame<'a>,
    t: &'static ConsoleTexts,
    next: String,
    has_home: bool,
}

/// Says whom to ask for a role.
pub fn denied(view: &Denied) -> Html {
    let t = texts(view.page.lang);
    let next = if view.owners.is_empty() {
        t.denied_nobody.to_owned()
    } else {
        t.denied_next(&view.owners.join(view.page.lang.list_separator()))
    };
    DeniedPage { frame: Frame::new(&view.page), t, next, has_home: view.has_home }.render()
}

#[derive(Template)]
#[template(path = "console/notice.html")]
struct NoticePage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    heading: &'static str,
    next: &'static str,
}

/// Says why something is not there, in the frame of the console.
pub fn notice(page: Page, desk: Desk, kind: NoticeKind) -> Html {
    let (lang, t) = (page.lang, texts(page.lang));
    let (heading, next) = match kind {
        NoticeKind::NotFound => (lang.texts().not_found, t.not_found_next),
        NoticeKind::Forbidden => (t.denied, t.forbidden_next),
        kind => kind.texts(lang),
    };
    let Desk { groups, current } = desk;
    // Nothing on the page needs a confirmation.
    let console = Console { page, groups, current, confirmation: None, is_reauthenticated: true };
    NoticePage { frame: Frame::new(&console.page), c: ConsoleFrame::new(&console), heading, next }.render()
}

/// The home page.
#[derive(Clone, Debug)]
pub struct Home {
    /// The frame.
    pub console: Console,
    /// Accounts that the operator works with.
    pub accounts: Vec<Account>,
    /// Overdue sends that wait for a decision, those that wait longest first.
    pub held: Vec<Send>,
    /// Whether the operator may decide about sends.
    pub may_decide: bool,
    /// Scheduled sends, the next first.
    pub scheduled: Vec<Send>,
    /// The newest sends.
    pub sent: Vec<Send>,
    /// Whether the operator may see sends.
    pub shows_sends: bool,
    /// Accounts with members who wait for a reply.
    pub waiting: Vec<Waiting>,
    /// The members who wait longest.
    pub longest_waiting: Vec<ConversationLine>,
    /// Accounts with new comments.
    pub new_comments: Vec<Waiting>,
    /// The newest of them.
    pub newest_comments: Vec<CommentLine>,
    /// Sends and articles that are not finished.
    pub drafts: Vec<HomeDraft>,
    /// Drafts that wait for a decision by the operator.
    pub to_approve: Vec<DraftRow>,
    /// Whether the operator approves sends.
    pub shows_approval: bool,
    /// Whether the operator may see conversations.
    pub shows_conversations: bool,
    /// Whether the operator may see comments.
    pub shows_comments: bool,
    /// Whether the operator may see drafts of sends or of articles.
    pub shows_drafts: bool,
    /// The counts, for screen readers.
    pub announcement: String,
    /// The time zone of all times.
    pub zone: Zone,
}

/// A send or an article that is not finished.
#[derive(Clone, Debug)]
pub struct HomeDraft {
    /// What it is told from others by.
    pub key: String,
    /// What it is.
    pub kind: &'static str,
    /// The path of its page.
    pub href: String,
    /// Its title.
    pub title: String,
    /// The name of the account.
    pub account: String,
    /// What is missing.
    pub state: &'static str,
    /// When it was changed.
    pub changed_at: Moment,
}

/// An account with members who wait for a reply, or with new comments.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The name of the account.
    pub account: String,
    /// The path of the list of its conversations, or comments.
    pub href: String,
    /// Their number, such as `3` or `99+`.
    pub count: String,
}

#[derive(Template)]
#[template(path = "console/home.html")]
struct HomePage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    d: &'static DraftTexts,
    ot: &'static OverdueTexts,
    view: &'a Home,
}

/// The home page.
pub fn home(view: &Home) -> Html {
    let frame = Frame::new(&view.console.page);
    let d = DraftTexts::of(view.console.page.lang);
    let ot = OverdueTexts::of(view.console.page.lang);
    HomePage { frame, c: ConsoleFrame::new(&view.console), d, ot, view }.render()
}
