//! Statistics: a page for each topic with charts, tables and files, and an overview.

mod report;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use axum::{
    Router,
    body::Body,
    extract::{Path, Query, State},
    http::Response,
    routing::get,
};
use carillon_domain::{
    article::views,
    stats::{
        catalogue::{Family, Figure, Measure, Number, Scope, Topic, families},
        query::{self, DayFigures, DayList, DayRange},
        read,
    },
};
use carillon_model::{
    day::Day,
    env::Env,
    error::{Error, Result, Rule},
    id::{CorpId, DeptId},
    operator::OperatorRole,
};
use carillon_store::Tx;

use super::{
    access::Operator,
    chart::{MAX_SERIES, Plot, Point, number_text},
    csv, department_choices,
    page::{
        self, FamilyFigures, FigureRow, ListOfDay, Range, StatisticsOverview, StatisticsTopic, TopicTile,
    },
    text::statistics::{self as text, StatisticsTexts, capitalized},
};
use crate::{
    routes::{Pages, failed, html, notice},
    security::PageKind,
    text::Lang,
    view::NoticeKind,
};

/// The roles that see the numbers of the organisation. They have to be for all accounts.
pub const ROLES: &[OperatorRole] = &[OperatorRole::Analyst];
/// Days of a page whose address names none.
const DEFAULT_DAYS: i32 = 30;
/// Rows of a list on a page.
const ROWS: usize = 50;

type Parameters = HashMap<String, String>;

/// The routes.
pub fn routes() -> Router<Pages> {
    Router::new()
        .route("/console/statistics", get(overview))
        .route("/console/statistics/{topic}", get(topic))
        .merge(report::routes())
}

/// What an address asks for.
#[derive(Clone, Copy)]
struct Requested {
    days: DayRange,
    last_days: Option<i32>,
    today: Day,
    department: Option<DeptId>,
    problem: Option<Problem>,
}

/// Why a page does not show what its address asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Problem {
    Range,
    Department,
}

impl Problem {
    fn text(self, lang: Lang) -> &'static str {
        let t = StatisticsTexts::of(lang);
        match self {
            Self::Range => t.bad_range,
            Self::Department => t.bad_department,
        }
    }
}

impl Requested {
    /// Reads the address. Days that cannot be visible become the usual ones, and the page says so.
    fn read(tx: &Tx<'_>, env: &Env, corp: &CorpId, query: &Parameters) -> Result<Self> {
        let today = read::today(tx, env, corp)?;
        let usual = |problem| Self {
            days: DayRange::ending(today, DEFAULT_DAYS),
            last_days: Some(DEFAULT_DAYS),
            today,
            department: None,
            problem,
        };
        let mut found = usual(None);
        let value = |name: &str| query.get(name).map(String::as_str).filter(|value| !value.is_empty());
        match (value("days"), value("from"), value("to")) {
            (Some(days), None, None) => {
                match days.parse().ok().filter(|days| Range::LAST_DAYS.contains(days)) {
                    Some(days) => {
                        (found.days, found.last_days) = (DayRange::ending(today, days), Some(days));
                    }
                    None => found.problem = Some(Problem::Range),
                }
            }
            (None, None, None) => {}
            (_, from, to) => {
                // Fields for dates write `2026-11-30`.
                let digits = |text: Option<&str>| text.unwrap_or_default().replace('-', "");
                match DayRange::parse(tx, env, corp, &digits(from), &digits(to)) {
                    Ok(days) => (found.days, found.last_days) = (days, None),
                    Err(Error::Invalid { .. }) => found.problem = Some(Problem::Range),
                    Err(error) => return Err(error),
                }
            }
        }
        if let Some(department) = value("dept") {
            match department.parse() {
                Ok(id) => found.department = Some(DeptId(id)),
                Err(_) => found.problem = Some(Problem::Department),
            }
        }
        Ok(found)
    }

    fn scope(&self) -> Scope {
        self.department.map_or(Scope::Organisation, Scope::Department)
    }

