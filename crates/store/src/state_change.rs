//! Changes of the snapshot, as values.
//!
//! A function that writes rows also makes the equivalent [`StateChange`], and only [`Tx::apply`](crate::Tx) changes the snapshot.
//! So the changes of a unit of work can be recorded, sent and replayed: applied in order to an older snapshot, they give the
//! snapshot that is loaded from the rows (`state_change/tests.rs`).

#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, sync::Arc};

use carillon_model::{
    account_audience::AccountList,
    chat::AutoReplies,
    contact::Department,
    day::Day,
    error::{Error, Result},
    event::Channel,
    group::GroupKind,
    id::{AccountId, AppKey, CorpId, DeptId, MemberNo, RoleId, SendSeq, UserId},
    service_account::{Menu, ServiceAccount},
    time::Timestamp,
};
use jiff::civil::Date;

use crate::{
    app::App,
    corp::Corp,
    group_count::GroupCount,
    restoration::Restoration,
    state::{CorpState, State, Token},
    subscription::Subscription,
    timeline::Broadcast,
};

/// A change of the snapshot: of one organisation, or of the registry.
#[derive(Clone, Debug, PartialEq)]
pub enum SnapshotChange {
    /// Of an organisation.
    Corp(CorpId, StateChange),
    /// Of the registry.
    Registry(RegistryChange),
}

/// A change of the registry: the list of organisations, their apps and tokens.
#[derive(Clone, Debug, PartialEq)]
pub enum RegistryChange {
    /// A new organisation, still empty.
    CorpAdded(Corp),
    /// The properties of an organisation were replaced.
    CorpSet(Corp),
    /// A new app.
    AppAdded(Arc<App>),
    /// The permissions of an app were replaced.
    GrantsSet {
        /// The app.
        app: AppKey,
        /// All its permissions.
        grants: BTreeSet<String>,
    },
    /// The name of an app was replaced, or whether it is disabled.
    AppSet {
        /// The app.
        app: AppKey,
        /// The new name.
        name: String,
        /// Whether it is disabled.
        disabled: bool,
    },
    /// The secret of an app was replaced.
    SecretReplaced {
        /// The app.
        app: AppKey,
        /// SHA-256 of the new secret.
        secret_hash: Vec<u8>,
    },
    /// A token was issued.
    TokenAdded {
        /// SHA-256 of the token.
        hash: [u8; 32],
        /// Its app and expiry.
        token: Token,
    },
    /// A token was removed.
    TokenRemoved {
        /// SHA-256 of the token.
        hash: [u8; 32],
    },
}

