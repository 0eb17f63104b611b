//! The messages that operators write for a draft. Each field that is refused is named.

use carillon_model::{
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, ArticleId, CardId, CorpId, MediaId, SendDraftId, UserId},
    message::Message,
    send_draft::DraftContent,
};
use carillon_store::Tx;
use url::Url;

use super::draft;
use crate::card;

/// The most characters of a text. The operations for apps accept more; no reader of a message does. Decided.
pub const MAX_TEXT_CHARS: usize = 20_000;
/// The most characters of a title.
pub const MAX_TITLE_CHARS: usize = 256;
/// The most characters of the summary of a link. Decided.
pub const MAX_SUMMARY_CHARS: usize = 500;
/// The most characters of an address, as in the operations for apps.
pub const MAX_URL_CHARS: usize = 500;

/// The field of the articles of a message.
pub const ARTICLE_IDS: &str = "message.article_ids";
/// Why a field is refused.
pub const EMPTY: &str = "must not be empty";

/// A message that an operator writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewMessage {
    /// Plain text.
    Text {
        /// The text.
        text: String,
    },
    /// Markdown.
    Markdown {
        /// Shown in the list of conversations.
        title: String,
        /// Markdown.
        text: String,
    },
    /// A link.
    Link {
        /// Headline.
        title: String,
        /// Description.
        text: String,
        /// Target.
        url: String,
    },
    /// A picture of the library of the account.
    Picture(MediaId),
    /// Articles of the account in their order. They get a card.
    Articles(Vec<ArticleId>),
    /// A card of the account.
    Card(CardId),
}

/// What readers may do with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whether readers may comment.
    pub allow_comment: bool,
    /// Whether only selected comments are shown.
    pub only_selected: bool,
    /// Whether it is shown on the page of the account.
    pub show_homepage: bool,
}

impl Options {
    /// The options of a draft.
    pub fn of(content: &DraftContent) -> Self {
        Self {
            allow_comment: content.allow_comment,
            only_selected: content.comment_type == 1,
            show_homepage: content.show_homepage,
        }
    }
}

/// Replaces message and options of the version that the author has read, and returns the new version. `None` keeps the message.
///
/// # Errors
/// [`Error::Invalid`] with the field, such as `message.text` or `message.article_ids[2]`; those of [`draft::change`].
pub fn set(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    at: (&AccountId, SendDraftId, i64),
    by: &UserId,
    new: Option<NewMessage>,
    options: Options,
) -> Result<i64> {
    let (account, id, _) = at;
    let before = draft::get(tx, corp, account, id)?.content.message;
    let message = match new {
        None => before.clone(),
        Some(new) => Some(message(tx, env, corp, (account, id), new, before.as_ref())?),
    };
    let card_before = before.as_ref().and_then(Message::card).cloned();
    let card = message.as_ref().and_then(Message::card).cloned();
    let version = draft::change(tx, env, corp, at, by, |content| {
        content.message = message;
        content.allow_comment = options.allow_comment;
        content.comment_type = i64::from(options.only_selected);
        content.show_homepage = options.show_homepage;
    })?;
    if let Some(card_before) = card_before
        && card.as_ref() != Some(&card_before)
    {
        card::drop_of_draft(tx, corp, account, &card_before, id)?;
    }
    Ok(version)
}

/// Refuses a message that shows what readers cannot open.
///
/// # Errors
/// [`Error::Invalid`] with the article by its place; [`Rule::UnknownCard`].
pub fn check_complete(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, message: &Message) -> Result<()> {
    match message.card() {
        Some(card_id) => {
            let card = card::stored(tx, corp, account, card_id)?;
            card::check_published(tx, corp, ARTICLE_IDS, &card)
        }
        None => Ok(()),
    }
}

