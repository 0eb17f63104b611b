//! Sends that wait: those that are scheduled, and those that are held since they are overdue.

use std::sync::Arc;

use carillon_domain::send::{self, FullRecord};
use carillon_model::{
    error::{Error, Result},
    id::TaskId,
    message::SendStatus,
    service_account::ServiceAccount,
    time::Timestamp,
};
use carillon_store::{RecordPosition, Seek, Tx};

use super::{filter, row};
use crate::{
    console::{
        drafts::due_field,
        page::{Send, WaitingSend},
        text::overdue::OverdueTexts,
    },
    routes::Viewer,
};

/// Returns the scheduled sends of several accounts that are due next, earliest first: up to `limit` of each account.
pub fn next_of_accounts(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    accounts: &[Arc<ServiceAccount>],
    limit: usize,
) -> Result<Vec<Send>> {
    earliest_of_accounts(tx, viewer, accounts, SendStatus::Waiting, limit)
}

/// Returns the held sends of several accounts, those that wait longest first: up to `limit` of each account.
pub fn held_of_accounts(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    accounts: &[Arc<ServiceAccount>],
    limit: usize,
) -> Result<Vec<Send>> {
    earliest_of_accounts(tx, viewer, accounts, SendStatus::Held, limit)
}

fn earliest_of_accounts(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    accounts: &[Arc<ServiceAccount>],
    status: SendStatus,
    limit: usize,
) -> Result<Vec<Send>> {
    let filter = filter(viewer, status);
    // The list is newest first, so the earliest one is the first before its end.
    let end = || Seek::Before(RecordPosition(Timestamp(i64::MIN), TaskId::from("")));
    let mut sends = Vec::new();
    for account in accounts {
        let found = send::records_at(tx, &viewer.corp, &account.id, (&filter, None), end(), limit)?;
        for record in found.rows {
            sends.push(row(tx, viewer, account, record)?);
        }
    }
    sends.sort_by_key(|send| send.time.at_ms);
    Ok(sends)
}

/// What the page of a send says about one that waits; `None` for others.
pub(super) fn load(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    full: &FullRecord,
    account: &ServiceAccount,
    path: String,
) -> Result<Option<WaitingSend>> {
    let t = OverdueTexts::of(viewer.lang);
    let record = &full.record;
    let held_because = match record.status {
        SendStatus::Waiting => None,
        SendStatus::Held => {
            let due_at = viewer.moment(record.send_time).full;
            let restored = tx.state().corp(&viewer.corp)?.restoration;
            Some(if restored.is_some_and(|restored| record.send_time <= restored.restored_at) {
                t.why_held_after_restore(&due_at)
            } else {
                t.why_held(&due_at, viewer.now.0 - record.send_time.0)
            })
        }
        SendStatus::Sending | SendStatus::Sent | SendStatus::Failed | SendStatus::Recalled => {
            return Ok(None);
        }
    };
    let sure = if held_because.is_some() { sure(tx, viewer, full, account)? } else { String::new() };
    Ok(Some(WaitingSend { path, due: due_field(viewer, Some(record.send_time)), held_because, sure }))
}

/// What sending it now does.
fn sure(tx: &mut Tx<'_>, viewer: &Viewer, full: &FullRecord, account: &ServiceAccount) -> Result<String> {
    let (t, record) = (OverdueTexts::of(viewer.lang), &full.record);
    let found = send::reach(tx, &viewer.env, &viewer.corp, &account.id, &record.named, Some(&record.message));
    match found {
        Ok(found) => Ok(t.send_now_sure(found.receivers)),
        Err(error @ Error::Internal(_)) => Err(error),
        // Sending it says what is wrong.
        Err(_) => Ok(t.unknown_receivers.to_owned()),
    }
}

/// What the page of a send says about one that was sent late.
pub(super) fn late_note(viewer: &Viewer, full: &FullRecord) -> Option<String> {
    let due_at = full.record.overdue_since?;
    let late_ms = full.record.send_time.0 - due_at.0;
    Some(OverdueTexts::of(viewer.lang).was_late(&viewer.moment(due_at).full, late_ms))
}
