//! Making, changing and deleting a card, and a new send with it.

use axum::{
    body::Body,
    extract::{Form, Path, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_domain::{
    card,
    send::{
        draft,
        draft_message::{self, NewMessage},
    },
};
use carillon_model::{
    error::{Error, Result, Rule},
    id::{AccountId, CardId, CorpId},
    operator::OperatorRole,
    send_draft::DraftContent,
    time::Timestamp,
};
use carillon_store::Tx;

use super::{CHANGE_ROLES, NEW, ROLES, articles::Submitted, list_path, load, path, problem, show_with};
use crate::{
    console::{access::Operator, drafts, form::Pairs, text::cards::CardTexts},
    routes::{Pages, failed, notice, uncached},
    view::NoticeKind,
};

type CardAt = Path<(String, String)>;

/// Saves the articles, or shows the form after one of its buttons.
pub async fn save(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): CardAt,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let account = AccountId::from(unionid);
    let submitted = Submitted::read(&form);
    let version = form.number("version").unwrap_or_default();
    let overlay =
        load::Overlay { submitted: Some(submitted.clone()), version: Some(version), ..Default::default() };
    if submitted.is_arranged() {
        if operator.account(&account, CHANGE_ROLES).is_none() {
            return notice(operator.page(), refusal(&operator, &account));
        }
        return show_with(&pages, &operator, &account, &id, overlay).await;
    }
    let (env, of, card_id) = (pages.env.clone(), account.clone(), CardId::from(id.as_str()));
    let is_new = id == NEW;
    let action = if is_new { "console.card.add" } else { "console.card.update" };
    let work = move |tx: &mut Tx<'_>, corp: &CorpId| {
        let articles = submitted.ids();
        let id = if is_new {
            card::add_named(tx, &env, corp, &of, articles)?
        } else {
            let based_on = Timestamp(version);
            card::update_unchanged(tx, &env, corp, (&of, &card_id, based_on), articles)?;
            card_id
        };
        Ok(format!("{}?done=saved", path(&of, &id)))
    };
    write(&pages, &operator, (account, &id), CHANGE_ROLES, action, overlay, work).await
}

/// Makes a draft of a send with the card.
pub async fn send(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): CardAt,
) -> Response<Body> {
    let account = AccountId::from(unionid);
    let (env, of, card_id) = (pages.env.clone(), account.clone(), CardId::from(id.as_str()));
    let by = operator.signed_in.userid.clone();
    let work = move |tx: &mut Tx<'_>, corp: &CorpId| {
        card::stored(tx, corp, &of, &card_id)?;
        let draft = draft::add(tx, &env, corp, &of, &by)?;
        let version = draft::get(tx, corp, &of, draft)?.version;
        let options = draft_message::Options::of(&DraftContent::default());
        let message = Some(NewMessage::Card(card_id));
        draft_message::set(tx, &env, corp, (&of, draft, version), &by, message, options)?;
        Ok(drafts::path(&of, draft))
    };
    let overlay = load::Overlay::default();
    write(&pages, &operator, (account, &id), drafts::WRITE_ROLES, "console.draft.add", overlay, work).await
}

/// Deletes a card that nothing shows.
pub async fn delete(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): CardAt,
) -> Response<Body> {
    let account = AccountId::from(unionid);
    let (of, card_id) = (account.clone(), CardId::from(id.as_str()));
    let work = move |tx: &mut Tx<'_>, corp: &CorpId| {
        card::delete_unused(tx, corp, &of, &card_id)?;
        Ok(format!("{}&deleted=1", list_path(&of)))
    };
    let overlay = load::Overlay::default();
    write(&pages, &operator, (account, &id), CHANGE_ROLES, "console.card.delete", overlay, work).await
}

fn refusal(operator: &Operator, account: &AccountId) -> NoticeKind {
    if operator.account(account, ROLES).is_none() { NoticeKind::NotFound } else { NoticeKind::Forbidden }
}

/// Does a unit of work and leads to the returned path, or shows the page with the problem.
async fn write(
    pages: &Pages,
    operator: &Operator,
    (account, id): (AccountId, &str),
    roles: &[OperatorRole],
    action: &str,
    overlay: load::Overlay,
    work: impl FnOnce(&mut Tx<'_>, &CorpId) -> Result<String> + Send + 'static,
) -> Response<Body> {
    if operator.account(&account, roles).is_none() {
        return notice(operator.page(), refusal(operator, &account));
    }
    let corp = operator.corp().clone();
    let signature = operator.signature(pages, action);
    match pages.store.write(operator.corp(), signature, move |tx| work(tx, &corp)).await {
        Ok(leads) => uncached(Redirect::to(&leads).into_response()),
        Err(Error::Rule(Rule::UnknownCard)) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => match problem(CardTexts::of(operator.signed_in.lang), &error) {
            Some(problem) => {
                // After a conflict, saving once more is a decision.
                let version = match error {
                    Error::Rule(Rule::DraftChanged) => None,
                    _ => overlay.version,
                };
                let overlay = load::Overlay { problem: Some(problem), version, ..overlay };
                show_with(pages, operator, &account, id, overlay).await
            }
            None => failed(operator.page(), &error),
        },
    }
}
