//! One line: the fields of a fact by name.

use std::{fmt, sync::LazyLock};

use carillon_model::{
    fact::{Fact, FactLine, ID_CHARS, Kind, NewFact},
    id::UserId,
    suggestion::did_you_mean,
    time::Timestamp,
};
use carillon_wire::schema_decoder::{FieldError, SchemaDecoder};
use schemars::JsonSchema;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error as _, MapAccess, Visitor},
};
use serde_json::{Map, Value};

/// A line that is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BadLine {
    /// The number of the line, from 1.
    pub line: u64,
    /// The field; empty if the line as a whole is refused.
    pub field: String,
    /// The reason in English, to be read after the name of the field.
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

static LINE: LazyLock<SchemaDecoder> = LazyLock::new(SchemaDecoder::of::<FactLine>);
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
    let common: FactLine = LINE.read(common).map_err(bad)?;
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
    let typed = decoder.decode(Value::Object(specific)).map_err(bad)?;
    let fact: Fact = kind.read(typed).map_err(|error| BadLine {
        line,
        field: String::new(),
        reason: error.to_string(),
    })?;
    Ok(NewFact { id: common.id, at: common.time, member: common.user_id, fact })
}

/// Reads a JSON line that is good as it stands: nothing is to be converted, and no string of the common fields has an escape sequence.
/// `None` for any other line, good or bad, which [`read_fields`] reads. Takes a tenth of the time.
pub fn read_plain(line: &[u8]) -> Option<NewFact> {
    let mut text = serde_json::Deserializer::from_slice(line);
    let fact = text.deserialize_map(PlainLine).ok()?;
    text.end().ok()?;
    Some(fact)
}

struct PlainLine;

impl<'de> Visitor<'de> for PlainLine {
    type Value = NewFact;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a fact")
    }

    fn visit_map<Access: MapAccess<'de>>(self, mut values: Access) -> Result<NewFact, Access::Error> {
        let (mut id, mut at, mut member, mut kind): (Option<&str>, _, Option<&str>, Option<&str>) =
            (None, None, None, None);
        let mut fields = Map::with_capacity(2);
        let mut is_first = true;
        while let Some(name) = values.next_key::<&str>()? {
            is_first &= match name {
                "id" => id.replace(values.next_value()?).is_none(),
                "time" => at.replace(Timestamp(values.next_value()?)).is_none(),
                "userId" => member.replace(values.next_value()?).is_none(),
                "kind" => kind.replace(values.next_value()?).is_none(),
                other => fields.insert(other.to_owned(), values.next_value()?).is_none(),
            };
        }
        let decoder = kind.and_then(|name| KINDS.iter().find(|decoder| decoder.kind.as_str() == name));
        // No text has more characters than bytes.
        let is_text = |text: &str| text.len() <= ID_CHARS && !text.trim().is_empty();
        match (id, at, decoder) {
            (Some(id), Some(at), Some(KindDecoder { kind, decoder, .. }))
                if is_first && is_text(id) && member.is_none_or(is_text) && decoder.is_decoded(&fields) =>
            {
                let fact = kind.read(Value::Object(fields)).map_err(Access::Error::custom)?;
                Ok(NewFact { id: id.to_owned(), at, member: member.map(UserId::from), fact })
            }
            _ => Err(Access::Error::custom("not a plain line")),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use schemars::schema_for;
    use serde_json::json;

    use super::*;

    fn general(line: &str) -> Result<NewFact, BadLine> {
        read_fields(1, serde_json::from_str(line).unwrap())
    }

    #[test]
    fn both_ways_read_the_same_fact() {
        let long = "a".repeat(ID_CHARS);
        for fields in [
            json!({ "kind": "single_message", "count": 3 }),
            json!({ "kind": "group_message", "openConversationId": "组\n", "count": 1 }),
            json!({ "kind": "login", "client": "Web", "appVersion": "1.0" }),
            json!({ "kind": "group_created", "openConversationId": "c", "groupType": "all_staff" }),
            json!({ "kind": "ding_sent", "userId": "u", "dingKind": "sms", "count": 1_000_000 }),
            json!({ "kind": "mention", "id": long, "userId": long, "count": 1 }),
        ] {
            let mut line = json!({ "id": "1", "time": 1_796_013_145_000_i64, "userId": "user" });
            line.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            let line = line.to_string();
            assert_eq!(read_plain(line.as_bytes()), Some(general(&line).unwrap()), "{line}");
        }
    }

    #[test]
    fn the_general_way_reads_what_is_not_plain() {
        let line = |rest: &str| format!(r#"{{"id":"1","time":5,"kind":"single_message"{rest}"#);
        for (rest, is_good) in [
            (r#","userId":"u","count":"3"}"#, true),
            (r#","userId":"u","count":3.0}"#, true),
            (r#","userId":"u","count":3,"count":4}"#, true),
            (r#","userId":"u","count":3,"id":"2"}"#, true),
            (r#","userId":"\u0075","count":3}"#, true),
            (r#","userId":null,"count":3}"#, true),
            (r#","userId":7,"count":3}"#, true),
            (r#","userId":"u","count":3,"time":"6"}"#, true),
            (r#","userId":"u","count":3,"other":null}"#, false),
            (r#","userId":"u","count":0}"#, false),
            (r#","userId":"u","count":1000001}"#, false),
            (r#","userId":"u","count":3,"other":1}"#, false),
            (r#","userId":"u","count":3,"kind":"other"}"#, false),
            (r#","userId":"u","count":3,"id":" "}"#, false),
            (r#","userId":"u"}"#, false),
        ] {
            let line = line(rest);
            assert_eq!(read_plain(line.as_bytes()), None, "{line}");
            assert_eq!(general(&line).is_ok(), is_good, "{line}");
        }
        for text in ["", "{}", "[]", "1", "{", r#"{"id":"1","time":5,"kind":"mention","count":1} {}"#] {
            assert_eq!(read_plain(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn the_limit_of_ids_is_that_of_facts() {
        let schema = schema_for!(FactLine);
        assert_eq!(schema.as_value()["properties"]["id"]["maxLength"], ID_CHARS);
    }
}
