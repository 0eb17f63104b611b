//! The pages of members.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod clean;
mod pages;
mod visits;
mod xss;
