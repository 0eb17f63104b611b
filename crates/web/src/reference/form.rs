//! The form with which an operation is tried, made from its fields.

use askama::Template;
use carillon_model::id::DeptId;
use carillon_reference::{Caller, ControlKind, Field, Operation, Place};
use serde_json::{Map, Value, json};

use super::{
    page::View,
    text::ReferenceTexts,
    trying::{Developer, Reader},
};
use crate::{assets, page::Html, view::DemoMember};

/// The names of parameters with a token, which the server sets.
const TOKENS: [&str; 2] = ["access_token", "x-acs-dingtalk-access-token"];

/// How an operation can be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// With an app.
    App,
    /// With an app, or with the own session.
    AppOrSelf,
    /// With the own session.
    OwnSession,
    /// By everybody.
    Open,
    /// Not from a page.
    Never,
}

impl Way {
    fn of(operation: &Operation) -> Self {
        let may = |caller| operation.callers.contains(&caller);
        match (operation.needs_token, may(Caller::App), may(Caller::Operator)) {
            // A page is no program that is called back, and opens no connection of another kind.
            (false, ..) => Self::Open,
            (true, true, true) => Self::AppOrSelf,
            (true, true, false) => Self::App,
            (true, false, true) => Self::OwnSession,
            (true, false, false) => Self::Never,
        }
    }
}

/// The outer form of a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// A place in the order of parameters: the server sets the value.
    Token,
    List,
    Object,
    /// A single value.
    Single,
}

#[derive(Template)]
#[template(path = "reference/control.html")]
struct Control<'a> {
    view: &'a View<'a>,
    r: &'static ReferenceTexts,
    field: &'a Field,
    shape: Shape,
    /// Whether it is an item of a list.
    is_item: bool,
    /// The control of an item, or those of the fields of an object.
    item: String,
}

impl Control<'_> {
    /// Whether it has to be added first.
    fn is_optional(&self) -> bool {
        !self.field.is_required && !self.is_item
    }

    fn is_needed(&self) -> bool {
        self.field.is_required && !self.is_item
    }

    fn limits(&self) -> String {
        let control = &self.field.control;
        let number = |value: Option<u64>| value.map(|value| value.to_string());
        let limits = [
            ("min", control.min.clone()),
            ("max", control.max.clone()),
            ("minlength", number(control.min_length)),
            ("maxlength", number(control.max_length)),
        ];
        let written = limits.into_iter().filter_map(|(name, value)| Some(format!(" {name}=\"{}\"", value?)));
        written.collect()
    }
}

fn controls(view: &View<'_>, fields: &[Field]) -> Result<String, askama::Error> {
    let mut all = String::new();
    for field in fields {
        all.push_str(&control(view, field, field.control.is_list, false)?);
        all.push('\n');
    }
    Ok(all)
}

fn control(view: &View<'_>, field: &Field, is_list: bool, is_item: bool) -> Html {
    let is_token =
        TOKENS.contains(&field.name.as_str()) && matches!(field.place, Place::Query | Place::Header);
    let (shape, item) = if is_token {
        (Shape::Token, String::new())
    } else if is_list {
        (Shape::List, control(view, field, false, true)?)
    } else if field.control.kind == ControlKind::Object {
        (Shape::Object, controls(view, &field.fields)?)
    } else {
        (Shape::Single, String::new())
    };
    Control { view, r: view.texts(), field, shape, is_item, item }.render()
}

#[derive(Template)]
#[template(path = "reference/try.html")]
struct TryForm<'a> {
    r: &'static ReferenceTexts,
    operation: &'a Operation,
    way: Way,
    developer: Option<&'a Developer>,
    sign_in: Option<&'a str>,
    demonstration: Option<&'a DemoMember>,
    parameters: String,
    body: String,
    config: String,
    texts: String,
}

impl TryForm<'_> {
    fn is_upload(&self) -> bool {
        is_upload(self.operation)
    }

    /// Whether there is no parameter but the token.
    fn is_token_alone(&self) -> bool {
        self.operation.parameters.iter().all(|field| TOKENS.contains(&field.name.as_str()))
    }
}

fn is_upload(operation: &Operation) -> bool {
    operation.content_type.as_deref() == Some("multipart/form-data")
}

