//! Annual reports: pages worth printing.

use std::collections::{HashMap, HashSet};

use axum::{
    Router,
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderValue, Response},
    response::{IntoResponse, Redirect},
    routing::get,
};
use carillon_domain::stats::annual::{self, AnnualScope, Chapter, ReportYear};
use carillon_model::{
    error::{Error, Result, Rule},
    id::DeptId,
};

use crate::{
    console::{
        Section,
        access::Operator,
        csv, department_choices,
        page::{self, AnnualReport, ReportChapter, ReportState},
        text::statistics::{StatisticsTexts, capitalized},
    },
    routes::{Pages, failed, html, notice, uncached},
    security::PageKind,
    text::Lang,
    view::NoticeKind,
};

/// Seconds after which the page of a report that is being made is loaded again.
const RELOAD: &str = "10";

/// The routes.
pub fn routes() -> Router<Pages> {
    Router::new().route("/console/report", get(newest)).route("/console/report/{year}", get(show))
}

/// The path of the report of a year.
fn path(year: i32) -> String {
    format!("{}/{year}", Section::Report.path())
}

/// Leads to the newest report, or says that there is none.
async fn newest(State(pages): State<Pages>, operator: Operator) -> Response<Body> {
    let (env, corp) = (pages.env.clone(), operator.corp().clone());
    let read = pages.store.read_statistics(operator.corp(), move |tx| annual::years(tx, &env, &corp));
    match read.await {
        Ok(years) => match years.first() {
            Some(one) => uncached(Redirect::to(&path(one.year)).into_response()),
            None => html(
                200,
                PageKind::App,
                page::annual_report(&view(&pages, &operator, &[], None, ReportState::None)),
            ),
        },
        Err(error) => failed(operator.page(), &error),
    }
}

/// What was read of a year.
enum Found {
    /// It has no report; whether it is not over yet.
    NoReport(bool),
    InProgress(ReportYear),
    Report(ReportYear, Vec<Chapter>),
}

async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Path(year): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let Some(year) = year.parse::<i32>().ok().filter(|year| (1_000..=9_999).contains(year)) else {
        return notice(operator.page(), NoticeKind::NotFound);
    };
    let department = match query.get("dept").filter(|text| !text.is_empty()).map(|text| text.parse()) {
        None => None,
        Some(Ok(id)) => Some(DeptId(id)),
        Some(Err(_)) => return notice(operator.page(), NoticeKind::NotFound),
    };
    let (years, found) = match load(&pages, &operator, year, department).await {
        Ok(loaded) => loaded,
        Err(Error::RuleBecause(Rule::UnknownDepartment, _)) => {
            return notice(operator.page(), NoticeKind::NotFound);
        }
        Err(error) => return failed(operator.page(), &error),
    };
    let state = match found {
        Found::Report(_, chapters) if query.contains_key("csv") => return file(&operator, year, &chapters),
        _ if query.contains_key("csv") => return notice(operator.page(), NoticeKind::NotFound),
        Found::NoReport(false) => return notice(operator.page(), NoticeKind::NotFound),
        Found::NoReport(true) => ReportState::NotOver,
        Found::InProgress(one) => ReportState::InProgress { days: one.days, done: one.days_done },
        Found::Report(one, chapters) => ReportState::Ready {
            days: one.days,
            chapters: chapters.iter().map(|chapter| chapter_view(operator.signed_in.lang, chapter)).collect(),
        },
    };
    let is_in_progress = matches!(state, ReportState::InProgress { .. });
    let mut view = view(&pages, &operator, &years, department, state);
    view.year = Some(year);
    let mut response = html(200, PageKind::App, page::annual_report(&view));
    if is_in_progress {
        response.headers_mut().insert("refresh", HeaderValue::from_static(RELOAD));
    }
    response
}

async fn load(
    pages: &Pages,
    operator: &Operator,
    year: i32,
    department: Option<DeptId>,
) -> Result<(Vec<ReportYear>, Found)> {
    let (env, corp) = (pages.env.clone(), operator.corp().clone());
    let scope = department.map_or(AnnualScope::Organisation, AnnualScope::Department);
    let read = move |tx: &mut carillon_store::Tx<'_>| {
        let years = annual::years(tx, &env, &corp)?;
        let found = match years.iter().find(|one| one.year == year) {
            None => {
                let this_year = carillon_domain::stats::read::today(tx, &env, &corp)?.year();
                Found::NoReport(year == this_year)
            }
            // To compute it here would hold up the page for long.
            Some(one) if !one.is_ready => Found::InProgress(*one),
            Some(one) => {
                let report = annual::annual(tx, &env, &corp, &year.to_string(), &scope)?;
                Found::Report(*one, annual::chapters(&scope, &report))
            }
        };
        Ok((years, found))
    };
    pages.store.read_statistics(operator.corp(), read).await
}

fn view(
    pages: &Pages,
    operator: &Operator,
    years: &[ReportYear],
    department: Option<DeptId>,
    state: ReportState,
) -> AnnualReport {
    let viewer = operator.viewer(pages);
    let chosen: HashSet<DeptId> = department.into_iter().collect();
    let (departments, _) = department_choices(&operator.state, &chosen);
    let named = departments.iter().find(|one| one.is_chosen).map(|one| one.name.clone());
    AnnualReport {
        console: operator.console(),
        organisation: named.unwrap_or_else(|| operator.state.corp.name.clone()),
        year: None,
        years: years.iter().map(|one| (one.year, path(one.year))).collect(),
        // The root has everybody, as the organisation has.
        departments: departments
            .into_iter()
            .filter(|one| one.id != DeptId::ROOT.0 || one.is_chosen)
            .collect(),
        department: department.map(|id| id.0),
        state,
        time: viewer.moment(viewer.now),
        zone: viewer.zone(),
    }
}

fn names(lang: Lang, zh: &'static str, en: &'static str) -> String {
    match lang {
        Lang::Zh => zh.to_owned(),
        Lang::En => capitalized(en),
    }
}

fn chapter_view(lang: Lang, chapter: &Chapter) -> ReportChapter {
    let entries =
        chapter.entries.iter().map(|entry| (names(lang, entry.zh, entry.en), grouped(&entry.number)));
    ReportChapter { name: names(lang, chapter.zh, chapter.en), entries: entries.collect() }
}

/// Groups the digits before the point.
fn grouped(number: &str) -> String {
    let (whole, rest) = number.split_once('.').map_or((number, None), |(whole, rest)| (whole, Some(rest)));
    let whole = crate::console::chart::grouped(whole);
    rest.map_or_else(|| whole.clone(), |rest| format!("{whole}.{rest}"))
}

fn file(operator: &Operator, year: i32, chapters: &[Chapter]) -> Response<Body> {
    let lang = operator.signed_in.lang;
    let t = StatisticsTexts::of(lang);
    let lines = chapters.iter().flat_map(|chapter| {
        let line = move |entry: &annual::Entry| {
            let chapter = names(lang, chapter.zh, chapter.en);
            vec![year.to_string(), chapter, names(lang, entry.zh, entry.en), entry.number.clone()]
        };
        chapter.entries.iter().map(line).collect::<Vec<_>>()
    });
    let headings = [t.year, t.chapter, t.name, t.number];
    csv::response("report", &headings, lines).unwrap_or_else(|error| failed(operator.page(), &error))
}
