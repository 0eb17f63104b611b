//! `carillon backup`, `restore` and `verify`.

use std::{
    io::read_to_string,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use carillon_domain::system::{self, LastBackup};
use carillon_model::{env::Env, error::Result as Outcome, id::CorpId, settings::Settings, time::Timestamp};
use carillon_store::{Paths, Store};
use clap::Args;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{AdminCommand, format_lines, print_text};
use crate::{
    backup,
    usage::{Usage, open_file},
};

/// The shortest passphrase, in characters.
const MIN_PASSPHRASE_CHARS: usize = 12;

/// `carillon backup`.
#[derive(Args)]
pub struct Backup {
    /// The archive to write. It must not exist.
    file: PathBuf,
    #[command(flatten)]
    passphrase: Passphrase,
}

/// `carillon verify`.
#[derive(Args)]
pub struct Verify {
    /// The archive to read.
    file: PathBuf,
    #[command(flatten)]
    passphrase: Passphrase,
}

/// `carillon restore`.
#[derive(Args)]
pub struct Restore {
    /// The archive to restore into the data folder, which must be new or empty.
    #[arg(required_unless_present = "release", conflicts_with = "release")]
    file: Option<PathBuf>,
    #[command(flatten)]
    passphrase: Passphrase,
    /// Lets a restored data folder send its held scheduled sends and undelivered events.
    #[arg(long)]
    release: bool,
    /// Releases only this organisation.
    #[arg(long, requires = "release")]
    corp: Option<String>,
}

#[derive(Args)]
struct Passphrase {
    /// A file whose first line is the passphrase of the archive.
    #[arg(long, env = "CARILLON_PASSPHRASE_FILE")]
    passphrase_file: Option<PathBuf>,
}

impl Passphrase {
    fn read(&self) -> Result<Option<String>> {
        let Some(file) = &self.passphrase_file else { return Ok(None) };
        let text =
            read_to_string(open_file(file)?).with_context(|| format!("cannot read {}", file.display()))?;
        let passphrase = text.lines().next().unwrap_or_default();
        if passphrase.chars().count() < MIN_PASSPHRASE_CHARS {
            let text = format!(
                "the passphrase in {} is shorter than {MIN_PASSPHRASE_CHARS} characters",
                file.display()
            );
            return Err(Usage::error(text));
        }
        Ok(Some(passphrase.to_owned()))
    }
}

impl Backup {
    /// Writes the archive.
    pub fn run(
        self,
        data: &Path,
        configuration: Option<&Path>,
        settings: &Settings,
        json: bool,
    ) -> Result<()> {
        let env = &environment(settings.clone());
        let passphrase = self.passphrase.read()?;
        let paths = Paths { root: data.to_owned() };
        let created = backup::create(&paths, configuration, &self.file, passphrase.as_deref(), env)?;
        let record = LastBackup {
            taken_at: created.taken_at,
            bytes: created.bytes,
            files: created.files,
            missing: created.missing.len(),
            encrypted: passphrase.is_some(),
        };
        if let Err(error) = backup::remember(&paths, record) {
            eprintln!("carillon: the backup is complete, but the data folder cannot remember it: {error}");
        }
        for hash in &created.missing {
            eprintln!("carillon: the uploaded file {hash} is missing in the data folder");
        }
        print(
            json,
            &json!({
                "file": self.file,
                "bytes": created.bytes,
                "files": created.files,
                "missing": created.missing.len(),
                "schema": created.schema,
                "encrypted": passphrase.is_some(),
            }),
        );
        Ok(())
    }
}

impl Verify {
    /// Reads the archive.
    pub fn run(self, json: bool) -> Result<()> {
        let manifest = backup::verify(&self.file, self.passphrase.read()?.as_deref())?;
        let bytes: u64 = manifest.files.values().map(|file| file.bytes).sum();
        print(
            json,
            &json!({
                "taken_at": taken_at(manifest.taken_at),
                "carillon": manifest.carillon,
                "schema": manifest.schema,
                "entries": manifest.files.len(),
                "bytes": bytes,
                "missing": manifest.missing.len(),
            }),
        );
        ensure!(
            manifest.missing.is_empty(),
            "the archive is complete, but lacks uploaded files that were missing in the data folder"
        );
        Ok(())
    }
}

impl Restore {
    /// Restores the archive, or releases what a restored folder holds back.
    pub fn run(self, data: &Path, settings: Settings, json: bool) -> Result<()> {
        let Some(file) = self.file else {
            return AdminCommand::Release(Release { corp: self.corp }).run(data, settings, json);
        };
        let restored =
            backup::restore(&file, data, self.passphrase.read()?.as_deref(), &environment(settings))?;
        let (manifest, prepared) = (restored.manifest, restored.prepared);
        print(
            json,
            &json!({
                "data": data,
                "taken_at": taken_at(manifest.taken_at),
                "schema": manifest.schema,
                "ended_sessions": prepared.sessions,
                "ended_tokens": prepared.tokens,
                "ended_tickets": prepared.tickets,
                "held_scheduled_sends": prepared.scheduled_sends,
                "held_events": prepared.events,
                "app_secrets_to_renew": prepared.apps,
                "callbacks_to_renew": prepared.callbacks,
            }),
        );
        if !json {
            print_text(
                "Nothing is sent automatically yet. Check what is held back, then: carillon restore --release --data DIR\n\
                 Renew the secrets above if the archive may have been disclosed: carillon app reset-secret\n",
            );
        }
        Ok(())
    }
}

/// Returns an environment without the key of the data folder, which copying does not need.
fn environment(settings: Settings) -> Env {
    Env::system(settings, [0; 32])
}

fn taken_at(milliseconds: i64) -> String {
    format!("{} UTC", Timestamp(milliseconds).format_in(&TimeZone::UTC))
}

fn print(json: bool, output: &Value) {
    print_text(&if json { format!("{output:#}\n") } else { format_lines(output) });
}

/// Releases what a restored data folder holds back.
#[derive(Serialize, Deserialize)]
pub struct Release {
    /// None for all organisations.
    corp: Option<String>,
}

impl Release {
    /// Executes the command. The output is JSON.
    pub fn execute(self, store: &Store, env: &Env) -> Outcome<Value> {
        let corps: Vec<CorpId> = match self.corp {
            Some(corp) => vec![super::find_corp(store, corp)?],
            None => store.state().corps.keys().cloned().collect(),
        };
        let mut released = Vec::new();
        for corp in corps {
            let corp_id = corp.clone();
            if super::write(store, env, &corp, "restore release", move |tx, _| system::release(tx, &corp_id))?
            {
                released.push(corp);
            }
        }
        Ok(json!({ "released": released }))
    }
}
