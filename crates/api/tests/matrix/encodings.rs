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
struct Clothes {
    name: &'static str,
    put_on: fn(&Operation, &Fields) -> Option<Request>,
}

/// The request with its fields encoded in another way, as a JSON body.
fn dressed(operation: &Operation, fields: &Fields, dress: encoding_variants::Dress) -> Option<Request> {
    let dressed = dress(operation.request.as_value(), fields);
    (dressed != *fields && operation.takes_body()).then(|| Request::of(operation, &dressed))
}

/// The JSON body, rewritten as text.
fn rewritten(operation: &Operation, fields: &Fields, rewrite: fn(String) -> String) -> Option<Request> {
    let plain = Request::of(operation, fields);
    let body = rewrite(String::from_utf8(plain.body.clone()?).unwrap());
    Some(plain.with_body("application/json", body))
}

/// The JSON body with another content type.
fn typed(operation: &Operation, fields: &Fields, content_type: &str) -> Option<Request> {
    let plain = Request::of(operation, fields);
    let body = plain.body.clone()?;
    Some(plain.with_body(content_type, body))
}

/// A body that is not JSON. Only the legacy host reads one.
fn legacy_body(operation: &Operation, fields: &Fields, content_type: &str, body: String) -> Option<Request> {
    let takes = operation.dialect == Dialect::Legacy
        && operation.method == Method::POST
        && !operation.takes_json_alone
        && !operation.takes_file;
    takes.then(|| Request::bare(operation, fields).with_body(content_type, body))
}

const FORM: &str = "application/x-www-form-urlencoded";

