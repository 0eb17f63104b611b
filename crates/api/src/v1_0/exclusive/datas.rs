//! `/v1.0/exclusive/datas`.

pub mod reports;
