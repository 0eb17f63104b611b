//! Operators: who has which role.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::{Form, Query, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_domain::operator;
use carillon_model::{
    error::{Error, Result, Rule},
    id::{AccountId, UserId},
    operator::{AccountScope, OperatorRights, OperatorRole},
};
use carillon_store::{CorpState, Tx};
use serde::Deserialize;

use super::{
    access::Operator,
    csv,
    list::{Address, Position, contains, filter, page as page_of},
    page::{self, OperatorRow, Operators},
    text::{lists::ListTexts, role, texts},
};
use crate::{
    paths,
    routes::{Pages, failed, html, presenter, uncached},
    security::PageKind,
    text::Lang,
};

type Parameters = HashMap<String, String>;

/// The list.
pub async fn list(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Query<Parameters>,
) -> Response<Body> {
    if query.contains_key("csv") {
        return match file(&pages, &operator, &query).await {
            Ok(file) => file,
            Err(error) => failed(operator.page(), &error),
        };
    }
    respond(&pages, &operator, &query, None, None).await
}

/// The operators that the address asks for, by `userid`.
async fn listed(pages: &Pages, operator: &Operator, query: &Parameters) -> Result<Vec<operator::Operator>> {
    let corp = operator.corp().clone();
    let mut found = pages.store.read(operator.corp(), move |tx| operator::list(tx, &corp)).await?;
    let (search, role) = (filter(query, "search"), OperatorRole::parse(&filter(query, "role")));
    found.retain(|found| {
        // Owners have every role, and are found by their own alone.
        let has_role = |role: OperatorRole| {
            let is_of_account = OperatorRole::OF_ACCOUNT_OPERATORS.contains(&role);
            let granted = found.granted.roles().chain(found.by_groups.roles());
            granted.map(|(role, _)| role).any(|one| one == role)
                || (is_of_account && !found.operated.is_empty())
        };
        contains(&search, &[found.userid.as_str(), &found.name]) && role.is_none_or(has_role)
    });
    Ok(found)
}

/// The operators as a file.
async fn file(pages: &Pages, operator: &Operator, query: &Parameters) -> Result<Response<Body>> {
    let found = listed(pages, operator, query).await?;
    let (lang, state) = (operator.signed_in.lang, &operator.state);
    let (t, l) = (texts(lang), ListTexts::of(lang));
    let lines = found.iter().map(|found| {
        let row = row(lang, state, found);
        vec![row.userid, row.name, row.roles.join("; "), row.operates.join("; ")]
    });
    csv::response("operators", &[t.userid, l.name, l.roles, l.operates], lines)
}

