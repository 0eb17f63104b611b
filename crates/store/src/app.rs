//! Apps, the permissions granted to them, and their tokens.

use std::{collections::BTreeSet, sync::Arc};

use carillon_model::{
    app::AppType,
    error::{Error, Result},
    id::{AppKey, CorpId},
    time::Timestamp,
};

use crate::{
    notice::Notice,
    state::{State, Token},
    state_change::RegistryChange,
    tx::Tx,
};

/// An app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// `appKey`.
    pub key: AppKey,
    /// Its organisation.
    pub corp: CorpId,
    /// `agentId`.
    pub agent_id: i64,
    /// Name.
    pub name: String,
    /// Type.
    pub app_type: AppType,
    /// SHA-256 of the secret. The secret has 64 random characters: a slow hash would add nothing.
    pub secret_hash: Vec<u8>,
    /// Codes of its permissions.
    pub grants: BTreeSet<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// Whether it is disabled: it gets no token and no event.
    pub disabled: bool,
}

/// The stored data of a token, from which it can be derived again with the key of the data folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredToken {
    /// The nonce that the token is derived from.
    pub nonce: Vec<u8>,
    /// SHA-256 of the token.
    pub hash: [u8; 32],
    /// The time from which on it is rejected.
    pub expires_at: Timestamp,
}

