//! The started program, over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod account;
mod article;
mod browser;
mod command_line;
mod comment;
mod company;
mod contacts;
mod crash;
mod demo;
mod facts;
mod gate;
mod inbox;
mod schedule;
mod server;
mod talk;
mod token;
mod upgrade;
mod upload;
