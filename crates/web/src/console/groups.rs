//! Internal groups: the list, and what is known of one.

use std::collections::HashMap;

use axum::{
    Router,
    body::Body,
    extract::{Path, Query, State},
    http::Response,
    routing::get,
};
use carillon_domain::{
    group::{self, GroupWithOwner},
    page::Page as Range,
};
use carillon_model::{
    error::{Error, Result, Rule},
    id::{ConversationId, UserId},
    operator::OperatorRole,
};
use carillon_store::Tx;

use super::{
    Section,
    access::Operator,
    csv,
    page::{self, GroupLine, GroupPage, Groups, Person},
    text::groups::GroupTexts,
};
use crate::{
    paths,
    routes::{Pages, Viewer, failed, html, notice},
    security::PageKind,
    view::NoticeKind,
};

/// Roles that see groups.
pub const ROLES: &[OperatorRole] = &[OperatorRole::Members];
/// Groups on a page.
const PER_PAGE: usize = 50;
/// Groups that a file reads at once.
const CSV_BATCH: usize = 500;
/// Members on a page.
const MEMBERS: i64 = 100;

/// The routes.
pub fn routes() -> Router<Pages> {
    Router::new().route("/console/groups", get(list)).route("/console/groups/{id}", get(show))
}

/// The filter of a list.
#[derive(Clone, Default)]
struct Filter {
    title: String,
    with_dissolved: bool,
}

impl Filter {
    fn of(query: &HashMap<String, String>) -> Self {
        let title = query.get("title").map_or("", |title| title.trim());
        Self { title: title.chars().take(64).collect(), with_dissolved: query.contains_key("dissolved") }
    }

    fn href(&self, more: &str) -> String {
        let dissolved = if self.with_dissolved { "&dissolved=1" } else { "" };
        format!("{}?title={}{dissolved}{more}", Section::Groups.path(), paths::encode(&self.title))
    }
}

async fn list(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let filter = Filter::of(&query);
    let loaded = if query.contains_key("csv") {
        list_csv(&pages, &operator, filter)
    } else {
        let after = query.get("after").map(|id| ConversationId::from(id.as_str()));
        let view = load_list(&pages, &operator, filter, after).await;
        view.map(|view| html(200, PageKind::App, page::groups(&view)))
    };
    match loaded {
        Ok(response) => response,
        Err(Error::Invalid { .. }) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load_list(
    pages: &Pages,
    operator: &Operator,
    filter: Filter,
    after: Option<ConversationId>,
) -> Result<Groups> {
    let viewer = operator.viewer(pages);
    let zone = viewer.zone();
    let (corp, wanted) = (operator.corp().clone(), filter.clone());
    let read = move |tx: &mut Tx<'_>| {
        let (title, dissolved) = (wanted.title.as_str(), wanted.with_dissolved);
        let (groups, next) = group::newest(tx, &corp, (title, dissolved), after.as_ref(), PER_PAGE)?;
        Ok((groups.into_iter().map(|group| line(&viewer, group)).collect::<Vec<_>>(), next))
    };
    let (groups, next) = pages.store.read(operator.corp(), read).await?;
    Ok(Groups {
        console: operator.console(),
        csv: filter.href("&csv=1"),
        next: next.map(|next| filter.href(&format!("&after={}", paths::encode(next.as_str())))),
        title: filter.title,
        with_dissolved: filter.with_dissolved,
        groups,
        zone,
    })
}

fn line(viewer: &Viewer, found: GroupWithOwner) -> GroupLine {
    let GroupWithOwner { group, owner } = found;
    GroupLine {
        href: format!("{}/{}", Section::Groups.path(), paths::encode(group.id.as_str())),
        title: group.title,
        kind: GroupTexts::of(viewer.lang).kind(group.kind),
        owner: owner.map(|(userid, name)| (userid.to_string(), name)),
        members: group.member_count,
        created: viewer.moment(group.created_at),
        active: viewer.moment(group.active_at),
        dissolved: group.dissolved_at.map(|at| viewer.moment(at)),
    }
}

/// The list as a file.
fn list_csv(pages: &Pages, operator: &Operator, filter: Filter) -> Result<Response<Body>> {
    let g = GroupTexts::of(operator.signed_in.lang);
    let headings =
        [g.title, g.kind, g.owner, g.owner_id, g.members, g.created, g.active, g.dissolved_at, g.id];
    csv::stored(
        pages,
        operator,
        "groups",
        &headings,
        None,
        move |tx, viewer, after: Option<ConversationId>| {
            let title = (filter.title.as_str(), filter.with_dissolved);
            let (groups, next) = group::newest(tx, &viewer.corp, title, after.as_ref(), CSV_BATCH)?;
            Ok((groups.into_iter().map(|found| cells(viewer, found)).collect(), next.map(Some)))
        },
    )
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

async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let number = query.get("page").and_then(|number| number.parse().ok()).unwrap_or(1).clamp(1, 100_000);
    match load(&pages, &operator, ConversationId::from(id), number).await {
        Ok(view) => html(200, PageKind::App, page::group(&view)),
        Err(Error::Rule(Rule::UnknownGroup | Rule::GroupOfAnotherCorp)) => {
            notice(operator.page(), NoticeKind::NotFound)
        }
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load(pages: &Pages, operator: &Operator, id: ConversationId, number: i64) -> Result<GroupPage> {
    let viewer = operator.viewer(pages);
    let (console, zone) = (operator.console(), viewer.zone());
    let corp = operator.corp().clone();
    let read = move |tx: &mut Tx<'_>| {
        let details = group::get(tx, &corp, &id)?;
        let members = group::member_page(tx, &corp, &id, Range { start: number, size: MEMBERS })?;
        let person = |tx: &mut Tx<'_>, userid: UserId| {
            let found =
                tx.member_no(&corp, &userid)?.map(|member| tx.member_name(&corp, member)).transpose()?;
            let name = found.flatten().map(|(_, name)| name).unwrap_or_default();
            Ok::<_, Error>(Person { name, userid: userid.to_string() })
        };
        let mut people = |userids: Vec<UserId>| {
            userids.into_iter().map(|userid| person(tx, userid)).collect::<Result<Vec<_>>>()
        };
        let (administrators, listed) = (people(details.administrators)?, people(members.items)?);
        let department = match details.group.department {
            Some(department) => {
                let state = tx.state().corp(&corp)?;
                state.departments.get(&department).map(|node| node.department.profile.name.clone())
            }
            None => None,
        };
        let group = details.group;
        Ok(GroupPage {
            console,
            id: group.id.to_string(),
            path: format!("{}/{}", Section::Groups.path(), paths::encode(group.id.as_str())),
            title: group.title,
            kind: GroupTexts::of(viewer.lang).kind(group.kind),
            follows: group.kind.follows_organisation(),
            department,
            template: group.template.name,
            owner: details.owner.map(|(userid, name)| Person { name, userid: userid.to_string() }),
            administrators,
            creator: details.creator.name,
            total: group.member_count,
            members: listed,
            number,
            pages: ((group.member_count + MEMBERS - 1) / MEMBERS).max(1),
            words_banned: group.words_banned,
            synced_to_drive: group.synced_to_drive,
            used: GroupTexts::of(viewer.lang).bytes(group.used_bytes),
            extensions: group.extensions.into_iter().collect(),
            created: viewer.moment(group.created_at),
            active: viewer.moment(group.active_at),
            dissolved: group.dissolved_at.map(|at| viewer.moment(at)),
            zone,
        })
    };
    pages.store.read(operator.corp(), read).await
}
