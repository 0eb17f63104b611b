//! `/v1.0/carillon/audits`.

pub mod query;
