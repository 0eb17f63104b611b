//! One request in the encodings of different clients reads the same.

use carillon_wire::schema_decoder::{Problem, SchemaDecoder};
use proptest::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::decoder::sample::{Inner, Sample, parse, read, samples};

const FORM: Option<&str> = Some("application/x-www-form-urlencoded");
const JSON: Option<&str> = Some("application/json");

fn fields(sample: &Sample) -> Map<String, Value> {
    serde_json::to_value(sample).unwrap().as_object().unwrap().clone()
}

pub fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

pub fn form<'a>(pairs: impl IntoIterator<Item = (&'a str, String)>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// As PHP encodes them: `list[0][title]=…`.
pub fn bracketed(name: &str, value: &Value, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| bracketed(&format!("{name}[{key}]"), value, pairs));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| bracketed(&format!("{name}[{at}]"), item, pairs));
        }
        scalar => pairs.push((name.to_owned(), as_text(scalar))),
    }
}

pub fn multipart(fields: &Map<String, Value>) -> Vec<u8> {
    let part = |(name, value): (&String, &Value)| {
        format!(
            "--limit-7d9f\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{}\r\n",
            as_text(value)
        )
    };
    let parts: String = fields.iter().map(part).collect();
    format!("{parts}--limit-7d9f--\r\n").into_bytes()
}

/// Scalars as some clients write them: numbers as `1.0`, booleans as `0` and `1`.
fn loosely(value: Value) -> Value {
    match value {
        Value::Bool(flag) => json!(i64::from(flag)),
        Value::Number(number) => match number.as_i64() {
            Some(whole) if whole.unsigned_abs() < 1 << 53 => json!(whole as f64),
            _ => Value::Number(number),
        },
        Value::Array(items) => items.into_iter().map(loosely).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, loosely(value))).collect(),
        other => other,
    }
}

proptest! {
    #[test]
    fn json(sample in samples()) {
        let fields = fields(&sample);
        let body = Value::Object(fields.clone()).to_string();
        for content_type in [JSON, Some("text/plain"), Some("application/json; charset=utf-8"), FORM, None] {
            prop_assert_eq!(read("", content_type, body.as_bytes()), Ok(sample.clone()));
        }
        let marked = [b"\xEF\xBB\xBF", body.as_bytes()].concat();
        prop_assert_eq!(read("", JSON, &marked), Ok(sample.clone()));
        let twice = Value::from(body.clone()).to_string();
        prop_assert_eq!(read("", JSON, twice.as_bytes()), Ok(sample.clone()));
        let slashes = body.replace('/', "\\/");
        prop_assert_eq!(read("", JSON, slashes.as_bytes()), Ok(sample.clone()));
        let loose = loosely(Value::Object(fields.clone())).to_string();
        prop_assert_eq!(read("", JSON, loose.as_bytes()), Ok(sample.clone()));
        let texts: Map<String, Value> =
            fields.iter().map(|(name, value)| (name.clone(), as_text(value).into())).collect();
        prop_assert_eq!(read("", JSON, Value::Object(texts).to_string().as_bytes()), Ok(sample));
    }

    #[test]
    fn forms_and_queries(sample in samples()) {
        let fields = fields(&sample);
        let with_json = form(fields.iter().map(|(name, value)| (name.as_str(), as_text(value))));
        for content_type in [FORM, JSON, Some("text/plain"), None] {
            prop_assert_eq!(read("", content_type, with_json.as_bytes()), Ok(sample.clone()));
        }
        prop_assert_eq!(read(&with_json, JSON, b""), Ok(sample.clone()));
        prop_assert_eq!(read(&with_json, JSON, b"[]"), Ok(sample.clone()));
        let mut pairs = Vec::new();
        for (name, value) in &fields {
            bracketed(name, value, &mut pairs);
        }
        let with_brackets = form(pairs.iter().map(|(name, value)| (name.as_str(), value.clone())));
        prop_assert_eq!(read("", FORM, with_brackets.as_bytes()), Ok(sample.clone()));
        prop_assert_eq!(read(&with_brackets, JSON, b"{}"), Ok(sample));
    }

    #[test]
    fn parts_of_multipart(sample in samples()) {
        let body = multipart(&fields(&sample));
        for content_type in [Some("multipart/form-data; boundary=limit-7d9f"), JSON, None] {
            prop_assert_eq!(read("", content_type, &body), Ok(sample.clone()));
        }
    }

    #[test]
    fn lists_as_repeated_names_and_with_commas(sample in samples(), spaces in " {0,2}") {
        let Sample { ids, names, .. } = &sample;
        let mut pairs = vec![("text", String::new())];
        pairs.extend(ids.iter().map(|id| ("ids", id.to_string())));
        // A name that occurs once does not count as repeated: its commas would split it.
        pairs.extend(names.iter().filter(|_| names.len() > 1).map(|name| ("names", name.clone())));
        let read_back = read("", FORM, form(pairs).as_bytes()).unwrap();
        prop_assert_eq!(&read_back.ids, ids);
        if names.len() > 1 {
            prop_assert_eq!(&read_back.names, names);
        }
        let commas: String = ids.iter().map(|id| format!("{spaces}{id},{spaces},")).collect();
        let read_back = read("", FORM, form([("text", String::new()), ("ids", commas)]).as_bytes()).unwrap();
        prop_assert_eq!(&read_back.ids, ids);
    }

    #[test]
    fn the_body_counts_before_the_query(of_body in samples(), of_query in samples()) {
        let (in_body, in_query) = (fields(&of_body), fields(&of_query));
        let query = form(in_query.iter().map(|(name, value)| (name.as_str(), as_text(value))));
        let mut expected = in_query;
        expected.extend(in_body.clone());
        let expected: Sample = serde_json::from_value(Value::Object(expected)).unwrap();
        prop_assert_eq!(read(&query, JSON, Value::Object(in_body).to_string().as_bytes()), Ok(expected));
    }
}

