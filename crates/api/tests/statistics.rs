//! Facts over HTTP, and whole responses of the statistics that are computed from them.

mod catalogue;
mod days;
mod families;
mod fixture;
mod ingest;
mod kac;
mod late;
mod small_organisations;
