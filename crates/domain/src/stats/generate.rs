//! Generated facts for demonstrations and benchmarks. The same seed, day and members give the same facts with the same ids. Their
//! rows are marked as generated.
//!
//! They are consistent: every member with a fact on a day has signed in on it, and groups, meetings and live sessions contain
//! only members of the team.

use carillon_model::{
    day::Day,
    env::Env,
    error::{Error, Result},
    fact::*,
    id::{CorpId, UserId},
    time::{self, HOUR_MS, Timestamp},
};
use carillon_store::Tx;
use jiff::civil::Weekday;

/// Number of members of a team, which shares a group and meetings.
const TEAM: usize = 12;
/// Apps that members use: id, name, origin.
const APPS: [(&str, &str, AppOrigin); 5] = [
    ("gen-attendance", "考勤打卡", AppOrigin::Official),
    ("gen-approval", "OA审批", AppOrigin::Official),
    ("gen-forms", "智能填表", AppOrigin::Official),
    ("gen-travel", "差旅", AppOrigin::ThirdParty),
    ("gen-canteen", "食堂", AppOrigin::SelfBuilt),
];

/// Returns the members with the lowest numbers, for whom facts are generated.
pub fn members(tx: &mut Tx<'_>, corp: &CorpId, most: usize) -> Result<Vec<UserId>> {
    let everyone = tx.state().corp(corp)?.everyone.clone();
    let mut found = Vec::new();
    for member in everyone.iter().take(most) {
        found.extend(tx.member_name(corp, member)?.map(|(userid, _)| userid));
    }
    Ok(found)
}

/// Parameters that the days of a history share.
#[derive(Clone, Copy, Debug)]
pub struct History {
    /// The first day, on which groups are created.
    pub first: Day,
    /// The same seed gives the same facts.
    pub seed: u64,
}

/// Generates the facts of members on a day, up to now.
pub fn day(
    tx: &Tx<'_>,
    env: &Env,
    corp: &CorpId,
    day: Day,
    members: &[UserId],
    history: History,
) -> Result<Vec<NewFact>> {
    let History { first, seed } = history;
    let zone = time::zone(&tx.state().corp(corp)?.corp.time_zone)
        .ok_or_else(|| Error::internal("the organisation has no known time zone"))?;
    let midnight = day.start(&zone).ok_or_else(|| Error::internal("a day without a beginning"))?;
    let weekend =
        day.date().is_some_and(|date| matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday));
    let mut maker = Maker { day, seed, midnight, index: 0, count: 0, facts: Vec::new() };
    for (team, members) in members.chunks(TEAM).enumerate() {
        let mut present = Vec::new();
        for (position, member) in members.iter().enumerate() {
            let index = team * TEAM + position;
            let mut dice = Dice::of(seed, day, index as u64);
            let founds_group = day == first && position == 0;
            // Most members are absent at weekends, and some never sign in.
            if index % 20 != 19 && (!weekend || dice.below(5) == 0 || founds_group) {
                present.push((index, member, dice));
            }
        }
        maker.team(team, members, present, day == first);
    }
    let now = env.now();
    maker.facts.retain(|fact| fact.at <= now);
    Ok(maker.facts)
}

/// A sequence of numbers from a seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn of(seed: u64, day: Day, index: u64) -> Self {
        let mut dice = Self(seed ^ u64::from(day.0.cast_unsigned()).rotate_left(32) ^ index.rotate_left(17));
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u32) -> u32 {
        u32::try_from(self.next() % u64::from(end.max(1))).unwrap_or_default()
    }

    fn one_in(&mut self, chances: u32) -> bool {
        self.below(chances) == 0
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> Option<T> {
        items.get(self.below(u32::try_from(items.len()).unwrap_or(u32::MAX)) as usize).copied()
    }
}

struct Maker {
    day: Day,
    seed: u64,
    midnight: Timestamp,
    /// The current member, and the number of facts generated for that member. Ids are made of both.
    index: usize,
    count: u32,
    facts: Vec<NewFact>,
}

impl Maker {
    fn add(&mut self, dice: &mut Dice, member: &UserId, fact: impl Into<Fact>) {
        let at = self.midnight.plus_ms(8 * HOUR_MS + i64::from(dice.below(11 * 3_600)) * 1_000);
        let id = format!("gen-{}-{}-{}-{}", self.seed, self.day, self.index, self.count);
        self.count += 1;
        self.facts.push(NewFact { id, at, member: Some(member.clone()), fact: fact.into() });
    }

    /// Generates the facts of a team on the day. `present` lists its members who are active.
    fn team(
        &mut self,
        team: usize,
        members: &[UserId],
        present: Vec<(usize, &UserId, Dice)>,
        is_first_day: bool,
    ) {
        let present_members: Vec<&UserId> = present.iter().map(|(_, member, _)| *member).collect();
        let group = format!("cidGenerated{team}");
        for (position, (index, member, mut dice)) in present.into_iter().enumerate() {
            (self.index, self.count) = (index, 0);
            if position == 0 && is_first_day {
                self.group(team, member, &group);
            }
            self.member(&mut dice, member, group.clone());
            if position == 0 {
                self.meeting(&mut dice, team, members, &present_members);
            }
            if position == 0 && team.is_multiple_of(20) {
                self.live(&mut dice, team, members, &present_members);
            }
        }
    }

    /// Creates the group of a team before any other fact in it. These facts have the same ids in every history.
    fn group(&mut self, team: usize, member: &UserId, group: &str) {
        let at = self.midnight.plus_ms(8 * HOUR_MS - 1);
        let open_conversation_id = group.to_owned();
        let created = GroupCreated { open_conversation_id, group_type: GroupType::Internal };
        let named =
            GroupNamed { open_conversation_id: group.to_owned(), group_name: format!("小组 Team {team}") };
        for (what, fact) in [("created", Fact::from(created)), ("named", named.into())] {
            let id = format!("gen-group-{team}-{what}");
            self.facts.push(NewFact { id, at, member: Some(member.clone()), fact });
        }
    }

