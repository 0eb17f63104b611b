//! The checked-in OpenAPI document describes every operation, field and error.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// The checked-in document. `cargo xtask test` compares it with the declarations.
fn document() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/openapi.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The operations of the document, by id.
fn described() -> Map<String, Value> {
    let document = document();
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.values().flat_map(|methods| methods.as_object().unwrap().values());
    operations.map(|one| (one["operationId"].as_str().unwrap().to_owned(), one.clone())).collect()
}

/// Follows a `$ref`; returns any other value unchanged.
fn resolved<'document>(document: &'document Value, value: &'document Value) -> &'document Value {
    match value["$ref"].as_str() {
        Some(reference) => document.pointer(&reference[1..]).unwrap_or_else(|| panic!("{reference}")),
        None => value,
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default().trim()
}

#[test]
fn every_operation_is_in_the_document_once() {
    let operations = carillon_api::operations();
    let described = described();
    assert_eq!(
        described.len(),
        operations.len(),
        "run `cargo xtask openapi`; else two operations share an id, or a path and method"
    );
    for operation in &operations {
        assert!(described.contains_key(operation.id), "{}", operation.id);
    }
}

/// Generators make a class of each tag, and pages a section.
#[test]
fn every_operation_has_one_of_the_tags_which_are_in_the_order_of_the_documentation() {
    let document = document();
    let tags: Vec<&str> =
        document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let mut used = BTreeSet::new();
    for (id, one) in described() {
        let of_operation = one["tags"].as_array().unwrap();
        assert_eq!(of_operation.len(), 1, "{id}: add it to crates/wire/src/openapi/tags.rs");
        let tag = of_operation[0].as_str().unwrap().to_owned();
        assert!(tags.contains(&tag.as_str()), "{id}: {tag}");
        used.insert(tag);
    }
    assert_eq!(used.len(), tags.len(), "none is empty or twice there");
    let titles = |tag: &Value| tag["x-title-zh"].as_str().unwrap().to_owned();
    let in_order: Vec<String> = document["tags"].as_array().unwrap().iter().map(titles).collect();
    // The folders of the documentation's first page.
    let folders = [
        "视频直播统计",
        "视频会议统计",
        "电话会议统计",
        "企业其他数据统计",
        "服务号管理",
        "文章管理",
        "图文卡片管理",
        "消息群发",
        "菜单管理",
        "获取年报数据",
        "企业内部群",
    ];
    let places = folders.map(|folder| in_order.iter().position(|title| title == folder).expect(folder));
    assert!(places.is_sorted(), "{places:?}");
    assert_eq!(document["servers"][0]["url"], "/");
}

/// Operations that need a token and, as documented, no permission.
const WITHOUT_PERMISSION: [&str; 5] = [
    "ding.send_phone",
    "events.callback_register",
    "events.callback_update",
    "events.callback_get",
    "events.callback_delete",
];

#[test]
fn every_operation_has_titles_a_permission_and_app_types() {
    for (id, one) in described() {
        assert!(!text(&one["summary"]).is_empty(), "{id} has no English title");
        assert!(!text(&one["x-title-zh"]).is_ascii(), "{id} has no Chinese title");
        let needs_token = one["security"].as_array().unwrap().iter().any(|scheme| scheme.is_object());
        let has_permission = !text(&one["x-permission"]).is_empty();
        // This request is signed instead.
        let is_signed = id == "credentials.get_auth_info";
        let callers = one["x-callers"].as_array().unwrap();
        let is_for_apps = callers.is_empty() || callers.contains(&"app".into());
        let needs_permission = needs_token && is_for_apps && !WITHOUT_PERMISSION.contains(&id.as_str());
        let expected = is_signed || needs_permission;
        assert_eq!(
            has_permission, expected,
            "{id}: a permission where a token is needed, and none elsewhere"
        );
        let has_app_types = !one["x-app-types"].as_array().unwrap().is_empty();
        assert_eq!(has_app_types, is_for_apps, "{id}: types of app where apps may call");
        let has_roles = one["x-carillon-roles"].as_array().is_some_and(|roles| roles[0] == "owner");
        assert_eq!(has_roles, callers.contains(&"operator".into()), "{id}: roles where operators may call");
        for error in one["x-errors"].as_array().unwrap() {
            assert!(!text(&error["message"]).is_empty(), "{id} has an error without a text: {error}");
        }
    }
}

#[test]
fn every_field_has_a_description() {
    let mut undescribed = Vec::new();
    for (id, one) in described() {
        for parameter in one["parameters"].as_array().into_iter().flatten() {
            collect_undescribed(
                &format!("{id} {}", parameter["name"]),
                &parameter["schema"],
                &mut undescribed,
            );
        }
        for content in one["requestBody"]["content"].as_object().into_iter().flat_map(Map::values) {
            collect_undescribed_inside(&format!("{id} request"), &content["schema"], &mut undescribed);
        }
        collect_undescribed_inside(
            &format!("{id} response"),
            &one["responses"]["200"]["content"]["application/json"]["schema"],
            &mut undescribed,
        );
    }
    assert!(undescribed.is_empty(), "without a description:\n{}", undescribed.join("\n"));
}

/// Collects a field without a description, and those inside it.
fn collect_undescribed(path: &str, schema: &Value, undescribed: &mut Vec<String>) {
    if text(&schema["description"]).is_empty() {
        undescribed.push(path.to_owned());
    }
    collect_undescribed_inside(path, schema, undescribed);
}

fn collect_undescribed_inside(path: &str, schema: &Value, undescribed: &mut Vec<String>) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        collect_undescribed(&format!("{path}.{name}"), property, undescribed);
    }
    for inside in ["items", "additionalProperties"] {
        if schema[inside].is_object() {
            collect_undescribed_inside(&format!("{path}[]"), &schema[inside], undescribed);
        }
    }
    for combination in ["anyOf", "oneOf", "allOf"] {
        for one in schema[combination].as_array().into_iter().flatten() {
            collect_undescribed_inside(path, one, undescribed);
        }
    }
}

