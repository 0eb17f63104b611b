//! The claims of a provider: who signs in.

use carillon_model::sign_on::{Identity, ProviderError, SignOn};
use openidconnect::SubjectIdentifier;
use serde_json::{Map, Value};

/// Returns the claims of a token or of the user-info endpoint.
pub(super) fn object(value: serde_json::Result<Value>) -> Result<Map<String, Value>, ProviderError> {
    match value {
        Ok(Value::Object(claims)) => Ok(claims),
        Ok(_) => Err(ProviderError::Invalid("the claims are no object".to_owned())),
        Err(error) => Err(ProviderError::Invalid(error.to_string())),
    }
}

/// Finds a claim by its name, or by a path with points such as `realm_access.roles`.
fn claim<'a>(stated: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    if let Some(value) = stated.get(name) {
        return Some(value);
    }
    let (first, rest) = name.split_once('.')?;
    claim(stated.get(first)?.as_object()?, rest)
}

/// Whether everything is there that may be stated. Otherwise the provider may state it at another place.
pub(super) fn states_everything(stated: &Map<String, Value>, settings: &SignOn) -> bool {
    let groups = (!settings.groups_claim.is_empty()).then_some(settings.groups_claim.as_str());
    let names = [settings.userid_claim.as_str(), "email", "name", "phone_number"];
    names.into_iter().chain(groups).all(|name| claim(stated, name).is_some())
}

/// Returns whom the claims describe.
pub(super) fn identity(
    issuer: &str,
    subject: &SubjectIdentifier,
    stated: &Map<String, Value>,
    settings: &SignOn,
) -> Identity {
    let text = |name: &str| match claim(stated, name)? {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let is_true = |name: &str| matches!(claim(stated, name), Some(Value::Bool(true)));
    let groups = match claim(stated, &settings.groups_claim) {
        Some(Value::Array(groups)) => groups.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(group)) => vec![group.clone()],
        _ => Vec::new(),
    };
    Identity {
        issuer: issuer.to_owned(),
        subject: subject.to_string(),
        userid: text(&settings.userid_claim),
        email: text("email").filter(|_| is_true("email_verified")),
        mobile: text("phone_number").filter(|_| is_true("phone_number_verified")),
        name: text("name"),
        groups,
        session: text("sid"),
    }
}
