//! Members, departments and roles.

pub mod admin;
pub mod department;
pub(crate) mod email;
pub mod import;
pub mod manage;
pub mod role;
pub mod search;
pub mod user;

use carillon_model::id::UserId;

/// Members as text for the audit trail.
fn userids(users: &[UserId]) -> String {
    users.iter().map(UserId::as_str).collect::<Vec<_>>().join(" ")
}
