//! What operators do with a member.

use axum::{
    body::Body,
    extract::{Form, Path, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_domain::{
    contact::{
        manage::{self, Resets},
        user,
    },
    operator, session,
};
use carillon_model::{
    error::{Error, Result, Rule},
    id::{CorpId, DeptId, RoleId, UserId},
};
use carillon_store::Tx;

use super::{
    form::{check, edit, fields, problem},
    path,
    profile::{Overlay, respond},
};
use crate::{
    console::{Section, access::Operator, form::Pairs, page::MemberForm, text::members::MemberTexts},
    paths,
    routes::{Pages, failed, notice, uncached},
    view::NoticeKind,
};

/// Does a unit of work with a member, and leads back to the page. `resets` refuses operators unless an owner does it: a reset of an
/// operator would give the rights of that operator.
async fn write<T: Send + 'static>(
    pages: &Pages,
    operator: &Operator,
    userid: &UserId,
    (action, resets): (&str, Resets),
    work: impl FnOnce(&mut Tx<'_>, &CorpId, &UserId) -> Result<T> + Send + 'static,
) -> Result<T> {
    let (corp, of) = (operator.corp().clone(), userid.clone());
    let resets = if operator.rights.is_owner() { Resets::OfAll } else { resets };
    let signature = operator.signature(pages, action);
    pages
        .store
        .write(operator.corp(), signature, move |tx| {
            manage::resettable(tx, &corp, &of, resets)?;
            work(tx, &corp, &of)
        })
        .await
}

async fn finish(
    pages: &Pages,
    operator: &Operator,
    userid: &UserId,
    form: Option<MemberForm>,
    leads: Result<String>,
) -> Response<Body> {
    match leads {
        Ok(leads) => uncached(Redirect::to(&leads).into_response()),
        Err(Error::Rule(Rule::UnknownUser)) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => match problem(MemberTexts::of(operator.signed_in.lang), &error) {
            Some(problem) => {
                let overlay = Overlay { form, problem: Some(problem), ..Overlay::default() };
                respond(pages, operator, userid, overlay).await
            }
            None => failed(operator.page(), &error),
        },
    }
}

pub async fn set_profile(
    State(pages): State<Pages>,
    operator: Operator,
    Path(userid): Path<String>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let userid = UserId::from(userid);
    let (submitted, fits) = fields(&form);
    let chosen: Vec<DeptId> = form.numbers("department").into_iter().map(DeptId).collect();
    let roles: Vec<RoleId> = form.numbers("role").into_iter().map(RoleId).collect();
    let (env, new) = (pages.env.clone(), submitted.clone());
    let resets = if operator.rights.is_owner() { Resets::OfAll } else { Resets::ExceptOperators };
    let saved =
        write(&pages, &operator, &userid, ("console.member.profile", Resets::OfAll), move |tx, corp, of| {
            check(&new, fits, !chosen.is_empty())?;
            let mut edit = edit(new);
            edit.departments = Some(chosen);
            edit.roles = Some(roles);
            manage::set(tx, &env, corp, of, edit, resets)?;
            Ok(format!("{}?done=saved", path(of)))
        });
    let saved = saved.await;
    finish(&pages, &operator, &userid, Some(submitted), saved).await
}

/// Makes a link by which the member chooses a password, and shows it once.
pub async fn link(
    State(pages): State<Pages>,
    operator: Operator,
    Path(userid): Path<String>,
) -> Response<Body> {
    let userid = UserId::from(userid);
    let env = pages.env.clone();
    let made = write(
        &pages,
        &operator,
        &userid,
        ("console.member.link", Resets::ExceptOperators),
        move |tx, corp, of| operator::create_link(tx, &env, corp, of),
    );
    match made.await {
        Ok(link) => {
            let url = format!("{}{}", pages.base_url, paths::password_link(&link.text));
            respond(&pages, &operator, &userid, Overlay { link: Some(url), ..Overlay::default() }).await
        }
        Err(error) => finish(&pages, &operator, &userid, None, Err(error)).await,
    }
}

pub async fn end_sessions(
    State(pages): State<Pages>,
    operator: Operator,
    Path(userid): Path<String>,
) -> Response<Body> {
    let userid = UserId::from(userid);
    let ended = write(
        &pages,
        &operator,
        &userid,
        ("console.member.end_sessions", Resets::ExceptOperators),
        |tx, corp, of| {
            let member = tx.member_no(corp, of)?.ok_or(Rule::UnknownUser)?;
            user::end_sessions(tx, corp, member)?;
            Ok(format!("{}?done=ended", path(of)))
        },
    );
    let ended = ended.await;
    finish(&pages, &operator, &userid, None, ended).await
}

/// Ends one session. It may have ended before.
pub async fn end_session(
    State(pages): State<Pages>,
    operator: Operator,
    Path((userid, session)): Path<(String, String)>,
) -> Response<Body> {
    let userid = UserId::from(userid);
    let env = pages.env.clone();
    let ended = write(
        &pages,
        &operator,
        &userid,
        ("console.member.end_sessions", Resets::ExceptOperators),
        move |tx, corp, of| {
            let member = tx.member_no(corp, of)?.ok_or(Rule::UnknownUser)?;
            session::end_by_id(tx, &env, corp, member, &session)?;
            Ok(format!("{}?done=one", path(of)))
        },
    );
    let ended = ended.await;
    finish(&pages, &operator, &userid, None, ended).await
}

/// Forgets wrong passwords of the member.
pub async fn unlock(
    State(pages): State<Pages>,
    operator: Operator,
    Path(userid): Path<String>,
) -> Response<Body> {
    let userid = UserId::from(userid);
    let known =
        write(&pages, &operator, &userid, ("console.member.unlock", Resets::OfAll), |tx, corp, of| {
            user::note_unlocked(tx, corp, of);
            Ok(format!("{}?done=unlocked", path(of)))
        });
    let known = known.await;
    if known.is_ok() {
        pages.sign_in_limits.unlock(operator.corp(), &userid);
    }
    finish(&pages, &operator, &userid, None, known).await
}

pub async fn delete(
    State(pages): State<Pages>,
    operator: Operator,
    Path(userid): Path<String>,
) -> Response<Body> {
    let userid = UserId::from(userid);
    let env = pages.env.clone();
    let deleted = write(
        &pages,
        &operator,
        &userid,
        ("console.member.delete", Resets::ExceptOperators),
        move |tx, corp, of| {
            user::delete(tx, &env, corp, of)?;
            Ok(Section::Members.path().to_owned())
        },
    );
    let deleted = deleted.await;
    finish(&pages, &operator, &userid, None, deleted).await
}
