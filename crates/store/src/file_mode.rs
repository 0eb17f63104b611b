//! Access to the data folder: what is in it is its owner's alone.

use std::{
    fs::{DirBuilder, OpenOptions, Permissions, set_permissions},
    io::Result,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::Path,
};

/// Creates a folder that only its owner can open. One that others can open, of an earlier version, is closed to them.
pub(crate) fn create_folder(path: &Path) -> Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    restrict(path, 0o700)
}

/// Creates a file that only its owner can read and write, if there is none.
pub(crate) fn create_file(path: &Path) -> Result<()> {
    OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path)?;
    restrict(path, 0o600)
}

/// Takes away what is more than a mode allows.
fn restrict(path: &Path, mode: u32) -> Result<()> {
    let now = path.metadata()?.mode() & 0o777;
    if now & !mode != 0 {
        set_permissions(path, Permissions::from_mode(now & mode))?;
    }
    Ok(())
}
