//! The audit trail, in words: operations by their titles, objects and fields by their names. Their codes stand beside, and filters take
//! both.

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
use carillon_store::{AuditFilter, AuditRow, MAX_ACTIONS};
use carillon_wire::Catalog;

use super::{
    Section,
    access::Operator,
    csv, list,
    page::{self, AuditEntry, AuditField, AuditTrail},
    text::{
        audit::{AuditTexts, actions_named},
        texts,
    },
};
use crate::{
    paths,
    routes::{Pages, Viewer, failed, html},
    security::PageKind,
    text::Lang,
};

/// Entries on a page.
const PER_PAGE: usize = 50;
/// Entries that a file reads at once.
const CSV_BATCH: i64 = 1_000;
/// The most characters of an id in a filter.
const ID_CHARS: usize = 128;

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

/// What the address asks for.
struct Filters {
    actor: String,
    action: String,
    subject: String,
    object: String,
}

impl Filters {
    fn of(query: &HashMap<String, String>) -> Self {
        let value = |name: &str, most: usize| {
            query.get(name).map(|value| value.trim().chars().take(most).collect()).unwrap_or_default()
        };
        Self {
            actor: value("actor", ID_CHARS),
            action: value("action", ID_CHARS),
            subject: value("subject", list::MAX_FILTER_CHARS),
            object: value("object", ID_CHARS),
        }
    }

    /// The address of the list with one more field.
    fn href(&self, more: &str) -> String {
        let fields = [
            ("actor", &self.actor),
            ("action", &self.action),
            ("subject", &self.subject),
            ("object", &self.object),
        ];
        let fields = fields.into_iter().filter(|(_, value)| !value.is_empty());
        let mut fields: Vec<String> =
            fields.map(|(name, value)| format!("{name}={}", paths::encode(value))).collect();
        fields.extend(Some(more.to_owned()).filter(|more| !more.is_empty()));
        let path = Section::Audit.path();
        if fields.is_empty() { path.to_owned() } else { format!("{path}?{}", fields.join("&")) }
    }

    /// The filter of the store; `None` if the words are those of too many operations.
    fn of_store(&self, catalog: &Catalog) -> Option<AuditFilter> {
        let actions = actions(catalog, &self.action);
        (actions.len() <= MAX_ACTIONS).then(|| AuditFilter {
            actor_id: self.actor.clone(),
            subject: self.subject.clone(),
            subject_id: self.object.clone(),
            actions,
            ..AuditFilter::default()
        })
    }
}

/// The codes of what is done, from a code, or from a part of codes or words in either language. A text that is nowhere found stands for
/// itself, so that it finds nothing.
fn actions(catalog: &Catalog, text: &str) -> Vec<String> {
    if text.is_empty() {
        return Vec::new();
    }
    let wanted = text.to_lowercase();
    let is_known = catalog.get(text).is_some() || AuditTexts::of(Lang::En).action(text).is_some();
    let of_operations = catalog.entries().filter(|entry| {
        [entry.id, entry.title_zh, entry.title_en].iter().any(|part| part.to_lowercase().contains(&wanted))
    });
    let mut found: Vec<String> = match is_known {
        true => Vec::new(),
        false => {
            of_operations.map(|entry| entry.id).chain(actions_named(&wanted)).map(str::to_owned).collect()
        }
    };
    if found.is_empty() {
        found.push(text.to_owned());
    }
    found
}

/// The entries as a file.
fn file(pages: &Pages, operator: &Operator, query: &HashMap<String, String>) -> Result<Response<Body>> {
    let catalog = (pages.catalog)();
    let filter = Filters::of(query).of_store(&catalog);
    let (t, a) = (texts(operator.signed_in.lang), AuditTexts::of(operator.signed_in.lang));
    let headings = [t.time, t.actor, t.action, a.code, t.object, a.object_code, a.object_id, t.changes];
    csv::stored(pages, operator, "audit", &headings, i64::MAX, move |tx, viewer, before| {
        let Some(filter) = &filter else { return Ok((Vec::new(), None)) };
        let rows = tx.audits(&viewer.corp, filter, before, CSV_BATCH)?;
        let is_full = i64::try_from(rows.len()).is_ok_and(|read| read == CSV_BATCH);
        let next = rows.last().filter(|_| is_full).map(|last| last.seq);
        let lines = rows.into_iter().map(|row| Ok(line(entry(viewer, &catalog, row)?)));
        Ok((lines.collect::<Result<_>>()?, next))
    })
}

fn line(entry: AuditEntry) -> Vec<String> {
    let fields =
        entry.fields.iter().map(|field| format!("{}: {} -> {}", field.name, field.before, field.after));
    let fields = fields.collect::<Vec<_>>().join("; ");
    let actor = format!("{} {}", entry.actor.0, entry.actor.1).trim_end().to_owned();
    vec![
        entry.time.iso,
        actor,
        entry.action,
        entry.action_code,
        entry.object,
        entry.object_code,
        entry.object_id,
        fields,
    ]
}

