//! What the page of a draft shows.

use std::{collections::HashSet, sync::Arc};

use carillon_domain::{
    contact::search::{self, Match},
    picture,
    send::{
        self,
        draft::{self},
        draft_message::{Options, check_complete},
    },
};
use carillon_model::{
    error::{Error, Result, Rule},
    id::{AccountId, CorpId, DeptId, MediaId, SendDraftId, UserId},
    message::{Message, Receivers},
    send_draft::{ApprovalPolicy, ApprovalStatus, SendDraft, SendPolicy},
    service_account::ServiceAccount,
    time::Timestamp,
};
use carillon_store::{CorpState, Seek, Tx};

use super::{APPROVE_ROLES, ROLES, SEND_ROLES, WRITE_ROLES};
use crate::{
    clean,
    console::{
        access::Operator,
        cards::{
            self,
            articles::{self as card_articles, Submitted},
        },
        department_choices,
        page::{
            CardFields, DraftPage, MessageFields, MessageForm, Person, PictureFields, ReceiverFields, Review,
            RoleChoice,
        },
        pictures,
        text::{cards::CardTexts, drafts::DraftTexts},
    },
    routes::{Pages, Viewer, presenter},
};

/// Pictures to choose from without script.
const PICTURES: usize = 24;
/// Found members.
const FOUND: usize = 50;
/// Userids in a note.
const NAMED_IN_NOTE: usize = 20;

/// What the page shows besides the draft.
#[derive(Default)]
pub struct Overlay {
    /// The form of the message, if not that of the stored one.
    pub form: Option<MessageForm>,
    /// What was typed and not saved.
    pub typed: Option<MessageFields>,
    /// Articles that were chosen and not saved.
    pub submitted: Option<Submitted>,
    /// Options that were chosen and not saved.
    pub options: Option<Options>,
    /// The version that was read, if not the stored one.
    pub version: Option<i64>,
    /// Userids that were typed and not saved.
    pub users: Option<String>,
    /// What members are searched for.
    pub find: String,
    /// What was done.
    pub done: Option<&'static str>,
    /// What went wrong.
    pub problems: Vec<String>,
}

impl Overlay {
    /// The status of the response.
    pub fn status(&self) -> u16 {
        if self.problems.is_empty() { 200 } else { 422 }
    }
}

/// The message in one line.
pub fn title(tx: &mut Tx<'_>, viewer: &Viewer, draft: &SendDraft) -> Result<String> {
    let d = DraftTexts::of(viewer.lang);
    let Some(message) = &draft.content.message else { return Ok(d.untitled.to_owned()) };
    let body = presenter::draft_body(tx, viewer, message)?;
    let line = body.summary(viewer.lang).trim();
    let first = line.lines().next().unwrap_or_default();
    let short: String = first.chars().take(80).collect();
    Ok(if short.is_empty() { d.untitled.to_owned() } else { short })
}

