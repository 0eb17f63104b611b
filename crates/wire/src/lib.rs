//! The request pipeline: decodes requests of both dialects into typed calls, and encodes the results as responses.
//!
//! An [`Operation`] declares method, path, permission, app types, types of request and response, errors, and the handler. The pipeline does
//! the rest for all operations: routing, decoding, token and permission checks, limits, the panic guard, log line, metrics, and the
//! OpenAPI document.

mod access_policy;
mod address;
pub mod body;
pub mod body_budget;
mod body_collector;
mod budgeted_body;
pub mod call;
pub mod caller;
pub mod catalog;
pub mod codes;
pub mod context;
mod cors;
pub mod dispatcher;
pub mod event_payload;
pub mod explain;
mod find_corp;
mod form;
mod handler;
mod journal;
mod json;
mod legacy;
pub mod limits;
mod monthly_calls;
mod multipart;
pub mod openapi;
pub mod operation;
mod operator_access;
mod page_cache;
pub mod parameter_location;
pub mod peer;
pub mod raw_body;
mod request_body;
pub mod schema_decoder;
mod throttle;
pub mod unknown_path;
mod v1;

pub use access_policy::AccessPolicy;
pub use address::{AddressRange, AllowedAddresses, is_forwarded_https, is_trusted, peer_address};
pub use budgeted_body::budget_bodies;
pub use call::{Call, Visitor};
pub use caller::{Authenticator, Authenticators, Caller, CallerKind};
pub use catalog::{Catalog, CatalogEntry};
pub use codes::Code;
pub use context::{Context, SignInLock};
pub use dispatcher::Dispatcher;
pub use find_corp::FindCorp;
pub use handler::{Operations, PathOperations, guarded_router, router};
pub use journal::Cause;
pub use operation::{Builder, Dialect, Input, Operation, Raw, RawContent, Reaches};
pub use operator_access::{OperatorAccess, RoleLimit};
pub use page_cache::MemberPage;
pub use parameter_location::ParameterLocation;
pub use peer::{Holder, Peer};
pub use request_body::{BodyPace, BodyTooSlow, pace_bodies, pace_body};
pub use throttle::{BlockedAnswer, MonotonicClock, ThrottleSettings};
