//! Saves drafts: what a member types before sending it.

use axum::{
    body::Body,
    extract::{Multipart, Path, State},
    http::{Response, StatusCode},
};
use carillon_domain::{
    article::{ArticleLink, LinkSource},
    comment,
    draft::{self, DraftOwner, DraftTarget, DraftWriter},
};
use carillon_model::{
    error::{Error, Result, Rule},
    id::{AccountId, TaskId},
};
use carillon_store::{NewDraft, Tx};

use super::{Pages, chat, empty, failed, session::SignedIn};

/// The state of the draft of a field, as the page sends it.
#[derive(Default)]
pub struct DraftRevision {
    writer: String,
    revision: i64,
    known: String,
}

impl DraftRevision {
    /// Takes the value of a form field. Without any field, the page has saved nothing.
    pub fn read_field(&mut self, name: &str, value: &str) {
        match name {
            "writer" => value.clone_into(&mut self.writer),
            "known" => value.clone_into(&mut self.known),
            _ => self.revision = value.parse().unwrap_or_default(),
        }
    }

    /// Returns the page that saved the draft; `None` if the form does not name it.
    pub fn writer(self) -> Option<DraftWriter> {
        let Self { writer, revision, known } = self;
        (!writer.is_empty()).then_some(DraftWriter { name: writer, revision, last_known: known })
    }
}

/// A submitted form.
#[derive(Default)]
struct DraftForm {
    name: String,
    text: String,
    /// For a comment: the task id of the message with the article.
    send: String,
    revision: DraftRevision,
    /// Texts that the page has read or saved before.
    known: Vec<String>,
}

impl DraftForm {
    async fn read(mut form: Multipart) -> Result<Self> {
        let mut read = Self::default();
        while let Some(field) = form.next_field().await.map_err(chat::multipart_error)? {
            let name = field.name().unwrap_or_default().to_owned();
            let value = field.text().await.map_err(chat::multipart_error)?;
            match name.as_str() {
                "name" => read.name = value,
                "text" => read.text = value,
                "send" => read.send = value,
                "known" => read.known.push(value),
                "writer" | "revision" => read.revision.read_field(&name, &value),
                _ => {}
            }
        }
        Ok(read)
    }
}

/// Saves the draft of a message, or a message that could not be sent.
pub async fn save_message(
    State(pages): State<Pages>,
    Path(unionid): Path<String>,
    signed_in: SignedIn,
    form: Multipart,
) -> Response<Body> {
    let save = async {
        let form = DraftForm::read(form).await?;
        let (corp, account) = (&signed_in.corp, AccountId::from(unionid));
        pages.store.state().corp(corp)?.account(&account)?;
        save(&pages, &signed_in, DraftTarget::Conversation(account), form).await
    };
    respond(&signed_in, save.await)
}

/// Saves the draft of a comment.
pub async fn save_comment(
    State(pages): State<Pages>,
    Path((corp, id)): Path<(String, String)>,
    signed_in: SignedIn,
    form: Multipart,
) -> Response<Body> {
    let save = async {
        let form = DraftForm::read(form).await?;
        let task = TaskId::from(form.send.as_str());
        let link = ArticleLink::parse(&id, LinkSource::Send(task.clone()))
            .filter(|_| signed_in.corp.as_str() == corp);
        let article = link.ok_or(Error::Rule(Rule::UnknownArticle))?.id;
        let (of, member, send) = (signed_in.corp.clone(), signed_in.member, task.clone());
        let place =
            pages.store.read(&signed_in.corp, move |tx| comment::thread(tx, &of, member, article, &send));
        place.await?.ok_or(Error::Rule(Rule::UnknownArticle))?;
        save(
            &pages,
            &signed_in,
            DraftTarget::Comments(article, task),
            DraftForm { name: String::new(), ..form },
        )
        .await
    };
    respond(&signed_in, save.await)
}

async fn save(pages: &Pages, signed_in: &SignedIn, target: DraftTarget, form: DraftForm) -> Result<()> {
    let (env, signature) = (pages.env.clone(), signed_in.signature(&pages.env, "draft.save"));
    let owner = DraftOwner { corp: signed_in.corp.clone(), member: signed_in.member, target };
    let DraftRevision { writer, revision, .. } = form.revision;
    let new = NewDraft { name: form.name, text: form.text, writer, revision };
    pages
        .store
        .write(&signed_in.corp, signature, move |tx: &mut Tx<'_>| {
            draft::save(tx, &env, &owner, new, &form.known)
        })
        .await
}

/// Returns an empty response, or the problem.
fn respond(signed_in: &SignedIn, saved: Result<()>) -> Response<Body> {
    let error = match saved {
        Ok(()) => return empty(StatusCode::NO_CONTENT),
        Err(error) => error,
    };
    match error {
        Error::Invalid { .. } => empty(StatusCode::BAD_REQUEST),
        Error::Rule(Rule::UnknownArticle) => empty(StatusCode::NOT_FOUND),
        error => match chat::problem(signed_in.lang, &error) {
            Some((status, problem)) => chat::plain_text(status, problem),
            None => failed(signed_in.page(), &error),
        },
    }
}
