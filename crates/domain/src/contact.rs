//! Members, departments and roles.

pub mod department;
pub mod role;
pub mod user;
