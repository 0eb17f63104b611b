//! `carillon facts`: imports and generates the facts that statistics are computed from.

mod batch;
mod generate;
mod import;

use std::path::Path;

use anyhow::Result;
use carillon_model::settings::Settings;
use clap::Subcommand;

pub use batch::Batch;
pub use generate::GeneratedDay;

/// The subcommands.
#[derive(Subcommand)]
pub enum Command {
    /// Imports facts from files, also while the server is running.
    Import(import::Options),
    /// Generates artificial facts for demonstrations and measurements; they are marked as generated.
    Generate(generate::Options),
}

impl Command {
    /// Executes the command and prints the result.
    pub fn run(self, data: &Path, settings: Settings, json: bool) -> Result<()> {
        match self {
            Self::Import(options) => import::run(data, settings, &options, json),
            Self::Generate(options) => generate::run(data, settings, &options, json),
        }
    }
}
