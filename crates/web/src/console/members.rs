//! Members: search, profile with departments and roles, first and lost passwords, sessions.

mod import;

use std::collections::{HashMap, HashSet};

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Form, Path, Query, State},
    http::Response,
    response::{IntoResponse, Redirect},
    routing::{get, post},
};
use carillon_domain::{
    contact::{
        role,
        user::{self, NewMember},
    },
    operator,
};
use carillon_model::{
    audience::Audience,
    contact::{Member, Membership, Profile},
    error::{Error, Result, Rule},
    id::{CorpId, DeptId, MemberNo, RoleId, UserId},
    operator::OperatorRole,
    spelling,
};
use carillon_store::{CorpState, Tx};

use super::{
    Section,
    access::Operator,
    csv, department_choices,
    form::Pairs,
    page::{self, MemberForm, MemberPage, MemberRow, Members, RoleChoice},
    text::members::MemberTexts,
    to_page_above,
};
use crate::{
    paths,
    routes::{Pages, failed, html, notice, uncached},
    security::PageKind,
    view::NoticeKind,
};

/// Roles that manage members.
pub const ROLES: &[OperatorRole] = &[OperatorRole::Members];
/// Members on a page.
const PER_PAGE: usize = 50;
/// Members that a file reads at once.
const CSV_BATCH: usize = 1_000;
/// Sessions on the page of a member.
const SESSIONS: usize = 20;
/// The most characters of the fields, as in the API.
const LIMITS: [(&str, usize); 9] = [
    ("userid", 64),
    ("name", 80),
    ("mobile", 32),
    ("email", 50),
    ("title", 200),
    ("job_number", 50),
    ("telephone", 50),
    ("work_place", 100),
    ("remark", 2_000),
];

