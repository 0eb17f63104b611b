//! `/v1.0/exclusive/securities`.

pub mod org_group_infos;
