//! `/service`: what providers of third-party apps call.

pub mod get_auth_info;
