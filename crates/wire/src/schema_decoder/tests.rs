use super::*;
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize, JsonSchema, PartialEq, Debug, Default)]
#[serde(default)]
struct Inner {
    #[schemars(length(min = 1, max = 3))]
    title: Option<String>,
}

#[derive(Deserialize, JsonSchema, PartialEq, Debug)]
struct Sample {
    #[schemars(length(min = 1, max = 5))]
    name: String,
    #[schemars(range(min = 1, max = 50))]
    #[schemars(extend("x-aliases" = ["page_size"]))]
    size: Option<i64>,
    flag: Option<bool>,
    ids: Option<Vec<i64>>,
    inner: Option<Inner>,
    #[schemars(length(max = 2))]
    list: Option<Vec<Inner>>,
}

fn read(value: Value) -> FieldResult<Sample> {
    SchemaDecoder::of::<Sample>().read(value.as_object().unwrap().clone())
}

#[test]
fn every_encoding_gives_the_same_request() {
    let typed = json!({"name": "a", "size": 5, "flag": true, "ids": [1, 2], "inner": {"title": "t"}, "list": [{"title": "u"}]});
    let expected = read(typed).unwrap();
    for encoded in [
        json!({"name": "a", "size": "5", "flag": "TRUE", "ids": "1, 2,,", "inner": "{\"title\":\"t\"}", "list": {"title": "u"}}),
        json!({"name": "a", "page_size": 5.0, "flag": 1, "ids": "[1,2]", "inner": {"title": "t"}, "list": "[{\"title\":\"u\"}]", "extra": 1}),
        json!({"name": "a", "size": " 5 ", "flag": "1", "ids": [null, "1", 2.0], "inner": {"title": "t"}, "list": "{\"title\":\"u\"}"}),
    ] {
        assert_eq!(read(encoded.clone()).as_ref(), Ok(&expected), "{encoded}");
    }
}

#[test]
fn every_form_of_absence_counts() {
    let absent = read(json!({"name": "a"})).unwrap();
    for encoded in [
        json!({"name": "a", "size": null, "flag": "null", "ids": [], "inner": "", "list": null}),
        json!({"name": "a", "size": "", "flag": "", "ids": "", "inner": null, "list": ""}),
    ] {
        assert_eq!(read(encoded.clone()).as_ref(), Ok(&absent), "{encoded}");
    }
}

#[test]
fn limits_are_inclusive() {
    let problem = |value| read(value).map(|_| ()).map_err(|error| (error.field, error.problem));
    let invalid = |field: &str, problem| Err((field.to_owned(), problem));
    assert_eq!(problem(json!({"name": "五个字符啊"})), Ok(()));
    assert_eq!(problem(json!({"name": "六个字符啊啊"})), invalid("name", Problem::TooLong(5)));
    assert_eq!(problem(json!({"name": " "})), invalid("name", Problem::Missing));
    assert_eq!(problem(json!({})), invalid("name", Problem::Missing));
    for (size, expected) in [
        (json!(50), Ok(())),
        (json!(51), invalid("size", Problem::TooLarge(50))),
        (json!(1), Ok(())),
        (json!(0), invalid("size", Problem::TooSmall(1))),
        (json!(1.5), invalid("size", Problem::NotA("a whole number"))),
        (json!("99999999999999999999"), invalid("size", Problem::NotA("a whole number"))),
    ] {
        assert_eq!(problem(json!({"name": "a", "size": size})), expected, "{size}");
    }
    assert_eq!(problem(json!({"name": "a", "list": [{}, {}]})), Ok(()));
    assert_eq!(problem(json!({"name": "a", "list": [{}, {}, {}]})), invalid("list", Problem::TooMany(2)));
    assert_eq!(
        problem(json!({"name": "a", "list": [{}, {"title": "long"}]})),
        invalid("list[1].title", Problem::TooLong(3))
    );
    assert_eq!(problem(json!({"name": "a", "flag": 2})), invalid("flag", Problem::NotA("true or false")));
    assert_eq!(problem(json!({"name": "a", "inner": 7})), invalid("inner", Problem::NotA("an object")));
}

#[test]
fn a_text_may_look_like_another_type() {
    assert_eq!(read(json!({"name": 123})).unwrap().name, "123");
    assert_eq!(read(json!({"name": [1]})).unwrap().name, "[1]");
    for text in ["null", "true", "[]", "{}", "0", "NaN"] {
        assert_eq!(read(json!({"name": text})).unwrap().name, text);
        let inner = read(json!({"name": "a", "list": {"title": text.get(..3)}})).unwrap();
        let title = inner.list.unwrap().remove(0).title;
        assert_eq!(title.as_deref(), text.get(..3), "{text}");
    }
    assert_eq!(read(json!({"name": []})).unwrap().name, "[]");
    assert_eq!(read(json!({"name": {}})).unwrap().name, "{}");
    assert_eq!(
        read(json!({"name": null})).map(|_| ()).unwrap_err().problem,
        Problem::Missing,
        "only null is absent"
    );
}

#[test]
fn a_free_map_keeps_its_values() {
    #[derive(Deserialize, JsonSchema)]
    struct Free {
        free: Map<String, Value>,
    }
    let free = |value: Value| {
        SchemaDecoder::of::<Free>().read::<Free>(value.as_object().unwrap().clone()).map(|read| read.free)
    };
    let expected = json!({"a": {"b": [1, "2"]}}).as_object().unwrap().clone();
    assert_eq!(free(json!({"free": {"a": {"b": [1, "2"]}}})), Ok(expected.clone()));
    assert_eq!(free(json!({"free": "{\"a\":{\"b\":[1,\"2\"]}}"})), Ok(expected));
}

#[test]
fn decoded_fields_are_those_that_decoding_leaves_as_they_are() {
    let decoder = SchemaDecoder::of::<Sample>();
    let all = json!({"name": "a", "size": 5, "flag": true, "ids": [1, 2], "inner": {"title": "t"}, "list": [{"title": "u"}]});
    for decoded in [json!({"name": "五个字符啊"}), json!({"name": "a", "size": 50, "inner": {}}), all] {
        assert!(decoder.is_decoded(decoded.as_object().unwrap()), "{decoded}");
        assert_eq!(decoder.decode(decoded.clone()), Ok(decoded));
    }
    for other in [
        json!({}),
        json!({"name": ""}),
        json!({"name": " "}),
        json!({"name": "六个字符啊啊"}),
        json!({"name": 1}),
        json!({"name": null}),
        json!({"name": "a", "size": 0}),
        json!({"name": "a", "size": 51}),
        json!({"name": "a", "size": 5.0}),
        json!({"name": "a", "size": "5"}),
        json!({"name": "a", "page_size": 5}),
        json!({"name": "a", "flag": 1}),
        json!({"name": "a", "ids": []}),
        json!({"name": "a", "ids": [null]}),
        json!({"name": "a", "ids": ["1"]}),
        json!({"name": "a", "ids": 1}),
        json!({"name": "a", "ids[]": [1]}),
        json!({"name": "a", "inner": {"title": ""}}),
        json!({"name": "a", "inner": {"title": "long"}}),
        json!({"name": "a", "inner": {"other": "t"}}),
        json!({"name": "a", "inner": "{}"}),
        json!({"name": "a", "list": [{}, {}, {}]}),
        json!({"name": "a", "list": [{"title": 1}]}),
        json!({"name": "a", "other": 1}),
    ] {
        assert!(!decoder.is_decoded(other.as_object().unwrap()), "{other}");
        assert_ne!(decoder.decode(other.clone()), Ok(other));
    }
}
