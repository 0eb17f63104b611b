//! `/topapi/kac`: statistics of days.

pub mod asked;
pub mod datav;
mod meeting;
pub mod shown;
pub mod v2;
