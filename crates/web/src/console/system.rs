//! The state of the server: health, limits, configuration, backup, disk, and what is held back after a restore. For owners.

use std::collections::HashMap;

use axum::{
    Router,
    body::Body,
    extract::{Query, State},
    http::{HeaderValue, Response, header},
    response::{IntoResponse, Redirect},
    routing::get,
};
use carillon_domain::system::{self, Disk, System};
use carillon_model::{error::Result, operator::OperatorRole, time::Timestamp};
use carillon_store::Tx;

use super::{
    Section,
    access::Operator,
    page::{self, BackupView, HeldView, JobLine, LimitLine, SettingLine, SystemPage},
    text::system::SystemTexts,
    to_page_above,
};
use crate::{
    routes::{Pages, Viewer, failed, html, uncached},
    security::PageKind,
};

/// The roles that may open it, besides owners.
pub const ROLES: &[OperatorRole] = &[];

/// The routes.
pub fn routes() -> Router<Pages> {
    Router::new()
        .route("/console/system", get(show))
        .route("/console/system/report", get(download))
        .route("/console/system/release", get(to_page_above).post(release))
}

async fn load(pages: &Pages, operator: &Operator) -> Result<System> {
    system::status(&pages.system, &pages.store, &pages.env, operator.corp()).await
}

async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let system = match load(&pages, &operator).await {
        Ok(system) => system,
        Err(error) => return failed(operator.page(), &error),
    };
    let all = query.contains_key("all");
    let view = view(&pages, &operator, &system, all, query.contains_key("done"));
    html(200, PageKind::App, page::system(&view))
}

fn view(pages: &Pages, operator: &Operator, system: &System, all: bool, is_released: bool) -> SystemPage {
    let viewer = operator.viewer(pages);
    let t = SystemTexts::of(operator.signed_in.lang);
    let System { server, organisation } = system;
    let jobs = server.jobs.iter().map(|job| JobLine {
        name: t.job(job.name),
        succeeded: job.succeeded_at.map(|at| viewer.moment(at)),
        failed: (job.failures > 0).then(|| job.failed_at.map(|at| viewer.moment(at))).flatten(),
        failures: job.failures,
    });
    let limits = server.limits.iter().map(|limit| {
        let number = |value: Option<u64>| value.map(|value| t.amount(limit.name, value));
        LimitLine {
            name: t.limit(limit.name),
            in_force: number(limit.in_force),
            configured: number(limit.configured.filter(|configured| Some(*configured) != limit.in_force)),
            used: number(limit.used),
        }
    });
    let settings = server.settings.iter().filter(|setting| all || setting.is_set());
    let settings = settings.map(|setting| SettingLine {
        key: setting.key.clone(),
        value: setting.value.clone(),
        from: t.source(&setting.from),
        is_set: setting.is_set(),
    });
    SystemPage {
        console: operator.console(),
        version: format!("Carillon {}", server.version),
        schema: server.schema.clone(),
        machine: server.machine.clone(),
        started: viewer.moment(server.started_at),
        parts: server.parts.iter().map(|part| (t.part(part.name), part.works)).collect(),
        listeners: server
            .listeners
            .iter()
            .map(|one| (t.listener(one.name), one.address.clone(), one.tls))
            .collect(),
        jobs: jobs.collect(),
        limits: limits.collect(),
        settings: settings.collect(),
        shows_all: all,
        disk: disk(t, server.disk),
        is_short_of_space: server.disk.is_some_and(|disk| disk.free < Disk::FEW_BYTES),
        stored: t.of_limit(organisation.stored_bytes, organisation.storage_limit),
        backup: server.backup.map(|backup| BackupView {
            taken: viewer.moment(backup.taken_at),
            facts: t.backup_facts(&backup),
            is_old: is_old(backup.taken_at, pages.env.now()),
        }),
        held: organisation.held.map(|held| held_view(&viewer, held)),
        report: system::report(system, pages.env.now()),
        is_released,
        zone: viewer.zone(),
    }
}

/// A backup that is older than this many days is worth a note.
const OLD_BACKUP_DAYS: i64 = 7;

fn is_old(taken_at: Timestamp, now: Timestamp) -> bool {
    taken_at.plus_ms(OLD_BACKUP_DAYS * carillon_model::time::DAY_MS) < now
}

fn held_view(viewer: &Viewer, held: system::Held) -> HeldView {
    HeldView {
        restored: viewer.moment(held.restored_at),
        scheduled_sends: held.scheduled_sends,
        events: held.events,
    }
}

fn disk(t: &SystemTexts, disk: Option<Disk>) -> Vec<(&'static str, String)> {
    let Some(disk) = disk else { return Vec::new() };
    vec![
        (t.disk_free, t.of_limit(disk.free, Some(disk.total))),
        (t.disk_database, t.bytes(disk.database)),
        (t.disk_log, t.bytes(disk.log)),
    ]
}

/// The text to paste into a report of trouble, as a file.
async fn download(State(pages): State<Pages>, operator: Operator) -> Response<Body> {
    match load(&pages, &operator).await {
        Ok(system) => {
            let mut response = uncached(system::report(&system, pages.env.now()).into_response());
            let disposition = HeaderValue::from_static("attachment; filename=\"carillon-report.txt\"");
            response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
            let nosniff = HeaderValue::from_static("nosniff");
            response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
            response
        }
        Err(error) => failed(operator.page(), &error),
    }
}

async fn release(State(pages): State<Pages>, operator: Operator) -> Response<Body> {
    let corp = operator.corp().clone();
    let signature = operator.signature(&pages, "console.system.release");
    match pages
        .store
        .write(operator.corp(), signature, move |tx: &mut Tx<'_>| system::release(tx, &corp))
        .await
    {
        Ok(_) => uncached(Redirect::to(&format!("{}?done", Section::System.path())).into_response()),
        Err(error) => failed(operator.page(), &error),
    }
}
