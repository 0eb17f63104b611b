//! What operators do with groups.

use axum::{
    body::Body,
    extract::{Form, Path, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_domain::group::{self, GroupChange, MemberSelection, NewGroup};
use carillon_model::{
    env::Env,
    error::{Error, Result, Rule},
    group::{GroupKind, GroupTemplate},
    id::{ConversationId, CorpId, DeptId, UserId},
};
use carillon_store::Tx;

use super::{
    Parameters, path, respond as respond_list,
    show::{Overlay, is_missing, respond},
};
use crate::{
    console::{
        access::Operator,
        form::Pairs,
        page::{GroupQuestion, NewGroupForm},
        text::groups::GroupTexts,
    },
    routes::{Pages, failed, notice, uncached},
    view::NoticeKind,
};

/// The most characters of a name, as in the API.
pub const MAX_TITLE: usize = 64;
/// The most members and departments that a form may name, as in the API.
const MAX_NAMED: usize = 1_000;

fn title(form: &Pairs) -> Result<String> {
    let title = form.text("title").trim();
    let has_control = title.chars().any(char::is_control);
    if title.is_empty() || has_control || title.chars().count() > MAX_TITLE {
        return Err(Error::invalid("title", "is empty or too long"));
    }
    Ok(title.to_owned())
}

/// Refuses userids of nobody, all of them at once.
fn require_members(tx: &mut Tx<'_>, corp: &CorpId, users: &[UserId]) -> Result<()> {
    if users.len() > MAX_NAMED {
        return Err(Error::invalid("too_many", "names too many members"));
    }
    let mut unknown = Vec::new();
    for userid in users {
        if tx.member_no(corp, userid)?.is_none() {
            unknown.push(userid.as_str());
        }
    }
    if unknown.is_empty() { Ok(()) } else { Err(Error::invalid("users", unknown.join(", "))) }
}

/// What an action leads to.
enum Outcome {
    /// A path.
    Leads(String),
    /// The page with a question.
    Asks(GroupQuestion),
}

/// Does a unit of work with a group.
async fn finish(
    pages: &Pages,
    operator: &Operator,
    id: ConversationId,
    overlay: Overlay,
    (action, work): (
        &str,
        impl FnOnce(&mut Tx<'_>, &Env, &CorpId, &ConversationId) -> Result<Outcome> + Send + 'static,
    ),
) -> Response<Body> {
    let (env, corp, of) = (pages.env.clone(), operator.corp().clone(), id.clone());
    let signature = operator.signature(pages, action);
    let overlay =
        match pages.store.write(operator.corp(), signature, move |tx| work(tx, &env, &corp, &of)).await {
            Ok(Outcome::Leads(path)) => return uncached(Redirect::to(&path).into_response()),
            Ok(Outcome::Asks(question)) => Overlay { question: Some(question), ..overlay },
            Err(error) if is_missing(&error) => return notice(operator.page(), NoticeKind::NotFound),
            Err(error) => match GroupTexts::of(operator.signed_in.lang).problem(&error) {
                Some(problem) => Overlay { problem: Some(problem), ..overlay },
                None => return failed(operator.page(), &error),
            },
        };
    respond(pages, operator, &id, &Parameters::new(), overlay).await
}

/// Makes a group, whose owner is its first member.
pub async fn create(
    State(pages): State<Pages>,
    operator: Operator,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let values = NewGroupForm {
        title: form.text("title").trim().to_owned(),
        kind: form.number("kind").unwrap_or_default(),
        department: form.number("department").map(DeptId),
        owner: form.text("owner").trim().to_owned(),
    };
    let (env, corp, new) = (pages.env.clone(), operator.corp().clone(), values.clone());
    let signature = operator.signature(&pages, "console.group.add");
    let made = pages.store.write(operator.corp(), signature, move |tx| {
        let owner = UserId::from(new.owner.as_str());
        require_members(tx, &corp, std::slice::from_ref(&owner))?;
        // Scene groups are made from templates of apps.
        let kind = GroupKind::parse(new.kind).filter(|kind| *kind != GroupKind::Scene);
        let kind = kind.ok_or_else(|| Error::invalid("kind", "is none that can be made here"))?;
        let group = NewGroup {
            title: title(&form)?,
            kind,
            department: new.department.filter(|_| kind == GroupKind::Department),
            template: GroupTemplate::default(),
            owner,
            administrators: Vec::new(),
            members: MemberSelection::default(),
            synced_to_drive: false,
            extensions: std::collections::BTreeMap::new(),
        };
        Ok(group::create(tx, &env, &corp, group)?.id)
    });
    match made.await {
        Ok(id) => uncached(Redirect::to(&format!("{}?done=created", path(&id))).into_response()),
        Err(Error::RuleBecause(Rule::NotInGroup, _)) => {
            let problem = GroupTexts::of(operator.signed_in.lang).not_of_organisation.to_owned();
            respond_list(&pages, &operator, &Parameters::new(), values, Some(problem)).await
        }
        Err(error) => match GroupTexts::of(operator.signed_in.lang).problem(&error) {
            Some(problem) => respond_list(&pages, &operator, &Parameters::new(), values, Some(problem)).await,
            None => failed(operator.page(), &error),
        },
    }
}

/// Sets the name, and what else a group has.
pub async fn set(
    State(pages): State<Pages>,
    operator: Operator,
    Path(id): Path<String>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let overlay = Overlay { title: Some(form.text("title").to_owned()), ..Overlay::default() };
    let work = move |tx: &mut Tx<'_>, env: &Env, corp: &CorpId, id: &ConversationId| {
        let before = group::get(tx, corp, id)?.group;
        let new = title(&form)?;
        let change = GroupChange {
            // A name that stays is as old as it was: a fact may still rename the group.
            title: Some(new).filter(|new| *new != before.title),
            synced_to_drive: Some(form.is_set("synced_to_drive")),
            ..GroupChange::default()
        };
        group::update(tx, env, corp, id, change)?;
        let is_banned = form.is_set("words_banned");
        if is_banned != before.words_banned {
            group::set_words_banned(tx, corp, id, is_banned)?;
        }
        Ok(Outcome::Leads(format!("{}?done=saved", path(id))))
    };
    finish(&pages, &operator, ConversationId::from(id), overlay, ("console.group.rename", work)).await
}

/// Adds members, by userid and by department.
pub async fn add(
    State(pages): State<Pages>,
    operator: Operator,
    Path(id): Path<String>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let users = form.userids("users", "user");
    let departments: Vec<DeptId> = form.numbers("department").into_iter().map(DeptId).collect();
    // Chosen boxes come back as text, since the search that they come from is over.
    let listed: Vec<&str> = users.iter().map(UserId::as_str).collect();
    let overlay = Overlay {
        users: listed.join("\n"),
        departments: departments.iter().copied().collect(),
        ..Overlay::default()
    };
    let work = move |tx: &mut Tx<'_>, env: &Env, corp: &CorpId, id: &ConversationId| {
        require_members(tx, corp, &users)?;
        if departments.len() > MAX_NAMED {
            return Err(Error::invalid("too_many", "names too many departments"));
        }
        let before = group::get(tx, corp, id)?.group.member_count;
        let after = group::add_members(tx, env, corp, id, &MemberSelection { users, departments })?;
        let count = after.member_count - before;
        Ok(Outcome::Leads(format!("{}?done=added&count={count}", path(id))))
    };
    finish(&pages, &operator, ConversationId::from(id), overlay, ("console.group.members_add", work)).await
}

/// Does something with chosen members.
pub async fn members(
    State(pages): State<Pages>,
    operator: Operator,
    Path(id): Path<String>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let users: Vec<UserId> = form.userids("", "user");
    let (id, is_confirmed) = (ConversationId::from(id), form.is_set("confirmed"));
    match form.text("action") {
        "remove" => {
            let g = GroupTexts::of(operator.signed_in.lang);
            let work = move |tx: &mut Tx<'_>, env: &Env, corp: &CorpId, id: &ConversationId| {
                require_chosen(&users)?;
                let leaving = group::leaving(tx, corp, id, &users)?;
                if !is_confirmed && !leaving.members.is_empty() {
                    let userids = leaving.members.iter().map(|(userid, _)| userid.to_string());
                    let users = userids.collect();
                    return Ok(Outcome::Asks(GroupQuestion { lines: g.removal(&leaving), users }));
                }
                let selection = MemberSelection { users, departments: Vec::new() };
                group::remove_members(tx, env, corp, id, &selection)?;
                let count = leaving.members.len();
                Ok(Outcome::Leads(format!("{}?done=removed&count={count}", path(id))))
            };
            let action = ("console.group.members_remove", work);
            finish(&pages, &operator, id, Overlay::default(), action).await
        }
        "owner" => {
            let work = move |tx: &mut Tx<'_>, env: &Env, corp: &CorpId, id: &ConversationId| {
                let [owner] = users.as_slice() else {
                    return Err(Error::invalid("one", "must be one member"));
                };
                let change = GroupChange { owner: Some(owner.clone()), ..GroupChange::default() };
                group::update(tx, env, corp, id, change)?;
                Ok(Outcome::Leads(format!("{}?done=owner", path(id))))
            };
            finish(&pages, &operator, id, Overlay::default(), ("console.group.owner", work)).await
        }
        what @ ("administrators" | "ordinary") => {
            let is_more = what == "administrators";
            let work = move |tx: &mut Tx<'_>, env: &Env, corp: &CorpId, id: &ConversationId| {
                require_chosen(&users)?;
                let mut administrators = group::get(tx, corp, id)?.administrators;
                administrators.retain(|one| !users.contains(one));
                if is_more {
                    administrators.extend(users);
                }
                let change = GroupChange { administrators: Some(administrators), ..GroupChange::default() };
                group::update(tx, env, corp, id, change)?;
                Ok(Outcome::Leads(format!("{}?done=administrators", path(id))))
            };
            finish(&pages, &operator, id, Overlay::default(), ("console.group.administrators", work)).await
        }
        _ => notice(operator.page(), NoticeKind::NotFound),
    }
}

fn require_chosen(users: &[UserId]) -> Result<()> {
    match users.len() {
        0 => Err(Error::invalid("none", "must be one member at least")),
        count if count > MAX_NAMED => Err(Error::invalid("too_many", "names too many members")),
        _ => Ok(()),
    }
}

/// Dissolves a group. Its name has to be typed, and as many members have to leave as the page stated.
pub async fn dissolve(
    State(pages): State<Pages>,
    operator: Operator,
    Path(id): Path<String>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let work = move |tx: &mut Tx<'_>, env: &Env, corp: &CorpId, id: &ConversationId| {
        let group = group::find(tx, corp, id)?;
        if group.dissolved_at.is_some() {
            return Err(Rule::GroupDissolved.into());
        }
        if form.text("confirm").trim() != group.title.trim() {
            return Err(Error::invalid("confirm", "must be the name of the group"));
        }
        if form.number("members") != Some(group.member_count) {
            return Err(Error::invalid("members", "is another number by now"));
        }
        group::dissolve(tx, env, corp, id)?;
        Ok(Outcome::Leads(format!("{}?done=dissolved", path(id))))
    };
    let action = ("console.group.dissolve", work);
    finish(&pages, &operator, ConversationId::from(id), Overlay::default(), action).await
}
