//! `/topapi/v2/department`.

pub mod create;
pub mod delete;
pub mod get;
pub mod listparentbydept;
pub mod listparentbyuser;
pub mod listsub;
pub mod listsubid;
pub mod update;
