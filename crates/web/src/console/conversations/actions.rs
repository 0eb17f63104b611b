//! What operators do in a conversation.

use std::collections::HashMap;

use axum::{
    body::{Body, Bytes},
    extract::{Form, Multipart, Path, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_domain::{
    account::audience,
    card::FULL,
    chat::{
        assign,
        operator::{self, Reply},
    },
};
use carillon_model::{
    chat::ChatAuthor,
    error::{Error, Result, Rule},
    id::{AccountId, ArticleId, CardId, MemberNo, UserId},
};
use carillon_store::{ConversationKey, MediaOwner, Tx};
use serde::Deserialize;

use super::{
    ROLES,
    thread::{Refused, respond},
    thread_path,
};
use crate::{
    console::{
        access::Operator,
        pictures,
        text::{cards::CardTexts, conversations::ConversationTexts, texts},
    },
    routes::{Pages, failed, multipart_error, notice, uncached},
    text::Lang,
    view::NoticeKind,
};

/// A conversation as its address names it.
type ThreadPath = Path<(String, u32)>;

/// A submitted form.
#[derive(Default, Deserialize)]
pub struct ReplyForm {
    #[serde(default)]
    text: String,
    /// `article` or `card` and its id; absent for a text.
    material: Option<String>,
}

/// Posts a reply: a text, an article or a card.
pub async fn reply(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, member)): ThreadPath,
    Form(form): Form<ReplyForm>,
) -> Response<Body> {
    let env = pages.env.clone();
    let (text, material) = (form.text.clone(), form.material);
    let work = move |tx: &mut Tx<'_>, key: &ConversationKey| {
        let reply = match material.as_deref().map(|material| material.split_once(' ')) {
            None => Reply::Text(text),
            Some(Some(("article", id))) => {
                let id = id.parse().map_err(|_| Error::invalid("articleIds", "is no number"))?;
                Reply::Articles(vec![ArticleId(id)])
            }
            Some(Some(("card", id))) => Reply::Card(CardId::from(id)),
            Some(_) => return Err(Error::invalid("cardId", "must be chosen")),
        };
        operator::reply_as(tx, &env, key, ChatAuthor::Operator, reply).map(drop)
    };
    write(&pages, &operator, unionid, MemberNo(member), ("console.reply", form.text), work).await
}

/// Posts a picture: an uploaded one, or one of the library.
pub async fn picture(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, member)): ThreadPath,
    form: Multipart,
) -> Response<Body> {
    let (account, member) = (AccountId::from(unionid), MemberNo(member));
    if operator.account(&account, ROLES).is_none() {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    let _upload = pages.store.objects().begin_upload().await;
    let env = pages.env.clone();
    let reply = match prepare(&pages, &operator, &account, form).await {
        Ok(reply) => reply,
        Err(error) => return refused(&pages, &operator, &account, member, String::new(), &error).await,
    };
    let work = move |tx: &mut Tx<'_>, key: &ConversationKey| {
        let reply = match reply {
            Chosen::Upload(new) => Reply::Upload(new),
            Chosen::Library(id) => {
                let chosen = pictures::chosen(tx, &key.corp, &key.account, &id)?;
                Reply::Picture(chosen.ok_or(Rule::MediaEmpty)?)
            }
        };
        operator::reply_as(tx, &env, key, ChatAuthor::Operator, reply).map(drop)
    };
    write(&pages, &operator, account.to_string(), member, ("console.reply", String::new()), work).await
}

/// A picture of a form.
enum Chosen {
    Upload(carillon_domain::media::NewMedia),
    Library(String),
}

/// Reads the form, and stores the content of an uploaded picture. Its row follows with the message.
async fn prepare(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    mut form: Multipart,
) -> Result<Chosen> {
    let (mut library, mut file) = (String::new(), None::<(String, Bytes)>);
    while let Some(field) = form.next_field().await.map_err(multipart_error)? {
        match field.name() {
            Some("media") => library = field.text().await.map_err(multipart_error)?,
            Some("picture") => {
                let name = field.file_name().unwrap_or_default().to_owned();
                let content = field.bytes().await.map_err(multipart_error)?;
                // Browsers send an empty file if none was chosen.
                file = (!(name.is_empty() && content.is_empty())).then_some((name, content));
            }
            _ => {}
        }
    }
    match file {
        None => Ok(Chosen::Library(library)),
        Some(file) => {
            let owner = MediaOwner::Account(account.clone());
            Ok(Chosen::Upload(pictures::prepare(pages, operator, owner, file).await?.media))
        }
    }
}

