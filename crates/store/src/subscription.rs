//! Event subscriptions of apps, and the channels and tickets of Stream clients.

use std::sync::Arc;

use carillon_model::{
    error::{Error, Result},
    event::Channel,
    id::{AppKey, CorpId},
    time::Timestamp,
};

use crate::{
    notice::Notice, outbox::DeliveryTarget, sql::Row, state::CorpState, state_change::StateChange, tx::Tx,
};

/// The event subscription of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// The app.
    pub app: AppKey,
    /// Names of events, or patterns of names.
    pub patterns: Vec<String>,
    /// How events are delivered.
    pub push: Push,
    /// When it was set.
    pub updated_at: Timestamp,
}

/// How events are delivered to an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Push {
    /// By its Stream connections.
    Stream,
    /// By an HTTP callback.
    Http {
        /// The address.
        url: String,
        /// Whose key is in encrypted messages.
        owner: CallbackOwner,
        /// The signing token and the encryption key, sealed.
        secrets: Vec<u8>,
    },
}

/// The owner of the key in the encrypted messages of a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackOwner {
    /// The organisation's: the callback was registered by the operation.
    Corp,
    /// The app's: an administrator set it.
    App,
}

impl CallbackOwner {
    fn as_str(self) -> &'static str {
        match self {
            Self::Corp => "corp",
            Self::App => "app",
        }
    }
}

/// A permit to open a Stream connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamTicket {
    /// The organisation.
    pub corp: CorpId,
    /// The app.
    pub app: AppKey,
    /// The requested channels.
    pub channels: Vec<Channel>,
    /// The time from which on it is rejected.
    pub expires_at: Timestamp,
}

