//! The official clients in the examples: their versions are those that the tests install, and their operations are those of the document.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use carillon_reference::{Clients, NODE, PYTHON, Reference};
use serde_json::Value;

#[test]
fn the_versions_are_those_that_the_tests_install() {
    let python = include_str!("../../../conformance/requirements.txt");
    let installed = format!("{}=={}", PYTHON.name.replace('_', "-"), PYTHON.version);
    assert!(python.lines().any(|line| line == installed), "{installed}");
    let node: Value = serde_json::from_str(include_str!("../../../conformance/package.json")).unwrap();
    assert_eq!(node["dependencies"][NODE.name], NODE.version);
}

#[test]
fn each_operation_of_a_client_is_one_of_the_server() {
    let document = serde_json::from_str(include_str!("../../../openapi/openapi.json")).unwrap();
    let reference = Reference::of(&document);
    let mut count = 0;
    for id in Clients::ids() {
        let operation = reference.operation(id).unwrap_or_else(|| panic!("{id}"));
        assert_eq!(operation.clients.entry["path"], operation.path.as_str(), "{id}");
        assert!(!operation.is_own && !operation.clients.calls.is_empty(), "{id}");
        count += 1;
    }
    assert!(count > 120, "{count}");
    let name = |id: &str, language: &str| {
        let calls = &reference.operation(id).unwrap().clients.calls;
        let call = calls.iter().find(|call| call.package.language == language);
        call.map(|call| (call.package.name, call.name.clone()))
    };
    let send = |name| Some((name, "exclusive_1_0: sendMessageWithOptions".to_owned()));
    assert_eq!(name("mass.send", "java"), send("com.aliyun:dingtalk"));
    assert_eq!(name("mass.send", "javascript"), None, "the client for Node does not have it");
    let go = ("github.com/alibabacloud-go/dingtalk", "exclusive_1_0: SendMessageWithOptions".to_owned());
    assert_eq!(name("mass.send", "go"), Some(go));
    let python = ("alibabacloud_dingtalk", "exclusive_1_0: send_message_with_options".to_owned());
    assert_eq!(name("mass.send", "python"), Some(python));
    assert_eq!(name("serviceaccount.list", "java").unwrap().1, "OapiServiceaccountListRequest");
    assert!(reference.operation("carillon.members_list").is_none_or(|one| one.clients.calls.is_empty()));
}
