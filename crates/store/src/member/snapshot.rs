//! Members in the snapshot.

use std::sync::Arc;

use carillon_model::{
    audience::Audience,
    error::Result,
    id::{CorpId, DeptId, MemberNo},
};

use crate::{
    custom_order::CustomOrder,
    state::CorpState,
    state_change::{AddedMember, JoinedDepartment, LeftDepartment},
    tx::Tx,
};

impl Tx<'_> {
    pub(crate) fn load_members(&mut self, state: &mut CorpState) -> Result<()> {
        let corp = state.corp.id.clone();
        let everyone =
            self.audience("SELECT member_no FROM member WHERE corp_id = ?1 ORDER BY member_no", &corp)?;
        state.everyone = Arc::new(everyone);
        let activated = self.audience(
            "SELECT member_no FROM member WHERE corp_id = ?1 AND active = 1 ORDER BY member_no",
            &corp,
        )?;
        state.activated = Arc::new(activated);
        let mut departments: Vec<(DeptId, Audience)> = Vec::new();
        let mut custom_order: Vec<(DeptId, CustomOrder)> = Vec::new();
        self.each(
            "SELECT dept_id, member_no, sort_order FROM department_member WHERE corp_id = ?1
             ORDER BY dept_id, sort_order DESC, member_no",
            &[(&corp).into()],
            |row| {
                let (dept, member) = (row.get(0)?, row.get(1)?);
                gather(&mut departments, dept, member);
                match custom_order.last_mut() {
                    Some((last, custom_order)) if *last == dept => custom_order.insert(member, row.get(2)?),
                    _ => {
                        let mut first = CustomOrder::default();
                        first.insert(member, row.get(2)?);
                        custom_order.push((dept, first));
                    }
                }
                Ok(true)
            },
        )?;
        for ((dept, members), (_, custom_order)) in departments.into_iter().zip(custom_order) {
            let node = state.department_mut(dept)?;
            (node.members, node.custom_order) = (Arc::new(members.compact()), custom_order);
        }
        let leaders = self.all(
            "SELECT dept_id, member_no FROM department_member WHERE corp_id = ?1 AND leader = 1",
            &[(&corp).into()],
            |row| Ok((row.get::<DeptId>(0)?, row.get::<MemberNo>(1)?)),
        )?;
        for (dept, leader) in leaders {
            state.department_mut(dept)?.leaders.insert(leader);
        }
        Ok(())
    }

    fn audience(&mut self, sql: &'static str, corp: &CorpId) -> Result<Audience> {
        let mut members = Audience::empty();
        self.each(sql, &[corp.into()], |row| {
            members.insert(row.get(0)?);
            Ok(true)
        })?;
        Ok(members.compact())
    }
}

impl CorpState {
    pub(crate) fn add_members(&mut self, added: &[AddedMember]) -> Result<()> {
        for AddedMember { member, joined, .. } in added {
            self.join_departments(*member, joined)?;
        }
        let everyone = &mut self.everyone;
        Arc::make_mut(everyone).extend(added.iter().map(|added| added.member));
        // Many insertions leave the bitmap uncompressed, and each send to all copies it.
        if added.len() > 1 {
            *everyone = Arc::new(Arc::unwrap_or_clone(std::mem::take(everyone)).compact());
        }
        let activated = added.iter().filter(|added| added.active).map(|added| added.member);
        Arc::make_mut(&mut self.activated).extend(activated);
        Ok(())
    }

    pub(crate) fn join_departments(&mut self, member: MemberNo, joined: &[JoinedDepartment]) -> Result<()> {
        for JoinedDepartment { dept, leads, order } in joined {
            let node = self.department_mut(*dept)?;
            Arc::make_mut(&mut node.members).insert(member);
            node.custom_order.insert(member, *order);
            if *leads {
                node.leaders.insert(member);
            }
        }
        Ok(())
    }

    pub(crate) fn leave_departments(&mut self, member: MemberNo, left: &[LeftDepartment]) -> Result<()> {
        for LeftDepartment { dept, order } in left {
            let node = self.department_mut(*dept)?;
            Arc::make_mut(&mut node.members).remove(member);
            node.custom_order.remove(member, *order);
            node.leaders.remove(&member);
        }
        Ok(())
    }
}

/// Adds a member to the set of its key. Rows must be sorted by key.
pub(crate) fn gather<K: PartialEq>(sets: &mut Vec<(K, Audience)>, key: K, member: MemberNo) {
    match sets.last_mut() {
        Some((last, members)) if *last == key => {
            members.insert(member);
        }
        _ => sets.push((key, std::iter::once(member).collect())),
    }
}
