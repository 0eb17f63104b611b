//! Events of apps: the delivery log, subscriptions, tests and retries.

mod actions;
mod subscription;

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::{Path, Query, State},
    http::Response,
    routing::get,
};
use carillon_domain::event::{
    self,
    log::{self, Entry},
};
use carillon_model::{
    error::{Error, Result, Rule},
    event::{Channel, DeliveryState, EventKind},
    id::{AppKey, EventId, EventSeq},
    operator::OperatorRole,
    time::{self, Timestamp},
};
use carillon_store::{App, CorpState, LogFilter, Push, Tx};
use carillon_wire::event_payload;
use jiff::{civil::DateTime, tz::TimeZone};

use super::{
    Section,
    access::Operator,
    apps, csv,
    page::{
        self, AppEvents, AttemptView, Choice, DeliveryView, EventLine, EventPage, Events, SubscriptionView,
    },
    text::events::EventTexts,
    to_page_above,
};
use crate::{
    paths,
    routes::{Pages, Viewer, failed, html, notice},
    security::PageKind,
    view::NoticeKind,
};

/// Roles that see events.
pub const ROLES: &[OperatorRole] = &[OperatorRole::Developer];
/// Events on a page.
const PER_PAGE: usize = 50;
/// Events that a file reads at once.
const CSV_BATCH: usize = 500;

pub fn routes() -> Router<Pages> {
    Router::new()
        .route("/console/events", get(list))
        .route("/console/events/{key}", get(subscription::show).post(subscription::set))
        .route("/console/events/{key}/remove", get(to_page_above).post(subscription::remove))
        .route("/console/events/{key}/test", get(to_page_above).post(actions::test))
        .route("/console/events/{key}/retry", get(to_page_above).post(actions::retry_since))
        .route("/console/events/{key}/{event}", get(show))
        .route("/console/events/{key}/{event}/retry", get(to_page_above).post(actions::retry))
}

/// The path of the list of an app's events.
pub fn list_path(key: &AppKey) -> String {
    format!("{}?app={}", Section::Events.path(), paths::encode(key.as_str()))
}

fn path(key: &AppKey) -> String {
    format!("{}/{}", Section::Events.path(), paths::encode(key.as_str()))
}

fn event_path(key: &AppKey, id: &EventId) -> String {
    format!("{}/{}", path(key), paths::encode(id.as_str()))
}

/// The values of a list.
struct Parameters {
    app: Option<Arc<App>>,
    filter: LogFilter,
    /// As typed.
    kind: String,
    state: String,
    since: String,
    until: String,
    /// Whether a value was typed that is none.
    is_wrong: bool,
}

impl Parameters {
    fn of(operator: &Operator, query: &HashMap<String, String>, apps: &[Arc<App>], zone: &TimeZone) -> Self {
        let value = |name: &str| query.get(name).map(|value| value.trim().to_owned()).unwrap_or_default();
        let (kind, state, since, until) = (value("kind"), value("state"), value("since"), value("until"));
        let key = value("app");
        let subscriptions = &operator.state.subscriptions;
        let app = match key.as_str() {
            "" => apps.iter().find(|app| subscriptions.contains_key(&app.key)).or(apps.first()),
            key => apps.iter().find(|app| app.key.as_str() == key),
        };
        let filter = LogFilter {
            state: DeliveryState::parse(&state),
            kind: EventKind::parse(&kind),
            before: query.get("before").and_then(|number| number.parse().ok()).map(EventSeq),
            since: moment(&since, zone),
            until: moment(&until, zone),
        };
        let is_wrong =
            (!since.is_empty() && filter.since.is_none()) || (!until.is_empty() && filter.until.is_none());
        Self { app: app.cloned(), filter, kind, state, since, until, is_wrong }
    }

    fn is_filtered(&self) -> bool {
        [&self.kind, &self.state, &self.since, &self.until].iter().any(|value| !value.is_empty())
            || self.filter.before.is_some()
    }