    fn view(&self) -> Range {
        Range {
            from: iso(self.days.from),
            to: iso(self.days.to),
            last_days: self.last_days,
            today: iso(self.today),
            department: self.department.map(|id| id.0),
        }
    }
}

/// Formats a day as `2026-11-30`.
fn iso(day: Day) -> String {
    day.date().map_or_else(String::new, |date| date.to_string())
}

/// The day below an axis: `11-30`.
fn short(day: Day) -> String {
    format!("{:02}-{:02}", day.0 / 100 % 100, day.0 % 100)
}

/// Writes article views that are counted in memory, so that the numbers of today have them. If that fails, they are missing.
async fn write_views(pages: &Pages, operator: &Operator) {
    let written = views::write_counts(Arc::clone(&pages.store), pages.env.clone(), operator.corp().clone());
    let _ = written.await;
}

/// The number that stands for a topic on the first page: family and number.
fn headline(topic: Topic) -> Option<(&'static Family, &'static Number)> {
    let (family, number) = match topic {
        Topic::Members => ("online_user", "4002"),
        Topic::Messages => ("single_message", "4026"),
        Topic::Dings => ("ding_send", "4036"),
        Topic::Meetings => ("video_meeting", "4053"),
        Topic::Articles => ("articles", "articles_read"),
        Topic::Apps => ("apps", "app_users"),
        Topic::Documents => ("document", "4103"),
        Topic::Work => ("approval", "4095"),
        Topic::Attendance => ("attendance", "4084"),
        Topic::Community => ("blackboard", "5001"),
    };
    let family = topic.families().find(|one| one.code == family)?;
    Some((family, family.numbers.iter().find(|one| one.code == number)?))
}

