//! Each kind of fact feeds exactly what its documentation says.

use std::collections::{BTreeMap, BTreeSet};

use carillon_domain::stats::read::DayStatistics;
use carillon_model::{
    fact::{Fact, Kind},
    id::DeptId,
    statistic::{
        Apps, Articles, Employments, Groups, Lives, Metric, Part, PhoneMeetings, Versions, VideoMeetings,
        VideoParticipants, Viewers,
    },
    time::{DAY_MS, HOUR_MS},
};
use carillon_store::Tx;
use serde_json::{Map, Value, json};

use crate::stats::fixture::StatsFixture;

/// A metric or list that facts feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Feed {
    Metric(Metric),
    /// A list of the day, or a number of the organisation that its members do not have.
    Other(&'static str),
}

use Feed::Other;

const fn m(metric: Metric) -> Feed {
    Feed::Metric(metric)
}

/// What the phrases in the documentation stand for.
const PHRASES: &[(&str, &[Feed])] = &[
    ("lives started", &[m(Metric::LivesStarted)]),
    ("lives of five minutes or more", &[m(Metric::LivesOfFiveMinutes)]),
    ("the length of lives", &[m(Metric::LiveMs)]),
    ("the list of lives", &[Other("lives")]),
    ("views of lives", &[m(Metric::LiveViews)]),
    ("views of recordings", &[m(Metric::ReplayViews)]),
    ("views of either", &[m(Metric::LiveOrReplayViews)]),
    ("the time watched live", &[m(Metric::LiveWatchedMs)]),
    ("the time watched of recordings", &[m(Metric::ReplayWatchedMs)]),
    ("viewers of a live", &[Other("viewers")]),
    ("the most watched live", &[Other("most viewers")]),
    ("video meetings started", &[m(Metric::VideosStarted)]),
    ("video meetings that came about", &[m(Metric::VideosConnected)]),
    ("the length of video meetings", &[m(Metric::VideoMs)]),
    ("the list of video meetings", &[Other("video meetings")]),
    ("invitations to video meetings", &[m(Metric::VideoInvitations)]),
    ("participations in video meetings", &[m(Metric::VideoJoins)]),
    ("the time in video meetings", &[m(Metric::VideoJoinedMs)]),
    ("who came to a video meeting", &[Other("video participants")]),
    ("phone conferences started", &[m(Metric::PhonesStarted)]),
    ("phone conferences that came about", &[m(Metric::PhonesConnected)]),
    ("the length of phone conferences", &[m(Metric::PhoneMs)]),
    ("the list of phone conferences", &[Other("phone meetings")]),
    ("invitations to phone conferences", &[m(Metric::PhoneInvitations)]),
    ("participations in phone conferences", &[m(Metric::PhoneJoins)]),
    ("the time in phone conferences", &[m(Metric::PhoneJoinedMs)]),
    ("messages", &[m(Metric::Messages)]),
    ("messages to persons", &[m(Metric::SingleMessages)]),
    ("messages to groups", &[m(Metric::GroupMessages)]),
    ("active groups", &[Other("active groups")]),
    ("the list of groups", &[Other("groups")]),
    ("files in groups", &[m(Metric::GroupFiles)]),
    ("mentions", &[m(Metric::Mentions)]),
    ("groups created", &[m(Metric::GroupsCreated)]),
    ("department groups created", &[m(Metric::DepartmentGroupsCreated)]),
    ("groups dissolved", &[m(Metric::GroupsDissolved)]),
    ("department groups dissolved", &[m(Metric::DepartmentGroupsDissolved)]),
    ("groups joined", &[m(Metric::GroupsJoined)]),
    ("groups looked at", &[m(Metric::GroupsOpened)]),
    ("visits of apps", &[m(Metric::AppVisits)]),
    ("apps used", &[m(Metric::AppsUsed)]),
    ("the list of apps", &[Other("apps")]),
    ("sign-ins", &[m(Metric::Logins)]),
    ("sign-ins on phones", &[m(Metric::MobileLogins)]),
    ("sign-ins on computers", &[m(Metric::DesktopLogins)]),
    ("the list of versions", &[Other("versions")]),
    ("DINGs sent", &[m(Metric::DingsSent)]),
    (
        "DINGs sent of each kind",
        &[
            m(Metric::AppDingsSent),
            m(Metric::SmsDingsSent),
            m(Metric::CallDingsSent),
            m(Metric::VoipDingsSent),
        ],
    ),
    ("DINGs received", &[m(Metric::DingsReceived)]),
    (
        "DINGs received of each kind",
        &[
            m(Metric::AppDingsReceived),
            m(Metric::SmsDingsReceived),
            m(Metric::CallDingsReceived),
            m(Metric::VoipDingsReceived),
        ],
    ),
    ("comments on DINGs", &[m(Metric::DingComments)]),
    ("calendar events used", &[m(Metric::CalendarsUsed)]),
    (
        "each action on calendar events",
        &[m(Metric::CalendarsCreated), m(Metric::CalendarsReceived), m(Metric::CalendarsJoined)],
    ),
    ("reports sent", &[m(Metric::ReportsSent)]),
    ("reports commented on", &[m(Metric::ReportsCommented)]),
    ("documents used", &[m(Metric::DocumentsUsed)]),
    (
        "each action on documents",
        &[
            m(Metric::DocumentsCreated),
            m(Metric::DocumentsEdited),
            m(Metric::DocumentsShared),
            m(Metric::DocumentsRead),
        ],
    ),
    ("forms published", &[m(Metric::FormsPublished)]),
    ("forms filled in", &[m(Metric::FormsFilled)]),
    ("templates created", &[m(Metric::TemplatesCreated)]),
    ("custom templates created", &[m(Metric::CustomTemplatesCreated)]),
    ("approvals submitted", &[m(Metric::ApprovalsSubmitted)]),
    ("approvals of self-built apps", &[m(Metric::ApprovalsByOwnApps)]),
    ("templates in use", &[Other("templates used")]),
    ("approval actions", &[m(Metric::ApprovalActions)]),
    ("approvals finished", &[m(Metric::ApprovalsFinished)]),
    ("the time of approvals", &[m(Metric::ApprovalMs)]),
    ("the shortest approval", &[m(Metric::ShortestApprovalMs)]),
    ("check-ins", &[m(Metric::CheckIns)]),
    ("times expected", &[m(Metric::AttendanceExpected)]),
    ("times present", &[m(Metric::AttendancePresent)]),
    ("times in the field", &[m(Metric::AttendanceField)]),
    ("corrections", &[m(Metric::AttendanceCorrections)]),
    ("clock-ins", &[m(Metric::AttendanceClocks)]),
    ("red packets sent", &[m(Metric::RedPacketsSent)]),
    ("lucky red packets sent", &[m(Metric::LuckyRedPacketsSent)]),
    ("exclusive red packets sent", &[m(Metric::ExclusiveRedPacketsSent)]),
    ("red packets received", &[m(Metric::RedPacketsReceived)]),
    ("lucky red packets received", &[m(Metric::LuckyRedPacketsReceived)]),
    ("exclusive red packets received", &[m(Metric::ExclusiveRedPacketsReceived)]),
    ("to-dos used", &[m(Metric::TodosUsed)]),
    ("uses of the drive", &[m(Metric::DriveUses)]),
    ("uploads", &[m(Metric::DriveUploads)]),
    ("previews", &[m(Metric::DrivePreviews)]),
    ("mails sent", &[m(Metric::MailsSent)]),
    ("mails forwarded", &[m(Metric::MailsForwarded)]),
    ("mails replied to", &[m(Metric::MailsReplied)]),
    ("announcements sent", &[m(Metric::AnnouncementsSent)]),
    ("announcements received", &[m(Metric::AnnouncementsReceived)]),
    ("announcements read", &[m(Metric::AnnouncementsRead)]),
    ("steps", &[m(Metric::Steps)]),
    ("days of over 5000 steps", &[m(Metric::StepsOver5000)]),
    ("articles published", &[m(Metric::ArticlesPublished)]),
    ("articles read", &[m(Metric::ArticlesRead)]),
    ("the list of articles", &[Other("articles")]),
    ("posts in the circle", &[m(Metric::CirclePosts)]),
    ("comments in the circle", &[m(Metric::CircleComments)]),
    ("likes in the circle", &[m(Metric::CircleLikes)]),
    ("the list of employments", &[Other("employments")]),
    ("nothing", &[]),
];

