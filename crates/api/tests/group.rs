//! Internal groups over HTTP.

mod fixture;
mod infos;
mod own;
mod words;
