//! Internal groups: conversations of members of one organisation.

use std::collections::BTreeMap;

use crate::{
    id::{ConversationId, DeptId, GroupNo, MemberNo},
    time::Timestamp,
};

/// What a group is for, which decides who belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupKind {
    /// The whole organisation; its members follow it.
    AllStaff,
    /// A department; its members are those who belong to the department directly.
    Department,
    /// Any others: whoever was asked in.
    Other,
    /// Made from a template of an app (场景群).
    Scene,
}

impl GroupKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::AllStaff, Self::Department, Self::Other, Self::Scene];

    /// The number stored and shown.
    pub fn number(self) -> i64 {
        match self {
            Self::AllStaff => 1,
            Self::Department => 2,
            Self::Other => 3,
            Self::Scene => 4,
        }
    }

    /// The kind of a number.
    pub fn parse(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// Whether nobody is added or removed by hand.
    pub fn follows_the_organisation(self) -> bool {
        matches!(self, Self::AllStaff | Self::Department)
    }
}

/// How a group became known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupOrigin {
    /// It was made by an operation.
    Made,
    /// Facts name it, and none of them says who created it.
    Mentioned,
    /// A fact says that it was created.
    Told,
}

impl GroupOrigin {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Made, Self::Mentioned, Self::Told];

    /// The number stored.
    pub fn number(self) -> i64 {
        match self {
            Self::Made => 0,
            Self::Mentioned => 1,
            Self::Told => 2,
        }
    }

    /// The origin of a number.
    pub fn parse(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.number() == number)
    }
}

/// What a scene group was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupTemplate {
    /// Its id; empty for groups of other kinds.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A group. Who belongs to it is stored apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its place among all groups of the organisation: one that became known later has a larger number.
    pub no: GroupNo,
    /// `openConversationId`.
    pub id: ConversationId,
    /// How it became known.
    pub origin: GroupOrigin,
    /// What it is called.
    pub title: String,
    /// What it is for.
    pub kind: GroupKind,
    /// The department, for a group of one.
    pub department: Option<DeptId>,
    /// The template, for a scene group.
    pub template: GroupTemplate,
    /// Whether its files are kept in the drive too.
    pub synced_to_drive: bool,
    /// Attributes of the organisation's own.
    pub extensions: BTreeMap<String, String>,
    /// Who owns it; none when nobody is left. May name somebody who left, once the group is dissolved.
    pub owner: Option<MemberNo>,
    /// Who made it; may have left the organisation since. 0 if nobody is known to have made it.
    pub creator: MemberNo,
    /// How many members it has.
    pub member_count: i64,
    /// How many of them administer it, beside the owner.
    pub administrator_count: i64,
    /// Only the owner and administrators may speak.
    pub words_banned: bool,
    /// Bytes of the files that were sent to it.
    pub used_bytes: i64,
    /// When it was created; earlier, if a fact names it before that.
    pub created_at: Timestamp,
    /// When somebody last spoke in it; when nobody did, when it was created.
    pub active_at: Timestamp,
    /// When it was dissolved; later, if a fact names it after that.
    pub dissolved_at: Option<Timestamp>,
    /// The latest moment of which a fact names it that was sent; 0 if none does.
    pub named_until: Timestamp,
    /// The moment since which it has its title, as far as facts may change that.
    pub titled_at: Timestamp,
}

impl Group {
    /// Whether somebody may still speak in it.
    pub fn state(&self) -> GroupState {
        match (self.dissolved_at, self.member_count) {
            (Some(_), _) => GroupState::Dissolved,
            (None, 0) => GroupState::Empty,
            (None, _) => GroupState::Normal,
        }
    }
}

/// How a group is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupState {
    /// Gone for good.
    Dissolved,
    /// Everybody left.
    Empty,
    /// In use.
    Normal,
}
