//! Fields in the path, the query and the body, through a listening server.

use std::sync::Arc;

use carillon_model::{
    env::{Env, FixedClock},
    error::Result,
    settings::Settings,
    time::Timestamp,
};
use carillon_store::{Store, Tx};
use carillon_wire::{Context, FindCorp, Operation, ParameterLocation, Visitor, openapi};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use testkit::router::ServedRouter;
use ureq::http;

/// Request and response: the operation returns what it got.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Sample {
    /// In the path.
    #[schemars(length(min = 1, max = 8))]
    shelf_id: String,
    /// In the path of some operations.
    #[schemars(range(min = 1, max = 5))]
    book_id: Option<i64>,
    word: Option<String>,
    words: Option<Vec<String>>,
}

fn said(_: &mut Tx<'_>, _: &Visitor, sample: Sample) -> Result<Sample> {
    Ok(sample)
}

fn gone(_: &mut Tx<'_>, _: &Visitor, _: Sample) -> Result<bool> {
    Ok(true)
}

/// The operations of this test belong to no organisation.
const NOBODYS: FindCorp<Sample> = FindCorp::Row(|_, _, _| Ok(None));

fn operations() -> Vec<Operation> {
    const BOOKS: &str = "/v1.0/shelves/{shelfId}/books/list";
    const BOOK: &str = "/v1.0/shelves/{shelfId}/books/{bookId}";
    vec![
        Operation::v1("list", BOOKS).get().visitor(NOBODYS, said),
        Operation::v1("add", BOOKS).visitor(NOBODYS, said),
        Operation::v1("get", BOOK).get().visitor(NOBODYS, said),
        Operation::v1("put", BOOK).put().visitor(NOBODYS, said),
        Operation::v1("delete", BOOK).delete().visitor(NOBODYS, gone),
        Operation::v1("ask", "/v1.0/shelves/{shelfId}/ask")
            .in_query(&["bookId", "word", "words"])
            .visitor(NOBODYS, said),
    ]
}

struct Server {
    served: ServedRouter,
    _folder: tempfile::TempDir,
}

impl Server {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::open(folder.path()).unwrap());
        let env =
            Env::system(Settings::default(), [7; 32]).with_clock(FixedClock(Timestamp(1_760_000_000_000)));
        let callbacks = Arc::new(async |_| Ok(()));
        let context = Context { store, env, public_url: None, callbacks };
        Self { served: ServedRouter::start(carillon_wire::router(context, operations())), _folder: folder }
    }

    fn ask(&self, method: &str, path: &str, body: Option<&str>) -> (u16, Value) {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .build()
            .into();
        let request = http::Request::builder().method(method).uri(format!("{}{path}", self.served.base_url));
        let mut response = match body {
            Some(body) => {
                agent.run(request.header("content-type", "application/json").body(body.to_owned()).unwrap())
            }
            None => agent.run(request.body(()).unwrap()),
        }
        .unwrap();
        (response.status().as_u16(), response.body_mut().read_json().unwrap())
    }
}

