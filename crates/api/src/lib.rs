//! The operations: one file each, at the path that it has on the wire.

mod gettoken;
mod media;
mod topapi;
mod v1_0;

use carillon_wire::Operation;

/// All operations.
pub fn operations() -> Vec<Operation> {
    vec![
        gettoken::operation(),
        media::upload::operation(),
        topapi::serviceaccount::add::operation(),
        topapi::serviceaccount::get::operation(),
        topapi::serviceaccount::list::operation(),
        topapi::serviceaccount::update::operation(),
        v1_0::oauth2::access_token::operation(),
    ]
}
