//! The table of error codes: the code of each rule of the domain in both dialects.
//!
//! Sources: `errors.json` of the facts (the vendor's global list, the pages of the operations, observed responses). A row marked
//! "decided" has no documented code; see docs/WIRE.md.

use carillon_model::error::Rule;

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// `errcode` of the legacy dialect.
    pub errcode: i64,
    /// The documented text.
    pub message: &'static str,
    /// The text of the v1.0 dialect.
    pub v1_message: &'static str,
    /// `code` of the v1.0 dialect.
    pub v1: &'static str,
    /// HTTP status of the v1.0 dialect.
    pub status: u16,
}

impl Code {
    /// Returns a row for legacy operations.
    pub const fn legacy(errcode: i64, message: &'static str) -> Self {
        Self { errcode, message, v1_message: message, v1: "param.error", status: 400 }
    }

    /// Returns a row for both dialects.
    pub const fn both(errcode: i64, message: &'static str, v1: &'static str, status: u16) -> Self {
        Self { errcode, message, v1_message: message, v1, status }
    }

    /// Sets another text for the v1.0 dialect.
    pub const fn v1_message(self, v1_message: &'static str) -> Self {
        Self { v1_message, ..self }
    }
}

/// A field is missing or invalid: the usual code of the legacy host.
pub const BAD_PARAMETER: Code = Code::legacy(40035, "不合法的参数");
/// The same on contact pages (`contacts.user_get`).
pub const BAD_PARAMETER_400002: Code = Code::legacy(400002, "无效的参数");
/// The same on the page of `article.add`.
pub const BAD_PARAMETER_1002: Code = Code::legacy(1002, "参数错误");
/// A field of a callback is missing or malformed.
pub const CALLBACK_INCOMPLETE: Code =
    Code::legacy(71010, "POST的JSON数据不包含所需要的参数字段或包含的参数格式非法");
/// A page's size is out of range.
pub const BAD_SIZE: Code = Code::legacy(40069, "非法的size");
/// A page's offset is out of range.
pub const BAD_OFFSET: Code = Code::legacy(40068, "无效的偏移量");
/// A missing token outside of the gateway. Observed; the list has 41001.
pub const TOKEN_MISSING_BARE: Code = Code::legacy(40035, "缺少参数 access_token");
/// A field of a v1.0 request is missing or invalid.
pub const V1_BAD_PARAMETER: Code = Code::both(40035, "参数不合法", "param.illegal", 400);
/// A required field of a v1.0 request is missing, in the document. The code and the text of a response have the name of the field
/// instead of `*` (observed).
pub const V1_MISSING_PARAMETER: Code = Code::both(40035, "* is mandatory for this action.", "Missing*", 400);
/// An internal error.
pub const BUSY: Code = Code::both(-1, "系统繁忙", "system.busy", 500);

/// The same on the pages of the exclusive operations.
pub const SYSTEM_ERROR: Code = Code::both(-1, "系统异常", "system.error", 500);

