//! Pages of the reference as Markdown, for programs and for people who take them along.

use std::fmt::Write as _;

use carillon_domain::system::SettingInForce;
use carillon_model::settings::Settings;
use carillon_reference::{Caller, Event, Example, FactKind, Field, Guide, Limit, Operation, Reference, Text};
use serde_json::Value;

use super::{
    guide as guides,
    page::{self, value_of},
    text::ReferenceTexts,
};
use crate::text::Lang;

struct Writer {
    lang: Lang,
    r: &'static ReferenceTexts,
    text: String,
}

impl Writer {
    fn new(lang: Lang) -> Self {
        Self { lang, r: ReferenceTexts::of(lang), text: String::new() }
    }

    fn of<'a>(&self, text: &'a Text) -> &'a str {
        match self.lang {
            Lang::Zh => &text.zh,
            Lang::En => &text.en,
        }
    }

    /// A paragraph or a heading.
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push_str("\n\n");
    }

    fn code(&mut self, language: &str, code: &str) {
        // A fence that is longer than any in the code.
        let longest = code.lines().map(|line| line.bytes().take_while(|byte| *byte == b'`').count()).max();
        let fence = "`".repeat(longest.unwrap_or(0).max(2) + 1);
        // Writing to a string cannot fail.
        let _ = write!(self.text, "{fence}{language}\n{}\n{fence}\n\n", code.trim_end());
    }

    fn fields(&mut self, fields: &[Field], is_request: bool) {
        for (depth, field) in fields.iter().flat_map(Field::flattened) {
            let mut facts = vec![self.r.kind(&field.kind)];
            if field.is_required {
                facts.push(if is_request { self.r.required } else { self.r.always }.to_owned());
            }
            facts.extend(self.r.mark(field.mark).map(str::to_owned));
            facts.extend(field.limits.iter().map(|limit| self.of(limit).to_owned()));
            if !field.aliases.is_empty() {
                let aliases: Vec<String> = field.aliases.iter().map(|alias| format!("`{alias}`")).collect();
                facts.push(format!("{} {}", self.r.aliases, aliases.join(", ")));
            }
            let mut about = one_line(self.of(&field.about));
            if !field.item.is_empty() {
                about = format!("{about} {}{}", self.r.each_item, self.of(&field.item));
            }
            let indent = "  ".repeat(depth);
            let _ =
                writeln!(self.text, "{indent}- `{}` ({}): {about}", field.name, facts.join(self.r.comma()));
            for variant in &field.variants {
                let value = variant.value.as_str().map_or_else(|| variant.value.to_string(), str::to_owned);
                let meaning = one_line(self.of(&variant.meaning));
                let colon = if meaning.is_empty() { "" } else { ": " };
                let _ = writeln!(self.text, "{indent}  - `{value}`{colon}{meaning}");
            }
        }
        self.text.push('\n');
    }
}

fn one_line(text: &str) -> String {
    text.replace('\n', " ")
}

