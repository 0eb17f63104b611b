//! The organisation: its name, addresses, logo, colour and time zone. For owners.

mod preview;

use std::collections::HashMap;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, Form, Multipart, Query, State},
    http::Response,
    response::{IntoResponse, Redirect},
    routing::get,
};
use carillon_domain::{
    account::revision,
    corp::{self, CorpEffect},
};
use carillon_model::{
    color::Color,
    error::{Error, Result, Rule},
    operator::OperatorRole,
    time,
};
use carillon_store::{Corp, Tx};

use super::{
    Section,
    access::Operator,
    form::Pairs,
    page::{self, Conflict, OrganisationForm, OrganisationPage},
    text::{conflict::ConflictTexts, organisation::OrganisationTexts},
    to_page_above,
};
use crate::{
    paths,
    routes::{Pages, failed, html, multipart_error, uncached},
    security::PageKind,
    text::Lang,
    view::Organisation,
};

/// The roles that may open it, besides owners.
pub const ROLES: &[OperatorRole] = &[];
/// The most bytes of a form with a logo.
const LOGO_FORM_BYTES: usize = corp::MAX_LOGO_BYTES + (64 << 10);
/// The colour that the form suggests to who has none: that of the style sheet.
const DEFAULT_COLOR: &str = "#0f6b5c";

/// The routes.
pub fn routes() -> Router<Pages> {
    Router::new()
        .route("/console/organisation", get(show).post(save))
        .route("/console/organisation/preview", get(preview::show))
        .route(
            "/console/organisation/logo",
            get(to_page_above).post(upload_logo).layer(DefaultBodyLimit::max(LOGO_FORM_BYTES)),
        )
        .route("/console/organisation/logo/remove", get(to_organisation).post(remove_logo))
}

async fn to_organisation() -> Redirect {
    Redirect::to(Section::Organisation.path())
}

async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let t = OrganisationTexts::of(operator.signed_in.lang);
    let done = match query.get("done").map(String::as_str) {
        Some("saved") => Some(t.saved),
        Some("logo") => Some(t.logo_saved),
        Some("removed") => Some(t.logo_removed),
        _ => None,
    };
    respond(&pages, &operator, Overlay { done, ..Overlay::default() }, 200)
}

/// What a page shows beside what is stored.
#[derive(Default)]
struct Overlay {
    form: Option<OrganisationForm>,
    /// The revision that the form is based on; `None` for the stored one.
    revision: Option<String>,
    /// Whether somebody else changed what a form is based on.
    is_conflict: bool,
    effects: Vec<CorpEffect>,
    done: Option<&'static str>,
    problem: Option<String>,
}

fn respond(pages: &Pages, operator: &Operator, overlay: Overlay, status: u16) -> Response<Body> {
    let t = OrganisationTexts::of(operator.signed_in.lang);
    // The latest: the session has read the organisation before the change.
    let state = pages.store.state();
    let corp = match state.corp(operator.corp()) {
        Ok(state) => &state.corp,
        Err(error) => return failed(operator.page(), &error),
    };
    let current = match corp::revision_of_form(corp) {
        Ok(revision) => revision,
        Err(error) => return failed(operator.page(), &error),
    };
    let lang = operator.signed_in.lang;
    let conflict = overlay.is_conflict.then(|| match &overlay.form {
        Some(typed) => conflict(lang, &form_of(corp), typed),
        None => {
            let hint = ConflictTexts::of(lang).hint_logo;
            Conflict { lang, hint, rows: Vec::new(), path: Section::Organisation.path() }
        }
    });
    let form = overlay.form.unwrap_or_else(|| form_of(corp));
    let view = OrganisationPage {
        console: operator.console(),
        address: format!("{}{}", pages.base_url, paths::organisation(&corp.short_name, "")),
        former: corp.former_short_names.clone(),
        logo: Organisation::of(corp).logo,
        logo_id: logo_id(corp),
        revision: overlay.revision.unwrap_or(current),
        conflict,
        preview: preview::query(&form.name, form.own_color.then_some(form.accent_color.as_str())),
        zones: time::zone_names(),
        may_add_hosts: state.corps.len() == 1,
        confirmed: key(&overlay.effects),
        effects: overlay.effects.iter().map(|effect| t.effect(effect)).collect(),
        form,
        done: overlay.done,
        problem: overlay.problem,
    };
    html(status, PageKind::Editor, page::organisation(&view))
}

