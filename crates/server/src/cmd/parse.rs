//! Values of flags that have a form of their own: what has another one is refused before anything begins.

use carillon_model::{name, suggestion::did_you_mean, time};

/// Characters of the name of an organisation.
const NAME_CHARS: usize = 100;

/// The name of a time zone.
pub fn time_zone(text: &str) -> Result<String, String> {
    if time::zone(text).is_some() {
        return Ok(text.to_owned());
    }
    let names = time::zone_names();
    let meant = did_you_mean(text, names.iter().map(String::as_str));
    Err(format!("there is no such time zone (one is Asia/Shanghai){meant}"))
}

/// The name of an organisation.
pub fn corp_name(text: &str) -> Result<String, String> {
    match name::invalid_reason(text, NAME_CHARS) {
        Some(invalid_reason) => Err(invalid_reason),
        None => Ok(text.to_owned()),
    }
}
