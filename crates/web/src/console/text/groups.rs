//! The texts of the pages of groups in both languages.

use carillon_domain::group::Leaving;
use carillon_model::{
    error::{Error, Rule},
    group::GroupKind,
    id::UserId,
};

use super::{number, table};
use crate::text::Lang;

table! { GroupTexts {
    groups: "群", "Groups";
    lead: "组织的内部群，由应用创建，也可以在这里创建和管理。", "Internal groups of the organisation. Apps make them, and they can be made and managed here.";
    search: "群名称", "Name";
    any_kind: "全部类型", "Any kind";
    owner_filter: "群主的成员 ID", "User ID of the owner";
    with_dissolved: "包括已解散的群", "Dissolved ones too";
    none: "还没有群", "No groups yet";
    none_next: "应用通过接口创建的群会显示在这里，也可以在下面创建。", "Groups that apps create appear here. You can make one below.";
    title: "名称", "Name";
    kind: "类型", "Kind";
    owner: "群主", "Owner";
    owner_id: "群主 ID", "User ID of the owner";
    no_owner: "没有群主", "no owner";
    members: "成员", "Members";
    administrators: "管理员", "Administrators";
    creator: "创建者", "Created by";
    created: "创建时间", "Created";
    active: "最近活跃", "Last active";
    dissolved: "已解散", "dissolved";
    dissolved_at: "解散时间", "Dissolved";
    id: "群 ID", "ID";
    department: "所属部门", "Department";
    template: "模板", "Template";
    follows: "成员随组织架构自动变化。", "Its members follow the organisation.";
    banned: "只有群主和管理员可以发言", "Only owner and administrators may post";
    drive: "文件同步到网盘", "Files are also stored in the drive";
    used: "文件占用", "Files";
    extensions: "自定义属性", "Custom attributes";
    no_members: "群里没有成员。", "The group has no members.";
    yes: "是", "yes";
    no: "否", "no";
    untitled: "（未命名）", "(no name)";
    new: "创建群", "Make a group";
    new_hint: "群主是第一位成员，其他成员在创建之后添加。全员群和部门群的成员随组织架构自动变化：全员群最多一个，每个部门最多一个部门群，群主须是其中的成员。", "The owner is the first member; others are added afterwards. Members of a group of all staff or of a department follow the organisation: there is one for all staff and one for each department at most, and the owner has to belong to it.";
    of_department: "部门（仅部门群）", "Department (for a department's group)";
    change: "群设置", "Settings";
    save: "保存", "Save";
    ban: "只有群主和管理员可以发言", "Only owner and administrators may post";
    sync: "文件同步到网盘（仅作记录）", "Files are also stored in the drive (only recorded)";
    is_owner: "群主", "owner";
    is_administrator: "管理员", "administrator";
    find_member: "查找群成员", "Find a member of the group";
    find_hint: "姓名、拼音或 ID", "Name, pinyin or ID";
    chosen: "对选中的成员：", "With the chosen members: ";
    remove: "移出群", "Remove from the group";
    make_owner: "设为群主", "Make the owner";
    make_administrators: "设为管理员", "Make administrators";
    make_ordinary: "取消管理员", "End as administrators";
    remove_now: "确认移出", "Remove them";
    before_removal: "移出前请确认", "Before they are removed";
    add: "添加成员", "Add members";
    add_find: "查找不在群里的成员", "Find members who are not in the group";
    add_found: "找到的成员", "Members who were found";
    add_more: "只列出了前 50 位，请输入得更具体。", "The first 50 are listed. Be more specific.";
    nobody_found: "没有找到不在群里的成员。", "Nobody who is not in the group was found.";
    users: "成员 ID，用换行、逗号或空格分隔", "User IDs, separated by lines, commas or spaces";
    departments: "部门（包括下级部门现在的成员）", "Departments (with all members below them at this moment)";
    more_departments: "部门太多，没有全部列出。可以按成员 ID 添加，或者从部门页面下载成员名单。", "There are too many departments to list all. Name members by user ID, or download the members of a department from its page.";
    add_hint: "一次最多 1,000 位成员，群最多 10,000 人。之后部门的人员变动不会带到群里。", "At most 1,000 members at once, and 10,000 in the group. Later changes of the departments do not change the group.";
    add_now: "添加到群", "Add to the group";
    dissolve: "解散群", "Dissolve the group";
    dissolve_type: "请输入群名称以确认", "Type the name of the group to confirm";
    dissolve_now: "确认解散", "Dissolve it";
    title_invalid: "群名称须为 1 到 64 个字。", "The name must have 1 to 64 characters.";
    unknown_users: "没有这些成员：", "There are no such members: ";
    unknown_department: "部门不存在。", "There is no such department.";
    choose_department: "请为部门群选择部门。", "Choose the department of the group.";
    choose_kind: "请选择群的类型。", "Choose the kind of the group.";
    nobody_named: "请至少选择一位成员或一个部门。", "Choose a member or a department first.";
    none_chosen: "请先选择成员。", "Choose members first.";
    choose_one: "请只选择一位成员作为群主。", "Choose one member as the owner.";
    too_many: "一次最多 1,000 位。", "At most 1,000 at once.";
    too_many_administrators: "管理员最多 20 位。", "There can be at most 20 administrators.";
    group_full: "群最多 10,000 人。", "A group has at most 10,000 members.";
    not_in_group: "选中的人不在群里。", "Somebody chosen is not in the group.";
    not_of_organisation: "群主须是该部门或组织的成员。", "The owner has to belong to the department.";
    follows_problem: "这个群的成员随组织架构自动变化，不能手动添加或移出。", "The members of this group follow the organisation and cannot be added or removed by hand.";
    dissolved_problem: "群已经解散，不能再修改。", "The group was dissolved and cannot be changed any more.";
    exists: "已经有这样的群。全员群最多一个，每个部门最多一个。", "There is one already: one for all staff and one for each department at most.";
    wrong_name: "输入的名称与群名称不一致，没有解散。", "The typed name is not that of the group. It was not dissolved.";
    number_changed: "群成员数刚刚有变化，请再次确认。", "The number of members has just changed. Confirm it again.";
} }

