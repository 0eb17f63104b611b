//! Organisations.

use std::sync::Arc;

use carillon_model::{error::Result, id::CorpId, time::Timestamp};

use crate::{state::CorpState, tx::Tx};

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Corp {
    /// `corpId`.
    pub id: CorpId,
    /// Name.
    pub name: String,
    /// Time zone by name; days begin and end in it.
    pub time_zone: String,
    /// A demonstration: its sign-in page offers members to pick.
    pub demo: bool,
    /// When it was created.
    pub created_at: Timestamp,
}

impl Tx<'_> {
    /// Adds an organisation.
    pub fn insert_corp(&mut self, corp: &Corp) -> Result<()> {
        self.execute(
            "INSERT INTO corp (corp_id, name, time_zone, demo, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            &[
                (&corp.id).into(),
                (&corp.name).into(),
                (&corp.time_zone).into(),
                corp.demo.into(),
                corp.created_at.into(),
            ],
        )?;
        self.state.corps.insert(corp.id.clone(), Arc::new(CorpState::new(corp.clone())));
        Ok(())
    }

    pub(crate) fn load_corps(&mut self) -> Result<()> {
        let corps = self.all("SELECT corp_id, name, time_zone, demo, created_at FROM corp", &[], |row| {
            Ok(Corp {
                id: row.get(0)?,
                name: row.get(1)?,
                time_zone: row.get(2)?,
                demo: row.get(3)?,
                created_at: row.get(4)?,
            })
        })?;
        for corp in corps {
            self.state.corps.insert(corp.id.clone(), Arc::new(CorpState::new(corp)));
        }
        Ok(())
    }
}
