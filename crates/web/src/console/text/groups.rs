//! The texts of the pages of groups in both languages.

use carillon_model::group::GroupKind;

use super::{number, table};
use crate::text::Lang;

table! { GroupTexts {
    groups: "群", "Groups";
    lead: "组织的内部群。应用通过接口创建和管理群，这里可以查看。", "Internal groups of the organisation. Apps make and manage them; here they can be read.";
    search: "群名称", "Name";
    with_dissolved: "包括已解散的群", "Dissolved ones too";
    none: "还没有群", "No groups yet";
    none_next: "应用通过接口创建的群会显示在这里。", "Groups that apps create appear here.";
    nothing_found: "没有找到群", "No groups found";
    nothing_found_next: "换一个名称试试。", "Try another name.";
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