async fn respond(
    pages: &Pages,
    operator: &Operator,
    query: &Parameters,
    link: Option<(String, String)>,
    problem: Option<String>,
) -> Response<Body> {
    let status = if problem.is_some() { 400 } else { 200 };
    match load(pages, operator, query, link, problem).await {
        Ok(view) => html(status, PageKind::App, page::operators(&view)),
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load(
    pages: &Pages,
    operator: &Operator,
    query: &Parameters,
    link: Option<(String, String)>,
    problem: Option<String>,
) -> Result<Operators> {
    let found = listed(pages, operator, query).await?;
    let (lang, state) = (operator.signed_in.lang, &operator.state);
    let position = Position::of(query, |text| Some(text.to_owned()));
    let found = page_of(found, position, |found| found.userid.to_string());
    let (search, role) = (filter(query, "search"), filter(query, "role"));
    let address =
        Address::new(super::Section::Operators.path(), [("search", search.clone()), ("role", role.clone())]);
    let accounts = state.accounts.values().filter(|account| !account.disabled);
    Ok(Operators {
        console: operator.console(),
        operators: found.rows.iter().map(|found| row(lang, state, found)).collect(),
        pages: address.pages(&found, |found| found.userid.to_string()),
        search,
        role,
        accounts: accounts.map(|account| presenter::account(account)).collect(),
        link,
        problem,
    })
}

fn row(lang: Lang, state: &CorpState, found: &operator::Operator) -> OperatorRow {
    let name_of =
        |id: &AccountId| state.account(id).map_or_else(|_| id.to_string(), |account| account.name.clone());
    let of_role = |(granted, scope): (OperatorRole, &AccountScope)| {
        let name = role(lang, granted).0;
        match scope {
            AccountScope::All => name.to_owned(),
            AccountScope::Only(accounts) => {
                let names: Vec<String> = accounts.iter().map(name_of).collect();
                texts(lang).role_of(name, &names.join(lang.list_separator()))
            }
        }
    };
    OperatorRow {
        userid: found.userid.to_string(),
        name: found.name.clone(),
        roles: found.granted.roles().map(of_role).collect(),
        operates: found.operated.iter().map(name_of).collect(),
        is_granted: !found.granted.is_empty(),
    }
}

/// A submitted form: a role to grant, or all roles of a member to take away.
#[derive(Deserialize)]
pub struct RoleForm {
    #[serde(default)]
    userid: String,
    /// The role to grant; empty to take all roles away.
    #[serde(default)]
    role: String,
    /// The account that the role is for; empty for all accounts.
    #[serde(default)]
    account: String,
}

/// Grants a role, or takes all roles away.
pub async fn set(
    State(pages): State<Pages>,
    operator: Operator,
    Form(form): Form<RoleForm>,
) -> Response<Body> {
    let t = texts(operator.signed_in.lang);
    let added = match (form.role.as_str(), OperatorRole::parse(&form.role)) {
        ("", _) => None,
        (_, None) => {
            return respond(&pages, &operator, &Parameters::new(), None, Some(t.unknown_role.to_owned()))
                .await;
        }
        (_, Some(role)) if form.account.is_empty() => Some((role, AccountScope::All)),
        (_, Some(role)) => {
            let account = AccountId::from(form.account.as_str());
            Some((role, AccountScope::Only(std::iter::once(account).collect())))
        }
    };
    let (env, corp, userid) = (pages.env.clone(), operator.corp().clone(), UserId::from(form.userid.trim()));
    let signature = operator.signature(&pages, "console.operator.set");
    let written = pages.store.write(operator.corp(), signature, move |tx: &mut Tx<'_>| {
        let member = tx.member_no(&corp, &userid)?.ok_or(Rule::UnknownUser)?;
        let rights = match added {
            None => OperatorRights::default(),
            Some((role, scope)) => {
                let mut rights = tx.operator_rights(&corp, member)?;
                rights.add(role, scope);
                rights
            }
        };
        operator::set(tx, &env, &corp, &userid, None, rights)
    });
    let problem = match written.await {
        Ok(()) => return uncached(Redirect::to(super::Section::Operators.path()).into_response()),
        Err(Error::Rule(Rule::UnknownUser)) => t.unknown_member.to_owned(),
        Err(Error::Invalid { reason, .. }) if reason.contains("owner") => t.last_owner.to_owned(),
        Err(Error::Invalid { .. }) => t.role_not_limited.to_owned(),
        Err(error) => return failed(operator.page(), &error),
    };
    respond(&pages, &operator, &Parameters::new(), None, Some(problem)).await
}

/// A submitted form.
#[derive(Deserialize)]
pub struct LinkForm {
    #[serde(default)]
    userid: String,
}

/// Creates a link by which an operator chooses a password, and shows it once.
pub async fn link(
    State(pages): State<Pages>,
    operator: Operator,
    Form(form): Form<LinkForm>,
) -> Response<Body> {
    let (env, corp, userid) =
        (pages.env.clone(), operator.corp().clone(), UserId::from(form.userid.as_str()));
    let signature = operator.signature(&pages, "console.operator.link");
    let of = userid.clone();
    let work = move |tx: &mut Tx<'_>| operator::create_link_of_operator(tx, &env, &corp, &of);
    match pages.store.write(operator.corp(), signature, work).await {
        Ok(link) => {
            let url = format!("{}{}", pages.base_url, paths::password_link(&link.text));
            respond(&pages, &operator, &Parameters::new(), Some((userid.to_string(), url)), None).await
        }
        Err(Error::Rule(Rule::UnknownUser)) => {
            let problem = texts(operator.signed_in.lang).unknown_member.to_owned();
            respond(&pages, &operator, &Parameters::new(), None, Some(problem)).await
        }
        Err(error) => failed(operator.page(), &error),
    }
}
