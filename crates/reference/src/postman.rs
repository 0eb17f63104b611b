//! The operations as a Postman collection (format 2.1).

use serde_json::{Value, json};

use crate::{Example, Operation, Reference};

const SCHEMA: &str = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";
/// What stands for the address of the server and the token.
const BASE_URL: &str = "{{base_url}}";
const TOKEN: &str = "{{access_token}}";

impl Reference {
    /// The collection for a server. The token is a variable; the titles are in Chinese or in English.
    pub fn postman(&self, base_url: &str, in_chinese: bool) -> Value {
        let title = |zh: &str, en: &str| if in_chinese { zh.to_owned() } else { en.to_owned() };
        let folders = self.folders.iter().filter_map(|folder| {
            let operations = folder.entries.iter().filter_map(|entry| self.operation(&entry.id));
            let items: Vec<Value> = operations
                .filter(|operation| folder.has(&operation.id))
                .map(|one| item(one, in_chinese))
                .collect();
            let name = title(&folder.title.zh, &folder.title.en);
            (!items.is_empty()).then(|| json!({ "name": name, "item": items }))
        });
        json!({
            "info": { "name": title("Carillon 接口", "Carillon API"), "schema": SCHEMA },
            "item": folders.collect::<Vec<_>>(),
            "variable": [
                { "key": "base_url", "value": base_url.trim_end_matches('/') },
                { "key": "access_token", "value": "" },
            ],
        })
    }
}

fn item(operation: &Operation, in_chinese: bool) -> Value {
    let request = Example::of(operation, BASE_URL, TOKEN).request;
    // What was encoded stands for itself.
    let url = request.url.replace("%7B%7Baccess_token%7D%7D", TOKEN);
    let headers: Vec<Value> =
        request.headers.iter().map(|(name, value)| json!({ "key": name, "value": value })).collect();
    let mut described = json!({ "method": request.method, "url": url, "header": headers });
    if let Some(file) = &request.file {
        described["body"] = json!({ "mode": "formdata", "formdata": [{ "key": file.field, "type": "file", "src": file.name }] });
    } else if let Some(body) = &request.body {
        let language =
            if operation.has_lines || operation.body_example.is_string() { "text" } else { "json" };
        described["body"] =
            json!({ "mode": "raw", "raw": body, "options": { "raw": { "language": language } } });
    }
    let (title, about) = (&operation.title, &operation.about);
    described["description"] = if in_chinese { &about.zh } else { &about.en }.as_str().into();
    json!({ "name": if in_chinese { &title.zh } else { &title.en }, "request": described })
}
