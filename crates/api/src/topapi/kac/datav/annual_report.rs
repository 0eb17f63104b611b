//! `/topapi/kac/datav/annual_report`.

pub mod get;
mod report;
