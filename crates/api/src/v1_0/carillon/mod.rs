//! `/v1.0/carillon`: operations of Carillon's own.

pub mod audits;
pub mod dings;
pub mod event;
pub mod facts;
pub mod groups;
pub mod message;
pub mod publishers;
pub mod service_accounts;
