//! The texts of the console in both languages.

pub mod articles;
pub mod calls;

use carillon_model::{message::MessageKind, operator::OperatorRole};

use crate::text::Lang;

pub mod accounts;
pub mod apps;
pub mod audit;
pub mod calendar;
pub mod cards;
pub mod comments;
pub mod conflict;
pub mod conversations;
pub mod departments;
pub mod dings;
pub mod drafts;
pub mod events;
pub mod groups;
pub mod imports;
pub mod lists;
pub mod members;
pub mod organisation;
pub mod overdue;
pub mod pictures;
pub mod sign_on;
pub mod start;
pub mod statistics;
pub mod system;
pub mod webhooks;

/// Declares a table of fixed texts in both languages, with `of` for the table of a language.
macro_rules! texts {
    ($table:ident { $($name:ident: $zh:literal, $en:literal;)* }) => {
        /// The fixed texts.
        pub struct $table {
            lang: Lang,
            $(pub $name: &'static str,)*
        }

        impl $table {
            /// The texts of a language.
            pub fn of(lang: Lang) -> &'static Self {
                static ZH: $table = $table { lang: Lang::Zh, $($name: $zh,)* };
                static EN: $table = $table { lang: Lang::En, $($name: $en,)* };
                match lang {
                    Lang::Zh => &ZH,
                    Lang::En => &EN,
                }
            }
        }
    };
}
pub(crate) use texts as table;

