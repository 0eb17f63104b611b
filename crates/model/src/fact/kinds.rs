//! The fields of each kind of fact. Durations are whole milliseconds; a `count` is how many of them one fact stands for.
//!
//! "Feeds" names the metrics of the fact's member and the lists of the day, in the terms that `domain/tests/stats/documented.rs`
//! compares with what is counted. Activity, cumulative totals and totals of a year follow from the metrics.

mod approval;
mod article;
mod attendance;
mod client;
mod group;
mod meeting;
mod message;
mod office;
mod social;

pub use self::{
    approval::*, article::*, attendance::*, client::*, group::*, meeting::*, message::*, office::*, social::*,
};
