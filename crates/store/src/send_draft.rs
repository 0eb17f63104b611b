//! Sends that operators prepare, and what accounts ask of their sends.

use std::{fmt, sync::LazyLock};

use carillon_model::{
    error::{Error, Result},
    id::{AccountId, CorpId, SendDraftId},
    send_draft::{Approval, ApprovalPolicy, ApprovalStatus, DraftContent, QuietHours, SendDraft, SendPolicy},
    time::Timestamp,
};

use crate::{
    live_event::ConsoleTopic,
    seek::Seek,
    sql::{Row, Value, insert_sql},
    tx::Tx,
};

const COLUMNS: [&str; 18] = [
    "corp_id",
    "draft_id",
    "unionid",
    "content",
    "receivers",
    "due_at",
    "allow_comment",
    "comment_type",
    "show_homepage",
    "version",
    "changed_at",
    "changed_by",
    "authors",
    "approval",
    "approval_hash",
    "approval_by",
    "approval_at",
    "approval_note",
];

static INSERT: LazyLock<String> = LazyLock::new(|| insert_sql("send_draft", &COLUMNS));
static SELECT_ONE: LazyLock<String> = LazyLock::new(|| {
    format!("SELECT {} FROM send_draft WHERE corp_id = ?1 AND draft_id = ?2", COLUMNS.join(", "))
});
static SELECT_AFTER: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {} FROM send_draft WHERE corp_id = ?1 AND unionid = ?2 AND (changed_at, draft_id) < (?3, ?4)
         ORDER BY changed_at DESC, draft_id DESC LIMIT ?5",
        COLUMNS.join(", ")
    )
});
static SELECT_BEFORE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {} FROM send_draft WHERE corp_id = ?1 AND unionid = ?2 AND (changed_at, draft_id) > (?3, ?4)
         ORDER BY changed_at, draft_id LIMIT ?5",
        COLUMNS.join(", ")
    )
});
static SELECT_REQUESTED: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {} FROM send_draft WHERE corp_id = ?1 AND unionid = ?2 AND approval = 'requested'
         ORDER BY changed_at DESC, draft_id DESC LIMIT ?3",
        COLUMNS.join(", ")
    )
});

/// A place in the list of an account's drafts: when a draft last changed, and its id. Those after it changed earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DraftPosition(pub Timestamp, pub SendDraftId);

impl DraftPosition {
    /// The position of a draft.
    pub fn of(draft: &SendDraft) -> Self {
        Self(draft.changed_at, draft.id)
    }

    /// Reads the text that `Display` writes.
    pub fn parse(text: &str) -> Option<Self> {
        let (time, id) = text.split_once('.')?;
        Some(Self(Timestamp(time.parse().ok()?), SendDraftId(id.parse().ok()?)))
    }
}

impl fmt::Display for DraftPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0.0, self.1)
    }
}