#[test]
fn every_field_in_a_path_is_required() {
    for operation in carillon_api::operations() {
        let required = operation.request.as_value()["required"].as_array().cloned().unwrap_or_default();
        for name in operation.path_fields() {
            assert!(required.contains(&name.into()), "{}: {name}", operation.id);
        }
        let fields = operation.request.as_value()["properties"].as_object();
        for name in operation.query_fields {
            assert!(fields.is_some_and(|fields| fields.contains_key(*name)), "{}: {name}", operation.id);
        }
    }
}

#[test]
fn every_error_of_an_operation_is_in_a_response() {
    let document = document();
    for (id, one) in described() {
        for error in one["x-errors"].as_array().unwrap() {
            let (status, field, code) = match error["errcode"].is_number() {
                true => ("200".to_owned(), "errcode", &error["errcode"]),
                false => (error["status"].to_string(), "code", &error["code"]),
            };
            let response = resolved(&document, &one["responses"][&status]);
            let mut texts = text(&response["description"]).to_owned();
            let mut codes = Vec::new();
            let schema = &response["content"]["application/json"]["schema"];
            collect(&document, schema, field, &mut codes, &mut texts);
            assert!(codes.contains(code), "{id} {status}: {code} is not among {codes:?}");
            assert!(texts.contains(text(&error["message"])), "{id} {status}: {error} is not in {texts}");
        }
    }
}

/// Collects the values of a field that a schema lists, and the descriptions.
fn collect(document: &Value, schema: &Value, field: &str, codes: &mut Vec<Value>, texts: &mut String) {
    let schema = resolved(document, schema);
    texts.push_str(text(&schema["description"]));
    codes.extend(schema["properties"][field]["enum"].as_array().into_iter().flatten().cloned());
    for combination in ["anyOf", "allOf"] {
        for one in schema[combination].as_array().into_iter().flatten() {
            collect(document, one, field, codes, texts);
        }
    }
}

#[test]
fn references_and_components_match() {
    let document = document();
    let mut references = BTreeSet::new();
    find_references(&document, &mut references);
    let parts = ["schemas", "responses"].into_iter().flat_map(|kind| {
        let names = document["components"][kind].as_object().unwrap().keys();
        names.map(move |name| format!("#/components/{kind}/{name}"))
    });
    assert_eq!(references, parts.collect());
}

fn find_references(value: &Value, references: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| find_references(item, references)),
        Value::Object(fields) => {
            references.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|field| find_references(field, references));
        }
        _ => {}
    }
}
