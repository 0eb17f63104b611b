//! Sends that operators prepare: content, receivers and time in any order, an approval where the account asks for one, and the send.
//!
//! An approval is about the hash of everything that receivers will see and of who they are. A change voids it, also a change of an
//! article that the message shows.

use carillon_model::{
    article::ArticleCopy,
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, AppKey, CorpId, SendDraftId, TaskId, UserId},
    message::{Message, Receivers, SendSource},
    send_draft::{Approval, ApprovalPolicy, ApprovalStatus, DraftContent, SendDraft, SendPolicy},
    time::{self, MINUTE_MS, Timestamp},
};
use carillon_store::{DraftPosition, Seek, Tx};
use sha2::{Digest, Sha256};

use super::draft_message::check_complete;
use super::{NewSend, cancel, content, create, reach, schedule};
use crate::{
    account, card,
    find::{self, Budget, Found, Listed},
    search::Query,
};

/// The maximum number of drafts of an account. Decided.
pub const MAX_DRAFTS: i64 = 500;
/// The maximum number of characters of the reason of a rejection. Decided.
pub const MAX_NOTE_CHARS: usize = 500;

/// Adds an empty draft.
pub fn add(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    by: &UserId,
) -> Result<SendDraftId> {
    add_with(tx, env, corp, account, by, DraftContent::default())
}

fn add_with(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    by: &UserId,
    content: DraftContent,
) -> Result<SendDraftId> {
    account::enabled(tx, corp, account)?;
    if tx.count_send_drafts(corp, account)? >= MAX_DRAFTS {
        return Err(Rule::TooManyDrafts.into());
    }
    let draft = SendDraft {
        id: SendDraftId(tx.next_number(corp, "send_draft")?),
        account: account.clone(),
        content,
        version: 1,
        changed_at: env.now(),
        changed_by: by.clone(),
        authors: vec![by.clone()],
        approval: None,
    };
    tx.put_send_draft(corp, &draft)?;
    tx.changed(corp, Change::created(Subject::SendDraft, draft.id).with("account", account));
    Ok(draft.id)
}

/// A draft of an account.
///
/// # Errors
/// [`Rule::UnknownAccount`]; [`Rule::UnknownDraft`], also for a draft of another account.
pub fn get(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: SendDraftId) -> Result<SendDraft> {
    tx.state().corp(corp)?.account(account)?;
    let found = tx.send_draft(corp, id)?.filter(|draft| draft.account == *account);
    found.ok_or_else(|| Rule::UnknownDraft.into())
}

/// Returns drafts of an account from a place on, the last changed first: those that a search finds in their messages, or all without one.
pub fn list(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    query: Option<&Query>,
    seek: Seek<DraftPosition>,
    limit: usize,
) -> Result<Found<SendDraft, DraftPosition>> {
    tx.state().corp(corp)?.account(account)?;
    let listed = Listed {
        read: |tx: &mut Tx<'_>, seek: &Seek<DraftPosition>, most| tx.send_drafts(corp, account, seek, most),
        key: DraftPosition::of,
        matches: |tx: &mut Tx<'_>, query: &Query, draft: &SendDraft, budget: &mut Budget| match &draft
            .content
            .message
        {
            Some(message) => find::in_message(tx, corp, query, message, budget),
            None => Ok(false),
        },
    };
    find::find(tx, query, seek, limit, listed)
}

