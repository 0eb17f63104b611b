//! Decodes fields by name into a typed request, by the schema in the OpenAPI document.
//!
//! Schemas are enforced here and nowhere else, so that every documented limit is enforced. Clients send scalars as texts, lists as texts
//! with commas, and objects as JSON texts (docs/WIRE.md): each is converted to the type of the schema before serde reads it.

mod problem;

use carillon_model::suggestion::did_you_mean;
use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};

use crate::{body::Limits, json};

pub use problem::{FieldError, Problem};

/// A decoder for the requests of a schema.
pub struct SchemaDecoder(Kind);

#[derive(Debug)]
enum Kind {
    Any,
    Text { min: Option<u64>, max: Option<u64>, one_of: Vec<String> },
    Integer { min: Option<i64>, max: Option<i64>, one_of: Vec<i64> },
    Number,
    Flag,
    List { item: Box<Kind>, min: Option<u64>, max: Option<u64> },
    Object { fields: Vec<Field>, unknown_fields: UnknownFields },
}

/// How an object treats unknown fields.
#[derive(Debug)]
enum UnknownFields {
    /// Clients of the vendor send undocumented fields.
    Ignored,
    Refused,
    Decoded(Box<Kind>),
}

#[derive(Debug)]
struct Field {
    name: String,
    aliases: Vec<String>,
    required: bool,
    kind: Kind,
}

impl Field {
    /// Returns whether a value is a blank required text, which counts as missing.
    fn is_blank(&self, value: &Value) -> bool {
        self.required
            && matches!(&self.kind, Kind::Text { min: Some(1..), .. })
            && value.as_str().is_some_and(|text| text.trim().is_empty())
    }
}

type ValueResult<T> = Result<T, Problem>;
type FieldResult<T> = Result<T, FieldError>;

impl SchemaDecoder {
    /// Returns the decoder of a request type.
    pub fn of<T: JsonSchema>() -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
        Self::from_schema(&settings.into_generator().into_root_schema_for::<T>())
    }

    /// Returns the decoder of a schema without references.
    pub fn from_schema(schema: &Schema) -> Self {
        Self(Kind::of(schema.as_value()))
    }

    /// Returns the decoder of a schema that refuses unknown fields, in nested objects too.
    pub fn closed_from_schema(schema: &Schema) -> Self {
        let mut schema = schema.clone();
        close(&mut schema);
        Self::from_schema(&schema)
    }

    /// Converts the fields to their types, checks the limits, and reads the request.
    pub fn read<T: DeserializeOwned>(&self, fields: Map<String, Value>) -> FieldResult<T> {
        deserialize(self.decode(Value::Object(fields))?)
    }

    /// Converts the fields of an object to their types, and checks the limits.
    pub fn decode(&self, fields: Value) -> FieldResult<Value> {
        match &fields {
            // Most requests come as documented, and need not be built anew.
            Value::Object(object) if self.is_decoded(object) => Ok(fields),
            _ => self.0.read(fields),
        }
    }

    /// Returns true if [`Self::decode`] would leave the fields as they are: they have the types of the schema and keep its limits. False may
    /// also mean that this is not decided here.
    pub fn is_decoded(&self, fields: &Map<String, Value>) -> bool {
        self.0.is_object_decoded(fields)
    }
}

/// Reads a request from its decoded fields.
pub(crate) fn deserialize<T: DeserializeOwned>(fields: Value) -> FieldResult<T> {
    serde_path_to_error::deserialize(fields).map_err(|error| FieldError {
        field: error.path().to_string(),
        problem: Problem::Unreadable(error.inner().to_string()),
    })
}

/// Makes a schema refuse unknown fields, unless it says otherwise.
pub(crate) fn close(schema: &mut Schema) {
    let mut value = schema.as_value().clone();
    close_value(&mut value);
    if let Ok(closed) = Schema::try_from(value) {
        *schema = closed;
    }
}

fn close_value(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    // Without properties too: a request that takes nothing.
    if object.get("type").is_some_and(is_object_type) {
        object.entry("additionalProperties").or_insert(Value::Bool(false));
    }
    let properties = object.get_mut("properties").and_then(Value::as_object_mut);
    properties.into_iter().flatten().for_each(|(_, property)| close_value(property));
    for inside in ["items", "additionalProperties"] {
        object.get_mut(inside).into_iter().for_each(close_value);
    }
    for combination in ["anyOf", "oneOf", "allOf"] {
        let all = object.get_mut(combination).and_then(Value::as_array_mut);
        all.into_iter().flatten().for_each(close_value);
    }
}