const CLOTHES: &[Clothes] = &[
    Clothes {
        name: "scalars as texts, at every depth",
        put_on: |operation, fields| dressed(operation, fields, encoding_variants::scalars_as_texts),
    },
    Clothes {
        name: "all values as texts, objects and lists as JSON text",
        put_on: |operation, fields| dressed(operation, fields, encoding_variants::all_as_texts),
    },
    Clothes {
        name: "null for all that is unset",
        put_on: |operation, fields| dressed(operation, fields, encoding_variants::nulls),
    },
    Clothes {
        name: "the text null for all that is unset",
        put_on: |operation, fields| dressed(operation, fields, encoding_variants::null_texts),
    },
    Clothes {
        name: "empty lists, and blank objects, for all that is unset",
        put_on: |operation, fields| dressed(operation, fields, encoding_variants::empties),
    },
    Clothes {
        name: "blank texts for all that is unset and no text",
        put_on: |operation, fields| dressed(operation, fields, encoding_variants::blanks),
    },
    Clothes {
        name: "unknown fields, and every field again in the other case",
        // Carillon's own operations refuse unknown fields.
        put_on: |operation, fields| {
            (!operation.is_own()).then(|| dressed(operation, fields, encoding_variants::strangers)).flatten()
        },
    },
    Clothes {
        name: "lists with commas, spaces and empty items",
        put_on: |operation, fields| dressed(operation, fields, encoding_variants::commas),
    },
    Clothes {
        name: "a single item in place of a list",
        put_on: |operation, fields| dressed(operation, fields, encoding_variants::single_items),
    },
    Clothes {
        name: "0 and 1 for false and true",
        put_on: |operation, fields| dressed(operation, fields, encoding_variants::flags_as_numbers),
    },
    Clothes {
        name: "numbers as 1.0",
        put_on: |operation, fields| dressed(operation, fields, encoding_variants::numbers_as_floats),
    },
    Clothes {
        name: "escaped slashes",
        put_on: |operation, fields| rewritten(operation, fields, |json| json.replace('/', "\\/")),
    },
    Clothes {
        name: "escaped characters",
        put_on: |operation, fields| rewritten(operation, fields, encoding_variants::escaped),
    },
    Clothes {
        name: "a byte-order mark",
        put_on: |operation, fields| rewritten(operation, fields, |json| format!("\u{feff}{json}")),
    },
    Clothes {
        name: "JSON that calls itself text",
        put_on: |operation, fields| typed(operation, fields, "text/plain"),
    },
    Clothes {
        name: "JSON that calls itself a form",
        put_on: |operation, fields| typed(operation, fields, FORM),
    },
    Clothes {
        name: "JSON that calls itself something unheard of",
        put_on: |operation, fields| typed(operation, fields, "; ="),
    },
    Clothes {
        name: "a charset",
        put_on: |operation, fields| typed(operation, fields, "Application/JSON; charset=\"utf-8\""),
    },
    Clothes {
        name: "no content type",
        put_on: |operation, fields| Some(Request { content_type: None, ..Request::of(operation, fields) }),
    },
    Clothes {
        name: "a chunked body",
        put_on: |operation, fields| Some(Request { chunked: true, ..Request::of(operation, fields) }),
    },
    Clothes {
        name: "headers that mean nothing here",
        put_on: |operation, fields| {
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
    Clothes {
        name: "a form with JSON inside",
        put_on: |operation, fields| legacy_body(operation, fields, FORM, form(fields)),
    },
    Clothes {
        name: "a form that calls itself JSON",
        put_on: |operation, fields| legacy_body(operation, fields, "application/json", form(fields)),
    },
    Clothes {
        name: "a form with brackets",
        put_on: |operation, fields| {
            legacy_body(operation, fields, FORM, encoding_variants::bracketed(fields))
        },
    },
    Clothes {
        name: "multipart",
        put_on: |operation, fields| {
            legacy_body(
                operation,
                fields,
                "multipart/form-data;charset=utf-8;boundary=7d9f",
                encoding_variants::multipart(fields),
            )
        },
    },
    Clothes {
        name: "everything in the query of a POST",
        put_on: |operation, fields| {
            let takes = operation.dialect == Dialect::Legacy && !fields.is_empty();
            (takes && !operation.takes_json_alone)
                .then(|| Request::bare(operation, fields).with_method(Method::POST).with_query(&form(fields)))
        },
    },
    Clothes {
        name: "a read by GET",
        put_on: |operation, fields| {
            let takes = operation.dialect == Dialect::Legacy && operation.reads;
            takes.then(|| Request::bare(operation, fields).with_method(Method::GET).with_query(&form(fields)))
        },
    },
    Clothes {
        name: "a read by GET with brackets",
        put_on: |operation, fields| {
            let takes = operation.dialect == Dialect::Legacy && operation.reads;
            takes.then(|| {
                Request::bare(operation, fields)
                    .with_method(Method::GET)
                    .with_query(&encoding_variants::bracketed(fields))
            })
        },
    },
];

/// The responses of every operation in order, and the number of requests with the encoding. Each encoding has its
/// own fixture; they differ in nothing else.
fn answers(
    clothes: Option<&Clothes>,
    given: fn(&Fixture, &Operation) -> Option<Fields>,
) -> (Vec<String>, u32) {
    let fixture = Fixture::open();
    let mut worn = 0;
    let answers = carillon_api::operations()
        .iter()
        .filter_map(|operation| given(&fixture, operation).map(|fields| (operation, fields)))
        // Once more with the required fields alone, which leaves many fields unset.
        .flat_map(|(operation, fields)| {
            [(operation, fields.clone()), (operation, required(operation, &fields))]
        })
        .map(|(operation, fields)| {
            let request = match clothes.and_then(|clothes| (clothes.put_on)(operation, &fields)) {
                Some(request) => {
                    worn += 1;
                    request
                }
                None => Request::of(operation, &fields),
            };
            let answer = fixture.server.send(&request.allowed(operation, &fixture.server));
            format!("{}: {} {} {}", operation.id, answer.status, answer.content_type, answer.body)
        })
        .collect();
    (answers, worn)
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

fn do_not_matter(given: fn(&Fixture, &Operation) -> Option<Fields>) -> Vec<String> {
    let (plain, _) = answers(None, given);
    assert_eq!(plain, answers(None, given).0, "the same twice");
    let mut different = Vec::new();
    for clothes in CLOTHES {
        let (other, worn) = answers(Some(clothes), given);
        assert!(worn > 0, "{}: no operation wears it", clothes.name);
        let pairs = plain.iter().zip(&other).filter(|(plain, other)| plain != other);
        different.extend(pairs.map(|(plain, other)| format!("{}\n  {plain}\n  {other}", clothes.name)));
    }
    assert!(different.is_empty(), "\n{}", different.join("\n"));
    plain
}

#[test]
fn clothes_do_not_matter_when_an_operation_succeeds() {
    let plain = do_not_matter(|fixture, operation| valid_requests::request(fixture, operation.id));
    // Every second request is the full one.
    let failed: Vec<_> = plain.iter().step_by(2).filter(|answer| !is_success(answer)).cloned().collect();
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

fn is_success(answer: &str) -> bool {
    answer.contains(" 200 ") && (answer.contains("\"errcode\":0,") || !answer.contains("\"errcode\""))
}

#[test]
fn clothes_do_not_matter_when_an_operation_is_refused() {
    // The ids are from another fixture: nothing that must exist does.
    do_not_matter(|fixture, operation| {
        let example = fields(operation);
        let listed =
            |name: &str| valid_requests::request(fixture, operation.id)?.remove(name).filter(Value::is_array);
        Some(
            example.into_iter().map(|(name, value)| (name.clone(), listed(&name).unwrap_or(value))).collect(),
        )
    });
}

#[test]
fn a_legacy_token_may_be_in_the_body() {
    let fixture = Fixture::open();
    for operation in carillon_api::operations() {
        let takes =
            operation.dialect == Dialect::Legacy && operation.needs_token && operation.method == Method::POST;
        let Some(mut fields) = valid_requests::request(&fixture, operation.id).filter(|_| takes) else {
            continue;
        };
        let token = fixture.server.token_of(AppType::Internal);
        fields.insert("access_token".to_owned(), token.into());
        let bare = Request::bare(&operation, &fields);
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
