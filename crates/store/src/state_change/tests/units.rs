//! Units of work of every kind: [`change`] runs them.

use std::{collections::BTreeSet, sync::Arc};

use carillon_model::{
    account_audience::AccountList,
    app::AppType,
    chat::AutoReplies,
    color::Color,
    contact::{AdminLevel, Membership, Role},
    error::Result,
    event::Channel,
    group::Group,
    id::{AppKey, CorpId, DeptId, MediaId, MemberNo, RoleGroupId, RoleId, SendSeq},
    message::Message,
    service_account::ServiceAccount,
    time::Timestamp,
};

use super::samples::{
    department, group, menu, new_member, permit, pick, send, service_account, subscription, userid,
};
use crate::{
    app::{App, StoredToken},
    broadcast_window::WindowLimits,
    corp::{Corp, Logo},
    group::GroupFilter,
    restoration::Restoration,
    tx::Tx,
};

/// Kinds of units of work that [`change`] knows.
pub(super) const UNITS: u8 = 38;

pub(super) fn add_corp(tx: &mut Tx<'_>, corp: &CorpId) -> Result<()> {
    let short_name = corp.to_string();
    tx.insert_corp(&Corp { short_name, ..Corp::new(corp.clone(), corp.as_str(), Timestamp(0)) })?;
    tx.insert_department(corp, &department(DeptId::ROOT, None, 0))
}

