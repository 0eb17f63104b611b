//! Statistics of the v1.0 host and the annual report over HTTP. What the numbers are is compared with a reference in the
//! tests of the domain; here it is their names, types, pages and errors.

mod annual;
mod day;
mod fixture;
mod groups;
mod meetings;
mod publisher;
mod recent;