#[test]
fn an_object_in_place_of_a_text_is_its_json() {
    let read = |body: &str| read("", JSON, body.as_bytes()).unwrap().text;
    assert_eq!(read(r#"{"text":{"b":1,"a":["二"]}}"#), r#"{"b":1,"a":["二"]}"#);
    assert_eq!(read(r#"{"text":[1,"a"]}"#), r#"[1,"a"]"#);
}

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
struct Lists {
    ids: Option<Vec<i64>>,
    names: Option<Vec<String>>,
    list: Option<Vec<Inner>>,
}

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
struct Needed {
    ids: Vec<i64>,
}

#[test]
fn an_empty_list_is_absent_in_every_encoding() {
    let lists = [
        json!(null),
        json!("null"),
        json!([]),
        json!([null]),
        json!(""),
        json!("[]"),
        json!(" [ ] "),
        json!(" , ,"),
    ];
    for list in lists {
        let of = |body: Value| body.as_object().unwrap().clone();
        let read: Lists = SchemaDecoder::of::<Lists>()
            .read(of(json!({ "ids": list, "names": list, "list": list })))
            .unwrap();
        assert_eq!(read, Lists { ids: None, names: None, list: None }, "{list}");
        let error = SchemaDecoder::of::<Needed>().read::<Needed>(of(json!({ "ids": list }))).unwrap_err();
        assert_eq!((error.field.as_str(), error.problem), ("ids", Problem::Missing), "{list}");
    }
}

#[test]
fn an_empty_body_has_no_fields() {
    for body in ["", " \r\n", "null", "[]", "{}", "\"\"", "\"{}\"", "\u{feff}", "\u{feff}{}"] {
        for content_type in [JSON, FORM, Some("text/plain"), None] {
            let params = parse("", content_type, body.as_bytes()).unwrap();
            assert!(params.fields.is_empty() && params.files.is_empty(), "{body:?}");
        }
    }
}

#[test]
fn a_large_number_with_a_decimal_point_is_exact() {
    for (written, number) in [
        ("1853123810446751.0", 1_853_123_810_446_751),
        ("\"1853123810446751.0\"", 1_853_123_810_446_751),
        ("9007199254740991.0", 9_007_199_254_740_991),
        ("9223372036854775807", i64::MAX),
        ("\"-9223372036854775808\"", i64::MIN),
        ("1.5e3", 1500),
    ] {
        let body = format!("{{\"text\":\"\",\"number\":{written}}}");
        assert_eq!(read("", JSON, body.as_bytes()).unwrap().number, Some(number), "{written}");
    }
}
