//! What a body is that has a form of its own.

use schemars::Schema;

/// A body that is not fields. The fields of the request are in the query then.
#[derive(Clone, Copy, Debug)]
pub struct RawContent {
    /// The content type.
    pub content_type: &'static str,
    /// What the body is, in Chinese.
    pub about_zh: &'static str,
    /// What the body is, in English.
    pub about_en: &'static str,
    /// The schema of the fields that every line has, if the body is lines.
    pub line: Option<fn() -> Schema>,
    /// An example; empty if the body is no text.
    pub example: &'static str,
}

impl RawContent {
    /// A body of JSON objects, one on each line.
    pub const fn lines(
        about_zh: &'static str,
        about_en: &'static str,
        line: fn() -> Schema,
        example: &'static str,
    ) -> Self {
        Self { content_type: "application/x-ndjson", about_zh, about_en, line: Some(line), example }
    }

    /// A body that is the bytes of a file.
    pub const fn file(about_zh: &'static str, about_en: &'static str) -> Self {
        Self { content_type: "application/octet-stream", about_zh, about_en, line: None, example: "" }
    }

    /// The same with an example, where the file is a text.
    pub const fn example(mut self, example: &'static str) -> Self {
        self.example = example;
        self
    }
}
