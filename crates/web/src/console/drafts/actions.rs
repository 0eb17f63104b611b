//! The forms of a draft: what each changes.

use axum::{
    body::Body,
    extract::{Form, Path, State},
    http::{Extensions, Response},
    response::{IntoResponse, Redirect},
};
use carillon_domain::send::{
    self, DecidedBy,
    draft::{self, Decision},
    draft_message,
};
use carillon_model::{
    error::{Error, Result, Rule},
    id::{AccountId, CorpId, SendDraftId, TaskId},
};
use carillon_store::Tx;

use super::{
    APPROVE_ROLES, DraftPath, ROLES, SEND_ROLES, WRITE_ROLES, forms, load, path, problem, respond, write,
};
use crate::{
    console::{
        Section,
        access::Operator,
        cards::articles::Submitted,
        form::Pairs,
        page::MessageForm,
        sends,
        text::{cards::CardTexts, drafts::DraftTexts},
    },
    paths,
    routes::{
        Pages, Visitor, failed, notice,
        own_password::{self, OwnPassword},
        uncached,
    },
    view::NoticeKind,
};

pub async fn set_message(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): DraftPath,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let (typed, options, submitted) =
        (forms::message_fields(&form), forms::options(&form), Submitted::read(&form));
    let kind = MessageForm::parse(form.text("kind"));
    let overlay = load::Overlay {
        form: kind,
        typed: Some(typed.clone()),
        submitted: Some(submitted.clone()),
        options: Some(options),
        ..load::Overlay::default()
    };
    if submitted.is_arranged() {
        // A button of the form was pressed: it is shown again, and nothing is saved.
        let account = AccountId::from(unionid);
        if operator.account(&account, ROLES).is_some() && operator.account(&account, WRITE_ROLES).is_none() {
            return notice(operator.page(), NoticeKind::Forbidden);
        }
        let overlay = load::Overlay { version: form.number("version"), ..overlay };
        return respond(&pages, &operator, &account, SendDraftId(id), overlay).await;
    }
    let message = kind.map(|kind| forms::message(kind, typed, &submitted));
    let env = pages.env.clone();
    let target = (unionid, id, &form);
    write(&pages, &operator, target, WRITE_ROLES, ("console.draft.message", "saved"), overlay, {
        move |tx, corp, edit| {
            draft_message::set(tx, &env, corp, edit.draft(), &edit.by, message, options)?;
            Ok(None)
        }
    })
    .await
}

pub async fn set_receivers(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): DraftPath,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let receivers = forms::receivers(&form);
    let overlay = load::Overlay { users: Some(form.text("users").to_owned()), ..load::Overlay::default() };
    let env = pages.env.clone();
    let action = ("console.draft.receivers", "saved");
    write(&pages, &operator, (unionid, id, &form), WRITE_ROLES, action, overlay, move |tx, corp, edit| {
        draft::change(tx, &env, corp, edit.draft(), &edit.by, |content| content.receivers = receivers)?;
        Ok(None)
    })
    .await
}

pub async fn set_time(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): DraftPath,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let due_at = forms::due_at(&form, &operator.viewer(&pages).zone);
    let env = pages.env.clone();
    let action = ("console.draft.time", "saved");
    let overlay = load::Overlay::default();
    write(&pages, &operator, (unionid, id, &form), WRITE_ROLES, action, overlay, move |tx, corp, edit| {
        let due_at = due_at?;
        if due_at.is_some_and(|due_at| due_at <= env.now()) {
            return Err(Error::invalid("send_time", "must be in the future"));
        }
        draft::change(tx, &env, corp, edit.draft(), &edit.by, |content| content.due_at = due_at)?;
        Ok(None)
    })
    .await
}

pub async fn preview(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): DraftPath,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let env = pages.env.clone();
    let action = ("console.draft.preview", "preview");
    let overlay = load::Overlay::default();
    write(&pages, &operator, (unionid, id, &form), WRITE_ROLES, action, overlay, move |tx, corp, edit| {
        draft::preview(tx, &env, corp, &edit.account, edit.id, &edit.by)?;
        Ok(None)
    })
    .await
}

