//! Events that are delivered to subscribed apps. `wire::event` defines their form on the wire.

mod access;

use serde::{Deserialize, Serialize};

pub use self::access::EventAccess;
use crate::{
    id::{AccountId, AppKey, DeptId, EventId, RoleGroupId, RoleId, UserId},
    time::Timestamp,
};

/// The type of an event, by the documented name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EventKind {
    /// Members were added.
    MembersAdded,
    /// The record of a member changed.
    MemberChanged,
    /// Members left.
    MembersLeft,
    /// A member signed in for the first time.
    MemberActivated,
    /// Members became administrators.
    AdminsAdded,
    /// Members ceased to be administrators.
    AdminsRemoved,
    /// Departments were added.
    DepartmentsAdded,
    /// Departments changed.
    DepartmentsChanged,
    /// Departments were removed.
    DepartmentsRemoved,
    /// Roles or groups of roles were added.
    RolesAdded,
    /// A role or group of roles changed.
    RoleChanged,
    /// Roles or groups of roles were removed.
    RolesRemoved,
    /// Members were given roles, or lost them.
    RoleMembersChanged,
    /// A member wrote to a service account.
    AccountMessage,
    /// A member chose a menu item of a service account.
    AccountAction,
    /// An app of the organisation's own can be used.
    AppReleased,
    /// A test, which an operator or the app itself sends to one app. It cannot be subscribed to.
    Test,
}

impl EventKind {
    /// All types that Carillon raises for what happens.
    pub const ALL: [Self; 16] = [
        Self::MembersAdded,
        Self::MemberChanged,
        Self::MembersLeft,
        Self::MemberActivated,
        Self::AdminsAdded,
        Self::AdminsRemoved,
        Self::DepartmentsAdded,
        Self::DepartmentsChanged,
        Self::DepartmentsRemoved,
        Self::RolesAdded,
        Self::RoleChanged,
        Self::RolesRemoved,
        Self::RoleMembersChanged,
        Self::AccountMessage,
        Self::AccountAction,
        Self::AppReleased,
    ];

    /// The documented name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MembersAdded => "user_add_org",
            Self::MemberChanged => "user_modify_org",
            Self::MembersLeft => "user_leave_org",
            Self::MemberActivated => "user_active_org",
            Self::AdminsAdded => "org_admin_add",
            Self::AdminsRemoved => "org_admin_remove",
            Self::DepartmentsAdded => "org_dept_create",
            Self::DepartmentsChanged => "org_dept_modify",
            Self::DepartmentsRemoved => "org_dept_remove",
            Self::RolesAdded => "label_conf_add",
            Self::RoleChanged => "label_conf_modify",
            Self::RolesRemoved => "label_conf_del",
            Self::RoleMembersChanged => "label_user_change",
            Self::AccountMessage => "isw_user_msg_received",
            Self::AccountAction => "isw_user_event_received",
            Self::AppReleased => "inner_app_release",
            Self::Test => "check_url",
        }
    }

    /// Parses the documented name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().chain([Self::Test]).find(|kind| kind.as_str() == name)
    }

    /// The channel on which it is delivered besides [`Channel::Events`].
    pub fn other_channel(self) -> Option<Channel> {
        (self == Self::AccountMessage).then_some(Channel::BotMessages)
    }
}

/// Documented names that can be subscribed to although Carillon does not raise them, since apps subscribe to all names that they
/// know.
pub const NEVER_RAISED: &[&str] = &[
    "org_remove",
    "org_change",
    "edu_user_insert",
    "edu_user_update",
    "edu_user_delete",
    "edu_user_relation_insert",
    "edu_user_relation_update",
    "edu_user_relation_delete",
    "edu_dept_insert",
    "edu_dept_update",
    "edu_dept_delete",
    "bpms_task_change",
    "bpms_instance_change",
    "chat_add_member",
    "chat_remove_member",
    "chat_quit",
    "chat_update_owner",
    "chat_update_title",
    "chat_disband",
    "chat_disband_microapp",
    "check_in",
    "attendance_check_record",
    "attendance_schedule_change",
    "attendance_overtime_duration",
    "meetingroom_book",
    "meetingroom_room_info",
    "approve_open_group_expansion",
    "exclusive_data_transfer",
    "exclusive_delete_trusted_device",
    "org_file_send_check",
    "inner_app_status_change",
    "inner_app_version_publish",
    "inner_app_version_rollback",
    "org_micro_app_restore",
    "org_micro_app_stop",
    "org_micro_app_scope_update",
    "org_suite_change",
    "user_dept_change",
];

