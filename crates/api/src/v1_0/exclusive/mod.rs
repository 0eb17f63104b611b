//! `/v1.0/exclusive`.

pub mod app_dings;
pub mod enterprise_securities;
pub mod follow;
pub mod phone_dings;
pub mod publishers;
pub mod securities;
