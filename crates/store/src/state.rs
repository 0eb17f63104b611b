//! The snapshot that serves frequent reads: a persistent value that a unit of work changes beside the rows.
//!
//! Copies share everything that did not change, so a copy costs a few reference counts. A unit that fails drops its copy; a
//! commit publishes one. Only [`StateChange`](crate::StateChange) changes it, and loading all rows gives an equal value.

use std::{collections::BTreeSet, sync::Arc};

use carillon_model::{
    account_audience::AccountAudience,
    audience::Audience,
    chat::AutoReplies,
    contact::Department,
    day::Day,
    error::{Error, Result, Rule},
    event::Channel,
    id::{AccountId, AppKey, CorpId, DeptId, MemberNo, RoleId},
    service_account::ServiceAccount,
    time::Timestamp,
};
use imbl::{HashMap, OrdMap};
use jiff::civil::Date;

use crate::{
    app::App, broadcast_window::BroadcastWindow, corp::Corp, custom_order::CustomOrder,
    group_count::CountsOfDay, member_edits::MemberEdits, restoration::Restoration,
    subscription::Subscription,
};

/// The snapshot of all organisations.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// Counts the commits that changed the registry: apps, tokens, the list of organisations. Rows contain it too.
    pub(crate) registry_version: i64,
    /// Organisations.
    pub corps: HashMap<CorpId, Arc<CorpState>>,
    /// Organisations by present and former short names: see [`State::corp_of_short_name`].
    pub(crate) short_names: HashMap<String, CorpId>,
    /// Organisations by their host names: see [`State::corp_of_host`].
    pub(crate) hosts: HashMap<String, CorpId>,
    /// Apps of all organisations.
    pub apps: HashMap<AppKey, Arc<App>>,
    /// Tokens by the SHA-256 of their text.
    pub tokens: HashMap<[u8; 32], Token>,
}

/// A token that may be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The app.
    pub app_key: AppKey,
    /// The time from which on it is rejected.
    pub expires_at: Timestamp,
}

/// The part of an organisation.
#[derive(Clone, Debug, PartialEq)]
pub struct CorpState {
    /// Counts the commits that changed the organisation. Rows contain it too, so that a reader finds the snapshot of the same
    /// version.
    pub(crate) version: i64,
    /// Name, time zone.
    pub corp: Arc<Corp>,
    /// Service accounts with their menus, in the order of creation.
    pub accounts: OrdMap<i64, Arc<ServiceAccount>>,
    /// The key of an account in [`CorpState::accounts`].
    pub account_seqs: HashMap<AccountId, i64>,
    /// Lists and send scopes of accounts that differ from the default: see [`CorpState::account_audience`].
    pub(crate) account_audiences: HashMap<AccountId, Arc<AccountAudience>>,
    /// All members.
    pub everyone: Arc<Audience>,
    /// Members who have signed in at least once.
    pub activated: Arc<Audience>,
    /// The active members of the newest [`ACTIVE_DAYS`](crate::ACTIVE_DAYS) days with any activity.
    pub active_on: OrdMap<Date, Arc<Audience>>,
    /// Numbers of groups that were created and dissolved: see [`CorpState::groups_until`].
    pub(crate) group_counts: OrdMap<Day, CountsOfDay>,
    /// The members that changed lately.
    pub(crate) member_edits: MemberEdits,
    /// The department tree.
    pub departments: OrdMap<DeptId, Arc<DepartmentNode>>,
    /// Members by role.
    pub role_members: HashMap<RoleId, Arc<Audience>>,
    /// The newest broadcasts.
    pub broadcasts: BroadcastWindow,
    /// The event subscriptions of apps.
    pub subscriptions: OrdMap<AppKey, Arc<Subscription>>,
    /// Channels that Stream clients opened, and when they last did.
    pub stream_channels: OrdMap<(AppKey, Channel), Timestamp>,
    /// Automatic replies of accounts that have any: see [`CorpState::auto_replies`].
    pub(crate) auto_replies: HashMap<AccountId, Arc<AutoReplies>>,
    /// Set if it was restored from a backup.
    pub restoration: Option<Restoration>,
}

/// A department, its direct members and its children.
#[derive(Clone, Debug, PartialEq)]
pub struct DepartmentNode {
    /// The department.
    pub department: Department,
    /// Its direct members.
    pub members: Arc<Audience>,
    /// The direct members with a custom order.
    pub(crate) custom_order: CustomOrder,
    /// The direct members who lead it.
    pub leaders: BTreeSet<MemberNo>,
    /// Its children, in their order.
    pub children: Vec<DeptId>,
    /// The name in Latin letters.
    pub spelling: String,
}

