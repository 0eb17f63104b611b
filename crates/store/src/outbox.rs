//! The outbox: events that wait for delivery, in order within a conversation.
//!
//! `event` has a row for each event and receiver. `event_queue` has a row for each conversation with events to deliver: its oldest
//! event and the time of the next attempt. So a lease never reads events that wait behind others.

use carillon_model::{
    error::{Error, Result},
    event::{Channel, EventData, EventKind, RaisedEvent},
    id::{AppKey, CorpId, EventSeq},
    time::Timestamp,
};

use crate::{notice::Notice, sql::Row, tx::Tx};

/// The receiver of events: an app on a channel. Targets are independent of each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DeliveryTarget {
    /// The organisation.
    pub corp: CorpId,
    /// The app.
    pub app: AppKey,
    /// The channel.
    pub channel: Channel,
}

/// An event that is leased for an attempt at delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeasedEvent {
    /// Its number among the events of the organisation.
    pub seq: EventSeq,
    /// The event.
    pub event: RaisedEvent,
    /// The key of its conversation.
    pub conversation: String,
    /// The number of this attempt, from 1.
    pub attempt: i64,
    /// The number of failed attempts, without those that do not count.
    pub failures: i64,
}

/// The result of a lease.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeasedBatch {
    /// The leased events.
    pub events: Vec<LeasedEvent>,
    /// When the next event is due, or the next lease ends.
    pub next_at: Option<Timestamp>,
}

const DELIVERED: i64 = 1;
const FAILED: i64 = 2;

