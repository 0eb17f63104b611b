//! `/topapi/kac/v2/datav`.

pub mod videoconf;