impl Tx<'_> {
    /// Stores a draft, in place of the one with its id.
    pub fn put_send_draft(&mut self, corp: &CorpId, draft: &SendDraft) -> Result<()> {
        self.delete_send_draft(corp, draft.id)?;
        let SendDraft { content, approval, .. } = draft;
        let message = content.message.as_ref().map(serde_json::to_string).transpose();
        let message = message.map_err(Error::internal)?;
        let receivers = serde_json::to_string(&content.receivers).map_err(Error::internal)?;
        let authors = serde_json::to_string(&draft.authors).map_err(Error::internal)?;
        let approval = approval.as_ref();
        let values: [Value<'_>; COLUMNS.len()] = [
            corp.into(),
            draft.id.into(),
            (&draft.account).into(),
            message.as_ref().into(),
            (&receivers).into(),
            content.due_at.into(),
            content.allow_comment.into(),
            content.comment_type.into(),
            content.show_homepage.into(),
            draft.version.into(),
            draft.changed_at.into(),
            (&draft.changed_by).into(),
            (&authors).into(),
            approval.map(|approval| approval.status.as_str()).into(),
            approval.map(|approval| approval.hash.as_slice()).into(),
            approval.map(|approval| &approval.by).into(),
            approval.map(|approval| approval.at).into(),
            approval.map(|approval| &approval.note).into(),
        ];
        self.execute(&INSERT, &values)?;
        self.console_changed(corp, Some(&draft.account), ConsoleTopic::Sends);
        Ok(())
    }

    /// A draft.
    pub fn send_draft(&mut self, corp: &CorpId, id: SendDraftId) -> Result<Option<SendDraft>> {
        self.one(&SELECT_ONE, &[corp.into(), id.into()], draft)
    }

    /// Drafts of an account, the last changed first.
    pub fn send_drafts(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        seek: &Seek<DraftPosition>,
        limit: i64,
    ) -> Result<Vec<SendDraft>> {
        let (sql, DraftPosition(changed_at, id)) = match seek {
            Seek::First => (&SELECT_AFTER, DraftPosition(Timestamp(i64::MAX), SendDraftId(i64::MAX))),
            Seek::After(key) => (&SELECT_AFTER, *key),
            Seek::Before(key) => (&SELECT_BEFORE, *key),
        };
        self.all(sql, &[corp.into(), account.into(), changed_at.into(), id.into(), limit.into()], draft)
    }

    /// Drafts of an account whose approval is requested, the last changed first.
    pub fn requested_send_drafts(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        limit: i64,
    ) -> Result<Vec<SendDraft>> {
        self.all(&SELECT_REQUESTED, &[corp.into(), account.into(), limit.into()], draft)
    }

    /// The number of drafts of an account.
    pub fn count_send_drafts(&mut self, corp: &CorpId, account: &AccountId) -> Result<i64> {
        let count = self.one(
            "SELECT count(*) FROM send_draft WHERE corp_id = ?1 AND unionid = ?2",
            &[corp.into(), account.into()],
            |row| row.get(0),
        )?;
        Ok(count.unwrap_or_default())
    }

    /// Removes a draft.
    pub fn delete_send_draft(&mut self, corp: &CorpId, id: SendDraftId) -> Result<()> {
        self.execute(
            "DELETE FROM send_draft WHERE corp_id = ?1 AND draft_id = ?2",
            &[corp.into(), id.into()],
        )?;
        self.console_changed(corp, None, ConsoleTopic::Sends);
        Ok(())
    }

    /// What an account asks of its sends.
    pub fn send_policy(&mut self, corp: &CorpId, account: &AccountId) -> Result<SendPolicy> {
        let policy = self.one(
            "SELECT approval, four_eyes, quiet_from, quiet_until, confirm_above FROM send_policy
             WHERE corp_id = ?1 AND unionid = ?2",
            &[corp.into(), account.into()],
            |row| {
                let approval = row.get::<String>(0)?;
                let minutes = row.get::<Option<i64>>(2)?.zip(row.get::<Option<i64>>(3)?);
                let minutes = minutes.and_then(|(from, until)| {
                    QuietHours::new(u16::try_from(from).ok()?, u16::try_from(until).ok()?)
                });
                Ok(SendPolicy {
                    approval: ApprovalPolicy::parse(&approval)
                        .ok_or_else(|| Error::internal(format!("{approval} is no policy")))?,
                    four_eyes: row.get(1)?,
                    quiet_hours: minutes,
                    confirm_above: row.get::<Option<i64>>(4)?.map(i64::unsigned_abs),
                })
            },
        )?;
        Ok(policy.unwrap_or_default())
    }

    /// Replaces what an account asks of its sends.
    pub fn set_send_policy(&mut self, corp: &CorpId, account: &AccountId, policy: &SendPolicy) -> Result<()> {
        self.execute(
            "INSERT INTO send_policy (corp_id, unionid, approval, four_eyes, quiet_from, quiet_until, confirm_above)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (corp_id, unionid) DO UPDATE
             SET approval = ?3, four_eyes = ?4, quiet_from = ?5, quiet_until = ?6, confirm_above = ?7",
            &[
                corp.into(),
                account.into(),
                policy.approval.as_str().into(),
                policy.four_eyes.into(),
                policy.quiet_hours.map(|hours| i64::from(hours.from)).into(),
                policy.quiet_hours.map(|hours| i64::from(hours.until)).into(),
                policy.confirm_above.map(|limit| i64::try_from(limit).unwrap_or(i64::MAX)).into(),
            ],
        )?;
        Ok(())
    }
}

fn draft(row: &Row<'_>) -> Result<SendDraft> {
    let message = row.get::<Option<String>>(3)?;
    let message = message.map(|text| serde_json::from_str(&text)).transpose().map_err(Error::internal)?;
    let approval = match row.get::<Option<String>>(13)? {
        None => None,
        Some(name) => Some(Approval {
            status: ApprovalStatus::parse(&name)
                .ok_or_else(|| Error::internal(format!("{name} is no status")))?,
            hash: row
                .get::<Vec<u8>>(14)?
                .try_into()
                .map_err(|_| Error::internal("the hash of an approval has another length"))?,
            by: row.get(15)?,
            at: row.get(16)?,
            note: row.get(17)?,
        }),
    };
    Ok(SendDraft {
        id: row.get(1)?,
        account: row.get(2)?,
        content: DraftContent {
            message,
            receivers: serde_json::from_str(&row.get::<String>(4)?).map_err(Error::internal)?,
            due_at: row.get(5)?,
            allow_comment: row.get(6)?,
            comment_type: row.get(7)?,
            show_homepage: row.get(8)?,
        },
        version: row.get(9)?,
        changed_at: row.get(10)?,
        changed_by: row.get(11)?,
        authors: serde_json::from_str(&row.get::<String>(12)?).map_err(Error::internal)?,
        approval,
    })
}
