//! The texts of the pages of events.

use carillon_model::event::{DeliveryState, EventKind};

use super::table;
use crate::text::Lang;

table! { EventTexts {
    events: "事件", "Events";
    app: "应用", "App";
    kind: "事件类型", "Event type";
    all_kinds: "全部类型", "All types";
    outcome: "状态", "State";
    all_outcomes: "全部", "All";
    waiting: "等待投递", "Waiting";
    delivered: "已投递", "Delivered";
    failed: "失败", "Failed";
    since: "开始时间", "From";
    until: "结束时间", "To";
    no_apps: "还没有应用", "No apps yet";
    to_apps: "打开应用", "Open the apps";
    no_apps_next: "先在应用页面创建应用并授予权限，再订阅事件。", "Create an app and grant its permissions first, then subscribe it to events.";
    none: "还没有事件", "No events yet";
    none_next: "订阅后，成员、部门、角色变化和成员消息会显示在这里。可以先发送一个测试事件。", "Changes of members, departments and roles, and messages of members appear here once the app is subscribed. Send a test event to begin with.";
    nothing_found: "没有符合条件的事件", "No events match";
    nothing_found_next: "换一个应用、类型、状态或时间试试。", "Choose another app, type, state or time.";
    subscription: "订阅", "Subscription";
    edit_subscription: "设置订阅", "Set the subscription";
    no_subscription: "这个应用没有订阅事件。", "The app receives no events.";
    by_http: "通过 HTTP 回调", "By HTTP callback";
    by_stream: "通过 Stream 连接", "By Stream connections";
    topics: "Stream 主题", "Stream topics";
    patterns: "事件", "Events";
    patterns_hint: "每行一个事件名，可以用 * 和 {a,b}，例如 user_*。", "One name on each line, also with * and {a,b}, such as user_*.";
    withheld: "应用缺少权限，收不到这些事件：", "The app lacks the permission for these events:";
    how: "接收方式", "How to receive them";
    stream: "Stream：程序用 Client ID 和 Client Secret 主动连接，无需公网地址", "Stream: the program connects with its Client ID and Client Secret, and needs no public address";
    same_callback: "HTTP 回调：保持现在的地址和密钥", "HTTP callback: address and secrets as they are";
    callback: "HTTP 回调：新的地址和密钥", "HTTP callback: another address and secrets";
    url: "回调地址", "Callback URL";
    token: "签名 token", "Signing token";
    aes_key: "加密 aes_key", "Encryption aes_key";
    owner_key: "消息中的 key（corpId 或 appKey）", "The key in messages (corpId or appKey)";
    secrets_hint: "这里已生成新的密钥。请先把它们配置到接收程序，再保存：保存时会发送 check_url 验证。保存后不再显示。", "New secrets were made here. Give them to the receiver first, then save: the address is checked with check_url. They are not shown again.";
    owner_only: "应用有权限时，只有所有者能更换回调地址：地址的持有者能读到事件。", "The app has permissions. Only owners can set another address: who has it reads the events.";
    save: "保存", "Save";
    saved: "已保存。", "Saved.";
    remove: "删除订阅", "Remove the subscription";
    remove_sure: "等待投递的事件会被放弃，应用不再接收事件。Stream 连接打开的主题不受影响。", "Waiting events are given up, and the app receives no more. Topics of its Stream connections are not affected.";
    remove_now: "确认删除", "Remove it now";
    removed: "已删除。", "Removed.";
    test: "发送测试事件", "Send a test event";
    test_hint: "应用会收到一个 check_url 事件，投递过程显示在下面。", "The app gets an event of the type check_url. Its delivery is shown below.";
    test_refused: "应用没有订阅，也没有打开 Stream 连接，或者已停用。", "The app has no subscription and opened no Stream connection, or it is disabled.";
    retry: "重新投递", "Send it again";
    retried: "已重新排队。", "It is in the queue again.";
    retry_refused: "只能重新投递失败的事件，且应用要有接收它的权限。", "Only failed events can be sent again, and only those that the app may receive.";
    retry_all: "重新投递失败的事件", "Send failed events again";
    retry_since: "从什么时候失败的", "Failed since";
    retry_count: "查看数量", "Count them";
    retry_now: "确认重新投递", "Send them again now";
    nothing_failed: "这段时间没有失败的事件。", "No events failed since then.";
    event: "事件", "Event";
    id: "事件 ID", "Event id";
    born: "发生时间", "Happened";
    ended: "结束时间", "Ended";
    next: "下次投递", "Next attempt";
    topic: "主题", "Topic";
    conversation: "顺序", "Order";
    conversation_hint: "同一顺序的事件逐个投递，前一个结束后才投递下一个。", "Events of the same order are sent one after the other.";
    attempts: "投递记录", "Attempts";
    no_attempts: "还没有投递。", "Not sent yet.";
    number: "次数", "No.";
    started: "时间", "Started";
    took: "耗时", "Took";
    status: "响应码", "Status";
    answer: "响应", "Answer";
    problem: "问题", "Problem";
    succeeded: "成功", "Accepted";
    content: "内容", "Content";
    content_hidden: "事件可能包含成员写的内容，默认不显示。在调用记录页面打开该应用的内容记录后，一小时内新发生的事件会在这里显示，密钥和个人信息会隐藏，正文会截短。", "Events can hold what members write, so they are not shown. While the bodies of the app's calls are recorded (page of calls), events of that hour are shown here, without secrets and personal data, and shortened.";
    to_calls: "打开调用记录", "Open the calls";
    bad_patterns: "请填写 1 到 100 个存在的事件名。", "Give 1 to 100 names of events that exist.";
    bad_time: "时间格式不正确。", "That is not a date and time.";
    bad_callback: "token 为 6 到 63 个字符，aes_key 为 43 个字母和数字，回调地址为 http 或 https 网址。", "The token has 6 to 63 characters, aes_key 43 letters and digits, and the URL begins with http or https.";
    unreachable: "无法连接回调地址。", "The callback cannot be reached.";
    wrong_answer: "回调没有返回加密的 success，请确认接收程序已使用上面的密钥。", "The callback did not answer with the encrypted success. Make sure that the receiver has the secrets above.";
    forbidden_host: "回调地址属于内网，需要在配置的 [delivery] allow 中允许。", "The callback has an internal address. Allow it in [delivery] of the configuration.";
    needs_owner: "这需要所有者的角色。", "Only owners can do this.";
    no_callback: "应用没有回调。", "The app has no callback.";
} }

