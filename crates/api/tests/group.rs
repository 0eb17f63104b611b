//! Internal groups over HTTP.

mod ban_words;
mod fixture;
mod infos;
mod lifecycle;
