//! Usage errors. The process exits with 2 for them, and with 1 for all other failures.

use std::{
    error::Error,
    fmt::{self, Display},
    fs::File,
    io::ErrorKind,
    path::Path,
    process::ExitCode,
};

use anyhow::anyhow;

/// An error in a command, the configuration or the environment. A retry without a change cannot succeed.
#[derive(Debug)]
pub struct Usage(pub String);

impl Usage {
    /// Returns a usage error.
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

/// Opens a file that was named on the command line.
///
/// # Errors
/// [`Usage`] if the file does not exist.
pub fn open_file(path: &Path) -> anyhow::Result<File> {
    File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Usage::error(format!("there is no file {}", path.display())),
        _ => anyhow!(error).context(format!("cannot read {}", path.display())),
    })
}

/// Returns true for a usage error.
pub fn is_usage(error: &anyhow::Error) -> bool {
    error.is::<Usage>() || error.chain().any(|cause| cause.is::<Usage>())
}

/// Returns the exit code for an error.
pub fn exit_code(error: &anyhow::Error) -> ExitCode {
    if is_usage(error) { ExitCode::from(2) } else { ExitCode::FAILURE }
}