/// Where the approval stands.
pub fn state(tx: &mut Tx<'_>, viewer: &Viewer, draft: &SendDraft) -> Result<&'static str> {
    let d = DraftTexts::of(viewer.lang);
    Ok(match draft.approval.as_ref().map(|approval| approval.status) {
        None => d.draft,
        Some(ApprovalStatus::Requested) => d.requested,
        Some(ApprovalStatus::Rejected) => d.rejected,
        Some(ApprovalStatus::Approved) if draft::is_approved(tx, &viewer.corp, draft)? => d.approved,
        Some(ApprovalStatus::Approved) => d.outdated,
    })
}

/// The name of a member, or the userid of a former one.
pub fn name_of(tx: &mut Tx<'_>, corp: &CorpId, userid: &UserId) -> Result<String> {
    let name = match tx.member_no(corp, userid)? {
        Some(number) => tx.member_name(corp, number)?.map(|(_, name)| name),
        None => None,
    };
    Ok(name.unwrap_or_else(|| userid.to_string()))
}

/// The page; `None` for an account that the operator may not see.
pub async fn draft(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    id: SendDraftId,
    overlay: Overlay,
) -> Result<Option<DraftPage>> {
    let Some(account) = operator.account(account, ROLES) else { return Ok(None) };
    let viewer = operator.viewer(pages);
    let may = |roles| operator.rights.may_for(roles, &account.id);
    let may = May { write: may(WRITE_ROLES), send: may(SEND_ROLES), approve: may(APPROVE_ROLES) };
    let (console, me) = (operator.console(), operator.signed_in.userid.clone());
    let state = Arc::clone(&operator.state);
    let read = pages.store.read(operator.corp(), move |tx| {
        let draft = draft::get(tx, &viewer.corp, &account.id, id)?;
        page(tx, &viewer, &state, console, &account, &me, &may, draft, overlay)
    });
    read.await.map(Some)
}

struct May {
    write: bool,
    send: bool,
    approve: bool,
}

#[expect(clippy::too_many_arguments, reason = "everything that the page shows")]
fn page(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    state: &CorpState,
    console: crate::console::page::Console,
    account: &ServiceAccount,
    me: &UserId,
    may: &May,
    draft: SendDraft,
    overlay: Overlay,
) -> Result<DraftPage> {
    let d = DraftTexts::of(viewer.lang);
    let policy = tx.send_policy(&viewer.corp, &account.id)?;
    let message = draft.content.message.as_ref();
    let (stored_form, stored) = fields(message);
    let form = overlay.form.or(stored_form);
    let written = if form == stored_form { stored } else { MessageFields::default() };
    let written = overlay.typed.unwrap_or(written);
    let stored_articles = card_articles::stored(tx, &viewer.corp, message)?;
    let submitted = overlay.submitted.unwrap_or_else(|| Submitted::of(stored_articles.clone()));
    let articles = match form {
        Some(MessageForm::Articles) => {
            card_articles::fields(tx, viewer, &account.id, &submitted, &stored_articles)?
        }
        _ => CardFields::default(),
    };
    let body = match message {
        // Articles are shown in the order of the form, saved or not.
        _ if !articles.chosen.is_empty() => {
            Some(presenter::articles_body(tx, viewer, &account.id, &submitted.ids())?)
        }
        Some(message) => Some(presenter::draft_body(tx, viewer, message)?),
        None => None,
    };
    let picture = match form {
        Some(MessageForm::Picture) => Some(picture_fields(tx, viewer, account, &written.picture)?),
        _ => None,
    };
    let options = overlay.options.unwrap_or_else(|| Options::of(&draft.content));
    let approval = draft.approval.as_ref();
    let decided = match approval {
        Some(approval) => {
            let name = name_of(tx, &viewer.corp, &approval.by)?;
            Some(d.decided_by(&name, &viewer.moment(approval.at).full))
        }
        None => None,
    };
    let review = review(tx, viewer, &policy, &draft)?;
    let is_requested = approval.is_some_and(|approval| approval.status == ApprovalStatus::Requested);
    let needs_approval =
        policy.approval != ApprovalPolicy::None && !draft::is_approved(tx, &viewer.corp, &draft)?;
    let due_at = draft.content.due_at.map(|at| (viewer.moment(at), d.in_time(at.0 - viewer.now.0)));
    Ok(DraftPage {
        account: presenter::account(account),
        path: super::path(&account.id, draft.id),
        version: overlay.version.unwrap_or(draft.version),
        title: title(tx, viewer, &draft)?,
        state: self::state(tx, viewer, &draft)?,
        decided,
        note: approval.map(|approval| approval.note.clone()).unwrap_or_default(),
        message: written,
        articles,
        picture,
        form,
        allow_comment: options.allow_comment,
        only_selected: options.only_selected,
        show_homepage: options.show_homepage,
        body,
        receivers: receivers(tx, viewer, state, &draft.content.receivers, overlay.find, overlay.users)?,
        due: due_field(viewer, draft.content.due_at),
        due_at,
        may_write: may.write,
        may_send: may.send,
        may_ask: may.write && needs_approval && !is_requested && review.is_some(),
        may_decide: may.approve && is_requested && !(policy.four_eyes && draft.authors.contains(me)),
        review,
        done: overlay.done,
        problems: overlay.problems,
        zone: viewer.zone(),
        console,
    })
}

/// The time as the field has it.
pub fn due_field(viewer: &Viewer, due_at: Option<Timestamp>) -> String {
    let at = due_at.and_then(|at| jiff::Timestamp::from_millisecond(at.0).ok());
    at.map_or_else(String::new, |at| viewer.zone.to_datetime(at).strftime("%Y-%m-%dT%H:%M").to_string())
}

/// The form of a message and its fields. A new draft begins with a text.
fn fields(message: Option<&Message>) -> (Option<MessageForm>, MessageFields) {
    let fields = MessageFields::default();
    match message {
        None => (Some(MessageForm::Text), fields),
        Some(Message::Text { content }) => {
            (Some(MessageForm::Text), MessageFields { text: content.clone(), ..fields })
        }
        Some(Message::Markdown { title, text }) => (
            Some(MessageForm::Markdown),
            MessageFields { title: title.clone(), text: text.clone(), ..fields },
        ),
        Some(Message::Link { title, text, url, picture: None, open_type: None }) => {
            let (title, text, url) = (title.clone(), text.clone(), url.clone());
            (Some(MessageForm::Link), MessageFields { title, text, url, ..fields })
        }
        Some(Message::Image { media_id }) => {
            (Some(MessageForm::Picture), MessageFields { picture: media_id.to_string(), ..fields })
        }
        Some(Message::NewsCard { .. } | Message::SingleNewsCard { .. }) => {
            (Some(MessageForm::Articles), fields)
        }
        Some(_) => (None, fields),
    }
}

fn picture_fields(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    account: &ServiceAccount,
    chosen: &str,
) -> Result<PictureFields> {
    let newest = picture::list(tx, &viewer.corp, &account.id, "", &Seek::First, PICTURES)?;
    let known = tx.picture(&viewer.corp, &account.id, &MediaId::from(chosen))?;
    Ok(PictureFields {
        chosen: (!chosen.is_empty()).then(|| clean::Picture::media(chosen)).flatten(),
        name: known.map(|known| known.name).unwrap_or_default(),
        newest: newest.into_iter().map(|one| pictures::choice(viewer.lang, one)).collect(),
        choices: pictures::choices_path(&account.id),
        library: pictures::list_path(&account.id),
    })
}

fn receivers(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    state: &CorpState,
    receivers: &Receivers,
    find: String,
    typed: Option<String>,
) -> Result<ReceiverFields> {
    let chosen: HashSet<DeptId> = receivers.departments.iter().copied().collect();
    let (departments, are_more) = department_choices(state, &chosen);
    let roles = tx.roles(&viewer.corp)?.into_iter().map(|role| RoleChoice {
        is_chosen: receivers.roles.contains(&role.id),
        id: role.id.0,
        name: role.name,
    });
    let roles = roles.collect();
    let mut found = Vec::new();
    if !find.trim().is_empty() {
        for userid in search::users(tx, &viewer.corp, find.trim(), Match::Part, 0, FOUND)?.items {
            found.push(Person { name: name_of(tx, &viewer.corp, &userid)?, userid: userid.to_string() });
        }
    }
    let users: Vec<&str> = receivers.users.iter().map(UserId::as_str).collect();
    Ok(ReceiverFields {
        all: receivers.all,
        departments,
        are_more,
        roles,
        users: typed.unwrap_or_else(|| users.join("\n")),
        find: find.trim().to_owned(),
        found,
    })
}

/// Whom the send would reach, and what stands in its way; `None` until there are a message and receivers.
fn review(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    policy: &SendPolicy,
    draft: &SendDraft,
) -> Result<Option<Review>> {
    let d = DraftTexts::of(viewer.lang);
    let (corp, account, content) = (&viewer.corp, &draft.account, &draft.content);
    let (Some(message), false) = (&content.message, content.receivers == Receivers::default()) else {
        return Ok(None);
    };
    if let Err(error) = check_complete(tx, corp, account, message) {
        let text = cards::problem(CardTexts::of(viewer.lang), &error);
        let obstacles = match (text, error) {
            (Some(text), _) => vec![text],
            (None, Error::Rule(Rule::UnknownCard)) => vec![d.content_gone.to_owned()],
            (None, error) => return Err(error),
        };
        return Ok(Some(Review { obstacles, ..Review::default() }));
    }
    let reach = match send::reach(tx, &viewer.env, corp, account, &content.receivers, Some(message)) {
        Ok(reach) => reach,
        // A chosen department or role is gone.
        Err(Error::Invalid { .. }) => {
            let obstacles = vec![d.no_receivers.to_owned()];
            return Ok(Some(Review { obstacles, ..Review::default() }));
        }
        Err(error) => return Err(error),
    };
    let left = send::quota_left(tx, &viewer.env, corp, account)?;
    let counts = [
        (reach.outside, d.outside(reach.outside)),
        (reach.blocked, d.blocked(reach.blocked)),
        (reach.repeated, d.repeated(reach.repeated)),
    ];
    let mut notes = vec![d.reach(reach.receivers, reach.named)];
    notes.extend(counts.into_iter().filter(|(count, _)| *count > 0).map(|(_, note)| note));
    let mut obstacles = Vec::new();
    let list = |userids: &[UserId]| {
        let named: Vec<&str> = userids.iter().take(NAMED_IN_NOTE).map(UserId::as_str).collect();
        let more = if userids.len() > NAMED_IN_NOTE { " …" } else { "" };
        format!("{}{more}", named.join(viewer.lang.list_separator()))
    };
    if !reach.unknown.is_empty() {
        obstacles.push(d.unknown(&list(&reach.unknown)));
    }
    if !reach.unreachable.is_empty() {
        obstacles.push(d.unreachable(&list(&reach.unreachable)));
    }
    if let Some(limit) = reach.exceeded_limit {
        obstacles.push(d.exceeds(limit));
    }
    if reach.receivers == 0 {
        obstacles.push(d.nobody_left.to_owned());
    }
    if content.due_at.is_none() {
        if let Some(next_at) = left.next_at {
            obstacles.push(d.next_at(&viewer.moment(next_at).full));
        }
        if left.sends == Some(0) || left.receivers.is_some_and(|left| left < reach.receivers) {
            obstacles.push(d.quota_used_up.to_owned());
        }
    }
    if content.due_at.is_some_and(|at| at <= viewer.now) {
        obstacles.push(d.invalid_time.to_owned());
    }
    if draft::is_quiet(tx, corp, policy, content.due_at.unwrap_or(viewer.now))? {
        obstacles.push(d.quiet_now.to_owned());
    }
    if policy.approval != ApprovalPolicy::None && !draft::is_approved(tx, corp, draft)? {
        obstacles.push(d.needs_approval.to_owned());
    }
    Ok(Some(Review {
        receivers: reach.receivers,
        notes,
        obstacles,
        sends_left: left.sends,
        receivers_left: left.receivers,
        confirm: policy.confirm_above.is_some_and(|limit| reach.receivers > limit),
    }))
}
