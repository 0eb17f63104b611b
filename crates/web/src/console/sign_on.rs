//! Single sign-on: the settings of the provider. For owners.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use axum::{
    Router,
    body::Body,
    extract::{Form, Query, State},
    http::{Extensions, Response},
    response::{IntoResponse, Redirect},
    routing::get,
};
use carillon_domain::{account::revision, sign_on};
use carillon_model::{
    error::{Error, Result, Rule},
    operator::OperatorRole,
    sign_on::{MatchBy, ProviderError, SignOn},
};
use carillon_store::Tx;

use super::{
    Section,
    access::Operator,
    form::Pairs,
    page::{self, Conflict, SignOnForm, SignOnPage},
    text::{apps::AppTexts, conflict::ConflictTexts, sign_on::SignOnTexts},
    to_page_above,
};
use crate::{
    paths,
    provider::Unavailable,
    routes::{Pages, Visitor, failed, html, own_password, uncached},
    security::PageKind,
    text::Lang,
};

/// The roles that may open it, besides owners.
pub const ROLES: &[OperatorRole] = &[];

/// The routes.
pub fn routes() -> Router<Pages> {
    Router::new()
        .route("/console/sign-on", get(show).post(save))
        .route("/console/sign-on/remove", get(to_page_above).post(remove))
}

async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let s = SignOnTexts::of(operator.signed_in.lang);
    let done = match query.get("done").map(String::as_str) {
        Some("saved") => Some(state_of_provider(&pages, &operator, s).await),
        Some("removed") => Some(s.removed.to_owned()),
        _ => None,
    };
    respond(&pages, &operator, Overlay { done, ..Overlay::default() }, 200).await
}

/// Reads the configuration of the provider, so that an owner learns at once whether it is of use.
async fn state_of_provider(pages: &Pages, operator: &Operator, s: &SignOnTexts) -> String {
    let corp = operator.corp().clone();
    let Ok(Some(settings)) = pages.store.read(operator.corp(), move |tx| sign_on::settings(tx, &corp)).await
    else {
        return String::new();
    };
    let problem = match pages.providers.check(&settings.issuer).await {
        Ok(()) => return s.saved.to_owned(),
        Err(Unavailable::Busy) => s.busy.to_owned(),
        Err(Unavailable::Failed(ProviderError::Unreachable)) => s.unreachable.to_owned(),
        Err(Unavailable::Failed(ProviderError::Forbidden)) => s.forbidden.to_owned(),
        Err(Unavailable::Failed(ProviderError::Invalid(reason) | ProviderError::Refused(reason))) => reason,
    };
    format!("{}{problem}", s.saved_but)
}

/// What the page shows beside what is stored.
#[derive(Default)]
struct Overlay {
    form: Option<SignOnForm>,
    /// The revision that the form is based on; `None` for the stored one.
    revision: Option<String>,
    /// Whether somebody else changed what a form is based on.
    is_conflict: bool,
    /// Whether the form had a secret, which it does not get back.
    has_typed_secret: bool,
    done: Option<String>,
    problem: Option<String>,
}

async fn respond(pages: &Pages, operator: &Operator, overlay: Overlay, status: u16) -> Response<Body> {
    let corp = operator.corp().clone();
    let read = move |tx: &mut Tx<'_>| {
        let (settings, has_secret) = (sign_on::settings(tx, &corp)?, sign_on::has_secret(tx, &corp)?);
        Ok((settings, has_secret, sign_on::revision(tx, &corp)?))
    };
    let (settings, has_secret, current) = match pages.store.read(operator.corp(), read).await {
        Ok(found) => found,
        Err(error) => return failed(operator.page(), &error),
    };
    let lang = operator.signed_in.lang;
    let typed = overlay.form.as_ref().map(|form| (form, overlay.has_typed_secret));
    let conflict = overlay.is_conflict.then(|| conflict(lang, (settings.as_ref(), has_secret), typed));
    let hosts = operator.signed_in.organisation.hosts.iter().map(|host| format!("https://{host}"));
    let addresses = std::iter::once(pages.base_url.to_string()).chain(hosts);
    let view = SignOnPage {
        console: operator.console(),
        redirects: addresses.map(|address| format!("{address}{}", paths::PROVIDER_CALLBACK)).collect(),
        logout: format!("{}{}", pages.base_url, paths::PROVIDER_LOGOUT),
        is_set: settings.is_some(),
        revision: overlay.revision.unwrap_or(current),
        conflict,
        form: overlay.form.unwrap_or_else(|| settings.map_or_else(new_form, |settings| form_of(&settings))),
        has_secret,
        done: overlay.done,
        problem: overlay.problem,
    };
    html(status, PageKind::App, page::sign_on(&view))
}