/// Returns true if an event name is documented.
pub fn is_documented(name: &str) -> bool {
    EventKind::ALL.iter().any(|kind| kind.as_str() == name) || NEVER_RAISED.contains(&name)
}

/// The channels of a Stream client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Channel {
    /// All events that the app subscribed to. The only channel of an HTTP callback.
    Events,
    /// Messages of members in the form for robots.
    BotMessages,
}

impl Channel {
    /// All channels.
    pub const ALL: [Self; 2] = [Self::Events, Self::BotMessages];

    /// The topic that clients subscribe to.
    pub fn topic(self) -> &'static str {
        match self {
            Self::Events => "*",
            Self::BotMessages => "/v1.0/im/bot/messages/get",
        }
    }

    /// Parses the topic.
    pub fn parse(topic: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.topic() == topic)
    }
}

/// The data of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventData {
    /// Members were added.
    MembersAdded(Vec<UserId>),
    /// A member's record changed.
    MemberChanged {
        /// The member.
        member: UserId,
        /// The former record.
        before: Box<MemberFacts>,
        /// The new record.
        after: Box<MemberFacts>,
    },
    /// Members left.
    MembersLeft(Vec<UserId>),
    /// A member signed in for the first time.
    MemberActivated(UserId),
    /// Members became administrators.
    AdminsAdded(Vec<UserId>),
    /// Members are administrators no more.
    AdminsRemoved(Vec<UserId>),
    /// Departments were added.
    DepartmentsAdded(Vec<DeptId>),
    /// Departments changed.
    DepartmentsChanged(Vec<DeptId>),
    /// Departments were removed.
    DepartmentsRemoved(Vec<DeptId>),
    /// Roles or groups of roles were added.
    RolesAdded(Vec<Label>),
    /// A role or group of roles changed.
    RoleChanged {
        /// The role or group.
        label: Label,
        /// Its name before.
        name_before: String,
        /// Its name now.
        name_after: String,
        /// The group that a role belongs to.
        group: Option<RoleGroupId>,
    },
    /// Roles or groups of roles were removed.
    RolesRemoved(Vec<Label>),
    /// Members were given roles, or lost them.
    RoleMembersChanged {
        /// The direction of the change.
        change: RoleChange,
        /// The roles.
        roles: Vec<RoleId>,
        /// The members.
        members: Vec<UserId>,
    },
    /// A member wrote to a service account.
    AccountMessage(Box<AccountMessage>),
    /// A member chose a menu item of a service account.
    AccountAction(Box<AccountAction>),
    /// An app of the organisation's own can be used.
    AppReleased {
        /// The app.
        app: AppKey,
        /// Its name.
        name: String,
    },
    /// A test.
    Test,
}

/// The part of a member's record that an event contains.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberFacts {
    /// Name.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// Job number.
    pub job_number: String,
    /// Place of work.
    pub work_place: String,
    /// Remark.
    pub remark: String,
    /// Extension number.
    pub telephone: String,
    /// Custom attributes, the text of a JSON object.
    pub extension: String,
    /// The direct manager.
    pub manager_userid: String,
    /// Date of hire.
    pub hired_date: Option<Timestamp>,
}

/// A role or a group of roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Label {
    /// A role.
    Role(RoleId),
    /// A group of roles.
    Group(RoleGroupId),
}

impl Label {
    /// The number that it has on the wire.
    pub fn number(self) -> i64 {
        match self {
            Self::Role(id) => id.0,
            Self::Group(id) => id.0,
        }
    }
}

/// Whether members were given roles or lost them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RoleChange {
    /// Given.
    Given,
    /// Taken.
    Taken,
}

/// A member's message to a service account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountMessage {
    /// The account.
    pub account: AccountId,
    /// The member.
    pub member: UserId,
    /// The id of the person across organisations.
    pub member_unionid: String,
    /// The display name.
    pub member_name: String,
    /// Whether the member is an administrator.
    #[serde(default)]
    pub member_is_admin: bool,
    /// The id of the message.
    pub message_id: String,
    /// The content.
    pub content: AccountMessageContent,
    /// When it was posted.
    pub created_at: Timestamp,
    /// The address for replies. The app is added to it when the event is sent.
    pub session_webhook: String,
    /// The time from which on that address is refused.
    pub session_webhook_expires_at: Timestamp,
}

