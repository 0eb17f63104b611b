//! Subcommands.

pub mod app;
pub mod corp;
pub mod demo;
pub mod serve;

use std::{io::Write, path::Path, sync::Arc};

use anyhow::{Result, anyhow};
use carillon_model::{
    audit::{Actor, Signature},
    env::Env,
    error::{Error, Result as Outcome},
    settings::Settings,
};
use carillon_store::{Store, Tx};
use clap::Subcommand;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{control, key};

/// What administers a data folder, whether or not a server runs on it.
#[derive(Subcommand, Serialize, Deserialize)]
pub enum Administration {
    /// Organisations.
    #[command(subcommand)]
    Corp(corp::Action),
    /// Apps, their permissions and secrets.
    #[command(subcommand)]
    App(app::Action),
}

impl Administration {
    /// Does it, in the server that runs on the data folder or else in this process, and prints the answer.
    pub fn run(self, data: &Path, json: bool) -> Result<()> {
        let answer = match control::ask(data, &self)? {
            Some(answer) => answer,
            None => {
                let (store, env) = open(data, Settings::default())?;
                self.answer(&store, &env).map_err(told)?
            }
        };
        say(&if json { format!("{answer:#}\n") } else { lines(&answer) });
        Ok(())
    }

    /// Does it; the answer is JSON.
    pub fn answer(self, store: &Store, env: &Env) -> Outcome<Value> {
        match self {
            Self::Corp(action) => corp::answer(store, env, action),
            Self::App(action) => app::answer(store, env, action),
        }
    }
}

/// Opens a data folder.
fn open(data: &Path, settings: Settings) -> Result<(Arc<Store>, Env)> {
    let store = Store::open(data).map_err(told)?;
    let key = key::load_or_create(&store.paths().key())?;
    Ok((Arc::new(store), Env::system(settings, key)))
}

/// Does a unit of work in the name of whoever typed the command: what it changes is in the audit trail.
fn write<T: Send + 'static>(
    store: &Store,
    env: &Env,
    command: &'static str,
    work: impl FnOnce(&mut Tx<'_>, &Env) -> Outcome<T> + Send + 'static,
) -> Outcome<T> {
    let env = env.clone();
    store.write_blocking(move |tx| {
        let done = work(tx, &env)?;
        tx.sign(&Signature {
            at: env.now(),
            actor: Actor::CommandLine,
            action: command.to_owned(),
            request_id: String::new(),
        })?;
        Ok(done)
    })
}

/// A failure in the words for whoever typed the command.
pub fn told(error: Error) -> anyhow::Error {
    match error {
        Error::Internal(what) => anyhow!(what),
        error => anyhow!("{error}"),
    }
}

/// Prints. Whoever reads may close the pipe early: that is no failure.
pub fn say(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// One line for each field; an empty line between the things of a list.
fn lines(answer: &Value) -> String {
    match answer {
        Value::Array(things) if things.is_empty() => "none\n".to_owned(),
        Value::Array(things) => things.iter().map(lines).collect::<Vec<_>>().join("\n"),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| format!("{name:<12} {}\n", on_one_line(value))).collect()
        }
        other => format!("{}\n", on_one_line(other)),
    }
}

fn on_one_line(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(on_one_line).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}
