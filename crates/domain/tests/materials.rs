//! Media, service accounts, menus, articles and cards through a real store.

mod account;
mod article;
mod article_version;
mod card;
pub mod fixture;
mod media;
mod menu;
mod picture;
