//! The rules: use cases as functions over a unit of work. They contain no HTTP, SQL or JSON names. The clock and randomness come
//! from `Env`.

pub mod account;
pub mod activity;
pub mod app;
pub mod article;
pub mod card;
pub mod chat;
pub mod comment;
pub mod contact;
pub mod corp;
pub mod ding;
pub mod draft;
pub mod event;
pub mod group;
pub mod hold;
pub mod inbox;
pub mod media;
pub mod mint;
pub mod page;
pub mod password;
pub mod retention;
pub mod seal;
pub mod search;
pub mod send;
pub mod session;
pub mod stats;