/// A submitted form.
#[derive(Deserialize)]
pub struct AssignForm {
    /// The userid of the operator; empty for nobody.
    #[serde(default)]
    to: String,
    /// The userid of the operator who had it on the page.
    #[serde(default)]
    known: String,
}

/// Gives the conversation to an operator, or to nobody.
pub async fn assign(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, member)): ThreadPath,
    Form(form): Form<AssignForm>,
) -> Response<Body> {
    let userid = |text: String| Some(UserId::from(text)).filter(|userid| !userid.as_str().is_empty());
    let (to, known) = (userid(form.to), userid(form.known));
    let work = move |tx: &mut Tx<'_>, key: &ConversationKey| {
        assign::assign(tx, key, to.as_ref(), Some(known.as_ref()))
    };
    write(&pages, &operator, unionid, MemberNo(member), ("console.assign", String::new()), work).await
}

/// Marks a conversation as done without a reply.
pub async fn done(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, member)): ThreadPath,
) -> Response<Body> {
    let work = |tx: &mut Tx<'_>, key: &ConversationKey| operator::mark_as_done(tx, key);
    write(&pages, &operator, unionid, MemberNo(member), ("console.done", String::new()), work).await
}

/// A submitted form.
#[derive(Deserialize)]
pub struct BlockForm {
    /// `1` to block the member, empty to lift the block.
    #[serde(default)]
    blocked: String,
}

/// Blocks the member, or lifts the block.
pub async fn block(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, member)): ThreadPath,
    Form(form): Form<BlockForm>,
) -> Response<Body> {
    let blocked = form.blocked == "1";
    let work = move |tx: &mut Tx<'_>, key: &ConversationKey| {
        let (userid, _) = tx.member_name(&key.corp, key.member)?.ok_or(Rule::UnknownUser)?;
        audience::set_member_blocked(tx, &key.corp, &key.account, &userid, blocked)
    };
    write(&pages, &operator, unionid, MemberNo(member), ("console.block", String::new()), work).await
}

/// Does a unit of work in a conversation, and shows it again.
async fn write(
    pages: &Pages,
    operator: &Operator,
    unionid: String,
    member: MemberNo,
    (action, text): (&str, String),
    work: impl FnOnce(&mut Tx<'_>, &ConversationKey) -> Result<()> + Send + 'static,
) -> Response<Body> {
    let account = AccountId::from(unionid);
    if operator.account(&account, ROLES).is_none() {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    let key = ConversationKey { corp: operator.corp().clone(), account: account.clone(), member };
    let signature = operator.signature(pages, action);
    let written = pages.store.write(operator.corp(), signature, move |tx| {
        if tx.conversation(&key)?.is_none() {
            return Err(Rule::UnknownUser.into());
        }
        work(tx, &key)
    });
    match written.await {
        Ok(()) => {
            let path = format!("{}#latest", thread_path(&account, member));
            uncached(Redirect::to(&path).into_response())
        }
        Err(error) => refused(pages, operator, &account, member, text, &error).await,
    }
}

/// Shows the conversation with the reason of a refusal, and with the text that was typed.
async fn refused(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    member: MemberNo,
    text: String,
    error: &Error,
) -> Response<Body> {
    match problem(operator.signed_in.lang, error) {
        Some(problem) => {
            let refused = Refused { text, problem };
            respond(pages, operator, account, member, &HashMap::new(), Some(refused)).await
        }
        None => failed(operator.page(), error),
    }
}

/// The text for an error that the operator can understand; `None` for errors of the server.
fn problem(lang: Lang, error: &Error) -> Option<&'static str> {
    let (t, c) = (texts(lang), ConversationTexts::of(lang));
    Some(match error {
        Error::Invalid { reason, .. } if reason == FULL => CardTexts::of(lang).too_many_cards,
        Error::Invalid { field, .. } => match field.as_ref() {
            "currentOperatorId" => c.taken_meanwhile,
            "operatorId" => c.may_not_answer,
            "mediaId" => c.picture_gone,
            "cardId" | "articleIds" | "articleIds[0]" => c.material_gone,
            _ => return None,
        },
        Error::Rule(rule) | Error::RuleBecause(rule, _) => match rule {
            Rule::ChatTextEmpty => t.reply_empty,
            Rule::ChatTextTooLong => t.reply_too_long,
            Rule::MemberBlocked => t.member_blocked,
            Rule::AccountDisabled => t.account_disabled,
            Rule::TooManyUsers => t.too_many_blocked,
            Rule::UnknownUser | Rule::UnknownUserInList => t.member_left,
            Rule::UnknownMedia => c.picture_gone,
            _ => return pictures::problem(lang, error),
        },
        Error::Internal(_) => return None,
    })
}
