//! The texts of statistics and annual reports in both languages.

use carillon_domain::stats::{
    catalogue::{Measure, Topic},
    query::DayList,
};

use crate::text::Lang;

super::table! { StatisticsTexts {
    numbers: "数据", "Numbers";
    statistics: "统计", "Statistics";
    overview: "概览", "Overview";
    topics: "主题", "Topics";
    range: "时间范围", "Range";
    from: "从", "From";
    to: "到", "To";
    department: "部门", "Department";
    organisation: "整个组织", "The organisation";
    apply: "查看", "Show";
    day: "日期", "Day";
    table: "数据表", "Table";
    so_far: "截至目前", "so far";
    no_data: "无数据", "no data";
    not_by_department: "以下数据没有按部门统计：", "These numbers are not counted by department:";
    no_department_numbers: "这个主题的数据没有按部门统计", "The numbers of this topic are not counted by department";
    no_department_numbers_next: "请选择整个组织。", "Choose the organisation.";
    empty: "这段时间没有数据", "Nothing is known of these days";
    empty_next: "成员使用服务窗、应用上报统计事实后，数据会显示在这里。也可以换一个时间范围。", "Numbers appear when members use the service window and apps send facts. Or choose another range.";
    bad_range: "日期无效：最多查看 366 天，不能晚于今天，结束日期不能早于开始日期。", "The dates are not valid: at most 366 days, none after today, and the end not before the beginning.";
    bad_department: "没有这个部门。", "There is no such department.";
    all_zero: "这段时间均为 0：", "0 on all of these days:";
    name: "名称", "Name";
    more_rows: "其余的请下载 CSV 查看。", "Download the CSV for the others.";
    report: "年度报告", "Annual report";
    reports: "年度报告", "Annual reports";
    year: "年份", "Year";
    no_reports: "还没有年度报告", "No annual report yet";
    no_reports_next: "有数据的年份结束后，次年 1 月 1 日起可以查看。", "A year with statistics has its report from 1 January of the next year.";
    not_over: "这一年还没有结束，次年 1 月 1 日起可以查看报告。", "This year is not over. Its report can be read from 1 January of the next.";
    in_progress: "报告正在生成", "The report is being made";
    in_progress_next: "可以离开此页，生成会继续进行；页面每 10 秒自动更新。", "You may leave this page, and the work goes on. The page is brought up to date every 10 seconds.";
    reload: "刷新", "Reload";
    download_report: "下载 CSV", "Download CSV";
    number: "数值", "Number";
    chapter: "章节", "Chapter";
} }

impl StatisticsTexts {
    /// A range that ends today.
    pub fn last_days(&self, days: &i32) -> String {
        match self.lang {
            Lang::Zh => format!("近 {days} 天"),
            Lang::En => format!("{days} days"),
        }
    }

    /// The title of the report of a year.
    pub fn report_of(&self, organisation: &str, year: &i32) -> String {
        match self.lang {
            Lang::Zh => format!("{organisation} {year} 年度报告"),
            Lang::En => format!("{organisation}: annual report {year}"),
        }
    }

    /// How far a report is.
    pub fn days_done(&self, done: &usize, days: &usize) -> String {
        match self.lang {
            Lang::Zh => format!("已完成 {done} / {days} 天"),
            Lang::En => format!("{done} of {days} days are done"),
        }
    }

    /// The days with statistics in a year.
    pub fn source_days(&self, days: &usize) -> String {
        match (self.lang, days) {
            (Lang::Zh, _) => format!("根据这一年中 {days} 天的数据"),
            (Lang::En, 1) => "From the statistics of 1 day".to_owned(),
            (Lang::En, _) => format!("From the statistics of {days} days"),
        }
    }

    /// When a page was printed or read.
    pub fn as_of(&self, time: &str) -> String {
        match self.lang {
            Lang::Zh => format!("生成于 {time}"),
            Lang::En => format!("As of {time}"),
        }
    }

    /// The label of a day that is not over.
    pub fn day_so_far(&self, day: &str) -> String {
        match self.lang {
            Lang::Zh => format!("{day}（{}）", self.so_far),
            Lang::En => format!("{day} ({})", self.so_far),
        }
    }

    /// The heading of a list of a day.
    pub fn list_on(&self, list: &str, day: &str) -> String {
        match self.lang {
            Lang::Zh => format!("{list}（{day}）"),
            Lang::En => format!("{list} on {day}"),
        }
    }
}

/// The name of a topic.
pub fn topic(lang: Lang, topic: Topic) -> &'static str {
    let (zh, en) = match topic {
        Topic::Members => ("成员", "Members"),
        Topic::Messages => ("消息与群", "Messages and groups"),
        Topic::Dings => ("DING", "DINGs"),
        Topic::Meetings => ("会议与直播", "Meetings and live streams"),
        Topic::Articles => ("文章", "Articles"),
        Topic::Apps => ("应用", "Apps"),
        Topic::Documents => ("文档", "Documents"),
        Topic::Work => ("办公", "Work"),
        Topic::Attendance => ("考勤", "Attendance"),
        Topic::Community => ("公告与互动", "Community"),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// The name of a list of a day, and of its numbers.
pub fn list(lang: Lang, list: DayList) -> (&'static str, &'static str) {
    match (lang, list) {
        (Lang::Zh, DayList::Apps) => ("各应用使用人数", "使用人数"),
        (Lang::Zh, DayList::Versions) => ("客户端版本", "使用人数"),
        (Lang::Zh, DayList::Accounts) => ("各服务号累计阅读", "累计阅读"),
        (Lang::En, DayList::Apps) => ("Members by app", "Members"),
        (Lang::En, DayList::Versions) => ("Versions of clients", "Members"),
        (Lang::En, DayList::Accounts) => ("Article views by account, to date", "Views"),
    }
}

/// The unit of an axis.
pub fn measure(lang: Lang, measure: Measure) -> &'static str {
    let (zh, en) = match measure {
        Measure::People => ("人数", "people"),
        Measure::Count => ("数量", "number"),
        Measure::Minutes => ("分钟", "minutes"),
        Measure::Average => ("平均", "average"),
        Measure::Share => ("比例", "share"),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// A name with a capital letter at its beginning.
pub fn capitalized(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