impl EventTexts {
    /// The name of a state.
    pub fn state(&self, state: DeliveryState) -> &'static str {
        match state {
            DeliveryState::Waiting => self.waiting,
            DeliveryState::Delivered => self.delivered,
            DeliveryState::Failed => self.failed,
        }
    }

    /// What an event is about.
    pub fn kind_name(&self, kind: EventKind) -> &'static str {
        let (zh, en) = match kind {
            EventKind::MembersAdded => ("成员加入", "Members added"),
            EventKind::MemberChanged => ("成员信息变更", "Member changed"),
            EventKind::MembersLeft => ("成员离职", "Members left"),
            EventKind::MemberActivated => ("成员首次登录", "First sign-in of a member"),
            EventKind::AdminsAdded => ("设为管理员", "Administrators added"),
            EventKind::AdminsRemoved => ("取消管理员", "Administrators removed"),
            EventKind::DepartmentsAdded => ("部门创建", "Departments added"),
            EventKind::DepartmentsChanged => ("部门变更", "Departments changed"),
            EventKind::DepartmentsRemoved => ("部门删除", "Departments removed"),
            EventKind::RolesAdded => ("角色创建", "Roles added"),
            EventKind::RoleChanged => ("角色变更", "Role changed"),
            EventKind::RolesRemoved => ("角色删除", "Roles removed"),
            EventKind::RoleMembersChanged => ("角色成员变更", "Members of roles changed"),
            EventKind::AccountMessage => ("成员消息", "Message of a member"),
            EventKind::AccountAction => ("菜单点击", "Choice in a menu"),
            EventKind::AppReleased => ("应用发布", "App released"),
            EventKind::Test => ("测试", "Test"),
        };
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// How often an event was sent.
    pub fn attempt_count(&self, count: &usize) -> String {
        match (self.lang, count) {
            (Lang::Zh, _) => format!("投递 {count} 次"),
            (Lang::En, 1) => "1 attempt".to_owned(),
            (Lang::En, _) => format!("{count} attempts"),
        }
    }

    /// When an event is sent next.
    pub fn next_at(&self, time: &str) -> String {
        match self.lang {
            Lang::Zh => format!("下次 {time}"),
            Lang::En => format!("next {time}"),
        }
    }

    /// What a retry of many events does, before it is confirmed.
    pub fn retry_sure(&self, events: &usize, more: &bool) -> String {
        match (self.lang, more) {
            (Lang::Zh, false) => format!("将重新投递 {events} 个事件，接收程序可能再次收到已处理的事件。"),
            (Lang::Zh, true) => format!(
                "将重新投递最早失败的 {events} 个事件，之后还有更多，可以再次操作。接收程序可能再次收到已处理的事件。"
            ),
            (Lang::En, false) => {
                format!("Sends {events} events again. The receiver may have processed some of them before.")
            }
            (Lang::En, true) => format!(
                "Sends the {events} events again that failed first; there are more for another time. The receiver may have processed some of them before."
            ),
        }
    }

    /// How many events were queued again.
    pub fn retried_count(&self, events: &str) -> String {
        match self.lang {
            Lang::Zh => format!("已重新排队 {events} 个事件。"),
            Lang::En => format!("{events} events are in the queue again."),
        }
    }
}
