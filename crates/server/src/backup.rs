//! Backups: one archive of the database, the uploaded files, the key and the configuration, taken while the server runs.
//!
//! An archive is a gzip-compressed tar file, which other tools can open too; with a passphrase it is encrypted as a whole
//! ([`seal`]). Its last entry is a manifest with the size and SHA-256 of every other entry: an archive without it is cut off.

mod archive;
mod create;
mod manifest;
mod restore;
mod seal;

pub use create::create;
pub use restore::{restore, verify};
