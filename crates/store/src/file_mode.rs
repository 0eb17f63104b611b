//! File modes of the data folder, which only its owner may access.

use std::{
    fs::{DirBuilder, OpenOptions, Permissions, set_permissions},
    io::Result,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::Path,
};

/// Creates a folder with mode 0700. An existing folder loses access for others.
pub(crate) fn create_folder(path: &Path) -> Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    restrict(path, 0o700)
}

/// Creates a file with mode 0600. An existing file loses access for others.
pub(crate) fn create_file(path: &Path) -> Result<()> {
    OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path)?;
    restrict(path, 0o600)
}

/// Removes all permissions that a mode does not have.
fn restrict(path: &Path, mode: u32) -> Result<()> {
    let now = path.metadata()?.mode() & 0o777;
    if now & !mode != 0 {
        set_permissions(path, Permissions::from_mode(now & mode))?;
    }
    Ok(())
}