async fn overview(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Query<Parameters>,
) -> Response<Body> {
    match load_overview(pages, &operator, query).await {
        Ok(view) => {
            let status = if view.problem.is_some() { 400 } else { 200 };
            html(status, PageKind::App, page::statistics_overview(&view))
        }
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load_overview(pages: Pages, operator: &Operator, query: Parameters) -> Result<StatisticsOverview> {
    write_views(&pages, operator).await;
    let (viewer, console) = (operator.viewer(&pages), operator.console());
    let lang = viewer.lang;
    let requested = pages.store.read_statistics(operator.corp(), {
        let (env, corp) = (pages.env.clone(), operator.corp().clone());
        move |tx| {
            let requested = Requested::read(tx, &env, &corp, &query)?;
            let headlines: Vec<_> = Topic::ALL.into_iter().filter_map(headline).collect();
            let families: Vec<&Family> = headlines.iter().map(|(family, _)| *family).collect();
            let days = query::figures(tx, &env, &corp, &families, Scope::Organisation, requested.days)?;
            Ok((requested, headlines, days))
        }
    });
    let (requested, headlines, days) = requested.await?;
    let tiles = headlines.into_iter().enumerate().map(|(index, (family, number))| {
        let position = family.numbers.iter().position(|one| one.code == number.code).unwrap_or_default();
        tile(lang, family, number, &days, (index, position))
    });
    Ok(StatisticsOverview {
        console,
        tiles: tiles.collect(),
        range: Range { department: None, ..requested.view() },
        problem: requested.problem.map(|problem| problem.text(lang)),
        zone: viewer.zone(),
    })
}

fn tile(
    lang: Lang,
    family: &Family,
    number: &'static Number,
    days: &[DayFigures],
    (family_index, index): (usize, usize),
) -> TopicTile {
    let figure = |day: &DayFigures| day.figures[family_index][index];
    let measure = number.source.measure();
    let latest = days.iter().rev().filter(|day| day.is_over).find_map(|day| Some((figure(day)?, day.day)));
    let name = number_name(lang, number);
    let points = days.iter().map(|day| point(lang, day, vec![figure(day)])).collect();
    let chart = Plot {
        id: format!("chart-{}", family.topic.code()),
        title: name.clone(),
        measure,
        points,
        series: vec![&name],
        is_small: true,
    };
    TopicTile {
        topic: family.topic,
        latest: latest.map(|(figure, day)| (number_text(measure, figure), short(day))),
        chart: chart.draw(lang),
        number: name,
    }
}

fn point(lang: Lang, day: &DayFigures, values: Vec<Option<Figure>>) -> Point {
    let (label, name) = (short(day.day), iso(day.day));
    let name = if day.is_over { name } else { StatisticsTexts::of(lang).day_so_far(&name) };
    Point { label, name, is_open: !day.is_over, values }
}

fn number_name(lang: Lang, number: &Number) -> String {
    match lang {
        Lang::Zh => number.zh.to_owned(),
        Lang::En => capitalized(number.en),
    }
}

fn family_name(lang: Lang, family: &Family) -> &'static str {
    match lang {
        Lang::Zh => family.zh,
        Lang::En => family.en,
    }
}

async fn topic(
    State(pages): State<Pages>,
    operator: Operator,
    Path(code): Path<String>,
    Query(query): Query<Parameters>,
) -> Response<Body> {
    let Some(topic) = Topic::parse(&code) else { return notice(operator.page(), NoticeKind::NotFound) };
    write_views(&pages, &operator).await;
    let of = match query.get("csv").map(String::as_str) {
        None => return show(pages, &operator, topic, query).await,
        Some(code) => code.to_owned(),
    };
    let file = match (families().find(|one| one.topic == topic && one.code == of), DayList::parse(&of)) {
        (Some(family), _) => family_file(pages, &operator, family, query).await,
        (None, Some(list)) if list.topic() == topic => list_file(pages, &operator, list, query).await,
        _ => return notice(operator.page(), NoticeKind::NotFound),
    };
    match file {
        Ok(Some(file)) => file,
        Ok(None) | Err(Error::RuleBecause(Rule::UnknownDepartment, _)) => {
            notice(operator.page(), NoticeKind::NotFound)
        }
        Err(error) => failed(operator.page(), &error),
    }
}

async fn show(pages: Pages, operator: &Operator, topic: Topic, query: Parameters) -> Response<Body> {
    match load(pages, operator, topic, query).await {
        Ok(view) => {
            let status = if view.problem.is_some() { 400 } else { 200 };
            html(status, PageKind::App, page::statistics_topic(&view))
        }
        Err(error) => failed(operator.page(), &error),
    }
}

/// Returns the families of a topic that have numbers of a scope.
fn families_of(topic: Topic, scope: Scope) -> Vec<&'static Family> {
    let has_scope = |family: &&Family| scope == Scope::Organisation || family.has_departments();
    topic.families().filter(has_scope).collect()
}

/// Reads the figures of families. A department that is not known is a problem of the address.
fn read_figures(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    families: impl Fn(Scope) -> Vec<&'static Family>,
    requested: &mut Requested,
) -> Result<(Vec<&'static Family>, Vec<DayFigures>)> {
    let of_scope = families(requested.scope());
    match query::figures(tx, env, corp, &of_scope, requested.scope(), requested.days) {
        Err(Error::RuleBecause(Rule::UnknownDepartment, _)) => {
            (requested.department, requested.problem) = (None, Some(Problem::Department));
            let all = families(Scope::Organisation);
            let days = query::figures(tx, env, corp, &all, Scope::Organisation, requested.days)?;
            Ok((all, days))
        }
        found => Ok((of_scope, found?)),
    }
}

