//! From fields by name to a typed request, by the schema that the OpenAPI document shows.
//!
//! What a schema says is enforced here and nowhere else, so a documented limit cannot be an unenforced one. Scalars arrive
//! as texts, lists as texts with commas, objects as JSON text (docs/WIRE.md): each is brought to the type that the schema
//! names before serde reads it.

use std::fmt::Display;

use carillon_model::suggestion::did_you_mean;
use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};

use crate::{body::Limits, json};

/// A request's schema, ready for use.
pub struct SchemaDecoder(Kind);

/// A field that cannot be accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Its path on the wire, such as `msg_body.action_card.button_list[1].title`.
    pub field: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a field; its text follows the field's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Required and absent.
    #[error("is missing")]
    Missing,
    /// Of another type.
    #[error("must be {0}")]
    NotA(&'static str),
    /// A text with too many characters.
    #[error("must have at most {0} characters")]
    TooLong(u64),
    /// A text with too few characters.
    #[error("must have at least {0} characters")]
    TooShort(u64),
    /// A number below the smallest.
    #[error("must be at least {0}")]
    TooSmall(i64),
    /// A number above the largest.
    #[error("must be at most {0}")]
    TooLarge(i64),
    /// A list with too many items.
    #[error("must have at most {0} items")]
    TooMany(u64),
    /// A list with too few items.
    #[error("must have at least {0} items")]
    TooFew(u64),
    /// None of the documented values.
    #[error("must be one of {0}")]
    NotOneOf(String),
    /// No field of this name is known where it stands.
    #[error("is not known here{0}")]
    Unknown(String),
    /// Understood by its type, and still not acceptable.
    #[error("cannot be read: {0}")]
    Unreadable(String),
}

#[derive(Debug)]
enum Kind {
    Any,
    Text { min: Option<u64>, max: Option<u64>, one_of: Vec<String> },
    Integer { min: Option<i64>, max: Option<i64>, one_of: Vec<i64> },
    Number,
    Flag,
    List { item: Box<Kind>, min: Option<u64>, max: Option<u64> },
    Object { fields: Vec<Field>, others: Others },
}

/// What becomes of fields that an object does not list.
#[derive(Debug)]
enum Others {
    /// Clients of the vendor send more than is documented.
    Ignored,
    Refused,
    Read(Box<Kind>),
}

#[derive(Debug)]
struct Field {
    name: String,
    aliases: Vec<String>,
    required: bool,
    kind: Kind,
}

type Read<T> = Result<T, Problem>;
type ReadAt<T> = Result<T, FieldError>;

impl FieldError {
    /// A problem with the value itself. Whoever holds the value says where it is, so that a path is only made for an error.
    fn here(problem: Problem) -> Self {
        Self { field: String::new(), problem }
    }

    /// The same, seen from the object or list that holds the value at `step`.
    fn inside(self, step: impl Display) -> Self {
        let separator = if self.field.is_empty() || self.field.starts_with('[') { "" } else { "." };
        Self { field: format!("{step}{separator}{}", self.field), problem: self.problem }
    }
}

impl SchemaDecoder {
    /// The shape of a request type.
    pub fn of<T: JsonSchema>() -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
        Self::from_schema(&settings.into_generator().into_root_schema_for::<T>())
    }

    /// The shape that a schema describes, one without references.
    pub fn from_schema(schema: &Schema) -> Self {
        Self(Kind::of(schema.as_value()))
    }

    /// The shape that a schema describes, with no more fields than it lists, inside of it too.
    pub fn closed_from_schema(schema: &Schema) -> Self {
        let mut schema = schema.clone();
        close(&mut schema);
        Self::from_schema(&schema)
    }

    /// Brings the fields to their types, checks the limits, and reads the request.
    pub fn read<T: DeserializeOwned>(&self, fields: Map<String, Value>) -> ReadAt<T> {
        let exact = self.0.read(Value::Object(fields))?;
        serde_path_to_error::deserialize(exact).map_err(|error| FieldError {
            field: error.path().to_string(),
            problem: Problem::Unreadable(error.inner().to_string()),
        })
    }
}

/// Has a schema list all fields that its objects may have, unless it says something about others.
pub(crate) fn close(schema: &mut Schema) {
    let mut value = schema.as_value().clone();
    close_value(&mut value);
    if let Ok(closed) = Schema::try_from(value) {
        *schema = closed;
    }
}

