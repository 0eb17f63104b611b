//! The texts of the first-run guide in both languages.

use carillon_domain::guide::Step;

use super::table;
use crate::text::Lang;

table! { StartTexts {
    start: "开始使用", "First steps";
    lead: "组织还是空的。按顺序完成下面几步，成员就能收到第一条消息。", "The organisation is still empty. After these steps members get their first message.";
    done: "已完成", "done";
    open: "未完成", "to do";
    all_done: "全部完成，可以收起这一页了。", "Everything is done. You can hide this page.";
    dismiss: "收起这一页", "Hide this page";
    dismiss_hint: "收起后导航中不再显示；可以随时打开 /console/start 恢复。", "It leaves the navigation. Open /console/start to bring it back.";
    restore: "在导航中显示", "Show it in the navigation";
} }

impl StartTexts {
    /// The name of a step, what to do, and the link that does it.
    pub fn step(&self, step: &Step) -> (&'static str, &'static str, &'static str, &'static str) {
        match (self.lang, step) {
            (Lang::Zh, Step::Members) => (
                "导入成员",
                "上传 CSV 或 XLSX 名单，先检查每一行再导入；也可以逐个添加，或由单点登录自动加入。",
                "导入成员",
                "/console/members/import",
            ),
            (Lang::Zh, Step::Account) => (
                "创建服务号",
                "成员看到的发送者：名称、简介、头像和封面。",
                "创建服务号",
                "/console/accounts",
            ),
            (Lang::Zh, Step::Article) => (
                "写第一篇文章",
                "从 Word 或公众号粘贴也能保留样式，右侧随时预览手机效果。",
                "写文章",
                "/console/articles",
            ),
            (Lang::Zh, Step::Send) => (
                "发送第一条消息",
                "选择内容和接收成员，先发给自己预览，再正式发送。",
                "新建群发",
                "/console/drafts",
            ),
            (Lang::Zh, Step::App) => (
                "接入应用",
                "让程序通过接口发送和接收：创建应用，只授予它需要的权限，密钥只显示一次。",
                "创建应用",
                "/console/apps",
            ),
            (Lang::En, Step::Members) => (
                "Import members",
                "Upload a list as CSV or XLSX: each line is checked before anything is imported. Members can also be added one by one, or join by single sign-on.",
                "Import members",
                "/console/members/import",
            ),
            (Lang::En, Step::Account) => (
                "Create a service account",
                "The sender that members see: name, description, picture and cover.",
                "Create an account",
                "/console/accounts",
            ),
            (Lang::En, Step::Article) => (
                "Write the first article",
                "Text from Word keeps its styles. A phone beside it shows what members will see.",
                "Write an article",
                "/console/articles",
            ),
            (Lang::En, Step::Send) => (
                "Send the first message",
                "Choose what and to whom, send yourself a preview, then send it.",
                "New send",
                "/console/drafts",
            ),
            (Lang::En, Step::App) => (
                "Connect an app",
                "Programs send and receive by the API: create an app, grant what it needs. Its secret is shown once.",
                "Create an app",
                "/console/apps",
            ),
        }
    }

    /// How many steps are done.
    pub fn progress(&self, steps: &[(Step, bool)]) -> String {
        let (done, all) = (steps.iter().filter(|(_, done)| *done).count(), steps.len());
        match self.lang {
            Lang::Zh => format!("已完成 {done} / {all}"),
            Lang::En => format!("{done} of {all} done"),
        }
    }
}
