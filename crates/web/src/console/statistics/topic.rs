//! The page of a topic: charts and tables of its families, and lists of the last known day.

use std::collections::HashSet;

use axum::{body::Body, http::Response};
use carillon_domain::stats::{
    catalogue::{Family, Figure, Measure, Scope, Topic},
    query::{self, DayFigures, DayList},
};
use carillon_model::{
    day::Day,
    env::Env,
    error::{Error, Result, Rule},
    id::{CorpId, DeptId},
};
use carillon_store::Tx;

use super::{Parameters, Problem, Requested, family_name, iso, last_known, number_name, point, positions};
use crate::{
    console::{
        access::Operator,
        chart::{MAX_SERIES, Plot, number_text},
        department_choices,
        page::{self, FamilyFigures, FigureRow, ListOfDay, StatisticsTopic},
        text::statistics as text,
    },
    routes::{Pages, failed, html},
    security::PageKind,
    text::Lang,
};

/// Rows of a list on a page.
const ROWS: usize = 50;

pub async fn show(pages: Pages, operator: &Operator, topic: Topic, query: Parameters) -> Response<Body> {
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
