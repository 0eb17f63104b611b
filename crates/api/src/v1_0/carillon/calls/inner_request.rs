//! A call that an operator tries, by its parts: no part of it can name another server, another token or a header.

use std::fmt::Write as _;

use carillon_model::{
    env::Env,
    error::{Error, Result},
};
use carillon_wire::{Operation, ParameterLocation, dispatcher::InnerRequest};
use data_encoding::BASE64;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Bytes of an address: more than any call needs, and less than a server takes.
const ADDRESS_BYTES: usize = 32 << 10;
/// The parameter with the token of the legacy host.
const TOKEN: &str = "access_token";
const JSON: &str = "application/json";

/// The parts of the call.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Parts {
    /// The id of the operation to call, as on its page of the reference: `serviceaccount.list`.
    #[schemars(length(min = 1, max = 128))]
    pub operation: String,
    /// The method of the call; absent for the documented one. The operation has to accept it.
    #[schemars(extend("enum" = ["GET", "POST", "PUT", "DELETE"]))]
    method: Option<String>,
    /// The values of the fields in braces in the path, each once; absent if the path has none.
    #[schemars(length(max = 10))]
    path: Option<Vec<Parameter>>,
    /// The parameters in the query, in their order, without a token; absent for none.
    #[schemars(length(max = 100))]
    query: Option<Vec<Parameter>>,
    /// The body of the call as text, usually JSON; absent for none. A call by GET has none.
    #[schemars(length(max = 1_000_000))]
    body: Option<String>,
}

/// A name with its value.
#[derive(Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Parameter {
    /// The name of the parameter or header, as on the wire.
    #[schemars(length(min = 1, max = 128))]
    pub name: String,
    /// The value as text, without any encoding.
    #[schemars(length(max = 10_000))]
    pub value: String,
}

/// The file of an upload.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct File {
    /// The name of the file, with its ending.
    #[schemars(length(min = 1, max = 255))]
    name: String,
    /// The bytes of the file in base64, at most 2.9 MB of them.
    #[schemars(length(max = 3_900_000))]
    content: String,
}

impl Parts {
    /// Makes a request of the parts.
    ///
    /// # Errors
    /// An invalid field if the operation has no such method or field in the path, if the query has a token, and for a file or body that
    /// cannot be sent.
    pub fn prepare(&self, operation: &Operation, file: Option<&File>, env: &Env) -> Result<InnerRequest> {
        let method = self.method.clone().unwrap_or_else(|| operation.method.to_string());
        if !operation.accepts_method(&method) {
            return Err(Error::invalid("method", format!("is not accepted by {}", operation.id)));
        }
        let path_fields = self.path_fields(operation)?;
        let mut path_and_query = operation.path.to_owned();
        for (name, value) in &path_fields {
            path_and_query = path_and_query.replace(&format!("{{{name}}}"), &encode(value));
        }
        let query = self.query.iter().flatten().enumerate();
        for (index, Parameter { name, value }) in query {
            if name.eq_ignore_ascii_case(TOKEN) {
                let reason = "is set by the server: the call is made with the token of the app";
                return Err(Error::invalid(format!("query[{index}].name"), reason));
            }
            let separator = if index == 0 { '?' } else { '&' };
            // Writing to a string cannot fail.
            let _ = write!(path_and_query, "{separator}{}={}", encode(name), encode(value));
        }
        if path_and_query.len() > ADDRESS_BYTES {
            return Err(Error::invalid(
                "query",
                format!("makes an address of more than {ADDRESS_BYTES} bytes"),
            ));
        }
        let (content_type, body) = self.body(operation, &method, file, env)?;
        Ok(InnerRequest { method, path_and_query, path_fields, content_type, body: body.into() })
    }

    fn path_fields(&self, operation: &Operation) -> Result<Vec<(String, String)>> {
        let values = self.path.as_deref().unwrap_or_default();
        for (index, Parameter { name, .. }) in values.iter().enumerate() {
            let is_known = operation.parameter_location(name) == ParameterLocation::Path;
            if !is_known || values[..index].iter().any(|before| before.name == *name) {
                let reason = "is not a field in the path of the operation, or is there twice";
                return Err(Error::invalid(format!("path[{index}].name"), reason));
            }
        }
        let value = |name: &str| {
            let found = values.iter().find(|value| value.name == name && !value.value.is_empty());
            let found = found.map(|found| (name.to_owned(), found.value.clone()));
            found.ok_or_else(|| Error::invalid("path", format!("has no value for {name}")))
        };
        operation.path_fields().map(value).collect()
    }

    fn body(
        &self,
        operation: &Operation,
        method: &str,
        file: Option<&File>,
        env: &Env,
    ) -> Result<(Option<String>, Vec<u8>)> {
        match (file, &self.body) {
            (Some(_), _) if !operation.takes_file => {
                Err(Error::invalid("file", "is not taken by the operation"))
            }
            (Some(_), Some(_)) => Err(Error::invalid("body", "cannot be there beside a file")),
            (Some(file), None) => file.form(env),
            (None, Some(_)) if method == "GET" => {
                Err(Error::invalid("body", "cannot be there in a call by GET"))
            }
            (None, Some(body)) => {
                let content_type = operation.raw_body.map_or(JSON, |content| content.content_type);
                Ok((Some(content_type.to_owned()), body.clone().into_bytes()))
            }
            (None, None) => Ok((None, Vec::new())),
        }
    }
}

impl File {
    /// The form with the file.
    fn form(&self, env: &Env) -> Result<(Option<String>, Vec<u8>)> {
        let is_plain = |letter: char| !letter.is_control() && letter != '"';
        if !self.name.chars().all(is_plain) {
            return Err(Error::invalid("file.name", "has a quotation mark or a control character"));
        }
        let content = BASE64.decode(self.content.as_bytes());
        let content = content.map_err(|_| Error::invalid("file.content", "is not base64"))?;
        // Nobody can guess it, so no file has it in it.
        let boundary = env.random_text(b"0123456789abcdefghijklmnopqrstuvwxyz", 32);
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"media\"; filename=\"{}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n",
            self.name
        );
        let body = [head.as_bytes(), &content, format!("\r\n--{boundary}--\r\n").as_bytes()].concat();
        let content_type = format!("multipart/form-data; boundary={boundary}");
        Ok((Some(content_type), body))
    }
}

/// Encodes all but the unreserved characters of RFC 3986.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_encoded_so_that_they_stay_in_their_place() {
        assert_eq!(encode("a-b._~9"), "a-b._~9");
        assert_eq!(encode("../x?y=1&z#\r\n 员"), "..%2Fx%3Fy%3D1%26z%23%0D%0A%20%E5%91%98");
    }
}
