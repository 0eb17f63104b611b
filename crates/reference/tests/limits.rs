//! The page of limits has every number of the configuration.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;

use carillon_reference::Reference;

const DEFAULTS: &str = include_str!("../../server/src/config.default.toml");

#[test]
fn each_number_of_the_configuration_is_described_and_none_else() {
    let defaults: toml::Table = toml::from_str(DEFAULTS).unwrap();
    let is_limit =
        |value: &toml::Value| value.is_integer() || value.as_array().is_some_and(|items| !items.is_empty());
    let mut expected = BTreeSet::new();
    // How often certificates are read again limits nothing.
    for (section, keys) in defaults.iter().filter(|(section, _)| *section != "tls") {
        let keys = keys.as_table().into_iter().flatten();
        expected.extend(keys.filter(|(_, value)| is_limit(value)).map(|(key, _)| format!("{section}.{key}")));
    }
    let document = serde_json::from_str(include_str!("../../../openapi/openapi.json")).unwrap();
    let reference = Reference::of(&document);
    let mut described = BTreeSet::new();
    for limit in reference.limits.iter().flat_map(|section| &section.limits) {
        assert!(limit.about.zh.ends_with('。') && limit.about.en.ends_with('.'), "{limit:?}");
        assert!(described.insert(limit.key.clone()), "{limit:?}");
    }
    assert_eq!(described, expected);
    assert_eq!(reference.limits[0].name, "send");
    assert_eq!(reference.limits[0].limits[0].key, "send.max_receivers");
}

#[test]
fn an_operation_has_the_limits_of_all_its_fields() {
    let document = serde_json::from_str(include_str!("../../../openapi/openapi.json")).unwrap();
    let reference = Reference::of(&document);
    let list = reference.operation("serviceaccount.list").unwrap();
    let limits = list.limited_fields();
    let size = limits.iter().find(|limit| limit.path == "pageSize").unwrap();
    assert_eq!(size.field.limits[0].en, "1 to 50");
    let send = reference.operation("mass.send").unwrap().limited_fields();
    assert!(send.iter().any(|limit| limit.path.contains('.')), "fields of objects are there");
    assert!(reference.operations.iter().filter(|one| !one.limited_fields().is_empty()).count() > 150);
}