/// The page of an operation.
pub(super) fn operation(
    reference: &Reference,
    operation: &Operation,
    lang: Lang,
    base_url: &str,
    settings: Option<&Settings>,
) -> String {
    let mut page = Writer::new(lang);
    let r = page.r;
    page.line(&format!("# {}", page.of(&operation.title)));
    let about = page.of(&operation.about).to_owned();
    page.line(&about);
    page.line(&format!("`{} {}`", operation.method, operation.path));
    let mut facts = vec![format!("- ID: `{}`", operation.id)];
    facts.push(match operation.host_name() {
        Some(host) => format!("- {}: `{host}`", r.host),
        None => format!("- {}: {}", r.host, r.own),
    });
    if !operation.needs_token {
        facts.push(format!("- {}: {}", r.who, r.everybody));
    } else if operation.callers.contains(&Caller::App) {
        let permission = operation.permission.as_deref().map(|permission| format!("`{permission}`"));
        let permission = permission.unwrap_or_else(|| r.no_permission.to_owned());
        facts.push(format!("- {}: {} ({permission})", r.who, operation.app_types.join(", ")));
    }
    for caller in operation.callers.iter().copied().filter(|caller| *caller != Caller::App) {
        let roles = if caller == Caller::Operator { operation.roles.join(", ") } else { String::new() };
        let roles = if roles.is_empty() { roles } else { format!(": {roles}") };
        facts.push(format!("- {}{roles}", r.caller(caller)));
    }
    if let Some(reaches) = &operation.reaches {
        facts.push(format!("- {}: {}", r.reaches, r.reached(reaches)));
    }
    if let Some(vendor) = &operation.page {
        facts.push(format!("- {}: <{}> {}", r.document, vendor.url, operation.updated));
    }
    for call in &operation.clients.calls {
        let package = call.package;
        facts.push(format!(
            "- {} ({}): `{}` {}, `{}`",
            r.clients, package.language_name, package.name, package.version, call.name
        ));
    }
    page.line(&facts.join("\n"));
    if !operation.parameters.is_empty() {
        page.line(&format!("## {}", r.parameters));
        page.fields(&operation.parameters, true);
    }
    if let Some(content_type) = &operation.content_type {
        page.line(&format!("## {} (`{content_type}`)", r.body));
        if !operation.request_about.is_empty() {
            let about = page.of(&operation.request_about).to_owned();
            page.line(&about);
        }
        if !operation.body_about.is_empty() {
            let about = page.of(&operation.body_about).to_owned();
            page.line(&about);
        }
        page.fields(&operation.body, true);
    }
    page.line(&format!("## {}", r.response));
    if operation.response.is_empty() {
        page.line(r.no_fields);
    } else {
        if !operation.response_about.is_empty() {
            let about = page.of(&operation.response_about).to_owned();
            page.line(&about);
        }
        page.fields(&operation.response, false);
    }
    if !operation.raises.is_empty() {
        page.line(&format!("## {}", r.raises));
        page.line(&links(&operation.raises, "events/"));
    }
    if !operation.limits.is_empty() {
        page.line(&format!("## {}", r.quotas));
        page.line(if settings.is_some() { r.quotas_note } else { r.quotas_default_note });
        let line = |limit: &Limit| {
            format!("- {}: `{}` = {}", page.of(&limit.about), limit.setting, value_of(limit, settings))
        };
        let lines: Vec<String> = operation.limits.iter().map(line).collect();
        page.line(&lines.join("\n"));
    }
    let example = Example::of(operation, base_url, operation.host.token_placeholder());
    page.line(&format!("## {}", r.example));
    page.code("sh", &example.shell());
    if let Some(response) = &operation.response_example {
        page.code("json", &pretty(response));
    }
    page.line(&format!("## {}", r.errors));
    let groups = operation.error_groups.iter().filter_map(|name| reference.error_groups.get(name));
    let shared = groups.flat_map(|group| &group.errors);
    for error in operation.errors.iter().chain(shared) {
        let status = error.status.map(|status| format!(" (HTTP {status})")).unwrap_or_default();
        let (wrong, next) = (page.of(&error.wrong), page.of(&error.next));
        let line = format!("- `{}`{status} {}: {wrong} {next}\n", error.code, error.message);
        page.text.push_str(&line);
    }
    page.text
}

/// The page of an event.
pub(super) fn event(reference: &Reference, event: &Event, lang: Lang) -> String {
    let mut page = Writer::new(lang);
    page.line(&format!("# {}", page.of(&event.title)));
    page.line(&format!("`{}`", event.name));
    let about = page.of(&event.about).to_owned();
    page.line(&about);
    if !event.permissions.is_empty() {
        page.line(&format!("- {}: `{}`", page.r.permission, event.permissions.join("`, `")));
    }
    let raisers: Vec<String> = reference.raisers(&event.name).map(|operation| operation.id.clone()).collect();
    if !raisers.is_empty() {
        page.line(&format!("## {}", page.r.raised_by));
        page.line(&links(&raisers, ""));
    }
    page.line(&format!("## {}", page.r.payload));
    page.fields(&event.fields, false);
    page.code("json", &pretty(&event.example));
    page.text
}

