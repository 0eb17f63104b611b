//! An overview of a data folder, which takes no lock, writes nothing and migrates nothing.

use std::{fmt::Write, os::unix::ffi::OsStrExt, path::Path, time::Duration};

use carillon_model::error::{Error, Result};
use rusqlite::{Connection, OpenFlags};

use crate::{migrate, paths::Paths};

/// An overview of a data folder.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Overview {
    /// The HTTP callbacks with their apps.
    pub callbacks: Vec<(String, String)>,
    /// The time zones of the organisations.
    pub time_zones: Vec<String>,
}

/// Reads the overview of a data folder, also while a server uses it.
///
/// # Errors
/// The database cannot be read, or this version does not know its schema.
pub fn overview(paths: &Paths) -> Result<Overview> {
    let connection = open(&paths.database())?;
    migrate::check_known(&connection)?;
    let callbacks = rows(
        &connection,
        "SELECT app_key, url FROM subscription WHERE url IS NOT NULL ORDER BY app_key",
        |row| Ok((row.get(0)?, row.get(1)?)),
    );
    let time_zones =
        rows(&connection, "SELECT DISTINCT time_zone FROM corp ORDER BY time_zone", |row| row.get(0));
    Ok(Overview { callbacks: callbacks?, time_zones: time_zones? })
}

/// Opens the database for reading. Without a log beside it, no process writes to it, and it is opened so that no log is created.
fn open(database: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let has_log = Path::new(&format!("{}-wal", database.display())).exists();
    let connection = if has_log {
        Connection::open_with_flags(database, flags)
    } else {
        Connection::open_with_flags(immutable_uri(database), flags | OpenFlags::SQLITE_OPEN_URI)
    };
    let connection = connection.map_err(Error::internal)?;
    connection.busy_timeout(Duration::from_secs(10)).map_err(Error::internal)?;
    Ok(connection)
}

/// Returns the URI by which SQLite opens a file that no process changes.
fn immutable_uri(path: &Path) -> String {
    let mut uri = "file:".to_owned();
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                uri.push(char::from(*byte))
            }
            // Writing to a string cannot fail.
            other => drop(write!(uri, "%{other:02X}")),
        }
    }
    uri + "?immutable=1"
}

fn rows<T>(
    connection: &Connection,
    sql: &str,
    read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    let mut statement = connection.prepare(sql).map_err(Error::internal)?;
    let rows = statement.query_map([], read).map_err(Error::internal)?;
    rows.collect::<rusqlite::Result<_>>().map_err(Error::internal)
}