/// The phrases in the documentation of a kind.
fn phrases(kind: Kind) -> Vec<String> {
    let schema = kind.schema();
    let text = schema.as_value()["description"].as_str().unwrap().replace('\n', " ");
    let (_, feeds) =
        text.split_once("Feeds ").unwrap_or_else(|| panic!("{kind:?} does not say what it feeds"));
    let list = feeds.split(['.', ';']).next().unwrap();
    list.split(", ").map(|one| one.strip_prefix("and ").unwrap_or(one).to_owned()).collect()
}

/// Facts of a kind with every choice of its fields, and with large numbers.
fn variants_of(kind: Kind) -> Vec<Fact> {
    let schema = kind.schema();
    let mut facts: Vec<Map<String, Value>> = vec![Map::new()];
    for (name, schema) in schema.as_value()["properties"].as_object().unwrap() {
        let choices: Vec<Value> = if let Some(options) = schema["oneOf"].as_array() {
            options.iter().map(|option| option["const"].clone()).collect()
        } else if let Some(options) = schema["enum"].as_array() {
            options.clone()
        } else if schema["type"] == "boolean" {
            vec![json!(false), json!(true)]
        } else if schema["type"] == "integer" {
            vec![json!(300_000)]
        } else {
            vec![json!("one")]
        };
        let with = |fact: &Map<String, Value>| {
            let with = choices.iter().map(|choice| {
                let mut fact = fact.clone();
                fact.insert(name.clone(), choice.clone());
                fact
            });
            with.collect::<Vec<_>>()
        };
        facts = facts.iter().flat_map(with).collect();
    }
    facts.into_iter().map(|fields| kind.read(Value::Object(fields)).unwrap()).collect()
}