/// The page of a kind of fact.
pub(super) fn fact(fact: &FactKind, lang: Lang) -> String {
    let mut page = Writer::new(lang);
    let r = page.r;
    page.line(&format!("# {}", page.of(&fact.title)));
    page.line(&format!("`{}`", fact.name));
    let about = page.of(&fact.about).to_owned();
    page.line(&about);
    page.line(&format!("- {}: `carillon.facts_ingest`, `carillon facts import`", r.facts_sent_by));
    page.line(&format!("## {}", r.facts_fields));
    page.fields(&fact.fields, true);
    page.line(&format!("## {}", r.example));
    page.line(r.facts_example);
    page.code("json", &fact.line());
    page.line(&format!("## {}", r.facts_feeds));
    let feeds: Vec<String> = fact.feeds.iter().map(|feed| format!("- {}", page.of(feed))).collect();
    page.line(&feeds.join("\n"));
    if fact.operations.is_empty() {
        page.line(r.facts_no_operations);
    } else {
        page.line(&format!("{}: `{}`", r.facts_operations, fact.operations.join("`, `")));
    }
    page.text
}

/// The limits in force.
pub(super) fn limits(reference: &Reference, lang: Lang, settings: &[SettingInForce]) -> String {
    let mut page = Writer::new(lang);
    let r = page.r;
    page.line(&format!("# {}", r.limits));
    page.line(r.limits_lead);
    page.line(&format!("## {}", r.limits_configured));
    for table in page::tables(reference, settings) {
        page.line(&format!("### {}", page.of(table.title)));
        for row in table.rows {
            let value = row.value.unwrap_or_else(|| r.limits_none.to_owned());
            let set = if row.is_set { format!(" ({})", r.limits_set) } else { String::new() };
            let line =
                format!("- `{}`: {value}{set}{}{}\n", row.limit.key, r.comma(), page.of(&row.limit.about));
            page.text.push_str(&line);
        }
        page.text.push('\n');
    }
    page.line(&format!("## {}", r.limits_declared));
    page.line(r.limits_declared_lead);
    for operation in &reference.operations {
        let limits = operation.limited_fields();
        if limits.is_empty() && operation.body_bytes.is_none() {
            continue;
        }
        page.line(&format!("### `{}`", operation.id));
        if let Some(bytes) = operation.body_bytes {
            let _ = writeln!(page.text, "- {}: {}", r.body, r.bytes(bytes));
        }
        for one in limits {
            let limits: Vec<&str> = one.field.limits.iter().map(|limit| page.of(limit)).collect();
            let line = format!("- `{}`: {}\n", one.path, limits.join(r.comma()));
            page.text.push_str(&line);
        }
        page.text.push('\n');
    }
    page.text
}

/// A list of links to pages of the reference, by their names.
fn links(names: &[String], folder: &str) -> String {
    let link = |name: &String| format!("- [`{name}`](/reference/{folder}{name})");
    names.iter().map(link).collect::<Vec<_>>().join("\n")
}

/// A guide.
pub(super) fn guide(guide: &Guide, lang: Lang, base_url: &str) -> String {
    format!("# {}\n{}", guides::of(&guide.title, lang), guides::markdown(guide, lang, base_url))
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// A list of all pages for language models: <https://llmstxt.org>.
pub(super) fn llms(reference: &Reference, lang: Lang, base_url: &str) -> String {
    let mut page = Writer::new(lang);
    let base_url = base_url.trim_end_matches('/');
    page.line(&format!("# Carillon {}", page.r.reference));
    page.line(&format!("> {}", page.r.lead));
    page.line(&format!("- [OpenAPI 3.1]({base_url}/openapi.json)"));
    page.line(&format!("## {}", page.r.guides));
    for guide in &reference.guides {
        let title = page.of(&guide.title).to_owned();
        let _ = writeln!(page.text, "- [{title}]({base_url}/reference/guides/{}.md)", guide.name);
    }
    page.text.push('\n');
    page.line(&format!("- [{}]({base_url}/reference/limits.md)", page.r.limits));
    page.line(&format!("## {}", page.r.facts));
    for fact in &reference.facts {
        let title = page.of(&fact.title).to_owned();
        let _ = writeln!(
            page.text,
            "- [{title}]({base_url}/reference/facts/{name}.md): `{name}`",
            name = fact.name
        );
    }
    page.text.push('\n');
    for folder in reference.folders.iter().filter(|folder| folder.is_served()) {
        page.line(&format!("## {}", page.of(&folder.title)));
        for entry in folder.entries.iter().filter(|entry| entry.is_served) {
            let title = page.of(&entry.title).to_owned();
            let _ = writeln!(
                page.text,
                "- [{title}]({base_url}/reference/{}.md): `{} {}`",
                entry.id, entry.method, entry.path
            );
        }
        page.text.push('\n');
    }
    page.text
}
