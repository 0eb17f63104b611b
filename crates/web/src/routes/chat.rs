//! What a member does in a conversation: writes, sends a picture, chooses from the menu.

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::{Body, Bytes},
    extract::{Multipart, Path, Query, State, multipart::MultipartError},
    http::{HeaderValue, Response, StatusCode, header},
    response::{IntoResponse, Redirect},
};
use carillon_domain::{
    chat::{self, Choice, NewMessage, NewMessageContent},
    draft::{self, DraftOwner, DraftPlace},
    inbox::{Entry, Seen},
    media::{self, NewMedia},
};
use carillon_model::{
    chat::ChatAuthor,
    error::{Error, Result, Rule},
    id::AccountId,
    media::MediaType,
};
use carillon_store::{ChatMessage, ConversationKey, Tx};

use super::{
    Pages,
    draft::Saved,
    failed, html,
    inbox::{self, Refused},
    menu, notice,
    session::SignedIn,
    shown,
};
use crate::{page, paths, security::PageKind, text::Lang, view::NoticeKind};

/// A form with the largest picture.
pub const FORM_BYTES: usize = (20 << 20) + (64 << 10);
/// Characters of the name that a page gives a message.
const SUBMISSION_CHARS: usize = 64;

type Asked = Query<HashMap<String, String>>;

/// Stores what a member wrote.
pub async fn write(
    State(pages): State<Pages>,
    Path(unionid): Path<String>,
    signed_in: SignedIn,
    Query(asked): Asked,
    form: Multipart,
) -> Response<Body> {
    let place = place(&signed_in, unionid);
    let mut draft = Refused::default();
    let done = async {
        let written = Written::read(form).await?;
        draft.text.clone_from(&written.text);
        store(&pages, &signed_in, &place, written, pages.base_url.to_string()).await
    };
    let done = done.await;
    answer(&pages, &signed_in, &place, asked.contains_key("fragment"), draft, done).await
}

/// Stores that a member chose a menu item. What the form holds does not matter.
pub async fn choose(
    State(pages): State<Pages>,
    Path((unionid, position)): Path<(String, String)>,
    signed_in: SignedIn,
    Query(asked): Asked,
) -> Response<Body> {
    let place = place(&signed_in, unionid);
    let done = async {
        let (button, item) = menu::position(&position).ok_or(Error::Rule(Rule::UnknownMenuItem))?;
        let (env, at) = (pages.env.clone(), place.clone());
        let choice = Choice { button, item };
        let signature = signed_in.signature(&env, signed_in.path.clone());
        let choose = move |tx: &mut Tx<'_>| chat::choose(tx, &env, &at, &choice);
        pages.store.write(&place.corp, signature, choose).await
    };
    let done = done.await;
    answer(&pages, &signed_in, &place, asked.contains_key("fragment"), Refused::default(), done).await
}

fn place(signed_in: &SignedIn, unionid: String) -> ConversationKey {
    ConversationKey {
        corp: signed_in.corp.clone(),
        account: AccountId::from(unionid),
        member: signed_in.member,
    }
}

/// A form as it was filled.
#[derive(Default)]
struct Written {
    text: String,
    submission: String,
    /// What the page had saved of it as a draft.
    saved: Saved,
    /// The file name and the content.
    picture: Option<(String, Bytes)>,
}

impl Written {
    async fn read(mut form: Multipart) -> Result<Self> {
        let mut written = Self::default();
        while let Some(field) = form.next_field().await.map_err(unreadable)? {
            match field.name() {
                Some("text") => written.text = field.text().await.map_err(unreadable)?,
                Some("submission") => {
                    let name = field.text().await.map_err(unreadable)?;
                    written.submission = name.chars().take(SUBMISSION_CHARS).collect();
                }
                Some("picture") => {
                    let name = field.file_name().unwrap_or_default().to_owned();
                    let content = field.bytes().await.map_err(unreadable)?;
                    // A browser sends an empty file for a field where none was chosen.
                    written.picture = (!content.is_empty()).then_some((name, content));
                }
                Some(name @ ("writer" | "revision" | "known")) => {
                    let name = name.to_owned();
                    written.saved.read(&name, &field.text().await.map_err(unreadable)?);
                }
                _ => {}
            }
        }
        Ok(written)
    }
}

pub(super) fn unreadable(error: MultipartError) -> Error {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Rule::MediaTooLarge.into(),
        _ => Rule::BodyUnreadable.into(),
    }
}

/// A picture and a text that come together are two messages, the picture first.
async fn store(
    pages: &Pages,
    signed_in: &SignedIn,
    place: &ConversationKey,
    written: Written,
    base_url: String,
) -> Result<Vec<ChatMessage>> {
    let _upload = match &written.picture {
        Some(_) => Some(pages.store.objects().begin_upload().await),
        None => None,
    };
    let mut said = Vec::new();
    let message = |content, submission: String| NewMessage {
        content,
        submission: Some(submission).filter(|name| !name.is_empty()),
        base_url: base_url.clone(),
    };
    if let Some((file_name, content)) = written.picture {
        let format = media::inspect(MediaType::Image, &file_name, &content)?;
        let size = content.len();
        let own = if written.submission.is_empty() {
            String::new()
        } else {
            format!("{} picture", written.submission)
        };
        let (env, at, name) = (pages.env.clone(), place.clone(), own.clone());
        let check = move |tx: &mut Tx<'_>| chat::check_picture(tx, &env, &at, Some(&name), size);
        pages.store.read(&place.corp, check).await?;
        // First the content and then the row: a row never names what is not there.
        let content = pages.store.objects().put(content).await?;
        let new = NewMedia { media_type: MediaType::Image, format, file_name, size, content };
        said.push(message(NewMessageContent::Picture(new), own));
    }
    let mut of_draft = None;
    if said.is_empty() || !written.text.trim().is_empty() {
        of_draft = Some((written.submission.clone(), written.text.clone(), written.saved.writer()));
        said.push(message(NewMessageContent::Text(written.text), written.submission));
    }
    let (env, at) = (pages.env.clone(), place.clone());
    let work = move |tx: &mut Tx<'_>| {
        let mut rows = Vec::new();
        for said in said {
            rows.extend(chat::post_message(tx, &env, &at, said)?);
        }
        if let Some((name, text, writer)) = of_draft {
            let place = DraftPlace::Conversation(at.account.clone());
            let owner = DraftOwner { corp: at.corp.clone(), member: at.member, place };
            draft::sent(tx, &env, &owner, &name, &text, writer)?;
        }
        Ok(rows)
    };
    let signature = signed_in.signature(&pages.env, signed_in.path.clone());
    pages.store.write(&place.corp, signature, work).await
}

