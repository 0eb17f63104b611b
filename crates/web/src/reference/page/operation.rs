//! The page of an operation.

use askama::Template;
use carillon_model::settings::Settings;
use carillon_reference::{ApiError, Caller, Example, Folder, Limit, Operation, Text};

use super::{Frame, Html, ReferenceFrame, ReferenceTexts, View};
use crate::reference::{form, trying::Reader};

/// A line of the table of callers.
struct CallerLine {
    name: &'static str,
    may: bool,
    needs: String,
}

/// The contents of the page of an operation.
#[derive(Template)]
#[template(path = "reference/operation_body.html")]
struct OperationBody<'a> {
    view: &'a View<'a>,
    r: &'static ReferenceTexts,
    operation: &'a Operation,
    folder: Option<&'a Folder>,
    callers: Vec<CallerLine>,
    /// The request for the scripts of the page.
    request: String,
    /// What the scripts need for the official clients; empty if none has the operation.
    client: String,
    shell: String,
    http: String,
    groups: Vec<(&'a Text, &'a [ApiError])>,
    /// The limits with their values.
    limits: Vec<(&'a Limit, u64)>,
    /// Whether the values are those of this server.
    has_settings: bool,
    /// The form to try it; empty where nobody can.
    form: String,
}

#[derive(Template)]
#[template(path = "reference/operation.html")]
struct OperationPage<'a> {
    frame: Frame<'a>,
    view: View<'a>,
    r: &'static ReferenceTexts,
    operation: &'a Operation,
    body: String,
    previous: Option<&'a Operation>,
    next: Option<&'a Operation>,
}

/// What the page of an operation has on a server, beside what the document says.
pub(in crate::reference) struct OnServer<'a> {
    pub(in crate::reference) base_url: &'a str,
    pub(in crate::reference) settings: &'a Settings,
    /// Who reads it.
    pub(in crate::reference) reader: &'a Reader,
}

pub(in crate::reference) fn operation(
    shared: ReferenceFrame<'_>,
    operation: &Operation,
    server: &OnServer<'_>,
) -> Html {
    let (previous, next) = shared.reference.neighbours(&operation.id);
    let view = View { reference: shared.reference, r: shared.r, current: &operation.id };
    let body = operation_body(&view, operation, server.base_url, Some(server))?;
    OperationPage { body, previous, next, view, r: shared.r, frame: shared.frame, operation }.render()
}

/// What is on the page of an operation, and in the file with all.
pub(super) fn operation_body(
    view: &View<'_>,
    operation: &Operation,
    base_url: &str,
    server: Option<&OnServer<'_>>,
) -> Html {
    let reference = view.reference;
    let form = server.map(|server| form::render(view, operation, base_url, server.reader));
    let settings = server.map(|server| server.settings);
    let example = Example::of(operation, base_url, operation.host.token_placeholder());
    let groups = operation.error_groups.iter().filter_map(|name| reference.error_groups.get(name));
    OperationBody {
        callers: callers(operation, view.r),
        request: serde_json::to_string(&example.request).unwrap_or_default(),
        client: if operation.clients.calls.is_empty() {
            String::new()
        } else {
            operation.clients.entry.to_string()
        },
        shell: example.shell(),
        http: example.http(),
        folder: reference.folder_of(&operation.id),
        groups: groups.map(|group| (&group.title, group.errors.as_slice())).collect(),
        limits: operation.limits.iter().map(|limit| (limit, value_of(limit, settings))).collect(),
        has_settings: settings.is_some(),
        form: form.transpose()?.unwrap_or_default(),
        view,
        r: view.r,
        operation,
    }
    .render()
}

/// The value of a limit: that of a server, or of one that sets nothing.
pub(in crate::reference) fn value_of(limit: &Limit, settings: Option<&Settings>) -> u64 {
    let enforced =
        settings.and_then(|settings| Some(carillon_wire::limits::find(&limit.setting)?.value(settings)));
    enforced.unwrap_or(limit.default)
}

fn callers(operation: &Operation, r: &'static ReferenceTexts) -> Vec<CallerLine> {
    if !operation.needs_token {
        return Vec::new();
    }
    let permission = operation.permission.clone().unwrap_or_else(|| r.no_permission.to_owned());
    let apps = [("internal", r.internal_app), ("isv", r.isv_app), ("personal", r.personal_app)];
    let is_for_apps = operation.callers.contains(&Caller::App);
    let mut lines: Vec<CallerLine> = apps
        .into_iter()
        .map(|(kind, name)| {
            let may = is_for_apps && operation.app_types.iter().any(|one| one == kind);
            CallerLine { name, may, needs: if may { permission.clone() } else { String::new() } }
        })
        .collect();
    for caller in operation.callers.iter().copied().filter(|caller| *caller != Caller::App) {
        let mut needs = if caller == Caller::Operator { operation.roles.join(", ") } else { String::new() };
        if caller == Caller::Operator && operation.requires_reauthentication {
            needs = format!("{needs} {}", r.reauthentication);
        }
        lines.push(CallerLine { name: r.caller(caller), may: true, needs });
    }
    lines
}