/// Returns the code of a rule, unless an operation documents another.
pub fn of(rule: Rule) -> Code {
    match rule {
        Rule::WrongAppCredentials => {
            Code::both(40096, "不合法的appKey或appSecret", "invalidClientIdOrSecret", 400)
                .v1_message("无效的clientId或者clientSecret")
        }
        // Decided: no code is documented for an app that was disabled.
        Rule::AppDisabled => {
            Code::both(40096, "不合法的appKey或appSecret: 应用已停用", "invalidClientIdOrSecret", 400)
                .v1_message("无效的clientId或者clientSecret: 应用已停用")
        }
        // Decided: the vendor has no limit of its own to name.
        Rule::TooManyApps => Code::both(40035, "应用数量达到上限", "tooManyApps", 400),
        // Decided: operators are Carillon's own.
        Rule::TooManyTrials => Code::both(-1, "试用接口过于频繁，请稍后再试", "tooManyTrials", 400),
        Rule::WrongCorpCredentials => Code::legacy(40089, "不合法的corpId或corpSecret"),
        // All three observed. The list has 41001.
        Rule::TokenMissing => {
            Code::both(40000, "access_token is blank", "AuthenticationFailed.MissingParameter", 400)
                .v1_message("缺少参数：x-acs-dingtalk-access-token")
        }
        Rule::TokenInvalid => Code::both(40014, "不合法的access_token", "InvalidAuthentication", 400),
        Rule::PermissionDenied => Code::both(
            60011,
            "没有调用该接口的权限",
            "Forbidden.AccessDenied.AccessTokenPermissionDenied",
            403,
        ),
        // Decided: operators are Carillon's own.
        Rule::RoleDenied => {
            Code::both(60011, "没有调用该接口的角色", "Forbidden.AccessDenied.OperatorRoleDenied", 403)
        }
        // Decided: the same.
        Rule::ReauthenticationRequired => Code::both(
            60011,
            "请在管理后台重新输入登录密码后再试",
            "Forbidden.AccessDenied.ReauthenticationRequired",
            403,
        ),
        Rule::AddressNotAllowed => {
            Code::both(60020, "访问ip不在白名单之中", "Forbidden.AccessDenied.IpNotInWhiteList", 403)
        }
        // No texts are documented. That of 90002 was observed, with an addition of the gateway; programs look for "接口次数过多" and
        // "qps" in both.
        Rule::AppThrottled => Code::both(
            90018,
            "当前应用调用该接口次数过多，触发了qps流控",
            "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi",
            403,
        ),
        Rule::OperationThrottled => Code::both(
            90002,
            "当前所有钉钉应用调用该接口次数过多，超出了该接口承受的最大qps，请求被暂时限制了，建议错开整点时刻调用该接口",
            "Forbidden.AccessDenied.QpsLimitForApi",
            403,
        ),
        Rule::MonthUsedUp => {
            Code::both(90020, "本月的接口调用次数已用完", "Forbidden.AccessDenied.ApiCountLimitForOrg", 403)
        }
        Rule::UnknownOperation => Code::both(22, "Invalid method", "InvalidAction.NotFound", 404),
        Rule::WrongMethod => Code::legacy(43002, "需要POST请求"),
        Rule::GetNeeded => Code::legacy(43001, "需要GET请求"),
        // Decided: the vendor's gateway closes the connection; an error is more helpful.
        Rule::BodyTooLarge => Code::both(45002, "消息内容超过限制", "param.illegal", 400),
        // The text of v1.0 is observed.
        Rule::BodyUnreadable => Code::both(47001, "解析JSON/XML内容错误", "Invalidbody", 400)
            .v1_message("Specified parameter body is not valid. JSON parsing error"),
        Rule::BodyMissing => Code::both(44002, "POST的数据包为空", "Missingbody", 400)
            .v1_message("body is mandatory for this action."),
        Rule::JsonNeeded => Code::legacy(43009, "post参数需要json类型"),
        Rule::MultipartNeeded => Code::legacy(43008, "参数需要multipart类型"),
        // Decided: no code is documented for a slow body.
        Rule::BodyTooSlow => Code::both(47001, "解析JSON/XML内容错误: 请求体传输超时", "RequestTimeout", 408),
        // Decided: no code is documented for a v1.0 call that may succeed later.
        Rule::Overloaded => Code::both(-1, "系统繁忙", "ServiceUnavailable", 503),

        Rule::AccountNameTaken => Code::legacy(800001, "请勿创建重复名称的服务号"),
        Rule::TooManyAccounts => Code::legacy(800004, "可创建服务号数量达到上限"),
        Rule::UnknownAccount | Rule::AccountIdMalformed => Code::legacy(800003, "unionid不合法"),
        // Decided: a disabled account is not a valid target.
        Rule::AccountDisabled => Code::legacy(800003, "unionid不合法: 服务号已停用"),

        Rule::MediaTypeInvalid => Code::legacy(40004, "不合法的媒体文件类型"),
        Rule::MediaMissing => Code::legacy(41005, "缺少多媒体文件数据"),
        Rule::MediaEmpty => Code::legacy(44001, "多媒体文件为空"),
        Rule::MediaTooLarge => Code::legacy(40006, "不合法的文件大小"),
        Rule::MediaFormatInvalid => Code::legacy(40004, "不合法的媒体文件类型"),
        Rule::FileFormatInvalid => Code::legacy(40005, "不合法的文件类型"),
        Rule::PictureTooManyPixels => Code::legacy(40006, "不合法的文件大小"),
        Rule::StorageFull => Code::legacy(45001, "多媒体文件大小超过限制"),
        Rule::UnknownMedia => Code::legacy(40007, "不合法的媒体文件id"),
        // Decided: the picture library is Carillon's own.
        Rule::PictureInUse => Code::both(40035, "图片仍在使用，不能删除", "picture.in.use", 409),

        // Decided: an article or card that never existed is a bad parameter, not a deleted one.
        Rule::UnknownArticle => Code::legacy(40035, "不合法的参数: article_id"),
        Rule::ArticleDeleted => Code::legacy(1100001, "此文章已被删除"),
        Rule::UnknownCard => Code::legacy(40007, "不合法的媒体文件id"),
        // Decided: an app may delete a card that was sent; an operation of Carillon does not.
        Rule::CardInUse => Code::both(40035, "卡片仍在使用，不能删除", "card.in.use", 409),

        Rule::UnknownUser => Code::legacy(33012, "无效的userId"),
        // Decided: operators are Carillon's own, and outside of what an app may manage.
        Rule::MemberIsOperator => Code::legacy(50002, "企业员工不在授权范围"),
        Rule::UnknownUserInList => Code::legacy(40031, "不合法的UserID列表"),
        Rule::UserIdTaken => Code::legacy(60102, "UserID在公司中已存在"),
        Rule::MobileTaken => Code::legacy(60104, "手机号码在公司中已存在"),
        Rule::EmailTaken => Code::legacy(60106, "邮箱已存在"),
        Rule::TelephoneTaken => Code::legacy(40100, "分机号已经存在"),
        // Decided: the list has a single code for job numbers, and the pages do not say that they are unique.
        Rule::JobNumberTaken => Code::legacy(60123, "不合法的jobnumber: 已存在"),
        Rule::MobileInvalid => Code::legacy(60103, "手机号码不合法，如果是国际号码，请使用+xx-xxxxxx的格式"),
        Rule::EmailInvalid => Code::legacy(60105, "邮箱不合法"),
        Rule::MobileAndEmailMissing => Code::legacy(60113, "身份认证信息（手机/邮箱）不能同时为空"),
        Rule::UnknownManager => Code::legacy(60128, "无效的主管id"),
        Rule::UnknownDepartment => Code::legacy(60003, "部门不存在"),
        Rule::UnknownParentDepartment => Code::legacy(60004, "父部门不存在"),
        Rule::DepartmentNameTaken => Code::legacy(60021, "父部门下该部门名称已存在"),
        Rule::DepartmentNameInvalid => Code::legacy(60009, "部门名称含有非法字符"),
        Rule::VisibilityListInvalid => Code::legacy(600109, "不合法的可见id列表"),
        // Decided: the page has no code for the total length of the lists; this one is about setting them.
        Rule::VisibilityListsTooLong => Code::legacy(60510, "设置部门权限失败"),
        Rule::RootDepartmentUpdate => Code::legacy(60018, "根部门不能被更新"),
        Rule::DepartmentLoop => Code::legacy(60010, "部门id存在循环"),
        Rule::LeadersInvalid => Code::legacy(40031, "无效的userId列表"),
        Rule::GroupOwnerInvalid => Code::legacy(40093, "无效的企业群群主"),
        Rule::RootDepartmentDelete => Code::legacy(60007, "不允许删除根部门"),
        Rule::DepartmentHasChildren => Code::legacy(60006, "不允许删除有子部门的部门"),
        Rule::DepartmentHasMembers => Code::legacy(60005, "不允许删除有成员的部门"),
        Rule::UnknownRole => Code::legacy(33011, "无效的roleId"),
        Rule::UnknownRoleGroup => Code::legacy(34020, "无效的groupId"),
        Rule::RoleNameTaken => Code::legacy(34021, "角色名称已存在"),
        Rule::SystemRole => Code::legacy(23004, "不允许编辑系统标签"),
        // Decided: no code is documented for a role with members.
        Rule::RoleHeld => Code::legacy(23004, "不允许编辑系统标签: 仍有员工拥有该角色"),
        // Decided: no code is documented for a member without the role.
        Rule::RoleNotHeld => Code::legacy(60301, "无效的role_id: 该员工没有此角色"),
        Rule::RoleIncomplete => Code::legacy(34018, "角色不能为空"),
        Rule::PageSizeInvalid => BAD_SIZE,
        Rule::PageOffsetInvalid => BAD_OFFSET,

        Rule::NoReceivers => Code::legacy(800019, "接收人列表为空"),
        Rule::MessageInvalid | Rule::MessageMediaInvalid | Rule::MessageLinkIncomplete => {
            Code::legacy(800020, "消息参数错误")
        }
        Rule::ReceiverUsersInvalid => Code::legacy(800022, "userId列表不合法"),
        Rule::UuidMissing => Code::both(800038, "uuid不能为空", "param.illegal", 400),
        Rule::UuidTaken => Code::legacy(800035, "uuid重复"),
        Rule::TooManyUsers => Code::both(800039, "用户列表长度超过限制", "invalid.userid.list", 400),
        Rule::TooManyDepartments => Code::both(800040, "部门列表长度超过限制", "param.illegal", 400),
        // Decided: the v1.0 send documents no code for quotas; these are those of DING on the same host.
        Rule::SendTooFrequent => Code::both(800013, "群发消息太过频繁，请稍后再试", "send.toofast", 400),
        Rule::DailySendsUsedUp => Code::both(800014, "群发消息次数超过今日限制", "volume.lack", 400),
        Rule::DailySendsToUserUsedUp => {
            Code::both(800017, "向该用户发送单聊次数超过今日限制", "volume.lack", 400)
        }
        Rule::SendsPerSecondUsedUp => Code::both(800055, "服务号发消息qps超过限制", "send.toofast", 400),
        Rule::SendsPerMinuteUsedUp => Code::both(800056, "服务号发消息qpm超过限制", "send.toofast", 400),
        // The limit follows: "组织人数 * 50".
        Rule::DailyReceiversUsedUp => {
            Code::both(800057, "服务号今日发消息总人次超过限制：", "volume.lack", 400)
        }
        Rule::UnknownTask => Code::legacy(800025, "task_id不合法"),
        // Decided: an operation of Carillon.
        Rule::NotWaiting => Code::both(800025, "task_id不合法: 消息不在待发送状态", "invalid.taskid", 400),
        // Decided: drafts and approval are Carillon's own. Apps get the code of 800013 to 800017 for "may not send now".
        Rule::UnknownImport => Code::both(40035, "参数不合法: importId", "import.not.found", 404),
        Rule::ImportRunning => Code::both(40035, "已有未结束的成员导入", "import.running", 409),
        Rule::ImportStatusWrong => Code::both(40035, "成员导入的状态不允许此操作", "import.status", 409),
        Rule::UnknownDraft => Code::both(40035, "参数不合法: draftId", "draft.not.found", 404),
        Rule::DraftChanged => Code::both(40035, "草稿已被他人修改", "draft.changed", 409),
        Rule::SettingsChanged => Code::both(40035, "设置已被他人修改", "settings.changed", 409),
        Rule::TooManyDrafts => Code::both(40035, "服务号的草稿数超过上限", "draft.too.many", 400),
        Rule::ApprovalNeeded => Code::both(800018, "群发消息需要审批", "approval.needed", 403),
        Rule::ApprovalMissing => Code::both(40035, "没有待审批的申请，或内容已变更", "approval.missing", 409),
        Rule::ApprovalOfOwn => Code::both(40035, "不能审批自己编写的内容", "approval.own", 403),
        Rule::QuietHours => Code::both(40035, "当前时段不允许群发", "quiet.hours", 400),
        // Decided: the page gives the limit of 24 hours, and one code about task_id.
        Rule::RecallTooLate => Code::legacy(800025, "task_id不合法: 超过24小时的消息不能撤回"),
        Rule::AlreadyRecalled => Code::legacy(800025, "task_id不合法: 消息已撤回"),
        // Decided: an operation of Carillon.
        Rule::ReadersExpired => {
            Code::both(800025, "task_id不合法: 已读名单已超过保留期限", "readers.expired", 400)
        }
        // Decided: the clients with comments have no codes.
        Rule::UnknownComment => Code::both(40035, "参数不合法: commentId", "param.illegal", 400),
        Rule::DingNotAgreed => Code::both(-1, "管理员未签署协议", "assign.lack", 400),
        Rule::DingAccountMissing => Code::both(-1, "服务号不存在", "publisher.notexist", 400),
        Rule::DingRepeated => Code::both(-1, "重复内容，发送失败", "message.duplicate", 400),
        Rule::DingVolumeUsedUp => Code::both(-1, "额度不足", "volume.lack", 400),
        Rule::DingBatchTooLarge => Code::both(-1, "每批接受人数超20", "batch.toolarge", 400),
        Rule::PhoneDingsToUserUsedUp => Code::both(-1, "电话DING发送已达上限", "phoneding.reachlimit", 400),
        Rule::DingTooFrequent => Code::both(-1, "发送频繁，请稍后再试", "send.toofast", 400),
        // Decided: the page says "the whole task fails", and gives no code.
        Rule::TooManyReceivers => {
            Code::both(800040, "部门列表长度超过限制: 接收人数超过上限", "batch.toolarge", 400)
        }

        Rule::CallbackExists => Code::legacy(71006, "回调地址已经存在"),
        Rule::CallbackMissing => Code::legacy(71007, "回调地址已不存在"),
        Rule::UnknownEventName => Code::legacy(71008, "回调call_back_tag必须在指定的call_back_tag列表中"),
        Rule::CallbackAnswerWrong => Code::legacy(71009, "返回文本非success"),
        Rule::CallbackIncomplete => CALLBACK_INCOMPLETE,
        Rule::CallbackUrlInvalid => Code::legacy(71011, "传入的url参数不是合法的url格式"),
        Rule::CallbackUnreachable => Code::legacy(71012, "url地址访问异常,错误原因为:"),
        Rule::CallbackHostForbidden => Code::legacy(71013, "此域名或IP不能注册或者接收回调事件"),
        Rule::AesKeyInvalid => Code::legacy(900004, "不合法的aeskey"),
        // Decided: operations of Carillon have no documented codes.
        Rule::UnknownEvent => Code::both(40035, "参数不合法: 事件不存在", "param.illegal", 400),
        Rule::EventNotFailed => Code::both(40035, "参数不合法: 事件未失败，不能重试", "param.illegal", 400),
        Rule::UnknownCall => Code::both(40035, "参数不合法: 没有这次调用的记录", "param.illegal", 400),
        Rule::FactsInvalid => Code::both(40035, "参数不合法", "param.illegal", 400),

        // Decided, except for those of `group.ban_words`.
        Rule::UnknownGroup => Code::both(40078, "群不存在", "group.not.found", 404),
        Rule::GroupOfAnotherCorp => {
            Code::both(40078, "群的归属组织与操作传入组织不匹配", "org.not.match", 400)
        }
        Rule::GroupDissolved => Code::both(40078, "群已解散", "group.dissolved", 400),
        Rule::GroupExists => Code::both(40035, "组织或部门已有群", "group.exists", 400),
        Rule::GroupMembersFollow => {
            Code::both(40035, "全员群和部门群的成员随组织变动", "group.members.follow", 400)
        }
        Rule::NotInGroup => Code::both(40035, "不是群成员", "group.member.not.found", 400),
        Rule::GroupWordsBanned => Code::both(40035, "群已禁言", "group.words.banned", 403),
        Rule::UnknownMeeting => Code::both(40035, "error", "params.error", 400),
        Rule::MeetingOfAnotherCorp => Code::both(40035, "error", "conference.not.found", 500),
        Rule::TooManyGroupMembers => Code::both(40035, "群成员数超过上限", "group.members.too.many", 400),

        // Decided: members see these errors as texts on pages; the codes are for callers of operations.
        Rule::WritingOff => Code::both(40035, "服务号未开放输入", "param.illegal", 400),
        Rule::MemberBlocked => Code::both(40035, "成员在服务号黑名单中", "param.illegal", 400),
        Rule::ChatTextEmpty => Code::both(40035, "消息内容不能为空", "param.illegal", 400),
        Rule::ChatTextTooLong => Code::both(40035, "消息内容超过限制", "param.illegal", 400),
        Rule::ChatTooFrequent => Code::both(90002, "发送消息太过频繁", "param.illegal", 400),
        Rule::UnknownMenuItem => Code::both(40035, "菜单项不存在", "param.illegal", 400),
        // Observed: the vendor responds to expired and unknown sessions alike.
        Rule::UnknownSession => Code::legacy(300001, "session 不存在"),
        Rule::ReplyTypeInvalid => Code::legacy(400105, "不支持的消息类型"),
        Rule::RepliesTooFrequent => Code::legacy(410100, "发送速度太快而限流"),
    }
}
