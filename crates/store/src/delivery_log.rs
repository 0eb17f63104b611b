//! The delivery log: attempts at events, the list of failed ones, and the removal of old entries.

use carillon_model::{
    error::{Error, Result},
    event::{Attempt, Channel, DeliveryState, EventKind, RaisedEvent},
    id::{AppKey, CorpId, EventId, EventSeq},
    time::Timestamp,
};

use crate::{
    outbox::{DeliveryTarget, raised_event_at},
    sql::{Row, Value},
    tx::Tx,
};

/// Selects what [`logged_event_row`] reads, from the condition on.
macro_rules! select_logged_event {
    ($rest:literal) => {
        concat!(
            "SELECT seq, event_id, kind, channel, conversation, born_at, state, ended_at,
                    (SELECT due_at FROM event_queue AS queue
                     WHERE queue.corp_id = event.corp_id AND queue.app_key = event.app_key AND queue.channel = event.channel
                           AND queue.conversation = event.conversation AND queue.seq = event.seq AND queue.leased = 0)
             FROM event",
            $rest
        )
    };
}

/// The newest attempts that are stored for an event. Their number is not limited otherwise: a client that keeps dropping its
/// connection does not fail an event.
const MAX_STORED_ATTEMPTS: i64 = 100;

/// An event as the delivery log shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedEvent {
    /// Its number among the events of the organisation.
    pub seq: EventSeq,
    /// The event's id.
    pub id: EventId,
    /// Its type.
    pub kind: EventKind,
    /// The channel.
    pub channel: Channel,
    /// Its conversation: events of one conversation are delivered in order.
    pub conversation: String,
    /// When it happened.
    pub born_at: Timestamp,
    /// Its state.
    pub state: DeliveryState,
    /// When it was delivered or given up.
    pub ended_at: Option<Timestamp>,
    /// When it is sent next. `None` after its end, during an attempt, and while an earlier event of its conversation waits.
    pub next_attempt_at: Option<Timestamp>,
}

/// A filter of the events of an app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// In this state.
    pub state: Option<DeliveryState>,
    /// Of this type.
    pub kind: Option<EventKind>,
    /// With a lower number than this one.
    pub before: Option<EventSeq>,
    /// Of this time or later.
    pub since: Option<Timestamp>,
    /// Of an earlier time than this.
    pub until: Option<Timestamp>,
}

