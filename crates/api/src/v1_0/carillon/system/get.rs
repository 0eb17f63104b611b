//! `carillon.system_get`: the state of the server. An operation of Carillon.

use carillon_domain::system::{self, System};
use carillon_model::{error::Result, time::Timestamp};
use carillon_wire::{Call, Context, Input, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::ROLES;
use crate::v1_0::carillon::LOCAL;

#[derive(Deserialize, JsonSchema)]
struct Request {}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The version of the program, such as `1.0.0`.
    version: String,
    /// The newest step of the schema of the database.
    schema: String,
    /// The operating system and the kind of processor.
    machine: String,
    /// When the server was started, in ms since 1970.
    start_time: Timestamp,
    /// The parts that have to work.
    parts: Vec<PartRow>,
    /// The background jobs of the server and of the organisation.
    jobs: Vec<JobRow>,
    /// The addresses that the server listens on.
    listeners: Vec<ListenerRow>,
    /// The limits as they are in force.
    limits: Vec<LimitRow>,
    /// The keys of the configuration. Secrets are hidden, and so are apps of other organisations.
    settings: Vec<SettingRow>,
    /// The disk of the data folder, in bytes; absent if it cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    disk: Option<DiskRow>,
    /// The last backup by `carillon backup`; absent if none is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_backup: Option<BackupRow>,
    /// The size of the organisation's uploaded files, in bytes.
    stored_bytes: u64,
    /// How many bytes of uploaded files it may store; absent without a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_stored_bytes: Option<u64>,
    /// What the organisation holds back after it was restored from a backup; absent if it holds nothing back.
    #[serde(skip_serializing_if = "Option::is_none")]
    held: Option<HeldRow>,
    /// The same as a text to paste into a report of trouble, without addresses, paths, secrets and personal data.
    report: String,
}

/// A part of the server.
#[derive(Serialize, JsonSchema)]
struct PartRow {
    /// The part: `store`, `jobs`, `delivery` or `local_requests`.
    name: String,
    /// Whether the part works at the moment.
    works: bool,
}

/// A background job.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct JobRow {
    /// The name of the background job.
    name: String,
    /// When the job last succeeded, in ms since 1970; absent if it never did.
    #[serde(skip_serializing_if = "Option::is_none")]
    success_time: Option<Timestamp>,
    /// When the job last failed, in ms since 1970; absent if it never did.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_time: Option<Timestamp>,
    /// The number of failures since the job last succeeded.
    failures: u32,
}

/// An address that the server listens on.
#[derive(Serialize, JsonSchema)]
struct ListenerRow {
    /// What the address is for: `main`, `metrics` or `local`.
    name: String,
    /// The address, or the name of the socket in the data folder.
    address: String,
    /// Whether the address is served with TLS.
    tls: bool,
}

/// A limit.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct LimitRow {
    /// The limit: `connections`, `body_bytes` or `open_files`.
    name: String,
    /// The configured value; absent for a limit of the operating system.
    #[serde(skip_serializing_if = "Option::is_none")]
    configured: Option<u64>,
    /// The value in force; absent without a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    in_force: Option<u64>,
    /// How much is used now; absent if that is not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    used: Option<u64>,
}

/// A key of the configuration.
#[derive(Serialize, JsonSchema)]
struct SettingRow {
    /// The key, such as `send.max_receivers`.
    key: String,
    /// The value as JSON; secrets are hidden.
    value: String,
    /// Where the value comes from: `default`, `file PATH`, `environment` or `flag`.
    from: String,
}

/// A disk.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct DiskRow {
    /// The size of the disk, in bytes.
    total_bytes: u64,
    /// What is free for the server, in bytes.
    free_bytes: u64,
    /// The size of the database, in bytes.
    database_bytes: u64,
    /// The size of the database's write-ahead log, in bytes.
    log_bytes: u64,
}

/// A backup.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct BackupRow {
    /// When the database was copied, in ms since 1970.
    take_time: Timestamp,
    /// The size of the archive, in bytes.
    bytes: u64,
    /// The number of uploaded files in the archive.
    files: u64,
    /// The number of uploaded files that were missing when it was made.
    missing_files: u64,
    /// Whether the archive is encrypted.
    encrypted: bool,
}

/// What is held back.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct HeldRow {
    /// When the organisation was restored, in ms since 1970.
    restore_time: Timestamp,
    /// The number of scheduled sends that are held back.
    scheduled_sends: i64,
    /// The number of events that are held back.
    events: i64,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.system_get", "/v1.0/carillon/system")
        .get()
        .title("查询系统状态", "Get the state of the server")
        .purpose(
            "查询服务器的运行状况，供运维排查问题：各部分和后台任务、监听地址、生效的限制和配置、磁盘、最近的备份，以及企业的文件占用和恢复后暂停发送的内容。密钥和其他企业的应用会隐藏；报告问题时可附上 `report`。",
            "Returns the state of the server for those who run it: its parts and jobs, listeners, limits and configuration in force, disk and last backup, and what the organisation stores and holds back. Secrets and apps of other organisations are hidden; `report` is for reports of trouble.",
        )
        .callers(LOCAL)
        .roles(ROLES)
        .example(json!({}))
        .reading_steps(handle)
}

async fn handle(context: Context, call: Call, _: Input<Request>) -> Result<Response> {
    let found = system::status(&context.system, &context.store, &call.env, call.corp()).await?;
    let report = system::report(&found, call.env.now());
    let System { server, organisation } = found;
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let jobs = server.jobs.into_iter().map(|job| JobRow {
        name: job.name.to_owned(),
        success_time: job.succeeded_at,
        failure_time: job.failed_at,
        failures: job.failures,
    });
    let limits = server.limits.into_iter().map(|limit| LimitRow {
        name: limit.name.to_owned(),
        configured: limit.configured,
        in_force: limit.in_force,
        used: limit.used,
    });
    let settings = server.settings.into_iter();
    let settings =
        settings.map(|setting| SettingRow { key: setting.key, value: setting.value, from: setting.from });
    let listeners = server.listeners.into_iter();
    let listeners =
        listeners.map(|one| ListenerRow { name: one.name.to_owned(), address: one.address, tls: one.tls });
    let parts =
        server.parts.into_iter().map(|part| PartRow { name: part.name.to_owned(), works: part.works });
    Ok(Response {
        version: server.version,
        schema: server.schema,
        machine: server.machine,
        start_time: server.started_at,
        parts: parts.collect(),
        jobs: jobs.collect(),
        listeners: listeners.collect(),
        limits: limits.collect(),
        settings: settings.collect(),
        disk: server.disk.map(|disk| DiskRow {
            total_bytes: disk.total,
            free_bytes: disk.free,
            database_bytes: disk.database,
            log_bytes: disk.log,
        }),
        last_backup: server.backup.map(|backup| BackupRow {
            take_time: backup.taken_at,
            bytes: backup.bytes,
            files: count(backup.files),
            missing_files: count(backup.missing),
            encrypted: backup.encrypted,
        }),
        stored_bytes: organisation.stored_bytes,
        max_stored_bytes: organisation.storage_limit,
        held: organisation.held.map(|held| HeldRow {
            restore_time: held.restored_at,
            scheduled_sends: held.scheduled_sends,
            events: held.events,
        }),
        report,
    })
}
