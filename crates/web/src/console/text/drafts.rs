//! The texts of the pages that prepare a send.

use carillon_model::time::{DAY_MS, HOUR_MS, MINUTE_MS};

use super::{number, table};
use crate::text::Lang;

table! { DraftTexts {
    new: "新建群发", "New send";
    changed_by: "修改人", "Changed by";
    changed_at: "修改时间", "Changed at";
    none: "还没有草稿", "No drafts";
    none_next: "新建一条群发，写好内容、选好接收范围后再发送。", "Start a send, then write its message and choose who gets it.";
    none_read_only: "编辑和发送人员准备的群发会显示在这里。", "Sends that editors and senders prepare appear here.";
    untitled: "未填写内容", "No message yet";
    draft: "草稿", "Draft";
    requested: "待审批", "Waiting for approval";
    approved: "已通过", "Approved";
    rejected: "已驳回", "Sent back";
    outdated: "内容变更，需重新审批", "Changed since; needs approval again";
    waiting_for_approval: "待审批的群发", "Sends waiting for approval";
    nothing_to_approve: "没有待审批的群发。", "Nothing is waiting for approval.";
    message: "内容", "Message";
    kind: "消息类型", "Kind of message";
    text: "文本", "Text";
    articles: "文章", "Articles";
    picture: "图片", "Picture";
    no_picture: "请从素材库选择一张图片。", "Choose a picture from the library.";
    picture_from_list: "选择图片", "Choose a picture";
    picture_none: "素材库还没有图片。", "The library has no pictures yet.";
    picture_library: "打开素材库上传图片", "Open the library to upload pictures";
    link: "链接", "Link";
    markdown: "Markdown", "Markdown";
    other: "这条消息由应用创建，可以原样发送，也可以换成其他内容。", "An app made this message. It can be sent as it is, or be replaced.";
    title: "标题", "Title";
    summary: "摘要", "Summary";
    address: "网址", "Address";
    address_hint: "以 https:// 或 http:// 开头", "Begins with https:// or http://";
    allow_comment: "允许留言", "Readers may comment";
    only_selected: "只显示精选留言", "Show only selected comments";
    show_homepage: "在服务号主页显示", "Show on the page of the account";
    save: "保存", "Save";
    saved: "已保存。", "Saved.";
    receivers: "接收范围", "Receivers";
    everybody: "全部成员", "Everybody";
    chosen: "指定部门、角色或成员", "Departments, roles or members";
    departments: "部门（含下级部门）", "Departments, with all departments below";
    too_many_departments: "部门较多，仅列出前 1,000 个；已选择的部门都在其中。", "The first 1,000 departments are listed, and all that are chosen.";
    roles: "角色", "Roles";
    members: "成员 ID", "User IDs";
    members_hint: "每行一个，也可以用逗号或空格分隔，最多 1,000 个。", "One on each line, or with commas or spaces between them, at most 1,000.";
    find: "按姓名查找成员", "Find members by name";
    find_now: "查找", "Find";
    found: "勾选后随接收范围一起保存", "Tick members, then save the receivers";
    nobody_found: "没有找到成员。", "No member found.";
    time: "发送时间", "Time";
    at_once: "立即发送", "Now";
    at_time: "定时发送", "Later";
    when: "日期和时间", "Date and time";
    preview: "预览", "Preview";
    preview_empty: "保存内容后在这里预览。", "Save a message to see it here.";
    preview_to_me: "发送到我的收件箱", "Send it to my inbox";
    preview_sent: "预览已发送到你的收件箱。", "The preview is in your inbox.";
    review: "检查并发送", "Check and send";
    review_empty: "保存内容和接收范围后，可以在这里检查并发送。", "Save a message and choose who gets it; then it can be checked and sent here.";
    receive: "将收到", "Will receive it";
    sends_left: "今日剩余群发次数", "Sends left today";
    receivers_left: "今日剩余接收人次", "Receivers left today";
    ask: "提交审批", "Ask for approval";
    approval_requested: "已提交审批。", "Approval is requested.";
    approve: "通过", "Approve";
    reject: "驳回", "Send back";
    note: "驳回原因", "Reason";
    decided: "已处理。", "Done.";
    send: "发送", "Send";
    schedule: "定时发送", "Schedule";
    delete: "删除草稿", "Delete the draft";
    delete_now: "确认删除", "Delete it";
    delete_sure: "草稿删除后不能恢复。", "A deleted draft cannot be restored.";
    confirm: "请输入将收到的人数", "Type the number of members who will receive it";
    wrong_password: "密码不正确。", "That is not your password.";
    too_many_passwords: "密码错误次数过多，请稍后再试。", "Too many wrong passwords. Try again later.";
    busy: "服务器繁忙，请稍后再试。", "The server is busy. Try again in a moment.";
    rules: "发送规则", "Rules for sends";
    rules_lead: "规则约束在管理后台进行的群发；预览不受限制。", "Rules bind sends from the console. Previews are always free.";
    approval: "审批", "Approval";
    approval_none: "不需要审批", "No approval";
    approval_console: "管理后台的群发需要审批", "Sends from the console need approval";
    approval_all: "所有群发都需要审批，应用不能直接发送", "All sends need approval; apps cannot send";
    four_eyes: "编写者不能审批自己编写的内容", "Nobody may approve what they wrote";
    quiet: "免打扰时段（不允许发送）", "Quiet hours, when nothing may be sent";
    from: "开始", "From";
    until: "结束", "Until";
    confirm_above: "接收人数超过此值时，发送前须输入人数（留空则不要求）", "Ask for the number of receivers above (empty: never)";
    invalid_hours: "请填写两个不同的时间，或都留空。", "Give two different times, or none.";
    invalid_number: "请填写 0 或正整数。", "Give a whole number, 0 or more.";
    take_back: "取消发送并改回草稿", "Cancel and edit";
    take_back_lead: "取消后变为草稿，修改后可以重新发送。", "The send becomes a draft that you can change and send again.";
    cancel: "取消发送", "Cancel the send";
    cancel_sure: "取消后，这条消息不会发送。", "The message will not be sent.";
    cancel_now: "确认取消", "Cancel it";
    cancelled: "已取消。", "Cancelled.";
    not_waiting: "这条群发已经发送或取消。", "It was sent or cancelled already.";
    members_file: "从文件加入（CSV 或文本，取每行第一列）", "Add from a file (CSV or text, the first column of each line)";
    members_file_heading: "成员 ID", "User ID";
    members_file_added: "已加入的成员 ID", "User IDs added";
    members_file_none: "文件中没有成员 ID，或超过 1 MB。", "The file has no user IDs, or more than 1 MB.";
    conflict: "草稿刚刚被他人修改，这里显示的是最新内容。", "Somebody else has changed the draft. This is the newest content.";
    conflict_text: "你的内容仍在输入框中，保存后将覆盖对方的修改。", "Your text is still in the field; saving it replaces theirs.";
    gone: "草稿已被发送或删除。", "The draft was sent or deleted.";
    too_many: "这个服务号的草稿已达 500 条，请先删除一些。", "The account has 500 drafts. Delete some first.";
    empty_message: "请填写内容。", "Write a message first.";
    too_long: "内容过长。", "The message is too long.";
    invalid_address: "网址不正确。", "This is no address.";
    no_receivers: "请选择接收范围。", "Choose who gets it.";
    invalid_time: "请填写将来一年以内的时间。", "Give a time in the future, within a year.";
    content_gone: "内容中的卡片或图片已被删除，请重新选择。", "The card or picture of the message was deleted. Choose another.";
    too_many_members: "最多 1,000 个成员 ID。", "At most 1,000 user IDs.";
    needs_approval: "发送前需要审批。", "It needs approval before it can be sent.";
    approval_missing: "没有待审批的申请，或内容已变更。", "Nothing is requested, or the message has changed.";
    approval_of_own: "不能审批自己编写的内容。", "You cannot approve what you wrote.";
    note_too_long: "驳回原因最多 500 个字。", "A reason has at most 500 characters.";
    quiet_now: "发送时间在免打扰时段内。", "That time is in the quiet hours.";
    wrong_number: "人数不符，请核对后重新输入。", "The number is not right. Check it and type it again.";
    nobody_left: "没有成员会收到。", "Nobody would get it.";
    quota_used_up: "今日的发送额度已用完，或发送过于频繁。", "The limits of today are used up, or sends are too close together.";
    disabled: "服务号已停用。", "The account is disabled.";
} }

