//! One request in the encodings of different clients gets the same response, to the byte, and has the same
//! effect.

use axum::http::Method;
use carillon_model::app::AppType;
use carillon_wire::{Dialect, Operation};
use serde_json::{Map, Value};

use crate::matrix::encoding_variants;
use crate::matrix::fixture::Fixture;
use crate::matrix::request::{Request, fields, form};
use crate::matrix::valid_requests;

type Fields = Map<String, Value>;

/// An encoding of a request. Returns `None` for operations that it does not apply to.
struct Encoding {
    name: &'static str,
    encode: fn(&Operation, &Fields) -> Option<Request>,
}

/// The request with its fields encoded in another way, as a JSON body.
fn encoded(
    operation: &Operation,
    fields: &Fields,
    encode: encoding_variants::EncodeFields,
) -> Option<Request> {
    let encoded = encode(operation.request.as_value(), fields);
    (encoded != *fields && operation.takes_body()).then(|| Request::of(operation, &encoded))
}

/// The JSON body, rewritten as text.
fn rewritten(operation: &Operation, fields: &Fields, rewrite: fn(String) -> String) -> Option<Request> {
    let plain = json_request(operation, fields)?;
    let body = rewrite(String::from_utf8(plain.body.clone()?).unwrap());
    Some(plain.with_body("application/json", body))
}

/// The JSON body with another content type.
fn typed(operation: &Operation, fields: &Fields, content_type: &str) -> Option<Request> {
    let plain = json_request(operation, fields)?;
    let body = plain.body.clone()?;
    Some(plain.with_body(content_type, body))
}

/// The request, unless its body is a file.
fn json_request(operation: &Operation, fields: &Fields) -> Option<Request> {
    (!operation.takes_file || operation.dialect == Dialect::Legacy).then(|| Request::of(operation, fields))
}

/// A body that is not JSON. Only the legacy host reads one.
fn legacy_body(operation: &Operation, fields: &Fields, content_type: &str, body: String) -> Option<Request> {
    let applies = operation.dialect == Dialect::Legacy
        && operation.method == Method::POST
        && !operation.takes_json_alone
        && !operation.takes_file;
    applies.then(|| Request::bare(operation, fields).with_body(content_type, body))
}

const FORM: &str = "application/x-www-form-urlencoded";