    fn member(&mut self, dice: &mut Dice, member: &UserId, group: String) {
        let mobile = dice.below(3) > 0;
        let client = if mobile {
            [Client::Ios, Client::Android, Client::HarmonyOS]
        } else {
            [Client::Windows, Client::MacOs, Client::Web]
        };
        let app_version = format!("8.{}.0", dice.below(3));
        let client = dice.pick(&client).unwrap_or(Client::Web);
        self.add(dice, member, Login { client, app_version });
        let count = 1 + dice.below(40);
        self.add(dice, member, GroupMessage { open_conversation_id: group.clone(), count });
        let count = 1 + dice.below(30);
        self.add(dice, member, SingleMessage { count });
        self.add(dice, member, Attendance { event: AttendanceEvent::Expected, count: 1 });
        if !dice.one_in(12) {
            self.add(dice, member, Attendance { event: AttendanceEvent::Present, count: 1 });
        }
        let count = 500 + dice.below(12_000);
        self.add(dice, member, Steps { count });
        if let Some((app_id, app_name, app_origin)) = dice.pick(&APPS) {
            let (app_id, app_name) = (app_id.to_owned(), app_name.to_owned());
            let count = 1 + dice.below(9);
            self.add(dice, member, AppVisit { app_id, app_name, app_origin, count });
        }
        self.now_and_then(dice, member, group);
    }

    fn now_and_then(&mut self, dice: &mut Dice, member: &UserId, group: String) {
        if dice.one_in(3) {
            let action = dice.pick(&[DocumentAction::Created, DocumentAction::Edited, DocumentAction::Read]);
            let count = 1 + dice.below(5);
            self.add(dice, member, Document { action: action.unwrap_or(DocumentAction::Shared), count });
        }
        if dice.one_in(4) {
            self.add(dice, member, GroupFile { open_conversation_id: group, count: 1 });
        }
        if dice.one_in(5) {
            self.add(dice, member, Calendar { action: CalendarAction::Created, count: 1 });
        }
        if dice.one_in(5) {
            self.add(dice, member, ReportSent { count: 1 });
        }
        if dice.one_in(8) {
            let template_id = format!("gen-template-{}", dice.below(6));
            self.add(dice, member, ApprovalSubmitted { template_id, by_self_built_app: false });
            let duration_ms = 60_000 * u64::from(1 + dice.below(4_000));
            self.add(dice, member, ApprovalFinished { duration_ms });
        }
        if dice.one_in(10) {
            let ding_kind = dice.pick(&[DingKind::App, DingKind::App, DingKind::Sms, DingKind::Call]);
            self.add(dice, member, DingSent { ding_kind: ding_kind.unwrap_or(DingKind::App), count: 1 });
        }
        if dice.one_in(12) {
            self.add(dice, member, Mail { action: MailAction::Sent, count: 3 });
        }
        if dice.one_in(15) {
            self.add(dice, member, Todo { count: 1 });
        }
        if dice.one_in(15) {
            self.add(dice, member, Drive { action: DriveAction::Uploaded, count: 1 });
        }
        if dice.one_in(20) {
            self.add(dice, member, Circle { action: CircleAction::Posted, count: 1 });
        }
        if dice.one_in(25) {
            self.add(dice, member, CheckIn { count: 1 });
        }
    }

    /// A meeting that the first present member starts. All members of the team are invited, and most of those present join.
    fn meeting(&mut self, dice: &mut Dice, team: usize, members: &[UserId], present_members: &[&UserId]) {
        let Some(starter) = present_members.first() else { return };
        let conference_id = format!("gen-conf-{}-{}-{team}", self.seed, self.day);
        let duration_ms = 60_000 * u64::from(10 + dice.below(80));
        let meeting = VideoMeeting {
            conference_id: conference_id.clone(),
            logical_conference_id: Some(format!("{conference_id}-logical")),
            title: "周会 Team meeting".to_owned(),
            duration_ms,
            invited_count: u32::try_from(members.len()).unwrap_or_default(),
            connected: true,
        };
        self.add(dice, starter, meeting);
        for member in members {
            let joined = present_members.contains(&member) && !dice.one_in(6);
            let attend_ms = if joined { duration_ms - u64::from(dice.below(600_000)) } else { 0 };
            self.add(
                dice,
                member,
                VideoParticipation { conference_id: conference_id.clone(), joined, attend_ms },
            );
        }
    }

    fn live(&mut self, dice: &mut Dice, team: usize, members: &[UserId], present_members: &[&UserId]) {
        let Some(starter) = present_members.first() else { return };
        let live_id = format!("gen-live-{}-{}-{team}", self.seed, self.day);
        let duration_ms = 60_000 * u64::from(20 + dice.below(60));
        let live = LiveSession {
            live_id: live_id.clone(),
            open_conversation_id: format!("cidGenerated{team}"),
            group_name: format!("小组 Team {team}"),
            group_user_count: u32::try_from(members.len()).unwrap_or_default(),
            title: "直播 Live".to_owned(),
            duration_ms,
            succeeded: true,
        };
        self.add(dice, starter, live);
        for member in present_members {
            let replay_ms = if dice.one_in(9) { 600_000 } else { 0 };
            let live_ms = duration_ms - u64::from(dice.below(600_000));
            self.add(dice, member, LiveViewing { live_id: live_id.clone(), live_ms, replay_ms });
        }
    }
}