    /// The path of the list with these values.
    fn href(&self, more: &str) -> String {
        let key = self.app.as_ref().map_or("", |app| app.key.as_str());
        let values = [
            ("app", key),
            ("kind", &self.kind),
            ("state", &self.state),
            ("since", &self.since),
            ("until", &self.until),
        ];
        let values = values.map(|(name, value)| format!("{name}={}", paths::encode(value)));
        format!("{}?{}{more}", Section::Events.path(), values.join("&"))
    }
}

/// The time of a text such as `2026-03-05T14:05` in a time zone.
fn moment(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let at: DateTime = text.parse().ok()?;
    Some(Timestamp(zone.to_timestamp(at).ok()?.as_millisecond()))
}

/// The delivery log of an app.
async fn list(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let e = EventTexts::of(operator.signed_in.lang);
    let done = match query.get("done").map(String::as_str) {
        Some("saved") => Some(e.saved.to_owned()),
        Some("removed") => Some(e.removed.to_owned()),
        Some("retried") => query.get("count").map(|count| e.retried_count(count.trim())),
        _ => None,
    };
    let loaded = if query.contains_key("csv") {
        list_csv(&pages, &operator, &query)
    } else {
        load_list(&pages, &operator, &query, done, None).await.map(|found| {
            let status = found.as_ref().map_or(200, |view| if view.problem.is_some() { 422 } else { 200 });
            found.map(|view| html(status, PageKind::App, page::events(&view)))
        })
    };
    match loaded {
        Ok(Some(response)) => response,
        Ok(None) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load_list(
    pages: &Pages,
    operator: &Operator,
    query: &HashMap<String, String>,
    done: Option<String>,
    problem: Option<&'static str>,
) -> Result<Option<Events>> {
    let viewer = operator.viewer(pages);
    let e = EventTexts::of(viewer.lang);
    let all = apps::of_corp(pages, operator);
    let parameters = Parameters::of(operator, query, &all, &viewer.zone);
    if parameters.app.is_none() && !all.is_empty() {
        return Ok(None);
    }
    let retry = query.get("retry").map(|typed| typed.trim().to_owned()).filter(|typed| !typed.is_empty());
    let retry_from = retry.as_ref().and_then(|typed| moment(typed, &viewer.zone));
    let is_wrong = parameters.is_wrong || (retry.is_some() && retry_from.is_none());
    let mut entries = Vec::new();
    let mut counted = None;
    if let Some(app) = &parameters.app {
        let (corp, key, filter) = (operator.corp().clone(), app.key.clone(), parameters.filter);
        let read = move |tx: &mut Tx<'_>| {
            let limit = i64::try_from(PER_PAGE + 1).unwrap_or(i64::MAX);
            let entries = log::entries(tx, &corp, &key, filter, limit)?;
            let count = |since| log::count_failed_since(tx, &corp, &key, since, None);
            Ok((entries, retry_from.map(count).transpose()?))
        };
        (entries, counted) = pages.store.read(operator.corp(), read).await?;
    }
    let has_more = entries.len() > PER_PAGE;
    entries.truncate(PER_PAGE);
    let last = entries.last().filter(|_| has_more).map(|entry| entry.event.seq);
    let choice = |value: &str, name: String, chosen: &str| Choice {
        value: value.to_owned(),
        name,
        is_chosen: value == chosen,
    };
    let key = parameters.app.as_ref().map_or_else(String::new, |app| app.key.to_string());
    let kinds = EventKind::ALL.into_iter().chain([EventKind::Test]);
    let states = [DeliveryState::Waiting, DeliveryState::Delivered, DeliveryState::Failed];
    Ok(Some(Events {
        console: operator.console(),
        apps: all
            .iter()
            .map(|app| choice(app.key.as_str(), format!("{} ({})", app.name, app.key), &key))
            .collect(),
        kinds: kinds
            .map(|kind| {
                let name = format!("{} ({})", e.kind_name(kind), kind.as_str());
                choice(kind.as_str(), name, &parameters.kind)
            })
            .collect(),
        states: states
            .map(|state| choice(state.as_str(), e.state(state).to_owned(), &parameters.state))
            .into(),
        times: (parameters.since.clone(), parameters.until.clone()),
        app: parameters.app.as_ref().map(|app| AppEvents {
            key: app.key.to_string(),
            path: path(&app.key),
            subscription: subscription_view(&operator.state, app),
            retry: retry.zip(counted),
        }),
        is_filtered: parameters.is_filtered(),
        lines: match &parameters.app {
            Some(app) => entries.iter().map(|entry| line(&viewer, &app.key, entry)).collect(),
            None => Vec::new(),
        },
        older: last.map(|seq| parameters.href(&format!("&before={seq}"))),
        csv: parameters.href("&csv=1"),
        done,
        problem: problem.or(is_wrong.then_some(e.bad_time)),
        zone: viewer.zone(),
    }))
}

/// The list as a file.
fn list_csv(
    pages: &Pages,
    operator: &Operator,
    query: &HashMap<String, String>,
) -> Result<Option<Response<Body>>> {
    let viewer = operator.viewer(pages);
    let e = EventTexts::of(viewer.lang);
    let parameters = Parameters::of(operator, query, &apps::of_corp(pages, operator), &viewer.zone);
    let Some(app) = &parameters.app else { return Ok(None) };
    let (key, filter) = (app.key.clone(), parameters.filter);
    let headings = [e.born, e.kind, e.topic, e.outcome, e.attempts, e.problem, e.next, e.id];
    let file = csv::stored(pages, operator, "events", &headings, filter, move |tx, viewer, filter| {
        let most = i64::try_from(CSV_BATCH).unwrap_or(i64::MAX);
        let batch = log::entries(tx, &viewer.corp, &key, filter, most)?;
        let before = batch.last().map(|entry| entry.event.seq);
        let next = (batch.len() >= CSV_BATCH).then_some(LogFilter { before, ..filter });
        Ok((batch.iter().map(|entry| cells(line(viewer, &key, entry))).collect(), next))
    });
    file.map(Some)
}

fn cells(line: EventLine) -> Vec<String> {
    let attempts = line.attempts.to_string();
    let next = line.next.unwrap_or_default();
    let (kind, topic, state) = (line.kind.to_owned(), line.topic.to_owned(), line.state.0.to_owned());
    vec![line.born.1, kind, topic, state, attempts, line.newest, next, line.id]
}

/// How an app receives events; `None` if it does not.
fn subscription_view(state: &CorpState, app: &App) -> Option<SubscriptionView> {
    let opened = |channel: &Channel| state.stream_channels.contains_key(&(app.key.clone(), *channel));
    let topics: Vec<&str> = Channel::ALL.into_iter().filter(opened).map(Channel::topic).collect();
    let stored = state.subscriptions.get(&app.key);
    if stored.is_none() && topics.is_empty() {
        return None;
    }
    // A client of an app without a subscription receives everything that the app may.
    let patterns = stored.map_or_else(|| vec!["*".to_owned()], |stored| stored.patterns.clone());
    let withheld = stored.map_or_else(Vec::new, |_| event::kinds_withheld(app, &patterns));
    Some(SubscriptionView {
        url: stored.and_then(|stored| match &stored.push {
            Push::Http { url, .. } => Some(url.clone()),
            Push::Stream => None,
        }),
        withheld: withheld.into_iter().map(EventKind::as_str).collect(),
        is_stored: stored.is_some(),
        patterns,
        topics,
    })
}

fn line(viewer: &Viewer, key: &AppKey, Entry { event, attempts }: &Entry) -> EventLine {
    let e = EventTexts::of(viewer.lang);
    let newest = attempts.last().map(|(_, attempt)| {
        let status = attempt.status.map(|status| status.to_string()).unwrap_or_default();
        let problem = if attempt.problem.is_empty() { e.succeeded } else { attempt.problem.as_str() };
        format!("{status} {problem}").trim().to_owned()
    });
    EventLine {
        href: event_path(key, &event.id),
        title: e.kind_name(event.kind),
        kind: event.kind.as_str(),
        state: (e.state(event.state), event.state == DeliveryState::Failed),
        born: (viewer.moment(event.born_at).iso, event.born_at.format_in(&viewer.zone)),
        next: event.next_attempt_at.map(|at| at.format_in(&viewer.zone)),
        attempts: attempts.len(),
        newest: newest.unwrap_or_else(|| e.no_attempts.to_owned()),
        id: event.id.to_string(),
        topic: event.channel.topic(),
    }
}

/// An event with its attempts.
async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Path((key, id)): Path<(String, String)>,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let e = EventTexts::of(operator.signed_in.lang);
    let done = match query.get("done").map(String::as_str) {
        Some("retried") => Some(e.retried),
        Some("tested") => Some(e.test_hint),
        _ => None,
    };
    respond(&pages, &operator, (AppKey::from(key), EventId::from(id)), done, None).await
}

