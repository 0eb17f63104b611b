//! The table that Carillon avoids: a row for each receiver of each send.

use std::path::Path;

use anyhow::Result;
use rusqlite::{Connection, params};

/// A database as durable as that of the server.
pub fn database(folder: &Path) -> Result<Connection> {
    let database = Connection::open(folder.join("rows.db"))?;
    database.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
    Ok(database)
}

/// A database with the table, ordered for reads by member.
pub fn table(folder: &Path) -> Result<Connection> {
    let database = database(folder)?;
    database.execute_batch(
        "CREATE TABLE receiver (member INTEGER NOT NULL, task INTEGER NOT NULL, read INTEGER NOT NULL DEFAULT 0,
                                PRIMARY KEY (member, task)) WITHOUT ROWID",
    )?;
    Ok(database)
}

/// Inserts a send durably.
pub fn insert(database: &mut Connection, task: i64, members: impl Iterator<Item = u32>) -> Result<()> {
    let unit = database.transaction()?;
    {
        let mut insert = unit.prepare_cached("INSERT INTO receiver (member, task) VALUES (?1, ?2)")?;
        for member in members {
            insert.execute(params![member, task])?;
        }
    }
    unit.commit()?;
    Ok(())
}

/// The newest tasks of a member.
pub fn newest(database: &Connection, member: u32, limit: i64) -> Result<Vec<i64>> {
    let mut select =
        database.prepare_cached("SELECT task FROM receiver WHERE member = ?1 ORDER BY task DESC LIMIT ?2")?;
    let tasks = select.query_map(params![member, limit], |row| row.get(0))?;
    Ok(tasks.collect::<Result<_, _>>()?)
}
