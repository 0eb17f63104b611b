//! The texts of the journal of calls in both languages.

use crate::text::Lang;

macro_rules! call_texts {
    ($($name:ident: $zh:literal, $en:literal;)*) => {
        /// The fixed texts.
        pub struct CallTexts {
            lang: Lang,
            $(pub $name: &'static str,)*
        }

        static ZH: CallTexts = CallTexts { lang: Lang::Zh, $($name: $zh,)* };
        static EN: CallTexts = CallTexts { lang: Lang::En, $($name: $en,)* };
    };
}

call_texts! {
    calls: "调用记录", "Calls";
    time: "时间", "Time";
    title: "名称", "Title";
    code: "错误码", "Code";
    message: "说明", "Message";
    reference: "接口说明", "Reference";
    caller_page: "应用", "App";
    caller: "调用方", "Caller";
    all_callers: "全部应用", "All apps";
    operation: "接口", "Operation";
    all_operations: "全部接口", "All operations";
    outcome: "结果", "Outcome";
    all_outcomes: "全部", "All";
    refused_only: "仅失败", "Refused only";
    no_calls: "还没有调用", "No calls yet";
    no_calls_next: "在“应用”中创建应用，取得令牌后调用接口，记录会显示在这里。", "Create an app under Apps, get a token and call an operation. It appears here.";
    nothing_found: "没有符合条件的调用", "No calls match";
    nothing_found_next: "换一个应用、接口或结果试试。令牌无效的调用不属于任何组织，请在服务器上运行 carillon calls unknown。", "Choose another app, operation or outcome. Calls without a valid token belong to no organisation: run carillon calls unknown on the server.";
    unknown_path: "不存在的路径", "Unknown path";
    local: "命令行", "Command line";
    member: "成员", "A member";
    webhook: "通过 sessionWebhook", "By sessionWebhook";
    succeeded: "成功", "Succeeded";
    wrong: "出了什么问题", "What was wrong";
    now: "现在的情况", "What holds now";
    next: "下一步", "What to do next";
    vendor_page: "接口文档", "Page of the operation";
    document: "接口文档", "API reference";
    details: "详情", "Details";
    request_id: "请求编号", "Request id";
    status: "HTTP 状态", "HTTP status";
    took: "耗时", "Took";
    address: "来源", "From";
    loopback: "本机", "this machine";
    private: "内网", "an internal network";
    public: "公网", "the internet";
    bodies: "请求和响应内容", "Bodies of calls";
    bodies_lead: "排查问题时可以记录一个应用的请求和响应一小时。密钥、令牌和手机号会隐藏，正文会截短，操作会写入审计记录。", "To find a problem, record the requests and responses of one app for an hour. Secrets, tokens and mobile numbers are left out, texts are shortened, and the audit trail tells who did.";
    app: "应用", "App";
    record: "记录一小时", "Record for an hour";
    stop: "停止记录", "Stop recording";
    request: "请求", "Request";
    response: "响应", "Response";
}

/// The texts of a language.
pub fn texts(lang: Lang) -> &'static CallTexts {
    match lang {
        Lang::Zh => &ZH,
        Lang::En => &EN,
    }
}

impl CallTexts {
    /// How many calls were not recorded.
    pub fn unrecorded(&self, calls: &i64) -> String {
        match (self.lang, calls) {
            (Lang::Zh, _) => format!("另有 {calls} 次调用因为过于密集没有记录。"),
            (Lang::En, 1) => {
                "1 more call was not recorded, because there were too many in a second.".to_owned()
            }
            (Lang::En, _) => {
                format!("{calls} more calls were not recorded, because there were too many in a second.")
            }
        }
    }

    /// Until when bodies of an app are recorded.
    pub fn recorded_until(&self, time: &str) -> String {
        match self.lang {
            Lang::Zh => format!("记录到 {time}"),
            Lang::En => format!("recorded until {time}"),
        }
    }

    /// For how long calls are stored.
    pub fn stored_for(&self, hours: &u32, refused_hours: &u32) -> String {
        let (calls, refused) = (self.duration(*hours), self.duration(*refused_hours));
        match self.lang {
            Lang::Zh => format!("成功的调用保留 {calls}，失败的保留 {refused}；内容只在打开记录时保存。"),
            Lang::En => format!(
                "Calls are stored for {calls}, refused ones for {refused}; bodies only while they are recorded."
            ),
        }
    }

    /// A number of hours, or of days from two whole days on.
    fn duration(&self, hours: u32) -> String {
        let is_days = hours >= 48 && hours.is_multiple_of(24);
        let count = if is_days { hours / 24 } else { hours };
        match (self.lang, is_days) {
            (Lang::Zh, true) => format!("{count} 天"),
            (Lang::Zh, false) => format!("{count} 小时"),
            (Lang::En, true) => format!("{count} days"),
            (Lang::En, false) => format!("{count} {}", if count == 1 { "hour" } else { "hours" }),
        }
    }

    /// The number of a page of the vendor's documentation.
    pub fn page_number(&self, number: &str) -> String {
        match self.lang {
            Lang::Zh => format!("{}（第 {number} 篇）", self.vendor_page),
            Lang::En => format!("{} (no. {number})", self.vendor_page),
        }
    }
}
