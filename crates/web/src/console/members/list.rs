//! The list of members, as a page and as a file, and the form of a new one.

use std::collections::{HashMap, HashSet};

use axum::{
    body::Body,
    extract::{Form, Query, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_domain::contact::manage::{self, MAX_SEARCH, MemberFilter, SignInState};
use carillon_model::{
    contact::{Member, Membership},
    error::Result,
    id::{DeptId, MemberNo, UserId},
};
use carillon_store::CorpState;

use super::{
    Parameters,
    form::{check, edit, fields, problem},
    path,
};
use crate::{
    console::{
        Section,
        access::Operator,
        csv, department_choices,
        form::Pairs,
        list::{self, Address, PER_PAGE, Position},
        page::{self, MemberForm, MemberRow, Members},
        text::members::MemberTexts,
    },
    routes::{Pages, failed, html, uncached},
    security::PageKind,
};

/// Members that a file reads at once.
const CSV_BATCH: usize = 1_000;

/// The list.
pub async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Parameters,
) -> Response<Body> {
    if query.contains_key("csv") {
        return match file(&pages, &operator, &query).await {
            Ok(file) => file,
            Err(error) => failed(operator.page(), &error),
        };
    }
    respond_list(&pages, &operator, &query, MemberForm::default(), None).await
}

/// The filter of a list, as its address has it.
fn filter(query: &HashMap<String, String>) -> MemberFilter {
    let search = query.get("search").map(|text| text.trim().chars().take(MAX_SEARCH).collect());
    MemberFilter {
        search: search.unwrap_or_default(),
        department: query.get("department").and_then(|id| id.parse().ok()).map(DeptId),
        sign_in: query.get("sign_in").and_then(|name| SignInState::parse(name)),
    }
}

/// The members of the list as a file, which can be imported again. Who is in it is decided at once; what they are is read in parts.
async fn file(pages: &Pages, operator: &Operator, query: &HashMap<String, String>) -> Result<Response<Body>> {
    let (filter, corp) = (filter(query), operator.corp().clone());
    let read = pages.store.read(operator.corp(), move |tx| {
        let found = manage::find(tx, &corp, &filter)?;
        Ok(found.iter().take(csv::MAX_LINES).collect::<Vec<MemberNo>>())
    });
    file_of(pages, operator, read.await?)
}

/// Members as a file.
pub fn file_of(pages: &Pages, operator: &Operator, numbers: Vec<MemberNo>) -> Result<Response<Body>> {
    let m = MemberTexts::of(operator.signed_in.lang);
    let headings = [m.user_id, m.name, m.mobile, m.email, m.job_title, m.departments];
    csv::stored(pages, operator, "members", &headings, 0, move |tx, viewer, from: usize| {
        let until = (from + CSV_BATCH).min(numbers.len());
        let members = tx.members(&viewer.corp, numbers.get(from..until).unwrap_or_default())?;
        let state = tx.state().corp(&viewer.corp)?;
        let lines = members.into_iter().map(|member| line(state, member)).collect();
        Ok((lines, (until < numbers.len()).then_some(until)))
    })
}

fn line(state: &CorpState, member: Member) -> Vec<String> {
    let paths: Vec<String> =
        member.departments.iter().map(|membership| department_path(state, membership.dept_id)).collect();
    let profile = member.profile;
    vec![
        member.userid.to_string(),
        profile.name,
        profile.mobile,
        profile.email,
        profile.title,
        paths.join(";"),
    ]
}

/// The path of a department as lists have it. The root has none of its own, and a path of digits begins with a slash.
fn department_path(state: &CorpState, id: DeptId) -> String {
    let mut names: Vec<&str> = state
        .lineage(id)
        .into_iter()
        .filter(|id| *id != DeptId::ROOT)
        .filter_map(|id| state.departments.get(&id))
        .map(|node| node.department.profile.name.as_str())
        .collect();
    names.reverse();
    let path = names.join("/");
    if path.bytes().all(|byte| byte.is_ascii_digit()) { format!("/{path}") } else { path }
}

async fn respond_list(
    pages: &Pages,
    operator: &Operator,
    query: &HashMap<String, String>,
    form: MemberForm,
    problem: Option<&'static str>,
) -> Response<Body> {
    let status = if problem.is_some() { 422 } else { 200 };
    match load_list(pages, operator, query, form, problem).await {
        Ok(view) => html(status, PageKind::App, page::members(&view)),
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load_list(
    pages: &Pages,
    operator: &Operator,
    query: &HashMap<String, String>,
    form: MemberForm,
    problem: Option<&'static str>,
) -> Result<Members> {
    let filter = filter(query);
    let position = Position::of(query, list::member_number);
    let chosen: HashSet<DeptId> = filter.department.into_iter().collect();
    let departments = department_choices(&operator.state, &chosen).0;
    let (corp, wanted) = (operator.corp().clone(), filter.clone());
    let read = pages.store.read(operator.corp(), move |tx| {
        let found = manage::find(tx, &corp, &wanted)?;
        let listed = list::members(&found, position, PER_PAGE);
        let members = tx.members(&corp, &listed.rows)?;
        let state = tx.state().corp(&corp)?;
        let rows = members.into_iter().map(|member| row(state, member)).collect::<Vec<_>>();
        Ok((rows, listed, found.len()))
    });
    let (rows, listed, total) = read.await?;
    let sign_in = filter.sign_in.map(SignInState::as_str).unwrap_or_default();
    let filters = [
        ("search", filter.search.clone()),
        ("department", filter.department.map_or_else(String::new, |id| id.to_string())),
        ("sign_in", sign_in.to_owned()),
    ];
    Ok(Members {
        console: operator.console(),
        search: filter.search,
        sign_in,
        departments,
        rows,
        total,
        pages: Address::new(Section::Members.path(), filters).pages(&listed, |number| number.0.to_string()),
        form,
        problem,
    })
}

/// A member in a list.
pub fn row(state: &CorpState, member: Member) -> MemberRow {
    let name = |membership: &Membership| match state.departments.get(&membership.dept_id) {
        Some(_) if membership.dept_id == DeptId::ROOT => state.corp.name.clone(),
        Some(node) => node.department.profile.name.clone(),
        None => membership.dept_id.to_string(),
    };
    let names: Vec<String> = member.departments.iter().map(name).collect();
    MemberRow {
        href: path(&member.userid),
        name: member.profile.name,
        userid: member.userid.to_string(),
        title: member.profile.title,
        departments: names.join("、"),
        is_active: member.active,
    }
}

/// Adds a member, without a password: a link lets the member choose one.
pub async fn add(State(pages): State<Pages>, operator: Operator, Form(form): Form<Pairs>) -> Response<Body> {
    let (submitted, fits) = fields(&form);
    let department = form.number("department").map(DeptId);
    let (env, corp, new) = (pages.env.clone(), operator.corp().clone(), submitted.clone());
    let signature = operator.signature(&pages, "console.member.add");
    let added = pages.store.write(operator.corp(), signature, move |tx| {
        check(&new, fits, department.is_some())?;
        let userid = Some(new.userid.clone()).filter(|userid| !userid.is_empty()).map(UserId::from);
        let mut edit = edit(new);
        edit.departments = Some(department.into_iter().collect());
        Ok(manage::add(tx, &env, &corp, userid, edit)?.userid)
    });
    match added.await {
        Ok(userid) => uncached(Redirect::to(&path(&userid)).into_response()),
        Err(error) => match problem(MemberTexts::of(operator.signed_in.lang), &error) {
            Some(problem) => {
                let query =
                    department.map(|id| ("department".to_owned(), id.to_string())).into_iter().collect();
                respond_list(&pages, &operator, &query, submitted, Some(problem)).await
            }
            None => failed(operator.page(), &error),
        },
    }
}