/// A change of one organisation's part of the snapshot.
#[derive(Clone, Debug, PartialEq)]
pub enum StateChange {
    /// A service account was added, or its properties were replaced.
    AccountSet(Arc<ServiceAccount>),
    /// The menu of an account was replaced.
    MenuSet {
        /// The account.
        account: AccountId,
        /// Its whole menu.
        menu: Menu,
    },
    /// One of an account's lists of members was replaced.
    AccountListSet {
        /// The account.
        account: AccountId,
        /// Which list.
        list: AccountList,
        /// All its members.
        members: Vec<(MemberNo, UserId)>,
    },
    /// The send scope of an account was replaced.
    AccountScopeSet {
        /// The account.
        account: AccountId,
        /// Whether it may send to everybody.
        allows_all: bool,
        /// Departments that it may send to.
        departments: BTreeSet<DeptId>,
    },
    /// A member was removed from all lists of accounts.
    AccountListsLeft {
        /// The member.
        member: MemberNo,
        /// The accounts with the member on a list.
        accounts: Vec<AccountId>,
    },
    /// The automatic replies of an account were replaced.
    AutoRepliesSet {
        /// The account.
        account: AccountId,
        /// All its replies.
        replies: Arc<AutoReplies>,
    },
    /// Members were added.
    MembersAdded(Vec<AddedMember>),
    /// The memberships of a member were replaced.
    MembershipsSet {
        /// The member.
        member: MemberNo,
        /// The former departments.
        left: Vec<LeftDepartment>,
        /// The new departments.
        joined: Vec<JoinedDepartment>,
    },
    /// Data of members changed that is not in the snapshot.
    MembersEdited(Vec<MemberNo>),
    /// A member was removed. Memberships, roles and lists have their own changes.
    MemberRemoved(MemberNo),
    /// A member signed in for the first time.
    MemberActivated(MemberNo),
    /// A department without members was added.
    DepartmentAdded(Arc<Department>),
    /// The properties of a department were replaced, possibly its parent.
    DepartmentUpdated(Arc<Department>),
    /// A department without members and children was removed.
    DepartmentRemoved(DeptId),
    /// The leaders of a department were replaced.
    LeadersSet {
        /// The department.
        dept: DeptId,
        /// All its leaders.
        leaders: BTreeSet<MemberNo>,
    },
    /// The owner of the group chat of a department was removed.
    GroupOwnerCleared(DeptId),
    /// A member was removed from the visibility lists of a department.
    UserPermitsRemoved {
        /// The department that has the lists.
        dept: DeptId,
        /// The member.
        userid: UserId,
    },
    /// A department was removed from the visibility lists of another one.
    DepartmentPermitsRemoved {
        /// The department that has the lists.
        dept: DeptId,
        /// The removed department.
        gone: DeptId,
    },
    /// A role without members was added.
    RoleAdded(RoleId),
    /// A role was removed.
    RoleRemoved(RoleId),
    /// A member got a role.
    RoleGranted {
        /// The role.
        role: RoleId,
        /// The member.
        member: MemberNo,
    },
    /// A member lost a role.
    RoleRevoked {
        /// The role.
        role: RoleId,
        /// The member.
        member: MemberNo,
    },
    /// A member was active on a day.
    MemberActive {
        /// The day.
        day: Date,
        /// The member.
        member: MemberNo,
    },
    /// Groups were created or dissolved on a day. A negative count takes back an earlier one.
    GroupsCounted {
        /// The day.
        day: Day,
        /// Their kind.
        kind: GroupKind,
        /// Their number.
        count: GroupCount,
    },
    /// A broadcast was added.
    BroadcastAdded {
        /// The sending account.
        account: AccountId,
        /// The broadcast.
        broadcast: Arc<Broadcast>,
    },
    /// A send was recalled.
    BroadcastRecalled {
        /// The sending account.
        account: AccountId,
        /// The number of the send. It may be an indexed send, or too old for the snapshot.
        seq: SendSeq,
    },
    /// The window of broadcasts begins at another number. Older broadcasts are in rows only.
    BroadcastWindowMoved {
        /// The first number.
        first: SendSeq,
    },
    /// The subscription of an app was replaced.
    SubscriptionSet(Arc<Subscription>),
    /// The subscription of an app was removed.
    SubscriptionRemoved(AppKey),
    /// The Stream clients of an app opened a channel.
    StreamChannelSet {
        /// The app.
        app: AppKey,
        /// The channel.
        channel: Channel,
        /// When. An earlier time than the stored one changes nothing.
        opened_at: Timestamp,
    },
    /// The Stream clients of an app have not opened a channel for long.
    StreamChannelRemoved {
        /// The app.
        app: AppKey,
        /// The channel.
        channel: Channel,
    },
    /// The organisation was restored from a backup, or released what it held back.
    RestorationSet(Restoration),
}

/// A new member, with the data that the snapshot contains.
#[derive(Clone, Debug, PartialEq)]
pub struct AddedMember {
    /// The member.
    pub member: MemberNo,
    /// Whether the member has signed in before.
    pub active: bool,
    /// The departments of the member.
    pub joined: Vec<JoinedDepartment>,
}

/// A new membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JoinedDepartment {
    /// The department.
    pub dept: DeptId,
    /// Whether the member leads it.
    pub leads: bool,
    /// The custom order of the member in the department.
    pub order: i64,
}

