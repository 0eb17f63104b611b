//! `/v1.0/exclusive/datas/{dataId}/reports`.

pub mod organizations;
