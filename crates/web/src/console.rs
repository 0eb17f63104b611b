//! The console: pages for operators. Each section says which roles may open it; nothing else decides that.

mod access;
mod accounts;
mod apps;
pub(crate) mod articles;
mod audit;
mod calendar;
mod calls;
mod cards;
mod chart;
mod comments;
mod confirm;
pub(crate) mod conversations;
mod csv;
mod departments;
mod dings;
mod drafts;
mod events;
mod form;
mod groups;
mod home;
mod keyset;
mod list;
mod live;
mod members;
mod operators;
mod organisation;
mod page;
mod pictures;
pub mod rights;
mod sends;
mod sign_on;
mod start;
mod statistics;
mod system;
pub(crate) mod text;
mod webhooks;

use departments::department_choices;
pub(crate) use text::{ConsoleTexts, texts};

use axum::{
    Router,
    body::Body,
    http::{Response, Uri, request::Parts},
    response::Redirect,
    routing::get,
};
use carillon_model::operator::{OperatorRights, OperatorRole};

use crate::{
    page::Html,
    routes::Pages,
    text::Lang,
    view::{Desk, NoticeKind, Page},
};

/// Sections that belong together in the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// What is published, and what became of it.
    Publish,
    /// What members write.
    Answer,
    /// What accounts and members are.
    Manage,
    /// What the numbers are.
    Measure,
    /// What programs do.
    Develop,
    /// Who runs the console.
    Administer,
}

impl Group {
    /// All groups with their sections, in the order of the navigation.
    pub const ALL: [(Self, &[Section]); 6] = [
        (
            Self::Publish,
            &[
                Section::Home,
                Section::Start,
                Section::Articles,
                Section::Pictures,
                Section::Cards,
                Section::Drafts,
                Section::Sends,
                Section::Calendar,
                Section::Dings,
            ],
        ),
        (Self::Answer, &[Section::Conversations, Section::Comments]),
        (Self::Manage, &[Section::Accounts, Section::Members, Section::Departments, Section::Groups]),
        (Self::Measure, &[Section::Statistics, Section::Report]),
        (Self::Develop, &[Section::Apps, Section::Events, Section::Webhooks, Section::Calls]),
        (
            Self::Administer,
            &[Section::Operators, Section::Organisation, Section::SignOn, Section::System, Section::Audit],
        ),
    ];

    /// The heading in the navigation.
    pub fn title(self, lang: Lang) -> &'static str {
        let t = texts(lang);
        match self {
            Self::Publish => t.publish,
            Self::Answer => t.answer,
            Self::Manage => t.manage,
            Self::Measure => text::statistics::StatisticsTexts::of(lang).numbers,
            Self::Develop => t.develop,
            Self::Administer => t.administer,
        }
    }
}

/// A part of the console with an entry in its navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// What needs attention.
    Home,
    /// What an owner of an empty organisation does next.
    Start,
    /// Mass sends, their results and recalls.
    Sends,
    /// Sends that operators prepare.
    Drafts,
    /// What was and will be sent, by day.
    Calendar,
    /// Urgent messages.
    Dings,
    /// Conversations with members, and replies.
    Conversations,
    /// Articles.
    Articles,
    /// The picture library.
    Pictures,
    /// Cards of articles.
    Cards,
    /// Comments on articles.
    Comments,
    /// Service accounts: settings, menus, automatic replies.
    Accounts,
    /// Members, their departments, roles and passwords.
    Members,
    /// Apps, their permissions and secrets.
    Apps,
    /// Statistics of the organisation.
    Statistics,
    /// Its annual reports.
    Report,
    /// Events of apps: deliveries and subscriptions.
    Events,
    /// Reply addresses to try.
    Webhooks,
    /// The tree of departments.
    Departments,
    /// Internal groups.
    Groups,
    /// The journal of calls.
    Calls,
    /// Operators and their roles.
    Operators,
    /// The organisation's name, addresses and look.
    Organisation,
    /// Single sign-on.
    SignOn,
    /// The state of the server.
    System,
    /// The audit trail.
    Audit,
}

