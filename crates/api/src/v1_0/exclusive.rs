//! `/v1.0/exclusive`.

pub mod app_dings;
pub mod data;
pub mod datas;
pub mod enterprise_securities;
pub mod follow;
pub mod inactives;
pub mod phone_dings;
pub mod publishers;
pub mod securities;
