//! Creates sends.

use std::sync::Arc;

use carillon_model::{
    audience::Audience,
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, AppKey, CorpId, TaskId, UserId},
    message::{Message, Receivers, SendSource},
    send_draft::ApprovalPolicy,
    time::{self, Timestamp},
};
use carillon_store::{LiveEvent, Send, Tx};

use super::{audience, content, quota, window};
use crate::{account, mint};

/// Largest audience that is indexed member by member. The sender pays for each row, and every reader for each bitmap in memory:
/// `cargo xtask bench small` prints both costs.
pub const INDEXED_AT_MOST: u64 = 32;

/// A send to create.
#[derive(Clone, Debug)]
pub struct NewSend {
    /// The sending account.
    pub account: AccountId,
    /// The caller's own id, unique within the account.
    pub uuid: String,
    /// The app that requests it.
    pub app_key: AppKey,
    /// The content.
    pub message: Message,
    /// The receivers.
    pub receivers: Receivers,
    /// A preview for one member.
    pub preview: bool,
    /// Whether readers may comment.
    pub allow_comment: bool,
    /// Visible comments: 0 all, 1 selected.
    pub comment_type: i64,
    /// Whether it is shown on the account's home page.
    pub show_homepage: bool,
    /// The origin of the request.
    pub source: SendSource,
    /// The member who requests it, if known.
    pub operator: Option<UserId>,
}

/// Sends a message. It is in the inbox of its receivers after the commit.
///
/// A send to several members skips those who got the same content from the account on the same day. If nobody is left, the send
/// has an empty audience. A send to exactly one member by userid is not checked this way, as documented.
pub fn create(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, new: NewSend) -> Result<TaskId> {
    create_as(tx, env, corp, new, mint::task_id(env), None, None)
}

/// Sends under an id that was returned when the send was requested. `overdue_since` is the time that it was scheduled for, if it leaves
/// late.
pub(super) fn create_as(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    new: NewSend,
    task: TaskId,
    requested_at: Option<Timestamp>,
    overdue_since: Option<Timestamp>,
) -> Result<TaskId> {
    let mut audience = check(tx, env, corp, &new)?;
    let now = env.now();
    let zone = time::zone(&tx.state().corp(corp)?.corp.time_zone)
        .ok_or_else(|| Error::internal("the organisation has no known time zone"))?;
    let content_hash = content::hash(&new.message)?;
    let one_user = new.receivers.is_one_user();
    if !one_user {
        let today = now.start_of_day(&zone);
        audience.subtract(&tx.received_since(corp, &new.account, &content_hash, today)?);
    }
    quota::consume(
        tx,
        env,
        corp,
        &new.account,
        quota::QuotaUse { audience: &audience, one_user, zone: &zone },
    )?;

    let audience = Arc::new(audience.compact());
    let send = Send {
        task,
        account: new.account,
        uuid: new.uuid,
        app_key: new.app_key,
        created_at: now,
        requested_at,
        overdue_since,
        source: new.source,
        operator: new.operator,
        indexed: audience.len() <= INDEXED_AT_MOST,
        preview: new.preview,
        targeted: one_user,
        allow_comment: new.allow_comment,
        comment_type: new.comment_type,
        show_homepage: new.show_homepage,
        content_hash,
        message: new.message,
        named: new.receivers,
        audience,
    };
    let task = deliver(tx, corp, send)?;
    window::move_window(tx, env, corp)?;
    Ok(task)
}

/// Stores a send and announces it to its audience.
pub(crate) fn deliver(tx: &mut Tx<'_>, corp: &CorpId, send: Send) -> Result<TaskId> {
    tx.insert_send(corp, &send)?;
    let change = Change::created(Subject::Send, &send.task)
        .with("account", &send.account)
        .with("uuid", &send.uuid)
        .with("receivers", send.audience.len());
    tx.changed(corp, change);
    tx.announce(LiveEvent::Sent {
        corp: corp.clone(),
        account: send.account,
        task: send.task.clone(),
        audience: send.audience,
    });
    Ok(send.task)
}

/// Refuses a send that cannot be made. Returns its audience, including members who already got the same content.
pub(super) fn check(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, new: &NewSend) -> Result<Audience> {
    account::enabled(tx, corp, &new.account)?;
    if tx.uuid_taken(corp, &new.account, &new.uuid)? {
        return Err(Rule::UuidTaken.into());
    }
    if new.preview && !new.receivers.is_one_user() {
        // Decided: no code is documented for a preview to more than one member.
        let rule =
            if new.receivers.users.is_empty() { Rule::NoReceivers } else { Rule::ReceiverUsersInvalid };
        return Err(Error::because(rule, "is_preview needs exactly one userid in userid_list"));
    }
    // Previews are always free.
    if new.source == SendSource::Api && !new.preview {
        let policy = tx.send_policy(corp, &new.account)?;
        if policy.approval == ApprovalPolicy::All {
            return Err(Rule::ApprovalNeeded.into());
        }
    }
    content::check(tx, corp, &new.account, &new.message, new.preview)?;
    audience::resolve(tx, env, corp, &new.account, &new.receivers)
}
