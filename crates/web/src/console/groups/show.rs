//! A group with its members.

use std::collections::HashSet;

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::Response,
};
use carillon_domain::{
    contact::manage::{self, MemberFilter},
    group,
};
use carillon_model::{
    audience::Audience,
    error::{Error, Result, Rule},
    id::{ConversationId, CorpId, DeptId, MemberNo, UserId},
};
use carillon_store::Tx;

use super::{Parameters, path};
use crate::{
    console::{
        access::Operator,
        csv, department_choices,
        list::{self, Address, PER_PAGE, Position},
        members,
        page::{self, AddMembers, GroupForm, GroupMember, GroupPage, GroupQuestion, Person},
        text::groups::GroupTexts,
    },
    routes::{Pages, failed, html, notice},
    security::PageKind,
    view::NoticeKind,
};

/// Members who are found to be added.
const FOUND: usize = 50;

/// What the page shows besides the stored group.
#[derive(Default)]
pub struct Overlay {
    /// A name that was refused.
    pub title: Option<String>,
    /// Members who were to be added, and were refused.
    pub users: String,
    /// The departments that were chosen for that.
    pub departments: HashSet<DeptId>,
    /// What has to be confirmed.
    pub question: Option<GroupQuestion>,
    /// What was done.
    pub done: Option<String>,
    /// What went wrong.
    pub problem: Option<String>,
}

/// Returns true for a group that is not of the organisation.
pub fn is_missing(error: &Error) -> bool {
    matches!(error, Error::Rule(Rule::UnknownGroup | Rule::GroupOfAnotherCorp))
}

/// The page, or the members as a file.
pub async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Path(id): Path<String>,
    Query(query): Query<Parameters>,
) -> Response<Body> {
    let id = ConversationId::from(id);
    if query.contains_key("csv") {
        return match file(&pages, &operator, id, &query).await {
            Ok(file) => file,
            Err(error) if is_missing(&error) => notice(operator.page(), NoticeKind::NotFound),
            Err(error) => failed(operator.page(), &error),
        };
    }
    let g = GroupTexts::of(operator.signed_in.lang);
    let count = query.get("count").and_then(|count| count.parse().ok());
    let done = query.get("done").and_then(|done| g.done(done, count));
    respond(&pages, &operator, &id, &query, Overlay { done, ..Overlay::default() }).await
}