/// Changes the content of the version that the author has read, and returns the new version.
///
/// # Errors
/// [`Rule::DraftChanged`] if somebody else was faster; the errors of a send for a message that cannot be sent.
pub fn change(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    draft: (&AccountId, SendDraftId, i64),
    by: &UserId,
    change: impl FnOnce(&mut DraftContent),
) -> Result<i64> {
    let (account, id, version) = draft;
    account::enabled(tx, corp, account)?;
    let mut draft = unchanged(tx, corp, account, id, version)?;
    let before = draft.content.clone();
    change(&mut draft.content);
    if draft.content == before {
        return Ok(draft.version);
    }
    if draft.content.message != before.message
        && let Some(message) = &draft.content.message
    {
        content::check(tx, corp, account, message, true)?;
    }
    if draft.content.receivers != before.receivers {
        // Departments, roles and the number of names are checked; userids are shown to the operator instead.
        reach(tx, env, corp, account, &draft.content.receivers, None)?;
    }
    let is_author = draft.authors.contains(by);
    let only_time = DraftContent { due_at: before.due_at, ..draft.content.clone() } == before;
    if !only_time {
        draft.approval = None;
        if !is_author {
            draft.authors.push(by.clone());
        }
    }
    draft.version += 1;
    draft.changed_at = env.now();
    draft.changed_by = by.clone();
    tx.put_send_draft(corp, &draft)?;
    tx.changed(corp, Change::updated(Subject::SendDraft, id).between("version", version, draft.version));
    Ok(draft.version)
}

/// Removes a draft, and the card that it has for itself.
pub fn delete(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: SendDraftId) -> Result<()> {
    let draft = get(tx, corp, account, id)?;
    tx.delete_send_draft(corp, id)?;
    if let Some(card_id) = draft.content.message.as_ref().and_then(Message::card) {
        card::drop_of_draft(tx, corp, account, card_id, id)?;
    }
    tx.changed(corp, Change::removed(Subject::SendDraft, id).with("account", account));
    Ok(())
}

/// Asks for an approval of what the draft says now.
pub fn request_approval(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    draft: (&AccountId, SendDraftId, i64),
    by: &UserId,
) -> Result<()> {
    let (account, id, version) = draft;
    let mut draft = unchanged(tx, corp, account, id, version)?;
    if let Some(message) = &draft.content.message {
        check_complete(tx, corp, account, message)?;
    }
    let hash = hash(tx, corp, &draft)?;
    draft.approval = Some(Approval {
        status: ApprovalStatus::Requested,
        hash,
        by: by.clone(),
        at: env.now(),
        note: String::new(),
    });
    tx.put_send_draft(corp, &draft)?;
    tx.changed(corp, Change::updated(Subject::SendDraft, id).between("approval", "", "requested"));
    Ok(())
}

/// What an approver decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It may be sent.
    Approve,
    /// It has to be changed first, for a reason.
    Reject(String),
}

/// Decides about a requested approval of the version that the approver has read.
///
/// # Errors
/// [`Rule::ApprovalMissing`] if none is requested, or if an article has changed since. [`Rule::ApprovalOfOwn`] if the account asks
/// for four eyes, and the approver is an author.
pub fn decide(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    draft: (&AccountId, SendDraftId, i64),
    by: &UserId,
    decision: Decision,
) -> Result<()> {
    let (account, id, version) = draft;
    let mut draft = unchanged(tx, corp, account, id, version)?;
    let hash = hash(tx, corp, &draft)?;
    let requested = draft.approval.as_ref();
    if requested.is_none_or(|approval| approval.status != ApprovalStatus::Requested || approval.hash != hash)
    {
        return Err(Rule::ApprovalMissing.into());
    }
    if tx.send_policy(corp, account)?.four_eyes && draft.authors.contains(by) {
        return Err(Rule::ApprovalOfOwn.into());
    }
    let (status, note) = match decision {
        Decision::Approve => (ApprovalStatus::Approved, String::new()),
        Decision::Reject(note) => (ApprovalStatus::Rejected, note),
    };
    if note.chars().count() > MAX_NOTE_CHARS {
        return Err(Error::invalid("note", format!("must have at most {MAX_NOTE_CHARS} characters")));
    }
    draft.approval = Some(Approval { status, hash, by: by.clone(), at: env.now(), note });
    tx.put_send_draft(corp, &draft)?;
    let change = Change::updated(Subject::SendDraft, id);
    tx.changed(corp, change.between("approval", "requested", status.as_str()));
    Ok(())
}

/// Returns true if the draft is approved as it is now.
pub fn is_approved(tx: &mut Tx<'_>, corp: &CorpId, draft: &SendDraft) -> Result<bool> {
    match &draft.approval {
        Some(approval) if approval.status == ApprovalStatus::Approved => is_approval_current(tx, corp, draft),
        _ => Ok(false),
    }
}

