//! The request of an example, and the two forms of it that a page has without script: HTTP and a command for a shell.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::Value;

use crate::{
    field::Place,
    operation::{Host, Operation},
};

/// The script of the element with the examples.
pub const ELEMENT: &str = include_str!("../assets/examples.js");
/// The script that makes the examples, from `ui/reference`.
pub const SNIPPETS: &str = include_str!("../assets/snippets.js");

/// The languages of the examples in the order in which they are shown: id and name. Shell and HTTP need no script.
pub const LANGUAGES: [(&str, &str); 15] = [
    ("shell", "Shell"),
    ("javascript", "JavaScript"),
    ("java", "Java"),
    ("swift", "Swift"),
    ("go", "Go"),
    ("php", "PHP"),
    ("python", "Python"),
    ("http", "HTTP"),
    ("c", "C"),
    ("csharp", "C#"),
    ("objc", "Objective-C"),
    ("ruby", "Ruby"),
    ("ocaml", "OCaml"),
    ("dart", "Dart"),
    ("r", "R"),
];

/// Everything but the unreserved characters of RFC 3986.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request, as the scripts of the page take it too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The whole address.
    pub url: String,
    /// The headers in their order.
    pub headers: Vec<(String, String)>,
    /// The body; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The file of an upload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<File>,
}

/// The file of an upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct File {
    /// The name of the part.
    pub field: String,
    /// The name of the file.
    pub name: String,
    /// Its content type.
    #[serde(rename = "type")]
    pub content_type: String,
}

impl File {
    /// The part of a form as curl takes it. Only a name in double quotes may have any letter: a comma would begin another file, and a semicolon
    /// the type.
    fn form(&self) -> String {
        let name = if self.name.contains(['"', ',', ';', '\\']) {
            format!("\"{}\"", self.name.replace('\\', r"\\").replace('"', "\\\""))
        } else {
            self.name.clone()
        };
        format!("{}=@{name}", self.field)
    }

    /// The name as it stands in the head of a part.
    fn quoted_name(&self) -> String {
        self.name.replace('"', "%22")
    }
}

/// The examples of an operation.
#[derive(Clone, Debug)]
pub struct Example {
    /// The request.
    pub request: Request,
}

impl Example {
    /// The example of an operation for a server and a token.
    pub fn of(operation: &Operation, base_url: &str, token: &str) -> Self {
        let mut path = operation.path.clone();
        let mut query = Vec::new();
        let mut headers = Vec::new();
        for field in &operation.parameters {
            let is_token = matches!(field.name.as_str(), "access_token" | "x-acs-dingtalk-access-token");
            let value = if is_token { Some(token.to_owned()) } else { field.example.as_ref().map(plain) };
            let Some(value) = value else { continue };
            match field.place {
                Place::Path => path = path.replace(&format!("{{{}}}", field.name), &encode(&value)),
                Place::Header => headers.push((field.name.clone(), value)),
                _ => query.push(format!("{}={}", encode(&field.name), encode(&value))),
            }
        }
        let is_upload = operation.content_type.as_deref() == Some("multipart/form-data");
        let body = match (&operation.body_example, is_upload) {
            (Value::Null, _) | (_, true) => None,
            // A body of its own form, such as lines.
            (Value::String(text), _) => Some(text.clone()),
            (example, false) => serde_json::to_string_pretty(example).ok(),
        };
        let body = body.filter(|_| operation.content_type.is_some());
        if let (Some(content_type), Some(_)) = (&operation.content_type, &body) {
            headers.push(("Content-Type".to_owned(), content_type.clone()));
        }
        if is_upload {
            // The fields beside the file are accepted in the query too.
            for (name, value) in operation.body_example.as_object().into_iter().flatten() {
                query.push(format!("{}={}", encode(name), encode(&plain(value))));
            }
        }
        let separator = if query.is_empty() { "" } else { "?" };
        let url = format!("{}{path}{separator}{}", base_url.trim_end_matches('/'), query.join("&"));
        let file = is_upload.then(|| File {
            field: "media".to_owned(),
            name: "picture.png".to_owned(),
            content_type: "image/png".to_owned(),
        });
        Self { request: Request { method: operation.method.clone(), url, headers, body, file } }
    }

