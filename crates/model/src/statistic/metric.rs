//! Metrics: values of each member on each day.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::id::MemberNo;

/// How two values of a metric are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// They are added.
    Sum,
    /// The larger counts.
    Max,
    /// The smaller counts.
    Min,
}

macro_rules! metrics {
    ($($(#[$doc:meta])* $metric:ident,)*) => {
        /// A value of each member on each day. A member with a value other than 0 is a user of the metric. The order is stored: new
        /// metrics come last.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[repr(u8)]
        pub enum Metric {$($(#[$doc])* $metric,)*}

        impl Metric {
            /// All metrics, in order.
            pub const ALL: &[Metric] = &[$(Metric::$metric),*];
        }
    };
}

metrics! {
    /// Lives started that came about.
    LivesStarted,
    /// Those that lasted five minutes or more.
    LivesOfFiveMinutes,
    /// Their length, in ms.
    LiveMs,
    /// Views of lives, live.
    LiveViews,
    /// Views of recordings.
    ReplayViews,
    /// Views of either.
    LiveOrReplayViews,
    /// Time watched live, in ms.
    LiveWatchedMs,
    /// Time watched of recordings, in ms.
    ReplayWatchedMs,
    /// Video meetings started.
    VideosStarted,
    /// Those that came about.
    VideosConnected,
    /// Their length, in ms.
    VideoMs,
    /// Invitations to video meetings, joined or not.
    VideoInvitations,
    /// Participations in video meetings.
    VideoJoins,
    /// Time present, in ms.
    VideoJoinedMs,
    /// Phone conferences started.
    PhonesStarted,
    /// Those that came about.
    PhonesConnected,
    /// Their length, in ms.
    PhoneMs,
    /// Invitations to phone conferences, joined or not.
    PhoneInvitations,
    /// Participations in phone conferences.
    PhoneJoins,
    /// Time present, in ms.
    PhoneJoinedMs,
    /// Messages sent, to persons and groups.
    Messages,
    /// Messages sent to persons.
    SingleMessages,
    /// Messages sent to groups.
    GroupMessages,
    /// Files sent to groups.
    GroupFiles,
    /// Mentions by others.
    Mentions,
    /// Groups created, of every type.
    GroupsCreated,
    /// Department groups created.
    DepartmentGroupsCreated,
    /// Groups dissolved, of every type.
    GroupsDissolved,
    /// Department groups dissolved.
    DepartmentGroupsDissolved,
    /// Groups joined.
    GroupsJoined,
    /// Groups looked at.
    GroupsOpened,
    /// Visits of apps.
    AppVisits,
    /// Different apps visited on the day.
    AppsUsed,
    /// Times signed in.
    Logins,
    /// Times signed in on a phone.
    MobileLogins,
    /// Times signed in on a computer.
    DesktopLogins,
    /// DINGs sent.
    DingsSent,
    /// DINGs sent in the app.
    AppDingsSent,
    /// DINGs sent as text messages.
    SmsDingsSent,
    /// DINGs sent as phone calls.
    CallDingsSent,
    /// DINGs sent as voice calls.
    VoipDingsSent,
    /// DINGs received.
    DingsReceived,
    /// DINGs received in the app.
    AppDingsReceived,
    /// DINGs received as text messages.
    SmsDingsReceived,
    /// DINGs received as phone calls.
    CallDingsReceived,
    /// DINGs received as voice calls.
    VoipDingsReceived,
    /// Comments on DINGs.
    DingComments,
    /// Calendar events made.
    CalendarsCreated,
    /// Calendar events received.
    CalendarsReceived,
    /// Calendar events joined.
    CalendarsJoined,
    /// Any of the three.
    CalendarsUsed,
    /// Reports sent.
    ReportsSent,
    /// Different reports commented on that day.
    ReportsCommented,
    /// Documents created.
    DocumentsCreated,
    /// Documents edited.
    DocumentsEdited,
    /// Documents shared.
    DocumentsShared,
    /// Documents read.
    DocumentsRead,
    /// Any of the four.
    DocumentsUsed,
    /// Forms published.
    FormsPublished,
    /// Forms filled in.
    FormsFilled,
    /// Templates of approvals created.
    TemplatesCreated,
    /// Custom templates created.
    CustomTemplatesCreated,
    /// Approvals submitted.
    ApprovalsSubmitted,
    /// Approvals submitted by self-built apps.
    ApprovalsByOwnApps,
    /// Approval actions.
    ApprovalActions,
    /// Approvals that came to their end.
    ApprovalsFinished,
    /// The time that they took, in ms.
    ApprovalMs,
    /// The time that the shortest took, in ms, plus one: a value of 0 would be none.
    ShortestApprovalMs,
    /// Check-ins.
    CheckIns,
    /// Expected to come.
    AttendanceExpected,
    /// Came.
    AttendancePresent,
    /// Worked in the field.
    AttendanceField,
    /// Corrections asked for.
    AttendanceCorrections,
    /// Clock-ins.
    AttendanceClocks,
    /// Red packets sent.
    RedPacketsSent,
    /// Lucky red packets sent.
    LuckyRedPacketsSent,
    /// Exclusive red packets sent.
    ExclusiveRedPacketsSent,
    /// Red packets received.
    RedPacketsReceived,
    /// Lucky red packets received.
    LuckyRedPacketsReceived,
    /// Exclusive red packets received.
    ExclusiveRedPacketsReceived,
    /// To-dos used.
    TodosUsed,
    /// Files uploaded to the drive.
    DriveUploads,
    /// Files looked at in the drive.
    DrivePreviews,
    /// Either.
    DriveUses,
    /// Mails sent.
    MailsSent,
    /// Mails forwarded.
    MailsForwarded,
    /// Mails replied to.
    MailsReplied,
    /// Announcements sent.
    AnnouncementsSent,
    /// Announcements received.
    AnnouncementsReceived,
    /// Announcements read.
    AnnouncementsRead,
    /// The largest count of steps.
    Steps,
    /// 1 for a day with more than 5000 steps.
    StepsOver5000,
    /// Articles published.
    ArticlesPublished,
    /// Articles read.
    ArticlesRead,
    /// Posts in the circle.
    CirclePosts,
    /// Comments in the circle.
    CircleComments,
    /// Likes in the circle.
    CircleLikes,
}

impl Metric {
    /// How values of the metric are combined in a day, a department or a year.
    pub fn fold(self) -> Fold {
        match self {
            Self::Steps => Fold::Max,
            Self::ShortestApprovalMs => Fold::Min,
            _ => Fold::Sum,
        }
    }

    /// Combines two values; 0 is no value.
    pub fn combine(self, a: u64, b: u64) -> u64 {
        match self.fold() {
            Fold::Sum => a.saturating_add(b),
            Fold::Max => a.max(b),
            Fold::Min if a == 0 || b == 0 => a.max(b),
            Fold::Min => a.min(b),
        }
    }

    /// Its index among all metrics.
    pub fn index(self) -> usize {
        self as usize
    }
}

/// The total of a metric among some members.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    /// The combined values.
    pub value: u64,
    /// The number of members with a value.
    pub users: u32,
}

/// The totals of all metrics with a value, in the order of metrics.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals(pub Vec<(Metric, Total)>);

impl Totals {
    /// The total of a metric; zeros if there is none.
    pub fn get(&self, metric: Metric) -> Total {
        match self.0.binary_search_by_key(&metric, |(metric, _)| *metric) {
            Ok(index) => self.0[index].1,
            Err(_) => Total::default(),
        }
    }

    /// The value of a metric.
    pub fn value(&self, metric: Metric) -> u64 {
        self.get(metric).value
    }

    /// The number of members with a value of a metric.
    pub fn users(&self, metric: Metric) -> u64 {
        self.get(metric).users.into()
    }

    /// Sets the number of members with a value, if the metric has a total.
    pub fn set_users(&mut self, metric: Metric, users: u64) {
        if let Ok(index) = self.0.binary_search_by_key(&metric, |(metric, _)| *metric) {
            self.0[index].1.users = u32::try_from(users).unwrap_or(u32::MAX);
        }
    }

    /// Combines the values with those of other totals. The numbers of users become 0, since they cannot be added.
    pub fn add_values(&mut self, other: &Self) {
        let mut values = [0_u64; Metric::ALL.len()];
        for (metric, total) in self.0.iter().chain(&other.0) {
            let value = &mut values[metric.index()];
            *value = metric.combine(*value, total.value);
        }
        let combined = Metric::ALL.iter().zip(values).filter(|(_, value)| *value > 0);
        self.0 = combined.map(|(metric, value)| (*metric, Total { value, users: 0 })).collect();
    }
}

/// The values of one metric by member, smallest number first, without members that have no value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column(Vec<(MemberNo, u64)>);

impl Column {
    /// A column of values in any order. Values of the same member are combined, zeros are left out.
    pub fn of(metric: Metric, mut values: Vec<(MemberNo, u64)>) -> Self {
        values.sort_unstable_by_key(|(member, _)| *member);
        values.dedup_by(|next, last| {
            let same = next.0 == last.0;
            if same {
                last.1 = metric.combine(last.1, next.1);
            }
            same
        });
        values.retain(|(_, value)| *value > 0);
        Self(values)
    }

    /// The value of a member; 0 if there is none.
    pub fn value(&self, member: MemberNo) -> u64 {
        self.0.binary_search_by_key(&member, |(member, _)| *member).map_or(0, |index| self.0[index].1)
    }

    /// Members with their values.
    pub fn iter(&self) -> impl Iterator<Item = (MemberNo, u64)> + '_ {
        self.0.iter().copied()
    }

    /// Returns true if no member has a value.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Serializes differences of member numbers, most of which take one byte.
impl Serialize for Column {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut before = 0;
        serializer.collect_seq(self.0.iter().map(|(member, value)| {
            let distance = member.0 - before;
            before = member.0;
            (distance, *value)
        }))
    }
}

impl<'de> Deserialize<'de> for Column {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut member = 0_u32;
        let distances = Vec::<(u32, u64)>::deserialize(deserializer)?;
        let values = distances.into_iter().map(|(distance, value)| {
            member = member.saturating_add(distance);
            (MemberNo(member), value)
        });
        Ok(Self(values.collect()))
    }
}
