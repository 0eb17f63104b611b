//! Members: search, profile with departments and roles, first and lost passwords, sessions.

mod actions;
mod form;
mod import;
mod list;
mod profile;

use std::collections::HashMap;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, Query},
    response::Redirect,
    routing::{get, post},
};
use carillon_model::{id::UserId, operator::OperatorRole};

use super::{Section, to_page_above};
use crate::{paths, routes::Pages};

pub use list::{file_of, row};

/// Roles that manage members.
pub const ROLES: &[OperatorRole] = &[OperatorRole::Members];

/// The routes.
pub fn routes() -> Router<Pages> {
    let page = "/console/members/{userid}";
    let action = |name: &str| format!("{page}/{name}");
    Router::new()
        .route("/console/members", get(list::show).post(list::add))
        .route(
            "/console/members/import",
            get(import::list).post(import::submit).layer(DefaultBodyLimit::max(import::FORM_BYTES)),
        )
        .route("/console/members/import/template", get(import::template))
        .route("/console/members/import/{id}", get(import::show))
        .route("/console/members/import/{id}/problems", get(import::problems))
        .route("/console/members/import/{id}/apply", get(to_page_above).post(import::apply))
        .route("/console/members/import/{id}/cancel", get(to_page_above).post(import::cancel))
        .route(page, get(profile::show))
        .route(&action("profile"), get(to_page_above).post(actions::set_profile))
        .route(&action("link"), get(to_page_above).post(actions::link))
        .route(&action("end"), get(to_page_above).post(actions::end_sessions))
        .route(&action("sessions/{session}/end"), get(to_member).post(actions::end_session))
        .route(&action("unlock"), get(to_page_above).post(actions::unlock))
        .route(&action("delete"), post(actions::delete).get(to_page_above))
}

/// Leads from the form of a session to the page of the member.
async fn to_member(Path(member): Path<HashMap<String, String>>) -> Redirect {
    Redirect::to(&path(&UserId::from(member.get("userid").map_or("", String::as_str))))
}

/// The pages below the list that are not those of a member.
const OWN_PAGES: [&str; 1] = ["import"];

/// The path of the page of a member. A member may have the name of another page, which the router compares before it decodes.
fn path(userid: &UserId) -> String {
    let name = match userid.as_str() {
        taken if OWN_PAGES.contains(&taken) => {
            taken.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>()
        }
        free => paths::encode(free),
    };
    format!("{}/{name}", Section::Members.path())
}

type Parameters = Query<HashMap<String, String>>;
