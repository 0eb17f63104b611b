//! `carillon facts`: what statistics are counted from.

mod batch;
mod generate;
mod import;

use std::path::Path;

use anyhow::Result;
use carillon_model::settings::Settings;
use clap::Subcommand;

pub use batch::Batch;
pub use generate::GeneratedDay;

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Imports facts from files, also while the server runs.
    Import(import::Options),
    /// Generates facts for demonstrations and measurements; they are marked as generated.
    Generate(generate::Options),
}

impl Command {
    /// Does it, and prints what came of it.
    pub fn run(self, data: &Path, settings: Settings, json: bool) -> Result<()> {
        match self {
            Self::Import(options) => import::run(data, settings, &options, json),
            Self::Generate(options) => generate::run(data, settings, &options, json),
        }
    }
}
