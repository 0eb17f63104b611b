//! `/role`.

pub mod add_role;
pub mod add_role_group;
pub mod update_role;
