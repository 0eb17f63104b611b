//! Statistics, counted from facts.
//!
//! A fact is a row of its day ([`fact`]). [`tally`] says which metrics it feeds, [`roll_up`] makes a day's facts and the
//! organisation of that day into the parts that answers show, and [`read`] gives those parts: kept ones of a closed day, or
//! rolled up on the spot. [`keep`] is the job that closes days.

pub mod annual;
pub mod fact;
pub mod generate;
pub mod keep;
pub mod meeting;
pub mod publisher;
pub mod read;
mod roll_up;
pub mod sign_ins;
mod tally;
mod to_date;
pub mod year;