const ENCODINGS: &[Encoding] = &[
    Encoding {
        name: "scalars as texts, at every depth",
        encode: |operation, fields| encoded(operation, fields, encoding_variants::scalars_as_texts),
    },
    Encoding {
        name: "all values as texts, objects and lists as JSON text",
        encode: |operation, fields| encoded(operation, fields, encoding_variants::all_as_texts),
    },
    Encoding {
        name: "null for all that is unset",
        encode: |operation, fields| encoded(operation, fields, encoding_variants::nulls),
    },
    Encoding {
        name: "the text null for all that is unset",
        encode: |operation, fields| encoded(operation, fields, encoding_variants::null_texts),
    },
    Encoding {
        name: "empty lists, and blank objects, for all that is unset",
        encode: |operation, fields| encoded(operation, fields, encoding_variants::empties),
    },
    Encoding {
        name: "blank texts for all that is unset and no text",
        encode: |operation, fields| encoded(operation, fields, encoding_variants::blanks),
    },
    Encoding {
        name: "unknown fields, and every field again in the other case",
        // Carillon's own operations refuse unknown fields.
        encode: |operation, fields| {
            (!operation.is_own())
                .then(|| encoded(operation, fields, encoding_variants::unknown_fields))
                .flatten()
        },
    },
    Encoding {
        name: "lists with commas, spaces and empty items",
        encode: |operation, fields| encoded(operation, fields, encoding_variants::commas),
    },
    Encoding {
        name: "a single item in place of a list",
        encode: |operation, fields| encoded(operation, fields, encoding_variants::single_items),
    },
    Encoding {
        name: "0 and 1 for false and true",
        encode: |operation, fields| encoded(operation, fields, encoding_variants::flags_as_numbers),
    },
    Encoding {
        name: "numbers as 1.0",
        encode: |operation, fields| encoded(operation, fields, encoding_variants::numbers_as_floats),
    },
    Encoding {
        name: "escaped slashes",
        encode: |operation, fields| rewritten(operation, fields, |json| json.replace('/', "\\/")),
    },
    Encoding {
        name: "escaped characters",
        encode: |operation, fields| rewritten(operation, fields, encoding_variants::escaped),
    },
    Encoding {
        name: "a byte-order mark",
        encode: |operation, fields| rewritten(operation, fields, |json| format!("\u{feff}{json}")),
    },
    Encoding {
        name: "JSON that calls itself text",
        encode: |operation, fields| typed(operation, fields, "text/plain"),
    },
    Encoding {
        name: "JSON that calls itself a form",
        encode: |operation, fields| typed(operation, fields, FORM),
    },
    Encoding {
        name: "JSON that calls itself something unheard of",
        encode: |operation, fields| typed(operation, fields, "; ="),
    },
    Encoding {
        name: "a charset",
        encode: |operation, fields| typed(operation, fields, "Application/JSON; charset=\"utf-8\""),
    },
    Encoding {
        name: "no content type",
        encode: |operation, fields| Some(Request { content_type: None, ..Request::of(operation, fields) }),
    },
    Encoding {
        name: "a chunked body",
        encode: |operation, fields| Some(Request { chunked: true, ..Request::of(operation, fields) }),
    },
    Encoding {
        name: "headers that mean nothing here",
        encode: |operation, fields| {
            const HEADERS: &[(&str, &str)] = &[
                ("authorization", "acs ALIYUN:secret"),
                ("x-acs-version", "1.0"),
                ("charset", "GBK"),
                ("accept-encoding", "gzip, deflate, br"),
                ("expect", "100-continue"),
                ("cookie", "a=b"),
            ];
            Some(Request { headers: HEADERS, ..Request::of(operation, fields) })
        },
    },
    Encoding {
        name: "a form with JSON inside",
        encode: |operation, fields| legacy_body(operation, fields, FORM, form(fields)),
    },
    Encoding {
        name: "a form that calls itself JSON",
        encode: |operation, fields| legacy_body(operation, fields, "application/json", form(fields)),
    },
    Encoding {
        name: "a form with brackets",
        encode: |operation, fields| {
            legacy_body(operation, fields, FORM, encoding_variants::bracketed(fields))
        },
    },
    Encoding {
        name: "multipart",
        encode: |operation, fields| {
            legacy_body(
                operation,
                fields,
                "multipart/form-data;charset=utf-8;boundary=7d9f",
                encoding_variants::multipart(fields),
            )
        },
    },
    Encoding {
        name: "everything in the query of a POST",
        encode: |operation, fields| {
            let applies = operation.dialect == Dialect::Legacy && !fields.is_empty();
            (applies && !operation.takes_json_alone)
                .then(|| Request::bare(operation, fields).with_method(Method::POST).with_query(&form(fields)))
        },
    },
    Encoding {
        name: "a read by GET",
        encode: |operation, fields| {
            let applies = operation.dialect == Dialect::Legacy && operation.reads;
            applies
                .then(|| Request::bare(operation, fields).with_method(Method::GET).with_query(&form(fields)))
        },
    },
    Encoding {
        name: "a read by GET with brackets",
        encode: |operation, fields| {
            let applies = operation.dialect == Dialect::Legacy && operation.reads;
            applies.then(|| {
                Request::bare(operation, fields)
                    .with_method(Method::GET)
                    .with_query(&encoding_variants::bracketed(fields))
            })
        },
    },
];

/// Removes the durations of recorded calls, which are those of the machine.
fn clear_durations(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("tookUs");
            fields.values_mut().for_each(clear_durations);
        }
        Value::Array(items) => items.iter_mut().for_each(clear_durations),
        _ => {}
    }
}

