//! The fields of the forms.

use carillon_domain::card;
use carillon_model::{
    env::Env,
    error::{Error, Result},
    id::{AccountId, ArticleId, CorpId, DeptId, RoleId},
    message::{Message, Receivers},
    time::Timestamp,
};
use carillon_store::Tx;
use jiff::{civil::DateTime, tz::TimeZone};

use crate::clean::Href;
use crate::console::{
    form::Pairs,
    page::{MessageFields, MessageForm},
};

/// The most characters of a text. The API accepts more; no reader of a message does.
const MAX_TEXT_CHARS: usize = 20_000;
/// The most characters of a title and of the summary of a link.
const MAX_TITLE_CHARS: usize = 256;
const MAX_SUMMARY_CHARS: usize = 500;
/// The most characters of an address, as in the API.
const MAX_URL_CHARS: usize = 500;

/// The fields of a message.
pub fn message_fields(form: &Pairs) -> MessageFields {
    let mut articles = form.numbers("article");
    articles.truncate(card::MAX_ARTICLES);
    MessageFields {
        text: form.lines("text"),
        title: form.text("title").trim().to_owned(),
        url: form.text("url").trim().to_owned(),
        articles,
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

/// The message of the form. A card is kept if it has the same articles.
pub fn message(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    kind: MessageForm,
    fields: &MessageFields,
    before: Option<Message>,
) -> Result<Message> {
    let MessageFields { text, title, url, articles } = fields;
    let limit = |text: &str, most: usize| {
        if text.trim().is_empty() {
            return Err(Error::invalid("text", "must not be empty"));
        }
        if text.chars().count() > most {
            return Err(Error::invalid("length", format!("must have at most {most} characters")));
        }
        Ok(text.to_owned())
    };
    Ok(match kind {
        MessageForm::Text => Message::Text { content: limit(text, MAX_TEXT_CHARS)? },
        MessageForm::Markdown => {
            Message::Markdown { title: limit(title, MAX_TITLE_CHARS)?, text: limit(text, MAX_TEXT_CHARS)? }
        }
        MessageForm::Link => {
            if Href::external(url).is_none() || !url.starts_with("http") {
                return Err(Error::invalid("url", "must be a web address"));
            }
            Message::Link {
                title: limit(title, MAX_TITLE_CHARS)?,
                text: limit(text, MAX_SUMMARY_CHARS)?,
                url: limit(url, MAX_URL_CHARS)?,
                picture: None,
                open_type: None,
            }
        }
        MessageForm::Articles => {
            let articles: Vec<ArticleId> = articles.iter().copied().map(ArticleId).collect();
            if articles.is_empty() {
                return Err(Error::invalid("text", "must not be empty"));
            }
            if let Some(card_id) = before.as_ref().and_then(Message::card)
                && tx.card(corp, card_id)?.is_some_and(|card| card.articles == articles)
                && let Some(before) = before
            {
                return Ok(before);
            }
            Message::NewsCard { card_id: card::add(tx, env, corp, account, articles)? }
        }
    })
}

/// The time of the form, in the organisation's time zone; `None` for at once.
pub fn due_at(form: &Pairs, zone: &TimeZone) -> Result<Option<Timestamp>> {
    if form.text("when") != "later" {
        return Ok(None);
    }
    let at: Option<DateTime> = form.text("due").parse().ok();
    let at = at.and_then(|at| zone.to_timestamp(at).ok());
    let at = at.ok_or_else(|| Error::invalid("send_time", "must be a date and a time"))?;
    Ok(Some(Timestamp(at.as_millisecond())))
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
