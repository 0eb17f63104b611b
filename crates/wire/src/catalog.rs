//! The operations by id, as explanations and lists of calls need them. The declarations themselves hold schemas, which take more memory.

use std::collections::BTreeMap;

use carillon_model::{app::AppType, suggestion::nearest};

use crate::operation::Operation;

/// The operations of a server.
#[derive(Debug, Default)]
pub struct Catalog(BTreeMap<&'static str, CatalogEntry>);

/// An operation.
#[derive(Debug)]
pub struct CatalogEntry {
    /// Its id.
    pub id: &'static str,
    /// The Chinese title.
    pub title_zh: &'static str,
    /// The English title.
    pub title_en: &'static str,
    /// The documented method.
    pub method: String,
    /// The path.
    pub path: &'static str,
    /// The permission that apps need.
    pub permission: Option<&'static str>,
    /// The types of app that may call it.
    pub app_types: &'static [AppType],
}

impl Catalog {
    /// The catalog of some operations.
    pub fn of(operations: &[Operation]) -> Self {
        let entry = |operation: &Operation| CatalogEntry {
            id: operation.id,
            title_zh: operation.title_zh,
            title_en: operation.title_en,
            method: operation.method.to_string(),
            path: operation.path,
            permission: operation.permission,
            app_types: operation.app_types,
        };
        Self(operations.iter().map(|operation| (operation.id, entry(operation))).collect())
    }

    /// The operation of an id.
    pub fn get(&self, id: &str) -> Option<&CatalogEntry> {
        self.0.get(id)
    }

    /// All operations, by id.
    pub fn entries(&self) -> impl Iterator<Item = &CatalogEntry> {
        self.0.values()
    }

    /// The operations of a path, if there are any.
    pub(crate) fn at(&self, path: &str) -> Vec<&CatalogEntry> {
        self.entries().filter(|entry| matches(entry.path, path)).collect()
    }

    /// The path that is nearest to one that no operation has.
    pub(crate) fn nearest_path(&self, path: &str) -> Option<&'static str> {
        nearest(path, self.0.values().map(|entry| entry.path))
    }
}

impl CatalogEntry {
    /// The place of the operation in the OpenAPI document that the server serves.
    pub fn document_path(&self) -> String {
        let pointer = self.path.replace('~', "~0").replace('/', "~1");
        format!("/openapi.json#/paths/{pointer}/{}", self.method.to_ascii_lowercase())
    }
}

/// Whether a path is one of a template such as `/groups/{id}`.
fn matches(template: &str, path: &str) -> bool {
    let mut steps = path.split('/');
    let all = template.split('/').all(|step| {
        steps.next().is_some_and(|found| found == step || (step.starts_with('{') && !found.is_empty()))
    });
    all && steps.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_matches_paths_with_other_values() {
        assert!(matches("/a/{id}/b", "/a/x/b") && matches("/a", "/a"));
        for path in ["/a//b", "/a/x", "/a/x/b/c", "/A/x/b"] {
            assert!(!matches("/a/{id}/b", path), "{path}");
        }
    }
}
