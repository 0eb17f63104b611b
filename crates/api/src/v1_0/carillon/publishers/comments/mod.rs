//! `/v1.0/carillon/publishers/{publisherId}/comments`.

pub mod selected;
