//! Rules that hold for every operation, including those that are added later.

pub mod app_matrix;
mod document;
mod encoding_variants;
mod encodings;
pub mod fixture;
mod pipeline;
pub mod request;
mod response_check;
pub mod valid_requests;
