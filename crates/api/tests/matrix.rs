//! Rules that hold for every operation, including those that are added later.

pub mod app_matrix;
mod document;
mod documented;
mod encoding_variants;
mod encodings;
pub mod fixture;
mod pipeline;
pub mod request;
pub mod valid_requests;
