//! `/v1.0/oauth2`.

pub mod access_token;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(access_token::operation)];
