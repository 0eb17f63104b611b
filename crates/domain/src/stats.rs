//! Statistics, counted from facts.
//!
//! A fact is a row of its day ([`fact`]). [`metrics_of_fact`] maps facts to metrics. [`roll_up`] turns the facts of a day, and
//! the organisation of that day, into the parts of its statistics. [`read`] returns these parts: stored ones of a finalized day,
//! or rolled up on demand. [`finalize`] is the job that stores the statistics of past days.

pub mod annual;
pub mod catalogue;
mod cumulative;
pub mod fact;
pub mod finalize;
pub mod generate;
pub mod meeting;
mod metrics_of_fact;
pub mod publisher;
pub mod query;
pub mod read;
mod roll_up;
pub mod sign_ins;
pub mod year;
