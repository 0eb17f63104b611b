//! The audit trail.

use std::collections::{BTreeMap, HashMap};

use axum::{
    body::Body,
    extract::{Query, State},
    http::Response,
};
use carillon_model::{
    audit::Actor,
    error::{Error, Result},
};
use carillon_store::{AuditFilter, AuditRow};

use super::{
    Section,
    access::Operator,
    csv,
    page::{self, AuditEntry, AuditTrail},
    text::texts,
};
use crate::{
    paths,
    routes::{Pages, Viewer, failed, html},
    security::PageKind,
};

/// Entries on a page.
const PER_PAGE: usize = 50;
/// Entries that a file reads at once.
const CSV_BATCH: i64 = 1_000;

/// The entries, newest first.
pub async fn list(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    if query.contains_key("csv") {
        return csv::page(&operator, file(&pages, &operator, &query).map(Some));
    }
    match load(&pages, &operator, &query).await {
        Ok(view) => html(200, PageKind::App, page::audit(&view)),
        Err(error) => failed(operator.page(), &error),
    }
}

/// The actor and the kind of object that the address names.
fn filter(query: &HashMap<String, String>) -> AuditFilter {
    let value = |name: &str| query.get(name).map(|value| value.trim().to_owned()).unwrap_or_default();
    AuditFilter { actor_id: value("actor"), subject: value("subject"), ..AuditFilter::default() }
}

/// The entries as a file.
fn file(pages: &Pages, operator: &Operator, query: &HashMap<String, String>) -> Result<Response<Body>> {
    let (filter, t) = (filter(query), texts(operator.signed_in.lang));
    let headings = [t.time, t.actor, t.action, t.object, t.changes];
    csv::stored(pages, operator, "audit", &headings, i64::MAX, move |tx, viewer, before| {
        let rows = tx.audits(&viewer.corp, &filter, before, CSV_BATCH)?;
        let is_full = i64::try_from(rows.len()).is_ok_and(|read| read == CSV_BATCH);
        let next = rows.last().filter(|_| is_full).map(|last| last.seq);
        let lines = rows.into_iter().map(|row| Ok(line(entry(viewer, row)?)));
        Ok((lines.collect::<Result<_>>()?, next))
    })
}

fn line(entry: AuditEntry) -> Vec<String> {
    let fields = entry.fields.iter().map(|(name, before, after)| format!("{name}: {before} -> {after}"));
    let fields = fields.collect::<Vec<_>>().join("; ");
    let actor = format!("{} {}", entry.actor.0, entry.actor.1).trim_end().to_owned();
    vec![entry.time.iso, actor, entry.action, entry.object, fields]
}

async fn load(pages: &Pages, operator: &Operator, query: &HashMap<String, String>) -> Result<AuditTrail> {
    let viewer = operator.viewer(pages);
    let filter = filter(query);
    let (actor, subject) = (filter.actor_id.clone(), filter.subject.clone());
    let before = query.get("before").and_then(|text| text.parse().ok()).unwrap_or(i64::MAX);
    let corp = operator.corp().clone();
    let limit = i64::try_from(PER_PAGE + 1).unwrap_or(i64::MAX);
    let mut rows =
        pages.store.read(operator.corp(), move |tx| tx.audits(&corp, &filter, before, limit)).await?;
    let has_more = rows.len() > PER_PAGE;
    rows.truncate(PER_PAGE);
    let older = rows.last().filter(|_| has_more).map(|last| {
        let (actor, subject) = (paths::encode(&actor), paths::encode(&subject));
        format!("{}?actor={actor}&subject={subject}&before={}", Section::Audit.path(), last.seq)
    });
    Ok(AuditTrail {
        console: operator.console(),
        entries: rows.into_iter().map(|row| entry(&viewer, row)).collect::<Result<_>>()?,
        actor,
        subject,
        older,
        zone: viewer.zone(),
    })
}

fn entry(viewer: &Viewer, row: AuditRow) -> Result<AuditEntry> {
    let parse = |text: Option<String>| -> Result<BTreeMap<String, String>> {
        text.map_or_else(|| Ok(BTreeMap::new()), |text| serde_json::from_str(&text).map_err(Error::internal))
    };
    let (mut before, after) = (parse(row.before)?, parse(row.after)?);
    let mut fields: Vec<(String, String, String)> = after
        .into_iter()
        .map(|(name, value)| {
            let former = before.remove(&name).unwrap_or_default();
            (name, former, value)
        })
        .collect();
    fields.extend(before.into_iter().map(|(name, former)| (name, former, String::new())));
    let t = texts(viewer.lang);
    let (_, id) = row.signature.actor.kind_and_id();
    let kind = match row.signature.actor {
        Actor::App(_) => t.actor_app,
        Actor::Member(_) => t.member,
        Actor::CommandLine => t.actor_command_line,
        Actor::Server => t.actor_server,
    };
    Ok(AuditEntry {
        time: viewer.moment(row.signature.at),
        actor: (kind, id.to_owned()),
        action: row.signature.action,
        object: format!("{} {}", row.subject, row.subject_id).trim_end().to_owned(),
        fields,
    })
}
