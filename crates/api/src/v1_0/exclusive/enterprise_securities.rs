//! `/v1.0/exclusive/enterpriseSecurities`.

pub mod ban_or_open_group_words;
