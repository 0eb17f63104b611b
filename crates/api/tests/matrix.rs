//! What holds for every operation of the list, one written tomorrow included.

pub mod app_matrix;
mod document;
mod documented;
mod encoding_variants;
mod encodings;
pub mod fixture;
mod pipeline;
pub mod request;
pub mod valid_requests;
