//! The reference of the document that is checked in: nothing lacks a text in either language, and no text is unused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;

use carillon_reference::{Field, Glossary, Kind, Mark, Operation, Reference, Text};
use serde_json::Value;

fn document() -> Value {
    serde_json::from_str(include_str!("../../../openapi/openapi.json")).unwrap()
}

fn reference() -> Reference {
    Reference::of(&document())
}

fn fields(reference: &Reference) -> Vec<(String, &Field)> {
    let of_operations = reference.operations.iter().flat_map(|operation| {
        operation.all_fields().map(|field| (format!("{} {}", operation.id, field.name), field))
    });
    let of_events = reference.events.iter().flat_map(|event| {
        let fields = event.fields.iter().flat_map(|field| field.flattened());
        fields.map(|(_, field)| (format!("{} {}", event.name, field.name), field))
    });
    let of_facts = reference.facts.iter().flat_map(|fact| {
        let fields = fact.fields.iter().flat_map(|field| field.flattened());
        fields.map(|(_, field)| (format!("{} {}", fact.name, field.name), field))
    });
    of_operations.chain(of_events).chain(of_facts).collect()
}

/// What is wrong with the texts of a description; nothing if they say more than the name.
fn objection(name: &str, about: &Text) -> Option<&'static str> {
    let letters = |text: &str| -> String {
        text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let has_chinese = |text: &str| text.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter));
    if about.en.trim().is_empty() || about.zh.trim().is_empty() {
        Some("is empty")
    } else if about.en.split_whitespace().count() < 3 {
        Some("is too short in English")
    } else if about.zh.chars().filter(|letter| letter.is_alphanumeric()).count() < 3 {
        Some("is too short in Chinese")
    } else if [&about.zh, &about.en].iter().any(|text| letters(text) == letters(name)) {
        Some("is the name again")
    } else if !has_chinese(&about.zh) {
        Some("has no Chinese")
    } else if !about.en.is_ascii()
        && has_chinese(about.en.split(['`', '"']).step_by(2).collect::<String>().as_str())
    {
        Some("has Chinese in English")
    } else {
        None
    }
}

#[test]
fn each_field_is_described_in_both_languages() {
    let reference = reference();
    let fields = fields(&reference);
    assert!(fields.len() > 3_000, "{}", fields.len());
    let objections: Vec<String> = fields
        .iter()
        .filter_map(|(at, field)| objection(&field.name, &field.about).map(|why| format!("{at}: {why}")))
        .collect();
    assert!(objections.is_empty(), "{} of {}: {:#?}", objections.len(), fields.len(), objections);
}

/// Every description of a type is in both languages: of the items of lists, of requests and responses as a whole.
#[test]
fn each_described_type_is_in_both_languages() {
    let reference = reference();
    let items: Vec<(String, &Text)> =
        fields(&reference).into_iter().map(|(at, field)| (at, &field.item)).collect();
    let whole = reference.operations.iter().flat_map(|operation| {
        [&operation.request_about, &operation.response_about].map(|about| (operation.id.clone(), about))
    });
    let described: Vec<(String, &Text)> =
        items.into_iter().chain(whole).filter(|(_, text)| !text.is_empty()).collect();
    let missing: Vec<_> = described.iter().filter(|(_, text)| !is_in_both_languages(text)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(described.len() > 300, "{}", described.len());
}

/// No text shows a description in the other language. Names in backticks are the same in both.
#[test]
fn no_text_is_in_the_other_language() {
    let reference = reference();
    for (at, field) in fields(&reference) {
        for variant in field.variants.iter().filter(|variant| !variant.meaning.is_empty()) {
            assert!(is_in_both_languages(&variant.meaning), "{at} {}: {:?}", variant.value, variant.meaning);
        }
        for limit in &field.limits {
            assert!(!has_chinese(&limit.en), "{at}: {limit:?}");
        }
    }
    let operations = &reference.operations;
    let texts =
        operations.iter().flat_map(|operation| [&operation.title, &operation.about, &operation.body_about]);
    let texts = texts.chain(reference.events.iter().flat_map(|event| [&event.title, &event.about]));
    let texts = texts.chain(reference.facts.iter().flat_map(|fact| [&fact.title, &fact.about]));
    let texts = texts.chain(reference.facts.iter().flat_map(|fact| &fact.feeds));
    let errors = operations.iter().flat_map(|operation| &operation.errors);
    let errors = errors.chain(reference.error_groups.values().flat_map(|group| &group.errors));
    let texts = texts.chain(errors.flat_map(|error| [&error.wrong, &error.next]));
    for text in texts.filter(|text| !text.is_empty()) {
        assert!(is_in_both_languages(text), "{text:?}");
    }
}

fn has_chinese(text: &str) -> bool {
    let outside = text.split(['`', '"']).step_by(2);
    outside.flat_map(str::chars).any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter))
}

