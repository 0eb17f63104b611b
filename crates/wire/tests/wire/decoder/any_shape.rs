//! A request of any shape reads the same in every encoding.

use carillon_wire::schema_decoder::SchemaDecoder;
use proptest::{collection::vec, prelude::*};
use schemars::Schema;
use serde_json::{Map, Value, json};

use crate::decoder::{
    encodings::{as_text, bracketed, form, multipart},
    sample::{parse, texts},
};

const JSON: Option<&str> = Some("application/json");
const FORM: Option<&str> = Some("application/x-www-form-urlencoded");

/// The type of a field.
#[derive(Clone, Debug)]
enum Kind {
    Text,
    Integer,
    Number,
    Flag,
    List(Box<Kind>),
    Object(Vec<(String, Kind)>),
}

impl Kind {
    fn schema(&self) -> Value {
        match self {
            Self::Text => json!({ "type": "string" }),
            Self::Integer => json!({ "type": "integer" }),
            Self::Number => json!({ "type": "number" }),
            Self::Flag => json!({ "type": "boolean" }),
            Self::List(item) => json!({ "type": "array", "items": item.schema() }),
            Self::Object(fields) => {
                let properties: Map<String, Value> =
                    fields.iter().map(|(name, kind)| (name.clone(), kind.schema())).collect();
                json!({ "type": "object", "properties": properties })
            }
        }
    }

    /// Values of the type. Lists and objects are never empty: a form with brackets cannot express that.
    fn values(&self) -> BoxedStrategy<Value> {
        match self {
            Self::Text => texts().prop_map(Value::from).boxed(),
            Self::Integer => any::<i64>().prop_map(Value::from).boxed(),
            Self::Number => any::<i32>().prop_map(|quarters| json!(f64::from(quarters) / 4.0)).boxed(),
            Self::Flag => any::<bool>().prop_map(Value::from).boxed(),
            Self::List(item) => vec(item.values(), 1..4).prop_map(Value::from).boxed(),
            Self::Object(fields) => {
                let fields: Vec<_> =
                    fields.iter().map(|(name, kind)| (Just(name.clone()), kind.values())).collect();
                fields.prop_map(|fields| Value::Object(fields.into_iter().collect())).boxed()
            }
        }
    }
}

fn objects(kinds: impl Strategy<Value = Kind>) -> impl Strategy<Value = Kind> {
    let fields = prop::collection::btree_map("[a-z][a-z0-9_]{0,5}", kinds, 1..5);
    fields.prop_map(|fields| Kind::Object(fields.into_iter().collect()))
}

/// The schema of a request, with a request.
fn requests() -> impl Strategy<Value = (Value, Map<String, Value>)> {
    let scalars = prop_oneof![Just(Kind::Text), Just(Kind::Integer), Just(Kind::Number), Just(Kind::Flag)];
    let kinds = scalars.prop_recursive(4, 24, 4, |inside| {
        prop_oneof![inside.clone().prop_map(|item| Kind::List(Box::new(item))), objects(inside)]
    });
    objects(kinds).prop_flat_map(|kind| {
        let schema = kind.schema();
        kind.values().prop_map(move |value| match value {
            Value::Object(fields) => (schema.clone(), fields),
            other => panic!("{other}"),
        })
    })
}

fn read(schema: &Value, content_type: Option<&str>, query: &str, body: &[u8]) -> Value {
    let schema = Schema::try_from(schema.clone()).unwrap();
    let params = parse(query, content_type, body).unwrap();
    SchemaDecoder::from_schema(&schema)
        .read(params.fields)
        .unwrap_or_else(|error| panic!("{} {}", error.field, error.problem))
}

/// Turns scalars into texts, at every depth.
fn scalars_as_texts(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(scalars_as_texts).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(name, value)| (name, scalars_as_texts(value))).collect()
        }
        scalar => as_text(&scalar).into(),
    }
}

/// Inserts nulls between the items of lists and the fields of objects.
fn with_nulls(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().flat_map(|item| [Value::Null, with_nulls(item)]).collect(),
        Value::Object(fields) => {
            let fields = fields.into_iter().flat_map(|(name, value)| {
                [(format!("{name} unheard of"), Value::Null), (name, with_nulls(value))]
            });
            fields.collect()
        }
        scalar => scalar,
    }
}

proptest! {
    #[test]
    fn every_encoding_reads_the_same((schema, fields) in requests()) {
        let exact = Value::Object(fields.clone());
        let body = exact.to_string();
        for content_type in [JSON, FORM, None] {
            prop_assert_eq!(&read(&schema, content_type, "", body.as_bytes()), &exact);
        }
        let twice = Value::from(body).to_string();
        prop_assert_eq!(&read(&schema, JSON, "", twice.as_bytes()), &exact);
        for loose in [scalars_as_texts(exact.clone()), with_nulls(exact.clone())] {
            prop_assert_eq!(&read(&schema, JSON, "", loose.to_string().as_bytes()), &exact);
        }
        let flat: Map<String, Value> =
            fields.iter().map(|(name, value)| (name.clone(), as_text(value).into())).collect();
        prop_assert_eq!(&read(&schema, JSON, "", Value::Object(flat).to_string().as_bytes()), &exact);
        let flat = form(fields.iter().map(|(name, value)| (name.as_str(), as_text(value))));
        prop_assert_eq!(&read(&schema, FORM, "", flat.as_bytes()), &exact);
        prop_assert_eq!(&read(&schema, JSON, &flat, b"{}"), &exact);
        prop_assert_eq!(&read(&schema, None, "", &multipart(&fields)), &exact);
        let mut pairs = Vec::new();
        for (name, value) in &fields {
            bracketed(name, value, &mut pairs);
        }
        let brackets = form(pairs.iter().map(|(name, value)| (name.as_str(), value.clone())));
        prop_assert_eq!(&read(&schema, FORM, "", brackets.as_bytes()), &exact);
        prop_assert_eq!(&read(&schema, None, &brackets, b""), &exact);
    }

    #[test]
    fn reading_is_idempotent((schema, fields) in requests(), (other, _) in requests()) {
        // A request for another shape is refused or read. What was read is exact.
        for schema in [schema, other] {
            let shape = SchemaDecoder::from_schema(&Schema::try_from(schema).unwrap());
            if let Ok(Value::Object(once)) = shape.read::<Value>(fields.clone()) {
                prop_assert_eq!(shape.read::<Value>(once.clone()).ok(), Some(Value::Object(once)));
            }
        }
    }
}
