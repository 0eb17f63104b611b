//! The texts of single sign-on in both languages.

use carillon_model::operator::OperatorRole;

use super::table;
use crate::text::Lang;

table! { SignOnTexts {
    sign_on: "单点登录", "Single sign-on";
    lead: "让成员用组织的登录服务（OpenID Connect）进入收件箱和管理后台。", "Members sign in to inbox and console by the organisation's own sign-in service (OpenID Connect).";
    redirects: "请在登录服务中登记以下回调地址", "Register these redirect URIs at the sign-in service";
    logout: "可选：在登录服务中登记后端通道登出地址（back-channel logout）。成员在那里退出时，由它登录的会话随即结束", "Optional: register this back-channel logout URI. When members sign out there, the sessions that began there end too";
    provider: "登录服务", "Sign-in service";
    issuer: "颁发者地址（issuer）", "Issuer";
    issuer_hint: "以 https:// 开头，下面有 /.well-known/openid-configuration。", "Begins with https://. Below it is /.well-known/openid-configuration.";
    client_id: "客户端 ID", "Client ID";
    client_secret: "客户端密钥", "Client secret";
    secret_kept: "已保存。留空则不变；更换颁发者或客户端时需要重新填写。", "Stored. Leave empty to keep it. Another issuer or client needs it again.";
    secret_none: "没有密钥的客户端请留空。", "Leave empty for a client without secret.";
    label: "按钮上的名称", "Name on the button";
    scopes: "申请的权限（scope），用空格分隔", "Scopes, separated by spaces";
    members: "成员", "Members";
    match_by: "第一次登录时如何找到成员", "How a member is found at the first sign-in";
    by_userid: "用户 ID", "By user ID";
    by_email: "邮箱（必须经登录服务验证）", "By e-mail address (verified by the service)";
    by_mobile: "手机号（必须经登录服务验证）", "By mobile number (verified by the service)";
    userid_claim: "用户 ID 所在的声明（claim）", "Claim with the user ID";
    enrol: "不在通讯录中的人首次登录时自动加入组织", "People who are not members yet become members when they first sign in";
    only: "只允许通过登录服务登录，停用密码", "Members can sign in only by the service, not by passwords";
    only_hint: "至少一位所有者先用登录服务登录过一次，才能打开。打开后，用密码登录的成员都会立即退出，可能也包括你。登录服务失效时，在服务器上运行 carillon sign-on remove 可恢复密码登录。", "At least one owner must have signed in by the service before. Everybody who signed in with a password is signed out at once, perhaps you too. If the service is gone, carillon sign-on remove on the server brings passwords back.";
    groups: "用户组与角色", "Groups and roles";
    groups_claim: "用户组所在的声明（claim）", "Claim with the groups";
    group_roles: "每行一条：用户组=角色", "One line each: group=role";
    secret_hidden: "已保存，不显示", "Stored, and not shown";
    secret_again: "没有保留，请重新填写", "Not kept: type it again";
    secret_changed: "有人更换了客户端密钥，其余设置与你填写的相同。再次保存会使用你填写的内容。", "Somebody replaced the secret of the client. The other settings are as you typed them; saving again stores yours.";
    save: "保存", "Save";
    saved: "已保存，登录服务可以正常连接。", "Saved. The service answers as it should.";
    saved_but: "已保存，但现在无法使用登录服务：", "Saved, but the service is of no use at the moment: ";
    unreachable: "无法连接。", "it cannot be reached.";
    forbidden: "地址在内网。请管理员把它加入服务器配置 [delivery] allow。", "its address is inside a network. The administrator of the server has to add it to [delivery] allow.";
    busy: "请求太多，请稍后再试。", "there are too many requests. Try again in a moment.";
    remove: "停用单点登录", "Remove single sign-on";
    remove_sure: "成员将改用密码登录；没有密码的成员需要密码链接才能登录。", "Members will sign in by passwords. Those without one need a link to choose one.";
    remove_now: "停用", "Remove";
    removed: "已停用单点登录。", "Single sign-on was removed.";
    invalid: "请检查：", "Check this: ";
    invalid_role: "没有这个角色：", "There is no such role: ";
    invalid_line: "这一行不是“用户组=角色”：", "This line is not group=role: ";
} }

impl SignOnTexts {
    /// What roles there are, and how long those by groups count.
    pub fn groups_hint(&self) -> String {
        let roles = OperatorRole::ALL.map(OperatorRole::as_str).join(self.lang.list_separator());
        match self.lang {
            Lang::Zh => format!("用户组带来的角色从登录起 12 小时内有效。可用的角色：{roles}。"),
            Lang::En => {
                format!("Roles by groups count for 12 hours after the sign-in. The roles are {roles}.")
            }
        }
    }
}