async fn load(pages: Pages, operator: &Operator, topic: Topic, query: Parameters) -> Result<StatisticsTopic> {
    let (viewer, console) = (operator.viewer(&pages), operator.console());
    let lang = viewer.lang;
    let read = pages.store.read_statistics(operator.corp(), {
        let (env, corp) = (pages.env.clone(), operator.corp().clone());
        move |tx| {
            let mut requested = Requested::read(tx, &env, &corp, &query)?;
            let families = |scope| families_of(topic, scope);
            let (families, days) = read_figures(tx, &env, &corp, families, &mut requested)?;
            let mut lists = Vec::new();
            if let (Scope::Organisation, Some(day)) = (requested.scope(), last_known(&days)) {
                for list in DayList::ALL.into_iter().filter(|list| list.topic() == topic) {
                    lists.push((list, day, query::day_list(tx, &corp, list, day)?));
                }
            }
            Ok((requested, families, days, lists))
        }
    });
    let (requested, families, days, lists) = read.await?;
    let without = topic.families().filter(|family| families.iter().all(|one| one.code != family.code));
    let chosen: HashSet<DeptId> = requested.department.into_iter().collect();
    let (departments, _) = department_choices(&operator.state, &chosen);
    let figures = families.iter().enumerate();
    let figures =
        figures.map(|(index, family)| family_figures(lang, family, index, &days, requested.scope()));
    Ok(StatisticsTopic {
        console,
        topic,
        range: requested.view(),
        problem: requested.problem.map(|problem| problem.text(lang)),
        // The root has everybody, as the organisation has.
        departments: departments
            .into_iter()
            .filter(|one| one.id != DeptId::ROOT.0 || one.is_chosen)
            .collect(),
        families: figures.collect(),
        without_departments: without.map(|family| family_name(lang, family)).collect(),
        lists: lists.into_iter().filter_map(|(list, day, rows)| list_of_day(list, day, rows)).collect(),
        is_empty: days.iter().all(|day| day.figures.iter().flatten().all(Option::is_none))
            && !families.is_empty(),
        zone: viewer.zone(),
    })
}

/// The last day that is over and known.
fn last_known(days: &[DayFigures]) -> Option<Day> {
    days.iter().rev().find(|day| day.is_over && day.has_facts).map(|day| day.day)
}

fn list_of_day(list: DayList, day: Day, rows: Vec<(String, u64)>) -> Option<ListOfDay> {
    let most = rows.first()?.1.max(1);
    let are_more = rows.len() > ROWS;
    let rows = rows.into_iter().take(ROWS).map(|(name, number)| {
        let share = number * 10_000 / most;
        let figure = Figure { value: number, parts: 1 };
        (name, number_text(Measure::Count, figure), format!("{}.{:02}%", share / 100, share % 100))
    });
    Some(ListOfDay { list, day: iso(day), rows: rows.collect(), are_more })
}

/// The numbers of a family that a scope has, by their position.
fn positions(family: &Family, scope: Scope) -> Vec<usize> {
    let numbers = family.numbers.iter().enumerate();
    let visible = numbers.filter(|(_, one)| scope == Scope::Organisation || one.source.has_departments());
    visible.map(|(index, _)| index).collect()
}

fn family_figures(
    lang: Lang,
    family: &'static Family,
    index: usize,
    days: &[DayFigures],
    scope: Scope,
) -> FamilyFigures {
    let positions = positions(family, scope);
    let name = family_name(lang, family);
    let values = |at: usize| days.iter().filter_map(move |day| day.figures[index][at]);
    let is_quiet = |at: &usize| values(*at).all(|figure| figure.value == 0);
    let (quiet, moving): (Vec<usize>, Vec<usize>) = positions.iter().copied().partition(is_quiet);
    let zeros = quiet.into_iter().filter(|at| values(*at).next().is_some());
    let mut measures: Vec<Measure> = moving.iter().map(|at| family.numbers[*at].source.measure()).collect();
    measures.sort_unstable();
    measures.dedup();
    let mut charts = Vec::new();
    for measure in measures {
        let of_measure: Vec<usize> =
            moving.iter().copied().filter(|at| family.numbers[*at].source.measure() == measure).collect();
        for part in of_measure.chunks(MAX_SERIES) {
            let names: Vec<String> = part.iter().map(|at| number_name(lang, &family.numbers[*at])).collect();
            let of_day = |day: &DayFigures| part.iter().map(|at| day.figures[index][*at]).collect();
            let unit = text::measure(lang, measure);
            let plot = Plot {
                id: format!("{}-{}", family.code, charts.len()),
                title: if names.len() == 1 { names[0].clone() } else { format!("{name} ({unit})") },
                measure,
                points: days.iter().map(|day| point(lang, day, of_day(day))).collect(),
                series: names.iter().map(String::as_str).collect(),
                is_small: false,
            };
            // Of one number the name is enough.
            let caption = if names.len() == 1 { number_caption(lang, family, part[0]) } else { unit };
            charts.push((caption, plot.draw(lang)));
        }
    }
    let row = |day: &DayFigures| FigureRow {
        day: iso(day.day),
        is_over: day.is_over,
        values: positions
            .iter()
            .map(|at| {
                let measure = family.numbers[*at].source.measure();
                day.figures[index][*at].map(|figure| number_text(measure, figure))
            })
            .collect(),
    };
    FamilyFigures {
        code: family.code,
        name,
        charts,
        zeros: zeros.map(|at| number_name(lang, &family.numbers[at])).collect(),
        headings: positions.iter().map(|at| number_name(lang, &family.numbers[*at])).collect(),
        rows: days.iter().rev().map(row).collect(),
    }
}

