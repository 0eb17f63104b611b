//! Urgent messages (DING): what was sent, who confirmed it, and the accounts that send them.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::{Form, Path, Query, State},
    http::Response,
    response::{IntoResponse, Redirect},
    routing::get,
};
use carillon_domain::{
    account::revision,
    ding::{self, Channel, Sender, SentDing},
};
use carillon_model::{
    error::{Error, Result, Rule},
    id::{AccountId, MemberNo, SendSeq, TaskId, UserId},
    message::Message,
    operator::OperatorRole,
};
use carillon_store::{DingSetting, Tx};

use super::{
    Section,
    access::Operator,
    csv,
    form::Pairs,
    page::{self, Conflict, DingForm, DingLine, DingPage, DingReceiver, DingSettings, Dings},
    text::{conflict::ConflictTexts, dings::DingTexts},
    to_page_above,
};
use crate::{
    paths,
    routes::{Pages, Viewer, failed, html, notice, presenter, uncached},
    security::PageKind,
    view::NoticeKind,
};

/// Roles that see urgent messages. Senders of the account also send them.
pub const ROLES: &[OperatorRole] = &[OperatorRole::Sender, OperatorRole::Analyst];
const SENDERS: &[OperatorRole] = &[OperatorRole::Sender];
/// Messages on a page.
const PER_PAGE: usize = 20;
/// Names of receivers on a page.
const RECEIVERS: usize = 100;
/// Messages that a file reads at once.
const CSV_BATCH: usize = 500;
/// The most receivers of a form, and the most characters of a message: those of the operation.
const MAX_USERS: usize = 1_000;
const MAX_CHARS: usize = 5_000;

/// The routes.
pub fn routes() -> Router<Pages> {
    Router::new()
        .route("/console/dings", get(list))
        .route("/console/dings/send", get(to_page_above).post(send))
        .route("/console/dings/settings", get(to_page_above).post(set))
        .route("/console/dings/{unionid}/{task}", get(show))
}

/// What the page shows beside what is stored.
#[derive(Default)]
struct Overlay {
    form: DingForm,
    done: Option<&'static str>,
    problem: Option<String>,
    /// Settings that were refused.
    settings: Option<TypedSettings>,
}

/// Settings that were submitted.
struct TypedSettings {
    setting: DingSetting,
    /// The revision that the form is based on; `None` if somebody else changed the settings since.
    revision: Option<String>,
}

async fn list(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let t = DingTexts::of(operator.signed_in.lang);
    if query.contains_key("csv") {
        return csv::page(&operator, list_csv(&pages, &operator).map(Some));
    }
    let done = match query.get("done").map(String::as_str) {
        Some("sent") => Some(t.sent),
        Some("saved") => Some(t.saved),
        _ => None,
    };
    let before = query.get("before").and_then(|seq| seq.parse().ok()).map(SendSeq);
    respond(&pages, &operator, before, Overlay { done, ..Overlay::default() }).await
}

async fn respond(
    pages: &Pages,
    operator: &Operator,
    before: Option<SendSeq>,
    overlay: Overlay,
) -> Response<Body> {
    let is_conflict = overlay.settings.as_ref().is_some_and(|typed| typed.revision.is_none());
    let status = match &overlay.problem {
        _ if is_conflict => 409,
        Some(_) => 422,
        None => 200,
    };
    match load(pages, operator, before, overlay).await {
        Ok(view) => html(status, PageKind::App, page::dings(&view)),
        Err(error) => failed(operator.page(), &error),
    }
}

/// The accounts that the operator may see, disabled ones too.
fn accounts(operator: &Operator) -> Vec<AccountId> {
    let all = operator.state.accounts.values().map(|account| account.id.clone());
    all.filter(|account| operator.rights.may_for(ROLES, account)).collect()
}

