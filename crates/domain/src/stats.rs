//! Statistics, counted from facts.
//!
//! A fact is a row of its day ([`fact`]). [`metrics_of_fact`] says which metrics it feeds, [`roll_up`] makes a day's facts and the
//! organisation of that day into the parts that answers show, and [`read`] gives those parts: kept ones of a closed day, or
//! rolled up on the spot. [`finalize`] is the job that closes days.

pub mod annual;
mod cumulative;
pub mod fact;
pub mod finalize;
pub mod generate;
pub mod meeting;
mod metrics_of_fact;
pub mod publisher;
pub mod read;
mod roll_up;
pub mod sign_ins;
pub mod year;
