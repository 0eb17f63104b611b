//! The state of the server, for those who run it, and what a restored organisation holds back.
//!
//! Only the server knows its state: it hands it in as a [`SystemSource`].

mod report;

use std::{future::Future, pin::Pin, sync::Arc};

use carillon_model::{
    audit::{Change, Subject},
    env::Env,
    error::Result,
    id::{AppKey, CorpId},
    time::Timestamp,
};
use carillon_store::{CorpState, State, StorageScope, Store, Tx};

pub use report::report;

/// The state of the server.
#[derive(Clone, Debug, PartialEq)]
pub struct SystemStatus {
    /// The version of the program.
    pub version: String,
    /// The newest step of the schema of the database.
    pub schema: String,
    /// The operating system and the kind of processor, such as `linux x86_64`.
    pub machine: String,
    /// When the server was started.
    pub started_at: Timestamp,
    /// The parts that have to work.
    pub parts: Vec<PartHealth>,
    /// The jobs of the server and of the organisation that asked.
    pub jobs: Vec<JobHealth>,
    /// The addresses that it listens on.
    pub listeners: Vec<Listener>,
    /// Limits as they are in force.
    pub limits: Vec<LimitInForce>,
    /// The keys of the configuration.
    pub settings: Vec<SettingInForce>,
    /// The disk of the data folder; `None` if it cannot be read.
    pub disk: Option<Disk>,
    /// The last backup that was made of the data folder by `carillon backup`.
    pub backup: Option<LastBackup>,
}

/// A server of which nothing is known.
impl Default for SystemStatus {
    fn default() -> Self {
        Self {
            version: String::new(),
            schema: String::new(),
            machine: String::new(),
            started_at: Timestamp(0),
            parts: Vec::new(),
            jobs: Vec::new(),
            listeners: Vec::new(),
            limits: Vec::new(),
            settings: Vec::new(),
            disk: None,
            backup: None,
        }
    }
}

/// A part of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartHealth {
    /// `store`, `jobs`, `delivery` or `local_requests`.
    pub name: &'static str,
    /// Whether it works.
    pub works: bool,
}

/// A background job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobHealth {
    /// Its name.
    pub name: &'static str,
    /// When it last succeeded.
    pub succeeded_at: Option<Timestamp>,
    /// When it last failed.
    pub failed_at: Option<Timestamp>,
    /// Failures since it last succeeded.
    pub failures: u32,
}

/// An address that the server listens on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    /// `main`, `metrics` or `local`.
    pub name: &'static str,
    /// The address, or the name of the socket in the data folder.
    pub address: String,
    /// Whether it speaks TLS.
    pub tls: bool,
}

/// A limit as it is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitInForce {
    /// `connections`, `body_bytes` or `open_files`.
    pub name: &'static str,
    /// The configured value; `None` for a limit that is not configured.
    pub configured: Option<u64>,
    /// The value in force; `None` for none.
    pub in_force: Option<u64>,
    /// How much of it is used now; `None` if that is not counted.
    pub used: Option<u64>,
}

/// A key of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingInForce {
    /// The key, such as `send.max_receivers`.
    pub key: String,
    /// The value as JSON, with secrets hidden.
    pub value: String,
    /// Whether the value is a number or a truth value, which tells nothing of where the server is and who uses it.
    pub is_plain: bool,
    /// Where it comes from: `default`, `file PATH`, `environment` or `flag`.
    pub from: String,
}

impl SettingInForce {
    /// Returns true if the value is not the default.
    pub fn is_set(&self) -> bool {
        self.from != "default"
    }
}

/// The disk of the data folder, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Disk {
    /// The size of the disk.
    pub total: u64,
    /// What is free for the server.
    pub free: u64,
    /// The database.
    pub database: u64,
    /// Its write-ahead log.
    pub log: u64,
}

impl Disk {
    /// With less free space, writes will fail soon.
    pub const FEW_BYTES: u64 = 1 << 30;
}

