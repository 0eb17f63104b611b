//! Sends that operators prepare in the console, their approval, and what an account asks of its sends.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    id::{AccountId, SendDraftId, UserId},
    message::{Message, Receivers},
    time::Timestamp,
};

/// What a draft says, apart from its history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftContent {
    /// The message; `None` until it is written.
    pub message: Option<Message>,
    /// The receivers; none until they are chosen.
    pub receivers: Receivers,
    /// When it is to be sent; `None` for at once.
    pub due_at: Option<Timestamp>,
    /// Whether readers may comment.
    pub allow_comment: bool,
    /// Visible comments: 0 all, 1 selected.
    pub comment_type: i64,
    /// Whether it is shown on the account's home page.
    pub show_homepage: bool,
}

impl Default for DraftContent {
    fn default() -> Self {
        Self {
            message: None,
            receivers: Receivers::default(),
            due_at: None,
            allow_comment: false,
            comment_type: 0,
            show_homepage: true,
        }
    }
}

/// A send that operators prepare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendDraft {
    /// The id.
    pub id: SendDraftId,
    /// The sending account.
    pub account: AccountId,
    /// What it says.
    pub content: DraftContent,
    /// Rises with each change.
    pub version: i64,
    /// When it was changed last.
    pub changed_at: Timestamp,
    /// Who changed it last.
    pub changed_by: UserId,
    /// Everybody who changed message or receivers.
    pub authors: Vec<UserId>,
    /// The request for approval, or the decision; `None` before a request, and after a change.
    pub approval: Option<Approval>,
}

/// A request for approval, or the decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Where it stands.
    pub status: ApprovalStatus,
    /// The hash of message, receivers and options that it is about.
    pub hash: [u8; 32],
    /// Who requested or decided.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
    /// The reason of a rejection; empty otherwise.
    pub note: String,
}

/// Where an approval stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApprovalStatus {
    /// Somebody has to decide.
    Requested,
    /// It may be sent.
    Approved,
    /// It has to be changed first.
    Rejected,
}

impl ApprovalStatus {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Requested, Self::Approved, Self::Rejected];

    /// The name, as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }

    /// The status of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

/// The largest number above which a send can need a confirmation.
pub const MAX_CONFIRM_ABOVE: u64 = 999_999_999;

/// Which sends of an account need approval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalPolicy {
    /// No send needs an approval.
    #[default]
    None,
    /// The sends that operators make in the console or with drafts. Apps send without an approval.
    Console,
    /// All sends. Apps cannot send then, because nobody can approve what they send.
    All,
}

impl ApprovalPolicy {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::None, Self::Console, Self::All];

    /// The name, as stored and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Console => "console",
            Self::All => "all",
        }
    }

    /// The policy of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.as_str() == name)
    }
}

/// Times of the day in the organisation's time zone at which operators may not send. They may include midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct QuietHours {
    /// The first minute of the day, 0 to 1439.
    pub from: u16,
    /// The minute at which they end, 0 to 1439; not the first one.
    pub until: u16,
}

impl QuietHours {
    /// Minutes of a day.
    pub const DAY: u16 = 24 * 60;

    /// Quiet hours between two minutes of the day. `None` if one is out of range, or both are the same.
    pub fn new(from: u16, until: u16) -> Option<Self> {
        (from < Self::DAY && until < Self::DAY && from != until).then_some(Self { from, until })
    }

    /// Returns true if a minute of the day is in them.
    pub fn contains(self, minute: u16) -> bool {
        if self.from < self.until {
            (self.from..self.until).contains(&minute)
        } else {
            minute >= self.from || minute < self.until
        }
    }
}

/// What an account asks of its sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SendPolicy {
    /// Which sends need approval.
    pub approval: ApprovalPolicy,
    /// Whether nobody may approve what they wrote.
    pub four_eyes: bool,
    /// When operators may not send.
    pub quiet_hours: Option<QuietHours>,
    /// Receivers above which the operator has to type their number; `None` never asks.
    pub confirm_above: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_may_include_midnight() {
        let night = QuietHours::new(22 * 60, 8 * 60).expect("in range");
        for (minute, quiet) in
            [(0, true), (479, true), (480, false), (1319, false), (1320, true), (1439, true)]
        {
            assert_eq!(night.contains(minute), quiet, "{minute}");
        }
        let noon = QuietHours::new(720, 780).expect("in range");
        for (minute, quiet) in [(719, false), (720, true), (779, true), (780, false)] {
            assert_eq!(noon.contains(minute), quiet, "{minute}");
        }
        for (from, until) in [(1440, 0), (0, 1440), (5, 5)] {
            assert_eq!(QuietHours::new(from, until), None);
        }
    }

    #[test]
    fn names_are_parsed_back() {
        for status in ApprovalStatus::ALL {
            assert_eq!(ApprovalStatus::parse(status.as_str()), Some(status));
        }
        for policy in ApprovalPolicy::ALL {
            assert_eq!(ApprovalPolicy::parse(policy.as_str()), Some(policy));
        }
        assert_eq!((ApprovalStatus::parse(""), ApprovalPolicy::parse("some")), (None, None));
    }
}
