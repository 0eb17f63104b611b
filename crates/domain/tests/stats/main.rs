//! Statistics, compared with a slow and obvious count of the same facts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod company;
mod compare;
mod derived;
mod documented;
mod facts;
mod history;
mod reference;
