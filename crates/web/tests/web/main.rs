//! Tests of the pages.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod clean;
mod fixture;
mod overload;
mod pages;
mod reference_languages;
mod sessions;
mod temporary;
mod visits;
mod xss;
