//! The texts of the reference in both languages.

use carillon_reference::{Caller, Mark, Place};

use crate::{console::text::table, text::Lang};

table! { ReferenceTexts {
    reference: "接口文档", "API reference";
    lead: "本服务器提供的全部接口，内容与服务器实际执行的规则一致。", "All operations of this server, as the server enforces them.";
    navigation: "接口目录", "Operations";
    search: "搜索接口", "Search";
    search_hint: "名称、拼音、路径、错误码、权限或字段", "title, path, error code, permission or field";
    search_action: "搜索", "Search";
    nothing_found: "没有找到。换一个词，或者从目录里查找。", "Nothing was found. Try another word, or look through the folders.";
    matched: "匹配", "matches";
    guides: "入门指南", "Guides";
    events: "事件", "Events";
    events_lead: "应用订阅后收到的事件。HTTP 回调收到加密的正文，Stream 客户端收到同样的数据。", "Events that apps receive after they subscribe. HTTP callbacks get them encrypted, Stream clients get the same data.";
    facts: "统计事实", "Facts of statistics";
    facts_lead: "统计数据由事实计算得出：谁在什么时候做了什么。应用用“写入事实数据”接口发送，运维用 carillon facts import 导入，每行一条。每一种事实有哪些字段、计入哪些统计，见各自的页面。", "Statistics are computed from facts: who did what, and when. Apps send them with the operation to take in facts, and carillon facts import reads them from files, one on each line. The page of each kind has its fields and the statistics that it feeds.";
    facts_sent_by: "写入方式", "Sent with";
    facts_fields: "一行的字段", "Fields of a line";
    facts_feeds: "计入的统计", "Statistics that it feeds";
    facts_operations: "返回值随之变化的接口", "Operations whose responses it changes";
    facts_no_operations: "没有接口直接返回这些数字。", "No operation returns these numbers by themselves.";
    facts_example: "请求体或文件中的一行：", "A line of the body, or of a file:";
    limits: "限制", "Limits";
    limits_lead: "本服务器执行的全部限制：配置里的数值，以及各接口声明的限制。", "All limits that this server enforces: the numbers of its configuration, and what each operation declares.";
    limits_guide: "如何应对限制", "How to work with them";
    limits_configured: "配置里的限制", "From the configuration";
    limits_value: "数值", "Limit";
    limits_key: "配置项", "Key";
    limits_none: "不限制", "none";
    limits_set: "已修改", "not the default";
    limits_declared: "各接口的限制", "Of each operation";
    limits_declared_lead: "请求里字段的取值、长度和个数，以及请求体的大小；超出时返回该接口的参数错误。", "Values, lengths and numbers of items of the fields in requests, and the size of the body. Beyond them, the operation returns its error for a bad parameter.";
    limits_of_operation: "本接口和服务器的限制", "of this operation and of the server";
    errors: "错误", "Errors";
    errors_lead: "每个错误的含义和处理办法。", "What each error means, and what to do.";
    shared_errors: "公共错误", "Shared errors";
    shared_errors_note: "多数接口都可能返回。", "Most operations can return them.";
    permissions: "权限", "Permissions";
    permissions_lead: "每个权限允许应用调用的接口。管理员在管理后台的“应用”里授予，或者用 carillon app grant 授予。", "The operations that each permission opens to apps. An operator grants them on the page of the app in the console, or with carillon app grant.";
    no_permission: "不需要权限", "no permission needed";
    permission: "权限", "Permission";
    modules: "全部模块", "All modules";
    not_served: "本服务器没有", "not on this server";
    not_served_lead: "开放平台有这个接口，本服务器目前没有。调用会返回“找不到 API”的错误。", "The platform has this operation. This server does not have it yet: a call gets the error for an unknown API.";
    own: "Carillon 自有接口", "Carillon's own";
    parameters: "请求参数", "Parameters";
    body: "请求体", "Request body";
    response: "返回结果", "Response";
    payload: "事件内容", "Payload";
    no_parameters: "没有参数。", "No parameters.";
    no_fields: "成功时没有其他字段。", "No other fields on success.";
    common_fields: "此外还有 errcode（0）、errmsg 和 request_id。", "Besides, errcode (0), errmsg and request_id.";
    example: "示例", "Example";
    request_example: "请求示例", "Request";
    response_example: "返回示例", "Response";
    required: "必填", "required";
    always: "必有", "always";
    values: "可选值", "Values";
    each_item: "每一项：", "Each item: ";
    aliases: "也接受", "also accepted as";
    for_example: "例如", "for example";
    who: "谁可以调用", "Who may call it";
    who_kind: "调用者", "Caller";
    who_may: "可以调用", "May call";
    who_needs: "需要", "Needs";
    yes: "可以", "yes";
    no: "不可以", "no";
    internal_app: "企业内部应用", "Internal app";
    isv_app: "第三方企业应用", "Third-party app for organisations";
    personal_app: "第三方个人应用", "Third-party app for persons";
    everybody: "不需要凭证", "No token needed";
    how_to_get: "如何获得", "how to get it";
    reauthentication: "还要再登录一次", "and a second sign-in";
    host: "开放平台的地址", "Host of the platform";
    other_methods: "也接受", "also accepts";
    document: "官方文档", "Vendor's page";
    updated: "官方最后更新", "changed by the vendor";
    table: "表格", "Table";
    code: "错误码", "Code";
    meaning: "含义", "Meaning";
    what_to_do: "处理办法", "What to do";
    for_field: "字段", "field";
    languages: "编程语言", "Language";
    copy: "复制", "Copy";
    copied: "已复制", "Copied";
    example_failed: "无法生成这个示例，请重新加载页面。", "The example could not be made. Reload the page.";
    clients: "官方客户端", "Official clients";
    way: "调用方式", "How to call it";
    way_request: "直接请求", "Request";
    way_client: "官方客户端", "Official client";
    client_is_tested: "官方客户端；本项目的测试运行过。", "The official client. The tests of this project run it.";
    client_is_not_tested: "官方客户端；名称由同一份源定义得出，本项目的测试不运行它。", "The official client. Its names follow from the definition that it is generated from; the tests of this project do not run it.";
    previous: "上一个", "Previous";
    next: "下一个", "Next";
    as_markdown: "Markdown 格式", "As Markdown";
    as_json: "OpenAPI 文档", "OpenAPI document";
    subscribe: "订阅", "Subscribe with";
    raised_with: "可以订阅的事件", "Events to subscribe to";
    raises: "触发的事件", "Events that it raises";
    raised_by: "由这些接口触发", "Raised by";
    quotas: "额度", "Quotas";
    quotas_note: "本服务器的设置；0 表示不限制。超过额度的调用返回错误，不占用额度。", "The settings of this server; 0 means no limit. A call beyond a quota is refused and uses none of it.";
    quotas_gateway: "此外还有所有接口共同的频率限制和每月调用次数，见“额度与限制”。", "Besides, there are the rate limits and the monthly number of calls of all operations: see the guide on limits.";
    quotas_default_note: "没有另外设置时的值；0 表示不限制。", "The values of a server that sets nothing; 0 means no limit.";
    limit: "限制什么", "What is limited";
    setting: "设置", "Setting";
    limit_value: "值", "Value";
    reaches: "触达成员", "Reaches members";
    reaches_receivers: "接收人", "its receivers";
    reaches_earlier: "原来的接收人", "those who received the send";
    reaches_caller: "调用的运营人员", "the calling operator";
    reaches_one: "一名成员", "one member";
    add: "添加", "Add";
    take_away: "移除", "Remove";
    try_it: "试一试", "Try it";
    try_needs_script: "试用接口需要浏览器脚本。", "Trying an operation needs scripts.";
    try_json: "用 JSON 编辑", "Edit as JSON";
    try_app: "以哪个应用调用", "Call as the app";
    try_yourself: "不用应用，以自己的身份", "No app: with your own session";
    try_owner_only: "应用有权限，只有所有者可以试用", "has permissions: owners only";
    try_no_app: "没有可以试用的应用：应用有权限时只有所有者可以用它调用。", "There is no app that you can use: only owners can call with an app that has permissions.";
    try_apps: "查看应用", "See the apps";
    try_never: "这个接口不能从网页调用。", "The operation cannot be called from a page.";
    try_sign_in_lead: "以开发者角色登录管理后台后，可以在这里向本服务器发送请求。", "Sign in to the console with the role of a developer to send the request to this server.";
    try_sign_in: "登录", "Sign in";
    try_as: "登录并试用：", "Sign in to try it as";
    try_no_role: "试用接口需要开发者角色。请所有者在管理后台的“运营人员”中添加。", "Trying operations needs the role of a developer. Ask an owner to add it on the page of operators.";
    try_send: "发送", "Send";
    try_restore: "恢复示例", "Restore the example";
    try_cancel: "取消", "Cancel";
    try_answer: "返回结果", "What came back";
    try_headers: "响应头", "Headers";
    try_search: "在结果中查找", "Find in the response";
    try_next_hit: "下一个", "Next";
    try_reach: "确认触达的成员", "Whom it reaches";
    try_only_me: "只发给我自己", "Only me";
    try_password: "再次输入密码", "Your password again";
    try_password_lead: "这次调用会触达所有人，或者涉及密钥。确认后十分钟内不再询问。", "The call reaches everybody, or is about secrets. You are not asked again for ten minutes.";
    try_own_password: "你的密码", "Your password";
    try_confirm: "确认", "Confirm";
    try_confirm_at_provider: "到单点登录确认", "Confirm at the provider of single sign-on";
    try_not_json: "不是 JSON 对象：会原样发送，表单暂不更新。", "This is no JSON object: it is sent as it is, and the form does not follow.";
    try_sending: "正在发送……", "Sending…";
    try_failed: "请求没有得到响应，请重试。", "The request got no response. Try again.";
    try_refused: "没有发送：", "It was not sent:";
    try_needs_owner: "没有发送：这个应用有权限，只有所有者可以用它调用。", "It was not sent: the app has permissions, so only owners can call with it.";
    try_no_file: "请先选择文件。", "Choose a file first.";
    try_reaches: "这次调用会触达 {} 名成员。", "Members whom the call reaches: {}.";
    try_to_all: "全部 {} 名成员", "All of them: {}";
    try_wrong_password: "密码不对，请重试。", "The password is wrong. Try again.";
    try_too_many: "尝试次数过多，请稍后再试。", "There were too many tries. Wait a little.";
    try_shortened: "只显示开头", "only the beginning is shown";
    try_call: "调用记录", "The call in the journal";
    nothing_found_short: "没有找到", "not found";
}}

