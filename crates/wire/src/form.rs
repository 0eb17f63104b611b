//! Text fields: `application/x-www-form-urlencoded`, the query, and multipart fields.

use serde_json::{Map, Value};

use crate::body::{BodyError, Limits};

/// Collects the fields of a form.
///
/// Names with brackets become lists and objects, as in PHP: `ids[]=1`, `ids[0]=1`, `button[0][title]=x`.
pub(crate) struct Fields<'a> {
    /// Texts. Until [`Fields::finish`], lists are objects too.
    fields: Map<String, Value>,
    /// All values of repeated plain names, by the name with `[]`.
    repeated: Map<String, Value>,
    count: usize,
    limits: &'a Limits,
}

/// Reads the fields of a form. Unlike in the WHATWG standard, invalid UTF-8 is an error, so that no title is stored as question marks.
pub(crate) fn read(form: &[u8], fields: &mut Fields<'_>) -> Result<(), BodyError> {
    for pair in form.split(|byte| *byte == b'&') {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let name = decode(halves.next().unwrap_or_default())?;
        let value =
            decode(halves.next().unwrap_or_default()).map_err(|_| BodyError::field_not_utf8(&name))?;
        if !name.is_empty() {
            fields.add(name, value)?;
        }
    }
    Ok(())
}

/// Returns the value of a field of a form; the last one if it is repeated.
pub(crate) fn field(form: &[u8], name: &str) -> Option<String> {
    let mut pairs = form.split(|byte| *byte == b'&').rev();
    pairs.find_map(|pair| {
        let end = pair.iter().position(|byte| *byte == b'=')?;
        let matches = decode(&pair[..end]).is_ok_and(|decoded| decoded == name);
        matches.then(|| decode(&pair[end + 1..]).ok()).flatten()
    })
}

fn decode(encoded: &[u8]) -> Result<String, BodyError> {
    if !encoded.iter().any(|byte| matches!(byte, b'+' | b'%')) {
        return String::from_utf8(encoded.to_vec()).map_err(|_| BodyError::BadUtf8);
    }
    let spaced: Vec<u8> = encoded.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    String::from_utf8(percent_decoded(&spaced)).map_err(|_| BodyError::BadUtf8)
}

/// Decodes percent signs. One without two hexadecimal digits stays as it is.
pub(crate) fn percent_decoded(encoded: &[u8]) -> Vec<u8> {
    let digit = |at: usize| encoded.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut at = 0;
    while let Some(byte) = encoded.get(at) {
        let code = if *byte == b'%' { digit(at + 1).zip(digit(at + 2)) } else { None };
        match code.and_then(|(high, low)| u8::try_from(high * 16 + low).ok()) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(*byte);
                at += 1;
            }
        }
    }
    decoded
}

impl<'a> Fields<'a> {
    pub(crate) fn new(limits: &'a Limits) -> Self {
        Self { fields: Map::new(), repeated: Map::new(), count: 0, limits }
    }

    /// Adds the next field.
    pub(crate) fn add(&mut self, name: String, value: String) -> Result<(), BodyError> {
        self.count += 1;
        if self.count > self.limits.max_fields {
            return Err(BodyError::TooManyFields { max: self.limits.max_fields });
        }
        match split_brackets(&name) {
            Some((base, keys)) => self.add_nested(base, &keys, value),
            None => {
                self.add_plain(name, value);
                Ok(())
            }
        }
    }

    fn add_plain(&mut self, name: String, value: String) {
        if let Some(Value::String(earlier)) = self.fields.get(&name) {
            let all = self
                .repeated
                .entry(format!("{name}[]"))
                .or_insert_with(|| Value::Array(vec![Value::String(earlier.clone())]));
            if let Value::Array(all) = all {
                all.push(Value::String(value.clone()));
            }
        }
        self.fields.insert(name, Value::String(value));
    }

    fn add_nested(&mut self, base: &str, keys: &[&str], value: String) -> Result<(), BodyError> {
        if keys.len() >= self.limits.max_depth {
            return Err(BodyError::TooDeep { max: self.limits.max_depth });
        }
        let mut slot = self.fields.entry(base).or_insert(Value::Null);
        for key in keys {
            if !slot.is_object() {
                *slot = Value::Object(Map::new());
            }
            let Value::Object(tree) = slot else { break };
            // `[]` means the next item. Keys contain no brackets, so that this key is unused.
            let key = if key.is_empty() { format!("[{}]", tree.len()) } else { (*key).to_owned() };
            slot = tree.entry(key).or_insert(Value::Null);
        }
        *slot = Value::String(value);
        Ok(())
    }

    /// Returns the fields by name.
    pub(crate) fn finish(self) -> Map<String, Value> {
        if self.repeated.is_empty() && !self.fields.values().any(Value::is_object) {
            return self.fields;
        }
        let fields = self.fields.into_iter().map(|(name, value)| (name, with_lists(value)));
        fields.chain(self.repeated).collect()
    }
}

/// Splits `a[b][]` into `a` and `b`, ``. `None` for a name with brackets in another form.
fn split_brackets(name: &str) -> Option<(&str, Vec<&str>)> {
    let (base, keys) = name.strip_suffix(']')?.split_once('[')?;
    let keys: Vec<&str> = keys.split("][").collect();
    let is_valid = !base.is_empty() && keys.iter().all(|key| !key.contains(['[', ']']));
    is_valid.then_some((base, keys))
}

/// Converts objects whose keys are all numbers or `[]` to lists, in the order of the numbers.
fn with_lists(value: Value) -> Value {
    let Value::Object(tree) = value else { return value };
    let is_index = |key: &String| key.starts_with('[') || key.bytes().all(|byte| byte.is_ascii_digit());
    if !tree.keys().all(is_index) {
        return Value::Object(tree.into_iter().map(|(key, value)| (key, with_lists(value))).collect());
    }
    let mut items: Vec<(usize, Value)> =
        tree.into_iter().map(|(key, value)| (key.parse().unwrap_or(usize::MAX), with_lists(value))).collect();
    items.sort_by_key(|(index, _)| *index);
    Value::Array(items.into_iter().map(|(_, item)| item).collect())
}
