//! The location of a field in a request: path, query or body.

use axum::http::Method;
use serde_json::Map;

use crate::operation::Operation;

/// The location of a field in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterLocation {
    /// In the path: `/comments/{commentId}`.
    Path,
    /// In the query. All fields of a GET or DELETE that are not in the path are there.
    Query,
    /// In the body.
    Body,
}

impl ParameterLocation {
    /// Returns the name in OpenAPI; `None` for a field of the body.
    pub(crate) fn openapi_name(self) -> Option<&'static str> {
        match self {
            Self::Path => Some("path"),
            Self::Query => Some("query"),
            Self::Body => None,
        }
    }
}

impl Operation {
    /// Returns the location of a field in the documented request. Callers may mix query and body, but a field of the path only counts there.
    pub fn parameter_location(&self, field: &str) -> ParameterLocation {
        if self.path_fields().any(|name| name == field) {
            ParameterLocation::Path
        } else if has_no_body(&self.method) || self.raw_body.is_some() || self.query_fields.contains(&field) {
            ParameterLocation::Query
        } else {
            ParameterLocation::Body
        }
    }

    /// Returns the fields in the path, in order.
    pub fn path_fields(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }

    /// Returns whether the documented request has a body.
    pub fn takes_body(&self) -> bool {
        let fields = self.request.as_value()["properties"].as_object();
        let mut names = fields.into_iter().flat_map(Map::keys);
        names.any(|name| self.parameter_location(name) == ParameterLocation::Body)
    }
}

fn has_no_body(method: &Method) -> bool {
    *method == Method::GET || *method == Method::DELETE
}
