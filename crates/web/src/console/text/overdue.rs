//! The texts of scheduled sends that wait for a decision, and of those that were sent late, in both languages.

use carillon_model::time::{DAY_MS, HOUR_MS, MINUTE_MS};

use super::table;
use crate::text::Lang;

table! { OverdueTexts {
    held: "逾期待处理", "Overdue";
    waiting_for_you: "逾期的定时群发", "Overdue sends";
    lead: "这些群发到时没有发出，例如当时服务器没有运行。请逐条决定：立即发送、改期或取消。", "These scheduled sends did not leave in time, for example because the server was off. Decide about each: send it now, move it, or cancel it.";
    lead_of_others: "这些群发到时没有发出，例如当时服务器没有运行。它们等待有发送权限的运营人员决定。", "These scheduled sends did not leave in time, for example because the server was off. They wait for an operator who may send.";
    decide: "这条群发等待决定", "This send waits for a decision";
    for_others: "有发送权限的运营人员可以立即发送、改期或取消。", "An operator who may send can send it now, move it or cancel it.";
    send_now: "立即发送", "Send now";
    send_now_confirm: "确认立即发送", "Send it now";
    move_to: "改期", "Move";
    move_lead: "内容、接收人和审批不变，到新的时间自动发送。", "Message, receivers and approval stay. It is sent at the new time.";
    new_time: "新的发送时间", "New time";
    move_confirm: "确认改期", "Move it";
    moved: "已改期。", "Moved.";
    sent_now: "已发送。", "Sent.";
    sent_late: "逾期发出", "sent late";
    unknown_receivers: "无法确定接收人数。", "The number of receivers cannot be determined.";
} }

impl OverdueTexts {
    /// Why a send waits for a decision. `late_ms` is the time since it was due, in ms.
    pub fn why_held(&self, due_at: &str, late_ms: i64) -> String {
        let late = self.duration(late_ms);
        match self.lang {
            Lang::Zh => format!("原定 {due_at} 发送，已逾期 {late}，没有自动发出。"),
            Lang::En => format!("It was due at {due_at}, {late} ago, and did not leave by itself."),
        }
    }

    /// Why a send of a restored organisation waits.
    pub fn why_held_after_restore(&self, due_at: &str) -> String {
        match self.lang {
            Lang::Zh => {
                format!("原定 {due_at} 发送。组织是从备份恢复的，它可能已由原服务器发出，因此没有自动发出。")
            }
            Lang::En => format!(
                "It was due at {due_at}. The organisation was restored from a backup, and the original server may have sent it already, so it did not leave by itself."
            ),
        }
    }

    /// What became of a send that was not sent in time.
    pub fn was_late(&self, due_at: &str, late_ms: i64) -> String {
        let late = self.duration(late_ms);
        match self.lang {
            Lang::Zh => format!(
                "原定 {due_at} 发送，逾期 {late}发出。没有运营人员可以决定时会自动补发；由谁发出见操作记录。"
            ),
            Lang::En => format!(
                "It was due at {due_at} and was sent {late} late. Where no operator can decide, that happens by itself; the audit trail says who sent it."
            ),
        }
    }

    /// What sending now does, before it is confirmed.
    pub fn send_now_sure(&self, receivers: u64) -> String {
        let count = super::number(receivers);
        match (self.lang, receivers) {
            (Lang::Zh, _) => format!("消息会立即发给 {count} 位成员。"),
            (Lang::En, 1) => "The message is sent to 1 member at once.".to_owned(),
            (Lang::En, _) => format!("The message is sent to {count} members at once."),
        }
    }

    /// The number of sends that wait for a decision.
    pub fn count(&self, sends: i64) -> String {
        match (self.lang, sends) {
            (Lang::Zh, _) => format!("{sends} 条定时群发已逾期，等待决定"),
            (Lang::En, 1) => "1 scheduled send is overdue and waits for a decision".to_owned(),
            (Lang::En, _) => format!("{sends} scheduled sends are overdue and wait for a decision"),
        }
    }

    /// A length of time in two units, at least a minute.
    fn duration(&self, ms: i64) -> String {
        let ms = ms.max(MINUTE_MS);
        let (days, hours, minutes) = (ms / DAY_MS, ms % DAY_MS / HOUR_MS, ms % HOUR_MS / MINUTE_MS);
        match (self.lang, days, hours) {
            (Lang::Zh, 0, 0) => format!("{minutes} 分钟"),
            (Lang::Zh, 0, _) => format!("{hours} 小时 {minutes} 分钟"),
            (Lang::Zh, ..) => format!("{days} 天 {hours} 小时"),
            (Lang::En, 0, 0) => format!("{minutes} min"),
            (Lang::En, 0, _) => format!("{hours} h {minutes} min"),
            (Lang::En, 1, _) => format!("1 day {hours} h"),
            (Lang::En, ..) => format!("{days} days {hours} h"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_has_two_units() {
        let (zh, en) = (OverdueTexts::of(Lang::Zh), OverdueTexts::of(Lang::En));
        for (ms, expected_zh, expected_en) in [
            (0, "1 分钟", "1 min"),
            (10 * MINUTE_MS + 1, "10 分钟", "10 min"),
            (HOUR_MS, "1 小时 0 分钟", "1 h 0 min"),
            (DAY_MS + HOUR_MS, "1 天 1 小时", "1 day 1 h"),
            (2 * DAY_MS, "2 天 0 小时", "2 days 0 h"),
        ] {
            assert_eq!((zh.duration(ms).as_str(), en.duration(ms).as_str()), (expected_zh, expected_en));
        }
    }
}
