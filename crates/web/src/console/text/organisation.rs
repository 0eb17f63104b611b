//! The texts of the page of the organisation in both languages.

use carillon_domain::corp::CorpEffect;

use super::table;
use crate::{paths, text::Lang};

table! { OrganisationTexts {
    organisation: "组织", "Organisation";
    lead: "成员登录和使用收件箱时看到的名称、地址和外观。", "The name, the addresses and the look that members see when they sign in and use the inbox.";
    name: "名称", "Name";
    name_hint: "最多 100 个字。根部门会一起改名。", "At most 100 characters. The root department is renamed with it.";
    short_name: "短名", "Short name";
    short_name_hint: "2 到 32 个小写字母、数字或连字符，是登录地址的一部分。", "2 to 32 lower-case letters, digits or hyphens. It is part of the address to sign in.";
    address: "登录地址", "Sign-in address";
    former: "以前的短名，仍会跳转到现在的地址", "Former short names, which lead here";
    hosts: "专属域名", "Host names";
    hosts_hint: "每行一个，第一个是主域名。这些域名只打开本组织。", "One in each line, the main one first. They lead to this organisation alone.";
    hosts_fixed: "服务器上还有其他组织，因此这里只能删除域名。要添加，请能够登录服务器的人运行 carillon corp set --host。", "The server has other organisations, so host names can only be removed here. To add one, ask the person who runs the server to use carillon corp set --host.";
    time_zone: "时区", "Time zone";
    time_zone_hint: "例如 Asia/Shanghai。每天在这个时区的零点开始。", "Such as Asia/Shanghai. Days begin at midnight there.";
    look: "外观", "Look";
    own_color: "使用自己的主题色", "Use your own colour";
    accent_color: "主题色", "Colour";
    color_hint: "链接和按钮的颜色。看不清文字时会自动调深或调浅。", "The colour of links and buttons. It is made darker or lighter where text would not be readable.";
    preview: "成员的登录页", "The members' sign-in page";
    preview_light: "登录页预览（浅色）", "Preview of the sign-in page, light";
    preview_dark: "登录页预览（深色）", "Preview of the sign-in page, dark";
    logo: "标志", "Logo";
    no_logo: "还没有标志。", "There is no logo yet.";
    logo_file: "选择图片", "Choose a picture";
    logo_hint: "PNG 或 JPEG，最大 512 kB，宽高 16 到 2048 像素，宽不超过高的 5 倍，高不超过宽的 2 倍。", "PNG or JPEG of at most 512 kB, 16 to 2048 pixels wide and high, at most 5 times as wide as high and twice as high as wide.";
    upload: "上传", "Upload";
    remove_logo: "移除标志", "Remove the logo";
    remove_logo_sure: "登录页和收件箱将只显示名称。", "The sign-in page and the inbox will show the name alone.";
    remove_logo_now: "确认移除", "Remove it";
    effects: "保存前请确认", "Before this is saved";
    save: "保存", "Save";
    save_anyway: "我已了解，保存", "I understand, save";
    saved: "已保存。", "Saved.";
    logo_saved: "标志已更换。", "The logo was replaced.";
    logo_removed: "标志已移除。", "The logo was removed.";
    no_file: "请先选择图片。", "Choose a picture first.";
    full: "组织的存储空间已满。", "The organisation has no room left for files.";
    invalid_color: "主题色应类似 #0f6b5c。", "The colour must be one such as #0f6b5c.";
    invalid: "请检查：", "Check this: ";
} }

impl OrganisationTexts {
    /// What a change takes away.
    pub fn effect(&self, effect: &CorpEffect) -> String {
        let entry = |name: &str| paths::organisation(name, "");
        match (self.lang, effect) {
            (Lang::Zh, CorpEffect::ShortNameRedirects { from, to }) => {
                format!(
                    "登录地址改为 {}。{} 会跳转到新地址，成员收藏的链接仍然有效。",
                    entry(to),
                    entry(from)
                )
            }
            (Lang::En, CorpEffect::ShortNameRedirects { from, to }) => format!(
                "The address to sign in becomes {}. {} redirects there, so links that members keep still work.",
                entry(to),
                entry(from)
            ),
            (Lang::Zh, CorpEffect::ShortNameFreed(name)) => {
                format!("{} 不再跳转，其他组织可以使用这个短名。", entry(name))
            }
            (Lang::En, CorpEffect::ShortNameFreed(name)) => {
                format!(
                    "{} does not redirect any more, and other organisations can take the name.",
                    entry(name)
                )
            }
            (Lang::Zh, CorpEffect::HostAdded(host)) => format!(
                "{host} 将只打开本组织。请先让它指向这台服务器并有有效证书；使用单点登录时，还要在登录服务中登记 https://{host}{}。",
                paths::PROVIDER_CALLBACK
            ),
            (Lang::En, CorpEffect::HostAdded(host)) => format!(
                "{host} leads to this organisation alone. It has to point to this server with a valid certificate; with single sign-on, register https://{host}{} at the sign-in service.",
                paths::PROVIDER_CALLBACK
            ),
            (Lang::Zh, CorpEffect::HostRemoved(host)) => {
                format!(
                    "{host} 不再是本组织的地址：以它开头的链接可能失效，在那里登录的成员需要用其他地址重新登录。"
                )
            }
            (Lang::En, CorpEffect::HostRemoved(host)) => format!(
                "{host} is no address of this organisation any more: links that begin with it may stop working, and members who signed in there sign in again at another address."
            ),
            (Lang::Zh, CorpEffect::TimeZoneChanged { from, to }) => format!(
                "每天的起止从 {from} 改为 {to}：今天的群发限额、免打扰时间和今后的统计按新时区计算。已经统计的日子不变，定时群发仍在原来的时刻发送。"
            ),
            (Lang::En, CorpEffect::TimeZoneChanged { from, to }) => format!(
                "Days begin and end in {to} instead of {from}: today's limits of sends, quiet hours and statistics from now on follow the new zone. Days that are already counted stay as they are, and scheduled sends keep their instant."
            ),
        }
    }

    /// Why a field is refused.
    pub fn problem(&self, field: &str, reason: &str) -> String {
        let (name, zh) = match field {
            "name" => (self.name, "应为 1 到 100 个字，不含换行"),
            "short_name" if reason.contains("another organisation") => (self.short_name, "已被其他组织使用"),
            "short_name" if reason.contains("reserved") => (self.short_name, "是保留字，请换一个"),
            "short_name" => (self.short_name, self.short_name_hint),
            "time_zone" => (self.time_zone, "没有这个时区，请写类似 Asia/Shanghai 的名称"),
            "logo" => (self.logo, self.logo_hint),
            hosts if hosts.starts_with("hosts") && reason.contains("local callers") => {
                (self.hosts, self.hosts_fixed)
            }
            hosts if hosts.starts_with("hosts") && reason.contains("of another") => {
                (self.hosts, "有一个域名已属于其他组织")
            }
            hosts if hosts.starts_with("hosts") => (
                self.hosts,
                "最多 8 个不同的域名，例如 inbox.example.org，不含协议、端口和路径，也不能是 IP 地址",
            ),
            other => (other, reason),
        };
        match self.lang {
            Lang::Zh => format!("{}{name}：{zh}。", self.invalid).replace("。。", "。"),
            Lang::En => format!("{}{name} {reason}.", self.invalid),
        }
    }
}
