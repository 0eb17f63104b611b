//! `/topapi/kac/datav/inactivated`.

pub mod user;