fn is_in_both_languages(text: &Text) -> bool {
    has_chinese(&text.zh) && !has_chinese(&text.en) && !text.en.is_empty()
}

#[test]
fn each_value_with_a_meaning_has_it_in_both_languages() {
    let reference = reference();
    let mut count = 0;
    for (at, field) in fields(&reference) {
        for variant in field.variants.iter().filter(|variant| !variant.meaning.is_empty()) {
            count += 1;
            assert_ne!(variant.meaning.zh, variant.meaning.en, "{at} {}", variant.value);
        }
    }
    assert!(count > 200, "{count}");
}

#[test]
fn no_entry_of_the_glossary_is_unused() {
    let reference = reference();
    let mut used: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (_, field) in &fields(&reference) {
        used.insert((&field.name, &field.about.en));
        used.insert(("[]", &field.item.en));
        used.extend(field.variants.iter().map(|variant| (field.name.as_str(), variant.meaning.en.as_str())));
    }
    for operation in &reference.operations {
        used.extend(
            [&operation.request_about, &operation.response_about].map(|about| ("{}", about.en.as_str())),
        );
    }
    // The fields of shared errors are in the document alone.
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap().values();
    let shared: Vec<(String, String)> = schemas.flat_map(described).collect();
    let glossary = Glossary::embedded();
    let unused: Vec<(&str, String)> = glossary
        .entries()
        .map(|(name, en, _)| (name, en))
        .filter(|(name, en)| !used.contains(&(*name, en.as_str())))
        .filter(|(name, en)| {
            !shared.iter().any(|(known, about)| (known.as_str(), about.as_str()) == (*name, en.as_str()))
        })
        .collect();
    assert!(unused.is_empty(), "{} {unused:#?}", unused.len());
}

#[test]
fn each_kind_of_fact_is_described_in_both_languages() {
    let reference = reference();
    assert_eq!(reference.facts.len(), carillon_model::fact::Kind::ALL.len());
    assert_eq!(carillon_reference::unused_texts(), [""; 0]);
    for fact in &reference.facts {
        assert!(!fact.title.zh.is_empty() && !fact.title.en.is_empty(), "{}", fact.name);
        assert_eq!(objection(fact.name, &fact.about), None, "{}: {:?}", fact.name, fact.about);
        assert!(!fact.feeds.is_empty() && !fact.feeds.iter().any(|feed| feed.zh == feed.en), "{fact:?}");
        for id in &fact.operations {
            operation(&reference, id);
        }
        let names: Vec<&str> = fact.fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names[..4], ["id", "time", "userId", "kind"], "{}", fact.name);
        assert!(
            names.len() > 4 && fact.line().starts_with("{\"id\":\"fact0001\",\"time\":"),
            "{}",
            fact.line()
        );
        let described: BTreeSet<&str> = names.iter().copied().collect();
        let sent: BTreeSet<&str> = fact.example.as_object().unwrap().keys().map(String::as_str).collect();
        assert!(sent.is_subset(&described) && sent.len() + 1 >= described.len(), "{}", fact.line());
    }
    let live = reference.fact("live_session").unwrap();
    let duration = live.fields.iter().find(|field| field.name == "durationMs").unwrap();
    assert_eq!(duration.limits, [Text::new("0 到 604800000", "0 to 604800000")]);
    assert_eq!(reference.search("live_session", 10)[0].kind, Kind::Fact);
    assert_eq!(reference.search("智能填表", 10)[0].id, "form");
}

fn described(schema: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(about) = field["description"].as_str() {
            found.push((name.clone(), about.to_owned()));
        }
        found.extend(described(field));
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        found.extend(described(part));
    }
    found
}

#[test]
fn each_operation_and_event_has_titles_and_a_purpose() {
    let reference = reference();
    let purposes =
        reference.operations.iter().map(|operation| (&operation.id, &operation.title, &operation.about));
    let purposes =
        purposes.chain(reference.events.iter().map(|event| (&event.name, &event.title, &event.about)));
    for (id, title, about) in purposes {
        assert!(!title.zh.is_empty() && !title.en.is_empty(), "{id} has titles");
        assert_eq!(objection(id, about), None, "{id}: {about:?}");
        assert_ne!(about.en.trim_end_matches('.'), title.en, "{id}: the purpose is more than the title");
        assert!(about.zh.ends_with('。'), "{id}: {}", about.zh);
    }
}

#[test]
fn each_operation_is_in_one_folder_and_has_its_errors_with_advice() {
    let reference = reference();
    for operation in &reference.operations {
        let folders = reference.folders.iter().filter(|folder| folder.has(&operation.id)).count();
        assert_eq!(folders, 1, "{}", operation.id);
        assert!(!operation.error_groups.is_empty(), "{}", operation.id);
        for name in &operation.error_groups {
            let group = reference.error_groups.get(name).unwrap_or_else(|| panic!("{name}"));
            assert!(!group.errors.is_empty() && group.title.zh != *name, "{name}");
        }
        for error in &operation.errors {
            assert!(!error.code.is_empty() && error.wrong.zh != error.wrong.en, "{} {error:?}", operation.id);
        }
    }
    let (first, last) = (&reference.operations[0], reference.operations.last().unwrap());
    assert!(reference.neighbours(&first.id).0.is_none() && reference.neighbours(&last.id).1.is_none());
    assert_eq!(reference.neighbours(&first.id).1.unwrap().id, reference.operations[1].id);
}

