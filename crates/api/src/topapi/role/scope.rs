//! `/topapi/role/scope`.

pub mod update;
