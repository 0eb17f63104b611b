//! The checks of `carillon doctor`. They change nothing and print no secrets.

mod certificates;
mod clock;
mod configuration;
mod disk;
mod limits;
mod network;
mod permissions;
mod secrets;

use std::path::Path;

use carillon_delivery::Probe;
use carillon_model::env::Env;
use carillon_store::{Overview, Paths};
use serde::{Deserialize, Serialize};

pub use configuration::{FlagSources, Setting, list as settings};

pub use limits::open_files;
pub use secrets::HIDDEN;

use crate::{commands, config::Config};

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// No problem.
    Ok,
    /// It works, but may fail soon or for some users.
    Warning,
    /// It does not work, or exposes secrets.
    Error,
}

impl Level {
    /// The name in the output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// The result of one check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The check: `permissions`, `disk`, `clock`, `limits`, `certificates`, `callbacks`, `public_url`, `server`, `data` or
    /// `configuration`.
    pub check: &'static str,
    /// The severity.
    pub level: Level,
    /// The result, for the user.
    pub message: String,
    /// How to fix it. None if there is no problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

/// Collects the findings of one check.
struct Findings<'a> {
    check: &'static str,
    all: &'a mut Vec<Finding>,
}

impl Findings<'_> {
    fn ok(&mut self, message: impl Into<String>) {
        self.add(Level::Ok, message.into(), None);
    }

    fn warning(&mut self, message: impl Into<String>, advice: impl Into<String>) {
        self.add(Level::Warning, message.into(), Some(advice.into()));
    }

    fn error(&mut self, message: impl Into<String>, advice: impl Into<String>) {
        self.add(Level::Error, message.into(), Some(advice.into()));
    }

    fn add(&mut self, level: Level, message: String, advice: Option<String>) {
        self.all.push(Finding { check: self.check, level, message, advice });
    }

    /// Returns true if this check found no problem.
    fn is_clean(&self) -> bool {
        self.all.iter().all(|finding| finding.check != self.check || finding.level == Level::Ok)
    }
}

/// The state of a running server that only the server knows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ServerReport {
    /// Its clock, in milliseconds since 1970.
    pub now_ms: i64,
    /// Its limit of open files. None if unlimited.
    pub open_files: Option<u64>,
    /// The memory limit of its control group, in bytes.
    pub memory: Option<u64>,
    /// The thread limit of its control group.
    pub threads: Option<u64>,
    /// The apps with an HTTP callback, and its URL.
    pub callbacks: Vec<(String, String)>,
    /// The time zones of its organisations.
    pub time_zones: Vec<String>,
}

impl ServerReport {
    /// Returns the report of this process.
    pub fn current(env: &Env, overview: Overview) -> Self {
        let group = limits::ControlGroup::current();
        Self {
            now_ms: env.now().0,
            open_files: limits::open_files(),
            memory: group.memory,
            threads: group.threads,
            callbacks: overview.callbacks,
            time_zones: overview.time_zones,
        }
    }
}

/// Runs all checks. `config` is none if it is invalid. Returns whether a server is running, and the findings.
pub fn examine(data: &Path, config: Option<&Config>, clock_from: Option<&str>) -> (bool, Vec<Finding>) {
    let mut all = Vec::new();
    let mut run_check = |check: &'static str, examine_check: &mut dyn FnMut(&mut Findings<'_>)| {
        examine_check(&mut Findings { check, all: &mut all });
    };
    let paths = Paths { root: data.to_owned() };
    let env = Env::system(config.map(Config::settings).unwrap_or_default(), [0; 32]);

    run_check("permissions", &mut |findings| permissions::examine(&paths, config, findings));
    let mut server = None;
    run_check("server", &mut |findings| match commands::report(data) {
        Ok(found) => {
            findings.ok(match &found {
                Some(_) => "a server is running on the data folder".to_owned(),
                None => "no server is running on the data folder".to_owned(),
            });
            server = found;
        }
        Err(error) => findings.error(
            format!("a server seems to be running on the data folder, but does not respond: {error:#}"),
            "run this as the user of the server; otherwise stop the server and check its log",
        ),
    });
    let mut overview = None;
    if let Some(server) = &server {
        let ServerReport { callbacks, time_zones, .. } = server.clone();
        overview = Some(Overview { callbacks, time_zones });
    } else if paths.database().exists() {
        run_check("data", &mut |findings| match carillon_store::overview(&paths) {
            Ok(found) => overview = Some(found),
            Err(error) => findings.error(
                format!("the database cannot be read: {error}"),
                "run this as the owner of the data folder; if it is damaged, restore a backup",
            ),
        });
    }
    run_check("disk", &mut |findings| disk::examine(&paths, findings));
    run_check("limits", &mut |findings| limits::examine(config, server.as_ref(), findings));
    run_check("certificates", &mut |findings| {
        if let Some(config) = config {
            certificates::examine(config, &env, findings);
        }
    });

    let settings = &env.settings.delivery;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let probes = (Probe::for_callbacks(settings), Probe::unrestricted(settings));
    let (callbacks, unrestricted, runtime) = match (probes, runtime) {
        ((Ok(callbacks), Ok(unrestricted)), Ok(runtime)) => (callbacks, unrestricted, runtime),
        ((Err(error), _) | (_, Err(error)), _) => {
            run_check("callbacks", &mut |findings| {
                findings.error(
                    format!("[delivery] of the configuration cannot be used: {error}"),
                    "correct it: until then the server does not start",
                );
            });
            return (server.is_some(), all);
        }
        (_, Err(error)) => {
            run_check("callbacks", &mut |findings| {
                findings.error(format!("no connection is possible: {error}"), "check the limits above");
            });
            return (server.is_some(), all);
        }
    };
    let zones = overview.as_ref().map(|overview| overview.time_zones.clone()).unwrap_or_default();
    run_check("clock", &mut |findings| {
        let remote_date = clock_from.map(|url| (url, runtime.block_on(network::date(&unrestricted, url))));
        clock::examine(&env, &zones, server.as_ref(), remote_date, findings);
    });
    run_check("callbacks", &mut |findings| {
        if let Some(overview) = &overview {
            runtime.block_on(network::callbacks(&callbacks, &overview.callbacks, findings));
        }
    });
    run_check("public_url", &mut |findings| {
        if let Some(config) = config {
            runtime.block_on(network::public_url(&unrestricted, config, server.is_some(), findings));
        }
    });
    (server.is_some(), all)
}