impl Tx<'_> {
    /// Stores an attempt.
    pub fn insert_attempt(
        &mut self,
        target: &DeliveryTarget,
        seq: EventSeq,
        number: i64,
        attempt: &Attempt,
    ) -> Result<()> {
        self.execute(
            "INSERT INTO event_attempt (corp_id, app_key, seq, number, started_at, took_ms, status, answer, problem)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
            &[
                (&target.corp).into(),
                (&target.app).into(),
                seq.into(),
                number.into(),
                attempt.started_at.into(),
                attempt.took_ms.into(),
                attempt.status.into(),
                (&attempt.answer).into(),
                (&attempt.problem).into(),
            ],
        )?;
        if number > MAX_STORED_ATTEMPTS {
            self.execute(
                "DELETE FROM event_attempt WHERE corp_id = ?1 AND app_key = ?2 AND seq = ?3 AND number <= ?4",
                &[
                    (&target.corp).into(),
                    (&target.app).into(),
                    seq.into(),
                    (number - MAX_STORED_ATTEMPTS).into(),
                ],
            )?;
        }
        Ok(())
    }

    /// Attempts at an event, with their numbers.
    pub fn attempts(&mut self, corp: &CorpId, app: &AppKey, seq: EventSeq) -> Result<Vec<(i64, Attempt)>> {
        self.all(
            "SELECT number, started_at, took_ms, status, answer, problem FROM event_attempt
             WHERE corp_id = ?1 AND app_key = ?2 AND seq = ?3 ORDER BY number",
            &[corp.into(), app.into(), seq.into()],
            |row| {
                let attempt = Attempt {
                    started_at: row.get(1)?,
                    took_ms: row.get(2)?,
                    status: row.get(3)?,
                    answer: row.get(4)?,
                    problem: row.get(5)?,
                };
                Ok((row.get(0)?, attempt))
            },
        )
    }

    /// Events of an app, newest first.
    pub fn logged_events(
        &mut self,
        corp: &CorpId,
        app: &AppKey,
        filter: LogFilter,
        limit: i64,
    ) -> Result<Vec<LoggedEvent>> {
        self.all(
            select_logged_event!(
                " WHERE corp_id = ?1 AND app_key = ?2 AND seq < ?3 AND (?4 IS NULL OR state = ?4) AND (?5 IS NULL OR kind = ?5)
                   AND (?6 IS NULL OR born_at >= ?6) AND (?7 IS NULL OR born_at < ?7)
             ORDER BY seq DESC LIMIT ?8"
            ),
            &[
                corp.into(),
                app.into(),
                filter.before.unwrap_or(EventSeq(i64::MAX)).into(),
                filter.state.map(state_number).into(),
                filter.kind.map(EventKind::as_str).into(),
                filter.since.into(),
                filter.until.into(),
                limit.into(),
            ],
            logged_event_row,
        )
    }

    /// The rows of an event, one for each channel of the app.
    pub fn events_by_id(&mut self, corp: &CorpId, app: &AppKey, id: &EventId) -> Result<Vec<LoggedEvent>> {
        self.all(
            select_logged_event!(" WHERE corp_id = ?1 AND app_key = ?2 AND event_id = ?3 ORDER BY seq"),
            &[corp.into(), app.into(), id.into()],
            logged_event_row,
        )
    }

    /// Events of a type that were given up since a time, those first that ended first.
    pub fn failed_events_since(
        &mut self,
        corp: &CorpId,
        app: &AppKey,
        kind: EventKind,
        since: Timestamp,
        limit: i64,
    ) -> Result<Vec<LoggedEvent>> {
        self.all(
            select_logged_event!(
                " WHERE corp_id = ?1 AND app_key = ?2 AND kind = ?3 AND state = 2 AND state <> 0 AND ended_at >= ?4
             ORDER BY ended_at, seq LIMIT ?5"
            ),
            &[corp.into(), app.into(), kind.as_str().into(), since.into(), limit.into()],
            logged_event_row,
        )
    }

    /// The content of a logged event.
    pub fn logged_content(
        &mut self,
        corp: &CorpId,
        app: &AppKey,
        seq: EventSeq,
    ) -> Result<Option<RaisedEvent>> {
        self.one(
            "SELECT event_id, born_at, data FROM event WHERE corp_id = ?1 AND app_key = ?2 AND seq = ?3",
            &[corp.into(), app.into(), seq.into()],
            |row| raised_event_at(row, [0, 1, 2]),
        )
    }

    /// Acknowledges the failed events that were listed last, and marks the next ones as listed. Returns those, and true if there
    /// are more.
    pub fn mark_failed_events_listed(
        &mut self,
        corp: &CorpId,
        app: &AppKey,
        limit: usize,
    ) -> Result<(Vec<RaisedEvent>, bool)> {
        self.execute(
            "UPDATE event SET listed = 2 WHERE corp_id = ?1 AND app_key = ?2 AND listed = 1 AND state = 2 AND listed < 2",
            &[corp.into(), app.into()],
        )?;
        let one_more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let mut failed = self.all(
            "SELECT event_id, born_at, data, seq FROM event
             WHERE corp_id = ?1 AND app_key = ?2 AND listed = 0 AND state = 2 AND listed < 2 ORDER BY seq LIMIT ?3",
            &[corp.into(), app.into(), one_more.into()],
            |row| Ok((raised_event_at(row, [0, 1, 2])?, row.get::<EventSeq>(3)?)),
        )?;
        let more = failed.len() > limit;
        failed.truncate(limit);
        for (_, seq) in &failed {
            self.execute(
                "UPDATE event SET listed = 1 WHERE corp_id = ?1 AND app_key = ?2 AND seq = ?3",
                &[corp.into(), app.into(), (*seq).into()],
            )?;
        }
        Ok((failed.into_iter().map(|(event, _)| event).collect(), more))
    }

    /// Removes at most `limit` events of an app that ended before a time. Returns how many.
    pub fn delete_ended_events(
        &mut self,
        corp: &CorpId,
        app: &AppKey,
        before: Timestamp,
        limit: i64,
    ) -> Result<usize> {
        let ended = self.all(
            "SELECT seq FROM event WHERE corp_id = ?1 AND app_key = ?2 AND state IN (1, 2) AND state <> 0 AND ended_at < ?3
             LIMIT ?4",
            &[corp.into(), app.into(), before.into(), limit.into()],
            |row| row.get::<EventSeq>(0),
        )?;
        for seq in &ended {
            let key: [Value<'_>; 3] = [corp.into(), app.into(), (*seq).into()];
            self.execute("DELETE FROM event_attempt WHERE corp_id = ?1 AND app_key = ?2 AND seq = ?3", &key)?;
            self.execute("DELETE FROM event WHERE corp_id = ?1 AND app_key = ?2 AND seq = ?3", &key)?;
        }
        Ok(ended.len())
    }
}

fn logged_event_row(row: &Row<'_>) -> Result<LoggedEvent> {
    Ok(LoggedEvent {
        seq: row.get(0)?,
        id: row.get(1)?,
        kind: EventKind::parse(&row.get::<String>(2)?)
            .ok_or_else(|| Error::internal("unknown kind of an event"))?,
        channel: row.get(3)?,
        conversation: row.get(4)?,
        born_at: row.get(5)?,
        state: parse_state(row.get(6)?)?,
        ended_at: row.get(7)?,
        next_attempt_at: row.get(8)?,
    })
}

fn state_number(state: DeliveryState) -> i64 {
    match state {
        DeliveryState::Waiting => 0,
        DeliveryState::Delivered => 1,
        DeliveryState::Failed => 2,
    }
}

fn parse_state(number: i64) -> Result<DeliveryState> {
    [DeliveryState::Waiting, DeliveryState::Delivered, DeliveryState::Failed]
        .into_iter()
        .find(|state| state_number(*state) == number)
        .ok_or_else(|| Error::internal("unknown state of an event"))
}
