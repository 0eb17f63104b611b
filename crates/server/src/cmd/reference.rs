//! `carillon reference`: the reference of the API as files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use clap::{Args, Subcommand};
use serde_json::json;

use figment::{
    Figment,
    providers::{Format, Toml},
};

use super::print_text;
use crate::{
    config::DEFAULTS,
    doctor::{self, FlagSources},
    http::DOCUMENT,
    system,
};

/// What to do with the reference.
#[derive(Subcommand)]
pub enum Command {
    /// Writes the reference to a new or empty folder: one HTML page that needs nothing else, and each page as Markdown, in Chinese and
    /// English; the OpenAPI document in 3.1 and 3.0; a Postman collection.
    Export(Export),
}

/// The options of an export.
#[derive(Args)]
pub struct Export {
    /// The folder.
    folder: PathBuf,
    /// The address of the server in the examples.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    base_url: String,
}

impl Command {
    /// Runs the command.
    ///
    /// # Errors
    /// The folder has files, or cannot be written to.
    pub fn run(&self, is_json: bool) -> Result<()> {
        let Self::Export(Export { folder, base_url }) = self;
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        let is_empty = fs::read_dir(folder)?.next().is_none();
        ensure!(is_empty, "{} is not empty: name a new folder", folder.display());
        let files = carillon_web::export_reference(DOCUMENT, base_url, &default_settings())?;
        for (path, text) in &files {
            write(&folder.join(path), text)?;
        }
        let written = json!({ "folder": folder, "files": files.len() });
        print_text(&if is_json {
            format!("{written}\n")
        } else {
            format!(
                "wrote {} files to {}; begin with zh/reference.html or en/reference.html\n",
                files.len(),
                folder.display()
            )
        });
        Ok(())
    }
}

/// No server runs: the page of limits has the defaults.
fn default_settings() -> Vec<carillon_domain::system::SettingInForce> {
    system::settings(doctor::settings(&Figment::from(Toml::string(DEFAULTS)), &FlagSources::default()))
}

fn write(path: &Path, text: &str) -> Result<()> {
    let context = || format!("cannot write {}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(context)?;
    }
    fs::write(path, text).with_context(context)
}
