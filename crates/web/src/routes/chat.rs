//! Actions of a member in a conversation: posting a text or a picture, choosing a menu item.

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::{Body, Bytes},
    extract::{Multipart, Path, Query, State, multipart::MultipartError},
    http::{HeaderValue, Response, StatusCode, header},
    response::{IntoResponse, Redirect},
};
use carillon_domain::{
    chat::{self, Choice, NewMessage, NewMessageContent},
    draft::{self, DraftOwner, DraftTarget},
    inbox::{Entry, ReadReceipts},
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
    draft::DraftRevision,
    failed, html,
    inbox::{self, RefusedText},
    menu, notice, presenter,
    session::SignedIn,
};
use crate::{page, paths, security::PageKind, text::Lang, view::NoticeKind};

/// The most bytes of a form, with the largest picture.
pub const FORM_BYTES: usize = (20 << 20) + (64 << 10);
/// The most characters of an idempotency key.
const SUBMISSION_CHARS: usize = 64;

type QueryParameters = Query<HashMap<String, String>>;

/// Posts a message of a member.
pub async fn post(
    State(pages): State<Pages>,
    Path(unionid): Path<String>,
    signed_in: SignedIn,
    Query(query): QueryParameters,
    form: Multipart,
) -> Response<Body> {
    let key = conversation_key(&signed_in, unionid);
    let mut refused = RefusedText::default();
    let done = async {
        let form = MessageForm::read(form).await?;
        refused.text.clone_from(&form.text);
        store(&pages, &signed_in, &key, form, pages.base_url.to_string()).await
    };
    let done = done.await;
    respond(&pages, &signed_in, &key, query.contains_key("fragment"), refused, done).await
}

/// Posts the choice of a menu item. The content of the form is ignored.
pub async fn choose(
    State(pages): State<Pages>,
    Path((unionid, position)): Path<(String, String)>,
    signed_in: SignedIn,
    Query(query): QueryParameters,
) -> Response<Body> {
    let key = conversation_key(&signed_in, unionid);
    let done = async {
        let (button, item) = menu::parse_position(&position).ok_or(Error::Rule(Rule::UnknownMenuItem))?;
        let (env, at) = (pages.env.clone(), key.clone());
        let choice = Choice { button, item };
        let signature = signed_in.signature(&env, signed_in.path.clone());
        let choose = move |tx: &mut Tx<'_>| chat::choose(tx, &env, &at, &choice);
        pages.store.write(&key.corp, signature, choose).await
    };
    let done = done.await;
    respond(&pages, &signed_in, &key, query.contains_key("fragment"), RefusedText::default(), done).await
}

fn conversation_key(signed_in: &SignedIn, unionid: String) -> ConversationKey {
    ConversationKey {
        corp: signed_in.corp.clone(),
        account: AccountId::from(unionid),
        member: signed_in.member,
    }
}

/// A submitted form.
#[derive(Default)]
struct MessageForm {
    text: String,
    submission: String,
    /// The state of the draft in the page.
    draft_revision: DraftRevision,
    /// The file name and the content.
    picture: Option<(String, Bytes)>,
}

impl MessageForm {
    async fn read(mut form: Multipart) -> Result<Self> {
        let mut read = Self::default();
        while let Some(field) = form.next_field().await.map_err(multipart_error)? {
            match field.name() {
                Some("text") => read.text = field.text().await.map_err(multipart_error)?,
                Some("submission") => {
                    let name = field.text().await.map_err(multipart_error)?;
                    read.submission = name.chars().take(SUBMISSION_CHARS).collect();
                }
                Some("picture") => {
                    let name = field.file_name().unwrap_or_default().to_owned();
                    let content = field.bytes().await.map_err(multipart_error)?;
                    // Browsers send an empty file if none was chosen.
                    read.picture = (!content.is_empty()).then_some((name, content));
                }
                Some(name @ ("writer" | "revision" | "known")) => {
                    let name = name.to_owned();
                    read.draft_revision.read_field(&name, &field.text().await.map_err(multipart_error)?);
                }
                _ => {}
            }
        }
        Ok(read)
    }
}

pub(crate) fn multipart_error(error: MultipartError) -> Error {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Rule::MediaTooLarge.into(),
        _ => Rule::BodyUnreadable.into(),
    }
}

