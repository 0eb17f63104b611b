//! Parsers for the values of flags.

use carillon_model::{name, suggestion::did_you_mean, time};

/// Characters of an organisation's name.
const MAX_NAME_CHARS: usize = 100;

/// Parses the name of a time zone.
pub fn time_zone(text: &str) -> Result<String, String> {
    if time::zone(text).is_some() {
        return Ok(text.to_owned());
    }
    let names = time::zone_names();
    let suggestion = did_you_mean(text, names.iter().map(String::as_str));
    Err(format!("there is no such time zone (one is Asia/Shanghai){suggestion}"))
}

/// Parses the name of an organisation.
pub fn corp_name(text: &str) -> Result<String, String> {
    match name::invalid_reason(text, MAX_NAME_CHARS) {
        Some(objection) => Err(objection),
        None => Ok(text.to_owned()),
    }
}
