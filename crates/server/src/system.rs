//! The state of this server, for the console and the administrative API.

use std::{fs, path::PathBuf, sync::Arc};

use carillon_domain::system::{Disk, LimitInForce, Listener, SettingInForce, SystemSource, SystemStatus};
use carillon_model::{id::CorpId, time::Timestamp};
use carillon_store::{Paths, Store};
use carillon_wire::body_budget::BodyBudget;
use futures::{FutureExt, future::BoxFuture};

use crate::{backup, doctor, http::Connections, readiness::Readiness, scheduler::JobStatus};

/// What is known of the server from its start on.
pub struct System {
    /// The parts that have to work.
    pub readiness: Arc<Readiness>,
    /// The jobs.
    pub jobs: Arc<JobStatus>,
    /// The connections, which the limit is for.
    pub connections: Arc<Connections>,
    /// The configured limit of connections.
    pub max_connections: usize,
    /// The bodies of requests in memory.
    pub body_budget: Arc<BodyBudget>,
    /// The configured limit of their bytes.
    pub body_bytes: usize,
    /// The addresses.
    pub listeners: Vec<Listener>,
    /// The keys of the configuration.
    pub settings: Vec<SettingInForce>,
    /// The store.
    pub store: Arc<Store>,
    /// When the server was started.
    pub started_at: Timestamp,
}

/// Describes the keys of the configuration.
pub fn settings(settings: Vec<doctor::Setting>) -> Vec<SettingInForce> {
    settings
        .into_iter()
        .map(|setting| SettingInForce {
            key: setting.key,
            is_plain: setting.value.is_number() || setting.value.is_boolean(),
            value: setting.value.to_string(),
            from: setting.from,
        })
        .collect()
}

impl System {
    fn limits(&self) -> Vec<LimitInForce> {
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        vec![
            LimitInForce {
                name: "connections",
                configured: Some(number(self.max_connections)),
                in_force: Some(number(self.connections.max())),
                used: Some(number(self.connections.count())),
            },
            LimitInForce {
                name: "body_bytes",
                configured: Some(number(self.body_bytes)),
                in_force: Some(number(self.body_bytes)),
                used: Some(number(self.body_budget.used())),
            },
            LimitInForce { name: "open_files", configured: None, in_force: doctor::open_files(), used: None },
        ]
    }
}

impl SystemSource for System {
    fn settings(&self) -> Vec<SettingInForce> {
        self.settings.clone()
    }

    fn status(&self, corp: &CorpId) -> BoxFuture<'static, SystemStatus> {
        let mut status = SystemStatus {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            schema: carillon_store::newest_schema_step().to_owned(),
            machine: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            started_at: self.started_at,
            jobs: self.jobs.of(corp),
            listeners: self.listeners.clone(),
            limits: self.limits(),
            settings: self.settings.clone(),
            ..SystemStatus::default()
        };
        let (readiness, paths) = (Arc::clone(&self.readiness), self.store.paths().clone());
        async move {
            status.parts = readiness.parts().await;
            let found = tokio::task::spawn_blocking(move || (disk(&paths), backup::last(&paths))).await;
            if let Ok((disk, backup)) = found {
                (status.disk, status.backup) = (disk, backup);
            }
            status
        }
        .boxed()
    }
}

fn disk(paths: &Paths) -> Option<Disk> {
    let file_system = rustix::fs::statvfs(&paths.root).ok()?;
    let size = |path: PathBuf| fs::metadata(path).map_or(0, |file| file.len());
    let mut log = paths.database().into_os_string();
    log.push("-wal");
    Some(Disk {
        total: file_system.f_blocks.saturating_mul(file_system.f_frsize),
        free: file_system.f_bavail.saturating_mul(file_system.f_frsize),
        database: size(paths.database()),
        log: size(log.into()),
    })
}
