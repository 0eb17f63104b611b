//! Mass sends through a real store.

mod account_audience;
mod audience;
mod concurrency;
mod content;
mod draft;
mod event;
pub mod fixture;
mod limit;
mod once_a_day;
mod overdue;
mod quota;
mod reach;
mod reading;
mod recall;
mod receipt;
mod schedule;
mod snapshot;
mod uuid;
mod window;