/// What differs between the stored settings and those of the form. A secret is never shown.
fn conflict(
    lang: Lang,
    (stored, has_secret): (Option<&SignOn>, bool),
    typed: Option<(&SignOnForm, bool)>,
) -> Conflict {
    let (s, x) = (SignOnTexts::of(lang), ConflictTexts::of(lang));
    let Some((typed, has_typed_secret)) = typed else {
        return Conflict { lang, hint: x.hint_removed, rows: Vec::new(), path: Section::SignOn.path() };
    };
    let now = stored.map_or_else(SignOnForm::default, form_of);
    let match_by = |form: &SignOnForm| {
        let name = match form.match_by.as_str() {
            "userid" => s.by_userid,
            "email" => s.by_email,
            "mobile" => s.by_mobile,
            _ => "",
        };
        name.to_owned()
    };
    let lines = |form: &SignOnForm| {
        let mut lines: Vec<&str> = form.group_roles.lines().map(str::trim).collect();
        lines.retain(|line| !line.is_empty());
        lines.sort_unstable();
        lines.join("\n")
    };
    let choice = |form: &SignOnForm, is_chosen: bool| {
        if form.issuer.is_empty() { String::new() } else { x.choice(is_chosen) }
    };
    let fields = [
        (s.issuer, now.issuer.clone(), typed.issuer.clone()),
        (s.client_id, now.client_id.clone(), typed.client_id.clone()),
        (s.label, now.label.clone(), typed.label.clone()),
        (s.scopes, now.scopes.clone(), typed.scopes.clone()),
        (s.match_by, match_by(&now), match_by(typed)),
        (s.userid_claim, now.userid_claim.clone(), typed.userid_claim.clone()),
        (s.enrol, choice(&now, now.enrol), choice(typed, typed.enrol)),
        (s.only, choice(&now, now.only), choice(typed, typed.only)),
        (s.groups_claim, now.groups_claim.clone(), typed.groups_claim.clone()),
        (s.group_roles, lines(&now), lines(typed)),
    ];
    let mut found = Conflict::of(lang, Section::SignOn.path(), fields);
    let hint = match stored {
        None => x.gone,
        // The secret alone may differ, and is not shown.
        Some(_) if found.rows.is_empty() => s.secret_changed,
        Some(_) => found.hint,
    };
    if has_typed_secret {
        let stored = if has_secret { s.secret_hidden } else { "" };
        found.rows.push((s.client_secret, stored.to_owned(), s.secret_again.to_owned()));
    }
    Conflict { hint, ..found }
}

fn new_form() -> SignOnForm {
    SignOnForm {
        scopes: "profile email".to_owned(),
        match_by: MatchBy::Userid.as_str().to_owned(),
        userid_claim: "preferred_username".to_owned(),
        ..SignOnForm::default()
    }
}

fn form_of(settings: &SignOn) -> SignOnForm {
    let lines = settings
        .group_roles
        .iter()
        .flat_map(|(group, roles)| roles.iter().map(move |role| format!("{group}={}\n", role.as_str())));
    SignOnForm {
        issuer: settings.issuer.clone(),
        client_id: settings.client_id.clone(),
        label: settings.label.clone(),
        scopes: settings.scopes.join(" "),
        match_by: settings.match_by.as_str().to_owned(),
        userid_claim: settings.userid_claim.clone(),
        groups_claim: settings.groups_claim.clone(),
        group_roles: lines.collect(),
        enrol: settings.enrol,
        only: settings.only,
    }
}

async fn save(
    State(pages): State<Pages>,
    mut operator: Operator,
    visitor: Visitor,
    extensions: Extensions,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let s = SignOnTexts::of(operator.signed_in.lang);
    let text = |name: &str| form.text(name).trim().to_owned();
    let values = SignOnForm {
        issuer: text("issuer"),
        client_id: text("client_id"),
        label: text("label"),
        scopes: text("scopes"),
        match_by: text("match_by"),
        userid_claim: text("userid_claim"),
        groups_claim: text("groups_claim"),
        group_roles: form.lines("group_roles"),
        enrol: form.is_set("enrol"),
        only: form.is_set("only"),
    };
    let revision = revision_of(&form);
    let refused = |problem: String| Overlay {
        form: Some(values.clone()),
        revision: revision.clone(),
        problem: Some(problem),
        ..Overlay::default()
    };
    let settings = match settings(s, &values) {
        Ok(settings) => settings,
        Err(problem) => return respond(&pages, &operator, refused(problem), 422).await,
    };
    match confirmed(&pages, &mut operator, &visitor, &extensions, &form).await {
        Ok(None) => {}
        Ok(Some(problem)) => return respond(&pages, &operator, refused(problem), 422).await,
        Err(error) => return failed(operator.page(), &error),
    }
    let secret = Some(text("client_secret")).filter(|secret| !secret.is_empty());
    let (env, corp) = (pages.env.clone(), operator.corp().clone());
    let signature = operator.signature(&pages, "console.sign_on.set");
    let based_on = revision.clone();
    let work = move |tx: &mut Tx<'_>| {
        revision::require(&sign_on::revision(tx, &corp)?, based_on.as_deref())?;
        sign_on::set(tx, &env, &corp, &settings, secret.as_deref())
    };
    match pages.store.write(operator.corp(), signature, work).await {
        Ok(()) => {
            let path = format!("{}?done=saved", Section::SignOn.path());
            uncached(Redirect::to(&path).into_response())
        }
        Err(Error::Invalid { field, reason }) => {
            let problem = format!("{}{} {reason}", s.invalid, name_of(s, &field));
            respond(&pages, &operator, refused(problem), 422).await
        }
        Err(Error::Rule(Rule::SettingsChanged)) => {
            let (form, has_typed_secret) = (Some(values), !form.text("client_secret").trim().is_empty());
            let overlay = Overlay { form, is_conflict: true, has_typed_secret, ..Overlay::default() };
            respond(&pages, &operator, overlay, 409).await
        }
        Err(error) => failed(operator.page(), &error),
    }
}

