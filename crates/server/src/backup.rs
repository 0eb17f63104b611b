//! Backups: one archive of the database, the uploaded files, the key and the configuration, taken while the server runs.
//!
//! An archive is a gzip-compressed tar file, which other tools can open too; with a passphrase it is encrypted as a whole
//! ([`encryption`]). Its last entry is a manifest with the size and SHA-256 of every other entry: an archive without it is truncated.

mod archive;
mod create;
mod encryption;
mod manifest;
mod record;
mod restore;

pub use create::create;
pub use record::{last, remember};
pub use restore::{restore, verify};
