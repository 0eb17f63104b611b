//! Reads fields from a JSON Schema, as the declarations have it.

use serde_json::Value;

use crate::{
    control,
    field::{Field, Mark, Place, Variant},
    glossary::{self, Glossary},
    text::Text,
};

/// The fields of an object. `example` is an example of the object.
pub(crate) fn fields(
    schema: &Value,
    example: Option<&Value>,
    place: Place,
    glossary: &Glossary,
) -> Vec<Field> {
    let mut found: Vec<Field> = Vec::new();
    let whole = std::iter::once(schema).chain(alternatives(schema, "allOf")).map(|part| (part, true));
    // A field of one alternative is not required in the others.
    let parts = alternatives(schema, "oneOf").chain(alternatives(schema, "anyOf")).map(|part| (part, false));
    for (part, is_whole) in whole.chain(parts) {
        let required: Vec<&str> = texts(part, "required").filter(|_| is_whole).collect();
        for (name, schema) in part["properties"].as_object().into_iter().flatten() {
            if found.iter().all(|field| field.name != *name) {
                let example = example.and_then(|example| example.get(name));
                let is_required = required.contains(&name.as_str());
                found.push(field(name, schema, is_required, example, place, glossary));
            }
        }
    }
    // Any other name, where names are not fixed: those of events, for example.
    let other = &schema["additionalProperties"];
    if other["properties"].is_object() {
        let example = example.and_then(Value::as_object).and_then(|fields| fields.values().next());
        found.push(field("*", other, false, example, place, glossary));
    }
    found
}

/// A field of a schema.
pub(crate) fn field(
    name: &str,
    schema: &Value,
    is_required: bool,
    example: Option<&Value>,
    place: Place,
    glossary: &Glossary,
) -> Field {
    let value = meant(schema);
    let english = text(schema, "description").or_else(|| text(value, "description")).unwrap_or_default();
    let inside = inside(value);
    let variants = variants(name, value, glossary);
    let item = value["items"].is_object().then(|| meant(&value["items"]));
    let control = control::of(value, item, !variants.is_empty(), inside.is_some());
    let first = match example {
        Some(Value::Array(items)) => items.first(),
        other => other,
    };
    Field {
        name: name.to_owned(),
        place,
        kind: kind(value),
        is_required,
        item: described(&value["items"], glossary::ITEM, glossary),
        mark: mark(english),
        about: glossary.text(name, english),
        limits: limits(schema, value),
        variants,
        control,
        aliases: texts(schema, "x-aliases").map(str::to_owned).collect(),
        example: example.filter(|example| !example.is_object() && !is_list_of_objects(example)).cloned(),
        fields: inside.map(|inside| fields(inside, first, place, glossary)).unwrap_or_default(),
    }
}

/// The description of a schema that no field has as its own, from a part of the glossary.
pub(crate) fn described(schema: &Value, part: &str, glossary: &Glossary) -> Text {
    let english = text(schema, "description").unwrap_or_default().replace('\n', " ");
    if english.is_empty() { Text::default() } else { glossary.text(part, &english) }
}

/// The schema of the value where it may be null: `anyOf` of the value and null.
fn meant(schema: &Value) -> &Value {
    let mut others = alternatives(schema, "anyOf").filter(|one| one["type"] != "null");
    match (others.next(), others.next()) {
        (Some(only), None) => meant(only),
        _ => schema,
    }
}

/// The schema of the object, or of the objects in the list.
fn inside(schema: &Value) -> Option<&Value> {
    let item = if schema["items"].is_object() { meant(&schema["items"]) } else { schema };
    let has_fields =
        |one: &Value| one["properties"].is_object() || one["additionalProperties"]["properties"].is_object();
    let any = has_fields(item)
        || ["oneOf", "anyOf", "allOf"].iter().any(|key| alternatives(item, key).any(has_fields));
    if any { Some(item) } else { None }
}

fn is_list_of_objects(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.iter().any(Value::is_object))
}