async fn load(
    pages: &Pages,
    operator: &Operator,
    before: Option<SendSeq>,
    overlay: Overlay,
) -> Result<Dings> {
    let viewer = operator.viewer(pages);
    let zone = viewer.zone();
    let (corp, accounts) = (operator.corp().clone(), accounts(operator));
    let (state, apps) = (Arc::clone(&operator.state), pages.store.state());
    let read = move |tx: &mut Tx<'_>| {
        let (dings, next) = ding::list(tx, &corp, &accounts, before, PER_PAGE)?;
        let mut lines = Vec::with_capacity(dings.len());
        for ding in dings {
            lines.push(line(tx, &viewer, (&state, &apps), ding)?);
        }
        Ok((lines, next, tx.ding_setting(&corp)?))
    };
    let (dings, next, setting) = pages.store.read(operator.corp(), read).await?;
    let may_send =
        |account: &AccountId| operator.account(account, SENDERS).is_some_and(|account| !account.disabled);
    let channels = [("app", Channel::App), ("phone", Channel::Phone)]
        .into_iter()
        .filter(|(_, channel)| setting.signed && channel.account(&setting).is_some_and(may_send));
    let settings = match operator.rights.is_owner() {
        true => Some(settings_form(operator, &setting, overlay.settings)?),
        false => None,
    };
    Ok(Dings {
        console: operator.console(),
        dings,
        next: next.map(|seq| format!("{}?before={}", Section::Dings.path(), seq.0)),
        channels: channels.map(|(code, _)| code).collect(),
        is_signed: setting.signed,
        settings,
        form: overlay.form,
        done: overlay.done,
        problem: overlay.problem,
        zone,
    })
}

/// The form of the settings, with what was submitted and refused.
fn settings_form(
    operator: &Operator,
    stored: &DingSetting,
    typed: Option<TypedSettings>,
) -> Result<DingSettings> {
    let choices = operator.state.accounts.values().filter(|account| !account.disabled);
    let current = ding::revision(stored)?;
    let is_conflict = typed.as_ref().is_some_and(|typed| typed.revision.is_none());
    let (setting, revision) = match typed {
        Some(typed) => (typed.setting, typed.revision.unwrap_or(current)),
        None => (stored.clone(), current),
    };
    let conflict = is_conflict.then(|| conflict(operator, stored, &setting));
    let text = |id: Option<AccountId>| id.map(|id| id.to_string()).unwrap_or_default();
    Ok(DingSettings {
        revision,
        conflict,
        signed: setting.signed,
        app: text(setting.app_account),
        phone: text(setting.phone_account),
        accounts: choices.map(|account| presenter::account(account)).collect(),
    })
}

/// What differs between the stored settings and those of the form.
fn conflict(operator: &Operator, stored: &DingSetting, typed: &DingSetting) -> Conflict {
    let (d, x) = (DingTexts::of(operator.signed_in.lang), ConflictTexts::of(operator.signed_in.lang));
    let name = |id: &Option<AccountId>| match id {
        Some(id) => {
            operator.state.account(id).map_or_else(|_| id.to_string(), |account| account.name.clone())
        }
        None => d.nobody.to_owned(),
    };
    let fields = [
        (d.signed, x.choice(stored.signed), x.choice(typed.signed)),
        (d.app_account, name(&stored.app_account), name(&typed.app_account)),
        (d.phone_account, name(&stored.phone_account), name(&typed.phone_account)),
    ];
    Conflict::of(operator.signed_in.lang, Section::Dings.path(), fields)
}