/// A backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastBackup {
    /// When the database was copied.
    pub taken_at: Timestamp,
    /// The size of the archive.
    pub bytes: u64,
    /// The number of uploaded files in it.
    pub files: usize,
    /// The number of uploaded files that were missing.
    pub missing: usize,
    /// Whether it is encrypted.
    pub encrypted: bool,
}

/// Reports the state of the server.
pub trait SystemSource: Send + Sync {
    /// Returns the state, with the jobs of an organisation.
    fn status(&self, corp: &CorpId) -> Pin<Box<dyn Future<Output = SystemStatus> + Send>>;

    /// Returns the keys of the configuration, which do not change while the server runs.
    fn settings(&self) -> Vec<SettingInForce>;
}

/// A state that does not change, for tests.
impl SystemSource for SystemStatus {
    fn status(&self, _: &CorpId) -> Pin<Box<dyn Future<Output = SystemStatus> + Send>> {
        Box::pin(std::future::ready(self.clone()))
    }

    fn settings(&self) -> Vec<SettingInForce> {
        self.settings.clone()
    }
}

/// What belongs to the organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationStatus {
    /// Bytes of its uploaded files.
    pub stored_bytes: u64,
    /// How many it may store; `None` for no limit.
    pub storage_limit: Option<u64>,
    /// What it holds back after it was restored.
    pub held: Option<Held>,
}

/// What a restored organisation holds back until somebody lets it go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// When it was restored.
    pub restored_at: Timestamp,
    /// Scheduled sends.
    pub scheduled_sends: i64,
    /// Events that were not delivered.
    pub events: i64,
}

/// The state of the server as an organisation may see it.
#[derive(Clone, Debug, PartialEq)]
pub struct System {
    /// The server.
    pub server: SystemStatus,
    /// The organisation.
    pub organisation: OrganisationStatus,
}

/// Returns the state of the server with what belongs to an organisation. Keys of the configuration that name apps of others are left
/// out.
pub async fn status(
    source: &Arc<dyn SystemSource>,
    store: &Arc<Store>,
    env: &Env,
    corp: &CorpId,
) -> Result<System> {
    let mut server = source.status(corp).await;
    let (env, of) = (env.clone(), corp.clone());
    let (organisation, state) = store
        .read(corp, move |tx| {
            let state = Arc::clone(tx.state().corp(&of)?);
            Ok((organisation_status(tx, &env, &of)?, state))
        })
        .await?;
    let apps = store.state();
    server.settings.retain(|setting| match setting.key.strip_prefix("allow.") {
        Some(app) => is_own_app(&apps, &state, app),
        None => true,
    });
    Ok(System { server, organisation })
}

fn is_own_app(apps: &State, corp: &CorpState, app: &str) -> bool {
    apps.apps.get(&AppKey::from(app)).is_some_and(|app| app.corp == corp.corp.id)
}

fn organisation_status(tx: &mut Tx<'_>, env: &Env, corp: &CorpId) -> Result<OrganisationStatus> {
    let stored = tx.stored_bytes(corp, &StorageScope::Organisation)?;
    let limit = env.settings.files.organisation_megabytes;
    let restoration = tx.state().corp(corp)?.restoration.filter(|restoration| restoration.held);
    let held = match restoration {
        Some(restoration) => {
            let (scheduled_sends, events) = tx.held_back(corp)?;
            Some(Held { restored_at: restoration.restored_at, scheduled_sends, events })
        }
        None => None,
    };
    Ok(OrganisationStatus {
        stored_bytes: stored.max(0).unsigned_abs(),
        storage_limit: (limit > 0).then(|| limit.saturating_mul(1 << 20)),
        held,
    })
}

/// Lets scheduled sends and events of a restored organisation leave again. Returns false if nothing was held back.
pub fn release(tx: &mut Tx<'_>, corp: &CorpId) -> Result<bool> {
    let released = tx.release_restored(corp)?;
    if released {
        let change = Change::updated(Subject::Corp, corp).between("held_after_restore", true, false);
        tx.changed(corp, change);
    }
    Ok(released)
}
