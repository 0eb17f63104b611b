//! `/topapi/kac/datav/dau/summary`.

pub mod get;
