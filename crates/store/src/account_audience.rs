//! The send scopes, lists and operators of service accounts.

use std::{collections::BTreeSet, sync::Arc};

use carillon_model::{
    account_audience::{AccountAudience, AccountList},
    error::{Error, Result},
    id::{AccountId, CorpId, DeptId, MemberNo, UserId},
};

use crate::{state::CorpState, state_change::StateChange, tx::Tx};

impl Tx<'_> {
    /// Replaces one of an account's lists of members.
    pub fn set_account_list(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        list: AccountList,
        members: Vec<(MemberNo, UserId)>,
    ) -> Result<()> {
        self.execute(
            "DELETE FROM account_member WHERE corp_id = ?1 AND unionid = ?2 AND list = ?3",
            &[corp.into(), account.into(), list.as_str().into()],
        )?;
        for member in members.iter().map(|(member, _)| *member).collect::<BTreeSet<_>>() {
            self.execute(
                "INSERT INTO account_member (corp_id, unionid, list, member_no) VALUES (?1, ?2, ?3, ?4)",
                &[corp.into(), account.into(), list.as_str().into(), member.into()],
            )?;
        }
        if list == AccountList::Operators {
            self.operator_rights_changed(corp, None);
        }
        self.apply(corp, StateChange::AccountListSet { account: account.clone(), list, members })
    }

    /// Replaces the departments that an account may send to, and whether it may send to all.
    pub fn set_account_scope(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        allows_all: bool,
        departments: BTreeSet<DeptId>,
    ) -> Result<()> {
        self.execute(
            "UPDATE service_account SET allow_send_to_all = ?3 WHERE corp_id = ?1 AND unionid = ?2",
            &[corp.into(), account.into(), allows_all.into()],
        )?;
        self.execute(
            "DELETE FROM account_department WHERE corp_id = ?1 AND unionid = ?2",
            &[corp.into(), account.into()],
        )?;
        for id in &departments {
            self.execute(
                "INSERT INTO account_department (corp_id, unionid, dept_id) VALUES (?1, ?2, ?3)",
                &[corp.into(), account.into(), (*id).into()],
            )?;
        }
        self.apply(corp, StateChange::AccountScopeSet { account: account.clone(), allows_all, departments })
    }

    /// Removes a member from the lists of all accounts.
    pub(crate) fn delete_from_account_lists(&mut self, corp: &CorpId, member: MemberNo) -> Result<()> {
        let accounts = self.all(
            "SELECT DISTINCT unionid FROM account_member WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), member.into()],
            |row| row.get::<AccountId>(0),
        )?;
        if accounts.is_empty() {
            return Ok(());
        }
        self.execute(
            "DELETE FROM account_member WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), member.into()],
        )?;
        self.apply(corp, StateChange::AccountListsLeft { member, accounts })
    }

    pub(crate) fn load_account_audiences(&mut self, state: &mut CorpState) -> Result<()> {
        let corp = state.corp.id.clone();
        let limited = self.all(
            "SELECT unionid FROM service_account WHERE corp_id = ?1 AND allow_send_to_all = 0",
            &[(&corp).into()],
            |row| row.get::<AccountId>(0),
        )?;
        for account in limited {
            state.change_account_audience(&account, |account_audience| account_audience.allows_all = false);
        }
        let departments = self.all(
            "SELECT unionid, dept_id FROM account_department WHERE corp_id = ?1",
            &[(&corp).into()],
            |row| Ok((row.get::<AccountId>(0)?, row.get::<DeptId>(1)?)),
        )?;
        for (account, id) in departments {
            state.change_account_audience(&account, |account_audience| {
                account_audience.allowed_departments.insert(id);
            });
        }
        let members = self.all(
            "SELECT l.unionid, l.list, l.member_no, m.userid FROM account_member l
             JOIN member m ON m.corp_id = l.corp_id AND m.member_no = l.member_no WHERE l.corp_id = ?1",
            &[(&corp).into()],
            |row| {
                let list = AccountList::parse(&row.get::<String>(1)?);
                let list = list.ok_or_else(|| Error::internal("unknown list of an account"))?;
                let member = (row.get::<MemberNo>(2)?, row.get::<UserId>(3)?);
                Ok((row.get::<AccountId>(0)?, list, member))
            },
        )?;
        for (account, list, member) in members {
            state.change_account_audience(&account, |account_audience| {
                account_audience.list_mut(list).extend([member])
            });
        }
        Ok(())
    }
}

impl CorpState {
    /// The lists and the send scope of an account.
    pub fn account_audience(&self, account: &AccountId) -> Arc<AccountAudience> {
        self.account_audiences.get(account).map(Arc::clone).unwrap_or_default()
    }

    /// Changes the lists and the send scope of an account. Default ones are not in the map.
    pub(crate) fn change_account_audience(
        &mut self,
        account: &AccountId,
        change: impl FnOnce(&mut AccountAudience),
    ) {
        let mut account_audience = self
            .account_audiences
            .remove(account)
            .map_or_else(AccountAudience::default, Arc::unwrap_or_clone);
        change(&mut account_audience);
        if account_audience != AccountAudience::default() {
            self.account_audiences.insert(account.clone(), Arc::new(account_audience));
        }
    }
}
