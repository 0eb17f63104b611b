//! The binary: command line, configuration, wiring.

mod allocator;
mod backup;
mod cmd;
mod config;
mod control;
mod demo;
mod doctor;
mod http;
mod jobs;
mod key;
mod local;
mod readiness;
mod scheduler;
mod tasks;
mod telemetry;

use std::process::ExitCode;

use anyhow::Result;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use config::{Config, Flags, ServeFlags};
use doctor::Given;

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
    /// Writes a backup of the data folder, also while a server runs on it.
    Backup(cmd::backup::Backup),
    /// Restores a backup into a new data folder, and lets go of what a restored one holds back.
    Restore(cmd::backup::Restore),
    /// Checks that a backup is whole and could be restored.
    Verify(cmd::backup::Verify),
    /// Looks for what is wrong with the data folder, the configuration and what the server depends on.
    Doctor(cmd::doctor::Options),
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
    let matches = Arguments::command().get_matches();
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match run(arguments, &Given::of(&matches)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("carillon: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(Arguments { flags, command }: Arguments, given: &Given) -> Result<()> {
    // What is wrong with the configuration is something to find, and no reason not to look.
    if let Command::Doctor(options) = &command {
        return cmd::doctor::run(&flags, options, given);
    }
    let serving = match &command {
        Command::Serve(serving) => Some(serving),
        Command::Demo(options) => Some(&options.serving),
        _ => None,
    };
    if serving.is_some() {
        allocator::give_memory_back_soon();
    }
    let config = Config::load(&flags, serving)?;
    let _logging = telemetry::start(&config.log)?;
    match command {
        Command::Serve(_) => cmd::serve::run(&flags.data, config),
        Command::Demo(options) => cmd::demo::run(&flags.data, config, options.members),
        Command::Contacts(command) => command.run(&flags.data, config.settings(), flags.json),
        Command::Facts(command) => command.run(&flags.data, config.settings(), flags.json),
        Command::Backup(command) => {
            command.run(&flags.data, config::file(&flags)?.as_deref(), &config.settings(), flags.json)
        }
        Command::Restore(command) => command.run(&flags.data, config.settings(), flags.json),
        Command::Verify(command) => command.run(flags.json),
        Command::Administration(action) => action.run(&flags.data, config.settings(), flags.json),
        // It was run above.
        Command::Doctor(_) => Ok(()),
        Command::Config => {
            cmd::say(config::DEFAULTS);
            Ok(())
        }
    }
}
