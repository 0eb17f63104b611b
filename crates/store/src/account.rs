//! Service accounts and their menus.

use std::sync::Arc;

use carillon_model::{
    error::{Error, Result, Rule},
    id::{AccountId, CorpId},
    service_account::{Menu, MenuButton, MenuButtonKind, ServiceAccount},
};

use crate::{state::CorpState, state_change::StateChange, tx::Tx};

impl Tx<'_> {
    /// Adds a service account.
    pub fn insert_account(&mut self, corp: &CorpId, account: &ServiceAccount) -> Result<()> {
        self.execute(
            "INSERT INTO service_account (corp_id, unionid, seq, name, avatar_media_id, brief, description,
                                          preview_media_id, disabled, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            &[
                corp.into(),
                (&account.id).into(),
                account.seq.into(),
                (&account.name).into(),
                (&account.avatar_media_id).into(),
                (&account.brief).into(),
                (&account.desc).into(),
                (&account.preview_media_id).into(),
                account.disabled.into(),
                account.created_at.into(),
            ],
        )?;
        self.apply(corp, StateChange::AccountSet(Arc::new(account.clone())))
    }

    /// Replaces the properties of a service account except its menu.
    pub fn update_account(&mut self, corp: &CorpId, account: &ServiceAccount) -> Result<()> {
        self.execute(
            "UPDATE service_account SET name = ?3, avatar_media_id = ?4, brief = ?5, description = ?6,
                                        preview_media_id = ?7, disabled = ?8
             WHERE corp_id = ?1 AND unionid = ?2",
            &[
                corp.into(),
                (&account.id).into(),
                (&account.name).into(),
                (&account.avatar_media_id).into(),
                (&account.brief).into(),
                (&account.desc).into(),
                (&account.preview_media_id).into(),
                account.disabled.into(),
            ],
        )?;
        self.apply(corp, StateChange::AccountSet(Arc::new(account.clone())))
    }

    /// Replaces the menu of a service account.
    pub fn set_menu(&mut self, corp: &CorpId, account: &AccountId, menu: &Menu) -> Result<()> {
        self.execute(
            "INSERT INTO menu (corp_id, unionid, enable_input, stopped) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (corp_id, unionid) DO UPDATE SET enable_input = ?3, stopped = ?4",
            &[corp.into(), account.into(), menu.enable_input.into(), menu.stopped.into()],
        )?;
        self.execute(
            "DELETE FROM menu_button WHERE corp_id = ?1 AND unionid = ?2",
            &[corp.into(), account.into()],
        )?;
        for (position, button) in (0..).zip(&menu.buttons) {
            self.insert_menu_button(corp, account, position, -1, button)?;
            for (child, item) in (0..).zip(&button.children) {
                self.insert_menu_button(corp, account, position, child, item)?;
            }
        }
        self.apply(corp, StateChange::MenuSet { account: account.clone(), menu: menu.clone() })
    }

    fn insert_menu_button(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        position: i64,
        child: i64,
        button: &MenuButton,
    ) -> Result<()> {
        self.execute(
            "INSERT INTO menu_button (corp_id, unionid, position, child, name, kind, key, url, media_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            &[
                corp.into(),
                account.into(),
                position.into(),
                child.into(),
                (&button.name).into(),
                button.kind.map(MenuButtonKind::as_str).into(),
                button.key.as_deref().into(),
                button.url.as_deref().into(),
                button.media_id.as_deref().into(),
            ],
        )?;
        Ok(())
    }

    pub(crate) fn load_accounts(&mut self, state: &mut CorpState) -> Result<()> {
        let corp = state.corp.id.clone();
        let accounts = self.all(
            "SELECT unionid, seq, name, avatar_media_id, brief, description, preview_media_id, disabled, created_at
             FROM service_account WHERE corp_id = ?1",
            &[(&corp).into()],
            |row| {
                Ok(ServiceAccount {
                    id: row.get(0)?,
                    seq: row.get(1)?,
                    name: row.get(2)?,
                    avatar_media_id: row.get(3)?,
                    brief: row.get(4)?,
                    desc: row.get(5)?,
                    preview_media_id: row.get(6)?,
                    disabled: row.get(7)?,
                    created_at: row.get(8)?,
                    menu: None,
                })
            },
        )?;
        for account in accounts {
            state.put_account(Arc::new(account));
        }
        let menus = self.all(
            "SELECT unionid, enable_input, stopped FROM menu WHERE corp_id = ?1",
            &[(&corp).into()],
            |row| {
                let menu = Menu { buttons: Vec::new(), enable_input: row.get(1)?, stopped: row.get(2)? };
                Ok((row.get::<AccountId>(0)?, menu))
            },
        )?;
        for (account, menu) in menus {
            state.account_mut(&account)?.menu = Some(menu);
        }
        let buttons = self.all(
            "SELECT unionid, child, name, kind, key, url, media_id FROM menu_button WHERE corp_id = ?1
             ORDER BY unionid, position, child",
            &[(&corp).into()],
            |row| {
                let button = MenuButton {
                    name: row.get(2)?,
                    kind: row.get::<Option<String>>(3)?.as_deref().and_then(MenuButtonKind::parse),
                    key: row.get(4)?,
                    url: row.get(5)?,
                    media_id: row.get(6)?,
                    children: Vec::new(),
                };
                Ok((row.get::<AccountId>(0)?, row.get::<i64>(1)?, button))
            },
        )?;
        for (account, child, button) in buttons {
            let Some(menu) = state.account_mut(&account)?.menu.as_mut() else { continue };
            match menu.buttons.last_mut() {
                Some(parent) if child >= 0 => parent.children.push(button),
                _ => menu.buttons.push(button),
            }
        }
        Ok(())
    }
}

impl CorpState {
    /// Adds or replaces an account except its menu, which [`StateChange::MenuSet`] changes.
    pub(crate) fn put_account(&mut self, mut account: Arc<ServiceAccount>) {
        let menu = self.accounts.get(&account.seq).and_then(|before| before.menu.clone());
        if account.menu != menu {
            Arc::make_mut(&mut account).menu = menu;
        }
        self.account_seqs.insert(account.id.clone(), account.seq);
        self.accounts.insert(account.seq, account);
    }

    pub(crate) fn account_mut(&mut self, id: &AccountId) -> Result<&mut ServiceAccount> {
        let seq = self.account_seqs.get(id).ok_or(Error::Rule(Rule::UnknownAccount))?;
        self.accounts.get_mut(seq).map(Arc::make_mut).ok_or(Error::Rule(Rule::UnknownAccount))
    }
}
