//! What operators do with departments.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::{Form, Path, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_domain::contact::department::{self, MAX_NAME};
use carillon_model::{
    contact::DepartmentProfile,
    env::Env,
    error::{Error, Result, Rule},
    id::{CorpId, DeptId, UserId},
};
use carillon_store::Tx;

use super::{Overlay, path, respond};
use crate::{
    console::{access::Operator, form::Pairs, text::departments::DepartmentTexts},
    routes::{Pages, failed, notice, uncached},
    view::NoticeKind,
};

/// The text of a refusal. `None` for faults of the server.
fn problem(t: &'static DepartmentTexts, error: &Error) -> Option<&'static str> {
    Some(match error {
        Error::Invalid { field, .. } => match field.as_ref() {
            "name" => t.name_invalid,
            "target" => t.no_target,
            "before" => t.place_gone,
            _ => t.too_many,
        },
        Error::Rule(rule) | Error::RuleBecause(rule, _) => match rule {
            Rule::DepartmentNameTaken => t.name_taken,
            Rule::DepartmentNameInvalid => t.name_invalid,
            Rule::DepartmentLoop => t.is_below,
            Rule::DepartmentHasChildren => t.has_children,
            Rule::DepartmentHasMembers => t.has_members,
            Rule::RootDepartmentDelete | Rule::RootDepartmentUpdate => t.is_root,
            Rule::UnknownParentDepartment => t.no_target,
            Rule::UnknownUser => t.unknown_member,
            _ => return None,
        },
        Error::Internal(_) => return None,
    })
}

/// Does a unit of work, and leads to where it says.
async fn finish(
    pages: &Pages,
    operator: &Operator,
    id: DeptId,
    overlay: Overlay,
    (action, work): (&str, impl FnOnce(&mut Tx<'_>, &Env, &CorpId) -> Result<String> + Send + 'static),
) -> Response<Body> {
    let (env, corp) = (pages.env.clone(), operator.corp().clone());
    let signature = operator.signature(pages, action);
    match pages.store.write(operator.corp(), signature, move |tx| work(tx, &env, &corp)).await {
        Ok(leads) => uncached(Redirect::to(&leads).into_response()),
        Err(Error::Rule(Rule::UnknownDepartment)) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => match problem(DepartmentTexts::of(operator.signed_in.lang), &error) {
            Some(problem) => {
                let overlay = Overlay { problem: Some(problem), ..overlay };
                respond(pages, operator, id, &HashMap::new(), overlay).await
            }
            None => failed(operator.page(), &error),
        },
    }
}

fn checked_name(form: &Pairs) -> Result<String> {
    let name = form.text("name").trim();
    if name.is_empty() || name.chars().count() > MAX_NAME {
        return Err(Error::invalid("name", "is empty or too long"));
    }
    Ok(name.to_owned())
}

/// The department that a field names, by its id or path.
fn target(tx: &mut Tx<'_>, corp: &CorpId, text: &str) -> Result<DeptId> {
    let found = department::by_id_or_path(tx.state().corp(corp)?, text);
    found.ok_or_else(|| Error::invalid("target", "is no department"))
}

/// Adds a department below this one.
pub async fn add(
    State(pages): State<Pages>,
    operator: Operator,
    Path(id): Path<i64>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let id = DeptId(id);
    let overlay = Overlay { new_name: form.text("name").to_owned(), ..Overlay::default() };
    let work = move |tx: &mut Tx<'_>, env: &Env, corp: &CorpId| {
        tx.state().corp(corp)?.department(id)?;
        let profile = DepartmentProfile { name: checked_name(&form)?, ..DepartmentProfile::default() };
        let added = department::create(tx, env, corp, id, profile)?.id;
        // New ones come last, as people expect.
        department::place(tx, env, corp, added, (id, None))?;
        Ok(format!("{}?done=added", path(added)))
    };
    finish(&pages, &operator, id, overlay, ("console.department.add", work)).await
}

/// Renames the department.
pub async fn rename(
    State(pages): State<Pages>,
    operator: Operator,
    Path(id): Path<i64>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let id = DeptId(id);
    let overlay = Overlay { name: Some(form.text("name").to_owned()), ..Overlay::default() };
    let work = move |tx: &mut Tx<'_>, env: &Env, corp: &CorpId| {
        let name = checked_name(&form)?;
        department::update(tx, env, corp, id, |department| department.profile.name = name, None)?;
        Ok(format!("{}?done=saved", path(id)))
    };
    finish(&pages, &operator, id, overlay, ("console.department.rename", work)).await
}

/// Moves the department to another place.
pub async fn place(
    State(pages): State<Pages>,
    operator: Operator,
    Path(id): Path<i64>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let id = DeptId(id);
    let work = move |tx: &mut Tx<'_>, env: &Env, corp: &CorpId| {
        let parent = target(tx, corp, form.text("target"))?;
        let before = form.number("before").map(DeptId);
        department::place(tx, env, corp, id, (parent, before))?;
        Ok(format!("{}?done=moved", path(id)))
    };
    finish(&pages, &operator, id, Overlay::default(), ("console.department.place", work)).await
}

/// Moves members of the department to another one.
pub async fn move_members(
    State(pages): State<Pages>,
    operator: Operator,
    Path(id): Path<i64>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let id = DeptId(id);
    let users: Vec<UserId> = form.all("user").map(UserId::from).collect();
    let work = move |tx: &mut Tx<'_>, env: &Env, corp: &CorpId| {
        let to = target(tx, corp, form.text("target"))?;
        department::move_members(tx, env, corp, (id, to), &users)?;
        Ok(format!("{}?done=members", path(id)))
    };
    finish(&pages, &operator, id, Overlay::default(), ("console.department.members", work)).await
}

/// Removes the department, which must be empty.
pub async fn delete(State(pages): State<Pages>, operator: Operator, Path(id): Path<i64>) -> Response<Body> {
    let id = DeptId(id);
    let work = move |tx: &mut Tx<'_>, env: &Env, corp: &CorpId| {
        let parent = tx.state().corp(corp)?.department(id)?.department.parent_id.unwrap_or(DeptId::ROOT);
        department::delete(tx, env, corp, id)?;
        Ok(format!("{}?done=removed", path(parent)))
    };
    finish(&pages, &operator, id, Overlay::default(), ("console.department.delete", work)).await
}
