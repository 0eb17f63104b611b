//! The schema and its migrations. A database of a newer Carillon is rejected, never changed.

mod convert;

use carillon_model::error::{Error, Result};
use data_encoding::HEXLOWER;
use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::fact_id;

struct Step {
    name: &'static str,
    sqlite: &'static str,
}

macro_rules! steps {
    ($($name:literal),* $(,)?) => {
        &[$(Step { name: $name, sqlite: include_str!(concat!("../migrations/", $name, "/sqlite.sql")) }),*]
    };
}

/// All steps in their order. A released step never changes.
const STEPS: &[Step] = steps![
    "0001_foundation",
    "0002_audit",
    "0003_contacts",
    "0004_send",
    "0005_event",
    "0006_fact",
    "0007_group",
    "0008_talk",
    "0009_session",
    "0010_contacts",
    "0011_call_count",
    "0012_former_member",
    "0013_year_version",
    "0014_article_html",
    "0015_corp_version",
    "0016_restoration",
    "0017_scheduled_attempt",
    "0018_retention",
    "0019_media_owner",
    "0020_article_link",
    "0021_broadcast_window",
    "0022_form_version",
    "0023_article_reader_set",
    "0024_member_forms",
    "0025_inbox",
    "0026_organisation",
    "0027_group_origin",
    "0028_names",
    "0029_operator",
    "0030_conversation",
    "0031_send_draft",
    "0032_call",
    "0033_call_body",
    "0034_article_version",
    "0038_app_disabled",
    "0050_member_import",
    "0051_fact_id",
    "0052_sign_on",
    "0053_picture",
    "0054_send_reading",
    "0055_card_draft",
    "0056_assignee",
    "0057_comment_state",
    "0058_session_use",
    "0059_ding_index",
    "0060_guide",
    "0061_overdue_send",
    "0062_lists",
];

/// Applies the steps that the database does not have yet, in one transaction.
pub fn migrate(connection: &mut Connection) -> Result<()> {
    let transaction = connection.transaction().map_err(Error::internal)?;
    transaction
        .execute_batch(
            "CREATE TABLE IF NOT EXISTS schema_step (name TEXT NOT NULL PRIMARY KEY, checksum TEXT NOT NULL)",
        )
        .map_err(Error::internal)?;
    let applied = check_known(&transaction)?;
    for step in STEPS.iter().skip(applied) {
        transaction.execute_batch(step.sqlite).map_err(Error::internal)?;
        if step.name == "0003_contacts" {
            convert::spell_names(&transaction)?;
        }
        if step.name == "0024_member_forms" {
            convert::unify_mobiles(&transaction)?;
        }
        if step.name == "0026_organisation" {
            convert::make_short_names(&transaction)?;
        }
        if step.name == "0051_fact_id" {
            fact_id::add_existing(&transaction)?;
        }
        if step.name == "0053_picture" {
            convert::index_pictures(&transaction)?;
        }
        if step.name == "0054_send_reading" {
            convert::count_readers(&transaction)?;
        }
        transaction
            .execute(
                "INSERT INTO schema_step (name, checksum) VALUES (?1, ?2)",
                (step.name, checksum_of(step)),
            )
            .map_err(Error::internal)?;
    }
    transaction.commit().map_err(Error::internal)
}

/// Checks that this version knows every schema step of a database. Returns their number.
pub(crate) fn check_known(connection: &Connection) -> Result<usize> {
    let applied: Vec<(String, String)> = connection
        .prepare("SELECT name, checksum FROM schema_step ORDER BY name")
        .and_then(|mut statement| statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect())
        .map_err(Error::internal)?;
    for (index, (name, checksum)) in applied.iter().enumerate() {
        let known = STEPS.get(index).filter(|step| step.name == name);
        match known {
            None => {
                return Err(Error::internal(format!(
                    "the database has the schema step {name}, which this carillon does not know: it was written by a newer \
                     version; run that one, or restore a backup of before"
                )));
            }
            Some(step) if checksum_of(step) != *checksum => {
                return Err(Error::internal(format!(
                    "the schema step {name} of the database is not the one of this carillon: it was written by another build"
                )));
            }
            Some(_) => {}
        }
    }
    Ok(applied.len())
}

/// The newest schema step that this program knows. An open database has it.
pub fn newest_known_step() -> &'static str {
    STEPS.last().map_or("", |step| step.name)
}

/// The newest schema step of a database.
pub(crate) fn newest_step(connection: &Connection) -> Result<String> {
    let newest: Option<String> = connection
        .query_row("SELECT max(name) FROM schema_step", [], |row| row.get(0))
        .map_err(Error::internal)?;
    newest.ok_or_else(|| Error::internal("the database has no schema"))
}

