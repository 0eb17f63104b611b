//! Adds an account, changes its settings, and disables it.

use axum::{
    body::Body,
    extract::{Form, Multipart, Path, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_domain::account::settings::{self, AccountPicture};
use carillon_model::{
    error::{Error, Result, Rule},
    id::{AccountId, MediaId},
};
use carillon_store::{MediaOwner, Tx};

use super::{ROLES, load, parts, path, pictures::SubmittedSettings, respond};
use crate::{
    console::{access::Operator, form::Pairs, pictures as library, text::accounts::AccountTexts},
    routes::{Pages, failed, notice, uncached},
    view::NoticeKind,
};

/// Adds an account.
pub(super) async fn create(
    pages: &Pages,
    operator: &Operator,
    submitted: SubmittedSettings,
) -> Result<AccountId> {
    let texts = submitted.texts();
    texts.check()?;
    let (Some(avatar), Some(cover)) = (submitted.avatar, submitted.cover) else {
        return Err(Error::invalid("avatar", "is missing"));
    };
    let _upload = pages.store.objects().begin_upload().await;
    let avatar = library::prepare(pages, operator, MediaOwner::Nobody, avatar).await?;
    let cover = library::prepare(pages, operator, MediaOwner::Nobody, cover).await?;
    let (env, corp) = (pages.env.clone(), operator.corp().clone());
    let signature = operator.signature(pages, "console.account.add");
    let work = move |tx: &mut Tx<'_>| settings::create(tx, &env, &corp, texts, [avatar, cover]);
    pages.store.write(operator.corp(), signature, work).await
}

/// What the page says to an error; `None` for one that no input causes.
pub(super) fn problem(a: &'static AccountTexts, error: &Error) -> Option<&'static str> {
    Some(match error {
        Error::Invalid { reason, .. } if reason.contains("at most") => a.too_long,
        Error::Invalid { .. } => a.missing,
        Error::Rule(rule) | Error::RuleBecause(rule, _) => match rule {
            Rule::AccountNameTaken => a.name_taken,
            Rule::TooManyAccounts => a.too_many,
            Rule::StorageFull => a.storage_full,
            Rule::MediaTooLarge
            | Rule::MediaFormatInvalid
            | Rule::MediaEmpty
            | Rule::UnknownMedia
            | Rule::PictureTooManyPixels
            | Rule::BodyUnreadable => a.bad_picture,
            Rule::AccountDisabled => a.gone,
            Rule::SettingsChanged => a.changed,
            _ => return None,
        },
        Error::Internal(_) => return None,
    })
}

/// Changes the settings.
pub(super) async fn save(
    State(pages): State<Pages>,
    operator: Operator,
    Path(unionid): Path<String>,
    form: Multipart,
) -> Response<Body> {
    let account = AccountId::from(unionid);
    if operator.account(&account, ROLES).is_none_or(|account| account.disabled) {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    let a = AccountTexts::of(operator.signed_in.lang);
    let (fields, saved) = match SubmittedSettings::read(form).await {
        Ok(submitted) => (Some(submitted.fields()), store(&pages, &operator, &account, submitted).await),
        Err(error) => (None, Err(error)),
    };
    match saved {
        Ok(()) => uncached(Redirect::to(&format!("{}?done=saved", path(&account))).into_response()),
        Err(error) => match problem(a, &error) {
            Some(problem) => {
                let overlay = load::Overlay {
                    settings: fields,
                    problem: Some(problem.to_owned()),
                    ..load::Overlay::default()
                };
                respond(&pages, &operator, &account, overlay).await
            }
            None => failed(operator.page(), &error),
        },
    }
}

async fn store(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    submitted: SubmittedSettings,
) -> Result<()> {
    let texts = submitted.texts();
    texts.check()?;
    let _upload = pages.store.objects().begin_upload().await;
    let owner = MediaOwner::Account(account.clone());
    let mut pictures = [AccountPicture::Unchanged, AccountPicture::Unchanged];
    let fields = [(submitted.avatar, submitted.avatar_id), (submitted.cover, submitted.cover_id)];
    for (picture, (file, chosen)) in pictures.iter_mut().zip(fields) {
        if let Some(file) = file {
            *picture = AccountPicture::New(library::prepare(pages, operator, owner.clone(), file).await?);
        } else if !chosen.is_empty() {
            *picture = AccountPicture::OfLibrary(MediaId::from(chosen));
        }
    }
    let (env, corp, of) = (pages.env.clone(), operator.corp().clone(), account.clone());
    let signature = operator.signature(pages, "console.account.settings");
    let based_on = submitted.revision;
    let work = move |tx: &mut Tx<'_>| {
        settings::set(tx, &env, &corp, &of, texts, pictures, parts::revision(&based_on))
    };
    pages.store.write(operator.corp(), signature, work).await
}

/// Disables an account for good.
pub(super) async fn disable(
    State(pages): State<Pages>,
    operator: Operator,
    Path(unionid): Path<String>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    if !operator.rights.is_owner() {
        return notice(operator.page(), NoticeKind::Forbidden);
    }
    let typed = form.text("confirm").trim().to_owned();
    let change =
        parts::Change { action: "console.account.disable", anchor: "settings", confirmed: String::new() };
    parts::write(&pages, &operator, unionid, change, load::Overlay::default(), move |tx, corp, account| {
        settings::disable(tx, corp, account, &typed)?;
        Ok(parts::Outcome::Done)
    })
    .await
}
