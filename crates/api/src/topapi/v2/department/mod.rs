//! `/topapi/v2/department`.

pub mod create;
pub mod get;
pub mod listsub;
pub mod listsubid;
