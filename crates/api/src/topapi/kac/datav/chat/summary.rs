//! `/topapi/kac/datav/chat/summary`.

pub mod get;
