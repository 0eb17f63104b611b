//! Versions: the number of commits of an organisation or of the registry, which is in rows and snapshot.

use std::sync::Arc;

use carillon_model::{
    error::{Error, Result},
    id::CorpId,
};
use rusqlite::Connection;

use crate::{state::State, tx::Tx};

/// The key of the version of the registry, where organisations have their ids.
const REGISTRY: &str = "";

impl Tx<'_> {
    /// The version of the rows of an organisation, or of the registry; 0 for an unknown organisation.
    pub(crate) fn version_of_rows(&mut self, corp: Option<&CorpId>) -> Result<i64> {
        let found = self.one(
            "SELECT version FROM corp_version WHERE corp_id = ?1",
            &[corp.map_or(REGISTRY, CorpId::as_str).into()],
            |row| row.get(0),
        )?;
        Ok(found.unwrap_or_default())
    }
}

impl State {
    /// The version of the snapshot of an organisation, or of the registry.
    pub(crate) fn version(&self, corp: Option<&CorpId>) -> i64 {
        match corp {
            Some(corp) => self.corps.get(corp).map_or(0, |state| state.version),
            None => self.registry_version,
        }
    }

    /// Counts a commit of an organisation or of the registry, in rows and in this snapshot.
    pub(crate) fn count_commit(&mut self, connection: &Connection, corp: Option<&CorpId>) -> Result<()> {
        let version = connection
            .prepare_cached(
                "INSERT INTO corp_version (corp_id, version) VALUES (?1, 1)
                 ON CONFLICT (corp_id) DO UPDATE SET version = corp_version.version + 1 RETURNING version",
            )
            .and_then(|mut statement| {
                statement.query_row([corp.map_or(REGISTRY, CorpId::as_str)], |row| row.get(0))
            })
            .map_err(Error::internal)?;
        match corp {
            Some(corp) => {
                let state = self.corps.get_mut(corp).map(Arc::make_mut);
                state.ok_or_else(|| Error::internal("the organisation does not exist"))?.version = version;
            }
            None => self.registry_version = version,
        }
        Ok(())
    }
}