fn number_caption(lang: Lang, family: &'static Family, at: usize) -> &'static str {
    match lang {
        Lang::Zh => family.numbers[at].zh,
        Lang::En => family.numbers[at].en,
    }
}

/// The table of a family as a file. Numbers are plain: without groups of digits, shares as fractions of one.
async fn family_file(
    pages: Pages,
    operator: &Operator,
    family: &'static Family,
    query: Parameters,
) -> Result<Option<Response<Body>>> {
    let lang = operator.signed_in.lang;
    let t = StatisticsTexts::of(lang);
    let read = pages.store.read_statistics(operator.corp(), {
        let (env, corp) = (pages.env.clone(), operator.corp().clone());
        move |tx| {
            let requested = Requested::read(tx, &env, &corp, &query)?;
            let days = query::figures(tx, &env, &corp, &[family], requested.scope(), requested.days)?;
            Ok((requested, days))
        }
    });
    let (requested, days) = read.await?;
    if requested.problem.is_some() {
        return Ok(None);
    }
    let positions = positions(family, requested.scope());
    let mut headings = vec![t.day.to_owned()];
    headings.extend(positions.iter().map(|at| number_name(lang, &family.numbers[*at])));
    let lines = days.iter().rev().map(|day| {
        let name = if day.is_over { iso(day.day) } else { t.day_so_far(&iso(day.day)) };
        let figure = |at: &usize| day.figures[0][*at].map_or_else(String::new, |figure| figure.to_string());
        std::iter::once(name).chain(positions.iter().map(figure)).collect()
    });
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    csv::response(family.code, &headings, lines).map(Some)
}

/// A list of the last day that is known, as a file.
async fn list_file(
    pages: Pages,
    operator: &Operator,
    list: DayList,
    query: Parameters,
) -> Result<Option<Response<Body>>> {
    let lang = operator.signed_in.lang;
    let t = StatisticsTexts::of(lang);
    let read = pages.store.read_statistics(operator.corp(), {
        let (env, corp) = (pages.env.clone(), operator.corp().clone());
        move |tx| {
            let requested = Requested::read(tx, &env, &corp, &query)?;
            let days = query::figures(tx, &env, &corp, &[], Scope::Organisation, requested.days)?;
            let rows = match last_known(&days) {
                Some(day) => query::day_list(tx, &corp, list, day)?,
                None => Vec::new(),
            };
            Ok((requested, rows, last_known(&days)))
        }
    });
    let (requested, rows, day) = read.await?;
    if requested.problem.is_some() {
        return Ok(None);
    }
    let (_, number) = text::list(lang, list);
    let day = day.map_or_else(String::new, iso);
    let lines = rows.into_iter().map(|(name, number)| vec![day.clone(), name, number.to_string()]);
    csv::response(list.code(), &[t.day, t.name, number], lines).map(Some)
}
