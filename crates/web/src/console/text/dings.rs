//! The texts of the page of urgent messages in both languages.

use carillon_model::error::{Error, Rule};

use super::{number, table};
use crate::text::Lang;

table! { DingTexts {
    dings: "DING", "Urgent messages";
    lead: "DING 在收件箱里置顶并标为紧急，成员打开即为确认。", "Urgent messages (DING) stand out in the inbox. Opening one confirms it.";
    phone_hint: "电话 DING 不会真的拨打电话：它作为标有“电话”的紧急消息送达收件箱。", "One by phone places no call: it arrives in the inbox as an urgent message that is marked so.";
    send: "发送 DING", "Send an urgent message";
    channel: "方式", "Channel";
    by_app: "应用内", "In the app";
    by_phone: "电话", "By phone";
    receivers_field: "接收成员的 ID，用换行、逗号或空格分隔", "User IDs of the receivers, separated by lines, commas or spaces";
    receivers_hint: "最多 1,000 人；电话方式最多 20 人。", "At most 1,000; by phone at most 20.";
    content: "内容", "Text";
    content_hint: "最多 5,000 个字。", "At most 5,000 characters.";
    send_sure: "发送后所有接收成员会立即收到提醒。", "All receivers are notified at once.";
    send_now: "确认发送", "Send it now";
    confirm: "请输入接收人数", "Type the number of receivers";
    not_allowed: "你负责的服务号不能发送 DING。", "None of your accounts sends urgent messages.";
    not_signed: "还不能发送 DING：请所有者在下面选择服务号并确认协议。", "Nothing can be sent yet: an owner has to choose an account and to confirm the agreement.";
    history: "已发送", "Sent messages";
    none: "还没有 DING", "No urgent messages yet";
    none_next: "应用或运营人员发送的 DING 会显示在这里。", "Those that apps or operators send appear here.";
    time: "时间", "Time";
    account: "服务号", "Account";
    sender: "发送者", "Sent by";
    receivers: "接收", "Received";
    confirmed: "已确认", "Confirmed";
    recalled: "已撤回", "Recalled";
    receivers_heading: "接收成员", "Receivers";
    not_confirmed: "未确认", "not confirmed";
    is_confirmed: "已确认", "confirmed";
    no_names: "不能显示名单。", "The names are not available.";
    back: "返回列表", "Back to the list";
    settings: "设置", "Settings";
    settings_lead: "由哪个服务号发送 DING。没有选择服务号的方式不能使用。", "Which account sends urgent messages. A channel without account cannot be used.";
    signed: "组织已同意 DING 服务协议", "The organisation has agreed to the use of urgent messages";
    app_account: "应用内 DING 的服务号", "Account for the app";
    phone_account: "电话 DING 的服务号", "Account by phone";
    nobody: "不使用", "None";
    save: "保存", "Save";
    saved: "已保存。", "Saved.";
    sent: "已发送。", "Sent.";
    no_receivers: "请填写接收成员。", "Name the receivers.";
    too_many_receivers: "最多 1000 位接收成员。", "There can be at most 1,000 receivers.";
    no_content: "请填写内容。", "Write a text first.";
    content_too_long: "内容最多 5,000 个字。", "The text has at most 5,000 characters.";
    only_owners: "只有所有者可以修改设置。", "Only owners change the settings.";
    unknown_account: "服务号不存在或已停用。", "The account does not exist or is disabled.";
} }

impl DingTexts {
    /// The name of a channel.
    pub fn channel_name(&self, phone: bool) -> &'static str {
        if phone { self.by_phone } else { self.by_app }
    }

    /// How many received a message, and how many of them confirmed it.
    pub fn figures(&self, receivers: &u64, confirmed: &u64) -> String {
        format!("{} {} · {} {}", self.receivers, number(receivers), self.confirmed, number(confirmed))
    }

    /// Why a message was not sent; `None` for a fault of the server.
    pub fn problem(&self, error: &Error) -> Option<String> {
        let (rule, reason) = match error {
            Error::Rule(rule) => (*rule, ""),
            Error::RuleBecause(rule, reason) => (*rule, &**reason),
            Error::Invalid { reason, .. } => {
                return Some(match self.lang {
                    Lang::Zh => self.confirm_wanted(reason),
                    Lang::En => format!("Type the number of receivers to send this: it {reason}."),
                });
            }
            Error::Internal(_) => return None,
        };
        let (zh, en) = match rule {
            Rule::DingNotAgreed => ("组织还没有同意 DING 服务协议。", "The agreement was not signed."),
            Rule::DingAccountMissing => (
                "这种方式没有可用的服务号，或者你没有它的发送角色。",
                "The channel has no account in use, or you do not send for it.",
            ),
            Rule::DingRepeated => ("有成员最近已收到相同内容。", "A receiver has got the same text lately."),
            Rule::DingVolumeUsedUp => ("今天的 DING 数量已用完。", "Today's urgent messages are used up."),
            Rule::DingBatchTooLarge => {
                ("电话方式最多 20 人。", "There can be at most 20 receivers by phone.")
            }
            Rule::DingTooFrequent => {
                ("发送太频繁，请稍后再试。", "That is too often. Try again in a moment.")
            }
            Rule::PhoneDingsToUserUsedUp => {
                ("有成员今天的电话 DING 已达上限。", "A receiver has had today's urgent messages by phone.")
            }
            Rule::ApprovalNeeded => (
                "这个服务号的发送需要审批，而 DING 不能审批，因此不能从后台发送。",
                "Sends of the account need approval, which an urgent message cannot get. It cannot be sent from here.",
            ),
            Rule::QuietHours => ("现在是免打扰时间。", "These are quiet hours."),
            Rule::ReceiverUsersInvalid => (
                "有成员不存在，或不在服务号的可见范围内：",
                "A receiver does not exist, or is outside of the scope of the account: ",
            ),
            Rule::NoReceivers => {
                ("没有成员会收到：可能都被拉黑了。", "Nobody would receive it; perhaps all are blocked.")
            }
            _ => return None,
        };
        let text = match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        };
        Some(if rule == Rule::ReceiverUsersInvalid { format!("{text}{reason}") } else { text.to_owned() })
    }

    fn confirm_wanted(&self, reason: &str) -> String {
        let number: String = reason.chars().filter(char::is_ascii_digit).collect();
        format!("请输入接收人数 {number} 以确认发送。")
    }
}