pub async fn ask(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): DraftPath,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let env = pages.env.clone();
    let action = ("console.draft.ask", "asked");
    let overlay = load::Overlay::default();
    write(&pages, &operator, (unionid, id, &form), WRITE_ROLES, action, overlay, move |tx, corp, edit| {
        draft::request_approval(tx, &env, corp, edit.draft(), &edit.by)?;
        Ok(None)
    })
    .await
}

pub async fn decide(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): DraftPath,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let decision = match form.text("decision") {
        "approve" => Decision::Approve,
        "reject" => Decision::Reject(form.text("note").trim().to_owned()),
        _ => return notice(operator.page(), NoticeKind::NotFound),
    };
    let env = pages.env.clone();
    let action = ("console.draft.decide", "decided");
    let overlay = load::Overlay::default();
    write(&pages, &operator, (unionid, id, &form), APPROVE_ROLES, action, overlay, move |tx, corp, edit| {
        draft::decide(tx, &env, corp, edit.draft(), &edit.by, decision)?;
        Ok(None)
    })
    .await
}

pub async fn send(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): DraftPath,
    visitor: Visitor,
    extensions: Extensions,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let confirmed = form.text("confirm").trim().parse().ok();
    let account = AccountId::from(unionid.as_str());
    let overlay = load::Overlay::default();
    // The session alone must not be enough for a send to everybody. The version in the form keeps the receivers from changing
    // between this read and the write.
    match goes_to_everybody(&pages, &operator, &account, SendDraftId(id)).await {
        Ok(true) if operator.account(&account, SEND_ROLES).is_some() => {
            let password = form.text("password").to_owned();
            let d = DraftTexts::of(operator.signed_in.lang);
            let problem = match own_password::verify(
                &pages,
                &operator.signed_in,
                &visitor,
                &extensions,
                password,
            )
            .await
            {
                Ok(OwnPassword::Right) => None,
                Ok(OwnPassword::Wrong | OwnPassword::Missing) => Some(d.wrong_password),
                Ok(OwnPassword::TooManyTries) => Some(d.too_many_passwords),
                Ok(OwnPassword::Busy) => Some(d.busy),
                Err(error) => return failed(operator.page(), &error),
            };
            if let Some(problem) = problem {
                let overlay = load::Overlay { problems: vec![problem.to_owned()], ..overlay };
                return respond(&pages, &operator, &account, SendDraftId(id), overlay).await;
            }
        }
        // What else is wrong, the write says.
        Ok(_) => {}
        Err(error) => return failed(operator.page(), &error),
    }
    let env = pages.env.clone();
    let action = ("console.draft.send", "sent");
    write(&pages, &operator, (unionid, id, &form), SEND_ROLES, action, overlay, move |tx, corp, edit| {
        let task = draft::send(tx, &env, corp, edit.draft(), &edit.by, confirmed)?;
        let account = paths::encode(edit.account.as_str());
        Ok(Some(format!("{}/{account}/{}", Section::Sends.path(), paths::encode(task.as_str()))))
    })
    .await
}

async fn goes_to_everybody(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    id: SendDraftId,
) -> Result<bool> {
    let (corp, of) = (operator.corp().clone(), account.clone());
    let draft = pages.store.read(operator.corp(), move |tx| match draft::get(tx, &corp, &of, id) {
        Ok(draft) => Ok(Some(draft)),
        Err(Error::Rule(Rule::UnknownDraft)) => Ok(None),
        Err(error) => Err(error),
    });
    Ok(draft.await?.is_some_and(|draft| draft.content.receivers.all))
}

