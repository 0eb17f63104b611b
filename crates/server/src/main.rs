//! The `carillon` program: parses the command line, loads the configuration, and runs the command.

mod allocator;
mod backup;
mod cmd;
mod commands;
mod config;
mod demo;
mod doctor;
mod http;
mod jobs;
mod key;
mod local_api;
mod readiness;
mod scheduler;
mod system;
mod tasks;
mod telemetry;
mod usage;

use std::{collections::BTreeSet, process::ExitCode};

use anyhow::Result;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use cmd::{AdminCommand, app::Action};
use config::{Config, Flags, ServeFlags};
use doctor::FlagSources;

/// A self-hosted server for company service accounts that speaks the DingTalk OpenAPI.
///
/// Every setting has a key in the configuration file and an environment variable; `carillon config` prints them all.
#[derive(Parser)]
#[command(
    name = "carillon",
    version,
    after_help = "Exit codes: 0 done; 1 failed; 2 wrong usage, with no change made: correct the command, the environment or the \
                  configuration."
)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the server until SIGTERM or Ctrl-C.
    Serve(ServeFlags),
    /// Runs the server with a demonstration organisation, which it creates in an empty data folder.
    Demo(cmd::demo::Options),
    /// Prints the configuration file with its defaults.
    Config,
    /// Writes a backup of the data folder, also while a server is running on it.
    Backup(cmd::backup::Backup),
    /// Restores a backup into a new data folder; with --release, lets a restored folder send its held messages and events.
    Restore(cmd::backup::Restore),
    /// Checks that a backup is complete and can be restored.
    Verify(cmd::backup::Verify),
    /// Checks the data folder, the configuration and the server's environment, and says how to fix each problem.
    Doctor(cmd::doctor::Options),
    /// Writes the reference of the API as files.
    #[command(subcommand)]
    Reference(cmd::reference::Command),
    /// Manages members and administrators of an organisation.
    #[command(subcommand)]
    Contacts(cmd::contacts::Command),
    /// Imports or generates facts, from which statistics are computed.
    #[command(subcommand)]
    Facts(cmd::facts::Command),
    #[command(flatten)]
    AdminCommand(cmd::AdminCommand),
}

fn main() -> ExitCode {
    // Clap ends the process with 2 on wrong usage, 0 on --help and --version.
    let matches = Arguments::command().get_matches();
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match run(arguments, &FlagSources::of(&matches)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("carillon: {error:#}");
            usage::exit_code(&error)
        }
    }
}

fn run(Arguments { flags, command }: Arguments, sources: &FlagSources) -> Result<()> {
    // An invalid configuration is a finding, and does not stop the other checks.
    if let Command::Doctor(options) = &command {
        return cmd::doctor::run(&flags, options, sources);
    }
    // These commands need no valid configuration.
    match &command {
        Command::Config => {
            cmd::print_text(config::DEFAULTS);
            return Ok(());
        }
        Command::Reference(command) => return command.run(flags.json),
        Command::AdminCommand(AdminCommand::App(Action::Permissions)) => {
            cmd::app::print_permissions(flags.json);
            return Ok(());
        }
        _ => {}
    }
    let serve_flags = match &command {
        Command::Serve(serve_flags) => Some(serve_flags),
        Command::Demo(options) => Some(&options.serve_flags),
        _ => None,
    };
    if serve_flags.is_some() {
        allocator::restart_with_options();
    }
    let mut config = Config::load(&flags, serve_flags)?;
    if serve_flags.is_some() {
        config.sources = doctor::settings(&Config::figment(&flags, serve_flags)?, sources);
    }
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
        Command::AdminCommand(action) => action.run(&flags.data, config.settings(), flags.json),
        // Handled above.
        Command::Doctor(_) | Command::Config | Command::Reference(_) => Ok(()),
    }
}

/// Returns the environment variables of all flags of all commands.
fn flag_variables() -> BTreeSet<String> {
    fn add(command: &clap::Command, variables: &mut BTreeSet<String>) {
        let named = command.get_arguments().filter_map(|argument| argument.get_env()?.to_str());
        variables.extend(named.map(str::to_owned));
        command.get_subcommands().for_each(|command| add(command, variables));
    }
    let mut variables = BTreeSet::new();
    add(&Arguments::command(), &mut variables);
    variables
}
