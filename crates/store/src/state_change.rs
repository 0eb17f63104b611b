//! Changes of the snapshot as values.
//!
//! The function of an area that writes rows also makes the [`StateChange`] that says the same of the snapshot, and
//! [`Tx::apply`](crate::Tx) is the only way by which the snapshot changes. So the changes of a unit of work can be recorded, sent
//! and applied again: applied in order to an older snapshot they give the one that the rows load to (`state_change/tests.rs`).

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

/// A change of what all organisations share: which ones there are, their apps and tokens.
#[derive(Clone, Debug, PartialEq)]
pub enum RegistryChange {
    /// A new organisation, still empty.
    CorpAdded(Corp),
    /// An organisation has other properties.
    CorpSet(Corp),
    /// A new app.
    AppAdded(Arc<App>),
    /// The permissions of an app are these from now on.
    GrantsSet {
        /// The app.
        app: AppKey,
        /// All its permissions.
        grants: BTreeSet<String>,
    },
    /// An app has another secret.
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
        /// Whose it is, and how long it lives.
        token: Token,
    },
    /// A token is refused from now on.
    TokenRemoved {
        /// SHA-256 of the token.
        hash: [u8; 32],
    },
}

/// A change of one organisation's part of the snapshot.
#[derive(Clone, Debug, PartialEq)]
pub enum StateChange {
    /// A service account is new, or has other properties.
    AccountSet(Arc<ServiceAccount>),
    /// An account has another menu.
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
        /// Everybody on it.
        members: Vec<(MemberNo, UserId)>,
    },
    /// Whom an account may send to was replaced.
    AccountScopeSet {
        /// The account.
        account: AccountId,
        /// Whether it may send to everybody.
        allows_all: bool,
        /// Departments that it may send to.
        departments: BTreeSet<DeptId>,
    },
    /// A member left all lists of accounts.
    AccountListsLeft {
        /// The member.
        member: MemberNo,
        /// The accounts that had the member on a list.
        accounts: Vec<AccountId>,
    },
    /// What an account answers by itself was replaced.
    AutoRepliesSet {
        /// The account.
        account: AccountId,
        /// All its rules.
        replies: Arc<AutoReplies>,
    },
    /// New members.
    MembersAdded(Vec<AddedMember>),
    /// The departments of a member were replaced.
    MembershipsSet {
        /// The member.
        member: MemberNo,
        /// Departments that the member belonged to.
        left: Vec<LeftDepartment>,
        /// Departments that the member belongs to now.
        joined: Vec<JoinedDepartment>,
    },
    /// Something else of members changed that the snapshot does not know.
    MembersEdited(Vec<MemberNo>),
    /// A member is gone. Memberships, roles and lists have changes of their own.
    MemberRemoved(MemberNo),
    /// A member signed in for the first time.
    MemberActivated(MemberNo),
    /// A new department, without members.
    DepartmentAdded(Arc<Department>),
    /// A department has other properties, and perhaps another parent.
    DepartmentUpdated(Arc<Department>),
    /// A department without members and children is gone.
    DepartmentRemoved(DeptId),
    /// Who leads a department was replaced.
    LeadersSet {
        /// The department.
        dept: DeptId,
        /// All its leaders.
        leaders: BTreeSet<MemberNo>,
    },
    /// The group chat of a department has no owner any more.
    GroupOwnerCleared(DeptId),
    /// A member left the lists of who may see a department and whom its members see.
    UserPermitsRemoved {
        /// The department that has the lists.
        dept: DeptId,
        /// The member who left them.
        userid: UserId,
    },
    /// A department left the lists of which departments may see one and which ones its members see.
    DepartmentPermitsRemoved {
        /// The department that has the lists.
        dept: DeptId,
        /// The department that left them.
        gone: DeptId,
    },
    /// A new role, which nobody has.
    RoleAdded(RoleId),
    /// A role is gone.
    RoleRemoved(RoleId),
    /// A member has a role.
    RoleGranted {
        /// The role.
        role: RoleId,
        /// Who has it now.
        member: MemberNo,
    },
    /// A member has a role no more.
    RoleRevoked {
        /// The role.
        role: RoleId,
        /// Who had it.
        member: MemberNo,
    },
    /// A member was active on a day.
    MemberActive {
        /// The day.
        day: Date,
        /// The member.
        member: MemberNo,
    },
    /// Groups were created or dissolved on a day; less than none, if they no more count as that.
    GroupsCounted {
        /// The day.
        day: Day,
        /// What they are.
        kind: GroupKind,
        /// How many.
        count: GroupCount,
    },
    /// A send that members find by its bitmap.
    BroadcastAdded {
        /// The sending account.
        account: AccountId,
        /// The send.
        broadcast: Arc<Broadcast>,
    },
    /// A send was recalled.
    BroadcastRecalled {
        /// The sending account.
        account: AccountId,
        /// The place of the send; it may have been indexed, or be too old for the snapshot.
        seq: SendSeq,
    },
    /// The snapshot holds the broadcasts from a place on; older ones are rows alone.
    BroadcastWindowMoved {
        /// The first place.
        first: SendSeq,
    },
    /// An app has another subscription.
    SubscriptionSet(Arc<Subscription>),
    /// An app has no subscription any more.
    SubscriptionRemoved(AppKey),
    /// An app's Stream clients asked for a channel.
    StreamChannelSet {
        /// The app.
        app: AppKey,
        /// The channel.
        channel: Channel,
        /// When; an earlier moment than the one that is known changes nothing.
        opened_at: Timestamp,
    },
    /// An app's Stream clients are not thought to want a channel any more.
    StreamChannelRemoved {
        /// The app.
        app: AppKey,
        /// The channel.
        channel: Channel,
    },
    /// The organisation was restored from a backup, or let go of what it held back.
    RestorationSet(Restoration),
}

/// A new member, as far as the snapshot knows members.
#[derive(Clone, Debug, PartialEq)]
pub struct AddedMember {
    /// The member.
    pub member: MemberNo,
    /// Has signed in before.
    pub active: bool,
    /// Departments that the member belongs to.
    pub joined: Vec<JoinedDepartment>,
}

/// A department that a member belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JoinedDepartment {
    /// The department.
    pub dept: DeptId,
    /// Whether the member leads it.
    pub leads: bool,
    /// The member's number in its order.
    pub order: i64,
}

/// A department that a member belonged to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftDepartment {
    /// The department.
    pub dept: DeptId,
    /// The member's number in its order.
    pub order: i64,
}

impl RegistryChange {
    /// The organisation that it belongs to.
    pub(crate) fn corp<'a>(&'a self, state: &'a State) -> Option<&'a CorpId> {
        match self {
            Self::CorpAdded(corp) | Self::CorpSet(corp) => Some(&corp.id),
            Self::AppAdded(app) => Some(&app.corp),
            Self::GrantsSet { app, .. } | Self::SecretReplaced { app, .. } => state.corp_of_app(app),
            Self::TokenAdded { token, .. } => state.corp_of_app(&token.app_key),
            Self::TokenRemoved { hash } => state.corp_of_token(hash),
        }
    }
}

impl State {
    /// Applies a change.
    ///
    /// # Errors
    /// When it changes what is not there: then the snapshot is not the one that the change was made for.
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
