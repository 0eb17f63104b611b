//! Steps that SQL cannot do: what existing rows become.

use std::collections::BTreeSet;

use carillon_model::{
    audience::Audience,
    contact::mobile,
    error::{Error, Result},
    short_name,
    spelling::spelling,
};
use rusqlite::Transaction;

use crate::{picture::picture_ids, send::UNKNOWN_HOUR};

/// Sets the spelling of the names of existing members, which SQL cannot do.
pub fn spell_names(transaction: &Transaction<'_>) -> Result<()> {
    let names: Vec<(String, i64, String)> = transaction
        .prepare("SELECT corp_id, member_no, name FROM member")
        .and_then(|mut statement| {
            statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect()
        })
        .map_err(Error::internal)?;
    let mut statement = transaction
        .prepare("UPDATE member SET spelling = ?3 WHERE corp_id = ?1 AND member_no = ?2")
        .map_err(Error::internal)?;
    for (corp, member, name) in names {
        statement.execute((corp, member, spelling(&name))).map_err(Error::internal)?;
    }
    Ok(())
}

/// Converts mobile numbers of existing members to the canonical form. If two members have the same number in two spellings, it is
/// converted for the member who has it in canonical form already, or else for the one with the lower member number. The number of
/// the other member stays as it is until it is changed.
pub fn unify_mobiles(transaction: &Transaction<'_>) -> Result<()> {
    let numbers: Vec<(String, i64, String, String, String)> = transaction
        .prepare(
            "SELECT corp_id, member_no, userid, mobile, exclusive_mobile FROM member
             WHERE mobile <> '' OR exclusive_mobile <> '' ORDER BY corp_id, member_no",
        )
        .and_then(|mut statement| {
            let row = |row: &rusqlite::Row<'_>| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
            };
            statement.query_map([], row)?.collect()
        })
        .map_err(Error::internal)?;
    let mut mobiles = transaction
        .prepare("UPDATE OR IGNORE member SET mobile = ?3 WHERE corp_id = ?1 AND member_no = ?2")
        .map_err(Error::internal)?;
    let mut exclusive = transaction
        .prepare("UPDATE member SET exclusive_mobile = ?3 WHERE corp_id = ?1 AND member_no = ?2")
        .map_err(Error::internal)?;
    for (corp, member, userid, number, exclusive_number) in &numbers {
        if let Some(form) = mobile::canonical(number).filter(|form| form != number) {
            let changed = mobiles.execute((corp, member, &*form)).map_err(Error::internal)?;
            if changed == 0 {
                tracing::warn!(corp, userid, "another member has the same mobile number in another spelling");
            }
        }
        if let Some(form) = mobile::canonical(exclusive_number).filter(|form| form != exclusive_number) {
            exclusive.execute((corp, member, &*form)).map_err(Error::internal)?;
        }
    }
    Ok(())
}

/// Sets short names of existing organisations, the oldest first, which SQL cannot do.
pub fn make_short_names(transaction: &Transaction<'_>) -> Result<()> {
    let corps: Vec<(String, String)> = transaction
        .prepare("SELECT corp_id, name FROM corp ORDER BY created_at, corp_id")
        .and_then(|mut statement| statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect())
        .map_err(Error::internal)?;
    let mut taken = BTreeSet::new();
    for (corp, name) in corps {
        let short_name = short_name::generate(&name, |name| taken.contains(name));
        transaction
            .execute(
                "INSERT INTO corp_short_name (corp_id, position, short_name) VALUES (?1, 0, ?2)",
                (corp, &short_name),
            )
            .map_err(Error::internal)?;
        taken.insert(short_name);
    }
    Ok(())
}

/// Records which pictures of the library existing articles show, which SQL cannot do.
pub fn index_pictures(transaction: &Transaction<'_>) -> Result<()> {
    let mut texts = transaction
        .prepare(
            "SELECT t.corp_id, t.article_id, t.published, t.content, coalesce(t.thumb_media_id, '') FROM article_text t
             JOIN article a ON a.corp_id = t.corp_id AND a.article_id = t.article_id WHERE a.deleted = 0",
        )
        .map_err(Error::internal)?;
    let mut add = transaction
        .prepare(
            "INSERT OR IGNORE INTO article_picture (corp_id, article_id, published, media_id)
             SELECT ?1, ?2, ?3, media_id FROM picture WHERE corp_id = ?1 AND media_id = ?4",
        )
        .map_err(Error::internal)?;
    let mut rows = texts.query([]).map_err(Error::internal)?;
    while let Some(row) = rows.next().map_err(Error::internal)? {
        let text = || -> rusqlite::Result<(String, i64, bool, String, String)> {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        };
        let (corp, article, published, content, thumb) = text().map_err(Error::internal)?;
        for id in picture_ids(&content).chain([thumb]) {
            add.execute((&corp, article, published, id)).map_err(Error::internal)?;
        }
    }
    Ok(())
}

/// Counts the readers of each send. Their times are not known.
pub fn count_readers(transaction: &Transaction<'_>) -> Result<()> {
    let mut sends = transaction
        .prepare("SELECT corp_id, seq, readers, readers_count FROM send ORDER BY corp_id, seq")
        .map_err(Error::internal)?;
    let mut rows = sends.query([]).map_err(Error::internal)?;
    while let Some(row) = rows.next().map_err(Error::internal)? {
        let (corp, seq): (String, i64) =
            (row.get(0).map_err(Error::internal)?, row.get(1).map_err(Error::internal)?);
        let readers = match row.get::<_, Option<i64>>(3).map_err(Error::internal)? {
            Some(count) => count,
            None => {
                let readers = Audience::from_bytes(&row.get::<_, Vec<u8>>(2).map_err(Error::internal)?)?;
                i64::try_from(readers.len()).map_err(Error::internal)?
            }
        };
        if readers > 0 {
            transaction
                .execute(
                    "INSERT INTO send_reading (corp_id, seq, hour, readers) VALUES (?1, ?2, ?3, ?4)",
                    (&corp, seq, UNKNOWN_HOUR, readers),
                )
                .map_err(Error::internal)?;
        }
    }
    Ok(())
}
