//! Mass sends, their limits, comments and urgent messages.

super::advice! {
    NoReceivers: "没有接收人：既不是发给全员，也没有成员、部门或角色。", "There is no receiver: neither everybody nor a member, a department or a role."
        => "传 is_to_all，或者至少一个成员、部门或角色；也可能是范围内没有人可以接收。", "Send is_to_all, or at least one member, department or role. Perhaps nobody in the scope of the account is left.";
    MessageInvalid: "消息内容不完整，或者与 msg_type 不符。", "The content of the message is incomplete, or of another msg_type."
        => "按 msg_type 填写对应的内容字段。", "Send the content field of the msg_type.";
    MessageMediaInvalid: "消息引用的图片或卡片不能发送。", "The message names a picture or a card that cannot be sent."
        => "引用已上传的图片，或同一服务号下的卡片。", "Name an uploaded picture, or a card of the same service account.";
    MessageLinkIncomplete: "链接消息缺少标题、文字、图片或地址。", "A link message lacks its title, text, picture or address."
        => "补全链接消息的所有字段。", "Send all fields of the link message.";
    ReceiverUsersInvalid: "接收人列表里有组织中不存在的 userid。", "The list of receivers has a userid that no member has."
        => "去掉已离职或写错的 userid；整条群发没有发给任何人。", "Remove the unknown userids. Nothing was sent to anybody.";
    UuidMissing: "群发没有 uuid。", "The send has no uuid."
        => "为每条群发生成一个新的 uuid；重试时使用同一个。", "Make a new uuid for each send, and use the same one when you send it again.";
    UuidTaken: "这个 uuid 已经用过。", "The uuid was used before."
        => "如果是重试，说明前一次已经成功，可以查询发送结果；新的群发请换一个 uuid。", "If this is a repetition, the first one succeeded: ask for its progress. A new send needs a new uuid.";
    TooManyUsers: "一次最多可以列出 1000 个 userid。", "A send names at most 1,000 userids."
        => "把名单分成多次发送，或改为按部门、角色发送。", "Split the list into several sends, or send to departments and roles.";
    TooManyDepartments: "一次最多可以列出 1000 个部门。", "A send names at most 1,000 departments."
        => "改用上级部门，它包含所有下级。", "Name departments higher up: they include all below.";
    SendTooFrequent: "与上一次群发间隔太短。", "The send follows the previous one too closely."
        => "按 min_interval_ms 等待后重试，uuid 不变。", "Wait for min_interval_ms, and send it again with the same uuid.";
    DailySendsUsedUp: "服务号今天的群发次数已用完。", "The sends of the account for today are used up."
        => "明天再发，或让管理员调高 [send] 的 daily。", "Send it tomorrow, or ask the administrator to raise daily in [send].";
    DailySendsToUserUsedUp: "今天发给某个成员的次数已达上限。", "A member has received as many messages by name today as one may."
        => "把给同一成员的消息合并，或让管理员调高 [send] 的 daily_to_user。", "Put messages to the same member together, or ask the administrator to raise daily_to_user in [send].";
    SendsPerSecondUsedUp: "服务号这一秒的群发次数已达上限。", "The account has used up its sends of this second."
        => "排队发送，下一秒再试。", "Queue the sends, and try again in a second.";
    SendsPerMinuteUsedUp: "服务号这一分钟的群发次数已达上限。", "The account has used up its sends of this minute."
        => "等到下一分钟，或把多条群发合并成一条。", "Wait for the next minute, or put several sends together.";
    DailyReceiversUsedUp: "组织今天的接收总人次已达上限。", "The organisation has used up its messages to members for today."
        => "缩小接收范围，明天再发，或调高 [send] 的 daily_receivers_factor。", "Send to fewer members, or tomorrow, or have daily_receivers_factor in [send] raised.";
    UnknownTask: "服务号下没有这个 task_id 的群发。", "No send of the service account has this task_id."
        => "使用发送接口返回的 task_id，并传发送它的服务号的 unionid。", "Use the task_id of the send's response with the unionid of the account that sent it.";
    ReadersExpired: "这条群发的已读名单已过保留时间，只剩人数。", "The readers of the send are older than their retention: only their number is left."
        => "在保留时间内读取名单；管理员可以调整 [retention] 的 receipt_days。", "Read them earlier, or have receipt_days of [retention] raised.";
    NotWaiting: "这条群发已经发出、失败或取消，不再等待发送。", "The send does not wait any more: it was sent, it failed, or it was cancelled."
        => "查询发送进度；如果已经发出，可在 24 小时内撤回。", "Look at its progress. If it was sent, it can be recalled within 24 hours.";
    RecallTooLate: "超过 24 小时的群发不能撤回。", "A send is older than 24 hours and cannot be recalled."
        => "改为发送一条更正消息。", "Send a correction instead.";
    AlreadyRecalled: "这条群发已经撤回。", "The send was recalled already."
        => "不需要再做什么：成员已看不到它。", "Nothing is left to do: members do not see it any more.";
    UnknownDraft: "没有这个编号的群发草稿。", "No draft of a send has this id."
        => "草稿可能已经发送或删除，请重新获取草稿列表。", "It may have been sent or deleted. Get the list of drafts again.";
    DraftChanged: "草稿在读取之后被别人修改了。", "Somebody changed the draft since it was read."
        => "重新读取草稿，在最新的内容上修改。", "Read the draft again, and change what it is now.";
    SettingsChanged: "这部分设置在读取之后被别人修改了。", "Somebody changed these settings since they were read."
        => "重新读取设置，在最新的内容上修改；或者不传 revision 以直接覆盖。", "Read it again, and change what it is now; or leave out revision to replace it.";
    TooManyDrafts: "服务号的草稿已达上限。", "The service account has reached its limit of drafts."
        => "删除不再需要的草稿。", "Delete drafts that nobody needs any more.";
    ApprovalNeeded: "这个服务号的群发需要先审批。", "Sends of this service account need an approval first."
        => "在管理后台提交审批，通过后再发送；内容或接收人变更后要重新审批。", "Ask for it in the console, and send afterwards. A change of content or receivers needs another one.";
    ApprovalMissing: "没有待处理的审批申请，或内容在申请之后变更了。", "Nobody asked for an approval, or the content changed since."
        => "请编写者重新提交审批。", "Ask the author to request the approval again.";
    ApprovalOfOwn: "不能审批自己编写的内容。", "Nobody may approve what they wrote themselves."
        => "请另一位审批人处理。", "Ask another approver.";
    QuietHours: "现在是免打扰时段，不能群发。", "There are quiet hours now, in which nothing is sent."
        => "定时到免打扰时段之后，或由所有者调整时段。", "Schedule it for after the quiet hours, or ask an owner to change them.";
    UnknownComment: "没有这个编号的留言，它可能已被删除。", "No comment has this id. It may have been deleted."
        => "重新获取留言列表。", "Get the list of comments again.";
    DingNotAgreed: "管理员还没有签署 DING 协议。", "The administrator has not agreed to urgent messages."
        => "让管理员在 DING 设置里确认协议。", "Ask the administrator to agree in the settings of urgent messages.";
    DingAccountMissing: "没有选定用来发送 DING 的服务号，或它已停用。", "No account in use was chosen to send urgent messages."
        => "让管理员在 DING 设置里选择一个启用的服务号。", "Ask the administrator to choose one in the settings of urgent messages.";
    DingRepeated: "成员在限定时间内已收到过内容相同的 DING。", "A member has received the same urgent message already."
        => "修改内容，或等到 [ding] 的 duplicate_hours 之后。", "Change the content, or wait for duplicate_hours of [ding].";
    DingVolumeUsedUp: "今天的 DING 额度已用完。", "The urgent messages of today are used up."
        => "明天再发，或让管理员调高 [ding] 的每日额度。", "Send it tomorrow, or ask the administrator to raise the daily limits in [ding].";
    DingBatchTooLarge: "电话 DING 每批最多 20 人。", "An urgent message by phone has at most 20 receivers."
        => "每批不超过 20 人，分多批发送。", "Send it in batches of at most 20.";
    PhoneDingsToUserUsedUp: "今天给某个成员的电话 DING 已达上限。", "A member has received as many calls today as one may."
        => "改用应用内 DING，或等到明天。", "Send it inside the app, or wait until tomorrow.";
    DingTooFrequent: "电话 DING 发送得太频繁。", "Urgent messages by phone follow each other too closely."
        => "按 [ding] 的 phone_min_interval_ms 等待后重试。", "Wait for phone_min_interval_ms of [ding], and try again.";
    TooManyReceivers: "接收人数超过一次群发的上限。", "The send has more receivers than one may have."
        => "按部门拆成多条，或让管理员调高 [send] 的 max_receivers。", "Split it by departments, or ask the administrator to raise max_receivers in [send].";
}
