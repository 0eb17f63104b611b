//! Facts: a small typed vocabulary of what happened. All statistics are computed from them.
//!
//! A fact has an id that the sender chooses (the same id is the same fact), a time, mostly a member, and a kind with its fields.
//! The metrics that a kind feeds are defined once, in `domain::stats::metrics`, and named here beside it. The names of the fields
//! are those of the ingested lines, a format of Carillon. The number of a kind and the order of its fields are stored: a kind that
//! needs another field gets a new number, or all kinds get a new version ([`Fact::VERSION`]).

mod kinds;
mod line;

pub use kinds::*;
pub use line::FactLine;
use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{
    id::{MemberNo, UserId},
    time::Timestamp,
};

/// The maximum number of characters of the id of a fact.
pub const ID_CHARS: usize = 64;

/// A fact to be stored.
#[derive(Clone, Debug, PartialEq)]
pub struct NewFact {
    /// The id that the sender chose, unique in the organisation.
    pub id: String,
    /// When it happened; the start if it has a duration.
    pub at: Timestamp,
    /// The member that it is about.
    pub member: Option<UserId>,
    /// What happened.
    pub fact: Fact,
}

/// A stored fact.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredFact {
    /// Its number among the facts of its day, in the order of arrival from 1.
    pub seq: i64,
    /// When it happened.
    pub at: Timestamp,
    /// The member that it is about.
    pub member: Option<MemberNo>,
    /// What happened.
    pub fact: Fact,
}

macro_rules! vocabulary {
    ($($number:literal $word:literal $kind:ident,)*) => {
        /// A kind of fact.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Kind {$(
            #[doc = concat!("`", $word, "`")]
            $kind = $number,
        )*}

        /// A fact with the fields of its kind.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Fact {$(
            #[doc = concat!("`", $word, "`")]
            $kind($kind),
        )*}

        impl Kind {
            /// All kinds, by their numbers.
            pub const ALL: &[Kind] = &[$(Kind::$kind),*];

            /// The name in an ingested line.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$kind => $word,)* }
            }

            /// The schema of the fields, without references.
            pub fn schema(self) -> Schema {
                match self { $(Self::$kind => schema::<$kind>(),)* }
            }

            /// Deserializes the fields of a fact of this kind.
            pub fn read<'de, D: Deserializer<'de>>(self, fields: D) -> Result<Fact, D::Error> {
                match self { $(Self::$kind => $kind::deserialize(fields).map(Fact::$kind),)* }
            }
        }

        impl Fact {
            /// Its kind.
            pub fn kind(&self) -> Kind {
                match self { $(Self::$kind(_) => Kind::$kind,)* }
            }
        }

        /// Serializes the fields alone; [`Kind::read`] reads them.
        impl Serialize for Fact {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self { $(Self::$kind(fields) => fields.serialize(serializer),)* }
            }
        }

        $(
            impl From<$kind> for Fact {
                fn from(fields: $kind) -> Self {
                    Self::$kind(fields)
                }
            }
        )*
    };
}

vocabulary! {
    1 "live_session" LiveSession,
    2 "live_viewing" LiveViewing,
    3 "video_meeting" VideoMeeting,
    4 "video_participation" VideoParticipation,
    5 "phone_meeting" PhoneMeeting,
    6 "phone_participation" PhoneParticipation,
    7 "single_message" SingleMessage,
    8 "group_message" GroupMessage,
    9 "group_file" GroupFile,
    10 "mention" Mention,
    11 "group_created" GroupCreated,
    12 "group_dissolved" GroupDissolved,
    13 "group_joined" GroupJoined,
    14 "group_opened" GroupOpened,
    15 "app_visit" AppVisit,
    16 "login" Login,
    17 "ding_sent" DingSent,
    18 "ding_received" DingReceived,
    19 "ding_comment" DingComment,
    20 "calendar" Calendar,
    21 "report_sent" ReportSent,
    22 "report_comment" ReportComment,
    23 "document" Document,
    24 "form" Form,
    25 "approval_template" ApprovalTemplate,
    26 "approval_submitted" ApprovalSubmitted,
    27 "approval_acted" ApprovalActed,
    28 "approval_finished" ApprovalFinished,
    29 "check_in" CheckIn,
    30 "attendance" Attendance,
    31 "red_packet_sent" RedPacketSent,
    32 "red_packet_received" RedPacketReceived,
    33 "todo" Todo,
    34 "drive" Drive,
    35 "mail" Mail,
    36 "announcement" Announcement,
    37 "steps" Steps,
    38 "article_published" ArticlePublished,
    39 "article_read" ArticleRead,
    40 "circle" Circle,
    41 "employment" Employment,
    42 "article_views" ArticleViews,
    43 "group_named" GroupNamed,
}

impl Kind {
    /// Parses the name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }

    /// Parses the stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| i64::from(*kind as u8) == number)
    }

    /// Deserializes the stored fields of a fact of this kind, in a version up to [`Fact::VERSION`].
    pub fn read_version<'de, D: Deserializer<'de>>(self, version: i64, fields: D) -> Result<Fact, D::Error> {
        if version == Fact::VERSION {
            self.read(fields)
        } else {
            Err(D::Error::custom(format!("nothing reads version {version} of facts")))
        }
    }

    /// Returns true if a fact of this kind always has a member. Others may be about an app, several members, or a reader who is not
    /// signed in.
    pub fn needs_member(self) -> bool {
        !matches!(
            self,
            Self::ArticlePublished
                | Self::ArticleRead
                | Self::ArticleViews
                | Self::GroupDissolved
                | Self::GroupNamed
                | Self::DingSent
                | Self::DingReceived
        )
    }
}

impl Fact {
    /// The version of the stored form of the fields, for all kinds.
    pub const VERSION: i64 = 0;

    /// The entity that a fact is indexed by besides its day: the live session or the meeting, by its id.
    pub fn entity(&self) -> Option<(EntityKind, &str)> {
        match self {
            Self::LiveSession(fact) => Some((EntityKind::Live, &fact.live_id)),
            Self::LiveViewing(fact) => Some((EntityKind::Live, &fact.live_id)),
            Self::VideoMeeting(fact) => Some((EntityKind::Meeting, &fact.conference_id)),
            Self::VideoParticipation(fact) => Some((EntityKind::Meeting, &fact.conference_id)),
            _ => None,
        }
    }

    /// The `openConversationId` of its group, if it has one.
    pub fn conversation(&self) -> Option<&str> {
        match self {
            Self::LiveSession(fact) => Some(&fact.open_conversation_id),
            Self::GroupMessage(fact) => Some(&fact.open_conversation_id),
            Self::GroupFile(fact) => Some(&fact.open_conversation_id),
            Self::GroupCreated(fact) => Some(&fact.open_conversation_id),
            Self::GroupDissolved(fact) => Some(&fact.open_conversation_id),
            Self::GroupJoined(fact) => Some(&fact.open_conversation_id),
            Self::GroupOpened(fact) => Some(&fact.open_conversation_id),
            Self::GroupNamed(fact) => Some(&fact.open_conversation_id),
            _ => None,
        }
    }
}

/// An entity that requests find by its id rather than by day. The numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntityKind {
    /// A live session, by `live_id`.
    Live = 1,
    /// A video meeting, by `conference_id`.
    Meeting = 2,
    /// A video meeting, by `logical_conference_id`.
    LogicalMeeting = 3,
}

fn schema<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    settings.into_generator().into_root_schema_for::<T>()
}
