//! The calendar: a month of what was sent and published, and of what is going to be sent.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::{Query, State},
    http::Response,
};
use carillon_domain::calendar::{self, Entry, EntryKind, Parts};
use carillon_model::{
    day::Day,
    error::{Error, Result},
    id::AccountId,
    operator::OperatorRole,
};
use jiff::{ToSpan, civil::Date};

use super::{
    Section,
    access::Operator,
    articles, csv, drafts,
    page::{self, Calendar, CalendarDay, CalendarLine, SendState},
    sends,
    text::{self, calendar::CalendarTexts},
};
use crate::{
    paths,
    routes::{Pages, Viewer, failed, html},
    security::PageKind,
};

/// The roles that open the calendar: those of sends. Each sees of an account what the role sees elsewhere.
pub const ROLES: &[OperatorRole] =
    &[OperatorRole::Editor, OperatorRole::Sender, OperatorRole::Approver, OperatorRole::Analyst];
/// Years that the calendar has.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2100;

/// A month.
pub async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    match load(&pages, &operator, &query).await {
        // A file of another month than the one that was asked for would not be noticed.
        Ok(view) if query.contains_key("csv") && view.problem.is_none() => {
            file(&view).unwrap_or_else(|error| failed(operator.page(), &error))
        }
        Ok(view) => {
            let status = if view.problem.is_some() { 400 } else { 200 };
            html(status, PageKind::App, page::calendar(&view))
        }
        Err(error) => failed(operator.page(), &error),
    }
}

/// The month as a file: a line for each entry, in the order of the page.
fn file(view: &Calendar) -> Result<Response<Body>> {
    let lang = view.console.page.lang;
    let (t, of_sends) = (CalendarTexts::of(lang), text::texts(lang));
    let headings = [of_sends.time, of_sends.title, of_sends.account, of_sends.status];
    let mut lines: Vec<Vec<String>> = Vec::new();
    for day in &view.days {
        for line in &day.entries {
            let time = format!("{} {}", day.date, line.clock);
            lines.push(vec![time, line.title.clone(), line.account_name.clone(), line.state.to_owned()]);
        }
    }
    if view.is_cut {
        lines.push(vec![t.cut.to_owned()]);
    }
    csv::response("calendar", &headings, lines)
}

/// Reads `2026-11`.
fn parse_month(text: &str) -> Option<Date> {
    let (year, month) = text.split_once('-').filter(|(year, month)| (year.len(), month.len()) == (4, 2))?;
    let year = year.parse().ok().filter(|year| YEARS.contains(year))?;
    Date::new(year, month.parse().ok()?, 1).ok()
}

fn href(month: Date, account: Option<&str>) -> String {
    let account = account.map_or_else(String::new, |id| format!("&account={}", paths::encode(id)));
    format!("{}?month={}{account}", Section::Calendar.path(), month.strftime("%Y-%m"))
}

async fn load(pages: &Pages, operator: &Operator, query: &HashMap<String, String>) -> Result<Calendar> {
    let viewer = operator.viewer(pages);
    let t = CalendarTexts::of(viewer.lang);
    let today = operator.state.day_of(viewer.now)?.date();
    let today = today.ok_or_else(|| Error::internal("today is no date"))?;
    let value = |name: &str| query.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let mut problem = None;
    let first = match value("month").map(parse_month) {
        None => today.first_of_month(),
        Some(Some(first)) => first,
        Some(None) => {
            problem = Some(t.bad_month);
            today.first_of_month()
        }
    };
    let account = match value("account").map(|id| operator.account(&AccountId::from(id), ROLES)) {
        None => None,
        Some(Some(account)) if !account.disabled => Some(account),
        Some(_) => {
            problem = Some(t.no_account);
            None
        }
    };
    let accounts = account.clone().map_or_else(|| operator.accounts(ROLES), |account| vec![account]);
    let names_accounts = accounts.len() > 1;
    let accounts: Vec<_> = accounts
        .into_iter()
        .map(|account| {
            let parts = Parts::of_operator(&operator.rights, &account.id);
            (account, parts)
        })
        .collect();
    let next = first.checked_add(1.month()).map_err(Error::internal)?;
    let previous = first.checked_sub(1.month()).map_err(Error::internal)?;
    let start =
        |date: Date| Day::parse(&date.strftime("%Y%m%d").to_string()).and_then(|day| day.start(&viewer.zone));
    let range = start(first).zip(start(next)).ok_or_else(|| Error::internal("a day without a beginning"))?;
    let (env, corp) = (viewer.env.clone(), viewer.corp.clone());
    let read = move |tx: &mut carillon_store::Tx<'_>| calendar::entries(tx, &env, &corp, &accounts, range);
    let (entries, is_cut) = pages.store.read(operator.corp(), read).await?;
    let mut days: Vec<CalendarDay> = first
        .series(1.day())
        .take_while(|date| *date < next)
        .map(|date| CalendarDay {
            date: date.to_string(),
            number: date.day(),
            weekday: usize::try_from(date.weekday().to_monday_one_offset()).unwrap_or(1),
            is_today: date == today,
            entries: Vec::new(),
        })
        .collect();
    for entry in &entries {
        let line = line(&viewer, entry, names_accounts);
        let moment = viewer.moment(entry.at);
        if let Some(day) = days.iter_mut().find(|day| day.date == moment.date) {
            day.entries.push(line);
        }
    }
    let chosen = account.as_ref().map(|account| account.id.as_str());
    Ok(Calendar {
        console: operator.console(),
        title: t.month_name(first.year(), first.month()),
        month: first.strftime("%Y-%m").to_string(),
        previous: href(previous, chosen),
        next: href(next, chosen),
        csv: format!("{}&csv=1", href(first, chosen)),
        current: href(today.first_of_month(), chosen),
        accounts: operator.choices(ROLES),
        account: chosen.map(str::to_owned),
        problem,
        is_empty: entries.is_empty(),
        days,
        is_cut,
        drafts: operator.rights.may(drafts::WRITE_ROLES).then(|| Section::Drafts.path()),
        zone: viewer.zone(),
    })
}

fn line(viewer: &Viewer, entry: &Entry, names_accounts: bool) -> CalendarLine {
    let (lang, t) = (viewer.lang, CalendarTexts::of(viewer.lang));
    let moment = viewer.moment(entry.at);
    let id = &entry.account.id;
    let (href, state, class) = match &entry.kind {
        EntryKind::Send(task, status) => {
            let state = SendState::of(*status);
            (sends::href(id, task), state.name(lang), state.code())
        }
        EntryKind::Draft(draft) => (drafts::path(id, *draft), t.waits_for_approval, "draft"),
        EntryKind::Article(article) => (articles::article_path(id, *article), t.article, "article"),
    };
    CalendarLine {
        href,
        clock: moment.clock,
        iso: moment.iso,
        title: match entry.message {
            _ if !entry.title.is_empty() => entry.title.clone(),
            // A picture has no words.
            Some(message) => text::kind(lang, message).to_owned(),
            None => t.without_title.to_owned(),
        },
        account: names_accounts.then(|| entry.account.name.clone()),
        account_name: entry.account.name.clone(),
        state,
        class,
    }
}