/// Returns whether a `type` of a schema is an object, which may be absent.
fn is_object_type(kind: &Value) -> bool {
    kind == "object" || kind.as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "object"))
}

impl Kind {
    fn of(schema: &Value) -> Self {
        for combination in ["anyOf", "oneOf", "allOf"] {
            let Some(all) = schema[combination].as_array() else { continue };
            let mut types = all.iter().filter(|schema| schema["type"] != "null");
            return match (types.next(), types.next()) {
                (Some(only), None) => Self::of(only),
                _ => Self::Text {
                    min: None,
                    max: None,
                    one_of: all
                        .iter()
                        .filter_map(|variant| variant["const"].as_str().map(str::to_owned))
                        .collect(),
                },
            };
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
            kind => kind.as_str(),
        };
        let values = || schema["enum"].as_array().into_iter().flatten().filter(|value| !value.is_null());
        match kind {
            Some("string") => Self::Text {
                min: schema["minLength"].as_u64(),
                max: schema["maxLength"].as_u64(),
                one_of: values().filter_map(|value| value.as_str().map(str::to_owned)).collect(),
            },
            Some("integer") => Self::Integer {
                min: schema["minimum"].as_i64(),
                max: schema["maximum"].as_i64(),
                one_of: values().filter_map(Value::as_i64).collect(),
            },
            Some("number") => Self::Number,
            Some("boolean") => Self::Flag,
            Some("array") => Self::List {
                item: Box::new(Self::of(&schema["items"])),
                min: schema["minItems"].as_u64(),
                max: schema["maxItems"].as_u64(),
            },
            Some("object") => Self::object(schema),
            _ => Self::Any,
        }
    }

    fn object(schema: &Value) -> Self {
        let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
        let fields = schema["properties"].as_object().into_iter().flatten();
        let fields = fields
            .map(|(name, property)| Field {
                name: name.clone(),
                aliases: property["x-aliases"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(|alias| alias.as_str().map(str::to_owned))
                    .collect(),
                required: required.iter().any(|required| required == name),
                kind: Self::of(property),
            })
            .collect();
        let unknown_fields = match schema.get("additionalProperties") {
            None => UnknownFields::Ignored,
            Some(Value::Bool(false)) => UnknownFields::Refused,
            Some(schema) => UnknownFields::Decoded(Box::new(Self::of(schema))),
        };
        Self::Object { fields, unknown_fields }
    }

    fn read(&self, value: Value) -> FieldResult<Value> {
        let at = FieldError::here;
        match self {
            Self::Any => Ok(value),
            Self::Text { min, max, one_of } => text(value, *min, *max, one_of).map_err(at),
            Self::Integer { min, max, one_of } => integer(&value, *min, *max, one_of).map_err(at),
            Self::Number => number(value).map_err(at),
            Self::Flag => flag(&value).map_err(at),
            Self::List { item, min, max } => {
                let items = items(value, item);
                let mut read = Vec::with_capacity(items.len());
                for (index, value) in items.into_iter().enumerate() {
                    read.push(item.read(value).map_err(|error| error.inside(format_args!("[{index}]")))?);
                }
                let count = read.len() as u64;
                match (min, max) {
                    (Some(min), _) if count < *min => Err(at(Problem::TooFew(*min))),
                    (_, Some(max)) if count > *max => Err(at(Problem::TooMany(*max))),
                    _ => Ok(Value::Array(read)),
                }
            }
            Self::Object { fields, unknown_fields } => {
                let values = match value {
                    Value::Object(values) => values,
                    Value::String(text) => match json::parse(&text, Limits::default().max_depth) {
                        Ok(Value::Object(values)) => values,
                        _ => return Err(at(Problem::NotA("an object"))),
                    },
                    _ => return Err(at(Problem::NotA("an object"))),
                };
                read_object(values, fields, unknown_fields)
            }
        }
    }

    /// Returns true if [`Self::read`] would leave a value as it is.
    fn is_decoded(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Any, value) => !value.is_null(),
            (Self::Text { min, max, one_of }, Value::String(text)) => {
                !self.is_absent(value) && check_text(text, *min, *max, one_of).is_ok()
            }
            (Self::Integer { min, max, one_of }, Value::Number(number)) => {
                number.is_i64() && integer(value, *min, *max, one_of).is_ok()
            }
            (Self::Number, Value::Number(_)) | (Self::Flag, Value::Bool(_)) => true,
            (Self::List { item, min, max }, Value::Array(items)) => {
                // An empty list counts as absent.
                let count = items.len() as u64;
                let enough = count >= min.unwrap_or(1).max(1);
                enough
                    && max.is_none_or(|max| count <= max)
                    && items.iter().all(|value| item.is_decoded(value))
            }
            (Self::Object { .. }, Value::Object(values)) => self.is_object_decoded(values),
            _ => false,
        }
    }

    fn is_object_decoded(&self, values: &Map<String, Value>) -> bool {
        let Self::Object { fields, .. } = self else { return false };
        let is_decoded = |(name, value): (&String, &Value)| {
            let field = fields.iter().find(|field| field.name == *name);
            field.is_some_and(|field| !field.is_blank(value) && field.kind.is_decoded(value))
        };
        values.iter().all(is_decoded)
            && fields.iter().filter(|field| field.required).all(|field| values.contains_key(&field.name))
    }

    /// Returns whether a value counts as absent: null, and except for texts also a blank text or the text "null".
    fn is_absent(&self, value: &Value) -> bool {
        let is_blank = |text: &str| matches!(text.trim(), "" | "null");
        match value {
            Value::Null => true,
            Value::String(text) => match self {
                Self::Any => false,
                Self::Text { one_of, .. } => !one_of.is_empty() && is_blank(text),
                Self::List { .. } => has_no_items(text),
                _ => is_blank(text),
            },
            Value::Array(items) => matches!(self, Self::List { .. }) && items.iter().all(Value::is_null),
            _ => false,
        }
    }
}