impl Tx<'_> {
    /// Adds an app.
    pub fn insert_app(&mut self, app: &App) -> Result<()> {
        self.execute(
            "INSERT INTO app (corp_id, app_key, agent_id, name, app_type, secret_hash, created_at, disabled)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            &[
                (&app.corp).into(),
                (&app.key).into(),
                app.agent_id.into(),
                (&app.name).into(),
                app.app_type.as_str().into(),
                (&app.secret_hash).into(),
                app.created_at.into(),
                app.disabled.into(),
            ],
        )?;
        for permission in &app.grants {
            self.insert_grant(&app.corp, &app.key, permission)?;
        }
        self.apply_to_registry(RegistryChange::AppAdded(Arc::new(app.clone())))
    }

    /// Replaces the permissions of an app.
    pub fn set_grants(&mut self, key: &AppKey, grants: BTreeSet<String>) -> Result<()> {
        let corp = self.corp_of_app(key)?;
        self.execute(
            "DELETE FROM app_grant WHERE corp_id = ?1 AND app_key = ?2",
            &[(&corp).into(), key.into()],
        )?;
        for permission in &grants {
            self.insert_grant(&corp, key, permission)?;
        }
        self.apply_to_registry(RegistryChange::GrantsSet { app: key.clone(), grants })
    }

    /// Replaces the name of an app, and whether it is disabled. A disabled app loses its token and its Stream tickets.
    pub fn set_app(&mut self, key: &AppKey, name: &str, disabled: bool) -> Result<()> {
        let corp = self.corp_of_app(key)?;
        self.execute(
            "UPDATE app SET name = ?3, disabled = ?4 WHERE corp_id = ?1 AND app_key = ?2",
            &[(&corp).into(), key.into(), name.into(), disabled.into()],
        )?;
        self.apply_to_registry(RegistryChange::AppSet { app: key.clone(), name: name.to_owned(), disabled })?;
        if disabled { self.end_access(&corp, key) } else { Ok(()) }
    }

    /// Replaces the secret of an app. Its token and its Stream tickets end.
    pub fn set_secret(&mut self, key: &AppKey, secret_hash: Vec<u8>) -> Result<()> {
        let corp = self.corp_of_app(key)?;
        self.execute(
            "UPDATE app SET secret_hash = ?3 WHERE corp_id = ?1 AND app_key = ?2",
            &[(&corp).into(), key.into(), (&secret_hash).into()],
        )?;
        self.apply_to_registry(RegistryChange::SecretReplaced { app: key.clone(), secret_hash })?;
        self.end_access(&corp, key)
    }

    /// Ends the token, the Stream tickets and the Stream connections of an app.
    fn end_access(&mut self, corp: &CorpId, key: &AppKey) -> Result<()> {
        if let Some(token) = self.app_token(key)? {
            self.execute(
                "DELETE FROM app_token WHERE corp_id = ?1 AND app_key = ?2",
                &[corp.into(), key.into()],
            )?;
            self.apply_to_registry(RegistryChange::TokenRemoved { hash: token.hash })?;
        }
        self.delete_stream_tickets(corp, key)?;
        self.notify(Notice::AccessEnded(key.clone()));
        Ok(())
    }

    /// The last token of an app.
    pub fn app_token(&mut self, key: &AppKey) -> Result<Option<StoredToken>> {
        let Some(corp) = self.state().corp_of_app(key).cloned() else { return Ok(None) };
        self.one(
            "SELECT nonce, token_hash, expires_at FROM app_token WHERE corp_id = ?1 AND app_key = ?2",
            &[(&corp).into(), key.into()],
            |row| {
                Ok(StoredToken {
                    nonce: row.get(0)?,
                    hash: token_hash(row.get(1)?)?,
                    expires_at: row.get(2)?,
                })
            },
        )
    }

    /// Replaces the token of an app.
    pub fn set_app_token(&mut self, key: &AppKey, token: &StoredToken) -> Result<()> {
        let corp = self.corp_of_app(key)?;
        let before = self.app_token(key)?;
        self.execute(
            "INSERT INTO app_token (corp_id, app_key, nonce, token_hash, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (corp_id, app_key) DO UPDATE SET nonce = ?3, token_hash = ?4, expires_at = ?5",
            &[
                (&corp).into(),
                key.into(),
                (&token.nonce).into(),
                token.hash.as_slice().into(),
                token.expires_at.into(),
            ],
        )?;
        if let Some(before) = before {
            self.apply_to_registry(RegistryChange::TokenRemoved { hash: before.hash })?;
        }
        let added = Token { app_key: key.clone(), expires_at: token.expires_at };
        self.apply_to_registry(RegistryChange::TokenAdded { hash: token.hash, token: added })
    }

    fn insert_grant(&mut self, corp: &CorpId, key: &AppKey, permission: &str) -> Result<()> {
        self.execute(
            "INSERT INTO app_grant (corp_id, app_key, permission) VALUES (?1, ?2, ?3)",
            &[corp.into(), key.into(), permission.into()],
        )?;
        Ok(())
    }

    fn corp_of_app(&self, key: &AppKey) -> Result<CorpId> {
        self.state().corp_of_app(key).cloned().ok_or_else(|| Error::internal("the app does not exist"))
    }

    pub(crate) fn load_apps(&mut self, state: &mut State) -> Result<()> {
        let apps = self.all(
            "SELECT app_key, corp_id, agent_id, name, app_type, secret_hash, created_at, disabled FROM app",
            &[],
            |row| {
                Ok(App {
                    key: row.get(0)?,
                    corp: row.get(1)?,
                    agent_id: row.get(2)?,
                    name: row.get(3)?,
                    app_type: AppType::parse(&row.get::<String>(4)?)
                        .ok_or_else(|| Error::internal("unknown type of an app"))?,
                    secret_hash: row.get(5)?,
                    grants: BTreeSet::new(),
                    created_at: row.get(6)?,
                    disabled: row.get(7)?,
                })
            },
        )?;
        for app in apps {
            state.apps.insert(app.key.clone(), Arc::new(app));
        }
        let grants = self.all("SELECT app_key, permission FROM app_grant", &[], |row| {
            Ok((row.get::<AppKey>(0)?, row.get::<String>(1)?))
        })?;
        for (key, permission) in grants {
            state.app_mut(&key)?.grants.insert(permission);
        }
        let tokens = self.all("SELECT app_key, token_hash, expires_at FROM app_token", &[], |row| {
            Ok((token_hash(row.get(1)?)?, Token { app_key: row.get(0)?, expires_at: row.get(2)? }))
        })?;
        state.tokens.extend(tokens);
        Ok(())
    }
}

impl State {
    pub(crate) fn app_mut(&mut self, key: &AppKey) -> Result<&mut App> {
        let app = self.apps.get_mut(key).map(Arc::make_mut);
        app.ok_or_else(|| Error::internal("the app does not exist"))
    }
}

/// Converts the stored SHA-256 of a token.
pub(crate) fn token_hash(bytes: Vec<u8>) -> Result<[u8; 32]> {
    bytes.try_into().map_err(|_| Error::internal("the hash of a token has a wrong length"))
}
