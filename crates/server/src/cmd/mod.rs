//! Subcommands.

pub mod app;
pub mod corp;
pub mod serve;

use std::{path::Path, sync::Arc};

use anyhow::{Result, anyhow};
use carillon_model::{env::Env, error::Error, settings::Settings};
use carillon_store::Store;

use crate::key;

/// Opens a data folder.
fn open(data: &Path) -> Result<(Arc<Store>, Env)> {
    let store = Store::open(data).map_err(told)?;
    let key = key::load_or_create(&store.paths().key())?;
    Ok((Arc::new(store), Env::system(Settings::default(), key)))
}

/// A failure in the words for whoever typed the command.
fn told(error: Error) -> anyhow::Error {
    match error {
        Error::Internal(what) => anyhow!(what),
        error => anyhow!("{error}"),
    }
}