async fn load(pages: &Pages, operator: &Operator, query: &HashMap<String, String>) -> Result<AuditTrail> {
    let (viewer, catalog) = (operator.viewer(pages), (pages.catalog)());
    let filters = Filters::of(query);
    let filter = filters.of_store(&catalog);
    let has_too_many = filter.is_none();
    let before: Option<i64> = query.get("before").and_then(|text| text.parse().ok());
    let corp = operator.corp().clone();
    let limit = i64::try_from(PER_PAGE + 1).unwrap_or(i64::MAX);
    let read = pages.store.read(operator.corp(), move |tx| match &filter {
        Some(filter) => tx.audits(&corp, filter, before.unwrap_or(i64::MAX), limit),
        None => Ok(Vec::new()),
    });
    let mut rows = read.await?;
    let has_more = rows.len() > PER_PAGE;
    rows.truncate(PER_PAGE);
    let older = rows.last().filter(|_| has_more).map(|last| filters.href(&format!("before={}", last.seq)));
    let subjects = AuditTexts::of(viewer.lang).objects();
    let mut subjects: Vec<(String, String)> =
        subjects.into_iter().map(|(code, words)| (code.to_owned(), words.to_owned())).collect();
    // A kind of another version of the server can be filtered by its code.
    if !filters.subject.is_empty() && subjects.iter().all(|(code, _)| *code != filters.subject) {
        subjects.push((filters.subject.clone(), filters.subject.clone()));
    }
    Ok(AuditTrail {
        console: operator.console(),
        entries: rows.into_iter().map(|row| entry(&viewer, &catalog, row)).collect::<Result<_>>()?,
        newest: before.map(|_| filters.href("")),
        csv: filters.href("csv=1"),
        actor: filters.actor,
        action: filters.action,
        subject: filters.subject,
        object: filters.object,
        subjects,
        has_too_many,
        older,
        zone: viewer.zone(),
    })
}

fn entry(viewer: &Viewer, catalog: &Catalog, row: AuditRow) -> Result<AuditEntry> {
    let parse = |text: Option<String>| -> Result<Option<BTreeMap<String, String>>> {
        text.map(|text| serde_json::from_str(&text).map_err(Error::internal)).transpose()
    };
    let (t, a) = (texts(viewer.lang), AuditTexts::of(viewer.lang));
    let (before, after) = (parse(row.before)?, parse(row.after)?);
    let is_update = before.is_some() && after.is_some();
    let (mut before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
    let field = |code: String, former: Option<String>, value: String| AuditField {
        name: a.field(&code).map_or_else(|| code.clone(), str::to_owned),
        // The trail has no values of a field that it only says to have changed.
        after: if is_update && former.is_none() && value == "changed" {
            a.is_changed.to_owned()
        } else {
            value
        },
        before: former.unwrap_or_default(),
        code,
    };
    let mut fields: Vec<AuditField> = after
        .into_iter()
        .map(|(code, value)| {
            let former = before.remove(&code);
            field(code, former, value)
        })
        .collect();
    fields.extend(before.into_iter().map(|(code, former)| field(code, Some(former), String::new())));
    let (_, id) = row.signature.actor.kind_and_id();
    let kind = match row.signature.actor {
        Actor::App(_) => t.actor_app,
        Actor::Member(_) => t.member,
        Actor::CommandLine => t.actor_command_line,
        Actor::Server => t.actor_server,
    };
    let code = row.signature.action.clone();
    let title = catalog.get(&code).map(|operation| match viewer.lang {
        Lang::Zh => operation.title_zh,
        Lang::En => operation.title_en,
    });
    Ok(AuditEntry {
        time: viewer.moment(row.signature.at),
        actor: (kind, id.to_owned()),
        action: title.or_else(|| a.action(&code)).map_or_else(|| code.clone(), str::to_owned),
        action_code: code,
        object: a.object(&row.subject).map_or_else(|| row.subject.clone(), str::to_owned),
        object_code: row.subject,
        object_id: row.subject_id,
        fields,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_for_all_codes_that_have_them_and_a_code_for_itself() {
        let catalog = Catalog::default();
        let found = |text| actions(&catalog, text);
        assert_eq!(found("console.recall"), ["console.recall"]);
        assert_eq!(found("撤回群发"), ["console.recall"]);
        assert!(found("APP").contains(&"app create".to_owned()), "whatever the case");
        assert!(found("sign_in").len() == 1, "a whole code is not a part of others");
        assert_eq!(
            found("of.another.version"),
            ["of.another.version"],
            "a code of another version stands for itself"
        );
        assert_eq!(found("article.publish"), ["console.article.publish"], "a part of a code");
        assert!(found("").is_empty());
    }
}
