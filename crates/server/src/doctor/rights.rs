//! Who can open what is in the data folder, and the key of the certificate.

use std::{
    fs::Metadata,
    io::ErrorKind,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use carillon_store::Paths;

use super::Findings;
use crate::config::Config;

/// Bytes of the key of a data folder.
const KEY_BYTES: u64 = 32;
/// The files of a data folder that only its owner may open, beside the database and the key.
const PRIVATE: [&str; 5] = ["carillon.db-wal", "carillon.db-shm", "demo.json", "control.sock", "api.sock"];
const GROUP_READ: u32 = 0o040;
const GROUP_WRITE: u32 = 0o020;
const OTHERS_READ: u32 = 0o004;
const OTHERS_WRITE: u32 = 0o002;

pub fn examine(paths: &Paths, config: Option<&Config>, findings: &mut Findings<'_>) {
    let folder = &paths.root;
    let of_folder = match folder.metadata() {
        Ok(metadata) if metadata.is_dir() => metadata,
        Ok(_) => {
            let message = format!("{} is no folder", folder.display());
            findings.error(message, "name the data folder with --data");
            return;
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            findings.error(
                format!("there is no data folder {}", folder.display()),
                "name the right one with --data, or let `carillon serve` make it",
            );
            return;
        }
        Err(error) => {
            findings.error(
                format!("{} cannot be looked at: {error}", folder.display()),
                "run this as the owner of the data folder",
            );
            return;
        }
    };
    require_private(folder, &of_folder, 0o700, findings);
    examine_owner(folder, &of_folder, findings);
    examine_parent(folder, findings);
    let private = PRIVATE.into_iter().map(|name| folder.join(name)).chain([paths.database(), paths.key()]);
    for path in private {
        if let Some(of_file) = metadata(&path, findings) {
            require_private(&path, &of_file, 0o600, findings);
            require_owner(&path, &of_file, &of_folder, findings);
        }
    }
    if let Some(objects) = metadata(&paths.objects(), findings) {
        require_private(&paths.objects(), &objects, 0o700, findings);
        require_owner(&paths.objects(), &objects, &of_folder, findings);
    }
    examine_key(paths, findings);
    if let Some(file) = config.and_then(|config| config.file.as_deref()) {
        examine_configuration(file, findings);
    }
    if let Some(key) = config.and_then(|config| config.tls.key_file.as_deref()) {
        examine_certificate_key(key, findings);
    }
    if findings.is_clean() {
        findings.ok("only the owner can open the data folder");
    }
}

/// What is known of a file; none, with a finding unless there is no such file, if nothing is.
fn metadata(path: &Path, findings: &mut Findings<'_>) -> Option<Metadata> {
    match path.symlink_metadata() {
        Ok(metadata) => Some(metadata),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => {
            findings.error(
                format!("{} cannot be looked at: {error}", path.display()),
                "run this as the owner of the data folder",
            );
            None
        }
    }
}

/// What a mode gives to others, in words; none if nothing.
fn exposure(mode: u32) -> Option<String> {
    let can = |read: u32, write: u32| match (mode & read != 0, mode & write != 0) {
        (true, true) => Some("read and change it"),
        (true, false) => Some("read it"),
        (false, true) => Some("change it"),
        (false, false) => None,
    };
    let group = can(GROUP_READ, GROUP_WRITE).map(|can| format!("its group can {can}"));
    let others = can(OTHERS_READ, OTHERS_WRITE).map(|can| format!("everybody on this machine can {can}"));
    let all: Vec<String> = group.into_iter().chain(others).collect();
    match (all.is_empty(), mode & 0o077) {
        (false, _) => Some(all.join(", ")),
        (true, 0) => None,
        (true, _) => Some("others can go through it".to_owned()),
    }
}

fn require_private(path: &Path, metadata: &Metadata, allowed: u32, findings: &mut Findings<'_>) {
    let mode = metadata.mode() & 0o777;
    // The rights of a symbolic link are those of what it leads to.
    if metadata.is_symlink() {
        findings.warning(
            format!("{} is a symbolic link", path.display()),
            "look at the rights of what it leads to; whoever can change that link can replace the file",
        );
    } else if let Some(exposure) = exposure(mode) {
        findings.error(
            format!("{} has the rights {mode:04o}: {exposure}", path.display()),
            format!("chmod {allowed:o} {}", path.display()),
        );
    } else if mode & allowed & 0o600 != 0o600 {
        findings.error(
            format!("{} has the rights {mode:04o}: its owner cannot use it", path.display()),
            format!("chmod {allowed:o} {}", path.display()),
        );
    }
}

/// The server runs as the owner of its folder. Root can open everything, which says nothing.
fn examine_owner(folder: &Path, metadata: &Metadata, findings: &mut Findings<'_>) {
    let user = rustix::process::geteuid();
    if metadata.uid() != user.as_raw() && !user.is_root() {
        findings.error(
            format!(
                "{} belongs to user {}, and this is user {}",
                folder.display(),
                metadata.uid(),
                user.as_raw()
            ),
            "run the server and this as the same user, or give the folder to it with chown -R",
        );
    }
}

fn require_owner(path: &Path, of_file: &Metadata, of_folder: &Metadata, findings: &mut Findings<'_>) {
    if of_file.uid() != of_folder.uid() {
        findings.error(
            format!(
                "{} belongs to user {}, its folder to user {}",
                path.display(),
                of_file.uid(),
                of_folder.uid()
            ),
            format!("chown {} {}", of_folder.uid(), path.display()),
        );
    }
}

/// Whoever can write to the folder above can put another data folder in this one's place.
fn examine_parent(folder: &Path, findings: &mut Findings<'_>) {
    const STICKY: u32 = 0o1000;
    let Some(parent) = folder.canonicalize().ok().and_then(|folder| folder.parent().map(PathBuf::from))
    else {
        return;
    };
    let Ok(metadata) = parent.metadata() else { return };
    if metadata.mode() & OTHERS_WRITE != 0 && metadata.mode() & STICKY == 0 {
        findings.warning(
            format!("everybody on this machine can put another folder in the place of {}", folder.display()),
            format!("chmod o-w {}", parent.display()),
        );
    }
}

fn examine_key(paths: &Paths, findings: &mut Findings<'_>) {
    let (key, has_database) = (paths.key(), paths.database().exists());
    match key.metadata() {
        Ok(metadata) if metadata.len() != KEY_BYTES => findings.error(
            format!("{} is damaged: it has {} bytes, not {KEY_BYTES}", key.display(), metadata.len()),
            "restore it from a backup; without it all tokens and secrets end",
        ),
        Err(error) if error.kind() == ErrorKind::NotFound && has_database => findings.error(
            format!("{} is missing beside its database", key.display()),
            "restore it from a backup; without it all tokens and secrets end",
        ),
        _ => {}
    }
}

fn examine_configuration(file: &Path, findings: &mut Findings<'_>) {
    let Ok(metadata) = file.metadata() else { return };
    if metadata.mode() & (GROUP_WRITE | OTHERS_WRITE) != 0 {
        findings.error(
            format!("others can change the configuration {}", file.display()),
            format!("chmod go-w {}", file.display()),
        );
    }
}

fn examine_certificate_key(file: &Path, findings: &mut Findings<'_>) {
    let Ok(metadata) = file.metadata() else { return };
    if metadata.mode() & (OTHERS_READ | OTHERS_WRITE | GROUP_WRITE) != 0 {
        findings.error(
            format!(
                "the key of the certificate, {}, has the rights {:04o}: {}",
                file.display(),
                metadata.mode() & 0o777,
                exposure(metadata.mode() & 0o777).unwrap_or_default()
            ),
            format!("chmod 600 {}", file.display()),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mode_says_who_can_do_what() {
        assert_eq!(exposure(0o600), None);
        assert_eq!(exposure(0o700), None);
        assert_eq!(exposure(0o640).as_deref(), Some("its group can read it"));
        assert_eq!(exposure(0o602).as_deref(), Some("everybody on this machine can change it"));
        assert_eq!(
            exposure(0o666).as_deref(),
            Some("its group can read and change it, everybody on this machine can read and change it")
        );
        assert_eq!(exposure(0o711).as_deref(), Some("others can go through it"));
    }
}
