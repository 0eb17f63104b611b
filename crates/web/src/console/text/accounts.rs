//! The texts of the pages of service accounts.

use std::fmt::Display;

use carillon_domain::account::losses::Losses;

use super::table;
use crate::text::Lang;

/// The most names in a line; the rest is counted.
const MAX_NAMES: usize = 20;

table! { AccountTexts {
    new: "新建服务号", "New account";
    none: "还没有服务号", "No accounts";
    none_next: "新建一个服务号，成员就能在收件箱里看到它。", "Add an account; members then see it in their inbox.";
    disabled: "已停用", "disabled";
    settings: "基本设置", "Settings";
    name: "名称", "Name";
    brief: "简介（显示在列表中）", "Short introduction, shown in lists";
    desc: "介绍（显示在主页）", "Introduction on its page";
    avatar: "头像", "Avatar";
    cover: "主页图片", "Cover of its page";
    keep_picture: "不选择文件则保留现有图片。支持 PNG、JPEG、GIF、BMP，两张合计最大 20 MB。", "Choose no file to keep the picture. PNG, JPEG, GIF or BMP, at most 20 MB together.";
    save: "保存", "Save";
    saved: "已保存。", "Saved.";
    replies: "自动回复", "Automatic replies";
    welcome: "首次打开会话时的欢迎语（留空则不发送）", "Greeting at the first visit (empty: none)";
    rule: "规则", "Rule";
    keywords: "关键词（用逗号分隔）", "Keywords, with commas between them";
    matching: "匹配方式", "Matches if the text";
    contains: "包含关键词", "contains a keyword";
    equals: "等于关键词", "is a keyword";
    reply: "回复", "Reply";
    other_reply: "图片或卡片回复，由应用设置；保存时保留。", "A picture or a card that an app has set; it is kept.";
    remove: "删除这条规则", "Remove this rule";
    replies_hint: "按顺序匹配，第一条符合的规则生效。不区分大小写。", "Rules are tried in their order; the first that matches replies. Upper and lower case are alike.";
    try_text: "成员发送的内容", "What a member writes";
    try_now: "查看回复", "Show the reply";
    try_reply: "自动回复：", "It replies:";
    try_other: "回复一张图片或卡片。", "It replies with a picture or a card.";
    try_nothing: "没有匹配的规则，成员等待人工回复。", "No rule matches; the member waits for a person.";
    menu: "菜单", "Menu";
    menu_hint: "最多 10 个按钮；把“层级”选为“下一级”，即显示在上一个按钮之下，每个按钮最多 20 项。名称留空的行会被删除。", "At most 10 buttons. A row \"below\" belongs to the button before it, at most 20 each. Rows without a name are removed.";
    input: "成员可以输入文字", "Members can write messages";
    stopped: "停用菜单（保留内容，不显示）", "Hide the menu (its items are kept)";
    order: "顺序", "Order";
    level: "层级", "Level";
    top: "按钮", "Button";
    below: "下一级", "Below";
    label: "名称", "Name";
    does: "动作", "Action";
    view: "打开网址", "Opens an address";
    article: "打开文章", "Opens an article";
    material: "发送卡片或图片", "Sends a card or picture";
    click: "触发事件", "Raises an event";
    parent: "展开下级", "Opens its items";
    value: "内容", "Value";
    value_hint: "网址、文章编号、卡片或图片的 ID，或事件的键。", "An address, the number of an article, the ID of a card or picture, or the key of the event.";
    scope: "可发送范围", "Who it may send to";
    scope_all: "全部成员", "Everybody";
    scope_some: "指定部门或成员", "Departments or members";
    departments: "部门（含下级部门）", "Departments, with all departments below";
    members: "成员 ID", "User IDs";
    members_hint: "每行一个，也可以用逗号或空格分隔，最多 1,000 个。", "One on each line, or with commas or spaces between them, at most 1,000.";
    blocked: "黑名单", "Blocked members";
    blocked_hint: "黑名单中的成员收不到群发，也不能发消息；已收到的内容保留。", "Blocked members get no sends and cannot write. They keep what they have.";
    operators: "服务号运营人员", "Operators of the account";
    operators_hint: "他们对这个服务号有编辑、发送和客服角色。", "They are editors, senders and agents of this account.";
    disable: "停用服务号", "Disable the account";
    disable_sure: "停用后不能恢复：成员不再看到它，不能再发送；已发送的内容和统计保留。", "This cannot be undone: members no longer see it, and it cannot send. What it sent, and its statistics, stay.";
    disable_type: "请输入服务号名称以确认", "Type the name of the account";
    disable_now: "确认停用", "Disable it now";
    wrong_name: "名称不符。", "That is not its name.";
    name_taken: "已有同名的服务号。", "Another account has this name.";
    too_many: "服务号数量已达 40 个的上限。", "The organisation has 40 accounts, which is the limit.";
    missing: "请填写名称、介绍，并选择头像和主页图片。", "Give a name and an introduction, and choose both pictures.";
    too_long: "名称最多 30 个字，简介最多 60 个字，介绍最多 200 个字。", "A name has at most 30 characters, the short introduction 60, the introduction 200.";
    bad_picture: "图片格式不支持，或文件过大。", "This is no picture of a supported format, or it is too large.";
    storage_full: "存储空间已满。", "There is no room for more files.";
    unknown_member: "没有这个成员：", "Not a member: ";
    list_too_long: "最多 1,000 个。", "At most 1,000.";
    unknown_department: "所选部门不存在。", "A department does not exist.";
    blank_keywords: "请为每条规则填写关键词和回复。", "Give each rule keywords and a reply.";
    replies_too_long: "最多 100 条规则，每条最多 20 个关键词，每个最多 60 个字；回复最多 5,000 个字。", "At most 100 rules with 20 keywords of 60 characters, and replies of 5,000 characters.";
    bad_menu: "菜单有误：", "The menu is not right: ";
    below_first: "第一行必须是按钮。", "The first row has to be a button.";
    gone: "服务号已停用。", "The account is disabled.";
    changed: "有人在你打开页面之后修改了这部分内容。你填写的内容还在下面；再次保存会覆盖对方的修改。", "Somebody changed this part since you opened the page. What you typed is below; saving again replaces the other change.";
    confirm_heading: "保存之后会失去：", "Saving takes away:";
    confirm_now: "仍然保存", "Save anyway";
    preview: "预览", "Preview";
    preview_message: "写消息", "Write a message";
    preview_stopped: "菜单已停用，成员看不到它。", "The menu is hidden; members do not see it.";
    preview_empty: "没有可显示的菜单。", "There is no menu to show.";
    preview_closed: "成员不能输入文字。", "Members cannot write.";
    preview_hidden: "成员看不到（没有填写内容，或文章未发布）：", "Members do not see, because nothing can be opened: ";
    menu_too_long: "菜单过长：最多 10 个按钮，每个按钮最多 20 项。", "The menu is too long: at most 10 buttons with 20 items each.";
    add_row: "添加一行", "Add a row";
    move_up: "上移", "Move up";
    move_down: "下移", "Move down";
    row_moved: "已移动", "Moved";
    move_hint: "Alt+↑ 和 Alt+↓ 移动所在的行。", "Alt+↑ and Alt+↓ move the row that has the focus.";
} }