/// The responses of every operation in order, and the number of requests with the encoding. Each encoding has its
/// own fixture; they differ in nothing else.
fn answers(
    encoding: Option<&Encoding>,
    fields_of: fn(&Fixture, &Operation) -> Option<Fields>,
) -> (Vec<String>, u32) {
    let fixture = Fixture::open();
    let mut applied = 0;
    let answers = valid_requests::operations()
        .iter()
        .filter_map(|operation| fields_of(&fixture, operation).map(|fields| (operation, fields)))
        // Once more with the required fields alone, which leaves many fields unset.
        .flat_map(|(operation, fields)| {
            [(operation, fields.clone()), (operation, required(operation, &fields))]
        })
        .map(|(operation, fields)| {
            let request = match encoding.and_then(|encoding| (encoding.encode)(operation, &fields)) {
                Some(request) => {
                    applied += 1;
                    request
                }
                None => Request::of(operation, &fields),
            };
            let mut answer = fixture.server.send(&request.allowed(operation, &fixture.server));
            clear_durations(&mut answer.body);
            format!("{}: {} {} {}", operation.id, answer.status, answer.content_type, answer.body)
        })
        .collect();
    (answers, applied)
}

/// The required fields.
fn required(operation: &Operation, fields: &Fields) -> Fields {
    let required = operation.request.as_value()["required"].as_array();
    let is_required = |name: &String| required.is_some_and(|all| all.iter().any(|one| one == name));
    fields
        .iter()
        .filter(|(name, _)| is_required(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn assert_same_responses(fields_of: fn(&Fixture, &Operation) -> Option<Fields>) -> Vec<String> {
    let (plain, _) = answers(None, fields_of);
    assert_eq!(plain, answers(None, fields_of).0, "the same twice");
    let mut different = Vec::new();
    for encoding in ENCODINGS {
        let (other, applied) = answers(Some(encoding), fields_of);
        assert!(applied > 0, "{}: it applies to no operation", encoding.name);
        let pairs = plain.iter().zip(&other).filter(|(plain, other)| plain != other);
        different.extend(pairs.map(|(plain, other)| format!("{}\n  {plain}\n  {other}", encoding.name)));
    }
    assert!(different.is_empty(), "\n{}", different.join("\n"));
    plain
}

#[test]
fn every_encoding_gets_the_same_success() {
    let plain = assert_same_responses(|fixture, operation| {
        let fields = valid_requests::request(fixture, operation.id)?;
        Some(encoding_variants::odd_texts(operation.request.as_value(), &fields))
    });
    // Every second request is the full one.
    let failed: Vec<_> = plain.iter().step_by(2).filter(|answer| !is_success(answer)).cloned().collect();
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

#[test]
fn encodings_are_tried_with_odd_texts() {
    let operations = carillon_api::operations().into_iter();
    let is_odd = |operation: &Operation| {
        let fields = fields(operation);
        encoding_variants::odd_texts(operation.request.as_value(), &fields) != fields
    };
    let odd: Vec<&str> = operations.filter(is_odd).map(|operation| operation.id).collect();
    assert!(odd.len() >= 20, "few examples have a text of several words: {odd:?}");
}

fn is_success(answer: &str) -> bool {
    answer.contains(" 200 ") && (answer.contains("\"errcode\":0,") || !answer.contains("\"errcode\""))
}

#[test]
fn every_encoding_gets_the_same_refusal() {
    // The ids are those of the examples: nothing that must exist does.
    assert_same_responses(|_, operation| Some(fields(operation)));
}

#[test]
fn a_legacy_token_may_be_in_the_body() {
    let fixture = Fixture::open();
    for operation in valid_requests::operations() {
        let applies =
            operation.dialect == Dialect::Legacy && operation.needs_token && operation.method == Method::POST;
        let Some(mut fields) = valid_requests::request(&fixture, operation.id).filter(|_| applies) else {
            continue;
        };
        let token = fixture.server.token_of(AppType::Internal);
        fields.insert("access_token".to_owned(), token.into());
        let bare = Request::bare(operation, &fields);
        for request in [
            bare.clone().with_body("application/json", Value::Object(fields.clone()).to_string()),
            bare.clone().with_body(FORM, form(&fields)),
            bare.clone()
                .with_body("multipart/form-data; boundary=7d9f", encoding_variants::multipart(&fields)),
        ] {
            let answer = fixture.server.send(&request);
            assert_ne!(answer.body["errcode"], 88, "{}: {}", operation.id, answer.body);
        }
    }
}
