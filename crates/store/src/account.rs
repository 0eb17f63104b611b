//! Service accounts and their menus.

use std::sync::Arc;

use carillon_model::{
    error::{Error, Result, Rule},
    id::{AccountId, CorpId},
    service_account::{Menu, MenuButton, MenuButtonKind, ServiceAccount},
};

use crate::tx::Tx;

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
        self.keep_account(corp, account.clone())
    }

    /// Replaces what can change of a service account; its menu stays.
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
        self.keep_account(corp, account.clone())
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
        self.account_mut(corp, account)?.menu = Some(menu.clone());
        Ok(())
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

    fn keep_account(&mut self, corp: &CorpId, account: ServiceAccount) -> Result<()> {
        let state = self.state.corp_mut(corp)?;
        state.account_seqs.insert(account.id.clone(), account.seq);
        state.accounts.insert(account.seq, Arc::new(account));
        Ok(())
    }

    fn account_mut(&mut self, corp: &CorpId, id: &AccountId) -> Result<&mut ServiceAccount> {
        let state = self.state.corp_mut(corp)?;
        let seq = state.account_seqs.get(id).ok_or(Error::Rule(Rule::UnknownAccount))?;
        state.accounts.get_mut(seq).map(Arc::make_mut).ok_or(Error::Rule(Rule::UnknownAccount))
    }

    pub(crate) fn load_accounts(&mut self) -> Result<()> {
        let accounts = self.all(
            "SELECT corp_id, unionid, seq, name, avatar_media_id, brief, description, preview_media_id, disabled,
                    created_at
             FROM service_account",
            &[],
            |row| {
                let account = ServiceAccount {
                    id: row.get(1)?,
                    seq: row.get(2)?,
                    name: row.get(3)?,
                    avatar_media_id: row.get(4)?,
                    brief: row.get(5)?,
                    desc: row.get(6)?,
                    preview_media_id: row.get(7)?,
                    disabled: row.get(8)?,
                    created_at: row.get(9)?,
                    menu: None,
                };
                Ok((row.get::<CorpId>(0)?, account))
            },
        )?;
        for (corp, account) in accounts {
            self.keep_account(&corp, account)?;
        }
        let menus = self.all("SELECT corp_id, unionid, enable_input, stopped FROM menu", &[], |row| {
            let menu = Menu { buttons: Vec::new(), enable_input: row.get(2)?, stopped: row.get(3)? };
            Ok((row.get::<CorpId>(0)?, row.get::<AccountId>(1)?, menu))
        })?;
        for (corp, account, menu) in menus {
            self.account_mut(&corp, &account)?.menu = Some(menu);
        }
        let buttons = self.all(
            "SELECT corp_id, unionid, child, name, kind, key, url, media_id FROM menu_button
             ORDER BY corp_id, unionid, position, child",
            &[],
            |row| {
                let button = MenuButton {
                    name: row.get(3)?,
                    kind: row.get::<Option<String>>(4)?.as_deref().and_then(MenuButtonKind::parse),
                    key: row.get(5)?,
                    url: row.get(6)?,
                    media_id: row.get(7)?,
                    children: Vec::new(),
                };
                Ok((row.get::<CorpId>(0)?, row.get::<AccountId>(1)?, row.get::<i64>(2)?, button))
            },
        )?;
        for (corp, account, child, button) in buttons {
            let Some(menu) = self.account_mut(&corp, &account)?.menu.as_mut() else { continue };
            match menu.buttons.last_mut() {
                Some(parent) if child >= 0 => parent.children.push(button),
                _ => menu.buttons.push(button),
            }
        }
        Ok(())
    }
}
