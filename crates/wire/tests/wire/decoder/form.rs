//! Forms: unusual names, numbers of fields, other character encodings.

use carillon_wire::body::{BodyError, Limits};
use serde_json::{Value, json};

use crate::decoder::sample::parse;

fn fields(form: &str) -> Value {
    Value::Object(parse("", Some("application/x-www-form-urlencoded"), form.as_bytes()).unwrap().fields)
}

#[test]
fn brackets_make_lists_and_objects() {
    assert_eq!(fields("a[]=1&a[]=2"), json!({ "a": ["1", "2"] }));
    assert_eq!(
        fields("a[10]=z&a[9]=y&a[0]=x"),
        json!({ "a": ["x", "y", "z"] }),
        "in the order of the numbers"
    );
    assert_eq!(fields("a[b][]=1&a[b][]=2&a[c]=3"), json!({ "a": { "b": ["1", "2"], "c": "3" } }));
    assert_eq!(fields("a[0][b]=1&a[1][b]=2"), json!({ "a": [{ "b": "1" }, { "b": "2" }] }));
    assert_eq!(fields("a%5B0%5D=1"), json!({ "a": ["1"] }));
    assert_eq!(fields("a=1&a[b]=2"), json!({ "a": { "b": "2" } }), "the later one counts");
}

#[test]
fn malformed_brackets_are_part_of_the_name() {
    for name in ["a[", "a]", "[a]", "[]", "a[b[c]]", "a[b]c", "a[b]]", "a[b][", "a{b}", "{a}"] {
        let form: String = form_urlencoded::Serializer::new(String::new()).append_pair(name, "1").finish();
        assert_eq!(fields(&form), json!({ name: "1" }), "{name}");
    }
}

#[test]
fn a_repeated_name_has_its_last_value_and_a_list_of_all() {
    assert_eq!(fields("a=1&a=2&a=3"), json!({ "a": "3", "a[]": ["1", "2", "3"] }));
}

#[test]
fn odd_pairs_are_read_as_browsers_read_them() {
    assert_eq!(fields("&&a=1&=2&b&c=d=e&"), json!({ "a": "1", "b": "", "c": "d=e" }));
    assert_eq!(fields("a=1+2%2B3%20%zz%"), json!({ "a": "1 2+3 %zz%" }));
}

#[test]
fn another_charset_is_an_error() {
    let of_field = BodyError::FieldNotUtf8 { field: "a".to_owned() };
    for (form, error) in
        [(&b"a=%B2%E2"[..], &of_field), (b"b=1&a=\xB2\xE2", &of_field), (b"%B2=a", &BodyError::BadUtf8)]
    {
        assert_eq!(parse("", None, form).as_ref(), Err(error));
        assert_eq!(parse("", Some("application/x-www-form-urlencoded"), form).as_ref(), Err(error));
    }
    assert_eq!(parse("a=%B2%E2", None, b""), Err(of_field));
}

#[test]
fn a_request_has_a_limit_of_fields() {
    let max = Limits::default().max_fields;
    let form = |count: usize| (0..count).map(|number| format!("a{number}=1&")).collect::<String>();
    let list = |count: usize| "a[]=1&".repeat(count);
    let json = |count: usize| {
        let fields: Vec<String> = (0..count).map(|number| format!("\"a{number}\":1")).collect();
        format!("{{{}}}", fields.join(","))
    };
    for body in [form(max), list(max), json(max)] {
        assert!(parse("", None, body.as_bytes()).is_ok());
    }
    for body in [form(max + 1), list(max + 1), json(max + 1)] {
        assert_eq!(parse("", None, body.as_bytes()), Err(BodyError::TooManyFields { max }));
    }
    assert!(parse(&form(max), None, form(max).as_bytes()).is_ok(), "the query has a limit of its own");
    assert_eq!(parse(&form(max + 1), None, b""), Err(BodyError::TooManyFields { max }));
}

#[test]
fn a_body_in_no_known_encoding_is_an_error() {
    for (body, expected) in [
        ("[1]", "not an object"),
        ("\"text\"", "not JSON"),
        ("{\"a\":1", "not JSON"),
        ("{\"a\":1}}", "not JSON"),
        ("{a:1}", "not JSON"),
        ("nullable", "not JSON"),
    ] {
        let error = parse("", Some("application/json"), body.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(expected), "{body}: {error}");
    }
    for number in ["5", "true"] {
        let error = parse("", Some("application/json"), number.as_bytes()).unwrap_err();
        assert_eq!(error, BodyError::NotAnObject);
    }
}
