//! The texts of the page of the server's state in both languages.

use carillon_domain::system::LastBackup;

use super::{number, table};
use crate::text::Lang;

table! { SystemTexts {
    system: "系统", "System";
    lead: "服务器的状态，供运维排查问题。", "The state of the server, for those who run it.";
    held: "恢复后暂停发送", "Held back after a restore";
    held_lead: "组织是从备份恢复的。为避免重复，定时群发和事件在确认前不会发出。", "The organisation was restored from a backup. So that nothing leaves twice, scheduled sends and events wait until somebody lets them go.";
    held_sends: "定时群发", "Scheduled sends";
    held_events: "事件", "Events";
    restored_at: "恢复时间", "Restored";
    release: "恢复发送", "Let them go";
    release_sure: "定时群发恢复按时发送，事件会投递给应用。恢复之前已到时间的群发仍在“群发”中等待逐条决定；服务号没有可以决定的运营人员时立即发出。不需要的群发请先取消。发出后无法撤销。", "Scheduled sends leave at their time again, and events are delivered to apps. Sends that were due before the restore still wait under Sends for a decision about each; they leave at once if the account has no operator who can decide. Cancel sends that are not wanted first. This cannot be undone.";
    release_now: "确认恢复发送", "Let them go now";
    released: "已恢复发送。", "Sends and events leave again.";
    health: "运行状况", "Health";
    version: "版本", "Version";
    schema: "数据结构", "Schema";
    machine: "机器", "Machine";
    started: "启动时间", "Started";
    works: "正常", "OK";
    does_not_work: "异常", "Failed";
    listeners: "监听地址", "Listeners";
    jobs: "后台任务", "Background jobs";
    job: "任务", "Job";
    last_success: "上次成功", "Last success";
    state: "状态", "State";
    never: "尚未运行", "not run yet";
    limits: "生效的限制", "Limits in force";
    limit: "限制", "Limit";
    in_force: "生效值", "In force";
    used: "已用", "Used";
    configured: "配置值", "configured";
    unlimited: "不限", "none";
    disk: "磁盘", "Disk";
    disk_free: "可用", "Free";
    disk_database: "数据库", "Database";
    disk_log: "预写日志", "Write-ahead log";
    disk_files: "本组织的文件", "Files of the organisation";
    disk_short: "磁盘空间不足 1 GB，请尽快清理或扩容。", "Less than 1 GB is free. Make room soon.";
    backup: "备份", "Backup";
    no_backup: "没有记录到备份。请在服务器上运行 carillon backup，并把文件保存到其他机器。", "No backup is known. Run carillon backup on the server, and keep the file on another machine.";
    backup_old: "已超过 7 天，请尽快再做一次备份。", "That is more than 7 days ago. Make another one soon.";
    backup_snapshot: "这里只记录 carillon backup 所做的备份，不包括磁盘快照。", "Only backups by carillon backup are known here, not snapshots of the disk.";
    configuration: "配置", "Configuration";
    key: "配置项", "Key";
    value: "值", "Value";
    from: "来源", "From";
    only_set: "只看修改过的", "Changed only";
    show_all: "全部配置项", "All keys";
    nothing_set: "所有配置项都是默认值。", "All keys have their defaults.";
    report: "问题报告", "Problem report";
    report_lead: "报告问题时附上这段文字。其中没有地址、路径、密钥和个人信息。", "Add this text to a report of a problem. It contains no addresses, paths, secrets or personal data.";
    report_text: "报告内容", "The text";
    download: "下载", "Download";
} }

