//! Imports of members from a list, which run in the background.

use crate::{audit::Actor, id::MemberImportId, time::Timestamp};

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportStatus {
    /// Its lines are being stored. It is not listed yet.
    Receiving,
    /// Its lines are compared with what is stored.
    Checking,
    /// It was checked and can be applied.
    Ready,
    /// Its lines are being imported.
    Applying,
    /// All lines were imported or refused.
    Done,
    /// It was called off, or nobody applied it in time.
    Cancelled,
    /// It ended, because whoever applied it has lost the role.
    Stopped,
}

impl ImportStatus {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Receiving,
        Self::Checking,
        Self::Ready,
        Self::Applying,
        Self::Done,
        Self::Cancelled,
        Self::Stopped,
    ];

    /// The name, stored and in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Receiving => "receiving",
            Self::Checking => "checking",
            Self::Ready => "ready",
            Self::Applying => "applying",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Stopped => "stopped",
        }
    }

    /// Returns the status with a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }

    /// Returns true while the server works on it.
    pub fn is_running(self) -> bool {
        matches!(self, Self::Checking | Self::Applying)
    }

    /// Returns true if nothing more happens to it.
    pub fn has_ended(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled | Self::Stopped)
    }
}

/// What became of the lines of an import, or would become of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// Members added.
    pub added: i64,
    /// Members changed.
    pub changed: i64,
    /// Members who already are as the list says.
    pub unchanged: i64,
    /// Lines that are refused.
    pub refused: i64,
    /// Lines of which all but the manager is accepted; they are counted above too.
    pub partial: i64,
}

/// An import of members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberImport {
    /// The id.
    pub id: MemberImportId,
    /// How far it is.
    pub status: ImportStatus,
    /// The name of the file; may be empty.
    pub file_name: String,
    /// The format in which it was read, such as `CSV, GBK`.
    pub format: String,
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The number of lines.
    pub lines: i64,
    /// The number of lines that could not be read.
    pub unreadable: i64,
    /// The number of chunks.
    pub chunks: i64,
    /// Steps of the status that are done.
    pub step: i64,
    /// Steps of the status.
    pub steps: i64,
    /// What becomes of the lines.
    pub counts: ImportCounts,
    /// The first paths of departments that are created.
    pub departments: Vec<String>,
    /// The number of departments that are created.
    pub department_count: i64,
    /// When it was uploaded.
    pub created_at: Timestamp,
    /// Who uploaded it.
    pub created_by: Actor,
    /// When applying it began, and who began it.
    pub started: Option<(Timestamp, Actor)>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// What is done with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineOutcome {
    /// A member is added.
    Added,
    /// A member is changed.
    Changed,
    /// The member already is as the line says.
    Unchanged,
    /// Nothing.
    Refused,
}

impl LineOutcome {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Added, Self::Changed, Self::Unchanged, Self::Refused];

    /// The name, stored and in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
            Self::Refused => "refused",
        }
    }

    /// Returns the outcome with a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == name)
    }
}

/// A line of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportLine {
    /// The number of the line in the list.
    pub line: i64,
    /// Whether it was imported or refused, not only checked.
    pub is_applied: bool,
    /// What is done with it.
    pub outcome: LineOutcome,
    /// The userid in it.
    pub userid: String,
    /// The name of the member.
    pub name: String,
    /// The names of the columns that change.
    pub changes: Vec<String>,
    /// Its problem, as JSON.
    pub problem: Option<String>,
    /// The cells of a line with a problem, without its password, as JSON.
    pub cells: Option<String>,
}