fn form_of(corp: &Corp) -> OrganisationForm {
    OrganisationForm {
        name: corp.name.clone(),
        short_name: corp.short_name.clone(),
        hosts: corp.hosts.join("\n"),
        own_color: corp.accent_color.is_some(),
        accent_color: corp.accent_color.map_or_else(|| DEFAULT_COLOR.to_owned(), |color| color.to_string()),
        time_zone: corp.time_zone.clone(),
    }
}

/// The media id of the logo; empty without one.
fn logo_id(corp: &Corp) -> String {
    corp.logo.as_ref().map(|logo| logo.media.to_string()).unwrap_or_default()
}

/// Refuses to replace another logo than the one that the page had.
fn require_logo(corp: &Corp, based_on: Option<&str>) -> Result<()> {
    match based_on {
        Some(based_on) if based_on != logo_id(corp) => Err(Rule::SettingsChanged.into()),
        _ => Ok(()),
    }
}

/// What differs between the stored properties and those of the form.
fn conflict(lang: Lang, stored: &OrganisationForm, typed: &OrganisationForm) -> Conflict {
    let o = OrganisationTexts::of(lang);
    let color = |form: &OrganisationForm| match form.own_color {
        true => form.accent_color.to_ascii_lowercase(),
        false => String::new(),
    };
    let hosts = |form: &OrganisationForm| form.hosts.split_whitespace().collect::<Vec<_>>().join("\n");
    let fields = [
        (o.name, stored.name.clone(), typed.name.clone()),
        (o.short_name, stored.short_name.clone(), typed.short_name.clone()),
        (o.hosts, hosts(stored), hosts(typed)),
        (o.time_zone, stored.time_zone.clone(), typed.time_zone.clone()),
        (o.accent_color, color(stored), color(typed)),
    ];
    Conflict::of(lang, Section::Organisation.path(), fields)
}

/// The text that confirms effects.
fn key(effects: &[CorpEffect]) -> String {
    effects.iter().map(CorpEffect::key).collect::<Vec<_>>().join("; ")
}

async fn save(State(pages): State<Pages>, operator: Operator, Form(form): Form<Pairs>) -> Response<Body> {
    let t = OrganisationTexts::of(operator.signed_in.lang);
    let values = OrganisationForm {
        name: form.text("name").trim().to_owned(),
        short_name: form.text("short_name").trim().to_ascii_lowercase(),
        hosts: form.lines("hosts").trim().to_ascii_lowercase(),
        own_color: form.is_set("own_color"),
        accent_color: form.text("accent_color").trim().to_owned(),
        time_zone: form.text("time_zone").trim().to_owned(),
    };
    let revision = Some(form.text("revision").to_owned()).filter(|revision| !revision.is_empty());
    let color = match (values.own_color, values.accent_color.parse::<Color>()) {
        (false, _) => None,
        (true, Ok(color)) => Some(color),
        (true, Err(_)) => {
            let problem = Some(t.invalid_color.to_owned());
            let overlay = Overlay { form: Some(values), revision, problem, ..Overlay::default() };
            return respond(&pages, &operator, overlay, 422);
        }
    };
    let (env, id, confirmed) =
        (pages.env.clone(), operator.corp().clone(), form.text("confirmed").to_owned());
    let (wanted, based_on) = (values.clone(), revision.clone());
    let set = move |tx: &mut Tx<'_>| {
        let current = corp::revision_of_form(&tx.state().corp(&id)?.corp)?;
        revision::require(&current, based_on.as_deref())?;
        let edit = |corp: &mut Corp| {
            (corp.name, corp.short_name) = (wanted.name.clone(), wanted.short_name.clone());
            (corp.time_zone, corp.accent_color) = (wanted.time_zone.clone(), color);
            corp.hosts = wanted.hosts.split_whitespace().map(str::to_owned).collect();
            Ok(())
        };
        let (before, after) = corp::edited(tx.state(), &id, edit)?;
        corp::require_hosts_of_owner(tx.state(), &before, &after.hosts)?;
        let effects = corp::effects(&before, &after);
        if key(&effects) != confirmed {
            return Ok(Err(effects));
        }
        corp::update(tx, &env, &id, edit).map(Ok)
    };
    let signature = operator.signature(&pages, "console.organisation.set");
    match pages.store.write(operator.corp(), signature, set).await {
        Ok(Ok(_)) => done("saved"),
        Ok(Err(effects)) => {
            let overlay = Overlay { form: Some(values), revision, effects, ..Overlay::default() };
            respond(&pages, &operator, overlay, 200)
        }
        Err(Error::Rule(Rule::SettingsChanged)) => {
            let overlay = Overlay { form: Some(values), is_conflict: true, ..Overlay::default() };
            respond(&pages, &operator, overlay, 409)
        }
        Err(Error::Invalid { field, reason }) => {
            let problem = Some(t.problem(&field, &reason));
            let overlay = Overlay { form: Some(values), revision, problem, ..Overlay::default() };
            respond(&pages, &operator, overlay, 422)
        }
        Err(error) => failed(operator.page(), &error),
    }
}