/// Responds with the page.
pub async fn respond(
    pages: &Pages,
    operator: &Operator,
    id: &ConversationId,
    query: &Parameters,
    overlay: Overlay,
) -> Response<Body> {
    let status = if overlay.problem.is_some() { 422 } else { 200 };
    match load(pages, operator, id.clone(), query, overlay).await {
        Ok(view) => html(status, PageKind::App, page::group(&view)),
        Err(error) if is_missing(&error) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

/// The members of a group whose name, its pinyin or userid contains a text. All for an empty text.
fn listed(tx: &mut Tx<'_>, corp: &CorpId, id: &ConversationId, find: &str) -> Result<Audience> {
    let mut members = group::all_members(tx, corp, id)?;
    if !find.is_empty() {
        members.intersect(&found(tx, corp, find)?);
    }
    Ok(members)
}

fn found(tx: &mut Tx<'_>, corp: &CorpId, find: &str) -> Result<Audience> {
    manage::find(tx, corp, &MemberFilter { search: find.to_owned(), ..MemberFilter::default() })
}

/// The members of the list as a file, which can be imported again.
async fn file(
    pages: &Pages,
    operator: &Operator,
    id: ConversationId,
    query: &Parameters,
) -> Result<Response<Body>> {
    let (corp, find) = (operator.corp().clone(), list::filter(query, "member"));
    let read = pages.store.read(operator.corp(), move |tx| listed(tx, &corp, &id, &find));
    members::file_of(pages, operator, read.await?.iter().take(csv::MAX_LINES).collect())
}

async fn load(
    pages: &Pages,
    operator: &Operator,
    id: ConversationId,
    query: &Parameters,
    overlay: Overlay,
) -> Result<GroupPage> {
    let viewer = operator.viewer(pages);
    let (console, zone, g) = (operator.console(), viewer.zone(), GroupTexts::of(viewer.lang));
    let position = Position::of(query, list::member_number);
    let (find, add) = (list::filter(query, "member"), list::filter(query, "add"));
    let corp = operator.corp().clone();
    let read = move |tx: &mut Tx<'_>| {
        let details = group::get(tx, &corp, &id)?;
        let page = list::members(&listed(tx, &corp, &id, &find)?, position, PER_PAGE);
        let rows = tx.members(&corp, &page.rows)?;
        let may_change_members =
            details.group.dissolved_at.is_none() && !details.group.kind.follows_organisation();
        let (others, are_more) = match may_change_members && !add.is_empty() {
            true => others(tx, &corp, &id, &add)?,
            false => (Vec::new(), false),
        };
        let others = tx.members(&corp, &others)?;
        let administrators = people(tx, &corp, &details.administrators)?;
        let state = tx.state().corp(&corp)?;
        let owner = details.owner.map(|(userid, name)| Person { name, userid: userid.to_string() });
        let member = |row: page::MemberRow| GroupMember {
            is_owner: owner.as_ref().is_some_and(|owner| owner.userid == row.userid),
            is_administrator: administrators.iter().any(|one| one.userid == row.userid),
            row,
        };
        let rows = rows.into_iter().map(|row| member(members::row(state, row))).collect();
        let department = details.group.department;
        let department = department.and_then(|department| state.departments.get(&department));
        let (departments, are_more_departments) = department_choices(state, &overlay.departments);
        let group = details.group;
        let path = path(&group.id);
        let address = Address::new(&path, [("member", find.clone())]);
        Ok(GroupPage {
            console,
            id: group.id.to_string(),
            pages: address.pages(&page, |number| number.0.to_string()),
            form: GroupForm {
                title: overlay.title.unwrap_or_else(|| group.title.clone()),
                words_banned: group.words_banned,
                synced_to_drive: group.synced_to_drive,
            },
            name: group.title.clone(),
            title: g.title_of(&group.title),
            kind: g.kind(group.kind),
            follows: group.kind.follows_organisation(),
            may_change: group.dissolved_at.is_none(),
            may_change_members,
            department: department.map(|node| node.department.profile.name.clone()),
            template: group.template.name,
            owner,
            administrators,
            creator: details.creator.name,
            total: group.member_count,
            find,
            members: rows,
            adding: AddMembers {
                find: add,
                found: others.into_iter().map(|row| members::row(state, row)).collect(),
                are_more,
                users: overlay.users,
                departments,
                are_more_departments,
            },
            words_banned: group.words_banned,
            synced_to_drive: group.synced_to_drive,
            used: g.bytes(group.used_bytes),
            extensions: group.extensions.into_iter().collect(),
            created: viewer.moment(group.created_at),
            active: viewer.moment(group.active_at),
            dissolved: group.dissolved_at.map(|at| viewer.moment(at)),
            question: overlay.question,
            done: overlay.done,
            problem: overlay.problem,
            zone,
            path,
        })
    };
    pages.store.read(operator.corp(), read).await
}

/// The first members who are not in a group yet and whose name or userid contains a text, and whether there are more.
fn others(tx: &mut Tx<'_>, corp: &CorpId, id: &ConversationId, find: &str) -> Result<(Vec<MemberNo>, bool)> {
    let mut others = found(tx, corp, find)?;
    others.subtract(&group::all_members(tx, corp, id)?);
    Ok((others.iter().take(FOUND).collect(), others.len() > FOUND as u64))
}

/// Members by name.
fn people(tx: &mut Tx<'_>, corp: &CorpId, userids: &[UserId]) -> Result<Vec<Person>> {
    let mut people = Vec::with_capacity(userids.len());
    for userid in userids {
        let member = tx.member_no(corp, userid)?;
        let named = member.map(|member| tx.member_name(corp, member)).transpose()?.flatten();
        let name = named.map(|(_, name)| name).unwrap_or_default();
        people.push(Person { name, userid: userid.to_string() });
    }
    Ok(people)
}
