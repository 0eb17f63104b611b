//! `/topapi/kac/datav/dept/chat/summary`.

pub mod list;
