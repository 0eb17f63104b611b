//! The fields of a request as different clients encode them.

use std::{cell::Cell, fmt::Write};

use serde_json::{Map, Value, json};

type Fields = Map<String, Value>;

/// Encodes the fields of a request in another way. The first argument is their schema.
pub type EncodeFields = fn(&Value, &Fields) -> Fields;

/// The schema without the alternative "null".
fn plain(schema: &Value) -> &Value {
    let mut real = schema["anyOf"].as_array().into_iter().flatten().filter(|one| one["type"] != "null");
    match (real.next(), real.next()) {
        (Some(only), None) => only,
        _ => schema,
    }
}

fn is_a(schema: &Value, kind: &str) -> bool {
    let schema = plain(schema);
    schema["type"] == kind
        || schema["type"].as_array().is_some_and(|kinds| kinds.iter().any(|one| one == kind))
}

/// The property with this name or alias.
fn property<'a>(schema: &'a Value, name: &str) -> &'a Value {
    let is_alias =
        |one: &&Value| one["x-aliases"].as_array().is_some_and(|all| all.iter().any(|alias| alias == name));
    let properties = &plain(schema)["properties"];
    properties
        .get(name)
        .or_else(|| properties.as_object().into_iter().flat_map(Map::values).find(is_alias))
        .unwrap_or(&Value::Null)
}

/// Applies `change` to every value and its schema, innermost first.
fn each(schema: &Value, value: &Value, change: &impl Fn(&Value, Value) -> Value) -> Value {
    let inside = match value {
        Value::Object(fields) => {
            let one = |(name, value): (&String, &Value)| {
                (name.clone(), each(property(schema, name), value, change))
            };
            Value::Object(fields.iter().map(one).collect())
        }
        Value::Array(items) => items.iter().map(|item| each(&plain(schema)["items"], item, change)).collect(),
        scalar => scalar.clone(),
    };
    change(schema, inside)
}

/// Applies `change` to the values inside the request, which itself stays an object.
fn each_field(schema: &Value, fields: &Fields, change: impl Fn(&Value, Value) -> Value) -> Fields {
    let one = |(name, value): (&String, &Value)| (name.clone(), each(property(schema, name), value, &change));
    fields.iter().map(one).collect()
}

/// Puts characters that encodings treat differently into every text of several words: such a text is prose, and no id, address or name.
pub fn odd_texts(schema: &Value, fields: &Fields) -> Fields {
    let count = Cell::new(0);
    each_field(schema, fields, |schema, value| {
        let Some(text) = value.as_str().filter(|text| text.contains(' ')) else { return value };
        count.set(count.get() + 1);
        let odd = match count.get() % 3 {
            0 => format!("[{text}]"),
            1 => format!("{text} 文/文 & + % %20 = \\ \" '"),
            _ => json!({ "a": [1, text] }).to_string(),
        };
        let limit = plain(schema)["maxLength"].as_u64().unwrap_or(u64::MAX);
        if odd.chars().count() as u64 <= limit { odd.into() } else { value }
    })
}

fn as_text(value: Value) -> Value {
    match value {
        Value::String(text) => text.into(),
        value => value.to_string().into(),
    }
}

pub fn scalars_as_texts(schema: &Value, fields: &Fields) -> Fields {
    each_field(schema, fields, |_, value| match value {
        Value::Bool(_) | Value::Number(_) => as_text(value),
        value => value,
    })
}

pub fn all_as_texts(_: &Value, fields: &Fields) -> Fields {
    fields.iter().map(|(name, value)| (name.clone(), as_text(value.clone()))).collect()
}

/// Sets every unset field, at every depth, to a value that means absent.
fn filled(schema: &Value, fields: &Fields, nothing: impl Fn(&Value) -> Option<Value> + Copy) -> Fields {
    let fill = |schema: &Value, fields: &mut Fields| {
        let schema = plain(schema);
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let aliases = property["x-aliases"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let is_set = aliases.chain([name.as_str()]).any(|name| fields.contains_key(name));
            if let Some(nothing) = nothing(property).filter(|_| !is_set) {
                fields.insert(name.clone(), nothing);
            }
        }
    };
    let mut filled = each_field(schema, fields, |schema, mut value| {
        if let Value::Object(fields) = &mut value {
            fill(schema, fields);
        }
        value
    });
    fill(schema, &mut filled);
    filled
}

pub fn nulls(schema: &Value, fields: &Fields) -> Fields {
    filled(schema, fields, |_| Some(Value::Null))
}

pub fn null_texts(schema: &Value, fields: &Fields) -> Fields {
    // A text can be "null".
    let is_free = |property: &Value| is_a(property, "string") && !plain(property)["enum"].is_array();
    filled(schema, fields, |property| (!is_free(property)).then(|| "null".into()))
}