fn message(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    (account, id): (&AccountId, SendDraftId),
    new: NewMessage,
    before: Option<&Message>,
) -> Result<Message> {
    Ok(match new {
        NewMessage::Text { text } => {
            Message::Text { content: limited("message.text", text, MAX_TEXT_CHARS)? }
        }
        NewMessage::Markdown { title, text } => Message::Markdown {
            title: limited("message.title", title, MAX_TITLE_CHARS)?,
            text: limited("message.text", text, MAX_TEXT_CHARS)?,
        },
        NewMessage::Link { title, text, url } => {
            let url = limited("message.url", url, MAX_URL_CHARS)?;
            if !is_web_address(&url) {
                return Err(Error::invalid("message.url", "must be a web address"));
            }
            let (title, text) = (
                limited("message.title", title, MAX_TITLE_CHARS)?,
                limited("message.text", text, MAX_SUMMARY_CHARS)?,
            );
            Message::Link { title, text, url, picture: None, open_type: None }
        }
        NewMessage::Picture(media_id) => picture(tx, corp, account, media_id, before)?,
        NewMessage::Articles(articles) => {
            card::check_named(tx, corp, account, ARTICLE_IDS, &articles)?;
            if let Some(before) = before
                && let Some(card_id) = before.card()
                && tx.card(corp, card_id)?.is_some_and(|card| card.articles == articles)
            {
                return Ok(before.clone());
            }
            let card_id = card::add_for_send(tx, env, corp, account, articles)?;
            tx.set_draft_of_card(corp, &card_id, Some(id))?;
            Message::NewsCard { card_id }
        }
        NewMessage::Card(card_id) => match card::stored(tx, corp, account, &card_id) {
            Ok(_) => Message::NewsCard { card_id },
            Err(Error::Rule(Rule::UnknownCard)) => {
                return Err(Error::invalid("message.card_id", "is no card of the account"));
            }
            Err(error) => return Err(error),
        },
    })
}

/// A picture has to be in the library of the account, unless the message has it already: an app may have sent it.
fn picture(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    media_id: MediaId,
    before: Option<&Message>,
) -> Result<Message> {
    if media_id.as_str().trim().is_empty() {
        return Err(Error::invalid("message.media_id", EMPTY));
    }
    let message = Message::Image { media_id };
    if before == Some(&message) {
        return Ok(message);
    }
    match &message {
        Message::Image { media_id } if tx.picture(corp, account, media_id)?.is_some() => Ok(message),
        _ => Err(Error::invalid("message.media_id", "is no picture of the account")),
    }
}

fn limited(field: &'static str, text: String, most: usize) -> Result<String> {
    if text.trim().is_empty() {
        return Err(Error::invalid(field, EMPTY));
    }
    if text.chars().count() > most {
        return Err(Error::invalid(field, format!("must have at most {most} characters")));
    }
    Ok(text)
}

/// Returns true for an address with a host that browsers open. Pages check links once more when they show them.
fn is_web_address(address: &str) -> bool {
    let has_scheme = address.starts_with("https://") || address.starts_with("http://");
    has_scheme && Url::parse(address).is_ok_and(|url| url.host().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_addresses_have_a_host() {
        for address in
            ["https://example.com", "http://10.0.0.1:8080/a?b#c", "https://文档.example/a", "http://[::1]/"]
        {
            assert!(is_web_address(address), "{address}");
        }
        for address in ["", "https://", "javascript:alert(1)", "ftp://a", "https://a b", "//a", "https://?a"]
        {
            assert!(!is_web_address(address), "{address}");
        }
    }

    #[test]
    fn limits_count_characters() {
        assert!(limited("message.text", "字".repeat(500), MAX_SUMMARY_CHARS).is_ok());
        let refused = limited("message.text", "字".repeat(501), MAX_SUMMARY_CHARS);
        assert_eq!(refused, Err(Error::invalid("message.text", "must have at most 500 characters")));
        assert_eq!(
            limited("message.title", " \n".to_owned(), 5),
            Err(Error::invalid("message.title", EMPTY))
        );
    }
}