impl Tx<'_> {
    /// Adds an event for a target, in the unit of work of its cause.
    pub fn insert_event(&mut self, target: &DeliveryTarget, event: &RaisedEvent) -> Result<()> {
        let seq = EventSeq(self.next_number(&target.corp, "event")?);
        let conversation = event.data.conversation();
        let data = serde_json::to_string(&event.data).map_err(Error::internal)?;
        self.execute(
            "INSERT INTO event (corp_id, app_key, seq, event_id, channel, conversation, kind, born_at, data, state, attempts,
                                ended_at, listed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, 0, NULL, 0)",
            &[
                (&target.corp).into(),
                (&target.app).into(),
                seq.into(),
                (&event.id).into(),
                target.channel.into(),
                (&conversation).into(),
                event.data.kind().as_str().into(),
                event.born_at.into(),
                (&data).into(),
            ],
        )?;
        // An event behind another one of its conversation enters the queue when that one ends.
        self.execute(
            "INSERT INTO event_queue (corp_id, app_key, channel, conversation, seq, due_at, leased, failures)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0) ON CONFLICT DO NOTHING",
            &[
                (&target.corp).into(),
                (&target.app).into(),
                target.channel.into(),
                (&conversation).into(),
                seq.into(),
                event.born_at.into(),
            ],
        )?;
        self.notify(Notice::Raised(target.clone()));
        Ok(())
    }

    /// Leases events that are due, the longest waiting first. After the end of the lease an event is due again, unless its result
    /// was stored.
    pub fn lease_events(
        &mut self,
        target: &DeliveryTarget,
        now: Timestamp,
        lease_ends: Timestamp,
        limit: usize,
    ) -> Result<LeasedBatch> {
        // Held back events of a restored organisation are due when they are released, which sends notices.
        if self.state().corp(&target.corp)?.holds_back() {
            return Ok(LeasedBatch { events: Vec::new(), next_at: None });
        }
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let conversations = self.all(
            "SELECT conversation FROM event_queue
             WHERE corp_id = ?1 AND app_key = ?2 AND channel = ?3 AND due_at <= ?4 ORDER BY due_at, seq LIMIT ?5",
            &[
                (&target.corp).into(),
                (&target.app).into(),
                target.channel.into(),
                now.into(),
                limit.into(),
            ],
            |row| row.get::<String>(0),
        )?;
        let mut events = Vec::with_capacity(conversations.len());
        for conversation in conversations {
            events.extend(self.lease_event(target, &conversation, now, lease_ends)?);
        }
        let next_at = self.one(
            "SELECT due_at FROM event_queue WHERE corp_id = ?1 AND app_key = ?2 AND channel = ?3
             ORDER BY due_at LIMIT 1",
            &[(&target.corp).into(), (&target.app).into(), target.channel.into()],
            |row| row.get(0),
        )?;
        Ok(LeasedBatch { events, next_at })
    }

    /// Leases the oldest event of a conversation if it is due.
    pub fn lease_event(
        &mut self,
        target: &DeliveryTarget,
        conversation: &str,
        now: Timestamp,
        lease_ends: Timestamp,
    ) -> Result<Option<LeasedEvent>> {
        let head = self.one(
            "UPDATE event_queue SET due_at = ?6, leased = 1
             WHERE corp_id = ?1 AND app_key = ?2 AND channel = ?3 AND conversation = ?4 AND due_at <= ?5
             RETURNING seq, failures",
            &[
                (&target.corp).into(),
                (&target.app).into(),
                target.channel.into(),
                conversation.into(),
                now.into(),
                lease_ends.into(),
            ],
            |row| Ok((row.get::<EventSeq>(0)?, row.get::<i64>(1)?)),
        )?;
        let Some((seq, failures)) = head else { return Ok(None) };
        self.one(
            "UPDATE event SET attempts = attempts + 1 WHERE corp_id = ?1 AND app_key = ?2 AND seq = ?3
             RETURNING seq, event_id, born_at, data, conversation, attempts",
            &[(&target.corp).into(), (&target.app).into(), seq.into()],
            |row| {
                Ok(LeasedEvent {
                    seq: row.get(0)?,
                    event: raised_event_at(row, [1, 2, 3])?,
                    conversation: row.get(4)?,
                    attempt: row.get(5)?,
                    failures,
                })
            },
        )
    }

    /// Returns true if an attempt is the newest one of an event that still waits.
    pub fn is_newest_attempt(&mut self, target: &DeliveryTarget, leased: &LeasedEvent) -> Result<bool> {
        let newest = self.one(
            "SELECT attempts FROM event WHERE corp_id = ?1 AND app_key = ?2 AND seq = ?3 AND state = 0",
            &[(&target.corp).into(), (&target.app).into(), leased.seq.into()],
            |row| row.get::<i64>(0),
        )?;
        Ok(newest == Some(leased.attempt))
    }

    /// Ends an event as delivered. The next event of its conversation is due.
    pub fn end_delivered(
        &mut self,
        target: &DeliveryTarget,
        leased: &LeasedEvent,
        now: Timestamp,
    ) -> Result<()> {
        self.end_event(target, leased.seq, DELIVERED, now)?;
        self.advance_queue(target, &leased.conversation, now)
    }

    /// Ends an event as failed. The next event of its conversation is due.
    pub fn end_failed(
        &mut self,
        target: &DeliveryTarget,
        seq: EventSeq,
        conversation: &str,
        now: Timestamp,
    ) -> Result<()> {
        self.end_event(target, seq, FAILED, now)?;
        self.advance_queue(target, conversation, now)
    }

    fn end_event(
        &mut self,
        target: &DeliveryTarget,
        seq: EventSeq,
        state: i64,
        now: Timestamp,
    ) -> Result<()> {
        self.execute(
            "UPDATE event SET state = ?4, ended_at = ?5 WHERE corp_id = ?1 AND app_key = ?2 AND seq = ?3 AND state = 0",
            &[(&target.corp).into(), (&target.app).into(), seq.into(), state.into(), now.into()],
        )?;
        Ok(())
    }

    /// Ends the lease of an event, which is due again at a time.
    pub fn postpone_event(
        &mut self,
        target: &DeliveryTarget,
        leased: &LeasedEvent,
        due_at: Timestamp,
        failures: i64,
    ) -> Result<()> {
        self.execute(
            "UPDATE event_queue SET due_at = ?6, leased = 0, failures = ?7
             WHERE corp_id = ?1 AND app_key = ?2 AND channel = ?3 AND conversation = ?4 AND seq = ?5",
            &[
                (&target.corp).into(),
                (&target.app).into(),
                target.channel.into(),
                (&leased.conversation).into(),
                leased.seq.into(),
                due_at.into(),
                failures.into(),
            ],
        )?;
        Ok(())
    }

    /// Makes the oldest waiting event of a conversation due at once.
    pub fn advance_queue(
        &mut self,
        target: &DeliveryTarget,
        conversation: &str,
        now: Timestamp,
    ) -> Result<()> {
        let key = [(&target.corp).into(), (&target.app).into(), target.channel.into(), conversation.into()];
        let next = self.one(
            "SELECT seq FROM event WHERE corp_id = ?1 AND app_key = ?2 AND channel = ?3 AND conversation = ?4 AND state = 0
             ORDER BY seq LIMIT 1",
            &key,
            |row| row.get::<EventSeq>(0),
        )?;
        match next {
            None => self.execute(
                "DELETE FROM event_queue
                 WHERE corp_id = ?1 AND app_key = ?2 AND channel = ?3 AND conversation = ?4",
                &key,
            ),
            Some(seq) => self.execute(
                "INSERT INTO event_queue (corp_id, app_key, channel, conversation, seq, due_at, leased, failures)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0)
                 ON CONFLICT (corp_id, app_key, channel, conversation) DO UPDATE
                 SET seq = ?5, due_at = ?6, leased = 0, failures = 0",
                &[
                    (&target.corp).into(),
                    (&target.app).into(),
                    target.channel.into(),
                    conversation.into(),
                    seq.into(),
                    now.into(),
                ],
            ),
        }?;
        Ok(())
    }

    /// Ends all leases of an organisation, at the start of the server: by the lock of the folder, no other process holds any.
    pub fn release_leases(&mut self, corp: &CorpId, now: Timestamp) -> Result<()> {
        self.execute(
            "UPDATE event_queue SET due_at = ?2, leased = 0 WHERE corp_id = ?1 AND leased = 1",
            &[corp.into(), now.into()],
        )?;
        Ok(())
    }

    /// The targets of an organisation with events to deliver.
    pub fn pending_targets_of(&mut self, corp: &CorpId) -> Result<Vec<DeliveryTarget>> {
        self.all(
            "SELECT DISTINCT app_key, channel FROM event_queue WHERE corp_id = ?1",
            &[corp.into()],
            |row| Ok(DeliveryTarget { corp: corp.clone(), app: row.get(0)?, channel: row.get(1)? }),
        )
    }

    /// The targets of all organisations with events to deliver.
    pub fn pending_targets(&mut self) -> Result<Vec<DeliveryTarget>> {
        self.all("SELECT DISTINCT corp_id, app_key, channel FROM event_queue", &[], |row| {
            Ok(DeliveryTarget { corp: row.get(0)?, app: row.get(1)?, channel: row.get(2)? })
        })
    }

    /// Events of a target that have waited since before a time, oldest first, each with its conversation.
    pub fn events_waiting_since(
        &mut self,
        target: &DeliveryTarget,
        before: Timestamp,
        limit: i64,
    ) -> Result<Vec<(EventSeq, String)>> {
        self.all(
            "SELECT seq, conversation FROM event
             WHERE corp_id = ?1 AND app_key = ?2 AND channel = ?3 AND born_at < ?4 AND state = 0
             ORDER BY born_at LIMIT ?5",
            &[
                (&target.corp).into(),
                (&target.app).into(),
                target.channel.into(),
                before.into(),
                limit.into(),
            ],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// Returns a failed event to the queue.
    pub fn revive_event(
        &mut self,
        target: &DeliveryTarget,
        seq: EventSeq,
        conversation: &str,
        now: Timestamp,
    ) -> Result<()> {
        self.execute(
            "UPDATE event SET state = 0, ended_at = NULL, listed = 0 WHERE corp_id = ?1 AND app_key = ?2 AND seq = ?3",
            &[(&target.corp).into(), (&target.app).into(), seq.into()],
        )?;
        self.send_now(target, conversation, now)
    }

    /// Makes the oldest waiting event of a conversation due at once, unless one of them is being sent.
    pub fn send_now(&mut self, target: &DeliveryTarget, conversation: &str, now: Timestamp) -> Result<()> {
        let leased = self.one(
            "SELECT leased FROM event_queue
             WHERE corp_id = ?1 AND app_key = ?2 AND channel = ?3 AND conversation = ?4",
            &[(&target.corp).into(), (&target.app).into(), target.channel.into(), conversation.into()],
            |row| row.get::<bool>(0),
        )?;
        // If another event of the conversation is leased, its end advances the queue.
        if leased != Some(true) {
            self.advance_queue(target, conversation, now)?;
        }
        self.notify(Notice::Raised(target.clone()));
        Ok(())
    }

    /// Ends an event that its app may not receive as failed. The list of failed events does not contain it.
    pub fn end_withheld(
        &mut self,
        target: &DeliveryTarget,
        leased: &LeasedEvent,
        now: Timestamp,
    ) -> Result<()> {
        self.execute(
            "UPDATE event SET state = 2, ended_at = ?4, listed = 2
             WHERE corp_id = ?1 AND app_key = ?2 AND seq = ?3 AND state = 0",
            &[(&target.corp).into(), (&target.app).into(), leased.seq.into(), now.into()],
        )?;
        self.advance_queue(target, &leased.conversation, now)
    }

    /// Ends all waiting events of a type of an app as failed, and removes failed ones from its list of failed events.
    pub fn withdraw_events(
        &mut self,
        corp: &CorpId,
        app: &AppKey,
        kind: EventKind,
        now: Timestamp,
    ) -> Result<()> {
        let of_kind = [corp.into(), app.into(), kind.as_str().into()];
        self.execute(
            "UPDATE event SET listed = 2 WHERE corp_id = ?1 AND app_key = ?2 AND kind = ?3 AND state = 2 AND listed < 2",
            &of_kind,
        )?;
        let withdrawn = self.execute(
            "UPDATE event SET state = 2, ended_at = ?4, listed = 2
             WHERE corp_id = ?1 AND app_key = ?2 AND kind = ?3 AND state = 0",
            &[of_kind[0], of_kind[1], of_kind[2], now.into()],
        )?;
        if withdrawn == 0 {
            return Ok(());
        }
        let of_app = [corp.into(), app.into()];
        self.execute(
            "DELETE FROM event_queue WHERE corp_id = ?1 AND app_key = ?2 AND seq IN
                 (SELECT seq FROM event WHERE corp_id = ?1 AND app_key = ?2 AND state = 2)",
            &of_app,
        )?;
        // Events behind them are due now.
        self.execute(
            "INSERT INTO event_queue (corp_id, app_key, channel, conversation, seq, due_at, leased, failures)
             SELECT corp_id, app_key, channel, conversation, min(seq), min(born_at), 0, 0 FROM event
             WHERE corp_id = ?1 AND app_key = ?2 AND state = 0 GROUP BY corp_id, app_key, channel, conversation
             ON CONFLICT DO NOTHING",
            &of_app,
        )?;
        for channel in Channel::ALL {
            self.notify(Notice::Raised(DeliveryTarget { corp: corp.clone(), app: app.clone(), channel }));
        }
        Ok(())
    }

    /// Ends all waiting events of a target as failed. The list of failed events does not contain them.
    pub fn abandon_events(&mut self, target: &DeliveryTarget, now: Timestamp) -> Result<()> {
        let key = [(&target.corp).into(), (&target.app).into(), target.channel.into()];
        self.execute(
            "UPDATE event SET state = 2, ended_at = ?4, listed = 2
             WHERE corp_id = ?1 AND app_key = ?2 AND channel = ?3 AND state = 0",
            &[key[0], key[1], key[2], now.into()],
        )?;
        self.execute("DELETE FROM event_queue WHERE corp_id = ?1 AND app_key = ?2 AND channel = ?3", &key)?;
        Ok(())
    }
}

/// Reads the event in three columns of a row: id, time and data.
pub(crate) fn raised_event_at(row: &Row<'_>, [id, born_at, data]: [usize; 3]) -> Result<RaisedEvent> {
    let data: EventData = serde_json::from_str(&row.get::<String>(data)?).map_err(Error::internal)?;
    Ok(RaisedEvent { id: row.get(id)?, born_at: row.get(born_at)?, data })
}
