//! The texts of the page of reply addresses.

use super::table;
use crate::text::Lang;

table! { WebhookTexts {
    webhooks: "回复地址调试", "Reply addresses";
    lead: "成员给服务号发消息后，应用会收到带有 sessionWebhook 的事件，用它可以回复该成员。这里列出你自己的会话的回复地址，试发的消息只有你会收到。", "When a member writes to an account, the app gets an event with a sessionWebhook, by which it can reply. This page lists those of your own conversations: what you try is sent to you alone.";
    app: "应用", "App";
    account: "会话", "Conversation";
    show: "查看", "Show";
    no_apps: "没有可以接收成员消息的应用", "No app receives messages of members";
    no_apps_next: "企业内部应用需要「企业内部服务号消息权限」（qyapi_service_account_message）。请所有者在应用页面授予。", "An internal app needs the permission qyapi_service_account_message. Ask an owner to grant it on the page of the app.";
    none: "没有有效的回复地址", "No reply address is open";
    none_next: "先在收件箱里给服务号发一条消息，再回到这里。", "Write to an account in your inbox first, then come back.";
    to_inbox: "打开收件箱", "Open the inbox";
    address: "sessionWebhook", "sessionWebhook";
    format: "消息格式", "Format";
    body: "请求内容", "Body of the request";
    send: "发送", "Send";
    needs_script: "发送按钮需要脚本；也可以复制下面的命令。", "The button needs a script. The command below works without.";
    answer: "响应", "Response";
    no_answer: "发送后显示在这里。", "It appears here.";
    failed: "请求没有得到响应。", "The request got no response.";
    curl: "命令", "Command";
    copy: "复制", "Copy";
    copied: "已复制", "Copied";
    secret: "知道地址的人可以在有效期内回复你，请不要公开。", "Who knows the address can reply to you until it expires. Keep it to yourself.";
} }

impl WebhookTexts {
    /// Until when an address works.
    pub fn expires_at(&self, time: &str) -> String {
        match self.lang {
            Lang::Zh => format!("有效期至 {time}"),
            Lang::En => format!("works until {time}"),
        }
    }
}