impl Tx<'_> {
    /// Adds or replaces an app's subscription.
    pub fn set_subscription(&mut self, corp: &CorpId, subscription: &Subscription) -> Result<()> {
        let patterns = subscription.patterns.join(" ");
        let (push, url, owner, secrets) = match &subscription.push {
            Push::Stream => ("stream", None, None, None),
            Push::Http { url, owner, secrets } => ("http", Some(url), Some(owner.as_str()), Some(secrets)),
        };
        self.execute(
            "INSERT INTO subscription (corp_id, app_key, patterns, push, url, owner, secrets, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (corp_id, app_key) DO UPDATE
             SET patterns = ?3, push = ?4, url = ?5, owner = ?6, secrets = ?7, updated_at = ?8",
            &[
                corp.into(),
                (&subscription.app).into(),
                (&patterns).into(),
                push.into(),
                url.into(),
                owner.into(),
                secrets.into(),
                subscription.updated_at.into(),
            ],
        )?;
        self.apply(corp, StateChange::SubscriptionSet(Arc::new(subscription.clone())))?;
        // Waiting events are delivered in the new way.
        let (corp, app) = (corp.clone(), subscription.app.clone());
        self.notify(Notice::Raised(DeliveryTarget { corp, app, channel: Channel::Events }));
        Ok(())
    }

    /// Removes an app's subscription.
    pub fn delete_subscription(&mut self, corp: &CorpId, app: &AppKey) -> Result<()> {
        self.execute(
            "DELETE FROM subscription WHERE corp_id = ?1 AND app_key = ?2",
            &[corp.into(), app.into()],
        )?;
        self.apply(corp, StateChange::SubscriptionRemoved(app.clone()))
    }

    /// Records that Stream clients of an app opened a channel. The recorded time never moves back.
    pub fn set_stream_channel(
        &mut self,
        corp: &CorpId,
        app: &AppKey,
        channel: Channel,
        now: Timestamp,
    ) -> Result<()> {
        self.execute(
            "INSERT INTO stream_channel (corp_id, app_key, channel, opened_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (corp_id, app_key, channel) DO UPDATE SET opened_at = ?4 WHERE stream_channel.opened_at < ?4",
            &[corp.into(), app.into(), channel.into(), now.into()],
        )?;
        self.apply(corp, StateChange::StreamChannelSet { app: app.clone(), channel, opened_at: now })
    }

    /// Removes a channel of the Stream clients of an app.
    pub fn delete_stream_channel(&mut self, corp: &CorpId, app: &AppKey, channel: Channel) -> Result<()> {
        self.execute(
            "DELETE FROM stream_channel WHERE corp_id = ?1 AND app_key = ?2 AND channel = ?3",
            &[corp.into(), app.into(), channel.into()],
        )?;
        self.apply(corp, StateChange::StreamChannelRemoved { app: app.clone(), channel })
    }

    /// Adds a ticket.
    pub fn insert_stream_ticket(&mut self, hash: &[u8; 32], ticket: &StreamTicket) -> Result<()> {
        let channels = ticket.channels.iter().map(|channel| channel.topic()).collect::<Vec<_>>().join(" ");
        self.execute(
            "INSERT INTO stream_ticket (corp_id, ticket_hash, app_key, channels, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            &[
                (&ticket.corp).into(),
                hash.as_slice().into(),
                (&ticket.app).into(),
                (&channels).into(),
                ticket.expires_at.into(),
            ],
        )?;
        Ok(())
    }

    /// The organisation of a ticket that has not expired.
    pub fn corp_of_stream_ticket(&mut self, hash: &[u8; 32], now: Timestamp) -> Result<Option<CorpId>> {
        self.one(
            "SELECT corp_id FROM stream_ticket WHERE ticket_hash = ?1 AND expires_at > ?2",
            &[hash.as_slice().into(), now.into()],
            |row| row.get(0),
        )
    }

    /// Removes and returns a ticket, which can be used once.
    pub fn take_stream_ticket(&mut self, corp: &CorpId, hash: &[u8; 32]) -> Result<Option<StreamTicket>> {
        self.one(
            "DELETE FROM stream_ticket WHERE corp_id = ?1 AND ticket_hash = ?2
             RETURNING corp_id, app_key, channels, expires_at",
            &[corp.into(), hash.as_slice().into()],
            |row| {
                Ok(StreamTicket {
                    corp: row.get(0)?,
                    app: row.get(1)?,
                    channels: row.get::<String>(2)?.split(' ').filter_map(Channel::parse).collect(),
                    expires_at: row.get(3)?,
                })
            },
        )
    }

    /// Removes all tickets of an app.
    pub fn delete_stream_tickets(&mut self, corp: &CorpId, app: &AppKey) -> Result<()> {
        self.execute(
            "DELETE FROM stream_ticket WHERE corp_id = ?1 AND app_key = ?2",
            &[corp.into(), app.into()],
        )?;
        Ok(())
    }

    /// Removes expired tickets of an organisation.
    pub fn delete_expired_stream_tickets(&mut self, corp: &CorpId, now: Timestamp) -> Result<()> {
        self.execute(
            "DELETE FROM stream_ticket WHERE corp_id = ?1 AND expires_at <= ?2",
            &[corp.into(), now.into()],
        )?;
        Ok(())
    }

    pub(crate) fn load_subscriptions(&mut self, state: &mut CorpState) -> Result<()> {
        let corp = state.corp.id.clone();
        let subscriptions = self.all(
            "SELECT app_key, patterns, push, url, owner, secrets, updated_at FROM subscription WHERE corp_id = ?1",
            &[(&corp).into()],
            subscription,
        )?;
        for subscription in subscriptions {
            state.subscriptions.insert(subscription.app.clone(), Arc::new(subscription));
        }
        let channels = self.all(
            "SELECT app_key, channel, opened_at FROM stream_channel WHERE corp_id = ?1",
            &[(&corp).into()],
            |row| Ok(((row.get::<AppKey>(0)?, row.get::<Channel>(1)?), row.get(2)?)),
        )?;
        state.stream_channels.extend(channels);
        Ok(())
    }
}

fn subscription(row: &Row<'_>) -> Result<Subscription> {
    let push = match row.get::<String>(2)?.as_str() {
        "stream" => Push::Stream,
        "http" => Push::Http {
            url: row.get(3)?,
            owner: match row.get::<String>(4)?.as_str() {
                "corp" => CallbackOwner::Corp,
                "app" => CallbackOwner::App,
                other => return Err(Error::internal(format!("unknown owner of a callback: {other}"))),
            },
            secrets: row.get(5)?,
        },
        other => return Err(Error::internal(format!("unknown kind of subscription: {other}"))),
    };
    Ok(Subscription {
        app: row.get(0)?,
        patterns: row.get::<String>(1)?.split(' ').map(str::to_owned).collect(),
        push,
        updated_at: row.get(6)?,
    })
}
