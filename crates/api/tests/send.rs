//! Mass sends over HTTP.

mod accepted;
mod account_audience;
mod approval;
mod comment;
mod ding;
mod drafts;
mod fixture;
mod length;
mod progress;
mod quota;
mod recall;
mod record;
mod refused;
mod results;
mod schedule;
mod v1;
