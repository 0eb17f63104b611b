//! The texts of the pages of members.

use super::{number, table};
use crate::text::Lang;

table! { MemberTexts {
    new: "添加成员", "Add a member";
    import: "导入成员", "Import members";
    user_id: "成员 ID", "User ID";
    none: "没有符合条件的成员", "No members here";
    none_next: "换一个部门或关键词试试。", "Try another department or name.";
    search: "姓名、拼音或成员 ID", "Name, pinyin or user ID";
    department: "部门", "Department";
    all_departments: "全部部门", "All departments";
    sign_in: "登录情况", "Sign-in";
    anybody: "全部", "All";
    never: "从未登录", "Never signed in";
    no_password: "没有密码", "No password";
    find: "查找", "Find";
    userid: "成员 ID（留空则自动生成）", "User ID (empty: one is made)";
    name: "姓名", "Name";
    mobile: "手机号", "Mobile number";
    hide_mobile: "隐藏手机号", "Hide the mobile number";
    email: "邮箱", "E-mail";
    job_title: "职位", "Job title";
    job_number: "工号", "Job number";
    telephone: "分机号", "Extension";
    work_place: "办公地点", "Place of work";
    remark: "备注", "Remark";
    departments: "所属部门", "Departments";
    roles: "角色", "Roles";
    save: "保存", "Save";
    saved: "已保存。", "Saved.";
    profile: "资料", "Profile";
    signed_in: "已登录过", "has signed in";
    never_signed_in: "从未登录", "has never signed in";
    link: "生成设置密码的链接", "Make a link to choose a password";
    link_lead: "成员打开链接后设置新密码并登录。链接只能使用一次，3 天内有效；使用后，成员的其他登录全部失效。", "The member opens it, chooses a password and is signed in. It works once, within 3 days. Using it ends all other sessions of the member.";
    link_made: "链接（请现在复制，不会再次显示）", "The link. Copy it now; it is not shown again";
    sessions: "登录会话", "Sessions";
    no_sessions: "没有有效的登录会话。", "No sessions.";
    end_sessions: "结束全部会话", "End all sessions";
    sessions_ended: "已结束全部会话。", "All sessions have ended.";
    session_ended: "已结束该会话。", "The session has ended.";
    unlock: "解除登录限制", "Unlock sign-in";
    unlock_lead: "密码多次输错后会被暂时限制登录。", "After too many wrong passwords, signing in is refused for a while.";
    unlocked: "已解除。", "Unlocked.";
    delete: "删除成员", "Delete the member";
    delete_sure: "删除后不能恢复：成员不能再登录，会话与草稿一并删除；已收到的消息仍计入统计。", "This cannot be undone: the member can no longer sign in, and drafts are deleted. Messages that were received still count.";
    delete_now: "确认删除", "Delete";
    protected: "只有所有者可以重置或删除运营人员。", "Only an owner may reset or delete an operator.";
    userid_taken: "成员 ID 已存在。", "A member has this user ID.";
    mobile_taken: "手机号已被其他成员使用。", "Another member has this mobile number.";
    email_taken: "邮箱已被其他成员使用。", "Another member has this e-mail address.";
    mobile_invalid: "手机号格式不正确。", "This is no mobile number.";
    email_invalid: "邮箱格式不正确。", "This is no e-mail address.";
    no_contact: "请填写手机号或成员 ID。", "Give a mobile number or a user ID.";
    telephone_taken: "分机号已被使用。", "Another member has this extension.";
    job_number_taken: "工号已被使用。", "Another member has this job number.";
    no_name: "请填写姓名。", "Give a name.";
    no_department: "请至少选择一个部门。", "Choose at least one department.";
    too_long: "内容过长。", "A field is too long.";
    is_owner_of_group: "该成员是部门群的群主，请先更换群主。", "The member owns the group of a department. Choose another owner first.";
} }

impl MemberTexts {
    /// The number of members.
    pub fn count(&self, members: u64) -> String {
        let count = number(members);
        match self.lang {
            Lang::Zh => format!("共 {count} 人"),
            Lang::En if members == 1 => "1 member".to_owned(),
            Lang::En => format!("{count} members"),
        }
    }
}
