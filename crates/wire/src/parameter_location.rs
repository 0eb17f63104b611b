//! Where a request carries a field: in its path, its query or its body.

use axum::http::Method;
use serde_json::Map;

use crate::operation::Operation;

/// Where a request carries a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterLocation {
    /// The path names it: `/comments/{commentId}`.
    Path,
    /// In the query, as all fields of a GET or DELETE that are not in the path.
    Query,
    /// In the body.
    Body,
}

impl ParameterLocation {
    /// The word of OpenAPI for a parameter; none for a field of the body.
    pub(crate) fn openapi_name(self) -> Option<&'static str> {
        match self {
            Self::Path => Some("path"),
            Self::Query => Some("query"),
            Self::Body => None,
        }
    }
}

impl Operation {
    /// Where the documented request carries a field. A caller may mix query and body, but nothing overrules the path.
    pub fn parameter_location(&self, field: &str) -> ParameterLocation {
        if self.path_fields().any(|known| known == field) {
            ParameterLocation::Path
        } else if has_no_body(&self.method) || self.raw_body.is_some() || self.query_fields.contains(&field) {
            ParameterLocation::Query
        } else {
            ParameterLocation::Body
        }
    }

    /// The fields that the path names, in order.
    pub fn path_fields(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }

    /// Whether the documented request has a body.
    pub fn takes_body(&self) -> bool {
        let fields = self.request.as_value()["properties"].as_object();
        let mut names = fields.into_iter().flat_map(Map::keys);
        names.any(|name| self.parameter_location(name) == ParameterLocation::Body)
    }
}

fn has_no_body(method: &Method) -> bool {
    *method == Method::GET || *method == Method::DELETE
}