table! { ConsoleTexts {
    console: "管理后台", "Console";
    navigation: "管理后台导航", "Console navigation";
    menu: "菜单", "Menu";
    own_password: "再输入一次你的密码", "Your password again";
    confirm_lead: "这项操作需要你在登录服务中再确认一次身份。", "This needs you to confirm who you are at the sign-in service.";
    confirm_at_provider: "去确认", "Confirm";
    publish: "发布", "Publishing";
    answer: "互动", "Engagement";
    manage: "管理", "Accounts and people";
    develop: "开发", "Development";
    administer: "系统", "Administration";
    home: "首页", "Home";
    sends: "群发", "Sends";
    drafts: "草稿", "Drafts";
    keys: "快捷键", "Keys";
    close: "关闭", "Close";
    key_search: "搜索或筛选", "Search or filter";
    key_next: "下一行", "Next row";
    key_previous: "上一行", "Previous row";
    key_open: "打开", "Open";
    key_back: "返回列表", "Back to the list";
    key_help: "显示快捷键", "Show the keys";
    title: "标题", "Title";
    member: "成员", "Member";
    download: "下载 CSV", "Download CSV";
    account_settings: "服务号", "Accounts";
    members: "成员", "Members";
    operators: "运营人员", "Operators";
    audit: "操作记录", "Audit trail";
    to_inbox: "收件箱", "Inbox";
    to_home: "回到管理后台首页", "Back to the console";
    forbidden_next: "你的角色不能进行这项操作。请联系所有者。", "Your role does not allow this. Ask an owner.";
    not_found_next: "地址可能不完整，或者内容已经删除。", "The address may be incomplete, or what it led to was deleted.";
    conversations: "会话", "Conversations";
    comments: "留言", "Comments";
    waiting_members: "等待回复的成员", "Members waiting for a reply";
    show: "显示", "Show";
    only_waiting: "等待回复", "Waiting for a reply";
    all_conversations: "全部会话", "All conversations";
    empty_conversations: "还没有会话", "No conversations yet";
    empty_conversations_next: "成员给服务号发消息后会显示在这里。", "They appear when members write to the account.";
    nobody_waits: "没有成员在等待回复。", "Nobody is waiting for a reply.";
    nobody_waits_next: "新消息会显示在这里。", "New messages appear here.";
    former_member: "已离职成员", "A former member";
    reply: "回复", "Reply";
    send_reply: "发送回复", "Send reply";
    reply_empty: "请输入回复内容。", "Write a reply first.";
    reply_too_long: "回复最多 5,000 个字。", "A reply has at most 5,000 characters.";
    mark_done: "标记为已处理", "Mark as done";
    block: "拉黑", "Block";
    unblock: "移出黑名单", "Unblock";
    blocked: "已拉黑", "blocked";
    member_blocked: "该成员已被拉黑，请先移出黑名单。", "The member is blocked. Unblock the member first.";
    account_disabled: "服务号已停用。", "The account is disabled.";
    too_many_blocked: "黑名单已满。", "The list of blocked members is full.";
    member_left: "该成员已离职。", "The member has left.";
    no_comments: "还没有留言", "No comments yet";
    no_comments_next: "群发文章时打开留言，成员的留言会显示在这里。", "They appear when a send of an article allows comments.";
    selected: "精选", "Selected";
    select: "设为精选", "Select";
    unselect: "取消精选", "Unselect";
    delete: "删除", "Delete";
    denied: "没有权限", "No access";
    denied_nobody: "这里需要运营角色。请让能够登录服务器的人运行 carillon operator add。", "This page needs a role. Ask the person who runs the server to use carillon operator add.";
    accounts: "我负责的服务号", "Accounts you work with";
    none_yet: "还没有服务号", "No accounts yet";
    none_yet_next: "先创建一个服务号，再回到这里。", "Create an account first, then come back.";
    create_account: "创建服务号", "Create an account";
    no_accounts: "你还没有负责的服务号", "You do not work with an account yet";
    no_accounts_next: "请让所有者为你添加角色。", "Ask an owner to give you a role for one.";
    scheduled: "待发送", "Scheduled";
    no_scheduled: "没有定时群发。", "Nothing is scheduled.";
    latest: "最近发送", "Latest sends";
    no_sent: "还没有群发。", "Nothing has been sent yet.";
    all_sends: "全部群发", "All sends";
    account: "服务号", "Account";
    status: "状态", "Status";
    time: "时间", "Time";
    receivers: "接收", "Received";
    readers: "已读", "Read";
    share: "已读率", "Read rate";
    preview: "预览", "Preview";
    waiting: "待发送", "Scheduled";
    sent: "已发送", "Sent";
    failed: "失败", "Failed";
    recalled: "已撤回", "Recalled";
    filter: "筛选", "Filter";
    empty_sends: "没有符合条件的群发", "No sends here";
    empty_sends_next: "换一个服务号或状态试试。", "Choose another account or status.";
    older: "较早", "Older";
    task: "任务编号", "Task";
    reason: "失败原因", "Reason";
    recall: "撤回", "Recall";
    recall_now: "确认撤回", "Recall it";
    recall_too_late: "超过 24 小时的消息不能撤回。", "A send can be recalled for 24 hours only.";
    already_recalled: "这条消息已经撤回。", "It has been recalled already.";
    recall_done: "已撤回。", "Recalled.";
    unread: "未读成员", "Not read yet";
    all_read: "所有成员都已读。", "Everybody has read it.";
    more: "更多", "More";
    operates: "所负责服务号的运营人员", "Operator of accounts";
    add_role: "添加角色", "Add a role";
    userid: "成员 ID", "User ID";
    role: "角色", "Role";
    for_account: "适用的服务号", "For";
    all_accounts: "全部服务号", "All accounts";
    give: "添加", "Add";
    take_all: "移除角色", "Remove roles";
    take_all_now: "确认移除", "Remove them";
    make_link: "生成登录链接", "Create a sign-in link";
    link_for: "登录链接（仅可使用一次，3 天内有效，请现在复制）", "Sign-in link: it works once, within 3 days. Copy it now";
    limited: "可限定服务号", "can be limited to an account";
    unknown_role: "请选择角色。", "Choose a role.";
    unknown_member: "没有这个成员。", "There is no such member.";
    last_owner: "不能移除最后一位所有者。", "The last owner cannot be removed.";
    role_not_limited: "这个角色不能限定服务号，或服务号不存在。", "This role cannot be limited to an account, or the account does not exist.";
    actor: "操作者", "Actor";
    actor_app: "应用", "App";
    actor_command_line: "命令行", "Command line";
    actor_server: "服务器", "Server";
    action: "操作", "Action";
    object: "对象", "Object";
    changes: "变更", "Changes";
    actor_id: "操作者 ID", "Actor ID";
    object_kind: "对象类型", "Object type";
    empty_audit: "没有记录", "No entries";
    empty_audit_next: "换一个筛选条件试试。", "Try another filter.";
    welcome: "设置密码", "Choose a password";
    welcome_lead: "设置密码后即可登录。这个链接只能使用一次。", "You will be signed in afterwards. This link works once.";
    welcome_over: "链接已失效", "This link does not work any more";
    welcome_over_next: "它可能已被使用或超过了 3 天。请让所有者再生成一个。", "It was used, or is older than 3 days. Ask an owner for another one.";
    save_password: "保存并登录", "Save and sign in";
    live_ended: "登录已结束，或者你的权限有变化。页面不再自动更新，已输入的内容还在。", "Your session ended or your rights changed. This page does not change by itself any more; what you typed is still here.";
    reload: "重新加载", "Reload";
    new_comments: "未处理的留言", "New comments";
    no_new_comments: "没有未处理的留言。", "There are no new comments.";
    all_comments: "全部留言", "All comments";
    your_drafts: "草稿", "Drafts";
    no_drafts: "没有未完成的群发和文章。", "No send or article is unfinished.";
    article_draft: "文章", "Article";
    article_changed: "有未发布的修改", "changed since it was published";
    article_unpublished: "未发布", "not published";
    send_draft: "群发", "Send";
} }

