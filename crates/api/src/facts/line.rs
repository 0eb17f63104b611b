//! One line: the fields of a fact by name.

use std::sync::LazyLock;

use carillon_model::{
    fact::{Fact, Kind, NewFact},
    id::UserId,
    suggestion::did_you_mean,
    time::Timestamp,
};
use carillon_wire::schema_decoder::{FieldError, SchemaDecoder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What every fact has, beside the fields of its kind.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// The sender's own id of the fact: the same id again is the same fact.
    #[schemars(length(min = 1, max = 64))]
    id: String,
    /// When it happened, in ms since 1970.
    time: Timestamp,
    /// Whose it is.
    #[schemars(length(min = 1, max = 64))]
    user_id: Option<UserId>,
    /// Its kind.
    kind: String,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BadLine {
    /// The number of the line, from 1.
    pub line: u64,
    /// The field; empty when the line as a whole cannot be read.
    pub field: String,
    /// What is wrong.
    pub reason: String,
}

impl std::fmt::Display for BadLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { line, field, reason } = self;
        let space = if field.is_empty() { "" } else { " " };
        write!(f, "line {line}: {field}{space}{reason}")
    }
}

const OF_EVERY_FACT: [&str; 4] = ["id", "time", "userId", "kind"];

static LINE: LazyLock<SchemaDecoder> = LazyLock::new(SchemaDecoder::of::<Line>);
static KINDS: LazyLock<Vec<KindShape>> =
    LazyLock::new(|| Kind::ALL.iter().map(|kind| KindShape::of(*kind)).collect());

struct KindShape {
    kind: Kind,
    shape: SchemaDecoder,
    fields: Vec<String>,
}

impl KindShape {
    fn of(kind: Kind) -> Self {
        let schema = kind.schema();
        let fields = schema.as_value()["properties"].as_object();
        let fields = fields.into_iter().flat_map(Map::keys).cloned().collect();
        Self { kind, shape: SchemaDecoder::closed_from_schema(&schema), fields }
    }
}

/// Reads a fact from its fields. A field that its kind does not have is an error: it may be a slip of the pen in one that it
/// has. Values may come as texts.
pub fn read_fields(line: u64, fields: Map<String, Value>) -> Result<NewFact, BadLine> {
    let bad = |error: FieldError| BadLine { line, field: error.field, reason: error.problem.to_string() };
    let (common, own): (Map<String, Value>, Map<String, Value>) =
        fields.into_iter().partition(|(name, _)| OF_EVERY_FACT.contains(&name.as_str()));
    let common: Line = LINE.read(common).map_err(bad)?;
    let known = KINDS.iter().find(|known| known.kind.as_str() == common.kind);
    let Some(KindShape { kind, shape, fields }) = known else {
        let meant = did_you_mean(&common.kind, Kind::ALL.iter().map(|kind| kind.as_str()));
        return Err(BadLine { line, field: "kind".to_owned(), reason: format!("is no kind of fact{meant}") });
    };
    if let Some((name, _)) = own.iter().find(|(name, value)| !value.is_null() && !fields.contains(name)) {
        let meant = did_you_mean(name, fields.iter().map(String::as_str).chain(OF_EVERY_FACT));
        let reason = format!("is no field of {}{meant}", common.kind);
        return Err(BadLine { line, field: name.clone(), reason });
    }
    let exact: Value = shape.read(own).map_err(bad)?;
    let fact: Fact = kind.read(exact).map_err(|error| BadLine {
        line,
        field: String::new(),
        reason: error.to_string(),
    })?;
    Ok(NewFact { id: common.id, at: common.time, member: common.user_id, fact })
}

#[cfg(test)]
mod tests {
    use carillon_model::fact::ID_CHARS;
    use schemars::schema_for;

    use super::*;

    #[test]
    fn the_id_of_a_line_is_as_long_as_that_of_a_fact() {
        let schema = schema_for!(Line);
        assert_eq!(schema.as_value()["properties"]["id"]["maxLength"], ID_CHARS);
    }
}
