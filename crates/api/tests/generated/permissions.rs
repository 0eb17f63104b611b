//! docs/PERMISSIONS.md: what each permission of an app and each role of an operator opens.

use std::fmt::Write;

use carillon_model::{operator::OperatorRole, permission::Permission};
use carillon_web::PageAccess;
use carillon_wire::{CallerKind, Operation, RoleLimit};

const HEAD: &str = "\
# Permissions and roles

<!-- Written by `cargo xtask openapi` from the declarations in crates/api and crates/web/src/console: change those. -->

An operation is open to apps with its permission and, where it has roles, to operators with one of them. Apps send their token,
operators the session of the console ([WIRE.md](WIRE.md#operators)). Owners have every role.

## Carillon's own operations

- `●`: with this role for all service accounts.
- `◐`: with this role, for the service accounts that it is for.
- Empty: refused. `-` in place of a permission: not open to apps.

";

/// The page.
pub fn page() -> String {
    let mut operations = carillon_api::operations();
    operations
        .sort_by(|left, right| (left.path, left.method.as_str()).cmp(&(right.path, right.method.as_str())));
    let mut page = HEAD.to_owned();
    let roles = OperatorRole::ALL.map(OperatorRole::as_str);
    writeln!(page, "| operation | permission | {} |", roles.join(" | ")).unwrap();
    writeln!(page, "|---|---|{}", "---|".repeat(roles.len())).unwrap();
    for operation in operations.iter().filter(|operation| operation.is_own()) {
        let is_for_apps = operation.callers.contains(&CallerKind::App);
        let permission = operation.permission.filter(|_| is_for_apps).map(code);
        let cells = OperatorRole::ALL.map(|role| cell(operation, role));
        let (name, permission) = (name(operation), permission.unwrap_or_else(|| "-".to_owned()));
        writeln!(page, "| {name} | {permission} | {} |", cells.join(" | ")).unwrap();
    }
    add_pages(&mut page);
    page.push_str("\n## Permissions of apps\n\nPermissions that open no operation are left out.\n\n");
    page.push_str("| permission | | | operations |\n|---|---|---|---|\n");
    for permission in Permission::ALL {
        let opened: Vec<String> = operations
            .iter()
            .filter(|operation| operation.permission == Some(permission.code))
            .map(|operation| code(operation.id))
            .collect();
        if !opened.is_empty() {
            let Permission { code: of, name_zh, name_en } = permission;
            writeln!(page, "| {} | {name_zh} | {name_en} | {} |", code(of), opened.join(", ")).unwrap();
        }
    }
    page
}

const PAGES: &str = "
## Pages of the console

Each section with all pages below its path, and after it what fewer roles open. The marks are those above. The extractor of every page
enforces the table, and a test of the started server compares them.

";

/// Adds the table of pages and roles.
fn add_pages(page: &mut String) {
    page.push_str(PAGES);
    let roles = OperatorRole::ALL.map(OperatorRole::as_str);
    writeln!(page, "| page | {} |", roles.join(" | ")).unwrap();
    writeln!(page, "|---|{}", "---|".repeat(roles.len())).unwrap();
    for one in carillon_web::console_pages() {
        let cells = OperatorRole::ALL.map(|role| page_cell(&one, role));
        let method = one.method.map(|method| format!("{method} ")).unwrap_or_default();
        let address = code(&format!("{method}{}", one.path));
        let name = match one.titles {
            Some((_, title)) => format!("{title}: {address}"),
            None => format!("… {address}"),
        };
        writeln!(page, "| {name} | {} |", cells.join(" | ")).unwrap();
    }
}

fn page_cell(page: &PageAccess, role: OperatorRole) -> &'static str {
    let is_open = role == OperatorRole::Owner || page.roles.contains(&role);
    mark(is_open, role.can_be_limited() && !page.for_all_accounts)
}

fn mark(is_open: bool, is_limited: bool) -> &'static str {
    match (is_open, is_limited) {
        (false, _) => "",
        (true, true) => "◐",
        (true, false) => "●",
    }
}

fn name(operation: &Operation) -> String {
    let path = operation.path.strip_prefix("/v1.0/carillon/").unwrap_or(operation.path);
    format!("{}: {}", code(&format!("{} {path}", operation.method)), operation.title_en)
}

fn cell(operation: &Operation, role: OperatorRole) -> &'static str {
    let Some(access) = operation.operators else { return "" };
    let is_open = role == OperatorRole::Owner || access.roles.contains(&role);
    mark(is_open, role.can_be_limited() && access.accounts != RoleLimit::AllAccounts)
}

fn code(text: &str) -> String {
    format!("`{text}`")
}
