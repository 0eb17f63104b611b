//! The fields of the forms.

use carillon_domain::send::draft_message::{NewMessage, Options};
use carillon_model::{
    error::{Error, Result},
    id::{DeptId, MediaId, RoleId},
    message::Receivers,
    time::Timestamp,
};
use jiff::{civil::DateTime, tz::TimeZone};

use crate::console::{
    cards::articles::Submitted,
    form::Pairs,
    page::{MessageFields, MessageForm},
};

/// The fields of a message.
pub fn message_fields(form: &Pairs) -> MessageFields {
    // Without script the picture is chosen from a list.
    let picture = [form.text("picture_choice"), form.text("picture")].into_iter().find(|id| !id.is_empty());
    MessageFields {
        text: form.lines("text"),
        title: form.text("title").trim().to_owned(),
        url: form.text("url").trim().to_owned(),
        picture: picture.unwrap_or_default().to_owned(),
    }
}

/// What readers may do.
pub fn options(form: &Pairs) -> Options {
    Options {
        allow_comment: form.is_set("allow_comment"),
        only_selected: form.is_set("only_selected"),
        show_homepage: form.is_set("show_homepage"),
    }
}

/// The message of the form.
pub fn message(kind: MessageForm, fields: MessageFields, submitted: &Submitted) -> NewMessage {
    let MessageFields { text, title, url, picture } = fields;
    match kind {
        MessageForm::Text => NewMessage::Text { text },
        MessageForm::Markdown => NewMessage::Markdown { title, text },
        MessageForm::Link => NewMessage::Link { title, text, url },
        MessageForm::Picture => NewMessage::Picture(MediaId::from(picture)),
        MessageForm::Articles => NewMessage::Articles(submitted.ids()),
    }
}

/// The receivers.
pub fn receivers(form: &Pairs) -> Receivers {
    if form.is_set("all") {
        return Receivers { all: true, ..Receivers::default() };
    }
    Receivers {
        all: false,
        users: form.userids("users", "user"),
        departments: form.numbers("department").into_iter().map(DeptId).collect(),
        roles: form.numbers("role").into_iter().map(RoleId).collect(),
    }
}

/// The time of the form, in the organisation's time zone; `None` for at once.
pub fn due_at(form: &Pairs, zone: &TimeZone) -> Result<Option<Timestamp>> {
    if form.text("when") != "later" {
        return Ok(None);
    }
    time_of(form, zone).map(Some)
}

/// The time of a form that needs one, in the organisation's time zone.
pub fn time_of(form: &Pairs, zone: &TimeZone) -> Result<Timestamp> {
    let at: Option<DateTime> = form.text("due").parse().ok();
    let at = at.and_then(|at| zone.to_timestamp(at).ok());
    let at = at.ok_or_else(|| Error::invalid("send_time", "must be a date and a time"))?;
    Ok(Timestamp(at.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_needs_no_names() {
        let chosen =
            receivers(&Pairs::of(&[("all", "0"), ("users", "ann"), ("department", "3"), ("role", "5")]));
        assert_eq!(
            (chosen.departments, chosen.roles, chosen.users.len()),
            (vec![DeptId(3)], vec![RoleId(5)], 1)
        );
        let everybody = receivers(&Pairs::of(&[("all", "1"), ("users", "ann")]));
        assert_eq!(everybody, Receivers { all: true, ..Receivers::default() });
    }

    #[test]
    fn a_time_is_that_of_the_organisation() {
        let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
        let at = |when, due| due_at(&Pairs::of(&[("when", when), ("due", due)]), &zone);
        assert_eq!(at("now", "nonsense"), Ok(None));
        assert_eq!(at("later", "2025-10-10T00:00"), Ok(Some(Timestamp(1_760_025_600_000))));
        for wrong in ["", "tomorrow", "2025-13-01T00:00"] {
            assert!(at("later", wrong).is_err(), "{wrong}");
        }
    }
}
