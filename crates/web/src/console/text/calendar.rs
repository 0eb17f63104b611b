//! The texts of the calendar, and of what became of sends over time, in both languages.

use crate::text::Lang;

super::table! { CalendarTexts {
    calendar: "日历", "Calendar";
    month: "月份", "Month";
    all_accounts: "全部服务号", "All accounts";
    previous_month: "上个月", "Previous";
    next_month: "下个月", "Next";
    this_month: "本月", "This month";
    today: "今天", "today";
    show: "查看", "Show";
    empty: "这个月没有安排", "Nothing in this month";
    empty_next: "群发、待审批的草稿和发布的文章会显示在这里。可以新建一条群发，或换一个月份。", "Sends, drafts that wait for approval and published articles appear here. Prepare a send, or choose another month.";
    to_drafts: "新建群发", "Prepare a send";
    no_account: "没有这个服务号。", "There is no such account.";
    bad_month: "月份无效。", "There is no such month.";
    waits_for_approval: "待审批", "Waits for approval";
    article: "文章发布", "Article published";
    cut: "条目太多，没有全部显示。请选择一个服务号。", "There are more entries than fit. Choose an account.";
    without_title: "无标题", "Without a title";
    readers_by_hour: "每小时阅读人数", "Readers by hour";
    readers_by_day: "每天阅读人数", "Readers by day";
    since: "时间", "From";
    readers: "阅读人数", "Readers";
    readers_so_far: "累计阅读", "Readers so far";
    article_views: "文章阅读次数（全部来源）", "Article views, wherever they came from";
    views: "文章阅读次数", "Article views";
    comments: "留言", "Comments";
    day: "日期", "Day";
    table: "数据表", "Table";
    so_far: "截至目前", "so far";
    months: "每月数据", "By month";
    months_of: "每月数据", "Sends by month";
    months_lead: "不含预览；接收和阅读按每条群发相加。", "Without previews. Receivers and readers of each send are added up.";
    sends: "群发", "Sends";
    receivers: "接收", "Receivers";
    no_sends: "还没有群发", "Nothing has been sent yet";
    no_sends_next: "群发之后，每月的群发、接收和阅读数会显示在这里。", "Sends, receivers and readers of each month appear after the first send.";
} }

impl CalendarTexts {
    /// Readers without a time.
    pub fn untimed(&self, readers: &u64) -> String {
        match (self.lang, readers) {
            (Lang::Zh, _) => format!("另有 {readers} 人的阅读时间没有记录。"),
            (Lang::En, 1) => "The time of 1 more reader is not known.".to_owned(),
            (Lang::En, _) => format!("The times of {readers} more readers are not known."),
        }
    }

    /// Entries of a day that are folded away.
    pub fn more_entries(&self, count: usize) -> String {
        match self.lang {
            Lang::Zh => format!("另外 {count} 项"),
            Lang::En => format!("{count} more"),
        }
    }

    /// The name of a month.
    pub fn month_name(&self, year: i16, month: i8) -> String {
        const NAMES: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        match self.lang {
            Lang::Zh => format!("{year}年{month}月"),
            Lang::En => {
                let name = usize::try_from(month - 1).ok().and_then(|index| NAMES.get(index));
                format!("{} {year}", name.copied().unwrap_or_default())
            }
        }
    }

    /// The days of the week, from Monday on.
    pub fn weekdays(&self) -> [&'static str; 7] {
        match self.lang {
            Lang::Zh => ["周一", "周二", "周三", "周四", "周五", "周六", "周日"],
            Lang::En => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        }
    }
}
