//! Pure values that every layer shares: no I/O, no SQL, no HTTP, no JSON names.

pub mod app;
pub mod article;
pub mod audience;
pub mod audit;
pub mod color;
pub mod contact;
pub mod day;
pub mod env;
pub mod error;
pub mod event;
pub mod fact;
pub mod group;
pub mod host_name;
pub mod id;
pub mod media;
pub mod message;
pub mod reach;
pub mod service_account;
pub mod settings;
pub mod short_name;
pub mod spelling;
pub mod statistic;
pub mod stored_form;
pub mod talk;
pub mod time;