impl AccountTexts {
    /// What a change takes away from members and operators.
    pub fn losses(&self, losses: &Losses) -> Vec<String> {
        let Losses { scope, blocked, operators, entries, input } = losses;
        let (blocked, operators) = (names(blocked, self.lang), names(operators, self.lang));
        let entries = names(entries, self.lang);
        let mut lines = Vec::new();
        if *scope > 0 {
            lines.push(match self.lang {
                Lang::Zh => format!("{scope} 位成员不再在可发送范围内，收不到这个服务号的群发。"),
                Lang::En if *scope == 1 => "One member leaves the scope and gets no more sends.".to_owned(),
                Lang::En => format!("{scope} members leave the scope and get no more sends."),
            });
        }
        if let Some((count, names)) = blocked {
            lines.push(match self.lang {
                Lang::Zh => format!("{count} 位成员被拉黑，收不到群发，也不能发消息：{names}"),
                Lang::En => format!("Blocked, so that they get no sends and cannot write ({count}): {names}"),
            });
        }
        if let Some((count, names)) = operators {
            lines.push(match self.lang {
                Lang::Zh => format!("{count} 位成员不再能编辑、发送和回复这个服务号：{names}"),
                Lang::En => {
                    format!("No longer editors, senders and agents of this account ({count}): {names}")
                }
            });
        }
        if let Some((count, names)) = entries {
            lines.push(match self.lang {
                Lang::Zh => format!("成员不再看到 {count} 个菜单项：{names}"),
                Lang::En => format!("Entries that members no longer see ({count}): {names}"),
            });
        }
        if *input {
            lines.push(match self.lang {
                Lang::Zh => "成员不能再输入文字。".to_owned(),
                Lang::En => "Members can no longer write.".to_owned(),
            });
        }
        lines
    }

    /// The number of a rule.
    pub fn rule_number(&self, number: &usize) -> String {
        match self.lang {
            Lang::Zh => format!("规则 {number}"),
            Lang::En => format!("Rule {number}"),
        }
    }
}

/// The number of things and the first of their names; `None` without any.
fn names<T: Display>(list: &[T], lang: Lang) -> Option<(usize, String)> {
    let names: Vec<String> = list.iter().take(MAX_NAMES).map(T::to_string).collect();
    let rest = if list.len() > MAX_NAMES { " …" } else { "" };
    (!list.is_empty()).then(|| (list.len(), names.join(lang.list_separator()) + rest))
}
