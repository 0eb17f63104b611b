//! `/topapi/kac/datav/chat`.

pub mod summary;
