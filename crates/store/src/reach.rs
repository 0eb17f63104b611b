//! Whom service accounts reach, and who works with them.

use std::{collections::BTreeSet, sync::Arc};

use carillon_model::{
    error::{Error, Result},
    id::{AccountId, CorpId, DeptId, MemberNo, UserId},
    reach::{AccountList, Reach},
};

use crate::{state::CorpState, tx::Tx};

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
        let members = members.into_iter().collect();
        self.change_reach(corp, account, |reach| *reach.list_mut(list) = members)?;
        let members = self.state.corp(corp)?.reach(account).list(list).members().clone();
        for member in members.iter() {
            self.execute(
                "INSERT INTO account_member (corp_id, unionid, list, member_no) VALUES (?1, ?2, ?3, ?4)",
                &[corp.into(), account.into(), list.as_str().into(), member.into()],
            )?;
        }
        Ok(())
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
        self.change_reach(corp, account, |reach| {
            (reach.allows_all, reach.allowed_departments) = (allows_all, departments);
        })
    }

    /// Takes a member out of the lists of all accounts.
    pub(crate) fn delete_from_account_lists(&mut self, corp: &CorpId, member: MemberNo) -> Result<()> {
        let accounts = self.all(
            "SELECT DISTINCT unionid FROM account_member WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), member.into()],
            |row| row.get::<AccountId>(0),
        )?;
        for account in &accounts {
            self.change_reach(corp, account, |reach| {
                for list in AccountList::ALL {
                    reach.list_mut(list).remove(member);
                }
            })?;
        }
        self.execute(
            "DELETE FROM account_member WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), member.into()],
        )?;
        Ok(())
    }

    /// An account that was never told whom it reaches is not in the snapshot.
    fn change_reach(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        change: impl FnOnce(&mut Reach),
    ) -> Result<()> {
        let reaches = &mut self.state.corp_mut(corp)?.reaches;
        let mut reach = reaches.remove(account).map_or_else(Reach::default, Arc::unwrap_or_clone);
        change(&mut reach);
        if reach != Reach::default() {
            reaches.insert(account.clone(), Arc::new(reach));
        }
        Ok(())
    }

    pub(crate) fn load_reaches(&mut self) -> Result<()> {
        let limited = self.all(
            "SELECT corp_id, unionid FROM service_account WHERE allow_send_to_all = 0",
            &[],
            |row| Ok((row.get::<CorpId>(0)?, row.get::<AccountId>(1)?)),
        )?;
        for (corp, account) in limited {
            self.change_reach(&corp, &account, |reach| reach.allows_all = false)?;
        }
        let departments =
            self.all("SELECT corp_id, unionid, dept_id FROM account_department", &[], |row| {
                Ok((row.get::<CorpId>(0)?, row.get::<AccountId>(1)?, row.get::<DeptId>(2)?))
            })?;
        for (corp, account, id) in departments {
            self.change_reach(&corp, &account, |reach| {
                reach.allowed_departments.insert(id);
            })?;
        }
        let members = self.all(
            "SELECT l.corp_id, l.unionid, l.list, l.member_no, m.userid FROM account_member l
             JOIN member m ON m.corp_id = l.corp_id AND m.member_no = l.member_no",
            &[],
            |row| {
                let list = AccountList::parse(&row.get::<String>(2)?);
                let list = list.ok_or_else(|| Error::internal("the list of an account"))?;
                let member = (row.get::<MemberNo>(3)?, row.get::<UserId>(4)?);
                Ok((row.get::<CorpId>(0)?, row.get::<AccountId>(1)?, list, member))
            },
        )?;
        for (corp, account, list, member) in members {
            self.change_reach(&corp, &account, |reach| reach.list_mut(list).extend([member]))?;
        }
        Ok(())
    }
}

impl CorpState {
    /// Whom an account reaches, and who works with it.
    pub fn reach(&self, account: &AccountId) -> Arc<Reach> {
        self.reaches.get(account).map(Arc::clone).unwrap_or_default()
    }
}