/// Runs a unit of work; it does nothing if it finds nothing to change.
pub(super) fn change(tx: &mut Tx<'_>, corp: &CorpId, unit: u8, a: u8, b: u8) -> Result<()> {
    let state = Arc::clone(tx.state().corp(corp)?);
    let account = pick(state.accounts.values(), a).cloned();
    let dept = pick(state.departments.values(), b).map(|node| node.department.clone());
    let member = pick(state.everyone.iter(), a);
    let other = pick(state.everyone.iter(), b);
    let role = pick(state.role_members.keys(), b).copied();
    let apps: Vec<Arc<App>> = tx.state().apps.values().filter(|app| app.corp == *corp).cloned().collect();
    let app = pick(apps.iter(), a).map(|app| app.key.clone());
    let at = Timestamp(i64::from(a) * 1_000);
    match (unit, account, dept, member) {
        (0, ..) => {
            let seq = tx.next_number(corp, "account")?;
            tx.insert_account(corp, &service_account(corp, seq, a))
        }
        (1, Some(account), ..) => {
            let mut changed = ServiceAccount::clone(&account);
            (changed.brief, changed.disabled) = (b.to_string(), b % 5 == 0);
            // What a caller knows of the menu may be old: it is not part of this change.
            changed.menu = None;
            tx.update_account(corp, &changed)
        }
        (2, Some(account), ..) => tx.set_menu(corp, &account.id, &menu(b)),
        (3, Some(account), _, Some(_)) => {
            let list = AccountList::ALL[usize::from(b) % AccountList::ALL.len()];
            let on_list = state.everyone.iter().filter(|no| no.0 % 3 == u32::from(b % 3));
            let members = on_list.map(|no| Ok((no, userid(corp, no)))).collect::<Result<_>>()?;
            tx.set_account_list(corp, &account.id, list, members)
        }
        (4, Some(account), Some(dept), _) => {
            let departments = if a % 3 == 0 { BTreeSet::new() } else { BTreeSet::from([dept.id]) };
            tx.set_account_scope(corp, &account.id, a % 2 == 0, departments)
        }
        (5, Some(account), ..) => {
            let welcome = (b % 3 > 0).then(|| Message::Text { content: b.to_string() });
            tx.set_auto_replies(corp, &account.id, AutoReplies { welcome, rules: Vec::new() })
        }
        (6 | 7, _, Some(dept), _) => {
            let count = if unit == 6 { 1 } else { i64::from(a % 5) };
            let first = if count == 0 { 1 } else { tx.next_numbers(corp, "member", count)? };
            let new =
                (first..first + count).map(|no| (new_member(corp, no, &dept, a % 2 == 0), String::new()));
            tx.insert_members(corp, &new.collect::<Vec<_>>())
        }
        (8 | 9, _, Some(dept), Some(no)) => {
            let Some(mut member) = tx.member(corp, no)? else { panic!("a member without a row") };
            if !member.departments.iter().any(|place| place.dept_id == dept.id) {
                let order = i64::from(a % 7) - 3;
                let place = Membership { leader: a % 2 == 0, order, ..Membership::ordinary(dept.id) };
                member.departments.push(place);
            } else if member.departments.len() > 1 {
                member.departments.retain(|place| place.dept_id != dept.id);
            }
            tx.update_member(corp, &member)
        }
        (10, _, _, Some(no)) => {
            tx.delete_permits_of(corp, &userid(corp, no))?;
            tx.delete_member(corp, no)
        }
        (11, _, _, Some(no)) => tx.set_active(corp, no).map(drop),
        (12 | 13, _, Some(parent), _) => {
            let id = DeptId(1_000 + tx.next_number(corp, "department")?);
            let mut new = department(id, Some(parent.id), a);
            permit(&mut new, &state, corp, member, other, a);
            tx.insert_department(corp, &new)
        }
        (14 | 15, _, Some(mut dept), _) => {
            let to = pick(state.departments.keys(), a).copied();
            let below = state.subtree(dept.id);
            if let (Some(to), Some(_)) = (to, dept.parent_id)
                && !below.contains(&to)
            {
                dept.parent_id = Some(to);
            }
            (dept.profile.name, dept.profile.order) = (format!("部门{a}"), i64::from(b % 7));
            permit(&mut dept, &state, corp, member, other, b);
            tx.update_department(corp, &dept)
        }
        (16, ..) => {
            let is_empty = |node: &&Arc<crate::DepartmentNode>| {
                node.members.is_empty() && node.children.is_empty() && node.department.parent_id.is_some()
            };
            let empty: Vec<DeptId> =
                state.departments.values().filter(is_empty).map(|node| node.department.id).collect();
            match pick(empty.iter(), a) {
                Some(id) => tx.delete_department(corp, *id),
                None => Ok(()),
            }
        }
        (17, _, Some(dept), _) => {
            let node = state.department(dept.id)?;
            let leaders: Vec<MemberNo> =
                node.members.iter().filter(|no| no.0 % 2 == u32::from(a % 2)).collect();
            tx.set_leaders(corp, dept.id, &leaders)
        }
        (18, _, Some(dept), _) => tx.clear_group_owner(corp, dept.id),
        (19, ..) => {
            let id = RoleId(tx.next_number(corp, "role")?);
            tx.insert_role(corp, &Role { id, group_id: RoleGroupId(1), name: id.to_string() })
        }
        (20, ..) => {
            let unused = state.role_members.iter().find(|(_, members)| members.is_empty());
            unused.map_or(Ok(()), |(role, _)| tx.delete_role(corp, *role))
        }
        (21, _, _, Some(no)) => role.map_or(Ok(()), |role| tx.grant_role(corp, role, no)),
        (22, ..) => match role.and_then(|role| Some((role, state.role_members.get(&role)?.iter().next()?))) {
            Some((role, no)) => tx.revoke_role(corp, role, no),
            None => Ok(()),
        },
        (23, _, _, Some(no)) => {
            let day = jiff::civil::date(2025, 1, 1).saturating_add(jiff::Span::new().days(b % 60));
            tx.record_activity(corp, day, no)?;
            if b % 4 == 0 { tx.fold_active_day(corp, day, 2).map(drop) } else { Ok(()) }
        }
        (24, Some(account), ..) => send(tx, corp, &account.id, &state, a, b),
        (25, Some(account), ..) => {
            let sent: Vec<SendSeq> = state
                .broadcasts
                .get(&account.id)
                .map(|timeline| timeline.iter().map(|broadcast| broadcast.seq).collect())
                .unwrap_or_default();
            let seq = pick(sent.iter(), b).copied().unwrap_or(SendSeq(1));
            tx.recall_send(corp, &account.id, seq, at)
        }
        (26, ..) => {
            let key = AppKey::from(format!("{corp}-app{}", tx.next_number(corp, "agent")?));
            tx.insert_app(&App {
                key,
                corp: corp.clone(),
                agent_id: 1,
                name: String::new(),
                app_type: AppType::Internal,
                secret_hash: vec![a],
                grants: BTreeSet::from([a.to_string()]),
                created_at: at,
                disabled: false,
            })
        }
        (27, ..) => match app {
            Some(app) if b % 5 == 0 => tx.set_app(&app, &b.to_string(), b % 2 == 0),
            Some(app) if b % 2 == 0 => tx.set_grants(&app, BTreeSet::from([b.to_string()])),
            Some(app) => tx.set_secret(&app, vec![b]),
            None => Ok(()),
        },
        (28, ..) => match app {
            Some(app) => {
                // Two organisations never make the same token, whatever their numbers are.
                let mut hash = [corp.as_str().as_bytes()[0]; 32];
                hash[..8].copy_from_slice(&tx.next_number(corp, "token")?.to_be_bytes());
                tx.set_app_token(&app, &StoredToken { nonce: vec![b], hash, expires_at: at })
            }
            None => Ok(()),
        },
        (29, ..) => match app {
            Some(app) if b % 3 == 0 => tx.delete_subscription(corp, &app),
            Some(app) => tx.set_subscription(corp, &subscription(app, b)),
            None => Ok(()),
        },
        (30, ..) => match app {
            Some(app) if b % 3 == 0 => tx.delete_stream_channel(corp, &app, Channel::Events),
            Some(app) => tx.set_stream_channel(corp, &app, Channel::ALL[usize::from(b % 2)], at),
            None => Ok(()),
        },
        (32, _, _, Some(no)) => {
            let level = [None, Some(AdminLevel::Main), Some(AdminLevel::Sub)][usize::from(b % 3)];
            tx.set_admin(corp, &userid(corp, no), level)
        }
        (33, _, _, Some(no)) if b % 4 == 0 => tx.clear_manager(corp, &userid(corp, no)),
        (33, _, _, Some(no)) => {
            let Some(mut member) = tx.member(corp, no)? else { panic!("a member without a row") };
            member.profile.manager_userid = other.map(|no| userid(corp, no).to_string()).unwrap_or_default();
            tx.update_member(corp, &member)
        }
        (31, ..) if b % 2 == 0 => tx.release_restored(corp).map(drop),
        (31, ..) => tx.set_restoration(corp, Restoration { restored_at: at, held: true }),
        (34, ..) => {
            let limits = WindowLimits {
                since: (a % 3 == 0).then_some(Timestamp(i64::from(b))),
                broadcasts: (a % 3 == 1).then_some(u64::from(b % 8)),
                bytes: (a % 3 == 2).then_some(u64::from(b) * 4),
            };
            tx.move_broadcast_window(corp, &limits).map(drop)
        }
        (35, ..) => {
            let group = group(corp, tx.next_number(corp, "group")?, a, b);
            tx.insert_group(corp, &group)
        }
        (36, ..) => {
            let found = tx.groups(corp, &GroupFilter::all(), i64::from(a % 8), 1)?;
            let Some(before) = found.first() else { return Ok(()) };
            let after = Group { active_at: before.active_at, ..group(corp, before.no.0, b, a) };
            tx.update_group_lifespan(corp, before, &after)
        }
        (37, ..) => {
            // Some names and hosts are those of the other organisation: such a unit fails.
            let of = if a % 8 == 0 { "shared" } else { corp.as_str() };
            let logo = Logo { media: MediaId::from("@lA"), width: a.into(), height: b.into() };
            let changed = Corp {
                name: a.to_string(),
                short_name: format!("{of}-{}", a % 16),
                former_short_names: (16..16 + b % 3).map(|number| format!("{of}-{number}")).collect(),
                hosts: (0..a % 3).map(|number| format!("{of}-{number}.example")).collect(),
                accent_color: (b % 2 == 0).then_some(Color::new(a, b, 0)),
                logo: (b % 3 == 0).then_some(logo),
                ..Corp::clone(&state.corp)
            };
            tx.update_corp(&changed, at)
        }
        _ => Ok(()),
    }
}
