//! Copies of the database file, which can be taken while a server writes, and are checked before use.

use std::{path::Path, time::Duration};

use carillon_model::{
    error::{Error, Result},
    time::Timestamp,
};
use rusqlite::{Connection, OpenFlags, Transaction, backup::Backup};

use crate::{ContentHash, migrate};

/// Pages that are copied in one step.
const STEP_PAGES: i32 = 4_096;

/// The contents of a copy of the database.
#[derive(Debug)]
pub struct DatabaseCopy {
    /// The newest schema step.
    pub schema: String,
    /// The uploaded files that its rows refer to.
    pub files: Vec<ContentHash>,
}

/// Copies a consistent state of a database. A server may write meanwhile, but the write-ahead log cannot shrink until the copy is
/// done.
pub fn copy_database(from: &Path, to: &Path) -> Result<DatabaseCopy> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let source = Connection::open_with_flags(from, flags).map_err(Error::internal)?;
    source.busy_timeout(Duration::from_secs(10)).map_err(Error::internal)?;
    let mut target = Connection::open(to).map_err(Error::internal)?;
    // An open transaction fixes the copied state: otherwise the copy would restart at each commit of the server.
    source.execute_batch("BEGIN; SELECT count(*) FROM schema_step").map_err(Error::internal)?;
    Backup::new(&source, &mut target)
        .and_then(|backup| backup.run_to_completion(STEP_PAGES, Duration::ZERO, None))
        .map_err(Error::internal)?;
    source.execute_batch("COMMIT").map_err(Error::internal)?;
    // A single file, without a log beside it.
    target.pragma_update(None, "journal_mode", "DELETE").map_err(Error::internal)?;
    Ok(DatabaseCopy { schema: migrate::newest_step(&target)?, files: named_files(&target)? })
}

/// Checks that a copy of a database is intact and that this version knows its schema. Returns the newest schema step.
pub fn check_database(path: &Path) -> Result<String> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(Error::internal)?;
    let problem: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(|error| Error::internal(format!("the database in the archive is damaged: {error}")))?;
    if problem != "ok" {
        return Err(Error::internal(format!("the database in the archive is damaged: {problem}")));
    }
    migrate::check_known(&connection)?;
    migrate::newest_step(&connection)
}

fn named_files(connection: &Connection) -> Result<Vec<ContentHash>> {
    let mut statement =
        connection.prepare("SELECT DISTINCT content FROM media ORDER BY content").map_err(Error::internal)?;
    let rows = statement.query_map([], |row| row.get(0).map(ContentHash)).map_err(Error::internal)?;
    rows.collect::<rusqlite::Result<_>>().map_err(Error::internal)
}

/// The data that a restored database has removed or holds back, and the secrets to renew.
#[derive(Debug, Default)]
pub struct RestoredDatabase {
    /// Removed sessions of members.
    pub sessions: i64,
    /// Removed tokens of apps.
    pub tokens: i64,
    /// Removed tickets of Stream connections.
    pub tickets: i64,
    /// Scheduled sends that are held back.
    pub scheduled_sends: i64,
    /// Events that are held back.
    pub events: i64,
    /// Keys of the apps, whose secrets should be renewed.
    pub apps: Vec<String>,
    /// Keys of the apps whose callback has a token and an AES key that should be renewed.
    pub callbacks: Vec<String>,
}

/// Migrates a copy of a database to the schema of this version, removes sessions, tokens and tickets, and holds back scheduled
/// sends and events.
pub fn prepare_restored(path: &Path, now: Timestamp) -> Result<RestoredDatabase> {
    let mut connection = Connection::open(path).map_err(Error::internal)?;
    migrate::migrate(&mut connection)?;
    let transaction = connection.transaction().map_err(Error::internal)?;
    let prepared = prepare(&transaction, now).map_err(Error::internal)?;
    transaction.commit().map_err(Error::internal)?;
    connection.close().map_err(|(_, error)| Error::internal(error))?;
    Ok(prepared)
}

fn prepare(transaction: &Transaction<'_>, now: Timestamp) -> rusqlite::Result<RestoredDatabase> {
    let count = |table: &str| {
        transaction.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, i64>(0))
    };
    let prepared = RestoredDatabase {
        sessions: count("member_session")?,
        tokens: count("app_token")?,
        tickets: count("stream_ticket")?,
        scheduled_sends: count("scheduled_send WHERE status = 0")?,
        events: count("event WHERE state = 0")?,
        apps: texts(transaction, "SELECT app_key FROM app ORDER BY app_key")?,
        callbacks: texts(
            transaction,
            "SELECT app_key FROM subscription WHERE secrets IS NOT NULL ORDER BY app_key",
        )?,
    };
    transaction
        .execute_batch("DELETE FROM member_session; DELETE FROM app_token; DELETE FROM stream_ticket; DELETE FROM password_link;")?;
    transaction.execute(
        "INSERT INTO corp_restoration (corp_id, restored_at, held) SELECT corp_id, ?1, 1 FROM corp WHERE 1 = 1
         ON CONFLICT (corp_id) DO UPDATE SET restored_at = excluded.restored_at, held = excluded.held",
        [now.0],
    )?;
    Ok(prepared)
}

fn texts(transaction: &Transaction<'_>, sql: &str) -> rusqlite::Result<Vec<String>> {
    transaction.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
}
