//! Internal groups: conversations of members of one organisation.

use std::collections::BTreeMap;

use crate::{
    id::{ConversationId, DeptId, GroupNo, MemberNo},
    time::Timestamp,
};

/// The kind of a group, which decides who belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupKind {
    /// The group of the whole organisation; its members follow the organisation.
    AllStaff,
    /// The group of a department; its members are the direct members of the department.
    Department,
    /// Any other group, with chosen members.
    Other,
    /// Made from a template of an app (场景群).
    Scene,
}

impl GroupKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::AllStaff, Self::Department, Self::Other, Self::Scene];

    /// The number, stored and on the wire.
    pub fn number(self) -> i64 {
        match self {
            Self::AllStaff => 1,
            Self::Department => 2,
            Self::Other => 3,
            Self::Scene => 4,
        }
    }

    /// Parses the number.
    pub fn parse(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// Returns true if its members cannot be added or removed by hand.
    pub fn follows_organisation(self) -> bool {
        matches!(self, Self::AllStaff | Self::Department)
    }
}

/// The origin of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupOrigin {
    /// It was created by an operation.
    Operation,
    /// Facts refer to it, but none is about its creation.
    Mentioned,
    /// A fact is about its creation.
    Fact,
}

impl GroupOrigin {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Operation, Self::Mentioned, Self::Fact];

    /// The stored number.
    pub fn number(self) -> i64 {
        match self {
            Self::Operation => 0,
            Self::Mentioned => 1,
            Self::Fact => 2,
        }
    }

    /// Parses the stored number.
    pub fn parse(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.number() == number)
    }
}

/// The template of a scene group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupTemplate {
    /// Its id; empty for groups of other kinds.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A group. Its members are stored separately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its number among all groups of the organisation, in the order in which they became known.
    pub no: GroupNo,
    /// `openConversationId`.
    pub id: ConversationId,
    /// Its origin.
    pub origin: GroupOrigin,
    /// Title.
    pub title: String,
    /// Its kind.
    pub kind: GroupKind,
    /// The department, for a department group.
    pub department: Option<DeptId>,
    /// The template, for a scene group.
    pub template: GroupTemplate,
    /// Whether its files are also stored in the drive.
    pub synced_to_drive: bool,
    /// Custom attributes.
    pub extensions: BTreeMap<String, String>,
    /// The owner; `None` if nobody is left. For a dissolved group it may be a former member.
    pub owner: Option<MemberNo>,
    /// The creator, possibly a former member; 0 if unknown.
    pub creator: MemberNo,
    /// The number of members.
    pub member_count: i64,
    /// The number of administrators, beside the owner.
    pub administrator_count: i64,
    /// Only the owner and administrators may post.
    pub words_banned: bool,
    /// The size of the files that were sent to it, in bytes.
    pub used_bytes: i64,
    /// When it was created, or the time of the first fact that refers to it if that is earlier.
    pub created_at: Timestamp,
    /// The time of the last message; the time of creation if there is none.
    pub active_at: Timestamp,
    /// When it was dissolved, or the time of the last fact that refers to it if that is later.
    pub dissolved_at: Option<Timestamp>,
    /// The latest time of an ingested fact that refers to it; 0 if there is none.
    pub named_until: Timestamp,
    /// The time since which it has its title. A fact can change the title if it is later.
    pub titled_at: Timestamp,
}

impl Group {
    /// Its state.
    pub fn state(&self) -> GroupState {
        match (self.dissolved_at, self.member_count) {
            (Some(_), _) => GroupState::Dissolved,
            (None, 0) => GroupState::Empty,
            (None, _) => GroupState::Normal,
        }
    }
}

/// The state of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupState {
    /// Dissolved permanently.
    Dissolved,
    /// Without members.
    Empty,
    /// In use.
    Normal,
}
