//! The operations beside the facts of the public documentation: nothing documented is missing, unlimited or untested.

mod answers;
mod declared;
mod facts;
mod fields;
mod limits;
mod others;
mod provocations;
mod provoked;
mod unknown_fields;