/// The content of a member's message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccountMessageContent {
    /// Text.
    Text(String),
    /// A picture, by its address. The app is added to it when the event is sent.
    Picture(String),
}

/// A member's choice of a menu item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountAction {
    /// The account.
    pub account: AccountId,
    /// The id of the person across organisations.
    pub member_unionid: String,
    /// The key of the menu item.
    pub key: String,
    /// When it was chosen.
    pub created_at: Timestamp,
}

impl EventData {
    /// The type.
    pub fn kind(&self) -> EventKind {
        match self {
            Self::MembersAdded(_) => EventKind::MembersAdded,
            Self::MemberChanged { .. } => EventKind::MemberChanged,
            Self::MembersLeft(_) => EventKind::MembersLeft,
            Self::MemberActivated(_) => EventKind::MemberActivated,
            Self::AdminsAdded(_) => EventKind::AdminsAdded,
            Self::AdminsRemoved(_) => EventKind::AdminsRemoved,
            Self::DepartmentsAdded(_) => EventKind::DepartmentsAdded,
            Self::DepartmentsChanged(_) => EventKind::DepartmentsChanged,
            Self::DepartmentsRemoved(_) => EventKind::DepartmentsRemoved,
            Self::RolesAdded(_) => EventKind::RolesAdded,
            Self::RoleChanged { .. } => EventKind::RoleChanged,
            Self::RolesRemoved(_) => EventKind::RolesRemoved,
            Self::RoleMembersChanged { .. } => EventKind::RoleMembersChanged,
            Self::AccountMessage(_) => EventKind::AccountMessage,
            Self::AccountAction(_) => EventKind::AccountAction,
            Self::AppReleased { .. } => EventKind::AppReleased,
            Self::Test => EventKind::Test,
        }
    }

    /// The key of its conversation: events with the same key are delivered to an app one after the other, in the order in which
    /// they were raised.
    pub fn conversation(&self) -> String {
        let member = |members: &[UserId]| format!("user:{}", members.first().map_or("", UserId::as_str));
        let department = |departments: &[DeptId]| {
            format!("dept:{}", departments.first().map_or(0, |department| department.0))
        };
        match self {
            Self::MembersAdded(members)
            | Self::MembersLeft(members)
            | Self::AdminsAdded(members)
            | Self::AdminsRemoved(members) => member(members),
            Self::MemberChanged { member, .. } | Self::MemberActivated(member) => format!("user:{member}"),
            Self::DepartmentsAdded(departments)
            | Self::DepartmentsChanged(departments)
            | Self::DepartmentsRemoved(departments) => department(departments),
            // Roles refer to each other and change seldom: one conversation for all of them.
            Self::RolesAdded(_)
            | Self::RoleChanged { .. }
            | Self::RolesRemoved(_)
            | Self::RoleMembersChanged { .. } => "roles".to_owned(),
            Self::AccountMessage(message) => account_conversation(&message.account, &message.member_unionid),
            Self::AccountAction(action) => account_conversation(&action.account, &action.member_unionid),
            Self::AppReleased { app, .. } => format!("app:{app}"),
            Self::Test => "test".to_owned(),
        }
    }
}

fn account_conversation(account: &AccountId, member_unionid: &str) -> String {
    format!("account:{account}:{member_unionid}")
}

/// An event, without the app that receives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RaisedEvent {
    /// The same in each delivery.
    pub id: EventId,
    /// When it happened.
    pub born_at: Timestamp,
    /// The data of an event.
    pub data: EventData,
}

/// The result of an attempt to deliver an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took, in milliseconds.
    pub took_ms: i64,
    /// The HTTP status, or the code of a Stream acknowledgement; `None` without a response.
    pub status: Option<i64>,
    /// The first bytes of the response.
    pub answer: String,
    /// Why the attempt failed; empty if it succeeded.
    pub problem: String,
}

/// The delivery state of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// To be delivered.
    Waiting,
    /// Acknowledged by the receiver.
    Delivered,
    /// Failed permanently.
    Failed,
}

impl DeliveryState {
    /// The name in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }

    /// Parses the name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Waiting, Self::Delivered, Self::Failed].into_iter().find(|state| state.as_str() == name)
    }
}
