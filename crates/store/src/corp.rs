//! Organisations.

use std::sync::Arc;

use carillon_model::{
    error::{Error, Result},
    id::CorpId,
    time::Timestamp,
};

use crate::{
    due::DueWork,
    state::{CorpState, State},
    state_change::RegistryChange,
    tx::Tx,
};

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
    /// Adds an organisation. Only a unit of the registry may, and it may fill the organisation that it added.
    pub fn insert_corp(&mut self, corp: &Corp) -> Result<()> {
        self.adopt(&corp.id)?;
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
        self.becomes_due(&corp.id, DueWork::Everything, corp.created_at);
        self.apply_to_registry(RegistryChange::CorpAdded(corp.clone()))
    }

    /// Loads the whole snapshot.
    pub(crate) fn load_state(&mut self) -> Result<State> {
        let mut state = State { registry_version: self.version_of_rows(None)?, ..State::default() };
        let corps = self.all("SELECT corp_id FROM corp", &[], |row| row.get::<CorpId>(0))?;
        for corp in corps {
            state.corps.insert(corp.clone(), Arc::new(self.load_corp(&corp)?));
        }
        self.load_apps(&mut state)?;
        Ok(state)
    }

    /// Loads one organisation.
    pub(crate) fn load_corp(&mut self, corp: &CorpId) -> Result<CorpState> {
        let found = self.one(
            "SELECT corp_id, name, time_zone, demo, created_at FROM corp WHERE corp_id = ?1",
            &[corp.into()],
            |row| {
                Ok(Corp {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    time_zone: row.get(2)?,
                    demo: row.get(3)?,
                    created_at: row.get(4)?,
                })
            },
        )?;
        let mut state =
            CorpState::new(found.ok_or_else(|| Error::internal("the organisation does not exist"))?);
        state.version = self.version_of_rows(Some(corp))?;
        self.load_accounts(&mut state)?;
        self.load_reaches(&mut state)?;
        self.load_departments(&mut state)?;
        self.load_members(&mut state)?;
        self.load_roles(&mut state)?;
        self.load_active_days(&mut state)?;
        self.load_group_counts(&mut state)?;
        self.load_broadcasts(&mut state)?;
        self.load_subscriptions(&mut state)?;
        self.load_auto_replies(&mut state)?;
        self.load_restoration(&mut state)?;
        Ok(state)
    }
}
