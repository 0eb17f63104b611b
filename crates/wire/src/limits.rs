//! Limits of how often, or how much, that are settings of the server. The explanation of a refused call, the document and the reference
//! take them from here, by the rule that a call beyond the limit breaks.

use carillon_model::{error::Rule, settings::Settings};
use serde_json::{Value, json};

use crate::operation::Operation;

/// A limit that a setting has.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// The rule that a call beyond it breaks.
    pub rule: Rule,
    /// The section of the configuration, and the key in it.
    pub setting: &'static str,
    value: fn(&Settings) -> u64,
    /// What it limits, in Chinese.
    pub about_zh: &'static str,
    /// What it limits, in English.
    pub about_en: &'static str,
}

macro_rules! limits {
    ($($rule:ident $section:ident.$key:ident $zh:literal $en:literal;)*) => {
        /// All limits. A rule can have several.
        pub const ALL: &[Limit] = &[$(Limit {
            rule: Rule::$rule,
            setting: concat!(stringify!($section), ".", stringify!($key)),
            value: |settings| settings.$section.$key,
            about_zh: $zh,
            about_en: $en,
        }),*];
    };
}

limits! {
    TooManyReceivers send.max_receivers "一次发给部门或所有人的发送的接收人数" "Receivers of one send to departments or to everybody";
    SendsPerSecondUsedUp send.per_second "一个服务号每秒的发送次数" "Sends a second of one service account";
    SendsPerMinuteUsedUp send.per_minute "一个服务号每分钟的发送次数" "Sends a minute of one service account";
    SendTooFrequent send.min_interval_ms "一个服务号两次群发之间的毫秒数" "Milliseconds between two sends of one service account to several members";
    DailySendsUsedUp send.daily "一个服务号每天的群发次数" "Sends a day of one service account to several members";
    DailySendsToUserUsedUp send.daily_to_user "每天按 userid 单独发给一名成员的次数" "Sends a day to one member alone, by userid";
    DailyReceiversUsedUp send.daily_receivers_factor "企业每天的接收人次，为成员数的倍数" "Receivers a day of the organisation, as a multiple of its members";
    DingRepeated ding.duplicate_hours "多少小时内不能再次向同一成员发送相同的 DING" "Hours until a member may get the same urgent message again";
    DingVolumeUsedUp ding.app_daily "企业每天应用内 DING 的接收人次" "Receivers a day of urgent messages in the app";
    DingVolumeUsedUp ding.phone_daily "企业每天电话 DING 的接收人次" "Receivers a day of urgent messages by phone";
    PhoneDingsToUserUsedUp ding.phone_daily_to_user "每天发给一名成员的电话 DING 数" "Urgent messages by phone a day to one member";
    DingTooFrequent ding.phone_min_interval_ms "两次电话 DING 之间的毫秒数" "Milliseconds between two urgent messages by phone";
    UnknownSession chat.webhook_minutes "回复地址的有效分钟数" "Minutes that an address to reply to is valid";
    RepliesTooFrequent chat.replies_per_minute "每分钟通过回复地址回复一名成员的次数" "Replies a minute to one member by sessionWebhook";
    ChatTooFrequent chat.messages_per_minute "一名成员每分钟的消息和菜单点击数" "Messages and menu choices a minute of one member";
    StorageFull files.app_megabytes "一个应用上传的文件的总大小（MB）" "Megabytes of the files that an app uploaded";
    StorageFull files.organisation_megabytes "企业全部文件的总大小（MB）" "Megabytes of all files of the organisation";
}

impl Limit {
    /// The value in settings; 0 switches the limit off.
    pub fn value(&self, settings: &Settings) -> u64 {
        (self.value)(settings)
    }

    /// The entry in the document, with the value of a server that sets nothing.
    pub(crate) fn describe(&self) -> Value {
        json!({
            "setting": self.setting,
            "default": self.value(&Settings::default()),
            "description": self.about_en,
            "x-description-zh": self.about_zh,
        })
    }
}

/// The limits of an operation: those of the rules that it declares.
pub fn of(operation: &Operation) -> impl Iterator<Item = &'static Limit> {
    let breaks = |rule| operation.errors.iter().any(|(declared, _)| *declared == rule);
    ALL.iter().filter(move |limit| breaks(limit.rule))
}

/// The limits of a rule.
pub(crate) fn of_rule(rule: Rule) -> impl Iterator<Item = &'static Limit> {
    ALL.iter().filter(move |limit| limit.rule == rule)
}

/// The limit of a setting.
pub fn find(setting: &str) -> Option<&'static Limit> {
    ALL.iter().find(|limit| limit.setting == setting)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_has_one_limit() {
        for limit in ALL {
            let same = ALL.iter().filter(|other| other.setting == limit.setting);
            assert_eq!(same.count(), 1, "{}", limit.setting);
            assert_eq!(find(limit.setting).map(|found| found.rule), Some(limit.rule));
        }
    }
}