fn read_object(
    mut values: Map<String, Value>,
    fields: &[Field],
    unknown_fields: &UnknownFields,
) -> FieldResult<Value> {
    if matches!(unknown_fields, UnknownFields::Refused) {
        refuse_unknown(&values, fields)?;
    }
    let mut read = Map::with_capacity(fields.len());
    for field in fields {
        // All values of a repeated name of a form are under the name with brackets.
        let repeated = match field.kind {
            Kind::List { .. } => values.remove(&format!("{}[]", field.name)),
            _ => None,
        };
        let names = std::iter::once(&field.name).chain(&field.aliases);
        let mut found =
            names.filter_map(|name| values.remove(name)).filter(|value| !field.kind.is_absent(value));
        let value = repeated.or_else(|| found.next());
        match value {
            Some(value) => {
                if field.is_blank(&value) {
                    return Err(FieldError::here(Problem::Missing).inside(&field.name));
                }
                let value = field.kind.read(value).map_err(|error| error.inside(&field.name))?;
                read.insert(field.name.clone(), value);
            }
            None if field.required => {
                return Err(FieldError::here(Problem::Missing).inside(&field.name));
            }
            None => {}
        }
    }
    if let UnknownFields::Decoded(kind) = unknown_fields {
        for (name, value) in values {
            let value = kind.read(value).map_err(|error| error.inside(&name))?;
            read.insert(name, value);
        }
    }
    Ok(Value::Object(read))
}

/// Refuses an unknown field. Checked first, since a missing field may be there under a misspelt name.
fn refuse_unknown(values: &Map<String, Value>, fields: &[Field]) -> FieldResult<()> {
    /// Characters of a name in an error.
    const MAX_NAME_CHARS: usize = 64;
    let is_known = |name: &str| {
        let list_name = name.strip_suffix("[]");
        fields.iter().any(|field| {
            let is_list = matches!(field.kind, Kind::List { .. });
            field.name == name
                || field.aliases.iter().any(|alias| alias == name)
                || (is_list && list_name == Some(field.name.as_str()))
        })
    };
    let Some(name) = values.keys().find(|name| !is_known(name)) else { return Ok(()) };
    let suggestion = did_you_mean(name, fields.iter().map(|field| field.name.as_str()));
    let name: String = name.chars().take(MAX_NAME_CHARS).collect();
    Err(FieldError::here(Problem::Unknown(suggestion)).inside(name))
}

