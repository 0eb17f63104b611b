//! `/topapi/kac/datav/microapp`.

pub mod detail;
