//! Who may try operations on their pages, and with which apps.

use std::{collections::BTreeSet, sync::Arc};

use axum::http::request::Parts;
use carillon_domain::{app, corp::DEMO_PASSWORD, operator};
use carillon_model::{
    app::AppType,
    error::Result,
    operator::{OperatorRights, OperatorRole},
};
use carillon_reference::Operation;
use carillon_store::{CorpState, SignedInMember, Tx};

use super::form::OWN_MEMBER;
use crate::{
    paths,
    routes::{Pages, Visitor, current_session_with},
    view::DemoMember,
};

/// Members of the demonstration among whom an owner is looked for.
const DEMO_MEMBERS: i64 = 50;

/// Who reads the page of an operation.
pub(super) enum Reader {
    /// Nobody who is signed in. In the demonstration one click signs in as an owner, who has the role of a developer too.
    Visitor { sign_in: String, demonstration: Option<DemoMember> },
    /// A member without the role.
    NoRole,
    /// An operator who may try operations.
    Developer(Developer),
}

/// An operator who may try operations.
pub(super) struct Developer {
    /// The apps of the organisation that are in use, by name.
    pub apps: Vec<AppChoice>,
    /// Values of the operator's organisation, each with the placeholder of the examples that it replaces.
    pub suggestions: Vec<(&'static str, String)>,
    /// A new id for a send of an example, each of which works once.
    pub uuid: String,
    /// Where a member whom a provider vouched for confirms; `None` for one with a password.
    pub confirmation: Option<String>,
}

/// An app to try an operation with.
pub(super) struct AppChoice {
    pub key: String,
    pub name: String,
    /// Whether the operator may: only owners may use what an app is permitted.
    pub is_allowed: bool,
    app_type: AppType,
    permissions: BTreeSet<String>,
}

impl Developer {
    pub fn has_no_app(&self) -> bool {
        !self.apps.iter().any(|app| app.is_allowed)
    }

    /// The key of the first app that may call an operation; empty without one.
    pub fn suggested_app(&self, operation: &Operation) -> &str {
        let has_permission = |app: &AppChoice| {
            operation.permission.as_ref().is_none_or(|permission| app.permissions.contains(permission))
        };
        let is_of_type =
            |app: &AppChoice| operation.app_types.iter().any(|name| *name == app.app_type.as_str());
        let found = self.apps.iter().find(|app| app.is_allowed && has_permission(app) && is_of_type(app));
        found.map_or("", |app| &app.key)
    }
}

/// Finds out who reads a page. Somebody whose session cannot be read is a visitor.
pub(super) async fn reader(pages: &Pages, request: &Parts, path: &str) -> Reader {
    let env = pages.env.clone();
    let more = move |tx: &mut Tx<'_>, member: &SignedInMember| {
        let rights = operator::rights(tx, &env, &member.corp, member.member)?;
        Ok((rights, Arc::clone(tx.state().corp(&member.corp)?)))
    };
    let found = current_session_with(pages, &Visitor::of(request, pages), more).await;
    let found = found.inspect_err(|error| tracing::error!(%error, "a session could not be read"));
    let Ok(Some((current, (rights, state)))) = found else { return visitor(pages, path).await };
    if current.must_change_password() {
        return visitor(pages, path).await;
    }
    if !rights.may(&[OperatorRole::Developer]) {
        return Reader::NoRole;
    }
    let confirmation = current.member.by_provider;
    let confirmation =
        confirmation.then(|| paths::confirm_at_provider(&current.organisation.short_name, path));
    Reader::Developer(Developer {
        apps: apps(pages, &rights, &state),
        suggestions: suggestions(&current.member, &state),
        uuid: pages.env.random_text(b"0123456789abcdef", 16),
        confirmation,
    })
}

async fn visitor(pages: &Pages, path: &str) -> Reader {
    let demonstration = pages.store.state().corps.values().find(|corp| corp.corp.demo).cloned();
    let owner = match demonstration {
        Some(corp) => demonstration_owner(pages, &corp).await.unwrap_or_default(),
        None => None,
    };
    Reader::Visitor { sign_in: paths::sign_in(path), demonstration: owner }
}

/// An owner of the demonstration who still has the password that everybody knows.
async fn demonstration_owner(pages: &Pages, corp: &CorpState) -> Result<Option<DemoMember>> {
    let of = corp.corp.id.clone();
    let read = move |tx: &mut Tx<'_>| {
        let owners = tx.operators(&of)?.into_iter().filter(|operator| operator.rights.is_owner());
        let members = tx.members_with_initial_password(&of, DEMO_MEMBERS)?;
        Ok(owners
            .map(|owner| owner.userid)
            .find_map(|owner| members.iter().find(|(userid, _)| *userid == owner).cloned()))
    };
    let found = pages.store.read(&corp.corp.id, read).await?;
    Ok(found.map(|(userid, name)| DemoMember {
        corp: corp.corp.short_name.clone(),
        userid: userid.to_string(),
        name,
        password: DEMO_PASSWORD.to_owned(),
    }))
}

fn apps(pages: &Pages, rights: &OperatorRights, corp: &CorpState) -> Vec<AppChoice> {
    let state = pages.store.state();
    let apps = state.apps.values().filter(|app| app.corp == corp.corp.id && !app.disabled);
    let mut apps: Vec<AppChoice> = apps
        .map(|app| AppChoice {
            key: app.key.to_string(),
            name: app.name.clone(),
            is_allowed: app::require_rights_of(rights, app).is_ok(),
            app_type: app.app_type,
            permissions: app.grants.clone(),
        })
        .collect();
    apps.sort_by(|one, other| (&one.name, &one.key).cmp(&(&other.name, &other.key)));
    apps
}

/// What replaces placeholders: the first account in use, and the operator for the first member.
fn suggestions(member: &SignedInMember, corp: &CorpState) -> Vec<(&'static str, String)> {
    let account = corp.accounts.values().find(|account| !account.disabled);
    let account = account.map(|account| ("svcUnionId0001", account.id.to_string()));
    [(OWN_MEMBER, member.userid.to_string()), ("dingcorp0001", corp.corp.id.to_string())]
        .into_iter()
        .chain(account)
        .collect()
}
