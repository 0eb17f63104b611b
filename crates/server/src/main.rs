//! The binary: command line, configuration, wiring.

mod cmd;
mod config;
mod control;
mod days;
mod demo;
mod http;
mod jobs;
mod key;
mod local;
mod telemetry;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use config::{Config, Flags, ServeFlags};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A self-hosted server for company service accounts that speaks the DingTalk OpenAPI.
///
/// Every setting has a key in the configuration file and an environment variable; `carillon config` prints them all.
#[derive(Parser)]
#[command(name = "carillon", version)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves until SIGTERM or Ctrl-C.
    Serve(ServeFlags),
    /// Serves a demonstration organisation, which an empty data folder is first filled with.
    Demo(cmd::demo::Options),
    /// Prints the configuration file with its defaults.
    Config,
    /// Members of an organisation.
    #[command(subcommand)]
    Contacts(cmd::contacts::Command),
    /// Facts, which statistics are counted from.
    #[command(subcommand)]
    Facts(cmd::facts::Command),
    #[command(flatten)]
    Administration(cmd::Administration),
}

fn main() -> ExitCode {
    // Clap ends the process with 2 on wrong usage, 0 on --help and --version.
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("carillon: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(Arguments { flags, command }: Arguments) -> Result<()> {
    let serving = match &command {
        Command::Serve(serving) => Some(serving),
        Command::Demo(options) => Some(&options.serving),
        Command::Config | Command::Contacts(_) | Command::Facts(_) | Command::Administration(_) => None,
    };
    let config = Config::load(&flags, serving)?;
    let _logging = telemetry::start(&config.log)?;
    match command {
        Command::Serve(_) => cmd::serve::run(&flags.data, config),
        Command::Demo(options) => cmd::demo::run(&flags.data, config, options.members),
        Command::Contacts(command) => command.run(&flags.data, config.settings(), flags.json),
        Command::Facts(command) => command.run(&flags.data, config.settings(), flags.json),
        Command::Administration(action) => action.run(&flags.data, config.settings(), flags.json),
        Command::Config => {
            cmd::say(config::DEFAULTS);
            Ok(())
        }
    }
}