/// Returns true if there is a request or a decision, and it is about what the draft says now.
pub fn is_approval_current(tx: &mut Tx<'_>, corp: &CorpId, draft: &SendDraft) -> Result<bool> {
    let Some(approval) = &draft.approval else { return Ok(false) };
    match hash(tx, corp, draft) {
        Ok(hash) => Ok(approval.hash == hash),
        // Its card was deleted.
        Err(Error::Rule(Rule::UnknownCard)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Sends a draft, or schedules it if it has a time, and removes it. `confirmed` is the number of receivers that the operator typed,
/// where the account asks for it.
///
/// # Errors
/// Those of a send; [`Rule::ApprovalNeeded`]; [`Rule::QuietHours`]; an invalid `confirm` if the number is not that of the receivers.
pub fn send(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    draft: (&AccountId, SendDraftId, i64),
    by: &UserId,
    confirmed: Option<u64>,
) -> Result<TaskId> {
    let (account, id, version) = draft;
    let draft = unchanged(tx, corp, account, id, version)?;
    let policy = tx.send_policy(corp, account)?;
    let new = new_send(env, &draft, by, draft.content.receivers.clone(), false)?;
    check_complete(tx, corp, account, &new.message)?;
    if policy.approval != ApprovalPolicy::None && !is_approved(tx, corp, &draft)? {
        return Err(Rule::ApprovalNeeded.into());
    }
    let at = draft.content.due_at.unwrap_or_else(|| env.now());
    if is_quiet(tx, corp, &policy, at)? {
        return Err(Rule::QuietHours.into());
    }
    let found = reach(tx, env, corp, account, &new.receivers, Some(&new.message))?;
    if policy.confirm_above.is_some_and(|limit| found.receivers > limit) && confirmed != Some(found.receivers)
    {
        return Err(Error::invalid(
            "confirm",
            format!("must be the number of receivers, {}", found.receivers),
        ));
    }
    let task = match draft.content.due_at {
        Some(due_at) => schedule(tx, env, corp, new, due_at)?,
        None => create(tx, env, corp, new)?,
    };
    tx.delete_send_draft(corp, id)?;
    if let Some(card_id) = draft.content.message.as_ref().and_then(Message::card)
        && tx.draft_of_card(corp, card_id)?.is_some()
    {
        // What was sent can be sent again from the cards of the account.
        tx.set_draft_of_card(corp, card_id, None)?;
    }
    tx.changed(corp, Change::removed(Subject::SendDraft, id).with("task", &task));
    Ok(task)
}

/// Sends a preview of a draft to the operator alone. It needs no approval and no receivers.
pub fn preview(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    id: SendDraftId,
    by: &UserId,
) -> Result<TaskId> {
    let draft = get(tx, corp, account, id)?;
    let receivers = Receivers { users: vec![by.clone()], ..Receivers::default() };
    let new = new_send(env, &draft, by, receivers, true)?;
    create(tx, env, corp, new)
}

/// Takes a scheduled send back: it becomes a draft.
///
/// # Errors
/// [`Rule::UnknownTask`], [`Rule::NotWaiting`].
pub fn take_back(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    task: &TaskId,
    by: &UserId,
) -> Result<SendDraftId> {
    let waiting = tx.scheduled(corp, task)?.filter(|send| send.account == *account);
    cancel(tx, env, corp, account, task)?;
    let waiting = waiting.ok_or(Rule::NotWaiting)?;
    let sender = waiting.operator;
    let content = DraftContent {
        message: Some(waiting.message),
        receivers: waiting.named,
        due_at: Some(waiting.due_at),
        allow_comment: waiting.allow_comment,
        comment_type: waiting.comment_type,
        show_homepage: waiting.show_homepage,
    };
    let id = add_with(tx, env, corp, account, by, content)?;
    // Who scheduled it is an author as well, and cannot approve it where four eyes are asked for.
    if let Some(sender) = sender.filter(|sender| sender != by) {
        let mut draft = get(tx, corp, account, id)?;
        draft.authors.push(sender);
        tx.put_send_draft(corp, &draft)?;
    }
    Ok(id)
}

/// Replaces what an account asks of its sends.
pub fn set_policy(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, policy: &SendPolicy) -> Result<()> {
    account::enabled(tx, corp, account)?;
    let before = tx.send_policy(corp, account)?;
    tx.set_send_policy(corp, account, policy)?;
    let hours = |policy: &SendPolicy| {
        policy.quiet_hours.map_or_else(String::new, |hours| format!("{}-{}", hours.from, hours.until))
    };
    let limit =
        |policy: &SendPolicy| policy.confirm_above.map_or_else(String::new, |limit| limit.to_string());
    let change = Change::updated(Subject::Account, account)
        .between("approval", before.approval.as_str(), policy.approval.as_str())
        .between("four_eyes", before.four_eyes, policy.four_eyes)
        .between("quiet_minutes", hours(&before), hours(policy))
        .between("confirm_above", limit(&before), limit(policy));
    tx.changed(corp, change);
    Ok(())
}

/// Returns true if operators may not send at a time.
pub fn is_quiet(tx: &Tx<'_>, corp: &CorpId, policy: &SendPolicy, at: Timestamp) -> Result<bool> {
    let Some(hours) = policy.quiet_hours else { return Ok(false) };
    let zone = time::zone(&tx.state().corp(corp)?.corp.time_zone)
        .ok_or_else(|| Error::internal("the organisation has no known time zone"))?;
    let minute = (at.0 - at.start_of_day(&zone).0) / MINUTE_MS;
    // The day on which clocks go back has more minutes than others; they belong to its end.
    Ok(u16::try_from(minute).is_ok_and(|minute| hours.contains(minute.min(1439))))
}

fn unchanged(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    id: SendDraftId,
    version: i64,
) -> Result<SendDraft> {
    let draft = get(tx, corp, account, id)?;
    if draft.version == version { Ok(draft) } else { Err(Rule::DraftChanged.into()) }
}

fn new_send(
    env: &Env,
    draft: &SendDraft,
    by: &UserId,
    receivers: Receivers,
    preview: bool,
) -> Result<NewSend> {
    let message = draft.content.message.clone();
    Ok(NewSend {
        account: draft.account.clone(),
        uuid: format!("console-{}", env.random_text(b"0123456789abcdefghijklmnopqrstuvwxyz", 24)),
        app_key: AppKey::from(""),
        message: message.ok_or_else(|| Error::because(Rule::MessageInvalid, "the draft has no message"))?,
        receivers,
        preview,
        allow_comment: draft.content.allow_comment,
        comment_type: draft.content.comment_type,
        show_homepage: draft.content.show_homepage,
        source: SendSource::Console,
        operator: Some(by.clone()),
    })
}

/// The hash of what an approval is about.
fn hash(tx: &mut Tx<'_>, corp: &CorpId, draft: &SendDraft) -> Result<[u8; 32]> {
    let DraftContent { message, receivers, allow_comment, comment_type, show_homepage, .. } = &draft.content;
    let parts = (&draft.account, message, receivers, allow_comment, comment_type, show_homepage);
    let mut hash = Sha256::new();
    hash.update(serde_json::to_vec(&parts).map_err(Error::internal)?);
    if let Some(card_id) = message.as_ref().and_then(Message::card) {
        for article in card::heads_of(tx, corp, &draft.account, card_id)? {
            // Readers get the published copy. An article without one cannot be sent.
            hash.update(article.id.0.to_be_bytes());
            let Some(headline) = article.published else { continue };
            let content = tx.article_content(corp, article.id, ArticleCopy::Published)?;
            let cover = headline.thumb_media_id.map(|id| id.to_string());
            for part in [Some(headline.title), headline.digest, cover, content] {
                let part = part.unwrap_or_default();
                hash.update(part.len().to_be_bytes());
                hash.update(part);
            }
        }
    }
    Ok(hash.finalize().into())
}