impl State {
    /// The part of an organisation.
    pub fn corp(&self, corp: &CorpId) -> Result<&Arc<CorpState>> {
        self.corps.get(corp).ok_or_else(|| Error::internal("the organisation does not exist"))
    }

    /// The organisation of an app.
    pub fn corp_of_app(&self, app: &AppKey) -> Option<&CorpId> {
        self.apps.get(app).map(|app| &app.corp)
    }

    /// The organisation that has or had a short name.
    pub fn corp_of_short_name(&self, name: &str) -> Option<&Arc<CorpState>> {
        self.corps.get(self.short_names.get(name)?)
    }

    /// The organisation with a host name.
    pub fn corp_of_host(&self, host: &str) -> Option<&Arc<CorpState>> {
        self.corps.get(self.hosts.get(host)?)
    }

    /// Indexes an organisation by its short names and host names.
    pub(crate) fn index_addresses(&mut self, corp: &Corp) {
        for name in corp.short_names() {
            self.short_names.insert(name.clone(), corp.id.clone());
        }
        for host in &corp.hosts {
            self.hosts.insert(host.clone(), corp.id.clone());
        }
    }

    /// Removes an organisation from these indexes.
    pub(crate) fn unindex_addresses(&mut self, corp: &Corp) {
        for name in corp.short_names() {
            self.short_names.remove(name);
        }
        for host in &corp.hosts {
            self.hosts.remove(host);
        }
    }

    /// The organisation of a token by the SHA-256 of its text.
    pub fn corp_of_token(&self, hash: &[u8; 32]) -> Option<&CorpId> {
        self.corp_of_app(&self.tokens.get(hash)?.app_key)
    }
}

impl CorpState {
    /// Counts the commits that changed the organisation, as part of keys of caches.
    pub fn version(&self) -> i64 {
        self.version
    }

    pub(crate) fn new(corp: Corp) -> Self {
        Self {
            version: 0,
            corp: Arc::new(corp),
            accounts: OrdMap::new(),
            account_seqs: HashMap::new(),
            account_audiences: HashMap::new(),
            everyone: Arc::default(),
            activated: Arc::default(),
            active_on: OrdMap::new(),
            group_counts: OrdMap::new(),
            member_edits: MemberEdits::new(),
            departments: OrdMap::new(),
            role_members: HashMap::new(),
            broadcasts: BroadcastWindow::default(),
            subscriptions: OrdMap::new(),
            stream_channels: OrdMap::new(),
            auto_replies: HashMap::new(),
            restoration: None,
        }
    }

    /// A service account, disabled or not.
    pub fn account(&self, id: &AccountId) -> Result<&Arc<ServiceAccount>> {
        self.account_seqs
            .get(id)
            .and_then(|seq| self.accounts.get(seq))
            .ok_or(Error::Rule(Rule::UnknownAccount))
    }

    /// Returns true if a member was active on one of the days in the snapshot.
    pub fn was_active(&self, day: Date, member: MemberNo) -> bool {
        self.active_on.get(&day).is_some_and(|members| members.contains(member))
    }

    /// A department.
    pub fn department(&self, id: DeptId) -> Result<&Arc<DepartmentNode>> {
        self.departments.get(&id).ok_or(Error::Rule(Rule::UnknownDepartment))
    }

    /// A department and all below it, the department itself first.
    pub fn subtree(&self, top: DeptId) -> Vec<DeptId> {
        let mut found = Vec::new();
        let mut waiting = vec![top];
        while let Some(id) = waiting.pop() {
            if let Some(node) = self.departments.get(&id) {
                found.push(id);
                waiting.extend(&node.children);
            }
        }
        found
    }

    /// A department and its ancestors, the department itself first, the root last.
    pub fn lineage(&self, bottom: DeptId) -> Vec<DeptId> {
        let mut found = Vec::new();
        let mut next = Some(bottom);
        while let Some(node) = next.and_then(|id| self.departments.get(&id)) {
            found.push(node.department.id);
            next = node.department.parent_id;
        }
        found
    }

    /// Members of a department and of all below it.
    pub fn members_below(&self, top: DeptId) -> Audience {
        let mut members = Audience::empty();
        for id in self.subtree(top) {
            if let Some(node) = self.departments.get(&id) {
                members.unite(&node.members);
            }
        }
        members
    }
}
