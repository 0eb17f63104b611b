//! `/v1.0/datacenter/digitalCounty`.

pub mod org_infos;
