//! What became of a send over time, and the totals of an account by month.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::Response,
};
use carillon_domain::{
    article::views,
    send::{self, Month, OverTime, Readers, SendDay},
    stats::catalogue::{Figure, Measure},
};
use carillon_model::{
    day::Day,
    error::{Error, Result, Rule},
    id::AccountId,
};
use carillon_store::SendTotals;

use super::Parameters;
use crate::{
    console::{
        Section,
        access::Operator,
        chart::{Plot, Point, number_text},
        csv,
        page::{self, ChartTable, Months},
        text::calendar::CalendarTexts,
    },
    routes::{Pages, Viewer, failed, html, notice, presenter},
    security::PageKind,
    time::Moment,
    view::NoticeKind,
};

fn whole(value: u64) -> Figure {
    Figure { value, parts: 1 }
}

fn text(value: u64) -> String {
    number_text(Measure::Count, whole(value))
}

/// Draws what became of a send.
pub fn tables(viewer: &Viewer, over_time: &OverTime) -> Vec<ChartTable> {
    let mut tables = vec![readers_table(viewer, &over_time.readers, over_time.untimed)];
    if over_time.has_articles {
        tables.push(days_table(viewer, &over_time.days));
    }
    tables
}

fn readers_table(viewer: &Viewer, readers: &[Readers], untimed: u64) -> ChartTable {
    let t = CalendarTexts::of(viewer.lang);
    let are_hours = readers.first().is_some_and(|one| one.hours == 1);
    let title = if are_hours { t.readers_by_hour } else { t.readers_by_day };
    let last = readers.len().saturating_sub(1);
    let short = |moment: &Moment| {
        let date = moment.date.get(5..).unwrap_or_default();
        if are_hours { moment.clock.clone() } else { date.to_owned() }
    };
    let point = |(index, one): (usize, &Readers)| {
        let moment = viewer.moment(one.from);
        let name = format!("{} {}", moment.date, moment.clock);
        let is_open = index == last;
        let name = if is_open { so_far(t, &name) } else { name };
        Point { label: short(&moment), name, is_open, values: vec![Some(whole(one.readers))] }
    };
    let points: Vec<Point> = readers.iter().enumerate().map(point).collect();
    let mut sum = untimed;
    let mut rows = Vec::new();
    for (one, point) in readers.iter().zip(&points) {
        sum += one.readers;
        rows.push((point.name.clone(), vec![text(one.readers), text(sum)]));
    }
    ChartTable {
        id: "readers",
        title,
        charts: vec![plot("readers-chart", title, points, vec![t.readers]).draw(viewer.lang)],
        headings: vec![t.since, t.readers, t.readers_so_far],
        rows,
        note: (untimed > 0).then(|| t.untimed(&untimed)),
    }
}

fn so_far(t: &CalendarTexts, name: &str) -> String {
    format!("{name} ({})", t.so_far)
}

fn plot<'a>(id: &str, title: &str, points: Vec<Point>, series: Vec<&'a str>) -> Plot<'a> {
    let (id, title) = (id.to_owned(), title.to_owned());
    Plot { id, title, measure: Measure::Count, points, series, is_small: false }
}

/// Formats a day as `2026-11-30`.
fn iso(day: Day) -> String {
    day.date().map_or_else(String::new, |date| date.to_string())
}

fn days_table(viewer: &Viewer, days: &[SendDay]) -> ChartTable {
    let t = CalendarTexts::of(viewer.lang);
    let name = |day: &SendDay| if day.is_over { iso(day.day) } else { so_far(t, &iso(day.day)) };
    let points = |value: fn(&SendDay) -> u64| -> Vec<Point> {
        let point = |day: &SendDay| Point {
            label: iso(day.day).get(5..).unwrap_or_default().to_owned(),
            name: name(day),
            is_open: !day.is_over,
            values: vec![Some(whole(value(day)))],
        };
        days.iter().map(point).collect()
    };
    ChartTable {
        id: "views",
        title: t.article_views,
        charts: vec![
            plot("views-chart", t.views, points(|day| day.views), vec![t.views]).draw(viewer.lang),
            plot("comments-chart", t.comments, points(|day| day.comments), vec![t.comments])
                .draw(viewer.lang),
        ],
        headings: vec![t.day, t.views, t.comments],
        rows: days.iter().map(|day| (name(day), vec![text(day.views), text(day.comments)])).collect(),
        note: None,
    }
}

