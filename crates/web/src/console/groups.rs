//! Internal groups: the list, one group with its members, and what can be done with it.

mod actions;
mod show;

use std::collections::HashMap;

use axum::{
    Router,
    body::Body,
    extract::{Query, State},
    http::Response,
    routing::get,
};
use carillon_domain::group::{self, GroupSelection, GroupWithOwner};
use carillon_model::{
    error::Result,
    group::GroupKind,
    id::{ConversationId, GroupNo, UserId},
    operator::OperatorRole,
};
use carillon_store::GroupPosition;

use super::{
    Section,
    access::Operator,
    csv, department_choices,
    list::{self, Address, PER_PAGE, Position},
    page::{self, GroupLine, Groups, NewGroupForm},
    text::groups::GroupTexts,
    to_page_above,
};
use crate::{
    paths,
    routes::{Pages, Viewer, failed, html},
    security::PageKind,
};

/// Roles that manage groups.
pub const ROLES: &[OperatorRole] = &[OperatorRole::Members];
/// Groups that a file reads at once.
const CSV_BATCH: usize = 500;

/// The routes.
pub fn routes() -> Router<Pages> {
    let page = "/console/groups/{id}";
    let action = |name: &str| format!("{page}/{name}");
    Router::new()
        .route("/console/groups", get(list).post(actions::create))
        .route(page, get(show::show))
        .route(&action("settings"), get(to_page_above).post(actions::set))
        .route(&action("add"), get(to_page_above).post(actions::add))
        .route(&action("members"), get(to_page_above).post(actions::members))
        .route(&action("dissolve"), get(to_page_above).post(actions::dissolve))
}

/// The path of the page of a group.
fn path(id: &ConversationId) -> String {
    format!("{}/{}", Section::Groups.path(), paths::encode(id.as_str()))
}

type Parameters = HashMap<String, String>;

/// The filters of the list.
#[derive(Clone, Default)]
struct Filter {
    title: String,
    kind: Option<GroupKind>,
    owner: String,
    with_dissolved: bool,
}

impl Filter {
    fn of(query: &Parameters) -> Self {
        Self {
            title: list::filter(query, "title"),
            kind: query.get("kind").and_then(|number| number.parse().ok()).and_then(GroupKind::parse),
            owner: list::filter(query, "owner"),
            with_dissolved: query.get("dissolved").is_some_and(|value| value == "1"),
        }
    }

    fn address(&self) -> Address {
        let kind = self.kind.map_or_else(String::new, |kind| kind.number().to_string());
        let dissolved = if self.with_dissolved { "1" } else { "" };
        let filters = [
            ("title", self.title.clone()),
            ("kind", kind),
            ("owner", self.owner.clone()),
            ("dissolved", dissolved.to_owned()),
        ];
        Address::new(Section::Groups.path(), filters)
    }

    fn selection(&self) -> GroupSelection {
        GroupSelection {
            title: self.title.clone(),
            kind: self.kind,
            owner: Some(self.owner.as_str()).filter(|owner| !owner.is_empty()).map(UserId::from),
            with_dissolved: self.with_dissolved,
        }
    }
}

async fn list(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Query<Parameters>,
) -> Response<Body> {
    if query.contains_key("csv") {
        return csv::page(&operator, file(&pages, &operator, &Filter::of(&query)).map(Some));
    }
    respond(&pages, &operator, &query, NewGroupForm::default(), None).await
}

async fn respond(
    pages: &Pages,
    operator: &Operator,
    query: &Parameters,
    form: NewGroupForm,
    problem: Option<String>,
) -> Response<Body> {
    let status = if problem.is_some() { 422 } else { 200 };
    match load(pages, operator, query, form, problem).await {
        Ok(view) => html(status, PageKind::App, page::groups(&view)),
        Err(error) => failed(operator.page(), &error),
    }
}

/// The position as the store reads it.
fn select(position: &Position<GroupNo>) -> GroupPosition {
    match position {
        Position::First => GroupPosition::OlderThan(GroupNo(i64::MAX)),
        Position::After(number) => GroupPosition::OlderThan(*number),
        Position::Before(number) => GroupPosition::NewerThan(*number),
    }
}

async fn load(
    pages: &Pages,
    operator: &Operator,
    query: &Parameters,
    form: NewGroupForm,
    problem: Option<String>,
) -> Result<Groups> {
    let (viewer, filter) = (operator.viewer(pages), Filter::of(query));
    let position = Position::of(query, |text| text.parse().ok().map(GroupNo));
    let (corp, selection) = (operator.corp().clone(), filter.selection());
    let read = pages.store.read(operator.corp(), move |tx| {
        list::read(position, PER_PAGE, |position, most| {
            group::select(tx, &corp, &selection, select(position), most)
        })
    });
    let found = read.await?;
    let chosen = form.department.into_iter().collect();
    Ok(Groups {
        console: operator.console(),
        pages: filter.address().pages(&found, |found| found.group.no.0.to_string()),
        title: filter.title,
        kind: filter.kind.map_or(0, GroupKind::number),
        owner: filter.owner,
        with_dissolved: filter.with_dissolved,
        departments: department_choices(&operator.state, &chosen).0,
        groups: found.rows.into_iter().map(|found| line(&viewer, found)).collect(),
        zone: viewer.zone(),
        form,
        problem,
    })
}

fn line(viewer: &Viewer, found: GroupWithOwner) -> GroupLine {
    let GroupWithOwner { group, owner } = found;
    let g = GroupTexts::of(viewer.lang);
    GroupLine {
        href: path(&group.id),
        title: g.title_of(&group.title),
        kind: g.kind(group.kind),
        owner: owner.map(|(userid, name)| (userid.to_string(), name)),
        members: group.member_count,
        created: viewer.moment(group.created_at),
        active: viewer.moment(group.active_at),
        dissolved: group.dissolved_at.map(|at| viewer.moment(at)),
    }
}

/// The list as a file.
fn file(pages: &Pages, operator: &Operator, filter: &Filter) -> Result<Response<Body>> {
    let g = GroupTexts::of(operator.signed_in.lang);
    let headings =
        [g.title, g.kind, g.owner, g.owner_id, g.members, g.created, g.active, g.dissolved_at, g.id];
    let (selection, first) = (filter.selection(), GroupPosition::OlderThan(GroupNo(i64::MAX)));
    csv::stored(pages, operator, "groups", &headings, first, move |tx, viewer, position| {
        let groups = group::select(tx, &viewer.corp, &selection, position, CSV_BATCH)?;
        let last = groups.last().filter(|_| groups.len() == CSV_BATCH);
        let next = last.map(|found| GroupPosition::OlderThan(found.group.no));
        Ok((groups.into_iter().map(|found| cells(viewer, found)).collect(), next))
    })
}

fn cells(viewer: &Viewer, found: GroupWithOwner) -> Vec<String> {
    let id = found.group.id.to_string();
    let line = line(viewer, found);
    let (userid, name) = line.owner.unwrap_or_default();
    vec![
        line.title,
        line.kind.to_owned(),
        name,
        userid,
        line.members.to_string(),
        line.created.full,
        line.active.full,
        line.dissolved.map_or_else(String::new, |at| at.full),
        id,
    ]
}
