//! `/topapi/kac/datav/dept`.

pub mod chat;
pub mod dau;
pub mod ding;
pub mod telconf;
pub mod videoconf;
pub mod videolive;