/// Reads what became of a send, and draws it. Nothing for a send that was not sent.
pub async fn load(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    task: &carillon_model::id::TaskId,
) -> Result<Vec<ChartTable>> {
    let viewer = operator.viewer(pages);
    // Views that are counted in memory. If they cannot be written, they are missing.
    let written = views::write_counts(Arc::clone(&pages.store), pages.env.clone(), operator.corp().clone());
    let _ = written.await;
    let (account, task) = (account.clone(), task.clone());
    let read = pages.store.read_statistics(operator.corp(), move |tx| {
        match send::over_time(tx, &viewer.env, &viewer.corp, &account, &task) {
            Ok(found) => Ok(tables(&viewer, &found)),
            Err(Error::Rule(Rule::UnknownTask)) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    });
    read.await
}

/// The totals of an account by month.
pub async fn months(
    State(pages): State<Pages>,
    operator: Operator,
    Path(unionid): Path<String>,
    Query(query): Parameters,
) -> Response<Body> {
    let Some(account) = operator.account(&AccountId::from(unionid), Section::Sends.roles()) else {
        return notice(operator.page(), NoticeKind::NotFound);
    };
    let viewer = operator.viewer(&pages);
    let (corp, env, id) = (viewer.corp.clone(), viewer.env.clone(), account.id.clone());
    let read = pages.store.read_statistics(operator.corp(), move |tx| send::months(tx, &env, &corp, &id));
    let months = match read.await {
        Ok(months) => months,
        Err(Error::Rule(Rule::AccountDisabled)) => return notice(operator.page(), NoticeKind::NotFound),
        Err(error) => return failed(operator.page(), &error),
    };
    let t = CalendarTexts::of(viewer.lang);
    if query.contains_key("csv") {
        let headings = [t.month, t.sends, t.receivers, t.readers];
        let lines = months.iter().rev().map(|one| {
            let SendTotals { sends, receivers, readers } = one.totals;
            let numbers = [sends, receivers, readers].map(|number| number.to_string());
            std::iter::once(month_name(t, one)).chain(numbers).collect()
        });
        return csv::response("months", &headings, lines)
            .unwrap_or_else(|error| failed(operator.page(), &error));
    }
    let view = Months {
        console: operator.console(),
        account: presenter::account(&account),
        is_empty: months.iter().all(|one| one.totals.sends == 0),
        table: months_table(&viewer, &months),
        zone: viewer.zone(),
    };
    html(200, PageKind::App, page::months(&view))
}

fn month_name(t: &CalendarTexts, month: &Month) -> String {
    let name = iso(month.first).get(..7).unwrap_or_default().to_owned();
    if month.is_over { name } else { so_far(t, &name) }
}

fn months_table(viewer: &Viewer, months: &[Month]) -> ChartTable {
    let t = CalendarTexts::of(viewer.lang);
    let points = |values: fn(&SendTotals) -> Vec<i64>| -> Vec<Point> {
        let point = |one: &Month| Point {
            label: iso(one.first).get(..7).unwrap_or_default().to_owned(),
            name: month_name(t, one),
            is_open: !one.is_over,
            values: values(&one.totals).into_iter().map(|value| Some(whole(value.unsigned_abs()))).collect(),
        };
        months.iter().map(point).collect()
    };
    let people = points(|totals| vec![totals.receivers, totals.readers]);
    let row = |one: &Month| {
        let SendTotals { sends, receivers, readers } = one.totals;
        (month_name(t, one), [sends, receivers, readers].map(|number| text(number.unsigned_abs())).to_vec())
    };
    ChartTable {
        id: "months",
        title: t.months_of,
        charts: vec![
            plot("sends-chart", t.sends, points(|totals| vec![totals.sends]), vec![t.sends])
                .draw(viewer.lang),
            plot(
                "people-chart",
                &format!("{} / {}", t.receivers, t.readers),
                people,
                vec![t.receivers, t.readers],
            )
            .draw(viewer.lang),
        ],
        headings: vec![t.month, t.sends, t.receivers, t.readers],
        rows: months.iter().rev().map(row).collect(),
        note: None,
    }
}