/// The type of a value, as text.
fn kind(schema: &Value) -> String {
    if schema["items"].is_object() {
        return format!("array of {}", kind(meant(&schema["items"])));
    }
    let named = match &schema["type"] {
        Value::String(name) => Some(name.clone()),
        Value::Array(names) => {
            let names: Vec<&str> =
                names.iter().filter_map(Value::as_str).filter(|name| *name != "null").collect();
            Some(names.join(" | "))
        }
        _ => None,
    };
    let named = named.filter(|name| !name.is_empty()).or_else(|| {
        let kinds = ["const", "enum"].iter().find_map(|key| match &schema[*key] {
            Value::Array(values) => values.first(),
            Value::Null => None,
            value => Some(value),
        });
        kinds.map(|value| kind_of_value(value).to_owned())
    });
    named.unwrap_or_else(|| {
        let mut kinds: Vec<String> = Vec::new();
        for one in alternatives(schema, "oneOf").chain(alternatives(schema, "anyOf")) {
            let one = kind(one);
            if one != "null" && !kinds.contains(&one) {
                kinds.push(one);
            }
        }
        if kinds.is_empty() { "any".to_owned() } else { kinds.join(" | ") }
    })
}

fn kind_of_value(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// What the description says of its source.
fn mark(english: &str) -> Mark {
    let lower = english.to_ascii_lowercase();
    if lower.contains("decided:") || lower.contains("(decided") {
        Mark::Decided
    } else if lower.contains("observed") {
        Mark::Observed
    } else {
        Mark::Documented
    }
}

/// The limits of a value, and of the items of a list.
fn limits(schema: &Value, value: &Value) -> Vec<Text> {
    let mut limits = Vec::new();
    for one in if std::ptr::eq(schema, value) { vec![value] } else { vec![schema, value] } {
        limits.extend(limits_of(one));
    }
    if value["items"].is_object() {
        for limit in limits_of(meant(&value["items"])) {
            limits.push(Text::new(format!("每一项：{}", limit.zh), format!("each: {}", limit.en)));
        }
    }
    limits
}

fn limits_of(schema: &Value) -> Vec<Text> {
    let number = |key: &str| Some(&schema[key]).filter(|value| value.is_number());
    let mut limits = Vec::new();
    let mut range = |least: Option<&Value>, most: Option<&Value>, zh: &str, en: &str| {
        let limit = match (least, most) {
            (Some(least), Some(most)) if least == most => {
                Text::new(format!("必须是 {least}{zh}"), format!("exactly {least}{en}"))
            }
            (Some(least), Some(most)) => {
                Text::new(format!("{least} 到 {most}{zh}"), format!("{least} to {most}{en}"))
            }
            (Some(least), None) => Text::new(format!("至少 {least}{zh}"), format!("at least {least}{en}")),
            (None, Some(most)) => Text::new(format!("至多 {most}{zh}"), format!("at most {most}{en}")),
            (None, None) => return,
        };
        limits.push(limit);
    };
    // A format of Rust has a limit that says nothing: nobody sends that many.
    let is_width = |value: &&Value| value.as_f64().is_some_and(|value| value.abs() < 4e9);
    range(number("minimum").filter(is_width), number("maximum").filter(is_width), "", "");
    range(number("minLength"), number("maxLength"), " 个字符", " characters");
    range(number("minItems"), number("maxItems"), " 项", " items");
    // The pattern of a required text: not blank.
    match text(schema, "pattern") {
        Some(r"[^\s\u0085]") => limits.push(Text::new("不能只有空白", "not blank")),
        Some(pattern) => {
            limits.push(Text::new(format!("匹配 `{pattern}`"), format!("matches `{pattern}`")));
        }
        None => {}
    }
    limits
}

/// The values that a field can have.
fn variants(name: &str, schema: &Value, glossary: &Glossary) -> Vec<Variant> {
    let item = if schema["items"].is_object() { meant(&schema["items"]) } else { schema };
    let mut found = Vec::new();
    let whole = std::iter::once(item);
    for one in whole.chain(alternatives(item, "oneOf")).chain(alternatives(item, "anyOf")) {
        if let Some(value) = one.get("const") {
            let about = text(one, "description").filter(|_| !std::ptr::eq(one, item));
            let meaning = about.map(|about| glossary.text(name, about)).unwrap_or_default();
            found.push(Variant { value: value.clone(), meaning });
        }
        for value in one["enum"].as_array().into_iter().flatten().filter(|value| !value.is_null()) {
            found.push(Variant { value: value.clone(), meaning: Text::default() });
        }
    }
    found
}

fn alternatives<'a>(schema: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    schema[key].as_array().into_iter().flatten()
}

fn text<'a>(schema: &'a Value, key: &str) -> Option<&'a str> {
    schema[key].as_str()
}

fn texts<'a>(schema: &'a Value, key: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    schema[key].as_array().into_iter().flatten().filter_map(Value::as_str)
}
