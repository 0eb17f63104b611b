//! `/topapi/v2/department`.

pub mod create;
pub mod delete;
pub mod get;
pub mod listparentbydept;
pub mod listparentbyuser;
pub mod listsub;
pub mod listsubid;
pub mod update;

use carillon_wire::Code;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(create::operation),
    Entry::Operation(delete::operation),
    Entry::Operation(get::operation),
    Entry::Operation(listparentbydept::operation),
    Entry::Operation(listparentbyuser::operation),
    Entry::Operation(listsub::operation),
    Entry::Operation(listsubid::operation),
    Entry::Operation(update::operation),
];

/// An id that no department can have. The page of common errors has it for -7.
pub const BAD_DEPARTMENT: Code = Code::legacy(40009, "不合法的部门id");
const BAD_PARENT: Code = Code::legacy(40010, "不合法的父部门id");
const BAD_NAME: Code = Code::legacy(60001, "不合法的部门名称");
const BAD_ORDER: Code = Code::legacy(40011, "不合法的排序order");
