//! Errors of the domain. `wire::codes` maps them to the codes on the wire.

use std::borrow::Cow;

/// The result of everything that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A field of the request is invalid.
    #[error("{field} {reason}")]
    Invalid {
        /// The field by its path in the request, such as `article.title`.
        field: Cow<'static, str>,
        /// The reason, as a phrase that follows the name: "must have at most 30 characters".
        reason: Cow<'static, str>,
    },
    /// A rule forbids it.
    #[error("{0:?}")]
    Rule(Rule),
    /// A rule forbids it, with a more specific reason than the text of the rule.
    #[error("{0:?}: {1}")]
    RuleBecause(Rule, Cow<'static, str>),
    /// An internal error: the storage failed or a stored row is invalid. Its text is for the log.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    /// An invalid field.
    pub fn invalid(field: impl Into<Cow<'static, str>>, reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Invalid { field: field.into(), reason: reason.into() }
    }

    /// A broken rule with a specific reason.
    pub fn because(rule: Rule, reason: impl Into<Cow<'static, str>>) -> Self {
        Self::RuleBecause(rule, reason.into())
    }

    /// An internal error.
    pub fn internal(what: impl std::fmt::Display) -> Self {
        Self::Internal(what.to_string())
    }
}

impl From<Rule> for Error {
    fn from(rule: Rule) -> Self {
        Self::Rule(rule)
    }
}

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// The rules that a well-formed request can break.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Rule {
            $($(#[$doc])* $name,)*
        }

        impl Rule {
            /// All rules.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name, as the journal of calls stores it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }
        }
    };
}

impl Rule {
    /// The rule of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.as_str() == name)
    }
}

