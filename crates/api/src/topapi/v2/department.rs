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

/// An id that no department can have, as the page of common errors says of -7.
pub const BAD_DEPARTMENT: Code = Code::legacy(40009, "不合法的部门id");
const BAD_PARENT: Code = Code::legacy(40010, "不合法的父部门id");
const BAD_NAME: Code = Code::legacy(60001, "不合法的部门名称");
const BAD_ORDER: Code = Code::legacy(40011, "不合法的排序order");
