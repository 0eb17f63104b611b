//! `/topapi/role`.

pub mod addrolesforemps;
pub mod deleterole;
pub mod getrole;
pub mod getrolegroup;
pub mod list;
pub mod removerolesforemps;
pub mod scope;
pub mod simplelist;

use carillon_wire::Code;

const TOO_MANY_USERIDS: Code = Code::legacy(40032, "不合法的UserID列表长度");

/// Items on a page when the request does not say.
const PAGE_SIZE: i64 = 20;

/// A page of what comes one by one, and where the next page begins if there is one.
fn page_of<T>(all: impl Iterator<Item = T>, offset: Option<i64>, size: Option<i64>) -> (Vec<T>, Option<i64>) {
    let (offset, size) = (offset.unwrap_or_default(), size.unwrap_or(PAGE_SIZE));
    let mut rest = all.skip(usize::try_from(offset).unwrap_or(usize::MAX));
    let page: Vec<T> = rest.by_ref().take(usize::try_from(size).unwrap_or_default()).collect();
    let next = rest.next().map(|_| offset + size);
    (page, next)
}
