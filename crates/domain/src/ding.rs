//! Urgent messages (DING), in the app or by phone. No call is placed: a DING by phone is an urgent message that records the
//! requested channel.

use std::sync::Arc;

use carillon_model::{
    audience::Audience,
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result, Rule},
    fact::{DingKind, DingReceived, DingSent},
    id::{AccountId, AppKey, CorpId, MemberNo, SendSeq, TaskId, UserId},
    message::{Message, MessageKind, Receivers, SendSource},
    send_draft::ApprovalPolicy,
    time::{self, HOUR_MS},
};
use carillon_store::{DingRow, DingSetting, Send, SendRow, Tx};

use crate::{
    account::{self, revision},
    mint,
    send::{self, ReceiverFilter, ReceiverPage},
    stats::fact,
};

/// Maximum number of receivers of one DING by phone (batch.toolarge).
pub const MAX_PHONE_RECEIVERS: usize = 20;

/// The requested channel of a DING.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// In the app.
    App,
    /// By phone.
    Phone,
}

impl Channel {
    /// Returns the account that sends by this channel.
    pub fn account(self, setting: &DingSetting) -> Option<&AccountId> {
        match self {
            Self::App => setting.app_account.as_ref(),
            Self::Phone => setting.phone_account.as_ref(),
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::App => "app_ding",
            Self::Phone => "phone_ding",
        }
    }
}

/// The revision of the settings ([`revision`]).
pub fn revision(setting: &DingSetting) -> Result<String> {
    revision::hash(&(setting.signed, &setting.app_account, &setting.phone_account))
}

/// Sets the accounts that send DINGs, and whether the agreement was signed.
pub fn set(tx: &mut Tx<'_>, corp: &CorpId, setting: &DingSetting) -> Result<()> {
    for id in [&setting.app_account, &setting.phone_account].into_iter().flatten() {
        account::enabled(tx, corp, id)?;
    }
    let before = tx.ding_setting(corp)?;
    let account_text = |id: &Option<AccountId>| id.as_ref().map(AccountId::to_string).unwrap_or_default();
    let change = Change::updated(Subject::Corp, corp)
        .between("ding_agreement_signed", before.signed, setting.signed)
        .between("ding_app_account", account_text(&before.app_account), account_text(&setting.app_account))
        .between(
            "ding_phone_account",
            account_text(&before.phone_account),
            account_text(&setting.phone_account),
        );
    tx.set_ding_setting(corp, setting)?;
    tx.changed(corp, change);
    Ok(())
}

/// Who sends an urgent message.
#[derive(Clone, Debug)]
pub enum Sender {
    /// An app.
    App(AppKey),
    /// An operator of the account of the channel.
    Operator {
        /// The operator.
        userid: UserId,
        /// The account that the operator has the role for.
        account: AccountId,
        /// The number of receivers that the operator typed, where the account asks for it.
        confirmed: Option<u64>,
    },
}

/// Sends an urgent message to members. What an account asks of sends from the console holds for operators.
///
/// Decided, as only the codes are documented: the same content to the same member within a day is a repeat, and a member outside
/// of the account's scope is an invalid parameter.
pub fn send(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    sender: &Sender,
    channel: Channel,
    users: Vec<UserId>,
    content: String,
) -> Result<TaskId> {
    if let Sender::Operator { account, .. } = sender {
        tx.state().corp(corp)?.account(account)?;
    }
    let setting = tx.ding_setting(corp)?;
    if !setting.signed {
        return Err(Rule::DingNotAgreed.into());
    }
    let account = channel.account(&setting).cloned().ok_or(Error::Rule(Rule::DingAccountMissing))?;
    let is_of_another = matches!(sender, Sender::Operator { account: of, .. } if *of != account);
    if is_of_another || account::enabled(tx, corp, &account).is_err() {
        return Err(Rule::DingAccountMissing.into());
    }
    if channel == Channel::Phone && users.len() > MAX_PHONE_RECEIVERS {
        return Err(Rule::DingBatchTooLarge.into());
    }
    let named = Receivers { users, ..Receivers::default() };
    let audience = send::resolve(tx, env, corp, &account, &named)?;
    if let Sender::Operator { confirmed, .. } = sender {
        check_policy(tx, env, corp, &account, audience.len(), *confirmed)?;
    }
    let message = Message::Ding { content, phone: channel == Channel::Phone };
    let content_hash = send::hash(&message)?;
    refuse_repeats(tx, env, corp, &account, &content_hash, &audience)?;
    consume_quota(tx, env, corp, &account, channel, &audience)?;
    let ding_kind = match channel {
        Channel::App => DingKind::App,
        Channel::Phone => DingKind::Call,
    };
    // One fact covers all receivers, and no member sent it as a member.
    fact::record(tx, corp, env.now(), None, DingSent { ding_kind, count: 1 })?;
    let receivers = u32::try_from(audience.len()).unwrap_or(u32::MAX);
    fact::record(tx, corp, env.now(), None, DingReceived { ding_kind, count: receivers })?;
    let task = mint::task_id(env);
    let ding = Send {
        uuid: task.to_string(),
        task,
        account,
        app_key: match sender {
            Sender::App(app_key) => app_key.clone(),
            Sender::Operator { .. } => AppKey::from(""),
        },
        created_at: env.now(),
        requested_at: None,
        overdue_since: None,
        source: match sender {
            Sender::App(_) => SendSource::Api,
            Sender::Operator { .. } => SendSource::Console,
        },
        operator: match sender {
            Sender::App(_) => None,
            Sender::Operator { userid, .. } => Some(userid.clone()),
        },
        indexed: true,
        preview: false,
        targeted: true,
        allow_comment: false,
        comment_type: 0,
        show_homepage: false,
        content_hash,
        message,
        named,
        audience: Arc::new(audience),
    };
    send::deliver(tx, corp, ding)
}

