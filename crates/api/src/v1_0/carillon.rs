//! `/v1.0/carillon`: operations of Carillon's own.

pub mod audits;
pub mod dings;
pub mod event;
pub mod facts;
pub mod groups;
pub mod message;
pub mod organisation;
pub mod publishers;
pub mod service_accounts;

use carillon_wire::CallerKind;

/// Operations of Carillon's own are open to apps with the permission, and to whoever may open the data folder.
const APPS_AND_LOCAL: &[CallerKind] = &[CallerKind::App, CallerKind::Local];
