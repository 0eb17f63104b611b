//! `/v1.0/datacenter/digitalCounty/orgInfos`.

pub mod query;
