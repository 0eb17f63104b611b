//! `/v1.0/exclusive/data/dau`.

pub mod org;
