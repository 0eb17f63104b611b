//! Compares whole responses, and records which of their fields ever had a value.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

/// Page sizes with which each list is requested.
const SIZES: [usize; 2] = [2, 100];

/// By id of an operation: the fields that were compared and had a value.
#[derive(Debug, Default)]
pub struct Compared(pub BTreeMap<String, BTreeSet<String>>);

/// The form of an operation's page.
pub struct PageFormat {
    /// JSON pointer to the cursor of the next page.
    pub cursor: &'static str,
    /// Builds the response from its entries, whether more follow, and the cursor.
    pub page: fn(&[Value], bool, &Value) -> Value,
}

/// A page of the legacy host.
pub const LEGACY: PageFormat = PageFormat {
    cursor: "/result/next_cursor",
    page: |entries, more, cursor| {
        succeeded(&json!({ "data": entries, "has_more": more, "next_cursor": cursor }))
    },
};

/// A page of the v1.0 host.
pub const V1: PageFormat = PageFormat {
    cursor: "/nextToken",
    page: |entries, more, cursor| json!({ "data": entries, "hasMore": more, "nextToken": cursor }),
};

/// A successful response of the legacy host.
pub fn succeeded(result: &Value) -> Value {
    json!({ "errcode": 0, "errmsg": "ok", "result": result })
}

impl Compared {
    pub fn compare(&mut self, id: &str, about: &str, answer: &Value, expected: &Value) {
        assert_eq!(answer, expected, "{id} of {about}: the answer is on the left");
        record_fields("", expected, self.0.entry(id.to_owned()).or_default());
    }

    /// Records fields that were compared in another way.
    pub fn record(&mut self, id: &str, path: &str, value: &Value) {
        record_fields(path, value, self.0.entry(id.to_owned()).or_default());
    }

    /// Walks all pages of a list. Cursors are opaque, except that the last one is 0 and no other is.
    pub fn pages(
        &mut self,
        id: &str,
        about: &str,
        all: &[Value],
        shape: &PageFormat,
        fetch_page: impl Fn(&Value, usize) -> Value,
    ) {
        for size in SIZES {
            let mut cursor = json!(0);
            let mut rest = all;
            loop {
                let (page, others) = rest.split_at(size.min(rest.len()));
                let answer = fetch_page(&cursor, size);
                let more = !others.is_empty();
                cursor = if more { answer.pointer(shape.cursor).unwrap().clone() } else { json!(0) };
                assert_eq!(cursor != 0, more, "{id} of {about}: {answer}");
                self.compare(id, about, &answer, &(shape.page)(page, more, &cursor));
                rest = others;
                if !more {
                    break;
                }
            }
        }
    }

    pub fn join(&mut self, other: Self) {
        for (id, fields) in other.0 {
            self.0.entry(id).or_default().extend(fields);
        }
    }
}

fn record_fields(path: &str, value: &Value, recorded: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                record_fields(&path, value, recorded);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| record_fields(path, item, recorded)),
        _ if has_value(value) => _ = recorded.insert(path.to_owned()),
        _ => {}
    }
}

fn has_value(value: &Value) -> bool {
    match value {
        Value::String(text) => !["", "0", "0.0", "0%"].contains(&text.as_str()),
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::Bool(is) => *is,
        _ => false,
    }
}