#[test]
fn a_field_is_read_from_where_it_is_documented() {
    let server = Server::start();
    let said = |book: Value, word: Value, words: Value| {
        (200, json!({ "shelfId": "a b", "bookId": book, "word": word, "words": words }))
    };
    let list = server.ask("GET", "/v1.0/shelves/a%20b/books/list?word=w&words=x,%20y", None);
    assert_eq!(list, said(Value::Null, json!("w"), json!(["x", "y"])));
    let add = server.ask("POST", "/v1.0/shelves/a%20b/books/list", Some(r#"{"word":"w","words":"x"}"#));
    assert_eq!(add, said(Value::Null, json!("w"), json!(["x"])));
    let get = server.ask("GET", "/v1.0/shelves/a%20b/books/5", None);
    assert_eq!(get, said(json!(5), Value::Null, Value::Null));
    let put = server.ask("PUT", "/v1.0/shelves/a%20b/books/5?word=w", Some(r#"{"words":["x"]}"#));
    assert_eq!(put, said(json!(5), json!("w"), json!(["x"])));
    let ask = server.ask("POST", "/v1.0/shelves/a%20b/ask?word=w", None);
    assert_eq!(ask, said(Value::Null, json!("w"), Value::Null));
    assert_eq!(server.ask("DELETE", "/v1.0/shelves/a/books/5", None), (200, json!(true)));
    assert_eq!(server.ask("DELETE", "/v1.0/shelves/a/books/5", Some("{}")), (200, json!(true)));
}

#[test]
fn nothing_overrules_the_path() {
    let server = Server::start();
    let other = r#"{"shelfId":"b","bookId":2,"word":"w"}"#;
    let (_, said) = server.ask("PUT", "/v1.0/shelves/a/books/5?shelfId=c&bookId=3", Some(other));
    assert_eq!((&said["shelfId"], &said["bookId"], &said["word"]), (&json!("a"), &json!(5), &json!("w")));
}

#[test]
fn limits_hold_in_the_path_too() {
    let server = Server::start();
    let refused = |path: &str| {
        let (status, said) = server.ask("GET", path, None);
        let message = said["message"].as_str().unwrap_or_default().to_owned();
        (status, said["code"].clone(), message.split_once(": ").map(|(_, rest)| rest.to_owned()))
    };
    for (path, says) in [
        ("/v1.0/shelves/123456789/books/5", "shelfId must have at most 8 characters"),
        ("/v1.0/shelves/a/books/6", "bookId must be at most 5"),
        ("/v1.0/shelves/a/books/x", "bookId must be a whole number"),
        ("/v1.0/shelves/%20/books/5", "shelfId is missing"),
        ("/v1.0/shelves/%FF/books/5", "the request is not UTF-8"),
    ] {
        assert_eq!(refused(path), (400, json!("param.illegal"), Some(says.to_owned())), "{path}");
    }
    for path in ["/v1.0/shelves/12345678/books/1", "/v1.0/shelves/null/books/5"] {
        assert_eq!(server.ask("GET", path, None).0, 200, "{path}");
    }
}

#[test]
fn a_method_that_no_operation_of_the_path_has_is_refused() {
    let server = Server::start();
    for (method, path) in [
        ("PATCH", "/v1.0/shelves/a/books/5"),
        ("POST", "/v1.0/shelves/a/books/5"),
        ("PUT", "/v1.0/shelves/a/ask"),
    ] {
        let (status, said) = server.ask(method, path, Some("{}"));
        assert_eq!((status, &said["code"]), (404, &json!("InvalidAction.NotFound")), "{method} {path}");
        // A POST must not get the answer that POST is required.
        assert!(said["message"].as_str().unwrap().contains("check your url and method"), "{said}");
    }
    let (status, said) = server.ask("GET", "/v1.0/shelves/a/magazines", None);
    assert_eq!((status, &said["code"]), (404, &json!("InvalidAction.NotFound")));
}

#[test]
fn a_body_is_wanted_where_a_field_is_in_it() {
    let server = Server::start();
    let (status, said) = server.ask("PUT", "/v1.0/shelves/a/books/5", None);
    assert_eq!((status, &said["code"]), (400, &json!("Missingbody")));
    let takes: Vec<bool> = operations().iter().map(Operation::takes_body).collect();
    assert_eq!(takes, [false, true, false, true, false, false]);
}

#[test]
fn the_document_says_where_each_field_is() {
    let document = openapi::document(&operations());
    let books = &document["paths"]["/v1.0/shelves/{shelfId}/books/{bookId}"];
    let places = |operation: &Value| {
        let parameters = operation["parameters"].as_array().unwrap().iter();
        parameters
            .map(|one| format!("{} {} {}", one["name"], one["in"], one["required"]))
            .collect::<Vec<_>>()
            .join(", ")
    };
    assert_eq!(places(&books["put"]), r#""shelfId" "path" true, "bookId" "path" true"#);
    let body = &books["put"]["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(body["properties"].as_object().unwrap().keys().collect::<Vec<_>>(), ["word", "words"]);
    assert_eq!(body["required"], json!([]));
    assert_eq!(
        places(&books["delete"]),
        r#""shelfId" "path" true, "bookId" "path" true, "word" "query" false, "words" "query" false"#
    );
    assert!(books["delete"]["requestBody"].is_null());
    assert_eq!(operations()[3].parameter_location("shelfId"), ParameterLocation::Path);
}