pub async fn delete(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): DraftPath,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let action = ("console.draft.delete", "deleted");
    let overlay = load::Overlay::default();
    write(&pages, &operator, (unionid, id, &form), WRITE_ROLES, action, overlay, move |tx, corp, edit| {
        draft::delete(tx, corp, &edit.account, edit.id)?;
        Ok(Some(format!("{}?account={}", Section::Drafts.path(), paths::encode(edit.account.as_str()))))
    })
    .await
}

/// Takes a scheduled send back, as a draft.
pub async fn take_back(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, task)): Path<(String, String)>,
) -> Response<Body> {
    let (env, by) = (pages.env.clone(), operator.signed_in.userid.clone());
    end_waiting(
        &pages,
        &operator,
        unionid,
        task,
        "console.draft.take_back",
        move |tx, corp, account, task| {
            let id = draft::take_back(tx, &env, corp, account, task, &by)?;
            Ok(path(account, id))
        },
    )
    .await
}

/// Calls a scheduled send off.
pub async fn cancel(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, task)): Path<(String, String)>,
) -> Response<Body> {
    let env = pages.env.clone();
    end_waiting(&pages, &operator, unionid, task, "console.send.cancel", move |tx, corp, account, task| {
        send::cancel(tx, &env, corp, account, task)?;
        Ok(format!("{}?done=cancel", sends::href(account, task)))
    })
    .await
}

/// Sends a scheduled send now.
pub async fn send_now(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, task)): Path<(String, String)>,
) -> Response<Body> {
    let env = pages.env.clone();
    end_waiting(&pages, &operator, unionid, task, "console.send.now", move |tx, corp, account, task| {
        send::send_now(tx, &env, corp, account, task, DecidedBy::Operator)?;
        Ok(format!("{}?done=now", sends::href(account, task)))
    })
    .await
}

/// Moves a scheduled send to another time.
pub async fn move_to(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, task)): Path<(String, String)>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let (env, due_at) = (pages.env.clone(), forms::time_of(&form, &operator.viewer(&pages).zone));
    end_waiting(&pages, &operator, unionid, task, "console.send.move", move |tx, corp, account, task| {
        send::move_to(tx, &env, corp, (account, task), due_at?, DecidedBy::Operator)?;
        Ok(format!("{}?done=move", sends::href(account, task)))
    })
    .await
}

/// Ends the wait of a scheduled send, or changes its time, and leads to the returned path.
async fn end_waiting(
    pages: &Pages,
    operator: &Operator,
    unionid: String,
    task: String,
    action: &str,
    work: impl FnOnce(&mut Tx<'_>, &CorpId, &AccountId, &TaskId) -> Result<String> + Send + 'static,
) -> Response<Body> {
    let (account, task) = (AccountId::from(unionid), TaskId::from(task));
    if operator.account(&account, ROLES).is_none() {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    if operator.account(&account, SEND_ROLES).is_none() {
        return notice(operator.page(), NoticeKind::Forbidden);
    }
    let (corp, of, id) = (operator.corp().clone(), account.clone(), task.clone());
    let signature = operator.signature(pages, action);
    let written = pages.store.write(operator.corp(), signature, move |tx| work(tx, &corp, &of, &id));
    let d = DraftTexts::of(operator.signed_in.lang);
    match written.await {
        Ok(leads) => uncached(Redirect::to(&leads).into_response()),
        Err(Error::Rule(Rule::NotWaiting)) => {
            sends::refused(pages, operator, &account, task, d.not_waiting.to_owned()).await
        }
        Err(Error::Rule(Rule::TooManyDrafts)) => {
            sends::refused(pages, operator, &account, task, d.too_many.to_owned()).await
        }
        Err(Error::Rule(Rule::UnknownTask | Rule::AccountDisabled)) => {
            notice(operator.page(), NoticeKind::NotFound)
        }
        Err(error) => match problem(d, CardTexts::of(operator.signed_in.lang), &error) {
            Some(problem) => sends::refused(pages, operator, &account, task, problem).await,
            None => failed(operator.page(), &error),
        },
    }
}
