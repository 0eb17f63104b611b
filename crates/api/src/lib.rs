//! The operations: one file each, at the path that it has on the wire.

mod gettoken;
mod v1_0;

use carillon_wire::Operation;

/// All operations.
pub fn operations() -> Vec<Operation> {
    vec![gettoken::operation(), v1_0::oauth2::access_token::operation()]
}
