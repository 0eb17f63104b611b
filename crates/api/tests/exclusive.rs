//! Statistics of the v1.0 host and the annual report over HTTP: names, types, pages and errors. `reference`
//! compares the numbers with an oracle.

mod annual;
mod day;
mod fixture;
mod groups;
mod meetings;
mod publisher;
mod sign_ins;
