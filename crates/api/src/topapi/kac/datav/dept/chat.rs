//! `/topapi/kac/datav/dept/chat`.

pub mod summary;
