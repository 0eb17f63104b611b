//! The services of the data catalogue, each with its numbers.
//!
//! Ids, names, units and periods are those of the documentation pages, misspelt paths included. All periods are a day.

mod communication;
mod people;
mod work;

use super::kpi::{Kpi, Source};

/// An operation of the data catalogue.
pub struct Service {
    /// Its id.
    pub id: &'static str,
    /// Its path.
    pub path: &'static str,
    /// Chinese title.
    pub title_zh: &'static str,
    /// English title.
    pub title_en: &'static str,
    /// The permission that it needs.
    pub permission: &'static str,
    /// Its numbers.
    pub kpis: &'static [Kpi],
}

const fn kpi(
    id: &'static str,
    name: &'static str,
    caliber: &'static str,
    unit: &'static str,
    source: Source,
) -> Kpi {
    Kpi { id, name, caliber, unit, source }
}

/// Returns all services.
pub fn services() -> impl Iterator<Item = &'static Service> {
    [communication::SERVICES, people::SERVICES, work::SERVICES].into_iter().flatten()
}
