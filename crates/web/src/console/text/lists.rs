//! The texts of filters and pages that lists share.

use super::table;
use crate::text::Lang;

table! { ListTexts {
    search: "搜索", "Search";
    find: "筛选", "Filter";
    first: "第一页", "First page";
    previous: "上一页", "Previous page";
    next: "下一页", "Next page";
    pages: "分页", "Pages";
    none_found: "没有符合条件的结果", "Nothing matches";
    none_found_next: "换一个条件，或者清除筛选。", "Try other filters, or clear them.";
    clear: "清除筛选", "Clear the filters";
    any_status: "全部", "All";
    in_use: "使用中", "In use";
    disabled: "已停用", "Disabled";
    status: "状态", "Status";
    name: "名称", "Name";
    id: "ID", "ID";
    brief: "简介", "Introduction";
    any_role: "全部角色", "Any role";
    roles: "角色", "Roles";
    operates: "运营的服务号", "Operates";
    kind: "类型", "Type";
    permissions: "权限数", "Permissions";
    created: "创建时间", "Created";
    search_texts: "搜索标题或正文", "Search titles and texts";
    search_cut: "内容太多，只搜索了一部分。", "There is too much to search at once: only a part was searched.";
    search_further: "继续搜索", "Search the rest";
} }

impl ListTexts {
    /// The number of entries on a page.
    pub fn on_page(&self, count: usize) -> String {
        match self.lang {
            Lang::Zh => format!("本页 {count} 条"),
            Lang::En if count == 1 => "One entry".to_owned(),
            Lang::En => format!("{count} entries on this page"),
        }
    }
}
