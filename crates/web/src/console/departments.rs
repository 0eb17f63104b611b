//! Departments: the tree, one department with its members, and what can be done with it.

mod actions;
mod choices;
mod tree;

use std::collections::{HashMap, HashSet};

use axum::{
    Router,
    body::Body,
    extract::{Path, Query, State},
    http::Response,
    routing::{get, post},
};
use carillon_model::{
    error::{Error, Result, Rule},
    id::DeptId,
    operator::OperatorRole,
};
use carillon_store::CorpState;

use super::{
    Section,
    access::Operator,
    csv,
    list::{self, Address, PER_PAGE, Position},
    members,
    page::{self, DepartmentMove, DepartmentPage},
    text::departments::DepartmentTexts,
    to_page_above,
};
use crate::{
    routes::{Pages, failed, html, notice},
    security::PageKind,
    view::NoticeKind,
};

pub use choices::department_choices;

/// Roles that manage departments.
pub const ROLES: &[OperatorRole] = &[OperatorRole::Members];

/// The routes.
pub fn routes() -> Router<Pages> {
    let page = "/console/departments/{id}";
    let action = |name: &str| format!("{page}/{name}");
    Router::new()
        .route("/console/departments", get(root))
        .route(page, get(show))
        .route(&action("add"), post(actions::add).get(to_page_above))
        .route(&action("rename"), post(actions::rename).get(to_page_above))
        .route(&action("place"), post(actions::place).get(to_page_above))
        .route(&action("members"), post(actions::move_members).get(to_page_above))
        .route(&action("delete"), post(actions::delete).get(to_page_above))
}

fn path(id: DeptId) -> String {
    format!("{}/{id}", Section::Departments.path())
}

type Parameters = HashMap<String, String>;

async fn root(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Query<Parameters>,
) -> Response<Body> {
    if query.contains_key("csv") {
        return file(&pages, &operator, DeptId::ROOT);
    }
    respond(&pages, &operator, DeptId::ROOT, &query, Overlay::default()).await
}

/// The members of a department, without those below, as a file that can be imported again.
fn file(pages: &Pages, operator: &Operator, id: DeptId) -> Response<Body> {
    let numbers = match operator.state.department(id) {
        Ok(node) => node.members.iter().take(csv::MAX_LINES).collect(),
        Err(_) => return notice(operator.page(), NoticeKind::NotFound),
    };
    match members::file_of(pages, operator, numbers) {
        Ok(file) => file,
        Err(error) => failed(operator.page(), &error),
    }
}

async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Path(id): Path<i64>,
    Query(query): Query<Parameters>,
) -> Response<Body> {
    if query.contains_key("csv") {
        return file(&pages, &operator, DeptId(id));
    }
    let t = DepartmentTexts::of(operator.signed_in.lang);
    let done = query.get("done").map(|done| match done.as_str() {
        "added" => t.added,
        "moved" => t.moved,
        "members" => t.members_moved,
        "removed" => t.removed,
        _ => t.saved,
    });
    respond(&pages, &operator, DeptId(id), &query, Overlay { done, ..Overlay::default() }).await
}

/// What the page shows besides the stored department.
#[derive(Default)]
struct Overlay {
    /// The submitted name of a new department, and of this one.
    new_name: String,
    name: Option<String>,
    done: Option<&'static str>,
    problem: Option<&'static str>,
}

async fn respond(
    pages: &Pages,
    operator: &Operator,
    id: DeptId,
    query: &Parameters,
    overlay: Overlay,
) -> Response<Body> {
    let status = if overlay.problem.is_some() { 422 } else { 200 };
    match load(pages, operator, id, query, overlay).await {
        Ok(view) => html(status, PageKind::App, page::department(&view)),
        Err(Error::Rule(Rule::UnknownDepartment)) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load(
    pages: &Pages,
    operator: &Operator,
    id: DeptId,
    query: &Parameters,
    overlay: Overlay,
) -> Result<DepartmentPage> {
    let console = operator.console();
    let position = Position::of(query, list::member_number);
    let corp = operator.corp().clone();
    let read = pages.store.read(operator.corp(), move |tx| {
        let state = tx.state().corp(&corp)?.clone();
        let node = state.department(id)?;
        let found = list::members(&node.members, position, PER_PAGE);
        let members = tx.members(&corp, &found.rows)?;
        let rows = members.into_iter().map(|member| members::row(&state, member)).collect::<Vec<_>>();
        Ok((state, rows, found))
    });
    let (state, rows, found) = read.await?;
    let node = state.department(id)?;
    let from = query.get("from").and_then(|from| from.parse().ok()).unwrap_or(0);
    let chosen = query.get("to").and_then(|to| to.parse().ok()).map(DeptId);
    let total = node.members.len();
    Ok(DepartmentPage {
        tree: tree::rows(&state, id, from),
        crumbs: crumbs(&state, id),
        path: path(id),
        id: id.0,
        name: name(&state, id),
        form_name: overlay.name.unwrap_or_else(|| node.department.profile.name.clone()),
        new_name: overlay.new_name,
        is_root: id == DeptId::ROOT,
        children: node.children.len(),
        below: state.members_below(id).len(),
        placing: placing(&state, id, chosen, query),
        targets: {
            let chosen: HashSet<DeptId> = chosen.into_iter().collect();
            let (listed, are_more) = department_choices(&state, &chosen);
            if are_more { Vec::new() } else { listed }
        },
        target: chosen.map(|id| id.to_string()).unwrap_or_default(),
        rows,
        total,
        pages: Address::new(&path(id), []).pages(&found, |number| number.0.to_string()),
        done: overlay.done,
        problem: overlay.problem,
        console,
    })
}

/// The name of a department; that of the organisation for the root.
fn name(state: &CorpState, id: DeptId) -> String {
    match state.departments.get(&id) {
        Some(node) if id != DeptId::ROOT => node.department.profile.name.clone(),
        _ => state.corp.name.clone(),
    }
}

/// The departments above, from the root on.
fn crumbs(state: &CorpState, id: DeptId) -> Vec<(String, String)> {
    let above = state.lineage(id).into_iter().skip(1).rev();
    above.map(|id| (path(id), name(state, id))).collect()
}

/// The places that the buttons and the form move a department to.
fn placing(state: &CorpState, id: DeptId, to: Option<DeptId>, query: &Parameters) -> DepartmentMove {
    let mut found = DepartmentMove::default();
    let parent = state.departments.get(&id).and_then(|node| node.department.parent_id);
    let Some(siblings) = parent.and_then(|parent| state.departments.get(&parent)).map(|node| &node.children)
    else {
        return found;
    };
    found.parent = parent.unwrap_or(DeptId::ROOT).0;
    let at = siblings.iter().position(|sibling| *sibling == id).unwrap_or_default();
    let after = |steps: usize| siblings.get(at + steps).map(|id| id.0);
    found.up = at.checked_sub(1).and_then(|index| siblings.get(index)).map(|id| id.0);
    found.down = after(1).map(|_| after(2));
    found.is_confirming = to.is_some();
    found.before = query.get("before").and_then(|before| before.parse().ok());
    found
}
