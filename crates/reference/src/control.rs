//! How a field is edited in a form: the kind of control and its limits, from the schema that the server enforces.

use serde_json::Value;

/// The longest text that is edited in one line.
const LINE_CHARS: u64 = 256;

/// How a field is edited.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Control {
    /// What the control takes; for a list, that of an item.
    pub kind: ControlKind,
    /// Whether it is a list, to which items are added.
    pub is_list: bool,
    /// The most items of the list.
    pub max_items: Option<u64>,
    /// The least number.
    pub min: Option<String>,
    /// The greatest number.
    pub max: Option<String>,
    /// The least number of characters.
    pub min_length: Option<u64>,
    /// The most characters.
    pub max_length: Option<u64>,
}

/// What a control takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ControlKind {
    /// A text in one line.
    #[default]
    Text,
    /// A text in several lines.
    LongText,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// One of the values of the field.
    Choice,
    /// An object with the fields in the field.
    Object,
    /// JSON of any type.
    Json,
    /// A file.
    File,
}

impl ControlKind {
    /// The name for scripts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text | Self::LongText => "text",
            Self::Integer | Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Choice => "choice",
            Self::Object => "object",
            Self::Json => "json",
            Self::File => "file",
        }
    }
}

/// The control of a value. `has_values` and `has_fields` are of the value, or of the items of the list.
pub(crate) fn of(schema: &Value, item: Option<&Value>, has_values: bool, has_fields: bool) -> Control {
    let value = item.unwrap_or(schema);
    let number = |key: &str| Some(&value[key]).filter(|value| value.is_number()).map(Value::to_string);
    let count = |of: &Value, key: &str| of[key].as_u64();
    let has_fixed_names = value["additionalProperties"]["properties"].is_null();
    let max_length = count(value, "maxLength");
    let kind = match type_name(value) {
        _ if value["items"].is_object() => ControlKind::Json,
        _ if value["format"] == "binary" => ControlKind::File,
        _ if has_fields && has_fixed_names => ControlKind::Object,
        Some("boolean") => ControlKind::Boolean,
        _ if has_values => ControlKind::Choice,
        Some("string") if max_length.is_some_and(|most| most > LINE_CHARS) => ControlKind::LongText,
        Some("string") => ControlKind::Text,
        Some("integer") => ControlKind::Integer,
        Some("number") => ControlKind::Number,
        _ => ControlKind::Json,
    };
    let is_number = matches!(kind, ControlKind::Integer | ControlKind::Number);
    let is_text = matches!(kind, ControlKind::Text | ControlKind::LongText);
    Control {
        kind,
        is_list: item.is_some(),
        max_items: item.and_then(|_| count(schema, "maxItems")),
        min: number("minimum").filter(|_| is_number),
        max: number("maximum").filter(|_| is_number),
        min_length: count(value, "minLength").filter(|_| is_text),
        max_length: max_length.filter(|_| is_text),
    }
}

/// The name of the type, without null; `None` if there are several.
fn type_name(schema: &Value) -> Option<&str> {
    match &schema["type"] {
        Value::String(name) => Some(name),
        Value::Array(names) => {
            let mut names = names.iter().filter_map(Value::as_str).filter(|name| *name != "null");
            names.next().filter(|_| names.next().is_none())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_has_the_control_of_its_type() {
        for (schema, kind) in [
            (json!({ "type": "string" }), ControlKind::Text),
            (json!({ "type": ["string", "null"], "maxLength": 256 }), ControlKind::Text),
            (json!({ "type": ["string", "null"], "maxLength": 257 }), ControlKind::LongText),
            (json!({ "type": ["integer", "null"] }), ControlKind::Integer),
            (json!({ "type": "number" }), ControlKind::Number),
            (json!({ "type": ["boolean", "null"] }), ControlKind::Boolean),
            (json!({ "type": ["integer", "string"] }), ControlKind::Json),
            (json!({ "type": "string", "format": "binary" }), ControlKind::File),
            (json!({ "type": "array", "items": { "type": "string" } }), ControlKind::Json),
            (json!({}), ControlKind::Json),
        ] {
            assert_eq!(of(&schema, None, false, false).kind, kind, "{schema}");
        }
        assert_eq!(of(&json!({ "type": "integer" }), None, true, false).kind, ControlKind::Choice);
        assert_eq!(of(&json!({ "type": "object" }), None, false, true).kind, ControlKind::Object);
    }

    #[test]
    fn limits_are_those_of_the_schema() {
        let list = json!({ "type": ["array", "null"], "maxItems": 8, "items": { "type": "integer", "minimum": 1, "maximum": 9 } });
        let control = of(&list, Some(&list["items"]), false, false);
        assert!(control.is_list && control.kind == ControlKind::Integer);
        assert_eq!(
            (control.max_items, control.min.as_deref(), control.max.as_deref()),
            (Some(8), Some("1"), Some("9"))
        );
        let text = of(&json!({ "type": "string", "minLength": 1, "maxLength": 20 }), None, false, false);
        assert_eq!((text.min_length, text.max_length, text.max), (Some(1), Some(20), None));
    }
}