fn text(value: Value, min: Option<u64>, max: Option<u64>, one_of: &[String]) -> ValueResult<Value> {
    let text = match value {
        Value::String(text) => text,
        // A list or object becomes its JSON text: some clients convert every text that looks like one.
        other => other.to_string(),
    };
    check_text(&text, min, max, one_of)?;
    Ok(Value::String(text))
}

fn check_text(text: &str, min: Option<u64>, max: Option<u64>, one_of: &[String]) -> ValueResult<()> {
    if !one_of.is_empty() && !one_of.iter().any(|one| one == text) {
        return Err(Problem::NotOneOf(one_of.join(", ")));
    }
    let length = text.chars().count() as u64;
    match (min, max) {
        (Some(min), _) if length < min => Err(Problem::TooShort(min)),
        (_, Some(max)) if length > max => Err(Problem::TooLong(max)),
        _ => Ok(()),
    }
}

fn integer(value: &Value, min: Option<i64>, max: Option<i64>, one_of: &[i64]) -> ValueResult<Value> {
    let number = whole(value).ok_or(Problem::NotA("a whole number"))?;
    if !one_of.is_empty() && !one_of.contains(&number) {
        let values: Vec<String> = one_of.iter().map(i64::to_string).collect();
        return Err(Problem::NotOneOf(values.join(", ")));
    }
    match (min, max) {
        (Some(min), _) if number < min => Err(Problem::TooSmall(min)),
        (_, Some(max)) if number > max => Err(Problem::TooLarge(max)),
        _ => Ok(number.into()),
    }
}

/// Reads a whole number, also from a text and from `1.0`.
fn whole(value: &Value) -> Option<i64> {
    /// Up to here, floating-point numbers are exact for whole numbers.
    const MAX_EXACT: f64 = 9_007_199_254_740_992.0;
    let whole_float = |float: f64| (float.fract() == 0.0 && float.abs() <= MAX_EXACT).then_some(float as i64);
    match value {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().and_then(whole_float)),
        Value::String(text) => {
            let text = text.trim();
            text.parse().ok().or_else(|| text.parse().ok().and_then(whole_float))
        }
        _ => None,
    }
}

fn number(value: Value) -> ValueResult<Value> {
    match value {
        Value::Number(_) => Ok(value),
        Value::String(text) => text
            .trim()
            .parse()
            .ok()
            .and_then(Number::from_f64)
            .map(Value::Number)
            .ok_or(Problem::NotA("a number")),
        _ => Err(Problem::NotA("a number")),
    }
}

fn flag(value: &Value) -> ValueResult<Value> {
    match value {
        Value::Bool(flag) => Ok(Value::Bool(*flag)),
        Value::String(text) if text.trim().eq_ignore_ascii_case("true") => Ok(Value::Bool(true)),
        Value::String(text) if text.trim().eq_ignore_ascii_case("false") => Ok(Value::Bool(false)),
        other => match whole(other) {
            Some(0) => Ok(Value::Bool(false)),
            Some(1) => Ok(Value::Bool(true)),
            _ => Err(Problem::NotA("true or false")),
        },
    }
}

/// Returns whether the text of a list is blank, `null`, `[]`, or only commas.
fn has_no_items(text: &str) -> bool {
    let text = text.trim();
    if text == "null" {
        return true;
    }
    let inside = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    inside.chars().all(|letter| letter == ',' || letter.is_whitespace())
}

/// Returns the items of a list in any encoding: a list, JSON text, text with commas, or a single item.
fn items(value: Value, item: &Kind) -> Vec<Value> {
    let items = match value {
        Value::Array(items) => items,
        Value::String(text) => match json::parse(&text, Limits::default().max_depth) {
            Ok(Value::Array(items)) => items,
            Ok(Value::Object(single)) if matches!(item, Kind::Object { .. }) => vec![Value::Object(single)],
            _ if matches!(item, Kind::Object { .. }) => vec![Value::String(text)],
            _ => text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(Value::from).collect(),
        },
        single => vec![single],
    };
    items.into_iter().filter(|item| !item.is_null()).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