/// Everything in the statistics of a day that is not empty.
fn feeds_of_day(tx: &mut Tx<'_>, day: &DayStatistics) -> BTreeSet<Feed> {
    let summary = day.summary(tx).unwrap();
    let numbers = [
        ("most viewers", summary.most_viewers),
        ("active groups", summary.active_groups),
        ("templates used", summary.templates_used),
    ];
    let mut feeds_of_day: BTreeSet<Feed> =
        summary.totals.0.iter().map(|(metric, _)| Feed::Metric(*metric)).collect();
    feeds_of_day.extend(numbers.into_iter().filter(|(_, number)| *number > 0).map(|(name, _)| Other(name)));
    let lists = [
        ("lives", is_nonempty::<Lives>(tx, day)),
        ("viewers", is_nonempty::<Viewers>(tx, day)),
        ("video meetings", is_nonempty::<VideoMeetings>(tx, day)),
        ("video participants", is_nonempty::<VideoParticipants>(tx, day)),
        ("phone meetings", is_nonempty::<PhoneMeetings>(tx, day)),
        ("apps", is_nonempty::<Apps>(tx, day)),
        ("versions", is_nonempty::<Versions>(tx, day)),
        ("groups", is_nonempty::<Groups>(tx, day)),
        ("articles", is_nonempty::<Articles>(tx, day)),
        ("employments", is_nonempty::<Employments>(tx, day)),
    ];
    feeds_of_day.extend(lists.into_iter().filter(|(_, is)| *is).map(|(name, _)| Other(name)));
    feeds_of_day
}

fn is_nonempty<P: Part + PartialEq>(tx: &mut Tx<'_>, day: &DayStatistics) -> bool {
    *day.part::<P>(tx).unwrap() != P::default()
}

#[test]
fn each_kind_of_fact_feeds_its_documented_metrics() {
    let mut fixture = StatsFixture::new();
    let member = fixture.add_member(&[DeptId::ROOT]);
    let meanings: BTreeMap<&str, &[Feed]> = PHRASES.iter().copied().collect();
    assert_eq!(meanings.len(), PHRASES.len());
    let (mut day, mut used, mut all) = (fixture.today(), BTreeSet::new(), BTreeSet::new());
    let mut at = fixture.env.now().plus_ms(-HOUR_MS);
    for kind in Kind::ALL {
        let phrases = phrases(*kind);
        let meaning =
            |phrase: &String| *meanings.get(phrase.as_str()).unwrap_or_else(|| panic!("{kind:?}: {phrase}"));
        let documented: BTreeSet<Feed> = phrases.iter().flat_map(meaning).copied().collect();
        let mut found = BTreeSet::new();
        // Each fact has its own day.
        for fact in variants_of(*kind) {
            fixture.send(vec![(at, Some(member), fact)]);
            found.extend(fixture.read(|tx, corp| {
                let statistics = DayStatistics::open(tx, corp, day)?;
                Ok(feeds_of_day(tx, &statistics))
            }));
            (day, at) = (day.plus(-1), at.plus_ms(-DAY_MS));
        }
        assert_eq!(found, documented, "{kind:?}: what it feeds is on the left, what it says on the right");
        used.extend(phrases);
        all.extend(found);
    }
    assert_eq!(used.len(), PHRASES.len(), "words that nothing says");
    let metrics = Metric::ALL.iter().filter(|metric| !all.contains(&m(**metric)));
    assert_eq!(metrics.count(), 0, "metrics that nothing feeds");
}