impl Section {
    /// All sections, in the order of the navigation.
    pub fn all() -> impl Iterator<Item = Self> {
        Group::ALL.into_iter().flat_map(|(_, sections)| sections.iter().copied())
    }

    /// The path of its first page. All its pages are below.
    pub fn path(self) -> &'static str {
        match self {
            Self::Home => "/console",
            Self::Start => "/console/start",
            Self::Sends => "/console/sends",
            Self::Drafts => "/console/drafts",
            Self::Calendar => "/console/calendar",
            Self::Dings => "/console/dings",
            Self::Conversations => "/console/conversations",
            Self::Articles => "/console/articles",
            Self::Pictures => "/console/pictures",
            Self::Cards => "/console/cards",
            Self::Comments => "/console/comments",
            Self::Accounts => "/console/accounts",
            Self::Members => "/console/members",
            Self::Apps => "/console/apps",
            Self::Statistics => "/console/statistics",
            Self::Report => "/console/report",
            Self::Events => "/console/events",
            Self::Webhooks => "/console/webhooks",
            Self::Departments => "/console/departments",
            Self::Groups => "/console/groups",
            Self::Calls => "/console/calls",
            Self::Operators => "/console/operators",
            Self::Organisation => "/console/organisation",
            Self::SignOn => "/console/sign-on",
            Self::System => "/console/system",
            Self::Audit => "/console/audit",
        }
    }

    /// The roles that may open it. Owners may open every section.
    pub fn roles(self) -> &'static [OperatorRole] {
        match self {
            Self::Home => &OperatorRole::ALL,
            Self::Start => start::ROLES,
            Self::Sends => {
                &[OperatorRole::Editor, OperatorRole::Sender, OperatorRole::Approver, OperatorRole::Analyst]
            }
            Self::Drafts => drafts::ROLES,
            Self::Calendar => calendar::ROLES,
            Self::Dings => dings::ROLES,
            Self::Conversations => conversations::ROLES,
            Self::Articles => articles::ROLES,
            Self::Pictures => pictures::ROLES,
            Self::Cards => cards::ROLES,
            Self::Comments => comments::ROLES,
            Self::Accounts => accounts::ROLES,
            Self::Members => members::ROLES,
            Self::Apps => apps::ROLES,
            Self::Statistics | Self::Report => statistics::ROLES,
            Self::Events => events::ROLES,
            Self::Webhooks => webhooks::ROLES,
            Self::Departments => departments::ROLES,
            Self::Groups => groups::ROLES,
            Self::Calls => &[OperatorRole::Developer],
            Self::Operators => &[],
            Self::Organisation => organisation::ROLES,
            Self::SignOn => sign_on::ROLES,
            Self::System => system::ROLES,
            Self::Audit => &[OperatorRole::Auditor],
        }
    }

    /// Returns true for what is about the whole organisation: a role that is limited to accounts does not suffice.
    fn is_for_all_accounts(self) -> bool {
        matches!(self, Self::Statistics | Self::Report)
    }

    /// Returns true if an operator may open it.
    fn is_open_to(self, rights: &OperatorRights) -> bool {
        if self.is_for_all_accounts() { rights.may_for_all(self.roles()) } else { rights.may(self.roles()) }
    }

    /// The name in the navigation.
    pub fn title(self, lang: Lang) -> &'static str {
        let t = texts(lang);
        match self {
            Self::Home => t.home,
            Self::Start => text::start::StartTexts::of(lang).start,
            Self::Sends => t.sends,
            Self::Drafts => t.drafts,
            Self::Calendar => text::calendar::CalendarTexts::of(lang).calendar,
            Self::Dings => text::dings::DingTexts::of(lang).dings,
            Self::Conversations => t.conversations,
            Self::Articles => text::articles::texts(lang).articles,
            Self::Pictures => text::pictures::texts(lang).pictures,
            Self::Cards => text::cards::CardTexts::of(lang).cards,
            Self::Comments => t.comments,
            Self::Accounts => t.account_settings,
            Self::Members => t.members,
            Self::Apps => text::apps::AppTexts::of(lang).apps,
            Self::Statistics => text::statistics::StatisticsTexts::of(lang).statistics,
            Self::Report => text::statistics::StatisticsTexts::of(lang).reports,
            Self::Events => text::events::EventTexts::of(lang).events,
            Self::Webhooks => text::webhooks::WebhookTexts::of(lang).webhooks,
            Self::Departments => text::departments::DepartmentTexts::of(lang).departments,
            Self::Groups => text::groups::GroupTexts::of(lang).groups,
            Self::Calls => text::calls::texts(lang).calls,
            Self::Operators => t.operators,
            Self::Organisation => text::organisation::OrganisationTexts::of(lang).organisation,
            Self::SignOn => text::sign_on::SignOnTexts::of(lang).sign_on,
            Self::System => text::system::SystemTexts::of(lang).system,
            Self::Audit => t.audit,
        }
    }

    /// Returns true for addresses of the console, whether or not a page has them.
    fn is_of_console(path: &str) -> bool {
        let below = path.strip_prefix(Self::Home.path());
        below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
    }

    /// The section of a path; [`Section::Home`] if it is of no other.
    fn of(path: &str) -> Self {
        let is_below = |section: &Self| {
            path.strip_prefix(section.path()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        Self::all().skip(1).find(is_below).unwrap_or(Self::Home)
    }
}

/// The routes. Their handlers take an [`access::Operator`], which refuses everybody without a role for the section.
pub fn routes() -> Router<Pages> {
    Router::new()
        .merge(accounts::routes())
        .merge(apps::routes())
        .merge(events::routes())
        .merge(drafts::routes())
        .merge(members::routes())
        .merge(departments::routes())
        .merge(dings::routes())
        .merge(groups::routes())
        .merge(articles::routes())
        .merge(statistics::routes())
        .merge(organisation::routes())
        .merge(sign_on::routes())
        .merge(start::routes())
        .merge(system::routes())
        .merge(pictures::routes())
        .merge(cards::routes())
        .merge(conversations::routes())
        .merge(comments::routes())
        .route("/console", get(home::show))
        .route("/console/live", get(live::events))
        .route("/console/confirm", get(to_page_above).post(confirm::confirm))
        .route("/console/sends", get(sends::list))
        .route("/console/calendar", get(calendar::show))
        .route("/console/sends/{unionid}/months", get(sends::months))
        .route("/console/sends/{unionid}/{task}", get(sends::show))
        .route("/console/sends/{unionid}/{task}/recall", get(to_page_above).post(sends::recall))
        .route("/console/webhooks", get(webhooks::show))
        .route("/console/calls", get(calls::list))
        .route("/console/calls/record", get(to_page_above).post(calls::record))
        .route("/console/calls/{request_id}", get(calls::show))
        .route("/console/operators", get(operators::list).post(operators::set))
        .route("/console/operators/link", get(to_page_above).post(operators::link))
        .route("/console/audit", get(audit::list))
}

/// The response to a request for a page below the console that there is not. `None` for addresses elsewhere.
pub(crate) async fn missing(pages: &Pages, request: &Parts) -> Option<Response<Body>> {
    match Section::is_of_console(request.uri.path()) {
        true => Some(access::missing(pages, request).await),
        false => None,
    }
}

/// The page that says, in the frame of the console, why something is not there.
pub(crate) fn notice(page: Page, desk: Desk, kind: NoticeKind) -> Html {
    page::notice(page, desk, kind)
}

/// Leads from the path of an action to the page that has its form: a browser goes there by GET after it had to sign in again.
async fn to_page_above(uri: Uri) -> Redirect {
    Redirect::to(uri.path().rsplit_once('/').map_or(Section::Home.path(), |(above, _)| above))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_belongs_to_the_section_that_it_begins_with() {
        assert_eq!(Section::of("/console"), Section::Home);
        assert_eq!(Section::of("/console/sends/a/b/recall"), Section::Sends);
        assert_eq!(Section::of("/console/operators"), Section::Operators);
        assert_eq!(Section::of("/console/sendsx"), Section::Home);
        assert!(Section::is_of_console("/console/sendsx") && Section::is_of_console("/console"));
        assert!(!Section::is_of_console("/consoles") && !Section::is_of_console("/inbox/console"));
    }
}