impl DraftTexts {
    /// How many of the chosen members will get it.
    pub fn reach(&self, receivers: u64, named: u64) -> String {
        match self.lang {
            Lang::Zh => format!("所选 {} 人中，{} 人将收到", number(named), number(receivers)),
            Lang::En => format!("{} of {} chosen members will receive it", number(receivers), number(named)),
        }
    }

    /// Members outside of the scope.
    pub fn outside(&self, count: u64) -> String {
        match self.lang {
            Lang::Zh => format!("{} 人不在服务号的可发送范围内", number(count)),
            Lang::En => format!("{} outside of the scope of the account", number(count)),
        }
    }

    /// Blocked members.
    pub fn blocked(&self, count: u64) -> String {
        match self.lang {
            Lang::Zh => format!("{} 人已被拉黑", number(count)),
            Lang::En => format!("{} blocked by the account", number(count)),
        }
    }

    /// Members who got the same today.
    pub fn repeated(&self, count: u64) -> String {
        match self.lang {
            Lang::Zh => format!("{} 人今天已收到相同内容", number(count)),
            Lang::En => format!("{} received the same today", number(count)),
        }
    }

    /// Userids that are no member.
    pub fn unknown(&self, userids: &str) -> String {
        match self.lang {
            Lang::Zh => format!("没有这些成员：{userids}"),
            Lang::En => format!("Not members: {userids}"),
        }
    }