fn checksum_of(step: &Step) -> String {
    HEXLOWER.encode(&Sha256::digest(step.sqlite))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// A database with all steps before a step.
    fn before(name: &str) -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        let before = STEPS.iter().position(|step| step.name == name).unwrap();
        connection
            .execute_batch(
                "CREATE TABLE schema_step (name TEXT NOT NULL PRIMARY KEY, checksum TEXT NOT NULL)",
            )
            .unwrap();
        for step in &STEPS[..before] {
            connection.execute_batch(step.sqlite).unwrap();
            let applied = (step.name, checksum_of(step));
            connection.execute("INSERT INTO schema_step (name, checksum) VALUES (?1, ?2)", applied).unwrap();
        }
        connection
    }

    #[test]
    fn existing_organisations_get_short_names() {
        let mut connection = before("0026_organisation");
        connection
            .execute_batch(
                "INSERT INTO corp (corp_id, name, time_zone, demo, created_at)
                     VALUES ('c', '新闻', '', 0, 0), ('a', '新闻', '', 0, 1), ('b', '', '', 0, 2);
                 INSERT INTO member_session (corp_id, session_hash, member_no, expires_at)
                     VALUES ('a', x'00', 1, 2592000005);",
            )
            .unwrap();
        migrate(&mut connection).unwrap();
        let names: Vec<(String, String)> = connection
            .prepare("SELECT corp_id, short_name FROM corp_short_name ORDER BY corp_id")
            .and_then(|mut names| names.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect())
            .unwrap();
        let expected = [("a", "xinwen-2"), ("b", "org"), ("c", "xinwen")];
        assert_eq!(names, expected.map(|(corp, name)| (corp.to_owned(), name.to_owned())));
        let began: i64 =
            connection.query_row("SELECT created_at FROM member_session", [], |row| row.get(0)).unwrap();
        assert_eq!(began, 5);
    }

    #[test]
    fn old_comments_are_done() {
        let mut connection = before("0057_comment_state");
        let old = "INSERT INTO comment (corp_id, comment_id, unionid, article_id, send_seq, member_no, author_name, content,
                   selected, created_at) VALUES ('c', 1, 'a', 1, 1, 1, 'x', 'y', 0, 0)";
        connection.execute(old, []).unwrap();
        migrate(&mut connection).unwrap();
        let state: i64 = connection.query_row("SELECT state FROM comment", [], |row| row.get(0)).unwrap();
        assert_eq!(state, 1);
    }

    #[test]
    fn mobile_numbers_get_their_canonical_form() {
        let mut connection = before("0024_member_forms");
        let members = [
            ("a", 1, "+86-13800000001", "+86-13900000001"),
            ("a", 2, "13800000002", ""),
            // The same numbers as those of the second and the first member.
            ("a", 3, "+86-13800000002", "13900000001"),
            ("a", 4, "8613800000001", ""),
            ("a", 5, "+852-61234567", ""),
            ("a", 6, "", "008613900000001"),
            // Texts that were accepted earlier, and are not numbers.
            ("a", 7, "123456", "+86-12345"),
            ("b", 1, "+86-13800000002", ""),
        ];
        for (corp, member, number, exclusive) in members {
            let unionid = format!("{corp}{member}");
            connection
                .execute(
                    "INSERT INTO member (corp_id, member_no, userid, unionid, name, mobile, hide_mobile, telephone, job_number,
                                         title, email, org_email, org_email_type, work_place, remark, extension,
                                         senior_mode, manager_userid, login_email, exclusive_account,
                                         exclusive_account_type, login_id, password_hash, active, admin, created_at,
                                         modified_at, exclusive_mobile)
                     VALUES (?1, ?2, ?3, ?3, '', ?4, 0, '', '', '', '', '', '', '', '', '', 0, '', '', 0, '', '', '', 0, 0, 0,
                             0, ?5)",
                    (corp, member, unionid, number, exclusive),
                )
                .unwrap();
        }
        migrate(&mut connection).unwrap();
        let mut statement = connection
            .prepare("SELECT userid, mobile, exclusive_mobile FROM member ORDER BY corp_id, member_no")
            .unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        let rows: Vec<(String, String, String)> = rows.collect::<rusqlite::Result<_>>().unwrap();
        let expected = [
            ("a1", "13800000001", "13900000001"),
            ("a2", "13800000002", ""),
            ("a3", "+86-13800000002", "13900000001"),
            ("a4", "8613800000001", ""),
            ("a5", "+852-61234567", ""),
            ("a6", "", "13900000001"),
            ("a7", "123456", "+86-12345"),
            ("b1", "13800000002", ""),
        ];
        let expected = expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()));
        assert_eq!(rows, expected);
    }

    #[test]
    fn ids_of_facts_become_sorted_parts() {
        let mut connection = before("0051_fact_id");
        let counts = [("a", 2), ("b", 43), ("c", 1_000)];
        for (corp, count) in counts {
            for number in 0..count {
                // The first fact is Carillon's own.
                let id = (number > 0).then(|| Sha256::digest(format!("{number}"))[..16].to_vec());
                connection
                    .execute(
                        "INSERT INTO fact (corp_id, day, seq, id_hash, at, kind, fields, generated)
                         VALUES (?1, 1, ?2, ?3, 0, 1, x'', 0)",
                        (corp, number, id),
                    )
                    .unwrap();
            }
        }
        migrate(&mut connection).unwrap();
        for (corp, count) in counts {
            let mut statement = connection
                .prepare("SELECT first, hashes FROM fact_id WHERE corp_id = ?1 AND run = 0 ORDER BY first")
                .unwrap();
            let rows = statement.query_map([corp], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
            let parts: Vec<(Vec<u8>, Vec<u8>)> = rows.collect::<rusqlite::Result<_>>().unwrap();
            for (index, (first, hashes)) in parts.iter().enumerate() {
                assert_eq!(&first[..], if index == 0 { &[] } else { &hashes[..16] });
            }
            let mut expected: Vec<_> =
                (1..count).map(|number| Sha256::digest(format!("{number}"))[..16].to_vec()).collect();
            expected.sort();
            assert_eq!(
                parts.into_iter().flat_map(|(_, hashes)| hashes).collect::<Vec<_>>(),
                expected.concat()
            );
        }
        let index = "SELECT count(*) FROM sqlite_schema WHERE name = 'fact_by_id'";
        assert_eq!(connection.query_row(index, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
    }

    #[test]
    fn pictures_of_existing_articles_are_recorded() {
        let mut connection = before("0053_picture");
        let (used, member) = (format!("@lA{}", "a".repeat(40)), format!("@lA{}", "b".repeat(40)));
        let media = |id: &str, member: Option<i64>| {
            connection
                .execute(
                    "INSERT INTO media (corp_id, media_id, media_type, content, size, mime, file_name, created_at, unionid,
                                        member_no)
                     VALUES ('c', ?1, 'image', '', 1, 'image/png', 'a.png', 5, 'acc', ?2)",
                    (id, member),
                )
                .unwrap();
        };
        media(&used, None);
        media(&member, Some(1));
        for (article, deleted) in [(1, false), (2, true)] {
            connection
                .execute(
                    "INSERT INTO article (corp_id, article_id, unionid, uuid, allow_forward, public, deleted, publish_time,
                                          create_time, update_time, user_view_count, total_view_count)
                     VALUES ('c', ?1, 'acc', ?1, 0, 0, ?2, NULL, 0, 0, 0, 0)",
                    (article, deleted),
                )
                .unwrap();
            let content = format!("<img src='{used}'><img src='{member}'>");
            connection
                .execute(
                    "INSERT INTO article_text (corp_id, article_id, published, title, content) VALUES ('c', ?1, 0, '', ?2)",
                    (article, content),
                )
                .unwrap();
        }
        migrate(&mut connection).unwrap();
        let list = |sql: &str| -> Vec<String> {
            let mut statement = connection.prepare(sql).unwrap();
            let rows = statement.query_map([], |row| row.get(0)).unwrap();
            rows.collect::<rusqlite::Result<_>>().unwrap()
        };
        assert_eq!(list("SELECT media_id || unionid || name FROM picture"), [format!("{used}acca.png")]);
        assert_eq!(list("SELECT article_id || media_id FROM article_picture"), [format!("1{used}")]);
    }

    #[test]
    fn grants_and_tokens_get_the_organisation_of_their_app() {
        let mut connection = before("0015_corp_version");
        connection
            .execute_batch(
                "INSERT INTO corp (corp_id, name, time_zone, demo, created_at) VALUES ('corp', '', '', 0, 0);
                 INSERT INTO counter (corp_id, name, value) VALUES ('', 'commit', 7), ('corp', 'agent', 2);
                 INSERT INTO app (app_key, corp_id, agent_id, name, app_type, secret_hash, created_at)
                     VALUES ('app', 'corp', 1, '', 'internal', x'00', 0);
                 INSERT INTO app_grant (app_key, permission) VALUES ('app', 'a'), ('app', 'b');
                 INSERT INTO app_token (app_key, nonce, token_hash, expires_at) VALUES ('app', x'01', x'02', 3);",
            )
            .unwrap();
        migrate(&mut connection).unwrap();
        let list = |sql: &str| -> Vec<String> {
            let mut statement = connection.prepare(sql).unwrap();
            let rows = statement.query_map([], |row| row.get(0)).unwrap();
            rows.collect::<rusqlite::Result<_>>().unwrap()
        };
        assert_eq!(
            list("SELECT corp_id || app_key || permission FROM app_grant ORDER BY 1"),
            ["corpappa", "corpappb"]
        );
        assert_eq!(
            list("SELECT corp_id || app_key || hex(nonce) || hex(token_hash) || expires_at FROM app_token"),
            ["corpapp01023"]
        );
        assert_eq!(list("SELECT corp_id FROM corp_version ORDER BY corp_id"), ["", "corp"]);
        assert_eq!(list("SELECT name FROM counter"), ["agent"]);
    }
}
