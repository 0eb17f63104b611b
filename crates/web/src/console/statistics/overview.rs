//! The first page: a number of each topic.

use axum::{
    body::Body,
    extract::{Query, State},
    http::Response,
};
use carillon_domain::stats::{
    catalogue::{Family, Number, Scope, Topic},
    query::{self, DayFigures},
};
use carillon_model::error::Result;

use super::{Parameters, Requested, number_name, point, short, write_views};
use crate::{
    console::{
        access::Operator,
        chart::{Plot, number_text},
        page::{self, Range, StatisticsOverview, TopicTile},
    },
    routes::{Pages, failed, html},
    security::PageKind,
    text::Lang,
};

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

pub async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Query<Parameters>,
) -> Response<Body> {
    match load(pages, &operator, query).await {
        Ok(view) => {
            let status = if view.problem.is_some() { 400 } else { 200 };
            html(status, PageKind::App, page::statistics_overview(&view))
        }
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load(pages: Pages, operator: &Operator, query: Parameters) -> Result<StatisticsOverview> {
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