/// A removed membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftDepartment {
    /// The department.
    pub dept: DeptId,
    /// The custom order of the member in the department.
    pub order: i64,
}

impl RegistryChange {
    /// The organisation of the change.
    pub(crate) fn corp<'a>(&'a self, state: &'a State) -> Option<&'a CorpId> {
        match self {
            Self::CorpAdded(corp) | Self::CorpSet(corp) => Some(&corp.id),
            Self::AppAdded(app) => Some(&app.corp),
            Self::GrantsSet { app, .. } | Self::AppSet { app, .. } | Self::SecretReplaced { app, .. } => {
                state.corp_of_app(app)
            }
            Self::TokenAdded { token, .. } => state.corp_of_app(&token.app_key),
            Self::TokenRemoved { hash } => state.corp_of_token(hash),
        }
    }
}

impl State {
    /// Applies a change.
    ///
    /// # Errors
    /// The changed object does not exist: the snapshot is not the one for which the change was made.
    pub fn apply(&mut self, change: &SnapshotChange) -> Result<()> {
        match change {
            SnapshotChange::Corp(corp, change) => {
                let state = self.corps.get_mut(corp).map(Arc::make_mut);
                state.ok_or_else(|| Error::internal("the organisation does not exist"))?.apply(change)
            }
            SnapshotChange::Registry(change) => self.apply_to_registry(change),
        }
    }

    fn apply_to_registry(&mut self, change: &RegistryChange) -> Result<()> {
        match change {
            RegistryChange::CorpAdded(corp) => {
                self.index_addresses(corp);
                self.corps.insert(corp.id.clone(), Arc::new(CorpState::new(corp.clone())));
            }
            RegistryChange::CorpSet(corp) => {
                let before = Arc::clone(&self.corp(&corp.id)?.corp);
                self.unindex_addresses(&before);
                self.index_addresses(corp);
                if let Some(state) = self.corps.get_mut(&corp.id) {
                    Arc::make_mut(state).corp = Arc::new(corp.clone());
                }
            }
            RegistryChange::AppAdded(app) => {
                self.apps.insert(app.key.clone(), Arc::clone(app));
            }
            RegistryChange::GrantsSet { app, grants } => self.app_mut(app)?.grants.clone_from(grants),
            RegistryChange::AppSet { app, name, disabled } => {
                let app = self.app_mut(app)?;
                (app.name, app.disabled) = (name.clone(), *disabled);
            }
            RegistryChange::SecretReplaced { app, secret_hash } => {
                self.app_mut(app)?.secret_hash.clone_from(secret_hash);
            }
            RegistryChange::TokenAdded { hash, token } => {
                self.tokens.insert(*hash, token.clone());
            }
            RegistryChange::TokenRemoved { hash } => {
                self.tokens.remove(hash);
            }
        }
        Ok(())
    }
}

