//! The limit of open files, which connections share with everything else.

use rustix::process::{Resource, getrlimit, setrlimit};

/// Open files that are not connections: the database with its readers, stored files that are sent, callbacks under way.
const OTHER_FILES: u64 = 192;
/// With fewer files than this, half of them are for connections.
const FEW_FILES: u64 = 2 * OTHER_FILES;

/// Raises the soft limit of open files to the hard one. Returns the limit; None if there is none.
pub fn raise_limit() -> Option<u64> {
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        let wanted = limit.maximum;
        let raised = rustix::process::Rlimit { current: wanted, maximum: wanted };
        match setrlimit(Resource::Nofile, raised) {
            Ok(()) => limit.current = wanted,
            Err(error) => tracing::warn!(%error, "the limit of open files cannot be raised"),
        }
    }
    limit.current
}

/// How many connections may be open: as many as are configured, but no more than the limit of open files has room for.
pub fn connections_within(configured: usize, files: Option<u64>) -> usize {
    let Some(files) = files else { return configured.max(1) };
    let room = if files < FEW_FILES { files / 2 } else { files - OTHER_FILES };
    configured.min(usize::try_from(room).unwrap_or(usize::MAX)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_for_the_rest() {
        assert_eq!(connections_within(20_000, None), 20_000);
        assert_eq!(connections_within(20_000, Some(1_048_576)), 20_000);
        assert_eq!(connections_within(20_000, Some(1024)), 832);
        assert_eq!(connections_within(20_000, Some(384)), 192);
        assert_eq!(connections_within(20_000, Some(256)), 128);
        assert_eq!(connections_within(0, Some(1)), 1);
    }
}
