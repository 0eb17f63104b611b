//! Video meetings by id, on any day.

use std::collections::BTreeMap;

use carillon_model::{
    error::{Error, Result, Rule},
    fact::EntityKind,
    id::{CorpId, MemberNo},
    statistic::{Meeting, VideoMeetings, VideoParticipants},
};
use carillon_store::{NamedMember, Tx};

use super::read::DayStatistics;

/// A meeting with the member who started it.
#[derive(Clone, Debug)]
pub struct StartedMeeting {
    /// The meeting.
    pub meeting: Meeting,
    /// The starter, whether still a member or not.
    pub starter: NamedMember,
}

/// A meeting with its participants.
#[derive(Clone, Debug)]
pub struct AttendedMeeting {
    /// The meeting.
    pub started: StartedMeeting,
    /// Number of people invited: as reported by the starter's client, but at least the number of known invitations.
    pub invited: u64,
    /// Participants by member number, each with the time present in ms.
    pub participants: Vec<(NamedMember, u64)>,
}

/// Returns a meeting by the id that it had before it started.
///
/// Decided: a meeting that was not connected does not exist.
pub fn by_logical_id(tx: &mut Tx<'_>, corp: &CorpId, id: &str) -> Result<StartedMeeting> {
    find(tx, corp, EntityKind::LogicalMeeting, id, |meeting| meeting.logical_id.as_deref() == Some(id))
}

/// Returns a meeting with its participants by its own id.
pub fn by_id(tx: &mut Tx<'_>, corp: &CorpId, id: &str) -> Result<AttendedMeeting> {
    let started = find(tx, corp, EntityKind::Meeting, id, |meeting| meeting.id == id)?;
    let mut invited: BTreeMap<MemberNo, (bool, u64)> = BTreeMap::new();
    for day in tx.days_of_entity(corp, EntityKind::Meeting, id)? {
        let statistics = DayStatistics::open(tx, corp, day)?;
        let of_day = statistics.part::<VideoParticipants>(tx)?;
        let Ok(index) = of_day.0.binary_search_by(|(known, _)| known.as_str().cmp(id)) else { continue };
        for (member, joined, present_ms) in &of_day.0[index].1 {
            let known = invited.entry(*member).or_default();
            known.0 |= joined;
            known.1 += present_ms;
        }
    }
    let count = u64::from(started.meeting.invited).max(invited.len() as u64);
    invited.retain(|_, (joined, _)| *joined);
    let mut named = tx.named_members(corp, &invited.keys().copied().collect())?;
    let participants = invited
        .into_iter()
        .map(|(member, (_, present_ms))| (named.remove(&member).unwrap_or_default(), present_ms));
    Ok(AttendedMeeting { started, invited: count, participants: participants.collect() })
}

fn find(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    kind: EntityKind,
    id: &str,
    is_it: impl Fn(&Meeting) -> bool,
) -> Result<StartedMeeting> {
    for day in tx.days_of_entity(corp, kind, id)? {
        let meetings = DayStatistics::open(tx, corp, day)?.part::<VideoMeetings>(tx)?;
        if let Some(meeting) = meetings.0.iter().find(|meeting| is_it(meeting)) {
            let starter = tx.named_member(corp, meeting.starter)?.unwrap_or_default();
            return Ok(StartedMeeting { meeting: meeting.clone(), starter });
        }
    }
    let others: Vec<CorpId> = tx.state().corps.keys().filter(|other| *other != corp).cloned().collect();
    for other in others {
        if !tx.days_of_entity(&other, kind, id)?.is_empty() {
            return Err(Rule::MeetingOfAnotherCorp.into());
        }
    }
    Err(Error::because(Rule::UnknownMeeting, id.to_owned()))
}
