//! Checks the permissions and owners of the data folder and of the certificate's key.

use std::{
    fs::Metadata,
    io::ErrorKind,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use carillon_store::Paths;

use super::Findings;
use crate::config::Config;

/// The size of the data folder's key.
const KEY_BYTES: u64 = 32;
/// The files that only the owner may open, in addition to the database and the key.
const PRIVATE_FILES: [&str; 4] = ["carillon.db-wal", "carillon.db-shm", "demo.json", "api.sock"];
const GROUP_READ: u32 = 0o040;
const GROUP_WRITE: u32 = 0o020;
const OTHERS_READ: u32 = 0o004;
const OTHERS_WRITE: u32 = 0o002;

pub fn examine(paths: &Paths, config: Option<&Config>, findings: &mut Findings<'_>) {
    let folder = &paths.root;
    let folder_metadata = match folder.metadata() {
        Ok(metadata) if metadata.is_dir() => metadata,
        Ok(_) => {
            let message = format!("{} is not a folder", folder.display());
            findings.error(message, "select the data folder with --data");
            return;
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            findings.error(
                format!("there is no data folder {}", folder.display()),
                "select another one with --data, or create it with `carillon serve`",
            );
            return;
        }
        Err(error) => {
            findings.error(
                format!("{} cannot be checked: {error}", folder.display()),
                "run this as the owner of the data folder",
            );
            return;
        }
    };
    require_private(folder, &folder_metadata, 0o700, findings);
    examine_owner(folder, &folder_metadata, findings);
    examine_parent(folder, findings);
    let private =
        PRIVATE_FILES.into_iter().map(|name| folder.join(name)).chain([paths.database(), paths.key()]);
    for path in private {
        if let Some(file_metadata) = metadata(&path, findings) {
            require_private(&path, &file_metadata, 0o600, findings);
            require_owner(&path, &file_metadata, &folder_metadata, findings);
        }
    }
    if let Some(objects) = metadata(&paths.objects(), findings) {
        require_private(&paths.objects(), &objects, 0o700, findings);
        require_owner(&paths.objects(), &objects, &folder_metadata, findings);
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

/// Returns the metadata of a file, or none if it does not exist. Other errors are findings.
fn metadata(path: &Path, findings: &mut Findings<'_>) -> Option<Metadata> {
    match path.symlink_metadata() {
        Ok(metadata) => Some(metadata),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => {
            findings.error(
                format!("{} cannot be checked: {error}", path.display()),
                "run this as the owner of the data folder",
            );
            None
        }
    }
}

/// Describes the access that a mode gives to others. None if it gives no access.
fn exposure(mode: u32) -> Option<String> {
    let can = |read: u32, write: u32| match (mode & read != 0, mode & write != 0) {
        (true, true) => Some("read and change it"),
        (true, false) => Some("read it"),
        (false, true) => Some("change it"),
        (false, false) => None,
    };
    let group = can(GROUP_READ, GROUP_WRITE).map(|can| format!("its group can {can}"));
    let others = can(OTHERS_READ, OTHERS_WRITE).map(|can| format!("everyone on this machine can {can}"));
    let all: Vec<String> = group.into_iter().chain(others).collect();
    match (all.is_empty(), mode & 0o077) {
        (false, _) => Some(all.join(", ")),
        (true, 0) => None,
        (true, _) => Some("others can traverse it".to_owned()),
    }
}

fn require_private(path: &Path, metadata: &Metadata, allowed: u32, findings: &mut Findings<'_>) {
    let mode = metadata.mode() & 0o777;
    // The permissions of a symbolic link are those of its target.
    if metadata.is_symlink() {
        findings.warning(
            format!("{} is a symbolic link", path.display()),
            "check the permissions of its target; a user who can change the link can replace the file",
        );
    } else if let Some(exposure) = exposure(mode) {
        findings.error(
            format!("{} has the permissions {mode:04o}: {exposure}", path.display()),
            format!("chmod {allowed:o} {}", path.display()),
        );
    } else if mode & allowed & 0o600 != 0o600 {
        findings.error(
            format!("{} has the permissions {mode:04o}: its owner cannot use it", path.display()),
            format!("chmod {allowed:o} {}", path.display()),
        );
    }
}

/// The server runs as the owner of its folder. Root can open everything, so it proves nothing.
fn examine_owner(folder: &Path, metadata: &Metadata, findings: &mut Findings<'_>) {
    let user = rustix::process::geteuid();
    if metadata.uid() != user.as_raw() && !user.is_root() {
        findings.error(
            format!(
                "{} belongs to user {}, but this is user {}",
                folder.display(),
                metadata.uid(),
                user.as_raw()
            ),
            "run this as the user of the server, or change the owner of the folder with chown -R",
        );
    }
}

fn require_owner(
    path: &Path,
    file_metadata: &Metadata,
    folder_metadata: &Metadata,
    findings: &mut Findings<'_>,
) {
    if file_metadata.uid() != folder_metadata.uid() {
        findings.error(
            format!(
                "{} belongs to user {}, its folder to user {}",
                path.display(),
                file_metadata.uid(),
                folder_metadata.uid()
            ),
            format!("chown {} {}", folder_metadata.uid(), path.display()),
        );
    }
}

/// A user with write access to the parent can replace the data folder.
fn examine_parent(folder: &Path, findings: &mut Findings<'_>) {
    const STICKY: u32 = 0o1000;
    let Some(parent) = folder.canonicalize().ok().and_then(|folder| folder.parent().map(PathBuf::from))
    else {
        return;
    };
    let Ok(metadata) = parent.metadata() else { return };
    if metadata.mode() & OTHERS_WRITE != 0 && metadata.mode() & STICKY == 0 {
        findings.warning(
            format!("everyone on this machine can replace {} by another folder", folder.display()),
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
                "the key of the certificate, {}, has the permissions {:04o}: {}",
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
    fn exposure_names_who_can_read_and_write() {
        assert_eq!(exposure(0o600), None);
        assert_eq!(exposure(0o700), None);
        assert_eq!(exposure(0o640).as_deref(), Some("its group can read it"));
        assert_eq!(exposure(0o602).as_deref(), Some("everyone on this machine can change it"));
        assert_eq!(
            exposure(0o666).as_deref(),
            Some("its group can read and change it, everyone on this machine can read and change it")
        );
        assert_eq!(exposure(0o711).as_deref(), Some("others can traverse it"));
    }
}
