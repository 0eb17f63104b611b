//! Connections to the database file and their configuration.

use std::{path::Path, time::Duration};

use carillon_model::error::{Error, Result};
use rusqlite::{Connection, OpenFlags, config::DbConfig};

/// Prepared statements that a connection caches: more than the program has.
const STATEMENTS: usize = 512;
/// The time that a statement waits for a lock of another process.
pub(crate) const LOCK_TIMEOUT: Duration = Duration::from_secs(10);

pub(crate) fn open_writer(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path).map_err(Error::internal)?;
    connection
        .execute_batch(
            // Checkpoints are made separately (`checkpoint.rs`), never inside a commit.
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;
             PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY;",
        )
        .map_err(|error| Error::internal(format!("cannot use the database {}: {error}", path.display())))?;
    prepare_connection(connection)
}

/// Configures any connection.
fn prepare_connection(connection: Connection) -> Result<Connection> {
    connection.busy_timeout(LOCK_TIMEOUT).map_err(Error::internal)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Without the guarantee, a range query is prepared again whenever its bounds change.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(Error::internal)?;
    Ok(connection)
}

pub(crate) fn open_reader(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(Error::internal)?;
    connection
        .execute_batch("PRAGMA cache_size = -2048; PRAGMA query_only = ON;")
        .map_err(Error::internal)?;
    prepare_connection(connection)
}

/// Runs a statement that controls a transaction or savepoint.
pub(crate) fn control(connection: &Connection, sql: &str) -> Result<()> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute([]))
        .map_err(Error::internal)?;
    Ok(())
}
