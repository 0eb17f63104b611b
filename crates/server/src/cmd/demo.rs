//! `carillon demo`: runs the server with a demonstration organisation.

use std::path::Path;

use anyhow::Result;
use clap::Args;

use super::{open, serve::serve};
use crate::{
    config::{Config, ServeFlags},
    demo,
};

/// The options of the demonstration.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    pub serve_flags: ServeFlags,
    /// The number of members. If it exceeds the limit of receivers of a send, that limit is raised.
    #[arg(long, env = "CARILLON_MEMBERS", default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=2_000_000))]
    pub members: u32,
}

/// Fills an empty data folder and runs the server on it.
pub fn run(data: &Path, mut config: Config, members: u32) -> Result<()> {
    config.send.max_receivers = config.send.max_receivers.max(members.into());
    // A receiver of events usually runs on the same machine.
    config.delivery.allow.extend(["127.0.0.0/8", "::1"].map(str::to_owned));
    let (store, env) = open(data, config.settings())?;
    let mut report = demo::open(data, &store, &env, members)?;
    let public_url = config.public_url.clone();
    serve(data, config, store, env, |url| {
        report.base_url = public_url.unwrap_or_else(|| url.to_owned());
        report.write(data)?;
        Ok(report.summary(data))
    })
}