/// A message: who received it, and who confirmed it.
async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, task)): Path<(String, String)>,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let after = query.get("after").and_then(|number| number.parse().ok()).unwrap_or_default();
    match load_one(&pages, &operator, (AccountId::from(unionid), TaskId::from(task)), MemberNo(after)).await {
        Ok(Some(view)) => html(200, PageKind::App, page::ding(&view)),
        Ok(None) | Err(Error::Rule(Rule::UnknownTask | Rule::UnknownAccount)) => {
            notice(operator.page(), NoticeKind::NotFound)
        }
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load_one(
    pages: &Pages,
    operator: &Operator,
    (account, task): (AccountId, TaskId),
    after: MemberNo,
) -> Result<Option<DingPage>> {
    let Some(of) = operator.account(&account, ROLES) else { return Ok(None) };
    let viewer = operator.viewer(pages);
    let (console, path) = (operator.console(), href(&account, &task));
    // Names are for those who send; numbers for analysts too.
    let sees_names = operator.rights.may_for(SENDERS, &account);
    let read = move |tx: &mut Tx<'_>| {
        let (sent, page) = match ding::receivers(tx, &viewer.corp, (&account, &task), after, RECEIVERS) {
            Ok((sent, page)) => (sent, Some(page)),
            // Only the number of readers is left.
            Err(Error::Rule(Rule::ReadersExpired)) => {
                let sent = tx.send_by_task(&viewer.corp, &account, &task)?;
                (sent.ok_or(Error::Rule(Rule::UnknownTask))?, None)
            }
            Err(error) => return Err(error),
        };
        let page = page.filter(|_| sees_names);
        let next = page.as_ref().and_then(|page| page.next);
        let receivers = page.map(|page| {
            let receivers = page.receivers.into_iter();
            let receivers = receivers.map(|one| DingReceiver {
                userid: one.userid.map(|userid| userid.to_string()),
                name: one.name,
                has_confirmed: one.has_read,
            });
            receivers.collect()
        });
        let (content, phone) = match sent.message {
            Message::Ding { content, phone } => (content, phone),
            _ => (String::new(), false),
        };
        Ok(Some(DingPage {
            console,
            account: of.name.clone(),
            content,
            phone,
            time: viewer.moment(sent.created_at),
            is_recalled: sent.recalled_at.is_some(),
            total: sent.receivers.unsigned_abs(),
            confirmed: tx.count_readers(&viewer.corp, sent.seq)?,
            receivers,
            more: next.map(|number| format!("{path}?after={}#receivers", number.0)),
            zone: viewer.zone(),
        }))
    };
    pages.store.read(operator.corp(), read).await
}

/// The path of the page of a message.
fn href(account: &AccountId, task: &TaskId) -> String {
    let (account, task) = (paths::encode(account.as_str()), paths::encode(task.as_str()));
    format!("{}/{account}/{task}", Section::Dings.path())
}

fn line(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    (state, apps): (&carillon_store::CorpState, &carillon_store::State),
    ding: SentDing,
) -> Result<DingLine> {
    let SentDing { account, row, confirmed } = ding;
    let (content, phone) = match row.message {
        Message::Ding { content, phone } => (content, phone),
        _ => (String::new(), false),
    };
    let sender = match &row.operator {
        Some(userid) => {
            let member = tx.member_no(&viewer.corp, userid)?;
            let named = member.map(|member| tx.member_name(&viewer.corp, member)).transpose()?.flatten();
            named.map_or_else(|| userid.to_string(), |(_, name)| name)
        }
        None => apps.apps.get(&row.app_key).map_or_else(|| row.app_key.to_string(), |app| app.name.clone()),
    };
    Ok(DingLine {
        href: href(&account, &row.task),
        account: state.account(&account).map_or_else(|_| account.to_string(), |account| account.name.clone()),
        content,
        phone,
        sender,
        receivers: row.receivers.unsigned_abs(),
        confirmed,
        time: viewer.moment(row.created_at),
        is_recalled: row.recalled_at.is_some(),
    })
}

/// The list as a file.
fn list_csv(pages: &Pages, operator: &Operator) -> Result<Response<Body>> {
    let t = DingTexts::of(operator.signed_in.lang);
    let (state, accounts) = (Arc::clone(&operator.state), accounts(operator));
    let headings = [t.time, t.account, t.channel, t.content, t.sender, t.receivers, t.confirmed];
    let store = Arc::clone(&pages.store);
    csv::stored(pages, operator, "dings", &headings, None, move |tx, viewer, before: Option<SendSeq>| {
        let apps = store.state();
        let (dings, next) = ding::list(tx, &viewer.corp, &accounts, before, CSV_BATCH)?;
        let lines = dings.into_iter().map(|ding| Ok(cells(t, line(tx, viewer, (&state, &apps), ding)?)));
        Ok((lines.collect::<Result<_>>()?, next.map(Some)))
    })
}

fn cells(t: &DingTexts, line: DingLine) -> Vec<String> {
    vec![
        line.time.full,
        line.account,
        t.channel_name(line.phone).to_owned(),
        line.content,
        line.sender,
        line.receivers.to_string(),
        line.confirmed.to_string(),
    ]
}