/// The texts of a language.
pub fn texts(lang: Lang) -> &'static ConsoleTexts {
    ConsoleTexts::of(lang)
}

impl ConsoleTexts {
    /// The keys and what they do.
    pub fn key_list(&self) -> [(&'static str, &'static str); 6] {
        [
            ("/", self.key_search),
            ("j", self.key_next),
            ("k", self.key_previous),
            ("Enter", self.key_open),
            ("Esc", self.key_back),
            ("?", self.key_help),
        ]
    }

    /// Says whom to ask for a role.
    pub fn denied_next(&self, owners: &str) -> String {
        match self.lang {
            Lang::Zh => format!("这里需要相应的运营角色。请联系所有者：{owners}。"),
            Lang::En => format!("This page needs a role that you do not have. Ask an owner: {owners}."),
        }
    }

    /// What taking all roles away does, before it is confirmed.
    pub fn take_all_sure(&self, name: &str) -> String {
        match self.lang {
            Lang::Zh => format!("移除后，{name} 将失去全部角色，不能再使用管理后台。"),
            Lang::En => format!("{name} loses all roles and cannot use the console any more."),
        }
    }

    /// A role that is limited to accounts.
    pub fn role_of(&self, role: &str, accounts: &str) -> String {
        match self.lang {
            Lang::Zh => format!("{role}（{accounts}）"),
            Lang::En => format!("{role} ({accounts})"),
        }
    }

    /// What a recall does, before it is confirmed.
    pub fn recall_sure(&self, receivers: u64) -> String {
        let count = number(receivers);
        match self.lang {
            Lang::Zh => format!(
                "撤回后，{count} 位接收成员将不再看到这条消息，其中的文章链接也会失效。撤回不能取消。"
            ),
            Lang::En => {
                let whom = if receivers == 1 { "The receiver" } else { "All receivers" };
                let count = if receivers == 1 { String::new() } else { format!(" ({count})") };
                format!(
                    "{whom}{count} will no longer see this message, and links to its articles stop working. This cannot be undone."
                )
            }
        }
    }

    /// Until when a send can be recalled.
    pub fn recall_until(&self, time: &str) -> String {
        match self.lang {
            Lang::Zh => format!("可在 {time} 前撤回"),
            Lang::En => format!("Can be recalled until {time}"),
        }
    }

