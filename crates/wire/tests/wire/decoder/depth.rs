//! Limits of the depth of a request.

use carillon_wire::{
    body::{BodyError, Limits},
    schema_decoder::Problem,
};

use crate::decoder::sample::{ReadError, parse, read};

const JSON: Option<&str> = Some("application/json");

/// Nested objects or lists inside of an object.
fn nested(levels: usize, open: &str, close: &str) -> String {
    format!("{{\"a\":{}1{}}}", open.repeat(levels - 1), close.repeat(levels - 1))
}

#[test]
fn json_has_a_depth_limit() {
    let max = Limits::default().max_depth;
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[ ", "\n]")] {
        assert!(parse("", JSON, nested(max, open, close).as_bytes()).is_ok());
        let deeper = parse("", JSON, nested(max + 1, open, close).as_bytes());
        assert_eq!(deeper, Err(BodyError::TooDeep { max }));
        // Far past the limit, well-formed or not, the stack must not overflow.
        assert_eq!(parse("", JSON, nested(500_000, open, close).as_bytes()), Err(BodyError::TooDeep { max }));
        assert_eq!(parse("", JSON, "[".repeat(1_000_000).as_bytes()), Err(BodyError::TooDeep { max }));
    }
}

#[test]
fn json_has_a_limit_of_values() {
    let max = 131_072;
    // The object and the list are two values, and each further number is one.
    let values = |count: usize| format!("{{\"a\":[0{}]}}", ",0".repeat(count - 2));
    assert!(parse("", JSON, values(max).as_bytes()).is_ok());
    assert_eq!(parse("", JSON, values(max + 1).as_bytes()), Err(BodyError::TooManyValues { max }));
}

#[test]
fn brackets_in_a_text_do_not_count_as_depth() {
    let text = "[{\\\"".repeat(1000);
    let params = parse("", JSON, format!("{{\"a\":\"{text}\",\"b\":[]}}").as_bytes()).unwrap();
    assert_eq!(params.fields["a"], "[{\"".repeat(1000));
}

#[test]
fn json_encoded_twice_has_the_same_depth_limit() {
    let max = Limits::default().max_depth;
    let twice = |levels| serde_json::Value::from(nested(levels, "[", "]")).to_string();
    assert!(parse("", JSON, twice(max).as_bytes()).is_ok());
    assert_eq!(parse("", JSON, twice(max + 1).as_bytes()), Err(BodyError::TooDeep { max }));
}

#[test]
fn names_of_a_form_have_a_depth_limit() {
    let max = Limits::default().max_depth;
    let name = |levels: usize| format!("a{}=1", "[b]".repeat(levels - 1));
    assert!(parse(&name(max), None, b"").is_ok());
    assert_eq!(parse(&name(max + 1), None, b""), Err(BodyError::TooDeep { max }));
    assert_eq!(parse(&name(500_000), None, b""), Err(BodyError::TooDeep { max }));
}

#[test]
fn deep_json_text_of_a_field_does_not_overflow_the_stack() {
    let deep = nested(200_000, "[", "]");
    let form: String = form_urlencoded::Serializer::new(String::new())
        .append_pair("text", "t")
        .append_pair("inner", &deep)
        .finish();
    let Err(ReadError::Field(error)) = read(&form, None, b"") else { panic!("read") };
    assert_eq!((error.field.as_str(), error.problem), ("inner", Problem::NotA("an object")));
    let form = form_urlencoded::Serializer::new(String::new()).append_pair("text", &deep).finish();
    assert_eq!(read(&form, None, b"").unwrap().text, deep, "a text is only a text");
}
