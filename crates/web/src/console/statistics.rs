//! Statistics: a page for each topic with charts, tables and files, and an overview.

mod file;
mod overview;
mod report;
mod topic;

use std::{collections::HashMap, sync::Arc};

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
        catalogue::{Family, Figure, Number, Scope, Topic, families},
        query::{DayFigures, DayList, DayRange},
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
    chart::Point,
    page::Range,
    text::statistics::{StatisticsTexts, capitalized},
};
use crate::{
    routes::{Pages, failed, notice},
    text::Lang,
    view::NoticeKind,
};

/// The roles that see the numbers of the organisation. They have to be for all accounts.
pub const ROLES: &[OperatorRole] = &[OperatorRole::Analyst];
/// Days of a page whose address names none.
const DEFAULT_DAYS: i32 = 30;

type Parameters = HashMap<String, String>;

/// The routes.
pub fn routes() -> Router<Pages> {
    Router::new()
        .route("/console/statistics", get(overview::show))
        .route("/console/statistics/{topic}", get(topic_or_file))
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

/// The page of a topic, or one of its files.
async fn topic_or_file(
    State(pages): State<Pages>,
    operator: Operator,
    Path(code): Path<String>,
    Query(query): Query<Parameters>,
) -> Response<Body> {
    let Some(topic) = Topic::parse(&code) else { return notice(operator.page(), NoticeKind::NotFound) };
    write_views(&pages, &operator).await;
    let of = match query.get("csv").map(String::as_str) {
        None => return topic::show(pages, &operator, topic, query).await,
        Some(code) => code.to_owned(),
    };
    let file = match (families().find(|one| one.topic == topic && one.code == of), DayList::parse(&of)) {
        (Some(family), _) => file::of_family(pages, &operator, family, query).await,
        (None, Some(list)) if list.topic() == topic => file::of_list(pages, &operator, list, query).await,
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

/// The last day that is over and known.
fn last_known(days: &[DayFigures]) -> Option<Day> {
    days.iter().rev().find(|day| day.is_over && day.has_facts).map(|day| day.day)
}

/// The numbers of a family that a scope has, by their position.
fn positions(family: &Family, scope: Scope) -> Vec<usize> {
    let numbers = family.numbers.iter().enumerate();
    let visible = numbers.filter(|(_, one)| scope == Scope::Organisation || one.source.has_departments());
    visible.map(|(index, _)| index).collect()
}
