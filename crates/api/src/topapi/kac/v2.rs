//! `/topapi/kac/v2`.

pub mod datav;
