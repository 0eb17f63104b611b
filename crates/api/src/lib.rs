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
        v1_0::oauth2::access_token::operation(),
        media::upload::operation(),
        topapi::serviceaccount::add::operation(),
        topapi::serviceaccount::update::operation(),
        topapi::serviceaccount::list::operation(),
        topapi::serviceaccount::get::operation(),
        topapi::serviceaccount::menu::update::operation(),
        topapi::serviceaccount::menu::get::operation(),
        topapi::material::article::add::operation(),
        topapi::material::article::delete::operation(),
        topapi::material::article::update::operation(),
        topapi::material::article::list::operation(),
        topapi::material::article::get::operation(),
        topapi::material::article::publish::operation(),
        topapi::material::news::add::operation(),
        topapi::material::news::delete::operation(),
        topapi::material::news::get::operation(),
        topapi::material::news::update::operation(),
        topapi::material::news::list::operation(),
    ]
}
