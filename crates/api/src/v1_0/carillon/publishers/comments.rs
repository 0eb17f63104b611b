//! `/v1.0/carillon/publishers/{publisherId}/comments`.

pub mod list;
pub mod selected;