impl GroupTexts {
    /// The name of a kind.
    pub fn kind(&self, kind: GroupKind) -> &'static str {
        match (self.lang, kind) {
            (Lang::Zh, GroupKind::AllStaff) => "全员群",
            (Lang::Zh, GroupKind::Department) => "部门群",
            (Lang::Zh, GroupKind::Other) => "普通群",
            (Lang::Zh, GroupKind::Scene) => "场景群",
            (Lang::En, GroupKind::AllStaff) => "all staff",
            (Lang::En, GroupKind::Department) => "department",
            (Lang::En, GroupKind::Other) => "ordinary",
            (Lang::En, GroupKind::Scene) => "scene",
        }
    }

    /// The name of a group, or what stands for none.
    pub fn title_of(&self, title: &str) -> String {
        if title.trim().is_empty() { self.untitled } else { title }.to_owned()
    }

    /// The kinds by number.
    pub fn kinds(&self) -> Vec<(i64, &'static str)> {
        GroupKind::ALL.into_iter().map(|kind| (kind.number(), self.kind(kind))).collect()
    }

    /// The kinds that can be made here, by number, the usual one first. Scene groups are made from templates of apps.
    pub fn new_kinds(&self) -> Vec<(i64, &'static str)> {
        let kinds = [GroupKind::Other, GroupKind::AllStaff, GroupKind::Department];
        kinds.into_iter().map(|kind| (kind.number(), self.kind(kind))).collect()
    }

    /// What was done.
    pub fn done(&self, code: &str, count: Option<u64>) -> Option<String> {
        let count = number(count.unwrap_or_default());
        Some(match (self.lang, code) {
            (Lang::Zh, "created") => "群已创建。".to_owned(),
            (Lang::En, "created") => "The group was made.".to_owned(),
            (Lang::Zh, "saved") => "已保存。".to_owned(),
            (Lang::En, "saved") => "Saved.".to_owned(),
            (Lang::Zh, "owner") => "群主已更换。".to_owned(),
            (Lang::En, "owner") => "The group has another owner.".to_owned(),
            (Lang::Zh, "administrators") => "管理员已更新。".to_owned(),
            (Lang::En, "administrators") => "The administrators were changed.".to_owned(),
            (Lang::Zh, "added") => format!("已添加 {count} 位成员。"),
            (Lang::En, "added") => format!("Members added: {count}."),
            (Lang::Zh, "removed") => format!("已移出 {count} 位成员。"),
            (Lang::En, "removed") => format!("Members removed: {count}."),
            (Lang::Zh, "dissolved") => "群已解散。".to_owned(),
            (Lang::En, "dissolved") => "The group was dissolved.".to_owned(),
            _ => return None,
        })
    }

    /// What the removal of members does.
    pub fn removal(&self, leaving: &Leaving) -> Vec<String> {
        let named = |(userid, name): &(UserId, String)| match self.lang {
            Lang::Zh => format!("{name}（{userid}）"),
            Lang::En => format!("{name} ({userid})"),
        };
        let names: Vec<String> = leaving.members.iter().map(named).collect();
        let names = names.join(self.lang.list_separator());
        let (count, left) = (number(leaving.members.len()), number(leaving.left));
        let mut lines = vec![match self.lang {
            Lang::Zh => format!("{count} 位成员将离开，群里还有 {left} 人：{names}"),
            Lang::En => format!("Members who leave: {count}. Members who stay: {left}. These leave: {names}"),
        }];
        match (self.lang, leaving.owner_leaves, &leaving.successor) {
            (_, false, _) => {}
            (Lang::Zh, true, Some(owner)) => {
                lines.push(format!("群主也会离开，群主将变为{}。", named(owner)))
            }
            (Lang::En, true, Some(owner)) => {
                lines.push(format!("The owner leaves too. The group goes to {}.", named(owner)));
            }
            (Lang::Zh, true, None) => lines.push("群里将没有成员，也没有群主。".to_owned()),
            (Lang::En, true, None) => {
                lines.push("The group will have neither members nor an owner.".to_owned())
            }
        }
        lines
    }

    /// What dissolving does.
    pub fn dissolve_sure(&self, members: &i64) -> String {
        let count = number(members);
        match self.lang {
            Lang::Zh => format!("{count} 位成员会离开群。解散的群仍可查看，但不能再修改或发言，也不能恢复。"),
            Lang::En => format!(
                "All members leave it: {count}. It can still be looked up, but not changed, posted in or brought back."
            ),
        }
    }

    /// The text of a refusal. `None` for faults of the server.
    pub fn problem(&self, error: &Error) -> Option<String> {
        let text = match error {
            Error::Invalid { field, reason } => match field.as_ref() {
                "users" | "ownerUserId" => return Some(format!("{}{reason}", self.unknown_users)),
                "title" => self.title_invalid,
                "kind" | "templateId" => self.choose_kind,
                "deptId" => self.choose_department,
                "memberDeptIds" => self.unknown_department,
                "memberUserIds" => self.nobody_named,
                "administratorUserIds" => self.too_many_administrators,
                "none" => self.none_chosen,
                "one" => self.choose_one,
                "too_many" => self.too_many,
                "confirm" => self.wrong_name,
                "members" => self.number_changed,
                _ => return None,
            },
            Error::Rule(rule) | Error::RuleBecause(rule, _) => match rule {
                Rule::GroupDissolved => self.dissolved_problem,
                Rule::GroupMembersFollow => self.follows_problem,
                Rule::TooManyGroupMembers => self.group_full,
                Rule::GroupExists => self.exists,
                Rule::NotInGroup => self.not_in_group,
                _ => return None,
            },
            Error::Internal(_) => return None,
        };
        Some(text.to_owned())
    }

    /// A number of members.
    pub fn count(&self, members: &i64) -> String {
        let count = number(members);
        match self.lang {
            Lang::Zh => format!("{count} 人"),
            Lang::En if *members == 1 => "1 member".to_owned(),
            Lang::En => format!("{count} members"),
        }
    }

    /// A number of bytes.
    pub fn bytes(&self, bytes: i64) -> String {
        match bytes {
            ..1_000_000 => format!("{} kB", bytes.max(0) / 1_000),
            _ => format!("{} MB", bytes / 1_000_000),
        }
    }
}