impl ReferenceTexts {
    /// Which members an operation reaches.
    pub(super) fn reached(&self, reaches: &str) -> &'static str {
        match reaches {
            "earlier_receivers" => self.reaches_earlier,
            "caller" => self.reaches_caller,
            "one_member" => self.reaches_one,
            _ => self.reaches_receivers,
        }
    }

    /// The language of the table.
    pub(super) fn lang(&self) -> Lang {
        self.lang
    }

    /// Where a field stands.
    pub(super) fn place(&self, place: Place) -> &'static str {
        match (self.lang, place) {
            (Lang::Zh, Place::Query) => "查询参数",
            (Lang::Zh, Place::Path) => "路径",
            (Lang::Zh, Place::Header) => "请求头",
            (Lang::Zh, Place::Body) => "请求体",
            (Lang::Zh, Place::Response) => "返回",
            (Lang::En, place) => place.as_str(),
        }
    }

    /// The type of a field, such as `array of string`.
    pub(super) fn kind(&self, kind: &str) -> String {
        match (self.lang, kind.strip_prefix("array of ")) {
            (Lang::Zh, Some(item)) => format!("{} 数组", self.kind(item)),
            (Lang::Zh, None) => kind.replace(" | ", " 或 "),
            (Lang::En, _) => kind.to_owned(),
        }
    }

    /// Where a behaviour comes from, if not from the documentation.
    pub(super) fn mark(&self, mark: Mark) -> Option<&'static str> {
        match (self.lang, mark) {
            (_, Mark::Documented) => None,
            (Lang::Zh, Mark::Observed) => Some("实测"),
            (Lang::Zh, Mark::Decided) => Some("自定"),
            (Lang::En, Mark::Observed) => Some("observed"),
            (Lang::En, Mark::Decided) => Some("decided"),
        }
    }

    /// A kind of caller other than apps.
    pub(super) fn caller(&self, caller: Caller) -> &'static str {
        match (self.lang, caller) {
            (Lang::Zh, Caller::App) => "应用",
            (Lang::Zh, Caller::Operator) => "管理员（管理后台的会话）",
            (Lang::Zh, Caller::Member) => "成员（收件箱的会话）",
            (Lang::Zh, Caller::Local) => "本机程序（数据目录里的套接字）",
            (Lang::En, Caller::App) => "App",
            (Lang::En, Caller::Operator) => "Operator (session of the console)",
            (Lang::En, Caller::Member) => "Member (session of the inbox)",
            (Lang::En, Caller::Local) => "Program on this machine (socket in the data folder)",
        }
    }

    /// What stands between the items of a list.
    pub(super) fn comma(&self) -> &'static str {
        match self.lang {
            Lang::Zh => "；",
            Lang::En => "; ",
        }
    }

    /// The number of operations that answer with an error.
    pub(super) fn operations(&self, count: usize) -> String {
        match (self.lang, count) {
            (Lang::Zh, count) => format!("{count} 个接口"),
            (Lang::En, 1) => "1 operation".to_owned(),
            (Lang::En, count) => format!("{count} operations"),
        }
    }

    /// A number of bytes, in the unit that divides it.
    pub(super) fn bytes(&self, bytes: u64) -> String {
        let (number, unit) = match bytes {
            bytes if bytes > 0 && bytes.is_multiple_of(1 << 20) => (bytes >> 20, "MB"),
            bytes if bytes > 0 && bytes.is_multiple_of(1 << 10) => (bytes >> 10, "kB"),
            bytes => (bytes, if self.lang == Lang::Zh { "字节" } else { "bytes" }),
        };
        format!("{number} {unit}")
    }

    /// The number of results.
    pub(super) fn results(&self, count: usize) -> String {
        match (self.lang, count) {
            (Lang::Zh, count) => format!("{count} 个结果"),
            (Lang::En, 1) => "1 result".to_owned(),
            (Lang::En, count) => format!("{count} results"),
        }
    }
}
