//! That an organisation was restored from a backup, and what it holds back since.

use carillon_model::{error::Result, id::CorpId, time::Timestamp};

use crate::{due::DueWork, notice::Notice, state::CorpState, state_change::StateChange, tx::Tx};

/// That an organisation was restored from a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restoration {
    /// When. Links that were given out before no longer work.
    pub restored_at: Timestamp,
    /// Sends for later and events are held back until somebody lets go of them.
    pub held: bool,
}

impl Tx<'_> {
    /// Lets go of what an organisation holds back since it was restored. Returns false if it holds nothing back.
    pub fn release_restored(&mut self, corp: &CorpId) -> Result<bool> {
        let restoration = self.state().corp(corp)?.restoration;
        let Some(restoration) = restoration.filter(|restoration| restoration.held) else { return Ok(false) };
        self.set_restoration(corp, Restoration { held: false, ..restoration })?;
        if let Some(at) = self.next_scheduled(corp)? {
            self.becomes_due(corp, DueWork::ScheduledSends, at);
        }
        for target in self.pending_targets_of(corp)? {
            self.notify(Notice::Raised(target));
        }
        Ok(true)
    }

    pub(crate) fn set_restoration(&mut self, corp: &CorpId, restoration: Restoration) -> Result<()> {
        self.execute(
            "INSERT INTO corp_restoration (corp_id, restored_at, held) VALUES (?1, ?2, ?3)
             ON CONFLICT (corp_id) DO UPDATE SET restored_at = ?2, held = ?3",
            &[corp.into(), restoration.restored_at.into(), restoration.held.into()],
        )?;
        self.apply(corp, StateChange::RestorationSet(restoration))
    }

    pub(crate) fn load_restoration(&mut self, state: &mut CorpState) -> Result<()> {
        state.restoration = self.one(
            "SELECT restored_at, held FROM corp_restoration WHERE corp_id = ?1",
            &[(&state.corp.id).into()],
            |row| Ok(Restoration { restored_at: row.get(0)?, held: row.get(1)? }),
        )?;
        Ok(())
    }
}

impl CorpState {
    /// Whether sends for later and events are held back.
    pub fn holds_back(&self) -> bool {
        self.restoration.is_some_and(|restoration| restoration.held)
    }
}
