//! Compares the operations with the facts of the public documentation: nothing documented is missing, without its
//! limit, or untested.

mod answers;
mod declared;
mod facts;
mod fields;
mod limits;
mod others;
mod provocations;
mod provoked;
mod unknown_fields;
