//! Mistakes of whoever typed a command. The process ends with 2 for them, and with 1 for all other failures.

use std::{
    error::Error,
    fmt::{self, Display},
    fs::File,
    io::ErrorKind,
    path::Path,
    process::ExitCode,
};

use anyhow::anyhow;

/// What a command, the configuration or the environment says cannot be right: no try without a change to it can succeed.
#[derive(Debug)]
pub struct Usage(pub String);

impl Usage {
    /// The error to return.
    pub fn error(text: impl Into<String>) -> anyhow::Error {
        Self(text.into()).into()
    }
}

impl Display for Usage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Error for Usage {}

/// Opens a file that a command names.
///
/// # Errors
/// [`Usage`] if there is none of this name.
pub fn open_file(path: &Path) -> anyhow::Result<File> {
    File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Usage::error(format!("there is no file {}", path.display())),
        _ => anyhow!(error).context(format!("cannot read {}", path.display())),
    })
}

/// Whether the mistake is that of whoever typed the command.
pub fn is_usage(error: &anyhow::Error) -> bool {
    error.is::<Usage>() || error.chain().any(|cause| cause.is::<Usage>())
}

/// The exit code of a failed command.
pub fn exit_code(error: &anyhow::Error) -> ExitCode {
    if is_usage(error) { ExitCode::from(2) } else { ExitCode::FAILURE }
}
