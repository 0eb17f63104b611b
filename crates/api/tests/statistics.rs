//! Facts over HTTP, and the statistics that come of them: whole answers.

mod catalogue;
mod days;
mod fixture;
mod ingest;
mod kac;
mod late;
mod small_organisations;
