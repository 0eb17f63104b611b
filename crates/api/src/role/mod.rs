//! `/role`.

pub mod add_role;
pub mod add_role_group;
