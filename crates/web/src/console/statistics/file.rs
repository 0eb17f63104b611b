//! What a topic shows, as files.

use axum::{body::Body, http::Response};
use carillon_domain::stats::{
    catalogue::{Family, Scope},
    query::{self, DayList},
};
use carillon_model::error::Result;

use super::{Parameters, Requested, iso, last_known, number_name, positions};
use crate::{
    console::{
        access::Operator,
        csv,
        text::statistics::{self as text, StatisticsTexts},
    },
    routes::Pages,
};

/// The table of a family as a file. Numbers are plain: without groups of digits, shares as fractions of one.
pub async fn of_family(
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
pub async fn of_list(
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