/// The revision that a form is based on. Forms without one replace whatever is there.
fn revision_of(form: &Pairs) -> Option<String> {
    Some(form.text("revision").to_owned()).filter(|revision| !revision.is_empty())
}

/// Whoever decides by which provider members sign in decides everything, so the session alone is not enough. Returns what is wrong.
async fn confirmed(
    pages: &Pages,
    operator: &mut Operator,
    visitor: &Visitor,
    extensions: &Extensions,
    form: &Pairs,
) -> Result<Option<String>> {
    let a = AppTexts::of(operator.signed_in.lang);
    let password = form.text("password");
    let outcome =
        own_password::reauthenticate(pages, &mut operator.signed_in, visitor, extensions, password).await?;
    Ok(a.password_problem(outcome).map(str::to_owned))
}

/// The name of a field on the page.
fn name_of<'a>(s: &'a SignOnTexts, field: &'a str) -> &'a str {
    match field {
        "issuer" => s.issuer,
        "client_id" => s.client_id,
        "client_secret" => s.client_secret,
        "label" => s.label,
        "userid_claim" => s.userid_claim,
        "groups_claim" => s.groups_claim,
        "group_roles" => s.groups,
        "only" => s.only,
        scopes if scopes.starts_with("scopes") => s.scopes,
        other => other,
    }
}

fn settings(s: &SignOnTexts, values: &SignOnForm) -> Result<SignOn, String> {
    let mut group_roles: BTreeMap<String, BTreeSet<OperatorRole>> = BTreeMap::new();
    for line in values.group_roles.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (group, role) = line.rsplit_once('=').ok_or_else(|| format!("{}{line}", s.invalid_line))?;
        let role = OperatorRole::parse(role.trim()).ok_or_else(|| format!("{}{role}", s.invalid_role))?;
        group_roles.entry(group.trim().to_owned()).or_default().insert(role);
    }
    let match_by = [MatchBy::Userid, MatchBy::Email, MatchBy::Mobile];
    Ok(SignOn {
        issuer: values.issuer.clone(),
        client_id: values.client_id.clone(),
        label: values.label.clone(),
        scopes: values.scopes.split_whitespace().map(str::to_owned).collect(),
        match_by: match_by.into_iter().find(|by| by.as_str() == values.match_by).unwrap_or_default(),
        userid_claim: values.userid_claim.clone(),
        groups_claim: values.groups_claim.clone(),
        group_roles,
        enrol: values.enrol,
        only: values.only,
    })
}

async fn remove(
    State(pages): State<Pages>,
    mut operator: Operator,
    visitor: Visitor,
    extensions: Extensions,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    match confirmed(&pages, &mut operator, &visitor, &extensions, &form).await {
        Ok(None) => {}
        Ok(Some(problem)) => {
            let (revision, problem) = (revision_of(&form), Some(problem));
            let overlay = Overlay { revision, problem, ..Overlay::default() };
            return respond(&pages, &operator, overlay, 422).await;
        }
        Err(error) => return failed(operator.page(), &error),
    }
    let corp = operator.corp().clone();
    let signature = operator.signature(&pages, "console.sign_on.remove");
    let based_on = revision_of(&form);
    let work = move |tx: &mut Tx<'_>| {
        revision::require(&sign_on::revision(tx, &corp)?, based_on.as_deref())?;
        sign_on::remove(tx, &corp)
    };
    match pages.store.write(operator.corp(), signature, work).await {
        Ok(()) => {
            let path = format!("{}?done=removed", Section::SignOn.path());
            uncached(Redirect::to(&path).into_response())
        }
        Err(Error::Rule(Rule::SettingsChanged)) => {
            respond(&pages, &operator, Overlay { is_conflict: true, ..Overlay::default() }, 409).await
        }
        Err(error) => failed(operator.page(), &error),
    }
}
