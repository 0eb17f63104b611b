//! Groups, meetings, and conversations of members.

super::advice! {
    UnknownGroup: "没有这个 openConversationId 的群。", "No group has this openConversationId."
        => "使用创建群时返回的 openConversationId，注意不要截断末尾的 ==。", "Use the openConversationId of the group's creation, with the == at its end.";
    GroupOfAnotherCorp: "这个群属于另一个组织。", "The group belongs to another organisation."
        => "用那个组织的应用来调用。", "Call with an app of that organisation.";
    GroupDissolved: "群已经解散。", "The group was dissolved."
        => "解散不能撤销，请新建群。", "This cannot be undone. Create a new group.";
    GroupExists: "组织或部门已经有群。", "The organisation or the department has a group already."
        => "使用已有的群；全员群和部门群各只有一个。", "Use the existing one. There is one for the organisation, and one for each department.";
    GroupMembersFollow: "全员群和部门群的成员随组织变动，不能单独增减。", "The members of this group follow the organisation, and cannot be changed one by one."
        => "修改成员所在的部门，群成员会随之变化。", "Change the departments of the member: the group follows.";
    NotInGroup: "有人不是群成员。", "Somebody named is not a member of the group."
        => "先把他们加入群。", "Add them to the group first.";
    GroupWordsBanned: "群已禁言，只有群主和管理员可以发言。", "Only the owner and administrators of the group may post."
        => "以群主或管理员的身份发送，或解除禁言。", "Post as the owner or an administrator, or lift the ban.";
    TooManyGroupMembers: "群成员数会超过上限。", "The group would have more members than it may."
        => "减少成员，或拆成多个群。", "Add fewer members, or make several groups.";
    UnknownMeeting: "没有这个编号的视频会议。", "No video meeting has this id."
        => "会议来自导入的事实；核对 conferenceId 以及事实是否已导入。", "Meetings come from facts. Check the conferenceId, and that its facts were ingested.";
    MeetingOfAnotherCorp: "这个视频会议由另一个组织发起。", "The video meeting was started in another organisation."
        => "用发起组织的应用来查询。", "Ask with an app of that organisation.";
    WritingOff: "服务号没有开放成员输入。", "The service account does not accept messages of members."
        => "在菜单设置里打开 enable_input。", "Switch enable_input on in its menu.";
    MemberBlocked: "成员在服务号的黑名单里。", "The service account has blocked the member."
        => "先把成员移出黑名单。", "Unblock the member first.";
    ChatTextEmpty: "消息没有内容。", "The message is empty."
        => "发送至少一个可见的字符。", "Send at least one visible character.";
    ChatTextTooLong: "消息超过了长度限制。", "The message is too long."
        => "缩短内容，或分成几条发送。", "Make it shorter, or send it in parts.";
    ChatTooFrequent: "成员一分钟内发送的消息太多。", "The member posts too many messages in a minute."
        => "等一分钟再发；上限是 [chat] 的 messages_per_minute。", "Wait a minute. The limit is messages_per_minute of [chat].";
    UnknownMenuItem: "菜单里没有这一项，或它不能点击。", "The menu has no such item, or it cannot be chosen."
        => "重新获取菜单：它可能已被修改。", "Get the menu again: it may have changed.";
}
