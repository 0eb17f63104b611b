//! Checks the free space on the disks of the data folder and of temporary files.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use carillon_store::Paths;

use super::Findings;

/// With less free space, writes will fail soon.
const ERROR_BYTES: u64 = 100 << 20;
/// With less free space, it is time to free some.
const WARNING_BYTES: u64 = 1 << 30;
/// The smallest number of files that can still be created.
const MIN_FREE_FILES: u64 = 1_000;
/// The time limit for adding up the size of the data folder.
const COUNTING_TIMEOUT: Duration = Duration::from_secs(5);

pub fn examine(paths: &Paths, findings: &mut Findings<'_>) {
    let Some(free) = examine_folder("the data folder", &paths.root, findings) else { return };
    examine_folder("the folder for temporary files", &std::env::temp_dir(), findings);
    let stored = StoredBytes::of(paths);
    let size =
        format!("{}{}", if stored.is_complete { "" } else { "more than " }, format_bytes(stored.bytes));
    if stored.bytes > free {
        findings.warning(
            format!(
                "{size} are stored and {} are free: a backup may not fit on this disk",
                format_bytes(free)
            ),
            "write backups to another disk",
        );
    } else {
        findings.ok(format!("{size} are stored: a backup fits on this disk"));
    }
}

/// Returns the free bytes.
fn examine_folder(label: &str, folder: &Path, findings: &mut Findings<'_>) -> Option<u64> {
    let file_system = match rustix::fs::statvfs(folder) {
        Ok(file_system) => file_system,
        Err(error) => {
            findings.error(
                format!("the disk of {label}, {}, cannot be checked: {error}", folder.display()),
                "use an existing folder",
            );
            return None;
        }
    };
    let free = file_system.f_bavail.saturating_mul(file_system.f_frsize);
    let message = format!("{label}, {}, has {} free", folder.display(), format_bytes(free));
    let advice = "free some space, or move it to a larger disk";
    match free {
        _ if file_system.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY) => {
            findings.error(
                format!("{label}, {}, cannot be written to", folder.display()),
                "mount its disk for writing",
            );
        }
        0..ERROR_BYTES => findings.error(message, advice),
        ERROR_BYTES..WARNING_BYTES => findings.warning(message, advice),
        _ => findings.ok(message),
    }
    // Some file systems have no fixed number of files and report zero.
    if file_system.f_files > 0 && file_system.f_favail < MIN_FREE_FILES {
        findings.error(
            format!("{label}, {}, has room for {} more files", folder.display(), file_system.f_favail),
            "remove files, or move it to another disk",
        );
    }
    Some(free)
}

/// The size of the data folder, as far as it was counted.
struct StoredBytes {
    bytes: u64,
    is_complete: bool,
}

impl StoredBytes {
    fn of(paths: &Paths) -> Self {
        let mut stored = Self { bytes: 0, is_complete: true };
        let deadline = Instant::now() + COUNTING_TIMEOUT;
        let mut folders = vec![paths.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                if Instant::now() > deadline {
                    stored.is_complete = false;
                    return stored;
                }
                match entry.metadata() {
                    Ok(metadata) if metadata.is_dir() => folders.push(entry.path()),
                    Ok(metadata) => stored.bytes += metadata.len(),
                    Err(_) => stored.is_complete = false,
                }
            }
        }
        stored
    }
}

fn format_bytes(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        1_000_000..10_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{} GB", bytes / 1_000_000_000),
    }
}
