//! The texts of the pages of departments.

use super::{number, table};
use crate::text::Lang;

table! { DepartmentTexts {
    departments: "部门", "Departments";
    tree: "部门树", "Department tree";
    tree_hint: "拖动部门可调整顺序或移到其他部门；也可以用本页的按钮和表单。", "Drag a department to another place, or use the buttons and forms of its page.";
    id: "部门 ID", "Department ID";
    above: "上级部门", "Departments above";
    add: "添加下级部门", "Add a department below";
    name: "名称", "Name";
    rename: "重命名", "Rename";
    order: "顺序", "Order";
    up: "上移", "Move up";
    down: "下移", "Move down";
    place: "移到其他部门", "Move below another department";
    target: "目标部门", "Move to";
    target_path: "目标部门（ID，或从顶层开始的路径，如 研发部/平台组）", "Move to (the id, or the path from the top such as Research/Platform)";
    place_now: "确认移动", "Move it";
    delete: "删除部门", "Remove the department";
    delete_now: "确认删除", "Remove it";
    delete_sure: "删除后不能恢复。只有没有成员、没有下级部门的部门才能删除。", "This cannot be undone. A department can be removed if it has no members and no departments below.";
    members: "直属成员", "Direct members";
    no_members: "没有直属成员。", "No direct members.";
    move_members: "移动所选成员", "Move the chosen members";
    all_below: "查看全部成员（含下级）", "All members, including those below";
    earlier: "前面的部门", "Earlier ones";
    more: "更多部门", "More";
    added: "已添加。", "Added.";
    saved: "已保存。", "Saved.";
    moved: "已移动。", "Moved.";
    members_moved: "已移动所选成员。", "The members were moved.";
    removed: "已删除。", "Removed.";
    name_taken: "同级已有同名部门。", "A department beside it has this name.";
    name_invalid: "名称为 1 至 64 个字符，不能有连字符或逗号。", "A name has 1 to 64 characters, no hyphen and no comma.";
    no_target: "没有这个目标部门。", "There is no such department to move to.";
    place_gone: "这个位置已经不存在，请重试。", "That place does not exist any more. Try again.";
    is_below: "不能移到自己的下级部门。", "A department cannot be moved below itself.";
    has_children: "还有下级部门，不能删除。", "It cannot be removed: there are departments below.";
    has_members: "还有成员，不能删除。请先移动或删除成员。", "It cannot be removed: it has members. Move them first.";
    is_root: "顶层部门不能修改或删除，它的名称是组织的名称。", "The top department cannot be changed or removed. It has the name of the organisation.";
    unknown_member: "所选成员已不存在。", "A chosen member does not exist any more.";
    too_many: "一次最多移动 500 人。", "At most 500 members can be moved at once.";
} }

impl DepartmentTexts {
    /// The number of members of a department and all below.
    pub fn people(&self, members: &u64) -> String {
        let count = number(members);
        match self.lang {
            Lang::Zh => format!("{count} 人"),
            Lang::En if *members == 1 => "1 member".to_owned(),
            Lang::En => format!("{count} members"),
        }
    }

    /// How large a department is.
    pub fn size(&self, below: u64, direct: u64, children: usize) -> String {
        match self.lang {
            Lang::Zh => format!(
                "共 {}，其中直属 {}；{children} 个下级部门",
                self.people(&below),
                self.people(&direct)
            ),
            Lang::En => format!(
                "{} in all, {} of them direct; {children} {} directly below",
                self.people(&below),
                number(direct),
                if children == 1 { "department" } else { "departments" }
            ),
        }
    }

    /// What moving does, before it is confirmed.
    pub fn place_sure(&self, name: &str, members: u64) -> String {
        match self.lang {
            Lang::Zh => format!(
                "“{name}”及其下级部门会一起移动，涉及 {}。之后发给新上级部门的群发会包括他们，发给原上级部门的不再包括。",
                self.people(&members)
            ),
            Lang::En => format!(
                "{name} moves with all departments below it and {}. Sends to the new department above will include them, those to the former one will not.",
                self.people(&members)
            ),
        }
    }

    /// The number of departments that are not listed.
    pub fn others(&self, count: &usize) -> String {
        match self.lang {
            Lang::Zh => format!("还有 {count} 个"),
            Lang::En => format!("{count} more"),
        }
    }
}