/// Sends an urgent message.
async fn send(State(pages): State<Pages>, operator: Operator, Form(form): Form<Pairs>) -> Response<Body> {
    let t = DingTexts::of(operator.signed_in.lang);
    let values = DingForm {
        users: form.lines("users"),
        content: form.lines("content").trim().to_owned(),
        phone: form.text("channel") == "phone",
        confirm: form.text("confirm").to_owned(),
        asks: false,
    };
    let users: Vec<UserId> = form.userids("users", "user");
    let refused = if users.is_empty() {
        Some(t.no_receivers)
    } else if users.len() > MAX_USERS {
        Some(t.too_many_receivers)
    } else if values.content.is_empty() {
        Some(t.no_content)
    } else if values.content.chars().count() > MAX_CHARS {
        Some(t.content_too_long)
    } else {
        None
    };
    if let Some(problem) = refused {
        let overlay = Overlay { form: values, problem: Some(problem.to_owned()), ..Overlay::default() };
        return respond(&pages, &operator, None, overlay).await;
    }
    let channel = if values.phone { Channel::Phone } else { Channel::App };
    let (env, corp, content) = (pages.env.clone(), operator.corp().clone(), values.content.clone());
    let (userid, confirmed) = (operator.signed_in.userid.clone(), values.confirm.trim().parse().ok());
    let rights = operator.rights.clone();
    let signature = operator.signature(&pages, "console.ding.send");
    let work = move |tx: &mut Tx<'_>| {
        let setting = tx.ding_setting(&corp)?;
        let account = channel.account(&setting).filter(|account| rights.may_for(SENDERS, account)).cloned();
        let account = account.ok_or(Error::Rule(Rule::DingAccountMissing))?;
        let sender = Sender::Operator { userid, account, confirmed };
        ding::send(tx, &env, &corp, &sender, channel, users, content)
    };
    match pages.store.write(operator.corp(), signature, work).await {
        Ok(_) => done("sent"),
        Err(error) => match t.problem(&error) {
            Some(problem) => {
                let asks = matches!(&error, Error::Invalid { field, .. } if *field == "confirm");
                let overlay = Overlay {
                    form: DingForm { asks, ..values },
                    problem: Some(problem),
                    ..Overlay::default()
                };
                respond(&pages, &operator, None, overlay).await
            }
            None => failed(operator.page(), &error),
        },
    }
}

fn done(what: &str) -> Response<Body> {
    uncached(Redirect::to(&format!("{}?done={what}", Section::Dings.path())).into_response())
}

/// Sets the accounts that send urgent messages. For owners.
async fn set(State(pages): State<Pages>, operator: Operator, Form(form): Form<Pairs>) -> Response<Body> {
    let t = DingTexts::of(operator.signed_in.lang);
    if !operator.rights.is_owner() {
        let overlay = Overlay { problem: Some(t.only_owners.to_owned()), ..Overlay::default() };
        return respond(&pages, &operator, None, overlay).await;
    }
    let account = |name: &str| Some(form.text(name)).filter(|id| !id.is_empty()).map(AccountId::from);
    let setting = DingSetting {
        signed: form.is_set("signed"),
        app_account: account("app"),
        phone_account: account("phone"),
    };
    let (corp, new) = (operator.corp().clone(), setting.clone());
    let revision = Some(form.text("revision").to_owned()).filter(|revision| !revision.is_empty());
    let based_on = revision.clone();
    let signature = operator.signature(&pages, "console.ding.settings");
    let set = move |tx: &mut Tx<'_>| {
        revision::require(&ding::revision(&tx.ding_setting(&corp)?)?, based_on.as_deref())?;
        ding::set(tx, &corp, &new)
    };
    match pages.store.write(operator.corp(), signature, set).await {
        Ok(()) => done("saved"),
        Err(Error::Rule(Rule::SettingsChanged)) => {
            let settings = Some(TypedSettings { setting, revision: None });
            respond(&pages, &operator, None, Overlay { settings, ..Overlay::default() }).await
        }
        Err(Error::Rule(Rule::UnknownAccount | Rule::AccountDisabled)) => {
            let settings = revision.map(|revision| TypedSettings { setting, revision: Some(revision) });
            let problem = Some(t.unknown_account.to_owned());
            respond(&pages, &operator, None, Overlay { settings, problem, ..Overlay::default() }).await
        }
        Err(error) => failed(operator.page(), &error),
    }
}
