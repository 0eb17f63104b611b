//! The started program: its command line, its HTTP interfaces, its pages and its events.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod account;
mod article;
mod article_access;
mod article_html;
mod article_views;
mod backup;
mod callers;
mod command_line;
mod comment;
mod contacts;
mod crash;
mod cross_site;
mod demo;
mod doctor;
mod draft;
mod edge;
mod events;
mod facts;
mod files;
mod full_disk;
mod gate;
mod inbox;
mod live;
mod log;
mod readiness;
mod schedule;
mod search;
mod sign_in;
mod soak;
mod storage;
mod talk;
mod token;
mod upgrade;
mod upload;
