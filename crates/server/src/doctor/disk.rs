//! Room on the disk: for what is written next, for temporary files, for a backup.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use carillon_store::Paths;

use super::Findings;

/// With less than this, writing fails soon.
const ALMOST_FULL: u64 = 100 << 20;
/// With less than this, it is time to make room.
const LITTLE: u64 = 1 << 30;
/// Files that can still be created.
const FEW_FILES: u64 = 1_000;
/// Adding up what is stored takes no longer than this.
const COUNTING_TIME: Duration = Duration::from_secs(5);

pub fn examine(paths: &Paths, findings: &mut Findings<'_>) {
    let Some(free) = examine_folder("the data folder", &paths.root, findings) else { return };
    examine_folder("the folder for temporary files", &std::env::temp_dir(), findings);
    let stored = Stored::of(paths);
    let size = format!("{}{}", if stored.is_whole { "" } else { "more than " }, in_words(stored.bytes));
    if stored.bytes > free {
        findings.warning(
            format!("{size} are stored, and {} are free: a backup may have no room beside", in_words(free)),
            "write backups to another disk",
        );
    } else {
        findings.ok(format!("{size} are stored: a backup has room beside"));
    }
}

/// Returns the bytes that are free.
fn examine_folder(what: &str, folder: &Path, findings: &mut Findings<'_>) -> Option<u64> {
    let found = match rustix::fs::statvfs(folder) {
        Ok(found) => found,
        Err(error) => {
            findings.error(
                format!("the disk of {what}, {}, cannot be looked at: {error}", folder.display()),
                "name a folder that is there",
            );
            return None;
        }
    };
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    let message = format!("{what}, {}, has {} free", folder.display(), in_words(free));
    let advice = "make room, or move it to a larger disk";
    match free {
        _ if found.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY) => {
            findings.error(
                format!("{what}, {}, cannot be written to", folder.display()),
                "mount its disk for writing",
            );
        }
        0..ALMOST_FULL => findings.error(message, advice),
        ALMOST_FULL..LITTLE => findings.warning(message, advice),
        _ => findings.ok(message),
    }
    // Some file systems have no fixed number of files, and say zero.
    if found.f_files > 0 && found.f_favail < FEW_FILES {
        findings.error(
            format!("{what}, {}, has room for {} more files", folder.display(), found.f_favail),
            "remove files, or move it to another disk",
        );
    }
    Some(free)
}

/// What is stored, as far as it was counted.
struct Stored {
    bytes: u64,
    is_whole: bool,
}

impl Stored {
    fn of(paths: &Paths) -> Self {
        let mut stored = Self { bytes: 0, is_whole: true };
        let until = Instant::now() + COUNTING_TIME;
        let mut folders = vec![paths.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                if Instant::now() > until {
                    stored.is_whole = false;
                    return stored;
                }
                match entry.metadata() {
                    Ok(metadata) if metadata.is_dir() => folders.push(entry.path()),
                    Ok(metadata) => stored.bytes += metadata.len(),
                    Err(_) => stored.is_whole = false,
                }
            }
        }
        stored
    }
}

fn in_words(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        1_000_000..10_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{} GB", bytes / 1_000_000_000),
    }
}