async fn respond(
    pages: &Pages,
    operator: &Operator,
    (key, id): (AppKey, EventId),
    done: Option<&'static str>,
    problem: Option<&'static str>,
) -> Response<Body> {
    let Some(app) = apps::find(pages, operator, &key) else {
        return notice(operator.page(), NoticeKind::NotFound);
    };
    match load(pages, operator, &app, id, done, problem).await {
        Ok(view) => html(if problem.is_some() { 422 } else { 200 }, PageKind::App, page::event(&view)),
        Err(Error::RuleBecause(Rule::UnknownEvent, _)) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load(
    pages: &Pages,
    operator: &Operator,
    app: &App,
    id: EventId,
    done: Option<&'static str>,
    problem: Option<&'static str>,
) -> Result<EventPage> {
    let viewer = operator.viewer(pages);
    let since = pages.store.calls().bodies_recorded_since(&app.key, viewer.now);
    let (corp, key, env, of) = (operator.corp().clone(), app.key.clone(), pages.env.clone(), id.clone());
    let read = move |tx: &mut Tx<'_>| {
        let entries = log::entries_of(tx, &corp, &key, &of)?;
        let Some(event) = entries.first().map(|entry| &entry.event) else {
            return Err(Error::because(Rule::UnknownEvent, of.to_string()));
        };
        let zone = time::zone(&tx.state().corp(&corp)?.corp.time_zone).unwrap_or(TimeZone::UTC);
        let content = log::recorded_content(tx, &env, &corp, &key, event, since)?;
        let content = content.map(|content| event_payload::redacted(&corp, event.seq, &content, &zone));
        Ok((entries, content))
    };
    let (entries, content) = pages.store.read(operator.corp(), read).await?;
    let is_failed = |entry: &Entry| entry.event.state == DeliveryState::Failed;
    let may_retry = entries.iter().any(|entry| is_failed(entry) && event::may_receive(app, entry.event.kind));
    Ok(EventPage {
        console: operator.console(),
        app: (app.key.to_string(), app.name.clone()),
        path: event_path(&app.key, &id),
        deliveries: entries.iter().map(|entry| delivery(&viewer, &app.key, entry)).collect(),
        content,
        may_retry,
        done,
        problem,
        back: list_path(&app.key),
        zone: viewer.zone(),
    })
}

fn delivery(viewer: &Viewer, key: &AppKey, entry: &Entry) -> DeliveryView {
    let attempt = |(number, attempt): &(i64, carillon_model::event::Attempt)| AttemptView {
        number: *number,
        started: attempt.started_at.format_in(&viewer.zone),
        took: format!("{} ms", attempt.took_ms),
        status: attempt.status.map(|status| status.to_string()).unwrap_or_default(),
        answer: attempt.answer.clone(),
        problem: attempt.problem.clone(),
    };
    DeliveryView {
        line: line(viewer, key, entry),
        conversation: entry.event.conversation.clone(),
        ended: entry.event.ended_at.map(|at| at.format_in(&viewer.zone)),
        attempts: entry.attempts.iter().map(attempt).collect(),
    }
}
