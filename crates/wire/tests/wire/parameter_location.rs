//! Fields in the path, the query and the body, through a listening server.

use std::sync::Arc;

use carillon_model::{
    env::{Env, FixedClock},
    error::Result,
    id::{CorpId, UserId},
    settings::Settings,
    time::Timestamp,
};
use carillon_store::{Store, Tx};
use carillon_wire::{Context, Dispatcher, FindCorp, Operation, ParameterLocation, Visitor, openapi};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
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

fn echo(_: &mut Tx<'_>, _: &Visitor, sample: Sample) -> Result<Sample> {
    Ok(sample)
}

fn delete(_: &mut Tx<'_>, _: &Visitor, _: Sample) -> Result<bool> {
    Ok(true)
}

/// The operations of this test belong to no organisation.
const NO_CORP: FindCorp<Sample> = FindCorp::Row(|_, _, _| Ok(None));

fn operations() -> Vec<Operation> {
    const BOOKS: &str = "/v1.0/shelves/{shelfId}/books/list";
    const BOOK: &str = "/v1.0/shelves/{shelfId}/books/{bookId}";
    vec![
        Operation::v1("list", BOOKS).get().visitor(NO_CORP, echo),
        Operation::v1("add", BOOKS).visitor(NO_CORP, echo),
        Operation::v1("get", BOOK).get().visitor(NO_CORP, echo),
        Operation::v1("put", BOOK).put().visitor(NO_CORP, echo),
        Operation::v1("delete", BOOK).delete().visitor(NO_CORP, delete),
        Operation::v1("ask", "/v1.0/shelves/{shelfId}/ask")
            .in_query(&["bookId", "word", "words"])
            .visitor(NO_CORP, echo),
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
        let sign_in_lock = Arc::new(|_: &CorpId, _: &UserId| {});
        let system = Arc::new(carillon_domain::system::SystemStatus::default());
        let context = Context {
            store,
            env,
            public_url: None,
            callbacks,
            sign_in_lock,
            system,
            dispatcher: Dispatcher::default(),
        };
        Self { served: ServedRouter::start(carillon_wire::router(context, operations())), _folder: folder }
    }

    fn send(&self, method: &str, path: &str, body: Option<&str>) -> (u16, Value) {
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
fn a_field_is_read_from_its_documented_location() {
    let server = Server::start();
    let echoed = |book: Value, word: Value, words: Value| {
        (200, json!({ "shelfId": "a b", "bookId": book, "word": word, "words": words }))
    };
    let list = server.send("GET", "/v1.0/shelves/a%20b/books/list?word=w&words=x,%20y", None);
    assert_eq!(list, echoed(Value::Null, json!("w"), json!(["x", "y"])));
    let add = server.send("POST", "/v1.0/shelves/a%20b/books/list", Some(r#"{"word":"w","words":"x"}"#));
    assert_eq!(add, echoed(Value::Null, json!("w"), json!(["x"])));
    let get = server.send("GET", "/v1.0/shelves/a%20b/books/5", None);
    assert_eq!(get, echoed(json!(5), Value::Null, Value::Null));
    let put = server.send("PUT", "/v1.0/shelves/a%20b/books/5?word=w", Some(r#"{"words":["x"]}"#));
    assert_eq!(put, echoed(json!(5), json!("w"), json!(["x"])));
    let ask = server.send("POST", "/v1.0/shelves/a%20b/ask?word=w", None);
    assert_eq!(ask, echoed(Value::Null, json!("w"), Value::Null));
    assert_eq!(server.send("DELETE", "/v1.0/shelves/a/books/5", None), (200, json!(true)));
    assert_eq!(server.send("DELETE", "/v1.0/shelves/a/books/5", Some("{}")), (200, json!(true)));
}

#[test]
fn the_path_takes_precedence() {
    let server = Server::start();
    let other = r#"{"shelfId":"b","bookId":2,"word":"w"}"#;
    let (_, response) = server.send("PUT", "/v1.0/shelves/a/books/5?shelfId=c&bookId=3", Some(other));
    assert_eq!(
        (&response["shelfId"], &response["bookId"], &response["word"]),
        (&json!("a"), &json!(5), &json!("w"))
    );
}

#[test]
fn fields_of_the_path_have_limits() {
    let server = Server::start();
    let refused = |path: &str| {
        let (status, response) = server.send("GET", path, None);
        let message = response["message"].as_str().unwrap_or_default().to_owned();
        (status, response["code"].clone(), message.split_once(": ").map(|(_, rest)| rest.to_owned()))
    };
    for (path, expected) in [
        ("/v1.0/shelves/123456789/books/5", "shelfId must have at most 8 characters"),
        ("/v1.0/shelves/a/books/6", "bookId must be at most 5"),
        ("/v1.0/shelves/a/books/x", "bookId must be a whole number"),
        ("/v1.0/shelves/%20/books/5", "shelfId is missing"),
        ("/v1.0/shelves/%FF/books/5", "the request is not UTF-8"),
    ] {
        assert_eq!(refused(path), (400, json!("param.illegal"), Some(expected.to_owned())), "{path}");
    }
    for path in ["/v1.0/shelves/12345678/books/1", "/v1.0/shelves/null/books/5"] {
        assert_eq!(server.send("GET", path, None).0, 200, "{path}");
    }
}

#[test]
fn an_unknown_method_of_a_path_is_refused() {
    let server = Server::start();
    for (method, path) in [
        ("PATCH", "/v1.0/shelves/a/books/5"),
        ("POST", "/v1.0/shelves/a/books/5"),
        ("PUT", "/v1.0/shelves/a/ask"),
    ] {
        let (status, response) = server.send(method, path, Some("{}"));
        assert_eq!((status, &response["code"]), (404, &json!("InvalidAction.NotFound")), "{method} {path}");
        // A POST must not get the answer that POST is required.
        assert!(response["message"].as_str().unwrap().contains("check your url and method"), "{response}");
    }
    let (status, response) = server.send("GET", "/v1.0/shelves/a/magazines", None);
    assert_eq!((status, &response["code"]), (404, &json!("InvalidAction.NotFound")));
}

#[test]
fn a_body_is_required_if_it_has_fields() {
    let server = Server::start();
    let (status, response) = server.send("PUT", "/v1.0/shelves/a/books/5", None);
    assert_eq!((status, &response["code"]), (400, &json!("Missingbody")));
    let takes_body: Vec<bool> = operations().iter().map(Operation::takes_body).collect();
    assert_eq!(takes_body, [false, true, false, true, false, false]);
}

#[test]
fn the_document_has_the_location_of_each_field() {
    let document = openapi::document(&operations(), &Map::new());
    let books = &document["paths"]["/v1.0/shelves/{shelfId}/books/{bookId}"];
    let locations = |operation: &Value| {
        let parameters = operation["parameters"].as_array().unwrap().iter();
        parameters
            .map(|one| format!("{} {} {}", one["name"], one["in"], one["required"]))
            .collect::<Vec<_>>()
            .join(", ")
    };
    assert_eq!(locations(&books["put"]), r#""shelfId" "path" true, "bookId" "path" true"#);
    let body = &books["put"]["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(body["properties"].as_object().unwrap().keys().collect::<Vec<_>>(), ["word", "words"]);
    assert_eq!(body["required"], json!([]));
    assert_eq!(
        locations(&books["delete"]),
        r#""shelfId" "path" true, "bookId" "path" true, "word" "query" false, "words" "query" false"#
    );
    assert!(books["delete"]["requestBody"].is_null());
    assert_eq!(operations()[3].parameter_location("shelfId"), ParameterLocation::Path);
}