#[test]
fn operations_that_the_server_lacks_are_in_their_folders() {
    let reference = reference();
    let missing = reference.missing("other.trusted_device_add").expect("an operation of the documentation");
    assert_eq!((missing.method.as_str(), missing.is_served), ("POST", false));
    assert!(reference.missing("serviceaccount.list").is_none());
    let lists: Vec<&str> = reference
        .folders
        .iter()
        .filter(|folder| folder.is_own)
        .map(|folder| folder.title.en.as_str())
        .collect();
    assert_eq!(
        reference.folders.iter().rev().take(lists.len()).filter(|folder| folder.is_own).count(),
        lists.len()
    );
}

fn operation<'a>(reference: &'a Reference, id: &str) -> &'a Operation {
    reference.operation(id).unwrap_or_else(|| panic!("{id}"))
}

#[test]
fn a_page_has_what_is_declared() {
    let reference = reference();
    let list = operation(&reference, "serviceaccount.list");
    assert_eq!(list.title, Text::new("查询服务号列表", "List service accounts"));
    assert_eq!(list.permission.as_deref(), Some("qyapi_service_account_manage"));
    assert_eq!(list.host_name(), Some("oapi.dingtalk.com"));
    let size = list.body.iter().find(|field| field.name == "pageSize").unwrap();
    assert_eq!((size.kind.as_str(), size.is_required), ("integer", false));
    assert_eq!(size.limits, [Text::new("1 到 50", "1 to 50")]);
    assert_eq!(size.aliases, ["page_size"]);
    let items = list.response.iter().find(|field| field.name == "items").unwrap();
    assert_eq!(items.kind, "array of object");
    let status = items.fields.iter().find(|field| field.name == "status").unwrap();
    let values: Vec<&Value> = status.variants.iter().map(|variant| &variant.value).collect();
    assert_eq!(values, ["normal", "disabled"]);
    let decided = fields(&reference).iter().filter(|(_, field)| field.mark == Mark::Decided).count();
    assert!(decided > 20, "{decided}");
}

#[test]
fn what_is_searched_for_is_found() {
    let reference = reference();
    let first = |typed: &str| {
        let found = reference.search(typed, 50);
        found.into_iter().next().unwrap_or_else(|| panic!("{typed}")).id
    };
    assert_eq!(first("查询服务号列表"), "serviceaccount.list");
    assert_eq!(first("serviceaccount.list"), "serviceaccount.list");
    assert_eq!(first("/topapi/serviceaccount/list"), "serviceaccount.list");
    assert_eq!(first("chaxunfuwuhaoliebiao"), "serviceaccount.list");
    assert_eq!(first("List SERVICE accounts"), "serviceaccount.list");
    assert_eq!(first("isw_user_msg_received"), "isw_user_msg_received");
    for (typed, id) in [
        ("qyapi_service_account_manage", "serviceaccount.list"),
        ("page_size", "serviceaccount.list"),
        ("800004", "serviceaccount.add"),
        ("群发", "mass.send"),
    ] {
        let found = reference.search(typed, 100);
        assert!(found.iter().any(|one| one.id == id), "{typed}: {found:?}");
    }
    let missing = reference.search("可信设备", 100);
    assert!(missing.iter().any(|one| one.kind == Kind::Missing));
    assert!(reference.search("没有这样的东西", 10).is_empty() && reference.search("  ", 10).is_empty());
    assert!(reference.search(&"a ".repeat(10_000), 10).len() <= 10);
}

#[test]
fn a_collection_has_each_operation_once_with_its_variables() {
    let reference = reference();
    let collection = reference.postman("http://127.0.0.1:8080/", true);
    let folders = collection["item"].as_array().unwrap();
    let items: Vec<&Value> = folders.iter().flat_map(|folder| folder["item"].as_array().unwrap()).collect();
    assert_eq!(items.len(), reference.operations.len());
    assert_eq!(collection["variable"][0]["value"], "http://127.0.0.1:8080");
    let list = items.iter().find(|item| item["name"] == "查询服务号列表").unwrap();
    let url = "{{base_url}}/topapi/serviceaccount/list?access_token={{access_token}}";
    assert_eq!(
        (&list["request"]["url"], &list["request"]["method"]),
        (&Value::from(url), &Value::from("POST"))
    );
    let body: Value = serde_json::from_str(list["request"]["body"]["raw"].as_str().unwrap()).unwrap();
    assert_eq!(body["pageSize"], 20);
}
