//! `/topapi/role`.

pub mod addrolesforemps;
pub mod deleterole;
pub mod getrole;
pub mod getrolegroup;
pub mod list;
pub mod removerolesforemps;
pub mod scope;
pub mod simplelist;

use carillon_model::error::Rule;
use carillon_wire::{Code, Operation, codes, operation::Builder};
use serde_json::json;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(addrolesforemps::operation),
    Entry::Operation(deleterole::operation),
    Entry::Operation(getrole::operation),
    Entry::Operation(getrolegroup::operation),
    Entry::Operation(list::operation),
    Entry::Operation(removerolesforemps::operation),
    Entry::Folder(scope::OPERATIONS),
    Entry::Operation(simplelist::operation),
];

const TOO_MANY_USERIDS: Code = Code::legacy(40032, "不合法的UserID列表长度");

/// Items on a page if the request names no size.
const DEFAULT_PAGE_SIZE: i64 = 20;

/// Returns a page, and the offset of the next page if there is one.
fn paginate<T>(
    all: impl Iterator<Item = T>,
    offset: Option<i64>,
    size: Option<i64>,
) -> (Vec<T>, Option<i64>) {
    let (offset, size) = (offset.unwrap_or_default(), size.unwrap_or(DEFAULT_PAGE_SIZE));
    let mut items = all.skip(usize::try_from(offset).unwrap_or(usize::MAX));
    let page: Vec<T> = items.by_ref().take(usize::try_from(size).unwrap_or_default()).collect();
    let next = items.next().map(|_| offset + size);
    (page, next)
}

/// Declares an operation that gives roles to members or takes them away.
fn declare_member_change(id: &'static str, path: &'static str) -> Builder {
    Operation::legacy(id, path)
        .permission("qyapi_manage_addresslist")
        .errors(&[Rule::UnknownRole, Rule::UnknownUser])
        .bad_field("roleIds", codes::of(Rule::UnknownRole))
        .bad_field("userIds", codes::of(Rule::UnknownUser))
        .too_long("userIds", TOO_MANY_USERIDS)
        .example(json!({ "roleIds": [2001, 2002], "userIds": ["user01", "user02"] }))
}