rules! {
    /// No app has this key, or the secret is wrong.
    WrongAppCredentials,
    /// The secret is right, but the app is disabled.
    AppDisabled,
    /// The organisation has reached its limit of apps.
    TooManyApps,
    /// The same for credentials in the fields of an organisation.
    WrongCorpCredentials,
    /// The token is missing.
    TokenMissing,
    /// The token is unknown or has expired.
    TokenInvalid,
    /// The app lacks the permission, or apps of its type may not call the operation.
    PermissionDenied,
    /// Only the number of readers of the send is still stored.
    ReadersExpired,
    /// The operator has none of the roles that the operation is open to.
    RoleDenied,
    /// The operator has to enter the password once more: the session alone does not allow the operation.
    ReauthenticationRequired,
    /// The operator tried too many calls within a minute.
    TooManyTrials,
    /// The app may not call from this address.
    AddressNotAllowed,
    /// The app calls the operation too often.
    AppThrottled,
    /// All callers together call the operation too often.
    OperationThrottled,
    /// The apps of the organisation called too often this month.
    MonthUsedUp,
    /// No operation has this path.
    UnknownOperation,
    /// The operation exists, with another method.
    WrongMethod,
    /// The same for an operation that is documented with GET.
    GetNeeded,
    /// The body is larger than accepted.
    BodyTooLarge,
    /// The body cannot be parsed.
    BodyUnreadable,
    /// The body of an upload must be multipart, and is not.
    MultipartNeeded,
    /// The body must be JSON, and is a form.
    JsonNeeded,
    /// A v1.0 body is missing, or a form.
    BodyMissing,
    /// The body arrived too slowly.
    BodyTooSlow,
    /// The server is overloaded; the same call may succeed later.
    Overloaded,

    /// Another service account of the organisation has the name.
    AccountNameTaken,
    /// The organisation has reached its limit of service accounts.
    TooManyAccounts,
    /// The text cannot be the unionid of a service account.
    AccountIdMalformed,
    /// No service account has this unionid.
    UnknownAccount,
    /// The service account was disabled for good.
    AccountDisabled,

    /// The type of media is not documented.
    MediaTypeInvalid,
    /// The file is missing from the upload.
    MediaMissing,
    /// The file is empty.
    MediaEmpty,
    /// The file is larger than its type allows.
    MediaTooLarge,
    /// The content has none of the formats of its type.
    MediaFormatInvalid,
    /// The content of an ordinary file has a format that may not be stored.
    FileFormatInvalid,
    /// The picture has too many pixels.
    PictureTooManyPixels,
    /// The uploader or the organisation has reached its storage limit.
    StorageFull,
    /// No uploaded media has this id.
    UnknownMedia,
    /// Something still shows the picture.
    PictureInUse,

    /// No article of the account has this id.
    UnknownArticle,
    /// The article was deleted.
    ArticleDeleted,
    /// No card of the account has this id.
    UnknownCard,
    /// Something still shows the card.
    CardInUse,

    /// No member has this userid.
    UnknownUser,
    /// The member is an operator of the console, whom apps may neither remove nor give a password.
    MemberIsOperator,
    /// A list names a userid that no member has.
    UnknownUserInList,
    /// Another member has the userid.
    UserIdTaken,
    /// Another member has the mobile number.
    MobileTaken,
    /// Another member has the mail address.
    EmailTaken,
    /// Another member has the extension number.
    TelephoneTaken,
    /// Another member has the job number.
    JobNumberTaken,
    /// The mobile number is not one.
    MobileInvalid,
    /// A mail address is not one.
    EmailInvalid,
    /// A new member has neither a mobile number nor a mail address.
    MobileAndEmailMissing,
    /// The manager is not a member.
    UnknownManager,
    /// No department has this id.
    UnknownDepartment,
    /// The parent department does not exist.
    UnknownParentDepartment,
    /// A sibling department has the name.
    DepartmentNameTaken,
    /// The name has a character that department names cannot have.
    DepartmentNameInvalid,
    /// A visibility list of a department has an unknown entry, or too many.
    VisibilityListInvalid,
    /// Two visibility lists of a department are too long together.
    VisibilityListsTooLong,
    /// The root department cannot be changed.
    RootDepartmentUpdate,
    /// A department would be below itself.
    DepartmentLoop,
    /// Not all new leaders of a department are its members.
    LeadersInvalid,
    /// The new owner of a department's group chat is not a member of the department.
    GroupOwnerInvalid,
    /// The root department cannot be deleted.
    RootDepartmentDelete,
    /// The department has children.
    DepartmentHasChildren,
    /// The department has members.
    DepartmentHasMembers,
    /// No role has this id.
    UnknownRole,
    /// No role group has this id.
    UnknownRoleGroup,
    /// A role of the group has the name.
    RoleNameTaken,
    /// A role of the default group cannot change.
    SystemRole,
    /// A member still has the role.
    RoleHeld,
    /// The member does not have the role.
    RoleNotHeld,
    /// The role's name or group is missing.
    RoleIncomplete,
    /// The size of a page is out of range.
    PageSizeInvalid,
    /// The offset of a page is out of range.
    PageOffsetInvalid,

    /// A mass send has no receivers.
    NoReceivers,
    /// The content of a message is incomplete.
    MessageInvalid,
    /// The content of a message refers to something that cannot be sent.
    MessageMediaInvalid,
    /// A link message lacks a field.
    MessageLinkIncomplete,
    /// The list of userids has an unknown one.
    ReceiverUsersInvalid,
    /// A mass send has no uuid.
    UuidMissing,
    /// The uuid was used before.
    UuidTaken,
    /// More than 1000 userids.
    TooManyUsers,
    /// More than 1000 departments.
    TooManyDepartments,
    /// Sends follow each other too closely.
    SendTooFrequent,
    /// The account's sends of the day are used up.
    DailySendsUsedUp,
    /// The sends of the day to one member are used up.
    DailySendsToUserUsedUp,
    /// The account's sends of the second are used up.
    SendsPerSecondUsedUp,
    /// The account's sends of the minute are used up.
    SendsPerMinuteUsedUp,
    /// The member-sends of the day are used up.
    DailyReceiversUsedUp,
    /// No mass send of the account has this id.
    UnknownTask,
    /// The send is not scheduled any more.
    NotWaiting,
    /// No draft of a send has this id.
    UnknownDraft,
    /// Somebody else has changed the draft since it was read.
    DraftChanged,
    /// Somebody else has changed this part of the account since it was read.
    SettingsChanged,
    /// The account has the maximum number of drafts.
    TooManyDrafts,
    /// The send needs an approval that it does not have.
    ApprovalNeeded,
    /// There is no request for approval, or it is about something else.
    ApprovalMissing,
    /// Nobody may approve what they wrote.
    ApprovalOfOwn,
    /// Operators may not send at this time of the day.
    QuietHours,
    /// The send is older than 24 hours.
    RecallTooLate,
    /// The send was recalled already.
    AlreadyRecalled,
    /// No comment on what the account sent has this id.
    UnknownComment,
    /// The administrator has not signed the agreement about urgent messages.
    DingNotAgreed,
    /// No enabled account was chosen to send urgent messages.
    DingAccountMissing,
    /// A member has already received the same urgent message.
    DingRepeated,
    /// The urgent messages of the day are used up.
    DingVolumeUsedUp,
    /// More receivers than an urgent message by phone may have.
    DingBatchTooLarge,
    /// The urgent messages of the day by phone to one member are used up.
    PhoneDingsToUserUsedUp,
    /// Urgent messages by phone follow each other too closely.
    DingTooFrequent,
    /// More receivers than a send may have.
    TooManyReceivers,

    /// The app has a callback already.
    CallbackExists,
    /// The app has no callback.
    CallbackMissing,
    /// No event has this name.
    UnknownEventName,
    /// The callback did not answer with the encrypted "success".
    CallbackAnswerWrong,
    /// A field of a callback is missing or malformed.
    CallbackIncomplete,
    /// The address of a callback is invalid.
    CallbackUrlInvalid,
    /// The callback cannot be reached, or responds with an error.
    CallbackUnreachable,
    /// The address of a callback is forbidden.
    CallbackHostForbidden,
    /// The encryption key is invalid.
    AesKeyInvalid,
    /// No event of the app has this id.
    UnknownEvent,
    /// The event has not failed.
    EventNotFailed,
    /// The journal has no call with this id.
    UnknownCall,
    /// Some of the facts cannot be ingested.
    FactsInvalid,
    /// No internal group has this id.
    UnknownGroup,
    /// The group belongs to another organisation.
    GroupOfAnotherCorp,
    /// The group was dissolved.
    GroupDissolved,
    /// The organisation, or the department, has a group already.
    GroupExists,
    /// The members of the group follow the organisation.
    GroupMembersFollow,
    /// A member does not belong to the group.
    NotInGroup,
    /// Only the owner and administrators of the group may post.
    GroupWordsBanned,
    /// More members than a group may have.
    TooManyGroupMembers,

    /// No video meeting has this id.
    UnknownMeeting,
    /// The video meeting was started in another organisation.
    MeetingOfAnotherCorp,

    /// The account does not accept messages of members.
    WritingOff,
    /// The account has blocked the member.
    MemberBlocked,
    /// A member's message is empty.
    ChatTextEmpty,
    /// A member's message is too long.
    ChatTextTooLong,
    /// The member posts too many messages in a minute.
    ChatTooFrequent,
    /// The menu has no such item, or it cannot be chosen.
    UnknownMenuItem,
    /// No import of members has this id.
    UnknownImport,
    /// The organisation has an import of members that has not ended.
    ImportRunning,
    /// The import of members cannot be applied, or called off, in its status.
    ImportStatusWrong,

    /// The session webhook is invalid or has expired.
    UnknownSession,
    /// The message type of a reply cannot be sent.
    ReplyTypeInvalid,
    /// The replies of a minute are used up.
    RepliesTooFrequent,
}
