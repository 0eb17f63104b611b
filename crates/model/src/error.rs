//! What can go wrong, in the words of the domain. Which code that is on the wire is decided in `wire::codes`.

use std::borrow::Cow;

/// The result of everything that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A field of the request cannot be accepted.
    #[error("{field} {reason}")]
    Invalid {
        /// The field by its path in the request, such as `article.title`.
        field: Cow<'static, str>,
        /// What is wrong with it, to follow the name: "must have at most 30 characters".
        reason: Cow<'static, str>,
    },
    /// A rule forbids it.
    #[error("{0:?}")]
    Rule(Rule),
    /// A rule forbids it, and more can be said than the rule's own text.
    #[error("{0:?}: {1}")]
    RuleBecause(Rule, Cow<'static, str>),
    /// The server's own fault: the storage failed or a stored row makes no sense. Its text is for the log.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    /// A field that cannot be accepted.
    pub fn invalid(field: impl Into<Cow<'static, str>>, reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Invalid { field: field.into(), reason: reason.into() }
    }

    /// A broken rule with the reason in words.
    pub fn because(rule: Rule, reason: impl Into<Cow<'static, str>>) -> Self {
        Self::RuleBecause(rule, reason.into())
    }

    /// The server's own fault.
    pub fn internal(what: impl std::fmt::Display) -> Self {
        Self::Internal(what.to_string())
    }
}

impl From<Rule> for Error {
    fn from(rule: Rule) -> Self {
        Self::Rule(rule)
    }
}