/// The routes.
pub fn routes() -> Router<Pages> {
    let page = "/console/members/{userid}";
    let action = |name: &str| format!("{page}/{name}");
    Router::new()
        .route("/console/members", get(list).post(add))
        .route(
            "/console/members/import",
            get(import::list).post(import::submit).layer(DefaultBodyLimit::max(import::FORM_BYTES)),
        )
        .route("/console/members/import/template", get(import::template))
        .route("/console/members/import/{id}", get(import::show))
        .route("/console/members/import/{id}/apply", get(to_page_above).post(import::apply))
        .route("/console/members/import/{id}/cancel", get(to_page_above).post(import::cancel))
        .route(page, get(show))
        .route(&action("profile"), get(to_page_above).post(set_profile))
        .route(&action("link"), get(to_page_above).post(link))
        .route(&action("end"), get(to_page_above).post(end_sessions))
        .route(&action("unlock"), get(to_page_above).post(unlock))
        .route(&action("delete"), post(delete).get(to_page_above))
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

/// The list.
async fn list(State(pages): State<Pages>, operator: Operator, Query(query): Parameters) -> Response<Body> {
    if query.contains_key("csv") {
        return match list_csv(&pages, &operator, &query).await {
            Ok(file) => file,
            Err(error) => failed(operator.page(), &error),
        };
    }
    respond_list(&pages, &operator, &query, MemberForm::default(), None).await
}

/// The list as a file.
async fn list_csv(
    pages: &Pages,
    operator: &Operator,
    query: &HashMap<String, String>,
) -> Result<Response<Body>> {
    let Filter { search, department, never } = Filter::of(query);
    let corp = operator.corp().clone();
    let read = pages.store.read(operator.corp(), move |tx| {
        let found = find(tx, &corp, &search, department, never)?;
        let numbers: Vec<MemberNo> = found.iter().take(csv::MAX_LINES).collect();
        let mut lines = Vec::with_capacity(numbers.len());
        for some in numbers.chunks(CSV_BATCH) {
            let members = tx.members(&corp, some)?;
            let state = tx.state().corp(&corp)?;
            lines.extend(members.into_iter().map(|member| {
                let (mobile, email) = (member.profile.mobile.clone(), member.profile.email.clone());
                let row = row(state, member);
                vec![row.userid, row.name, mobile, email, row.title, row.departments]
            }));
        }
        Ok(lines)
    });
    let m = MemberTexts::of(operator.signed_in.lang);
    let headings = [m.user_id, m.name, m.mobile, m.email, m.job_title, m.departments];
    csv::response("members", &headings, read.await?)
}

/// The filter of a list, as its address has it.
struct Filter {
    search: String,
    department: Option<DeptId>,
    never: bool,
}

impl Filter {
    fn of(query: &HashMap<String, String>) -> Self {
        let search = query.get("search").map(|text| text.trim().chars().take(64).collect());
        Self {
            search: search.unwrap_or_default(),
            department: query.get("department").and_then(|id| id.parse().ok()).map(DeptId),
            never: query.get("never").is_some_and(|never| never == "1"),
        }
    }
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
    let Filter { search, department, never } = Filter::of(query);
    let number: i64 =
        query.get("page").and_then(|number| number.parse().ok()).unwrap_or(1).clamp(1, 1_000_000);
    let chosen: HashSet<DeptId> = department.into_iter().collect();
    let departments = department_choices(&operator.state, &chosen).0;
    let (corp, text) = (operator.corp().clone(), search.clone());
    let read = pages.store.read(operator.corp(), move |tx| {
        let found = find(tx, &corp, &text, department, never)?;
        let offset = usize::try_from(number - 1).unwrap_or(usize::MAX).saturating_mul(PER_PAGE);
        let numbers = found.page(offset as u64, PER_PAGE);
        let members = tx.members(&corp, &numbers)?;
        let state = tx.state().corp(&corp)?;
        let rows = members.into_iter().map(|member| row(state, member)).collect::<Vec<_>>();
        Ok((rows, found.len()))
    });
    let (rows, total) = read.await?;
    Ok(Members {
        console: operator.console(),
        search,
        department: department.map(|id| id.0),
        never,
        departments,
        rows,
        total,
        number,
        pages: i64::try_from(total.div_ceil(PER_PAGE as u64)).unwrap_or(i64::MAX),
        form,
        problem,
    })
}

/// Members by name, pinyin or userid, below a department, and of those only the ones who have never signed in.
fn find(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    text: &str,
    department: Option<DeptId>,
    never: bool,
) -> Result<Audience> {
    let mut found = if text.is_empty() {
        Audience::clone(&tx.state().corp(corp)?.everyone)
    } else {
        let mut found = tx.members_named_like(corp, &spelling::Query::of(text))?;
        found.extend(tx.member_no(corp, &UserId::from(text))?);
        found
    };
    let state = tx.state().corp(corp)?;
    if let Some(department) = department {
        found.intersect(&state.members_below(department));
    }
    if never {
        found.subtract(&state.activated);
    }
    Ok(found)
}

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

/// The fields of a form, within their limits.
fn fields(form: &Pairs) -> (MemberForm, bool) {
    let text = |name: &str| form.text(name).trim().to_owned();
    let fits = LIMITS.iter().all(|(name, most)| form.text(name).chars().count() <= *most);
    let fields = MemberForm {
        userid: text("userid"),
        name: text("name"),
        mobile: text("mobile"),
        hide_mobile: form.is_set("hide_mobile"),
        email: text("email"),
        title: text("title"),
        job_number: text("job_number"),
        telephone: text("telephone"),
        work_place: text("work_place"),
        remark: form.lines("remark").trim().to_owned(),
    };
    (fields, fits)
}

fn check(fields: &MemberForm, fits: bool, has_department: bool) -> Result<()> {
    let wrong = if !fits {
        "length"
    } else if fields.name.is_empty() {
        "name"
    } else if !has_department {
        "department"
    } else {
        return Ok(());
    };
    Err(Error::invalid(wrong, "is wrong"))
}

/// The text of a refusal. `None` for faults of the server.
fn problem(m: &'static MemberTexts, error: &Error) -> Option<&'static str> {
    Some(match error {
        Error::Invalid { field, .. } => match field.as_ref() {
            "length" => m.too_long,
            "name" => m.no_name,
            "login" => m.no_contact,
            "protected" => m.protected,
            _ => m.no_department,
        },
        Error::Rule(rule) | Error::RuleBecause(rule, _) => match rule {
            Rule::UserIdTaken => m.userid_taken,
            Rule::MobileTaken => m.mobile_taken,
            Rule::EmailTaken => m.email_taken,
            Rule::MobileInvalid => m.mobile_invalid,
            Rule::EmailInvalid => m.email_invalid,
            Rule::TelephoneTaken => m.telephone_taken,
            Rule::JobNumberTaken => m.job_number_taken,
            Rule::GroupOwnerInvalid => m.is_owner_of_group,
            Rule::UnknownDepartment => m.no_department,
            _ => return None,
        },
        Error::Internal(_) => return None,
    })
}

/// Adds a member, without a password: a link lets the member choose one.
async fn add(State(pages): State<Pages>, operator: Operator, Form(form): Form<Pairs>) -> Response<Body> {
    let (submitted, fits) = fields(&form);
    let department = form.number("department").map(DeptId);
    let (env, corp, new) = (pages.env.clone(), operator.corp().clone(), submitted.clone());
    let signature = operator.signature(&pages, "console.member.add");
    let added = pages.store.write(operator.corp(), signature, move |tx| {
        check(&new, fits, department.is_some())?;
        // A member without a mobile number needs a login that the organisation owns, by the userid.
        let has_own_login = new.mobile.is_empty();
        if has_own_login && new.userid.is_empty() {
            return Err(Error::invalid("login", "needs a mobile number or a userid"));
        }
        let login = if has_own_login { (new.userid.clone(), "dingtalk") } else { (String::new(), "") };
        let new = NewMember {
            userid: Some(new.userid.clone()).filter(|userid| !userid.is_empty()).map(UserId::from),
            profile: Profile {
                name: new.name,
                mobile: new.mobile,
                email: new.email,
                title: new.title,
                exclusive_account: has_own_login,
                exclusive_account_type: login.1.to_owned(),
                login_id: login.0,
                ..Profile::default()
            },
            departments: department.into_iter().map(Membership::ordinary).collect(),
            password_hash: String::new(),
        };
        Ok(user::create(tx, &env, &corp, new)?.userid)
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

/// What the page shows besides the stored member.
#[derive(Default)]
struct Overlay {
    form: Option<MemberForm>,
    link: Option<String>,
    done: Option<&'static str>,
    problem: Option<&'static str>,
}

/// The page of a member.
async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Path(userid): Path<String>,
    Query(query): Parameters,
) -> Response<Body> {
    let m = MemberTexts::of(operator.signed_in.lang);
    let done = query.get("done").and_then(|done| match done.as_str() {
        "saved" => Some(m.saved),
        "ended" => Some(m.sessions_ended),
        "unlocked" => Some(m.unlocked),
        _ => None,
    });
    respond(&pages, &operator, &UserId::from(userid), Overlay { done, ..Overlay::default() }).await
}

async fn respond(pages: &Pages, operator: &Operator, userid: &UserId, overlay: Overlay) -> Response<Body> {
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
    let (env, corp, of) = (pages.env.clone(), operator.corp().clone(), userid.clone());
    let read = pages.store.read(operator.corp(), move |tx| {
        let member = user::get(tx, &corp, &of)?;
        let may_reset = is_owner || !operator::is_operator(tx, &env, &corp, member.no)?;
        let held: HashSet<RoleId> = tx.roles_of(&corp, member.no)?.into_iter().collect();
        let roles = tx.roles(&corp)?.into_iter().map(|role| RoleChoice {
            is_chosen: held.contains(&role.id),
            id: role.id.0,
            name: role.name,
        });
        let roles = roles.collect();
        let sessions = tx.sessions_of(&corp, member.no, viewer.now, SESSIONS)?;
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
            sessions: sessions.iter().map(|(_, session)| viewer.moment(session.created_at)).collect(),
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

/// Does a unit of work with a member, and leads back to the page. `protects` refuses operators unless an owner does it: a reset
/// of an operator would give the rights of that operator.
async fn write<T: Send + 'static>(
    pages: &Pages,
    operator: &Operator,
    userid: &UserId,
    (action, protects): (&str, bool),
    work: impl FnOnce(&mut Tx<'_>, &CorpId, &UserId, MemberNo) -> Result<T> + Send + 'static,
) -> Result<T> {
    let (corp, of, is_owner) = (operator.corp().clone(), userid.clone(), operator.rights.is_owner());
    let (signature, env) = (operator.signature(pages, action), pages.env.clone());
    pages
        .store
        .write(operator.corp(), signature, move |tx| {
            let member = tx.member_no(&corp, &of)?.ok_or(Rule::UnknownUser)?;
            if protects && !is_owner && operator::is_operator(tx, &env, &corp, member)? {
                return Err(Error::invalid("protected", "is an operator"));
            }
            work(tx, &corp, &of, member)
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

async fn set_profile(
    State(pages): State<Pages>,
    operator: Operator,
    Path(userid): Path<String>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let userid = UserId::from(userid);
    let (submitted, fits) = fields(&form);
    let chosen: Vec<DeptId> = form.numbers("department").into_iter().map(DeptId).collect();
    let roles: HashSet<RoleId> = form.numbers("role").into_iter().map(RoleId).collect();
    let (env, new) = (pages.env.clone(), submitted.clone());
    // Roles decide who gets sends; the address by which a member signs in decides who the member is.
    let saved =
        write(&pages, &operator, &userid, ("console.member.profile", false), move |tx, corp, of, member| {
            check(&new, fits, !chosen.is_empty())?;
            user::update(tx, &env, corp, of, |member| {
                let profile = &mut member.profile;
                profile.name = new.name;
                profile.mobile = new.mobile;
                profile.hide_mobile = new.hide_mobile;
                profile.email = new.email;
                profile.title = new.title;
                profile.job_number = new.job_number;
                profile.telephone = new.telephone;
                profile.work_place = new.work_place;
                profile.remark = new.remark;
                // What a member is in a department stays where the member stays.
                let mut kept: Vec<Membership> = std::mem::take(&mut member.departments);
                kept.retain(|membership| chosen.contains(&membership.dept_id));
                for id in &chosen {
                    if kept.iter().all(|membership| membership.dept_id != *id) {
                        kept.push(Membership::ordinary(*id));
                    }
                }
                kept.sort_by_key(|membership| membership.dept_id);
                member.departments = kept;
                Ok(())
            })?;
            let held: HashSet<RoleId> = tx.roles_of(corp, member)?.into_iter().collect();
            let users = [of.clone()];
            let granted: Vec<RoleId> = roles.difference(&held).copied().collect();
            let taken: Vec<RoleId> = held.difference(&roles).copied().collect();
            if !granted.is_empty() {
                role::give(tx, &env, corp, &granted, &users)?;
            }
            if !taken.is_empty() {
                role::take(tx, &env, corp, &taken, &users)?;
            }
            Ok(format!("{}?done=saved", path(of)))
        });
    let saved = saved.await;
    finish(&pages, &operator, &userid, Some(submitted), saved).await
}

/// Makes a link by which the member chooses a password, and shows it once.
async fn link(State(pages): State<Pages>, operator: Operator, Path(userid): Path<String>) -> Response<Body> {
    let userid = UserId::from(userid);
    let env = pages.env.clone();
    let made = write(&pages, &operator, &userid, ("console.member.link", true), move |tx, corp, of, _| {
        operator::create_link(tx, &env, corp, of)
    });
    match made.await {
        Ok(link) => {
            let url = format!("{}{}", pages.base_url, paths::password_link(&link.text));
            respond(&pages, &operator, &userid, Overlay { link: Some(url), ..Overlay::default() }).await
        }
        Err(error) => finish(&pages, &operator, &userid, None, Err(error)).await,
    }
}

async fn end_sessions(
    State(pages): State<Pages>,
    operator: Operator,
    Path(userid): Path<String>,
) -> Response<Body> {
    let userid = UserId::from(userid);
    let ended =
        write(&pages, &operator, &userid, ("console.member.end_sessions", true), |tx, corp, of, member| {
            user::end_sessions(tx, corp, member)?;
            Ok(format!("{}?done=ended", path(of)))
        });
    let ended = ended.await;
    finish(&pages, &operator, &userid, None, ended).await
}

/// Forgets wrong passwords of the member.
async fn unlock(
    State(pages): State<Pages>,
    operator: Operator,
    Path(userid): Path<String>,
) -> Response<Body> {
    let userid = UserId::from(userid);
    let known = write(&pages, &operator, &userid, ("console.member.unlock", false), |tx, corp, of, _| {
        user::note_unlocked(tx, corp, of);
        Ok(format!("{}?done=unlocked", path(of)))
    });
    let known = known.await;
    if known.is_ok() {
        pages.sign_in_limits.unlock(operator.corp(), &userid);
    }
    finish(&pages, &operator, &userid, None, known).await
}

async fn delete(
    State(pages): State<Pages>,
    operator: Operator,
    Path(userid): Path<String>,
) -> Response<Body> {
    let userid = UserId::from(userid);
    let env = pages.env.clone();
    let deleted =
        write(&pages, &operator, &userid, ("console.member.delete", true), move |tx, corp, of, _| {
            user::delete(tx, &env, corp, of)?;
            Ok(Section::Members.path().to_owned())
        });
    let deleted = deleted.await;
    finish(&pages, &operator, &userid, None, deleted).await
}
