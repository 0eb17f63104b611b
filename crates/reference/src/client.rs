//! What the official clients call an operation.

use std::{collections::BTreeMap, sync::LazyLock};

use serde_json::Value;

/// What the clients call each operation that they have. `conformance/examples/clients.py` makes it from the clients.
const EMBEDDED: &str = include_str!("../clients.json");

/// A package with an official client. The tests compare the versions of those that they run with what they install.
#[derive(Debug, PartialEq, Eq)]
pub struct Package {
    /// The id of its language among those of the examples.
    pub language: &'static str,
    /// The name of its language, or of what runs it.
    pub language_name: &'static str,
    /// Its name in the registry of its language.
    pub name: &'static str,
    /// The version that the examples are for.
    pub version: &'static str,
    /// Whether the tests of this project run its examples. The others have their names from the same source.
    pub is_tested: bool,
}

/// The client for Python.
pub static PYTHON: Package = Package {
    language: "python",
    language_name: "Python",
    name: "alibabacloud_dingtalk",
    version: "2.2.65",
    is_tested: true,
};
/// The client for Node.
pub static NODE: Package = Package {
    language: "javascript",
    language_name: "Node",
    name: "@alicloud/dingtalk",
    version: "2.2.27",
    is_tested: true,
};
/// The client for Java.
pub static JAVA: Package = Package {
    language: "java",
    language_name: "Java",
    name: "com.aliyun:dingtalk",
    version: "2.2.62",
    is_tested: false,
};
/// The client of the legacy host, which is for Java.
pub static LEGACY_JAVA: Package = Package {
    language: "java",
    language_name: "Java",
    name: "com.aliyun:alibaba-dingtalk-service-sdk",
    version: "2.0.0",
    is_tested: false,
};
/// The client for Go.
pub static GO: Package = Package {
    language: "go",
    language_name: "Go",
    name: "github.com/alibabacloud-go/dingtalk",
    version: "v1.7.42",
    is_tested: false,
};

/// An operation in one of the clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCall {
    /// The client.
    pub package: &'static Package,
    /// The method with its module, or the class of the request.
    pub name: String,
}

/// An operation in all clients that have it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clients {
    /// What `client` of the scripts takes; null if no client has the operation.
    pub entry: Value,
    /// The calls, by language.
    pub calls: Vec<ClientCall>,
}

static ENTRIES: LazyLock<BTreeMap<String, Value>> =
    // A test reads it.
    LazyLock::new(|| serde_json::from_str(EMBEDDED).unwrap_or_default());

impl Clients {
    /// The clients that have an operation.
    pub(crate) fn of(id: &str) -> Self {
        let Some(entry) = ENTRIES.get(id) else { return Self::default() };
        let text = |key: &str| entry[key].as_str().unwrap_or_default();
        let call = |package, name| ClientCall { package, name };
        if let Some(class) = entry["class"].as_str() {
            return Self { entry: entry.clone(), calls: vec![call(&LEGACY_JAVA, class.to_owned())] };
        }
        let (module, action) = (text("package"), text("action"));
        let mut lower = action.to_owned();
        lower[..1].make_ascii_lowercase();
        let mut calls = vec![call(&PYTHON, format!("{module}: {}_with_options", text("python")))];
        if entry["withoutNode"] != true {
            calls.push(call(&NODE, format!("{module}: {lower}WithOptions")));
        }
        calls.push(call(&JAVA, format!("{module}: {lower}WithOptions")));
        calls.push(call(&GO, format!("{module}: {action}WithOptions")));
        Self { entry: entry.clone(), calls }
    }

    /// The ids of all operations that a client has.
    pub fn ids() -> impl Iterator<Item = &'static str> {
        ENTRIES.keys().map(String::as_str)
    }
}