fn close_value(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    if object.contains_key("properties") {
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

impl Kind {
    fn of(schema: &Value) -> Self {
        for combination in ["anyOf", "oneOf", "allOf"] {
            let Some(all) = schema[combination].as_array() else { continue };
            let mut some = all.iter().filter(|schema| schema["type"] != "null");
            return match (some.next(), some.next()) {
                (Some(only), None) => Self::of(only),
                _ => Self::Text {
                    min: None,
                    max: None,
                    one_of: all.iter().filter_map(|one| one["const"].as_str().map(str::to_owned)).collect(),
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
                required: required.iter().any(|one| one == name),
                kind: Self::of(property),
            })
            .collect();
        let others = match schema.get("additionalProperties") {
            None => Others::Ignored,
            Some(Value::Bool(false)) => Others::Refused,
            Some(schema) => Others::Read(Box::new(Self::of(schema))),
        };
        Self::Object { fields, others }
    }

    fn read(&self, value: Value) -> ReadAt<Value> {
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
                for (index, one) in items.into_iter().enumerate() {
                    read.push(item.read(one).map_err(|error| error.inside(format_args!("[{index}]")))?);
                }
                let count = read.len() as u64;
                match (min, max) {
                    (Some(min), _) if count < *min => Err(at(Problem::TooFew(*min))),
                    (_, Some(max)) if count > *max => Err(at(Problem::TooMany(*max))),
                    _ => Ok(Value::Array(read)),
                }
            }
            Self::Object { fields, others } => {
                let given = match value {
                    Value::Object(given) => given,
                    Value::String(text) => match json::parse(&text, Limits::default().max_depth) {
                        Ok(Value::Object(given)) => given,
                        _ => return Err(at(Problem::NotA("an object"))),
                    },
                    _ => return Err(at(Problem::NotA("an object"))),
                };
                read_object(given, fields, others)
            }
        }
    }

    /// Absent in one of the ways that clients have: missing, null, and for anything but a text also blank or the text "null". A text may
    /// say null, or anything else.
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

fn read_object(mut given: Map<String, Value>, fields: &[Field], others: &Others) -> ReadAt<Value> {
    if matches!(others, Others::Refused) {
        refuse_unknown(&given, fields)?;
    }
    let mut read = Map::new();
    for field in fields {
        // A form that repeats a name leaves all values under the name with brackets.
        let repeated = match field.kind {
            Kind::List { .. } => given.remove(&format!("{}[]", field.name)),
            _ => None,
        };
        let names = std::iter::once(&field.name).chain(&field.aliases);
        let mut found =
            names.filter_map(|name| given.remove(name)).filter(|value| !field.kind.is_absent(value));
        let value = repeated.or_else(|| found.next());
        match value {
            Some(value) => {
                // A required text that is blank is as good as missing.
                let blank = field.required
                    && matches!(&field.kind, Kind::Text { min: Some(1..), .. })
                    && value.as_str().is_some_and(|text| text.trim().is_empty());
                if blank {
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
    if let Others::Read(kind) = others {
        for (name, value) in given {
            let value = kind.read(value).map_err(|error| error.inside(&name))?;
            read.insert(name, value);
        }
    }
    Ok(Value::Object(read))
}

/// Refuses a field that the object does not have. That comes first: what is missing may be there under a mistyped name.
fn refuse_unknown(given: &Map<String, Value>, fields: &[Field]) -> ReadAt<()> {
    /// Characters of a name that an error repeats.
    const SHOWN: usize = 64;
    let is_known = |name: &str| {
        let of_list = name.strip_suffix("[]");
        fields.iter().any(|field| {
            let is_list = matches!(field.kind, Kind::List { .. });
            field.name == name
                || field.aliases.iter().any(|alias| alias == name)
                || (is_list && of_list == Some(field.name.as_str()))
        })
    };
    let Some(name) = given.keys().find(|name| !is_known(name)) else { return Ok(()) };
    let meant = did_you_mean(name, fields.iter().map(|field| field.name.as_str()));
    let shown: String = name.chars().take(SHOWN).collect();
    Err(FieldError::here(Problem::Unknown(meant)).inside(shown))
}

fn text(value: Value, min: Option<u64>, max: Option<u64>, one_of: &[String]) -> Read<Value> {
    let text = match value {
        Value::String(text) => text,
        // A list or object keeps its JSON text: some clients turn any text that looks like one into one.
        other => other.to_string(),
    };
    let length = text.chars().count() as u64;
    if !one_of.is_empty() && !one_of.contains(&text) {
        return Err(Problem::NotOneOf(one_of.join(", ")));
    }
    match (min, max) {
        (Some(min), _) if length < min => Err(Problem::TooShort(min)),
        (_, Some(max)) if length > max => Err(Problem::TooLong(max)),
        _ => Ok(Value::String(text)),
    }
}

fn integer(value: &Value, min: Option<i64>, max: Option<i64>, one_of: &[i64]) -> Read<Value> {
    let number = whole(value).ok_or(Problem::NotA("a whole number"))?;
    if !one_of.is_empty() && !one_of.contains(&number) {
        let known: Vec<String> = one_of.iter().map(i64::to_string).collect();
        return Err(Problem::NotOneOf(known.join(", ")));
    }
    match (min, max) {
        (Some(min), _) if number < min => Err(Problem::TooSmall(min)),
        (_, Some(max)) if number > max => Err(Problem::TooLarge(max)),
        _ => Ok(number.into()),
    }
}

/// A whole number, also as digits in a text and as `1.0`.
fn whole(value: &Value) -> Option<i64> {
    /// Up to here every whole number has a floating-point number of its own.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let whole_float = |float: f64| (float.fract() == 0.0 && float.abs() <= EXACT).then_some(float as i64);
    match value {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().and_then(whole_float)),
        Value::String(text) => {
            let text = text.trim();
            text.parse().ok().or_else(|| text.parse().ok().and_then(whole_float))
        }
        _ => None,
    }
}

fn number(value: Value) -> Read<Value> {
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

fn flag(value: &Value) -> Read<Value> {
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

/// Whether the text of a list is blank, `null`, `[]`, or nothing but commas.
fn has_no_items(text: &str) -> bool {
    let text = text.trim();
    if text == "null" {
        return true;
    }
    let inside = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    inside.chars().all(|letter| letter == ',' || letter.is_whitespace())
}

/// The items of a list, in whichever clothes it came: a list, JSON text, text with commas, or a single item.
fn items(value: Value, item: &Kind) -> Vec<Value> {
    let items = match value {
        Value::Array(items) => items,
        Value::String(text) => match json::parse(&text, Limits::default().max_depth) {
            Ok(Value::Array(items)) => items,
            Ok(Value::Object(one)) if matches!(item, Kind::Object { .. }) => vec![Value::Object(one)],
            _ if matches!(item, Kind::Object { .. }) => vec![Value::String(text)],
            _ => text.split(',').map(str::trim).filter(|one| !one.is_empty()).map(Value::from).collect(),
        },
        one => vec![one],
    };
    items.into_iter().filter(|item| !item.is_null()).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::json;

    #[derive(Deserialize, JsonSchema, PartialEq, Debug, Default)]
    #[serde(default)]
    struct Inner {
        #[schemars(length(min = 1, max = 3))]
        title: Option<String>,
    }

    #[derive(Deserialize, JsonSchema, PartialEq, Debug)]
    struct Sample {
        #[schemars(length(min = 1, max = 5))]
        name: String,
        #[schemars(range(min = 1, max = 50))]
        #[schemars(extend("x-aliases" = ["page_size"]))]
        size: Option<i64>,
        flag: Option<bool>,
        ids: Option<Vec<i64>>,
        inner: Option<Inner>,
        #[schemars(length(max = 2))]
        list: Option<Vec<Inner>>,
    }

    fn read(value: Value) -> ReadAt<Sample> {
        SchemaDecoder::of::<Sample>().read(value.as_object().unwrap().clone())
    }

    #[test]
    fn every_clothing_gives_the_same_request() {
        let exact = json!({"name": "a", "size": 5, "flag": true, "ids": [1, 2], "inner": {"title": "t"}, "list": [{"title": "u"}]});
        let expected = read(exact).unwrap();
        for dressed in [
            json!({"name": "a", "size": "5", "flag": "TRUE", "ids": "1, 2,,", "inner": "{\"title\":\"t\"}", "list": {"title": "u"}}),
            json!({"name": "a", "page_size": 5.0, "flag": 1, "ids": "[1,2]", "inner": {"title": "t"}, "list": "[{\"title\":\"u\"}]", "extra": 1}),
            json!({"name": "a", "size": " 5 ", "flag": "1", "ids": [null, "1", 2.0], "inner": {"title": "t"}, "list": "{\"title\":\"u\"}"}),
        ] {
            assert_eq!(read(dressed.clone()).as_ref(), Ok(&expected), "{dressed}");
        }
    }

    #[test]
    fn absent_in_every_way() {
        let absent = read(json!({"name": "a"})).unwrap();
        for dressed in [
            json!({"name": "a", "size": null, "flag": "null", "ids": [], "inner": "", "list": null}),
            json!({"name": "a", "size": "", "flag": "", "ids": "", "inner": null, "list": ""}),
        ] {
            assert_eq!(read(dressed.clone()).as_ref(), Ok(&absent), "{dressed}");
        }
    }

    #[test]
    fn limits_hold_at_them_and_one_past() {
        let problem = |value| read(value).map(|_| ()).map_err(|error| (error.field, error.problem));
        let refused = |field: &str, problem| Err((field.to_owned(), problem));
        assert_eq!(problem(json!({"name": "五个字符啊"})), Ok(()));
        assert_eq!(problem(json!({"name": "六个字符啊啊"})), refused("name", Problem::TooLong(5)));
        assert_eq!(problem(json!({"name": " "})), refused("name", Problem::Missing));
        assert_eq!(problem(json!({})), refused("name", Problem::Missing));
        for (size, expected) in [
            (json!(50), Ok(())),
            (json!(51), refused("size", Problem::TooLarge(50))),
            (json!(1), Ok(())),
            (json!(0), refused("size", Problem::TooSmall(1))),
            (json!(1.5), refused("size", Problem::NotA("a whole number"))),
            (json!("99999999999999999999"), refused("size", Problem::NotA("a whole number"))),
        ] {
            assert_eq!(problem(json!({"name": "a", "size": size})), expected, "{size}");
        }
        assert_eq!(problem(json!({"name": "a", "list": [{}, {}]})), Ok(()));
        assert_eq!(problem(json!({"name": "a", "list": [{}, {}, {}]})), refused("list", Problem::TooMany(2)));
        assert_eq!(
            problem(json!({"name": "a", "list": [{}, {"title": "long"}]})),
            refused("list[1].title", Problem::TooLong(3))
        );
        assert_eq!(problem(json!({"name": "a", "flag": 2})), refused("flag", Problem::NotA("true or false")));
        assert_eq!(problem(json!({"name": "a", "inner": 7})), refused("inner", Problem::NotA("an object")));
    }

    #[test]
    fn a_text_keeps_what_looks_like_something_else() {
        assert_eq!(read(json!({"name": 123})).unwrap().name, "123");
        assert_eq!(read(json!({"name": [1]})).unwrap().name, "[1]");
        for text in ["null", "true", "[]", "{}", "0", "NaN"] {
            assert_eq!(read(json!({"name": text})).unwrap().name, text);
            let inner = read(json!({"name": "a", "list": {"title": text.get(..3)}})).unwrap();
            let title = inner.list.unwrap().remove(0).title;
            assert_eq!(title.as_deref(), text.get(..3), "{text}");
        }
        assert_eq!(read(json!({"name": []})).unwrap().name, "[]");
        assert_eq!(read(json!({"name": {}})).unwrap().name, "{}");
        assert_eq!(
            read(json!({"name": null})).map(|_| ()).unwrap_err().problem,
            Problem::Missing,
            "only a null is none"
        );
    }

    #[test]
    fn a_free_map_keeps_what_it_has() {
        #[derive(Deserialize, JsonSchema)]
        struct Free {
            free: Map<String, Value>,
        }
        let free = |value: Value| {
            SchemaDecoder::of::<Free>().read::<Free>(value.as_object().unwrap().clone()).map(|read| read.free)
        };
        let kept = json!({"a": {"b": [1, "2"]}}).as_object().unwrap().clone();
        assert_eq!(free(json!({"free": {"a": {"b": [1, "2"]}}})), Ok(kept.clone()));
        assert_eq!(free(json!({"free": "{\"a\":{\"b\":[1,\"2\"]}}"})), Ok(kept));
    }
}
