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
mod usage;

use std::{collections::BTreeSet, process::ExitCode};

use anyhow::Result;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use cmd::{AdminCommand, app::Action};
use config::{Config, Flags, ServeFlags};
use doctor::Given;

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
    /// Serves until SIGTERM or Ctrl-C.
    Serve(ServeFlags),
    /// Serves a demonstration organisation, which an empty data folder is first filled with.
    Demo(cmd::demo::Options),
    /// Prints the configuration file with its defaults.
    Config,
    /// Writes a backup of the data folder, also while a server runs on it.
    Backup(cmd::backup::Backup),
    /// Restores a backup into a new data folder; with --release, lets a restored one send what it holds back.
    Restore(cmd::backup::Restore),
    /// Checks that a backup is whole and can be restored.
    Verify(cmd::backup::Verify),
    /// Checks the data folder, the configuration and what the server depends on, and says how to mend what is wrong.
    Doctor(cmd::doctor::Options),
    /// Members and administrators of an organisation.
    #[command(subcommand)]
    Contacts(cmd::contacts::Command),
    /// Facts, from which statistics are computed.
    #[command(subcommand)]
    Facts(cmd::facts::Command),
    #[command(flatten)]
    AdminCommand(cmd::AdminCommand),
}

fn main() -> ExitCode {
    // Clap ends the process with 2 on wrong usage, 0 on --help and --version.
    let matches = Arguments::command().get_matches();
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match run(arguments, &Given::of(&matches)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("carillon: {error:#}");
            usage::exit_code(&error)
        }
    }
}

fn run(Arguments { flags, command }: Arguments, given: &Given) -> Result<()> {
    // What is wrong with the configuration is something to find, and no reason not to look.
    if let Command::Doctor(options) = &command {
        return cmd::doctor::run(&flags, options, given);
    }
    // They say how a configuration looks, so they need none that can be used.
    match &command {
        Command::Config => {
            cmd::say(config::DEFAULTS);
            return Ok(());
        }
        Command::AdminCommand(AdminCommand::App(Action::Permissions)) => {
            cmd::app::print_permissions(flags.json);
            return Ok(());
        }
        _ => {}
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
        Command::AdminCommand(action) => action.run(&flags.data, config.settings(), flags.json),
        // They were run above.
        Command::Doctor(_) | Command::Config => Ok(()),
    }
}

/// The environment variables of all flags of all commands.
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