pub fn empties(schema: &Value, fields: &Fields) -> Fields {
    filled(schema, fields, |property| {
        if is_a(property, "array") {
            Some(Value::Array(Vec::new()))
        } else {
            is_a(property, "object").then(|| "".into())
        }
    })
}

pub fn blanks(schema: &Value, fields: &Fields) -> Fields {
    filled(schema, fields, |property| {
        if is_a(property, "array") {
            Some(" ,, ".into())
        } else {
            ["object", "integer", "number", "boolean"]
                .iter()
                .any(|kind| is_a(property, kind))
                .then(|| " ".into())
        }
    })
}

/// `page_size` for `pageSize`, and the reverse.
fn other_case(name: &str) -> String {
    let mut other = String::new();
    let mut letters = name.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '_' => other.extend(letters.next().map(|letter| letter.to_ascii_uppercase())),
            upper if upper.is_ascii_uppercase() => other.extend(['_', upper.to_ascii_lowercase()]),
            letter => other.push(letter),
        }
    }
    other
}

pub fn unknown_fields(schema: &Value, fields: &Fields) -> Fields {
    let add = |fields: &mut Fields| {
        for (name, value) in fields.clone() {
            fields.entry(other_case(&name)).or_insert(value);
        }
        fields.insert("unheardOf".to_owned(), json!({ "a": [1, null, { "b": true }] }));
    };
    let mut with_unknown = each_field(schema, fields, |schema, mut value| {
        if let Value::Object(fields) = &mut value
            && plain(schema)["properties"].is_object()
        {
            add(fields);
        }
        value
    });
    add(&mut with_unknown);
    with_unknown
}

pub fn commas(schema: &Value, fields: &Fields) -> Fields {
    each_field(schema, fields, |schema, value| match value {
        Value::Array(items)
            if is_a(schema, "array") && items.iter().all(|item| !item.is_object() && !item.is_array()) =>
        {
            let items = items.into_iter().map(as_text);
            let texts: Vec<String> = items.filter_map(|item| item.as_str().map(str::to_owned)).collect();
            format!(" {} ,", texts.join(" ,, ")).into()
        }
        value => value,
    })
}

pub fn single_items(schema: &Value, fields: &Fields) -> Fields {
    each_field(schema, fields, |schema, value| match value {
        Value::Array(mut items) if is_a(schema, "array") && items.len() == 1 => items.remove(0),
        value => value,
    })
}

pub fn flags_as_numbers(schema: &Value, fields: &Fields) -> Fields {
    each_field(schema, fields, |_, value| match value {
        Value::Bool(flag) => u8::from(flag).into(),
        value => value,
    })
}

pub fn numbers_as_floats(schema: &Value, fields: &Fields) -> Fields {
    each_field(schema, fields, |_, value| match value.as_i64() {
        Some(number) => (number as f64).into(),
        None => value,
    })
}

/// Escapes everything beyond ASCII as `\uXXXX`.
pub fn escaped(json: String) -> String {
    let mut escaped = String::new();
    for letter in json.chars() {
        if letter.is_ascii() {
            escaped.push(letter);
        } else {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                write!(escaped, "\\u{unit:04x}").unwrap();
            }
        }
    }
    escaped
}

/// As PHP encodes lists and objects: `list[0][title]=…`.
pub fn bracketed(fields: &Fields) -> String {
    fn flatten(name: &str, value: &Value, form: &mut form_urlencoded::Serializer<'_, String>) {
        match value {
            Value::Object(fields) => {
                fields.iter().for_each(|(key, value)| flatten(&format!("{name}[{key}]"), value, form));
            }
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(at, item)| flatten(&format!("{name}[{at}]"), item, form));
            }
            scalar => {
                form.append_pair(name, as_text(scalar.clone()).as_str().unwrap_or_default());
            }
        }
    }
    let mut form = form_urlencoded::Serializer::new(String::new());
    fields.iter().for_each(|(name, value)| flatten(name, value, &mut form));
    form.finish()
}

/// As the official Java client encodes it: an empty line first, and no spaces in headers.
pub fn multipart(fields: &Fields) -> String {
    let part = |(name, value): (&String, &Value)| {
        let value = as_text(value.clone());
        let value = value.as_str().unwrap_or_default();
        format!(
            "\r\n--7d9f\r\nContent-Disposition:form-data;name=\"{name}\"\r\nContent-Type:text/plain\r\n\r\n{value}"
        )
    };
    let parts: String = fields.iter().map(part).collect();
    format!("{parts}\r\n--7d9f--\r\n")
}