    /// The command for a shell.
    pub fn shell(&self) -> String {
        let request = &self.request;
        let mut lines = vec![format!("curl {}", quoted(&request.url))];
        let usual = if request.body.is_some() || request.file.is_some() { "POST" } else { "GET" };
        if request.method != usual {
            lines[0] = format!("curl -X {} {}", request.method, quoted(&request.url));
        }
        for (name, value) in &request.headers {
            lines.push(format!("  -H {}", quoted(&format!("{name}: {value}"))));
        }
        if let Some(file) = &request.file {
            lines.push(format!("  -F {}", quoted(&file.form())));
        }
        if let Some(body) = &request.body {
            lines.push(format!("  --data-raw {}", quoted(body)));
        }
        lines.join(" \\\n")
    }

    /// The request as HTTP has it.
    pub fn http(&self) -> String {
        let request = &self.request;
        let after_scheme = request.url.split_once("://").map_or(request.url.as_str(), |(_, rest)| rest);
        let (host, path) = match after_scheme.find('/') {
            Some(at) => after_scheme.split_at(at),
            None => (after_scheme, "/"),
        };
        let mut lines = vec![format!("{} {path} HTTP/1.1", request.method), format!("Host: {host}")];
        lines.extend(request.headers.iter().map(|(name, value)| format!("{name}: {value}")));
        let body = match (&request.file, &request.body) {
            (Some(file), _) => {
                lines.push("Content-Type: multipart/form-data; boundary=boundary".to_owned());
                format!(
                    "--boundary\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\nContent-Type: {}\n\n\
                     (the bytes of the file)\n--boundary--",
                    file.field,
                    file.quoted_name(),
                    file.content_type
                )
            }
            (None, Some(body)) => {
                lines.push(format!("Content-Length: {}", body.len()));
                body.clone()
            }
            (None, None) if request.method == "GET" || request.method == "DELETE" => return lines.join("\n"),
            (None, None) => {
                lines.push("Content-Length: 0".to_owned());
                return lines.join("\n");
            }
        };
        format!("{}\n\n{body}", lines.join("\n"))
    }
}

impl Host {
    /// What stands for a token in an example.
    pub fn token_placeholder(self) -> &'static str {
        "ACCESS_TOKEN"
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, COMPONENT).to_string()
}

/// A text as one word of a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curl_takes_any_name_of_a_file() {
        // The script of the page writes the same: ui/test/reference.mjs.
        let cases = include_str!("../../../ui/test/files.json");
        let cases: Vec<Value> = serde_json::from_str(cases).expect("cases");
        for case in cases {
            let text = |key: &str| case[key].as_str().expect("a text").to_owned();
            let file =
                File { field: "media".to_owned(), name: text("name"), content_type: "image/png".to_owned() };
            assert_eq!(file.form(), text("form"));
            let url = "http://127.0.0.1:1/media/upload".to_owned();
            let request =
                Request { method: "POST".to_owned(), url, headers: Vec::new(), body: None, file: Some(file) };
            let word = format!("-F {}", quoted(&text("form")));
            assert!(Example { request }.shell().ends_with(&word), "{word}");
        }
    }

    #[test]
    fn a_shell_takes_a_quoted_text_as_one_word() {
        for text in ["a b", "it's", "$HOME `ls` \\ \"x\"", "line\nline", "你好", ""] {
            let output = std::process::Command::new("sh")
                .args(["-c", &format!("printf %s {}", quoted(text))])
                .output()
                .expect("a shell");
            assert_eq!(String::from_utf8_lossy(&output.stdout), text);
        }
    }
}
