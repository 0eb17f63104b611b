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

/// The common fields of all facts.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// The sender's id of the fact, an idempotency key.
    #[schemars(length(min = 1, max = 64))]
    id: String,
    /// When it happened, in ms since 1970.
    time: Timestamp,
    /// The member.
    #[schemars(length(min = 1, max = 64))]
    user_id: Option<UserId>,
    /// Its kind.
    kind: String,
}

/// A line that is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BadLine {
    /// The number of the line, from 1.
    pub line: u64,
    /// The field; empty if the line as a whole is refused.
    pub field: String,
    /// The reason.
    pub reason: String,
}

impl std::fmt::Display for BadLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { line, field, reason } = self;
        let space = if field.is_empty() { "" } else { " " };
        write!(f, "line {line}: {field}{space}{reason}")
    }
}

const COMMON_FIELDS: [&str; 4] = ["id", "time", "userId", "kind"];

static LINE: LazyLock<SchemaDecoder> = LazyLock::new(SchemaDecoder::of::<Line>);
static KINDS: LazyLock<Vec<KindDecoder>> =
    LazyLock::new(|| Kind::ALL.iter().map(|kind| KindDecoder::of(*kind)).collect());

struct KindDecoder {
    kind: Kind,
    decoder: SchemaDecoder,
    fields: Vec<String>,
}

impl KindDecoder {
    fn of(kind: Kind) -> Self {
        let schema = kind.schema();
        let fields = schema.as_value()["properties"].as_object();
        let fields = fields.into_iter().flat_map(Map::keys).cloned().collect();
        Self { kind, decoder: SchemaDecoder::closed_from_schema(&schema), fields }
    }
}

/// Reads a fact from its fields. A field that its kind does not have is an error, since it may be a misspelt one. Values may be texts.
pub fn read_fields(line: u64, fields: Map<String, Value>) -> Result<NewFact, BadLine> {
    let bad = |error: FieldError| BadLine { line, field: error.field, reason: error.problem.to_string() };
    let (common, specific): (Map<String, Value>, Map<String, Value>) =
        fields.into_iter().partition(|(name, _)| COMMON_FIELDS.contains(&name.as_str()));
    let common: Line = LINE.read(common).map_err(bad)?;
    let decoder = KINDS.iter().find(|decoder| decoder.kind.as_str() == common.kind);
    let Some(KindDecoder { kind, decoder, fields }) = decoder else {
        let suggestion = did_you_mean(&common.kind, Kind::ALL.iter().map(|kind| kind.as_str()));
        return Err(BadLine {
            line,
            field: "kind".to_owned(),
            reason: format!("is no kind of fact{suggestion}"),
        });
    };
    if let Some((name, _)) = specific.iter().find(|(name, value)| !value.is_null() && !fields.contains(name))
    {
        let suggestion = did_you_mean(name, fields.iter().map(String::as_str).chain(COMMON_FIELDS));
        let reason = format!("is no field of {}{suggestion}", common.kind);
        return Err(BadLine { line, field: name.clone(), reason });
    }
    let typed: Value = decoder.read(specific).map_err(bad)?;
    let fact: Fact = kind.read(typed).map_err(|error| BadLine {
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
    fn the_limit_of_ids_is_that_of_facts() {
        let schema = schema_for!(Line);
        assert_eq!(schema.as_value()["properties"]["id"]["maxLength"], ID_CHARS);
    }
}
