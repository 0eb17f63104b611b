//! Fields that come one by one, as text: `application/x-www-form-urlencoded`, the query, and multipart fields.

use serde_json::{Map, Value};

use crate::body::{BodyError, Limits};

/// Collects the fields of a form.
///
/// Names with brackets make lists and objects, as PHP writes them: `ids[]=1`, `ids[0]=1`, `button[0][title]=x`.
pub(crate) struct Fields<'a> {
    /// Texts; objects stand for lists and objects alike until [`Fields::finish`].
    fields: Map<String, Value>,
    /// All values of the plain names that came more than once, by the name with `[]`.
    repeated: Map<String, Value>,
    count: usize,
    limits: &'a Limits,
}

/// Reads the fields of a form. Unlike the WHATWG rule, text that is not UTF-8 is an error: a title must not be stored
/// as question marks.
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

/// The value of a field of a form; the last one if it comes more than once.
pub(crate) fn field(form: &[u8], wanted: &str) -> Option<String> {
    let mut pairs = form.split(|byte| *byte == b'&').rev();
    pairs.find_map(|pair| {
        let end = pair.iter().position(|byte| *byte == b'=')?;
        let is_wanted = decode(&pair[..end]).is_ok_and(|name| name == wanted);
        is_wanted.then(|| decode(&pair[end + 1..]).ok()).flatten()
    })
}

fn decode(encoded: &[u8]) -> Result<String, BodyError> {
    let spaced: Vec<u8> = encoded.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    String::from_utf8(percent_decoded(&spaced)).map_err(|_| BodyError::BadUtf8)
}

/// A percent sign without two digits behind it stands for itself.
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

    /// Takes the next field.
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
            // `[]` means the next item. No key in a name can hold a bracket, so this one is free.
            let key = if key.is_empty() { format!("[{}]", tree.len()) } else { (*key).to_owned() };
            slot = tree.entry(key).or_insert(Value::Null);
        }
        *slot = Value::String(value);
        Ok(())
    }

    /// The fields by name.
    pub(crate) fn finish(self) -> Map<String, Value> {
        let fields = self.fields.into_iter().map(|(name, value)| (name, grown(value)));
        fields.chain(self.repeated).collect()
    }
}

/// `a[b][]` as `a` and `b`, ``. None for a name that merely has a bracket in it.
fn split_brackets(name: &str) -> Option<(&str, Vec<&str>)> {
    let (base, keys) = name.strip_suffix(']')?.split_once('[')?;
    let keys: Vec<&str> = keys.split("][").collect();
    let is_sound = !base.is_empty() && keys.iter().all(|key| !key.contains(['[', ']']));
    is_sound.then_some((base, keys))
}

/// An object whose keys are all numbers or `[]` is a list, in the order of the numbers.
fn grown(value: Value) -> Value {
    let Value::Object(tree) = value else { return value };
    let is_index = |key: &String| key.starts_with('[') || key.bytes().all(|byte| byte.is_ascii_digit());
    if !tree.keys().all(is_index) {
        return Value::Object(tree.into_iter().map(|(key, value)| (key, grown(value))).collect());
    }
    let mut items: Vec<(usize, Value)> =
        tree.into_iter().map(|(key, value)| (key.parse().unwrap_or(usize::MAX), grown(value))).collect();
    items.sort_by_key(|(index, _)| *index);
    Value::Array(items.into_iter().map(|(_, item)| item).collect())
}