/// Refuses what an account asks of sends from the console: an urgent message cannot be approved, so an account whose sends need approval
/// sends none from there.
fn check_policy(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    receivers: u64,
    confirmed: Option<u64>,
) -> Result<()> {
    let policy = tx.send_policy(corp, account)?;
    if policy.approval != ApprovalPolicy::None {
        return Err(Rule::ApprovalNeeded.into());
    }
    if send::draft::is_quiet(tx, corp, &policy, env.now())? {
        return Err(Rule::QuietHours.into());
    }
    if policy.confirm_above.is_some_and(|limit| receivers > limit) && confirmed != Some(receivers) {
        return Err(Error::invalid("confirm", format!("must be the number of receivers, {receivers}")));
    }
    Ok(())
}

/// An urgent message that was sent.
#[derive(Clone, Debug)]
pub struct SentDing {
    /// The account.
    pub account: AccountId,
    /// The message.
    pub row: DingRow,
    /// How many receivers have confirmed it: they have read it.
    pub confirmed: u64,
}

/// Returns urgent messages of some accounts before a send, newest first, and the position of the next ones.
pub fn list(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    accounts: &[AccountId],
    before: Option<SendSeq>,
    limit: usize,
) -> Result<(Vec<SentDing>, Option<SendSeq>)> {
    let before = before.unwrap_or(SendSeq(i64::MAX));
    let most = i64::try_from(limit.saturating_add(1)).map_err(Error::internal)?;
    let mut found = Vec::new();
    for account in accounts {
        let rows = tx.dings_before(corp, account, before, most)?;
        found.extend(rows.into_iter().map(|row| (account.clone(), row)));
    }
    found.sort_by_key(|(_, row)| std::cmp::Reverse(row.seq));
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().map(|(_, row)| row.seq).filter(|_| has_more);
    let mut dings = Vec::with_capacity(found.len());
    for (account, row) in found {
        let confirmed = tx.count_readers(corp, row.seq)?;
        dings.push(SentDing { account, row, confirmed });
    }
    Ok((dings, next))
}

/// Returns an urgent message of an account, and at most `limit` of its receivers after a member number.
///
/// # Errors
/// [`Rule::UnknownAccount`], [`Rule::UnknownTask`]; [`Rule::ReadersExpired`] if only the number of readers is still stored.
pub fn receivers(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    (account, task): (&AccountId, &TaskId),
    after: MemberNo,
    limit: usize,
) -> Result<(SendRow, ReceiverPage)> {
    tx.state().corp(corp)?.account(account)?;
    let sent = tx.send_by_task(corp, account, task)?;
    let sent = sent.filter(|sent| matches!(sent.message, Message::Ding { .. }));
    let sent = sent.ok_or(Error::Rule(Rule::UnknownTask))?;
    let page = send::of_sent(tx, corp, &sent, ReceiverFilter::All, after, limit)?;
    Ok((sent, page))
}

fn refuse_repeats(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    content_hash: &[u8; 32],
    audience: &Audience,
) -> Result<()> {
    let hours = count(env.settings.ding.duplicate_hours);
    if hours == 0 {
        return Ok(());
    }
    // Exclusive: at the end of the period the content may be sent again.
    let since = env.now().plus_ms(1 - hours.saturating_mul(HOUR_MS));
    if tx.received_since(corp, account, content_hash, since)?.intersects(audience) {
        return Err(Rule::DingRepeated.into());
    }
    Ok(())
}

fn consume_quota(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    channel: Channel,
    audience: &Audience,
) -> Result<()> {
    let limits = &env.settings.ding;
    let now = env.now();
    let zone = time::zone(&tx.state().corp(corp)?.corp.time_zone)
        .ok_or_else(|| Error::internal("the organisation has no known time zone"))?;
    let day = now.day(&zone).to_string();
    let daily = match channel {
        Channel::App => limits.app_daily,
        Channel::Phone => limits.phone_daily,
    };
    if channel == Channel::Phone {
        let interval = count(limits.phone_min_interval_ms);
        let kind = MessageKind::PhoneDing;
        if interval > 0 && tx.sends_of_kind_since(corp, account, kind, now.plus_ms(1).plus_ms(-interval))? > 0
        {
            return Err(Rule::DingTooFrequent.into());
        }
        for member in audience.iter().filter(|_| limits.phone_daily_to_user > 0) {
            let used = tx.use_quota(corp, &day, "phone_ding_user", &member.0.to_string(), 1)?;
            if used > count(limits.phone_daily_to_user) {
                return Err(Rule::PhoneDingsToUserUsedUp.into());
            }
        }
    }
    if daily > 0 && tx.use_quota(corp, &day, channel.as_str(), "", count(audience.len()))? > count(daily) {
        return Err(Rule::DingVolumeUsedUp.into());
    }
    Ok(())
}

/// Converts to the integer type of rows. A limit beyond its range limits nothing.
fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