    /// Named members outside of the scope.
    pub fn unreachable(&self, userids: &str) -> String {
        match self.lang {
            Lang::Zh => format!("不在可发送范围内，请移除：{userids}"),
            Lang::En => format!("Outside of the scope; remove them: {userids}"),
        }
    }

    /// Too many receivers.
    pub fn exceeds(&self, limit: u64) -> String {
        match self.lang {
            Lang::Zh => format!("一次最多发送给 {} 人。", number(limit)),
            Lang::En => format!("A send has at most {} receivers.", number(limit)),
        }
    }

    /// When the next send is possible.
    pub fn next_at(&self, time: &str) -> String {
        match self.lang {
            Lang::Zh => format!("距上次群发太近，{time} 后可以再发"),
            Lang::En => format!("Too soon after the last send; possible again at {time}"),
        }
    }

    /// What sending does, before it is confirmed.
    pub fn send_sure(&self, receivers: u64, when: Option<&str>) -> String {
        let count = number(receivers);
        match (self.lang, when) {
            (Lang::Zh, None) => format!("消息将立即发送给 {count} 位成员。"),
            (Lang::Zh, Some(when)) => format!("消息将在 {when} 发送，按现在计算有 {count} 位成员收到。"),
            (Lang::En, None) if receivers == 1 => "One member receives it at once.".to_owned(),
            (Lang::En, None) => format!("{count} members receive it at once."),
            (Lang::En, Some(when)) => {
                let members = if receivers == 1 { "member" } else { "members" };
                format!("It is sent at {when}. As of now, {count} {members} would receive it.")
            }
        }
    }

    /// Who decided, and when.
    pub fn decided_by(&self, who: &str, when: &str) -> String {
        match self.lang {
            Lang::Zh => format!("{who}，{when}"),
            Lang::En => format!("{who}, {when}"),
        }
    }

    /// The time until a send: `3 小时 12 分钟后`, `in 3 h 12 min`; empty if it is over.
    pub fn in_time(&self, ms: i64) -> String {
        if ms <= 0 {
            return String::new();
        }
        let (days, hours) = (ms / DAY_MS, ms % DAY_MS / HOUR_MS);
        let minutes = ms % HOUR_MS / MINUTE_MS;
        match (self.lang, days, hours) {
            (Lang::Zh, 0, 0) => format!("{minutes} 分钟后"),
            (Lang::Zh, 0, _) => format!("{hours} 小时 {minutes} 分钟后"),
            (Lang::Zh, ..) => format!("{days} 天 {hours} 小时后"),
            (Lang::En, 0, 0) => format!("in {minutes} min"),
            (Lang::En, 0, _) => format!("in {hours} h {minutes} min"),
            (Lang::En, 1, _) => format!("in 1 day {hours} h"),
            (Lang::En, ..) => format!("in {days} days {hours} h"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_until_a_send_has_two_units() {
        let (zh, en) = (DraftTexts::of(Lang::Zh), DraftTexts::of(Lang::En));
        for (ms, expected_zh, expected_en) in [
            (0, "", ""),
            (59_999, "0 分钟后", "in 0 min"),
            (12 * MINUTE_MS, "12 分钟后", "in 12 min"),
            (3 * HOUR_MS + 12 * MINUTE_MS, "3 小时 12 分钟后", "in 3 h 12 min"),
            (DAY_MS, "1 天 0 小时后", "in 1 day 0 h"),
            (2 * DAY_MS + 5 * HOUR_MS, "2 天 5 小时后", "in 2 days 5 h"),
        ] {
            assert_eq!((zh.in_time(ms).as_str(), en.in_time(ms).as_str()), (expected_zh, expected_en));
        }
    }
}
