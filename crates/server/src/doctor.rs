//! What can be wrong with a data folder, its configuration and its surroundings. Nothing is changed, and no secret is repeated.

mod certificates;
mod clock;
mod configuration;
mod disk;
mod limits;
mod network;
mod rights;
mod secrets;

use std::path::Path;

use carillon_delivery::Probe;
use carillon_model::env::Env;
use carillon_store::{Overview, Paths};
use serde::{Deserialize, Serialize};

pub use configuration::{Given, Setting, list as settings};

pub use secrets::HIDDEN;

use crate::{config::Config, control};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing is wrong.
    Ok,
    /// It works, and may not for long or for everybody.
    Warning,
    /// It does not work, or others can read what they must not.
    Error,
}

impl Level {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Something that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at: `rights`, `disk`, `clock`, `limits`, `certificates`, `callbacks`, `public_url`, `server`, `data` or
    /// `configuration`.
    pub check: &'static str,
    /// How bad it is.
    pub level: Level,
    /// What is the case.
    pub message: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

/// Collects findings of one check.
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

    /// Whether nothing worse than this was found.
    fn is_clean(&self) -> bool {
        self.all.iter().all(|finding| finding.check != self.check || finding.level == Level::Ok)
    }
}

/// What a running server says of itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ServerReport {
    /// Its clock, in ms.
    pub now_ms: i64,
    /// How many files it may have open; none if that is unlimited.
    pub open_files: Option<u64>,
    /// The memory that its control group gives it, in bytes.
    pub memory: Option<u64>,
    /// The threads that its control group gives it.
    pub threads: Option<u64>,
    /// HTTP callbacks with their apps.
    pub callbacks: Vec<(String, String)>,
    /// The time zones of its organisations.
    pub time_zones: Vec<String>,
}

impl ServerReport {
    /// That of this process, which has the overview of its data folder.
    pub fn of_this_process(env: &Env, overview: Overview) -> Self {
        let group = limits::ControlGroup::of_this_process();
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

/// Looks at everything. `config` is none if it cannot be used.
pub fn examine(data: &Path, config: Option<&Config>, clock_from: Option<&str>) -> (bool, Vec<Finding>) {
    let mut all = Vec::new();
    let mut of = |check: &'static str, look: &mut dyn FnMut(&mut Findings<'_>)| {
        look(&mut Findings { check, all: &mut all });
    };
    let paths = Paths { root: data.to_owned() };
    let env = Env::system(config.map(Config::settings).unwrap_or_default(), [0; 32]);

    of("rights", &mut |findings| rights::examine(&paths, config, findings));
    let mut server = None;
    of("server", &mut |findings| match control::report(data) {
        Ok(found) => {
            findings.ok(match &found {
                Some(_) => "a server runs on the data folder".to_owned(),
                None => "no server runs on the data folder".to_owned(),
            });
            server = found;
        }
        Err(error) => findings.error(
            format!("a server seems to run on the data folder, and does not answer: {error:#}"),
            "run this as the user that the server runs as; else stop the server and look at its log",
        ),
    });
    let mut overview = None;
    if let Some(server) = &server {
        let ServerReport { callbacks, time_zones, .. } = server.clone();
        overview = Some(Overview { callbacks, time_zones });
    } else if paths.database().exists() {
        of("data", &mut |findings| match carillon_store::overview(&paths) {
            Ok(found) => overview = Some(found),
            Err(error) => findings.error(
                format!("the database cannot be read: {error}"),
                "run this as the owner of the data folder; if it is damaged, restore a backup",
            ),
        });
    }
    of("disk", &mut |findings| disk::examine(&paths, findings));
    of("limits", &mut |findings| limits::examine(config, server.as_ref(), findings));
    of("certificates", &mut |findings| {
        if let Some(config) = config {
            certificates::examine(config, &env, findings);
        }
    });

    let settings = &env.settings.delivery;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let probes = (Probe::of_callbacks(settings), Probe::of_everything(settings));
    let (callbacks, everything, runtime) = match (probes, runtime) {
        ((Ok(callbacks), Ok(everything)), Ok(runtime)) => (callbacks, everything, runtime),
        ((Err(error), _) | (_, Err(error)), _) => {
            of("callbacks", &mut |findings| {
                findings.error(
                    format!("[delivery] of the configuration cannot be used: {error}"),
                    "mend it: until then the server does not start",
                );
            });
            return (server.is_some(), all);
        }
        (_, Err(error)) => {
            of("callbacks", &mut |findings| {
                findings.error(format!("nothing can be connected to: {error}"), "look at the limits above");
            });
            return (server.is_some(), all);
        }
    };
    let zones = overview.as_ref().map(|overview| overview.time_zones.clone()).unwrap_or_default();
    of("clock", &mut |findings| {
        let asked = clock_from.map(|url| (url, runtime.block_on(network::date(&everything, url))));
        clock::examine(&env, &zones, server.as_ref(), asked, findings);
    });
    of("callbacks", &mut |findings| {
        if let Some(overview) = &overview {
            runtime.block_on(network::callbacks(&callbacks, &overview.callbacks, findings));
        }
    });
    of("public_url", &mut |findings| {
        if let Some(config) = config {
            runtime.block_on(network::public_url(&everything, config, server.is_some(), findings));
        }
    });
    (server.is_some(), all)
}
