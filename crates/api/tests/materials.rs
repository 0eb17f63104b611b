//! Media, service accounts, menus, articles and cards over HTTP.

mod account;
mod account_parts;
mod article;
mod article_draft;
mod auth_info;
mod card;
mod media;
mod picture;
mod refused;
