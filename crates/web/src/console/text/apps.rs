//! The texts of the pages of apps.

use carillon_model::app::AppType;

use super::table;
use crate::{routes::own_password::OwnPassword, text::Lang};

table! { AppTexts {
    apps: "应用", "Apps";
    lead: "应用是调用接口、接收事件的程序，用 Client ID 和 Client Secret 获取令牌。", "Apps are programs that call operations and receive events. They get a token with their Client ID and Client Secret.";
    none: "还没有应用", "No apps yet";
    none_next: "在下面创建一个，再授予它需要的权限。", "Create one below, then grant the permissions that it needs.";
    new: "创建应用", "Create an app";
    create: "创建", "Create";
    name: "名称", "Name";
    kind: "类型", "Type";
    internal: "企业内部应用", "Internal app";
    isv: "第三方企业应用", "Third-party app";
    personal: "第三方个人应用", "Third-party personal app";
    disabled: "已停用", "Disabled";
    details: "详情", "Details";
    client_id: "Client ID", "Client ID";
    client_secret: "Client Secret", "Client Secret";
    agent_id: "agentId", "agentId";
    created: "创建时间", "Created";
    addresses: "允许的地址", "Allowed addresses";
    any_address: "不限", "Any";
    addresses_hint: "在配置文件的 [allow] 中设置。", "Set in [allow] of the configuration.";
    calls: "查看调用记录", "Calls of this app";
    app_events: "查看事件", "Events of this app";
    secret: "密钥", "Secret";
    secret_lead: "密钥只在创建和重置时显示一次。遗失或泄露时请重置。", "The secret is shown once: when the app is created, and when it is renewed. Renew it if it is lost or leaked.";
    new_secret: "请立即保存新密钥，离开本页后无法再次查看。", "Save the secret now. It cannot be shown again.";
    renew: "重置密钥", "Renew the secret";
    renew_sure: "旧密钥立即失效，用它获取的令牌、Stream 连接和回复地址也会一并失效。程序换上新密钥之前无法工作。", "The old secret ends at once, with its token, Stream connections and reply addresses. The program stops working until it has the new one.";
    renew_now: "确认重置", "Renew it now";
    owner_only: "应用有权限时，只有所有者能重置密钥或重新启用：知道密钥的人就拥有这些权限。", "The app has permissions. Only owners can renew its secret or enable it: who knows the secret has them too.";
    permissions: "权限", "Permissions";
    grants_lead: "勾选后保存即生效，应用无需重新获取令牌。收回权限后，需要它的待发送事件会被放弃。", "Tick what the app needs, then save. Its token stays. If a permission is taken away, waiting events that need it are given up.";
    developer_lead: "你可以收回权限；新增权限请找所有者。", "You can take permissions away. Ask an owner to add some.";
    no_permissions: "没有权限。", "No permissions.";
    more: "未授予的权限", "Permissions that the app does not have";
    operations: "接口", "Operations";
    events: "事件", "Events";
    fields: "字段", "Fields";
    opens_nothing: "目前没有接口需要它。", "No operation needs it yet.";
    save: "保存", "Save";
    saved: "已保存。", "Saved.";
    settings: "设置", "Settings";
    disable: "停用应用", "Disable the app";
    disable_sure: "停用后，令牌、Stream 连接和回复地址立即失效，待发送的事件会被放弃，也不再接收新事件。之后可以重新启用。", "Its token, Stream connections and reply addresses end at once. Waiting events are given up, and it gets no new ones. It can be enabled again.";
    disable_now: "确认停用", "Disable it now";
    enable: "启用应用", "Enable the app";
    enable_lead: "应用已停用：无法获取令牌，也不接收事件。", "The app is disabled: it gets no token and no event.";
    bad_name: "名称为 1 到 100 个字，不能含控制字符。", "A name has 1 to 100 characters, none of them a control character.";
    too_many: "应用数量已达上限，请复用不再使用的应用。", "The organisation has as many apps as it can have. Use one again that nobody needs.";
    unknown_permission: "没有这个权限，请刷新页面后重试。", "There is no such permission. Open the page again.";
    needs_owner: "这需要所有者的角色。", "Only owners can do this.";
    password_missing: "请输入登录密码。", "Type your password.";
    password_wrong: "密码不正确。", "That is not your password.";
    too_many_passwords: "密码错误次数过多，请稍后再试。", "Too many wrong passwords. Try again later.";
    busy: "服务器繁忙，请稍后再试。", "The server is busy. Try again in a moment.";
} }

impl AppTexts {
    /// The name of a type.
    pub fn app_type(&self, app_type: AppType) -> &'static str {
        match app_type {
            AppType::Internal => self.internal,
            AppType::Isv => self.isv,
            AppType::Personal => self.personal,
        }
    }

    /// What is wrong with the password that was typed once more.
    pub fn password_problem(&self, outcome: OwnPassword) -> Option<&'static str> {
        match outcome {
            OwnPassword::Right => None,
            OwnPassword::Missing => Some(self.password_missing),
            OwnPassword::Wrong => Some(self.password_wrong),
            OwnPassword::TooManyTries => Some(self.too_many_passwords),
            OwnPassword::Busy => Some(self.busy),
        }
    }

    /// How many permissions an app has.
    pub fn permission_count(&self, count: &usize) -> String {
        match (self.lang, count) {
            (Lang::Zh, _) => format!("{count} 项权限"),
            (Lang::En, 1) => "1 permission".to_owned(),
            (Lang::En, _) => format!("{count} permissions"),
        }
    }

    /// What a permission opens: how many of each.
    pub fn opens(&self, operations: usize, events: usize, fields: usize) -> String {
        let counted = |count: usize, zh: &str, en: &str| {
            let plural = if count == 1 { "" } else { "s" };
            let text = match self.lang {
                Lang::Zh => format!("{count} {zh}"),
                Lang::En => format!("{count} {en}{plural}"),
            };
            (count > 0).then_some(text)
        };
        let parts = [
            counted(operations, "个接口", "operation"),
            counted(events, "种事件", "event"),
            counted(fields, "个字段", "field"),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        parts.join(self.lang.list_separator())
    }
}