/// The form for who reads the page.
pub(super) fn render(view: &View<'_>, operation: &Operation, base_url: &str, reader: &Reader) -> Html {
    let (developer, sign_in, demonstration) = match reader {
        Reader::Visitor { sign_in, demonstration } => (
            None,
            Some(sign_in.as_str()),
            demonstration.as_ref().filter(|_| Way::of(operation) != Way::Never),
        ),
        Reader::NoRole => (None, None, None),
        Reader::Developer(developer) => (Some(developer), None, None),
    };
    TryForm {
        way: Way::of(operation),
        developer,
        sign_in,
        demonstration,
        parameters: controls(view, &operation.parameters)?,
        body: controls(view, &operation.body)?,
        config: config(view, operation, base_url, developer).to_string(),
        texts: texts(view.texts()).to_string(),
        r: view.texts(),
        operation,
    }
    .render()
}

/// What the script needs.
fn config(view: &View<'_>, operation: &Operation, base_url: &str, developer: Option<&Developer>) -> Value {
    let known =
        operation.parameters.iter().filter_map(|field| Some((field.name.clone(), field.example.clone()?)));
    let parameters: Map<String, Value> = known.collect();
    let mut example = json!({ "parameters": parameters, "body": operation.body_example });
    let before = example.clone();
    if developer.is_some() {
        let reaches = operation.reaches.is_some();
        keep_own_member("", &mut example, reaches);
    }
    for (placeholder, value) in developer.iter().flat_map(|developer| &developer.suggestions) {
        suggest(&mut example, placeholder, value);
    }
    if let (Some(developer), Some(uuid)) = (developer, example["body"].get_mut("uuid")) {
        *uuid = developer.uuid.as_str().into();
    }
    json!({
        "id": operation.id,
        "method": operation.method,
        "base": base_url.trim_end_matches('/'),
        "path": operation.path,
        "contentType": operation.content_type.as_deref().filter(|_| !is_upload(operation)),
        "isUpload": is_upload(operation),
        "isRaw": operation.content_type.is_some() && operation.body.is_empty(),
        "isOpen": !operation.needs_token,
        "token": operation.host.token_placeholder(),
        "reaches": operation.reaches,
        "language": view.texts().lang().code(),
        "snippets": assets::links().snippets,
        // As text: a script would round large numbers.
        "isSuggested": example != before,
        "example": example.to_string(),
    })
}

/// The member of examples that becomes the operator.
pub(super) const OWN_MEMBER: &str = "user01";

/// Leaves out the members, departments and roles of an example that an organisation need not have, in lists of several.
fn keep_own_member(name: &str, example: &mut Value, reaches: bool) {
    match example {
        Value::Array(items) => {
            let name = name.to_ascii_lowercase();
            let is_of_groups = name.contains("dep") || name.contains("role");
            let is_userid = |item: &Value| {
                item.as_str().is_some_and(|text| text.len() == OWN_MEMBER.len() && text.starts_with("user0"))
            };
            if is_of_groups && items.iter().all(Value::is_number) {
                items.clear();
                // The root department: a call that reaches nobody may need one, and one for everybody is not what to begin with.
                items.extend((name.contains("dep") && !reaches).then(|| DeptId::ROOT.0.into()));
            } else if items.iter().all(is_userid) {
                items.truncate(1);
                items.iter_mut().for_each(|item| *item = OWN_MEMBER.into());
            } else {
                items.iter_mut().for_each(|item| keep_own_member("", item, reaches));
            }
        }
        Value::Object(fields) => {
            fields.iter_mut().for_each(|(name, field)| keep_own_member(name, field, reaches))
        }
        _ => {}
    }
}

/// Replaces a placeholder of an example.
fn suggest(example: &mut Value, placeholder: &str, value: &str) {
    match example {
        Value::String(text) if text == placeholder => value.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(|item| suggest(item, placeholder, value)),
        Value::Object(fields) => fields.values_mut().for_each(|field| suggest(field, placeholder, value)),
        _ => {}
    }
}

fn texts(r: &ReferenceTexts) -> Value {
    json!({
        "notJson": r.try_not_json,
        "sending": r.try_sending,
        "failed": r.try_failed,
        "refused": r.try_refused,
        "needsOwner": r.try_needs_owner,
        "noFile": r.try_no_file,
        "reaches": r.try_reaches,
        "toAll": r.try_to_all,
        "wrongPassword": r.try_wrong_password,
        "tooManyTries": r.try_too_many,
        "shortened": r.try_shortened,
        "call": r.try_call,
        "errors": r.errors,
        "noHits": r.nothing_found_short,
        "copied": r.copied,
    })
}