    /// How many members wait, for screen readers.
    pub fn waiting_count(&self, count: usize) -> String {
        match (self.lang, count) {
            (Lang::Zh, _) => format!("{count} 位成员等待回复"),
            (Lang::En, 1) => "1 member is waiting for a reply".to_owned(),
            (Lang::En, _) => format!("{count} members are waiting for a reply"),
        }
    }

    /// Since when a member waits for a reply.
    pub fn waits_since(&self, time: &str) -> String {
        match self.lang {
            Lang::Zh => format!("{time} 起等待"),
            Lang::En => format!("waiting since {time}"),
        }
    }

    /// The number of sends.
    pub fn sends_count(&self, count: &i64) -> String {
        match (self.lang, count) {
            (Lang::Zh, _) => format!("共 {} 条", number(count)),
            (Lang::En, 1) => "1 send".to_owned(),
            (Lang::En, _) => format!("{} sends", number(count)),
        }
    }

    /// The time zone of all times on a page.
    pub fn zone(&self, name: &str, offset: &str) -> String {
        match self.lang {
            Lang::Zh => format!("时间均为 {name}（{offset}）"),
            Lang::En => format!("All times are in {name} ({offset})"),
        }
    }
}

/// A whole number with its digits in groups: `12,345`.
pub(crate) fn number(number: impl std::fmt::Display) -> String {
    super::chart::grouped(&number.to_string())
}

/// The name of a role, and what it does.
pub fn role(lang: Lang, role: OperatorRole) -> (&'static str, &'static str) {
    match (lang, role) {
        (Lang::Zh, OperatorRole::Owner) => ("所有者", "一切操作，并管理其他人的角色"),
        (Lang::Zh, OperatorRole::Editor) => ("编辑", "服务号、文章、卡片、菜单和自动回复"),
        (Lang::Zh, OperatorRole::Sender) => ("发送", "群发与撤回"),
        (Lang::Zh, OperatorRole::Approver) => ("审批", "审批群发"),
        (Lang::Zh, OperatorRole::Agent) => ("客服", "会话与留言"),
        (Lang::Zh, OperatorRole::Analyst) => ("数据", "统计与发送结果"),
        (Lang::Zh, OperatorRole::Members) => ("通讯录", "成员、部门、角色与密码重置"),
        (Lang::Zh, OperatorRole::Developer) => ("开发", "应用、事件与调用记录"),
        (Lang::Zh, OperatorRole::Auditor) => ("审计", "查看操作记录"),
        (Lang::En, OperatorRole::Owner) => ("Owner", "everything, and the roles of others"),
        (Lang::En, OperatorRole::Editor) => ("Editor", "accounts, articles, cards, menus, automatic replies"),
        (Lang::En, OperatorRole::Sender) => ("Sender", "sends and recalls"),
        (Lang::En, OperatorRole::Approver) => ("Approver", "approval of sends"),
        (Lang::En, OperatorRole::Agent) => ("Agent", "conversations and comments"),
        (Lang::En, OperatorRole::Analyst) => ("Analyst", "statistics and results of sends"),
        (Lang::En, OperatorRole::Members) => ("Members", "members, departments, roles, password resets"),
        (Lang::En, OperatorRole::Developer) => ("Developer", "apps, events and calls"),
        (Lang::En, OperatorRole::Auditor) => ("Auditor", "the audit trail"),
    }
}

/// The name of a kind of message, for those without a title.
pub fn kind(lang: Lang, kind: MessageKind) -> &'static str {
    let (zh, en) = match kind {
        MessageKind::Text => ("文本", "Text"),
        MessageKind::Image => ("图片", "Picture"),
        MessageKind::Markdown => ("Markdown", "Markdown"),
        MessageKind::ActionCard => ("操作卡片", "Action card"),
        MessageKind::NewsCard => ("图文卡片", "Card"),
        MessageKind::SingleNewsCard => ("单图文卡片", "Single card"),
        MessageKind::Link => ("链接", "Link"),
        MessageKind::Ding | MessageKind::PhoneDing => ("DING", "DING"),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}
