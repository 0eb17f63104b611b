//! Which events apps are told, and how; the channels and tickets of Stream clients.

use std::sync::Arc;

use carillon_model::{
    error::{Error, Result},
    event::Channel,
    id::{AppKey, CorpId},
    time::Timestamp,
};

use crate::{event::Notice, outbox::Outlet, sql::Row, tx::Tx};

/// What an app subscribed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// The app.
    pub app: AppKey,
    /// Names of events, or patterns of names.
    pub patterns: Vec<String>,
    /// How it is told.
    pub push: Push,
    /// When it was set.
    pub updated_at: Timestamp,
}

/// How an app is told of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Push {
    /// By its Stream connections.
    Stream,
    /// By an HTTP callback.
    Http {
        /// The address.
        url: String,
        /// What messages are encrypted for.
        owner: CallbackOwner,
        /// The signing token and the encryption key, sealed.
        secrets: Vec<u8>,
    },
}

/// Whose key the messages of a callback carry.
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
    /// What it asked for.
    pub channels: Vec<Channel>,
    /// From then on it is refused.
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
        let subscriptions = &mut self.state.corp_mut(corp)?.subscriptions;
        subscriptions.insert(subscription.app.clone(), Arc::new(subscription.clone()));
        // What waited for the way before leaves by the new one.
        let (corp, app) = (corp.clone(), subscription.app.clone());
        self.notify(Notice::Raised(Outlet { corp, app, channel: Channel::Events }));
        Ok(())
    }

    /// Removes an app's subscription.
    pub fn delete_subscription(&mut self, corp: &CorpId, app: &AppKey) -> Result<()> {
        self.execute(
            "DELETE FROM subscription WHERE corp_id = ?1 AND app_key = ?2",
            &[corp.into(), app.into()],
        )?;
        self.state.corp_mut(corp)?.subscriptions.remove(app);
        Ok(())
    }

    /// Notes that an app's Stream clients want a channel; the moment that was noted before never moves back.
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
        let opened_at =
            self.state.corp_mut(corp)?.stream_channels.entry((app.clone(), channel)).or_insert(now);
        *opened_at = now.max(*opened_at);
        Ok(())
    }

    /// Forgets that an app's Stream clients want a channel.
    pub fn delete_stream_channel(&mut self, corp: &CorpId, app: &AppKey, channel: Channel) -> Result<()> {
        self.execute(
            "DELETE FROM stream_channel WHERE corp_id = ?1 AND app_key = ?2 AND channel = ?3",
            &[corp.into(), app.into(), channel.into()],
        )?;
        self.state.corp_mut(corp)?.stream_channels.remove(&(app.clone(), channel));
        Ok(())
    }

    /// Adds a ticket.
    pub fn insert_stream_ticket(&mut self, hash: &[u8; 32], ticket: &StreamTicket) -> Result<()> {
        let channels = ticket.channels.iter().map(|channel| channel.topic()).collect::<Vec<_>>().join(" ");
        self.execute(
            "INSERT INTO stream_ticket (ticket_hash, corp_id, app_key, channels, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            &[
                hash.as_slice().into(),
                (&ticket.corp).into(),
                (&ticket.app).into(),
                (&channels).into(),
                ticket.expires_at.into(),
            ],
        )?;
        Ok(())
    }

    /// Whether there is a ticket that has not expired.
    pub fn has_stream_ticket(&mut self, hash: &[u8; 32], now: Timestamp) -> Result<bool> {
        let found = self.one(
            "SELECT expires_at FROM stream_ticket WHERE ticket_hash = ?1 AND expires_at > ?2",
            &[hash.as_slice().into(), now.into()],
            |row| row.get::<Timestamp>(0),
        )?;
        Ok(found.is_some())
    }

    /// Takes a ticket: the second time there is none.
    pub fn take_stream_ticket(&mut self, hash: &[u8; 32]) -> Result<Option<StreamTicket>> {
        self.one(
            "DELETE FROM stream_ticket WHERE ticket_hash = ?1 RETURNING corp_id, app_key, channels, expires_at",
            &[hash.as_slice().into()],
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

    /// Ends all tickets of an app.
    pub fn delete_stream_tickets(&mut self, app: &AppKey) -> Result<()> {
        self.execute("DELETE FROM stream_ticket WHERE app_key = ?1", &[app.into()])?;
        Ok(())
    }

    /// Forgets tickets that have expired.
    pub fn delete_expired_stream_tickets(&mut self, now: Timestamp) -> Result<()> {
        self.execute("DELETE FROM stream_ticket WHERE expires_at <= ?1", &[now.into()])?;
        Ok(())
    }

    pub(crate) fn load_subscriptions(&mut self) -> Result<()> {
        let subscriptions = self.all(
            "SELECT corp_id, app_key, patterns, push, url, owner, secrets, updated_at FROM subscription",
            &[],
            |row| Ok((row.get::<CorpId>(0)?, subscription(row)?)),
        )?;
        for (corp, subscription) in subscriptions {
            let subscriptions = &mut self.state.corp_mut(&corp)?.subscriptions;
            subscriptions.insert(subscription.app.clone(), Arc::new(subscription));
        }
        let channels =
            self.all("SELECT corp_id, app_key, channel, opened_at FROM stream_channel", &[], |row| {
                Ok((row.get::<CorpId>(0)?, row.get::<AppKey>(1)?, row.get::<Channel>(2)?, row.get(3)?))
            })?;
        for (corp, app, channel, opened_at) in channels {
            self.state.corp_mut(&corp)?.stream_channels.insert((app, channel), opened_at);
        }
        Ok(())
    }
}

fn subscription(row: &Row<'_>) -> Result<Subscription> {
    let push = match row.get::<String>(3)?.as_str() {
        "stream" => Push::Stream,
        "http" => Push::Http {
            url: row.get(4)?,
            owner: match row.get::<String>(5)?.as_str() {
                "corp" => CallbackOwner::Corp,
                "app" => CallbackOwner::App,
                other => return Err(Error::internal(format!("a callback for a {other}"))),
            },
            secrets: row.get(6)?,
        },
        other => return Err(Error::internal(format!("a subscription by {other}"))),
    };
    Ok(Subscription {
        app: row.get(1)?,
        patterns: row.get::<String>(2)?.split(' ').map(str::to_owned).collect(),
        push,
        updated_at: row.get(7)?,
    })
}
