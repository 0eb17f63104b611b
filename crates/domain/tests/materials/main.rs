//! Media, service accounts, menus, articles and cards through a real store.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod account;
mod article;
mod card;
mod media;
mod menu;
mod world;
