//! The page of a member.

use std::collections::HashSet;

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::Response,
};
use carillon_domain::{contact::user, operator, session};
use carillon_model::{
    contact::Profile,
    error::{Error, Result, Rule},
    id::{DeptId, RoleId, UserId},
};

use super::{Parameters, path};
use crate::{
    console::{
        access::Operator,
        department_choices,
        page::{self, MemberForm, MemberPage, RoleChoice},
        text::members::MemberTexts,
    },
    device,
    routes::{Pages, failed, html, notice},
    security::PageKind,
    view::{MemberSession, NoticeKind},
};

/// Sessions on the page of a member.
const SESSIONS: usize = 20;

/// What the page shows besides the stored member.
#[derive(Default)]
pub struct Overlay {
    pub form: Option<MemberForm>,
    pub link: Option<String>,
    pub done: Option<&'static str>,
    pub problem: Option<&'static str>,
}

/// The page of a member.
pub async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Path(userid): Path<String>,
    Query(query): Parameters,
) -> Response<Body> {
    let m = MemberTexts::of(operator.signed_in.lang);
    let done = query.get("done").and_then(|done| match done.as_str() {
        "saved" => Some(m.saved),
        "ended" => Some(m.sessions_ended),
        "one" => Some(m.session_ended),
        "unlocked" => Some(m.unlocked),
        _ => None,
    });
    respond(&pages, &operator, &UserId::from(userid), Overlay { done, ..Overlay::default() }).await
}

pub async fn respond(
    pages: &Pages,
    operator: &Operator,
    userid: &UserId,
    overlay: Overlay,
) -> Response<Body> {
    let status = if overlay.problem.is_some() { 422 } else { 200 };
    match load(pages, operator, userid, overlay).await {
        Ok(view) => html(status, PageKind::App, page::member(&view)),
        Err(Error::Rule(Rule::UnknownUser)) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load(pages: &Pages, operator: &Operator, userid: &UserId, overlay: Overlay) -> Result<MemberPage> {
    let viewer = operator.viewer(pages);
    let (console, is_owner) = (operator.console(), operator.rights.is_owner());
    let (corp, of) = (operator.corp().clone(), userid.clone());
    let (env, current) = (pages.env.clone(), operator.signed_in.session);
    let read = pages.store.read(operator.corp(), move |tx| {
        let member = user::get(tx, &corp, &of)?;
        let may_reset = is_owner || !operator::is_operator(tx, &corp, member.no)?;
        let held: HashSet<RoleId> = tx.roles_of(&corp, member.no)?.into_iter().collect();
        let roles = tx.roles(&corp)?.into_iter().map(|role| RoleChoice {
            is_chosen: held.contains(&role.id),
            id: role.id.0,
            name: role.name,
        });
        let roles = roles.collect();
        let sessions = session::list(tx, &env, &corp, member.no, SESSIONS)?;
        let sessions = sessions.into_iter().map(|(hash, session)| MemberSession {
            id: session::id(&hash),
            device: device::name(&session.user_agent),
            began: viewer.moment(session.created_at),
            used: (session.used_at.0 > 0).then(|| viewer.moment(session.used_at)),
            ends: viewer.moment(session.expires_at),
            is_this: hash == current,
        });
        let sessions: Vec<MemberSession> = sessions.collect();
        let chosen: HashSet<DeptId> =
            member.departments.iter().map(|membership| membership.dept_id).collect();
        let state = tx.state().corp(&corp)?;
        Ok(MemberPage {
            path: path(&member.userid),
            userid: member.userid.to_string(),
            name: member.profile.name.clone(),
            departments: department_choices(state, &chosen).0,
            roles,
            is_active: member.active,
            sessions,
            may_reset,
            form: overlay.form.unwrap_or_else(|| stored_fields(member.profile)),
            link: overlay.link,
            done: overlay.done,
            problem: overlay.problem,
            zone: viewer.zone(),
            console,
        })
    });
    read.await
}

fn stored_fields(profile: Profile) -> MemberForm {
    MemberForm {
        userid: String::new(),
        name: profile.name,
        mobile: profile.mobile,
        hide_mobile: profile.hide_mobile,
        email: profile.email,
        title: profile.title,
        job_number: profile.job_number,
        telephone: profile.telephone,
        work_place: profile.work_place,
        remark: profile.remark,
    }
}
