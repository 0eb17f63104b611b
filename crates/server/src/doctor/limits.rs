//! Checks the limits that the system sets for the server.

use std::{fs, path::Path};

use rustix::process::{Resource, getrlimit};

use super::{Findings, ServerReport};
use crate::{config::Config, http::connections_within};

/// With fewer open files, the server can hardly accept connections.
const MIN_OPEN_FILES: u64 = 256;
/// The memory of a server without request bodies.
const BASE_MEMORY: u64 = 128 << 20;
/// The threads of a busy server: workers, readers, and blocking work.
const NEEDED_THREADS: u64 = 64;

/// Returns the hard limit of open files, to which the server raises its own. None if unlimited.
pub fn open_files() -> Option<u64> {
    getrlimit(Resource::Nofile).maximum
}

pub fn examine(config: Option<&Config>, server: Option<&ServerReport>, findings: &mut Findings<'_>) {
    let current = ControlGroup::current();
    let (files, group) = match server {
        Some(server) => (server.open_files, ControlGroup { memory: server.memory, threads: server.threads }),
        None => (open_files(), current),
    };
    if let (Some(files), Some(config)) = (files, config) {
        let (configured, possible) =
            (config.http.max_connections, connections_within(usize::MAX, Some(files)));
        let message = format!(
            "{files} files can be open at the same time, which allows {possible} of the {configured} configured connections"
        );
        let advice = "raise the hard limit of open files (LimitNOFILE= of systemd, ulimit -Hn), or lower max_connections of [http]";
        if files < MIN_OPEN_FILES {
            findings.error(message, advice);
        } else if possible < configured {
            findings.warning(message, advice);
        }
    }
    if let (Some(memory), Some(config)) = (group.memory, config) {
        let needed = BASE_MEMORY.saturating_add(config.http.body_bytes_in_flight as u64);
        if memory < needed {
            findings.warning(
                format!(
                    "the control group allows {} MB of memory; the server with its request bodies may need {} MB",
                    memory >> 20,
                    needed >> 20
                ),
                "give it more memory (MemoryMax= of systemd), or lower body_bytes_in_flight of [http]",
            );
        }
    }
    if let Some(threads) = group.threads.filter(|threads| *threads < NEEDED_THREADS) {
        findings.warning(
            format!("the control group allows {threads} threads; the server may need {NEEDED_THREADS}"),
            "allow more (TasksMax= of systemd)",
        );
    }
    if findings.is_clean() {
        let files = files.map_or_else(|| "any number of".to_owned(), |files| files.to_string());
        findings.ok(format!("{files} files can be open at the same time"));
    }
}

/// The limits of a control group (version 2). None where there is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ControlGroup {
    /// Bytes of memory.
    pub memory: Option<u64>,
    /// Threads.
    pub threads: Option<u64>,
}

impl ControlGroup {
    /// Returns the limits of this process, including those of parent groups.
    pub fn current() -> Self {
        let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        Self::read(&groups, Path::new("/sys/fs/cgroup"))
    }

    /// Returns the tightest limits from a group up to the root.
    fn read(groups: &str, root: &Path) -> Self {
        let Some(group) = groups.lines().find_map(|line| line.strip_prefix("0::/")) else {
            return Self::default();
        };
        let folder = root.join(group);
        let tightest = |name: &str| {
            let folders = folder.ancestors().take_while(|folder| folder.starts_with(root));
            folders.filter_map(|folder| limit(&fs::read_to_string(folder.join(name)).ok()?)).min()
        };
        Self { memory: tightest("memory.max"), threads: tightest("pids.max") }
    }
}

/// Parses a limit: a number, or `max` for none.
fn limit(text: &str) -> Option<u64> {
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tightest_limit_of_a_group_and_its_ancestors_counts() {
        let root = tempfile::TempDir::new().unwrap();
        let inner = root.path().join("system.slice/carillon.service");
        fs::create_dir_all(&inner).unwrap();
        let groups = "1:name=systemd:/x\n0::/system.slice/carillon.service\n";
        let read = || ControlGroup::read(groups, root.path());
        assert_eq!(read(), ControlGroup::default());
        fs::write(inner.join("memory.max"), "max\n").unwrap();
        fs::write(inner.join("pids.max"), "20\n").unwrap();
        assert_eq!(read(), ControlGroup { memory: None, threads: Some(20) });
        fs::write(root.path().join("system.slice/memory.max"), "1048576\n").unwrap();
        assert_eq!(read(), ControlGroup { memory: Some(1_048_576), threads: Some(20) });
        assert_eq!(ControlGroup::read("", root.path()), ControlGroup::default());
    }
}