impl CorpState {
    fn apply(&mut self, change: &StateChange) -> Result<()> {
        match change {
            StateChange::AccountSet(account) => self.put_account(Arc::clone(account)),
            StateChange::MenuSet { account, menu } => self.account_mut(account)?.menu = Some(menu.clone()),
            StateChange::AccountListSet { account, list, members } => {
                self.change_account_audience(account, |account_audience| {
                    *account_audience.list_mut(*list) = members.iter().cloned().collect()
                });
            }
            StateChange::AccountScopeSet { account, allows_all, departments } => {
                self.change_account_audience(account, |account_audience| {
                    (account_audience.allows_all, account_audience.allowed_departments) =
                        (*allows_all, departments.clone());
                });
            }
            StateChange::AccountListsLeft { member, accounts } => {
                for account in accounts {
                    self.change_account_audience(account, |account_audience| {
                        for list in AccountList::ALL {
                            account_audience.list_mut(list).remove(*member);
                        }
                    });
                }
            }
            StateChange::AutoRepliesSet { account, replies } => {
                self.put_auto_replies(account, Arc::clone(replies));
            }
            StateChange::MembersAdded(members) => self.add_members(members)?,
            StateChange::MembershipsSet { member, left, joined } => {
                self.member_edits.changed(*member);
                self.leave_departments(*member, left)?;
                self.join_departments(*member, joined)?;
            }
            StateChange::MemberRemoved(member) => {
                Arc::make_mut(&mut self.everyone).remove(*member);
                Arc::make_mut(&mut self.activated).remove(*member);
                self.member_edits.changed(*member);
            }
            StateChange::MemberActivated(member) => {
                Arc::make_mut(&mut self.activated).insert(*member);
                self.member_edits.changed(*member);
            }
            StateChange::DepartmentAdded(department) => {
                self.put_department(Department::clone(department));
                self.join_parent(department.id, department.parent_id)?;
            }
            StateChange::DepartmentUpdated(department) => self.update_department(department)?,
            StateChange::DepartmentRemoved(id) => {
                self.leave_parent(*id)?;
                self.departments.remove(id);
            }
            StateChange::MembersEdited(members) => {
                for member in members {
                    self.member_edits.changed(*member);
                }
            }
            StateChange::LeadersSet { dept, leaders } => {
                let node = self.department_mut(*dept)?;
                let before = std::mem::replace(&mut node.leaders, leaders.clone());
                for member in before.symmetric_difference(leaders) {
                    self.member_edits.changed(*member);
                }
            }
            StateChange::GroupOwnerCleared(dept) => {
                self.department_mut(*dept)?.department.profile.org_dept_owner = None;
            }
            StateChange::UserPermitsRemoved { dept, userid } => {
                let profile = &mut self.department_mut(*dept)?.department.profile;
                profile.user_permits.retain(|permitted| permitted != userid);
                profile.outer_permit_users.retain(|permitted| permitted != userid);
            }
            StateChange::DepartmentPermitsRemoved { dept, gone } => {
                let profile = &mut self.department_mut(*dept)?.department.profile;
                profile.dept_permits.retain(|permitted| permitted != gone);
                profile.outer_permit_depts.retain(|permitted| permitted != gone);
            }
            StateChange::RoleAdded(role) => {
                self.role_members.insert(*role, Arc::default());
            }
            StateChange::RoleRemoved(role) => {
                self.role_members.remove(role);
            }
            StateChange::RoleGranted { role, member } => {
                Arc::make_mut(self.role_members.entry(*role).or_default()).insert(*member);
            }
            StateChange::RoleRevoked { role, member } => {
                if let Some(members) = self.role_members.get_mut(role) {
                    Arc::make_mut(members).remove(*member);
                }
            }
            StateChange::MemberActive { day, member } => {
                self.add_active(*day, &std::iter::once(*member).collect());
            }
            StateChange::GroupsCounted { day, kind, count } => self.add_group_count(*day, *kind, *count),
            StateChange::BroadcastAdded { account, broadcast } => {
                self.broadcasts.push(account, broadcast);
            }
            StateChange::BroadcastRecalled { account, seq } => self.broadcasts.remove(account, *seq),
            StateChange::BroadcastWindowMoved { first } => self.broadcasts.begin_at(*first),
            StateChange::SubscriptionSet(subscription) => {
                self.subscriptions.insert(subscription.app.clone(), Arc::clone(subscription));
            }
            StateChange::SubscriptionRemoved(app) => {
                self.subscriptions.remove(app);
            }
            StateChange::StreamChannelSet { app, channel, opened_at } => {
                let known = self.stream_channels.entry((app.clone(), *channel)).or_insert(*opened_at);
                *known = (*known).max(*opened_at);
            }
            StateChange::StreamChannelRemoved { app, channel } => {
                self.stream_channels.remove(&(app.clone(), *channel));
            }
            StateChange::RestorationSet(restoration) => self.restoration = Some(*restoration),
        }
        Ok(())
    }
}
