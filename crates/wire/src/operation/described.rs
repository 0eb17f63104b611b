//! Types that describe themselves.

use std::borrow::Cow;

use schemars::{
    JsonSchema, Schema,
    generate::{Contract, SchemaGenerator, SchemaSettings},
};

/// A type that describes itself, without the type.
pub(super) struct Described {
    json_schema: fn(&mut SchemaGenerator) -> Schema,
    name: fn() -> Cow<'static, str>,
}

impl Described {
    pub(super) fn of<T: JsonSchema>() -> Self {
        Self { json_schema: T::json_schema, name: T::schema_name }
    }

    /// The schema with all others inside of it, so that it refers to none: `SchemaGenerator::into_root_schema_for` compiled once.
    pub(super) fn schema(&self, contract: Contract) -> Schema {
        let mut settings = SchemaSettings::draft2020_12();
        (settings.inline_subschemas, settings.contract) = (true, contract);
        let mut schema = (self.json_schema)(&mut settings.into_generator());
        schema.ensure_object().entry("title").or_insert_with(|| (self.name)().into());
        schema
    }
}
