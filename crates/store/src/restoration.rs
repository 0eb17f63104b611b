//! The restoration of an organisation from a backup, and the hold on its sends and events.

use carillon_model::{error::Result, id::CorpId, time::Timestamp};

use crate::{due::DueWork, notice::Notice, state::CorpState, state_change::StateChange, tx::Tx};

/// The restoration of an organisation from a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restoration {
    /// The time of the restoration. Earlier links do not work any more.
    pub restored_at: Timestamp,
    /// Whether scheduled sends and events are held back until an operator releases them.
    pub held: bool,
}

impl Tx<'_> {
    /// Releases the scheduled sends and events of a restored organisation. Returns false if none are held back.
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

    /// The numbers of scheduled sends and of events that wait to leave. A send that is held for an operator stays after a release.
    pub fn held_back(&mut self, corp: &CorpId) -> Result<(i64, i64)> {
        let mut count = |sql: &'static str| -> Result<i64> {
            Ok(self.one(sql, &[corp.into()], |row| row.get(0))?.unwrap_or_default())
        };
        let sends = count(
            "SELECT count(*) FROM scheduled_send WHERE corp_id = ?1 AND status = 0 AND held_at IS NULL",
        )?;
        let events = count("SELECT count(*) FROM event WHERE corp_id = ?1 AND state = 0")?;
        Ok((sends, events))
    }

    /// Sets when an organisation was restored, and whether it holds anything back.
    pub fn set_restoration(&mut self, corp: &CorpId, restoration: Restoration) -> Result<()> {
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
    /// Returns true if scheduled sends and events are held back.
    pub fn holds_back(&self) -> bool {
        self.restoration.is_some_and(|restoration| restoration.held)
    }
}