/// To a script the messages that came of it, or why not; to a browser the conversation.
async fn answer(
    pages: &Pages,
    signed_in: &SignedIn,
    place: &ConversationKey,
    to_script: bool,
    mut draft: Refused,
    done: Result<Vec<ChatMessage>>,
) -> Response<Body> {
    let conversation = paths::conversation(place.account.as_str());
    let error = match done {
        Ok(rows) if to_script => return fragment(pages, signed_in, place, rows).await,
        Ok(_) => return Redirect::to(&format!("{conversation}#latest")).into_response(),
        Err(error) => error,
    };
    match refusal(signed_in.lang, &error) {
        Some((status, problem)) if to_script => plain(status, problem),
        Some((status, problem)) => {
            draft.problem = Some(problem);
            let page = crate::view::Page { path: conversation, ..signed_in.page() };
            match inbox::open(pages, signed_in, place.account.clone(), None, page.clone(), draft).await {
                Ok(Some(view)) => html(status.as_u16(), PageKind::App, page::conversation(&view)),
                Ok(None) => notice(page, NoticeKind::NotFound),
                Err(error) => failed(page, &error),
            }
        }
        None => failed(signed_in.page(), &error),
    }
}

/// Why something was refused, for a script.
pub(super) fn plain(status: StatusCode, problem: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(problem));
    *response.status_mut() = status;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, plain);
    if status == StatusCode::TOO_MANY_REQUESTS {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
    }
    response
}

/// What came of it, for a page that shows it at once: replies among it are read with that.
async fn fragment(
    pages: &Pages,
    signed_in: &SignedIn,
    place: &ConversationKey,
    rows: Vec<ChatMessage>,
) -> Response<Body> {
    let shown = async {
        let viewer = inbox::viewer(pages, signed_in)?.1;
        let is_answered = rows.iter().any(|row| row.source != ChatAuthor::Member);
        let entries: Vec<Entry> = rows.into_iter().map(Entry::Chat).collect();
        let seen: Seen = entries.iter().collect();
        let account = place.account.clone();
        let messages = pages.store.read(&place.corp, move |tx| {
            let account = Arc::clone(tx.state().corp(&viewer.corp)?.account(&account)?);
            let messages = entries.iter().map(|entry| shown::message(tx, &viewer, &account, entry));
            messages.collect::<Result<Vec<_>>>()
        });
        let messages = messages.await?;
        if is_answered {
            inbox::mark_read(pages, signed_in, &place.account, seen).await;
        }
        Ok(messages)
    };
    match shown.await {
        Ok(messages) => html(200, PageKind::App, page::messages_alone(signed_in.lang, &messages)),
        Err(error) => failed(signed_in.page(), &error),
    }
}

/// What to tell the member, when it is not the server's own fault.
pub(super) fn refusal(lang: Lang, error: &Error) -> Option<(StatusCode, &'static str)> {
    let (Error::Rule(rule) | Error::RuleBecause(rule, _)) = error else { return None };
    let t = lang.texts();
    Some(match rule {
        Rule::ChatTextEmpty => (StatusCode::UNPROCESSABLE_ENTITY, t.chat_text_empty),
        Rule::ChatTextTooLong => (StatusCode::UNPROCESSABLE_ENTITY, t.chat_text_too_long),
        Rule::MediaTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, t.picture_too_large),
        Rule::PictureTooManyPixels => (StatusCode::UNPROCESSABLE_ENTITY, t.picture_too_many_pixels),
        Rule::StorageFull => (StatusCode::INSUFFICIENT_STORAGE, t.storage_full),
        Rule::MediaFormatInvalid => (StatusCode::UNPROCESSABLE_ENTITY, t.picture_invalid),
        Rule::BodyUnreadable => (StatusCode::BAD_REQUEST, t.failed),
        Rule::ChatTooFrequent => (StatusCode::TOO_MANY_REQUESTS, t.chat_too_frequent),
        Rule::WritingOff => (StatusCode::FORBIDDEN, t.writing_off_no_menu),
        Rule::MemberBlocked => (StatusCode::FORBIDDEN, t.blocked),
        Rule::AccountDisabled => (StatusCode::FORBIDDEN, t.account_closed),
        Rule::UnknownMenuItem => (StatusCode::NOT_FOUND, t.menu_item_gone),
        Rule::UnknownCard | Rule::UnknownMedia => (StatusCode::GONE, t.material_gone),
        Rule::UnknownAccount => (StatusCode::NOT_FOUND, t.not_found),
        _ => return None,
    })
}