impl SystemTexts {
    /// The name of a part.
    pub fn part(&self, name: &str) -> &'static str {
        match (self.lang, name) {
            (Lang::Zh, "store") => "数据写入",
            (Lang::En, "store") => "Writing to the store",
            (Lang::Zh, "jobs") => "后台任务",
            (Lang::En, "jobs") => "Background jobs",
            (Lang::Zh, "delivery") => "事件投递",
            (Lang::En, "delivery") => "Delivery of events",
            (Lang::Zh, _) => "本机命令",
            (Lang::En, _) => "Commands on the server",
        }
    }

    /// The name of a listener.
    pub fn listener(&self, name: &str) -> &'static str {
        match (self.lang, name) {
            (Lang::Zh, "main") => "页面和接口",
            (Lang::En, "main") => "Pages and API",
            (Lang::Zh, "metrics") => "监控指标",
            (Lang::En, "metrics") => "Metrics",
            (Lang::Zh, _) => "本机命令（套接字）",
            (Lang::En, _) => "Commands on the server (socket)",
        }
    }

    /// The name of a job.
    pub fn job(&self, name: &str) -> String {
        let (zh, en) = match name {
            "scheduled_sends" => ("定时群发", "Scheduled sends"),
            "member_imports" => ("成员导入", "Imports of members"),
            "roll_up" => ("统计汇总", "Roll-up of statistics"),
            "fold_receipts" => ("已读回执", "Read receipts"),
            "fold_activity" => ("活跃成员", "Activity of members"),
            "article_views" => ("文章阅读数", "Views of articles"),
            "retention" => ("过期数据清理", "Removal of old data"),
            "article_readers" => ("文章读者清理", "Removal of old article readers"),
            "delivery_maintenance" => ("投递记录清理", "Delivery log"),
            "stream_connections" => ("Stream 连接", "Stream connections"),
            "calls" => ("调用记录", "Journal of calls"),
            "call_counts" => ("调用计数", "Counts of calls"),
            "stored_files" => ("文件清理", "Removal of unused files"),
            other => return other.to_owned(),
        };
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
        .to_owned()
    }

    /// The name of a limit.
    pub fn limit(&self, name: &str) -> &'static str {
        match (self.lang, name) {
            (Lang::Zh, "connections") => "同时打开的连接",
            (Lang::En, "connections") => "Open connections",
            (Lang::Zh, "body_bytes") => "内存中的请求正文",
            (Lang::En, "body_bytes") => "Request bodies in memory",
            (Lang::Zh, _) => "同时打开的文件",
            (Lang::En, _) => "Open files",
        }
    }

    /// An amount of a limit.
    pub fn amount(&self, limit: &str, value: u64) -> String {
        if limit == "body_bytes" { self.bytes(value) } else { number(value) }
    }

    /// A number of bytes.
    pub fn bytes(&self, bytes: u64) -> String {
        let tenths = |unit: u64| format!("{}.{}", bytes / unit, bytes % unit * 10 / unit);
        match bytes {
            0..1_000 => format!("{bytes} B"),
            1_000..1_000_000 => format!("{} kB", bytes / 1_000),
            1_000_000..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
            _ => format!("{} GB", tenths(1_000_000_000)),
        }
    }

    /// A number of bytes with its limit.
    pub fn of_limit(&self, bytes: u64, limit: Option<u64>) -> String {
        match limit {
            Some(limit) => format!("{} / {}", self.bytes(bytes), self.bytes(limit)),
            None => self.bytes(bytes),
        }
    }

    /// Where a value of the configuration comes from.
    pub fn source(&self, from: &str) -> String {
        match (self.lang, from) {
            (Lang::Zh, "default") => "默认值".to_owned(),
            (Lang::Zh, "environment") => "环境变量".to_owned(),
            (Lang::Zh, "flag") => "命令行".to_owned(),
            (Lang::Zh, other) => other.replacen("file", "文件", 1),
            (Lang::En, "environment") => "environment variable".to_owned(),
            (Lang::En, "flag") => "command line".to_owned(),
            (Lang::En, other) => other.to_owned(),
        }
    }

    /// Size, files and encryption of a backup.
    pub fn backup_facts(&self, backup: &LastBackup) -> String {
        let LastBackup { files, missing, encrypted, .. } = *backup;
        let size = self.bytes(backup.bytes);
        match self.lang {
            Lang::Zh => {
                let kind = if encrypted { "已加密" } else { "未加密" };
                let lost = if missing > 0 { format!("，缺少 {missing} 个文件") } else { String::new() };
                format!("{size}，{files} 个文件，{kind}{lost}")
            }
            Lang::En => {
                let kind = if encrypted { "encrypted" } else { "not encrypted" };
                let lost =
                    if missing > 0 { format!(", {missing} files were missing") } else { String::new() };
                format!("{size}, {files} files, {kind}{lost}")
            }
        }
    }

    /// How often a job failed.
    pub fn failures(&self, count: &u32) -> String {
        match self.lang {
            Lang::Zh => format!("连续失败 {count} 次"),
            Lang::En => format!("failed {count} times in a row"),
        }
    }
}