fn done(what: &str) -> Response<Body> {
    uncached(Redirect::to(&format!("{}?done={what}", Section::Organisation.path())).into_response())
}

async fn upload_logo(State(pages): State<Pages>, operator: Operator, form: Multipart) -> Response<Body> {
    let t = OrganisationTexts::of(operator.signed_in.lang);
    let problem = match read_file(form).await {
        Ok((based_on, Some(file))) => {
            let signature = operator.signature(&pages, "console.organisation.logo");
            let require = move |corp: &Corp| require_logo(corp, based_on.as_deref());
            match corp::set_logo(&pages.store, &pages.env, operator.corp(), signature, file, require).await {
                Ok(_) => return done("logo"),
                Err(Error::Rule(Rule::SettingsChanged)) => return logo_conflict(&pages, &operator),
                Err(Error::Invalid { field, reason }) => t.problem(&field, &reason),
                Err(Error::Rule(Rule::StorageFull) | Error::RuleBecause(Rule::StorageFull, _)) => {
                    t.full.to_owned()
                }
                Err(Error::Rule(_) | Error::RuleBecause(..)) => t.logo_hint.to_owned(),
                Err(error) => return failed(operator.page(), &error),
            }
        }
        Ok((_, None)) => t.no_file.to_owned(),
        Err(Error::Rule(_)) => t.logo_hint.to_owned(),
        Err(error) => return failed(operator.page(), &error),
    };
    respond(&pages, &operator, Overlay { problem: Some(problem), ..Overlay::default() }, 422)
}

/// Shows the logo that somebody else has set or removed.
fn logo_conflict(pages: &Pages, operator: &Operator) -> Response<Body> {
    respond(pages, operator, Overlay { is_conflict: true, ..Overlay::default() }, 409)
}

/// Returns the id of the logo that the page had, and the name and the content of the chosen file. Browsers send an empty one if none was
/// chosen.
async fn read_file(mut form: Multipart) -> Result<(Option<String>, Option<(String, Vec<u8>)>)> {
    let mut based_on = None;
    while let Some(field) = form.next_field().await.map_err(multipart_error)? {
        match field.name() {
            Some("replaces") => based_on = Some(field.text().await.map_err(multipart_error)?),
            Some("logo") => {
                let name = field.file_name().unwrap_or_default().to_owned();
                let content: Bytes = field.bytes().await.map_err(multipart_error)?;
                return Ok((based_on, (!content.is_empty()).then(|| (name, content.to_vec()))));
            }
            _ => {}
        }
    }
    Ok((based_on, None))
}

async fn remove_logo(
    State(pages): State<Pages>,
    operator: Operator,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let (env, id) = (pages.env.clone(), operator.corp().clone());
    let based_on = Some(form.text("replaces").to_owned()).filter(|id| !id.is_empty());
    let signature = operator.signature(&pages, "console.organisation.logo");
    let remove = move |tx: &mut Tx<'_>| {
        require_logo(&tx.state().corp(&id)?.corp, based_on.as_deref())?;
        corp::update(tx, &env, &id, |corp| {
            corp.logo = None;
            Ok(())
        })
    };
    match pages.store.write(operator.corp(), signature, remove).await {
        Ok(_) => done("removed"),
        Err(Error::Rule(Rule::SettingsChanged)) => logo_conflict(&pages, &operator),
        Err(error) => failed(operator.page(), &error),
    }
}