/// Stores the messages of a form. A picture and a text in one form become two messages, the picture first.
async fn store(
    pages: &Pages,
    signed_in: &SignedIn,
    key: &ConversationKey,
    form: MessageForm,
    base_url: String,
) -> Result<Vec<ChatMessage>> {
    let _upload = match &form.picture {
        Some(_) => Some(pages.store.objects().begin_upload().await),
        None => None,
    };
    let mut messages = Vec::new();
    let message = |content, submission: String| NewMessage {
        content,
        submission: Some(submission).filter(|name| !name.is_empty()),
        base_url: base_url.clone(),
    };
    if let Some((file_name, content)) = form.picture {
        let format = media::inspect(MediaType::Image, &file_name, &content)?;
        let size = content.len();
        let picture_submission =
            if form.submission.is_empty() { String::new() } else { format!("{} picture", form.submission) };
        let (env, at, name) = (pages.env.clone(), key.clone(), picture_submission.clone());
        let check = move |tx: &mut Tx<'_>| chat::check_picture(tx, &env, &at, Some(&name), size);
        pages.store.read(&key.corp, check).await?;
        // The content is stored before the row, so a row never refers to missing content.
        let content = pages.store.objects().put(content).await?;
        let new = NewMedia { media_type: MediaType::Image, format, file_name, size, content };
        messages.push(message(NewMessageContent::Picture(new), picture_submission));
    }
    let mut sent_draft = None;
    if messages.is_empty() || !form.text.trim().is_empty() {
        sent_draft = Some((form.submission.clone(), form.text.clone(), form.draft_revision.writer()));
        messages.push(message(NewMessageContent::Text(form.text), form.submission));
    }
    let (env, at) = (pages.env.clone(), key.clone());
    let work = move |tx: &mut Tx<'_>| {
        let mut rows = Vec::new();
        for message in messages {
            rows.extend(chat::post_message(tx, &env, &at, message)?);
        }
        if let Some((name, text, writer)) = sent_draft {
            let target = DraftTarget::Conversation(at.account.clone());
            let owner = DraftOwner { corp: at.corp.clone(), member: at.member, target };
            draft::clear_sent(tx, &env, &owner, &name, &text, writer)?;
        }
        Ok(rows)
    };
    let signature = signed_in.signature(&pages.env, signed_in.path.clone());
    pages.store.write(&key.corp, signature, work).await
}

/// Returns the resulting messages or the problem to a script, the conversation page to a browser.
async fn respond(
    pages: &Pages,
    signed_in: &SignedIn,
    key: &ConversationKey,
    to_script: bool,
    mut refused: RefusedText,
    done: Result<Vec<ChatMessage>>,
) -> Response<Body> {
    let conversation = paths::conversation(key.account.as_str());
    let error = match done {
        Ok(rows) if to_script => return fragment(pages, signed_in, key, rows).await,
        Ok(_) => return Redirect::to(&format!("{conversation}#latest")).into_response(),
        Err(error) => error,
    };
    match problem(signed_in.lang, &error) {
        Some((status, problem)) if to_script => plain_text(status, problem),
        Some((status, problem)) => {
            refused.problem = Some(problem);
            let page = crate::view::Page { path: conversation, ..signed_in.page() };
            match inbox::open(pages, signed_in, key.account.clone(), None, page.clone(), refused).await {
                Ok(Some(view)) => html(status.as_u16(), PageKind::App, page::conversation(&view)),
                Ok(None) => notice(page, NoticeKind::NotFound),
                Err(error) => failed(page, &error),
            }
        }
        None => failed(signed_in.page(), &error),
    }
}

/// Returns a problem as plain text, for a script.
pub(super) fn plain_text(status: StatusCode, problem: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(problem));
    *response.status_mut() = status;
    let content_type = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    if status == StatusCode::TOO_MANY_REQUESTS {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
    }
    response
}

/// Returns the resulting messages as a fragment. Replies among them are marked as read.
async fn fragment(
    pages: &Pages,
    signed_in: &SignedIn,
    key: &ConversationKey,
    rows: Vec<ChatMessage>,
) -> Response<Body> {
    let messages = async {
        let viewer = inbox::viewer(pages, signed_in)?.1;
        let has_replies = rows.iter().any(|row| row.author != ChatAuthor::Member);
        let entries: Vec<Entry> = rows.into_iter().map(Entry::Chat).collect();
        let receipts: ReadReceipts = entries.iter().collect();
        let account = key.account.clone();
        let messages = pages.store.read(&key.corp, move |tx| {
            let account = Arc::clone(tx.state().corp(&viewer.corp)?.account(&account)?);
            let messages = entries.iter().map(|entry| presenter::message(tx, &viewer, &account, entry));
            messages.collect::<Result<Vec<_>>>()
        });
        let messages = messages.await?;
        if has_replies {
            inbox::mark_read(pages, signed_in, &key.account, receipts).await;
        }
        Ok(messages)
    };
    match messages.await {
        Ok(messages) => html(200, PageKind::App, page::messages_alone(signed_in.lang, &messages)),
        Err(error) => failed(signed_in.page(), &error),
    }
}

/// Returns the status and the text for an error that the member can understand; `None` for errors of the server.
pub(super) fn problem(lang: Lang, error: &Error) -> Option<(StatusCode, &'static str)> {
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
