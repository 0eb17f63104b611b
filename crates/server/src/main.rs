//! The binary: command line, configuration, wiring.

mod cmd;
mod http;
mod key;
mod telemetry;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A self-hosted server for company service accounts that speaks the DingTalk OpenAPI.
#[derive(Parser)]
#[command(name = "carillon", version)]
struct Arguments {
    /// The data folder; created when it does not exist.
    #[arg(long, env = "CARILLON_DATA", default_value = "data", global = true)]
    data: PathBuf,
    /// What to log, such as `info` or `warn,carillon_wire=debug`.
    #[arg(long, env = "CARILLON_LOG", default_value = "info", global = true)]
    log: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves until SIGTERM or Ctrl-C.
    Serve(cmd::serve::Options),
    /// Organisations.
    #[command(subcommand)]
    Corp(cmd::corp::Action),
    /// Apps, their permissions and secrets. The server must not be running on the data folder.
    #[command(subcommand)]
    App(cmd::app::Action),
}

fn main() -> ExitCode {
    // Clap ends the process with 2 on wrong usage, 0 on --help and --version.
    let arguments = Arguments::parse();
    let done = telemetry::start(&arguments.log).and_then(|()| match arguments.command {
        Command::Serve(options) => cmd::serve::run(&arguments.data, options),
        Command::Corp(action) => cmd::corp::run(&arguments.data, action),
        Command::App(action) => cmd::app::run(&arguments.data, action),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("carillon: {error:#}");
            ExitCode::FAILURE
        }
    }
}
