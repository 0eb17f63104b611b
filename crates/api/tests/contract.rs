//! Compares the operations with the facts of the public documentation: nothing documented is missing, without its
//! limit, or untested.

pub mod answers;
mod declared;
mod documentation;
mod documented_errors;
mod effects;
mod examples;
mod fields;
mod limits;
mod more_requests;
mod provocations;
mod unknown_fields;