/// The rules that a well-formed request can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// No app has this key, or the secret is not its secret.
    WrongAppCredentials,
    /// The same of a caller who gave the credentials under their names of an organisation.
    WrongCorpCredentials,
    /// The token is missing.
    TokenMissing,
    /// The token is unknown or has expired.
    TokenInvalid,
    /// The app lacks the permission, or apps of its type may not call the operation.
    PermissionDenied,
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
    /// The same of an operation that is documented with GET.
    GetNeeded,
    /// The body is larger than accepted.
    BodyTooLarge,
    /// The body cannot be understood at all.
    BodyUnreadable,
    /// A file has to come in a multipart body, and this one is something else.
    MultipartNeeded,
    /// Fields have to come as JSON, and came as a form.
    JsonNeeded,
    /// A v1.0 body is missing, or a form.
    BodyMissing,
    /// The body came too slowly.
    BodyTooSlow,
    /// The server has too much to do just now; the same call may succeed later.
    Overloaded,

    /// Another service account of the organisation has the name.
    AccountNameTaken,
    /// The organisation has as many service accounts as it may have.
    TooManyAccounts,
    /// The text cannot be the unionid of any service account.
    AccountIdMalformed,
    /// No service account has this unionid.
    UnknownAccount,
    /// The service account was disabled for good.
    AccountDisabled,

    /// The kind of media is none of the documented ones.
    MediaTypeInvalid,
    /// The file is missing from the upload.
    MediaMissing,
    /// The file is empty.
    MediaEmpty,
    /// The file is larger than its kind may be.
    MediaTooLarge,
    /// The file's content is none of the formats of its kind.
    MediaFormatInvalid,
    /// The content of an ordinary file is none of the formats that may be stored.
    FileFormatInvalid,
    /// The picture has more pixels than anybody can show.
    PictureTooManyPixels,
    /// Who uploads, or the organisation, has stored as many bytes as may be.
    StorageFull,
    /// No uploaded media has this id.
    UnknownMedia,

    /// No article of the account has this id.
    UnknownArticle,
    /// The article was deleted.
    ArticleDeleted,
    /// No card of the account has this id.
    UnknownCard,

    /// No member has this userid.
    UnknownUser,
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
    /// The manager is no member.
    UnknownManager,
    /// No department has this id.
    UnknownDepartment,
    /// The parent department does not exist.
    UnknownParentDepartment,
    /// A sibling department has the name.
    DepartmentNameTaken,
    /// The name has a character that department names cannot have.
    DepartmentNameInvalid,
    /// A list of who may see a department names somebody or something unknown, or too many.
    VisibilityListInvalid,
    /// Two lists of who may see a department are too long together.
    VisibilityListsTooLong,
    /// The root department is what it is.
    RootDepartmentUpdate,
    /// A department would be below itself.
    DepartmentLoop,
    /// The members that should lead a department do not all belong to it.
    LeadersInvalid,
    /// Who should own a department's group chat does not belong to it.
    GroupOwnerInvalid,
    /// The root department cannot be deleted.
    RootDepartmentDelete,
    /// Departments are below it.
    DepartmentHasChildren,
    /// Members belong to it.
    DepartmentHasMembers,
    /// No role has this id.
    UnknownRole,
    /// No role group has this id.
    UnknownRoleGroup,
    /// A role of the group has the name.
    RoleNameTaken,
    /// A role of the default group cannot change.
    SystemRole,
    /// Somebody still has the role.
    RoleHeld,
    /// The member does not have the role.
    RoleNotHeld,
    /// The role's name or group is missing.
    RoleIncomplete,
    /// The size of a page is out of range.
    PageSizeInvalid,
    /// The offset of a page is out of range.
    PageOffsetInvalid,

    /// A mass send names nobody.
    NoReceivers,
    /// The content of a message is incomplete.
    MessageInvalid,
    /// The content of a message refers to something that cannot be sent.
    MessageMediaInvalid,
    /// A link lacks one of its parts.
    MessageLinkIncomplete,
    /// The list of userids holds one that no member has.
    ReceiverUsersInvalid,
    /// A mass send without a uuid.
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
    /// The send does not wait for its time any more.
    NotWaiting,
    /// The send is older than 24 hours.
    RecallTooLate,
    /// The send was recalled already.
    AlreadyRecalled,
    /// No comment on what the account sent has this id.
    UnknownComment,
    /// The administrator has not signed the agreement about urgent messages.
    DingNotAgreed,
    /// No account in service was chosen to send urgent messages.
    DingAccountMissing,
    /// A member was sent the same urgent message before.
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
    /// The address of a callback is none.
    CallbackUrlInvalid,
    /// The callback cannot be reached, or answers with an error.
    CallbackUnreachable,
    /// The address of a callback lies where none may lie.
    CallbackHostForbidden,
    /// The encryption key is none.
    AesKeyInvalid,
    /// No event of the app has this id.
    UnknownEvent,
    /// The event was not given up.
    EventNotFailed,
    /// Facts were sent of which some cannot be taken in.
    FactsInvalid,
    /// No internal group has this id.
    UnknownGroup,
    /// The group is another organisation's.
    GroupOfAnotherCorp,
    /// The group was dissolved.
    GroupDissolved,
    /// The organisation, or the department, has a group already.
    GroupExists,
    /// The members of the group follow the organisation.
    GroupMembersFollow,
    /// Somebody is no member of the group.
    NotInGroup,
    /// Only the owner and administrators of the group may speak.
    GroupWordsBanned,
    /// More members than a group may have.
    TooManyGroupMembers,

    /// No video meeting has this id.
    UnknownMeeting,
    /// The video meeting was started in another organisation.
    MeetingOfAnotherCorp,

    /// The account does not let members write.
    WritingOff,
    /// The account does not hear what the member says.
    MemberBlocked,
    /// A member's message says nothing.
    ChatTextEmpty,
    /// A member's message is too long.
    ChatTextTooLong,
    /// The member says too much in a minute.
    ChatTooFrequent,
    /// The menu has no such item, or it is nothing to be chosen.
    UnknownMenuItem,
    /// The address to answer to is none, or has expired.
    UnknownSession,
    /// The kind of an answer is none that can be sent.
    ReplyTypeInvalid,
    /// The answers of a minute are used up.
    RepliesTooFrequent,
}
