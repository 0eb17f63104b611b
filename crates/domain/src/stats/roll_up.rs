//! Rolls up the facts of a day into the parts of its statistics.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use carillon_model::{
    audience::Audience,
    fact::{AppOrigin, Client, Employment, Fact, StoredFact},
    id::{DeptId, MemberNo},
    statistic::{
        AppUse, Apps, ArticleUse, Articles, Column, Departments, Employments, GroupUse, Groups, Headcounts,
        Live, Lives, Meeting, Metric, Organisation, PhoneMeetings, RolledDay, Summary, Total, Totals,
        VersionUse, Versions, VideoMeetings, VideoParticipants, Viewer, Viewers,
    },
    time::Timestamp,
};

use super::metrics_of_fact::metrics_of_fact;

/// Days with more steps than this are counted separately.
const MANY_STEPS: u64 = 5_000;

/// Accumulates the facts of a day.
#[derive(Clone, Default)]
pub struct RollUp {
    values: BTreeMap<Metric, Vec<(MemberNo, u64)>>,
    /// Values of facts without a member, which count only for the organisation.
    without_member: BTreeMap<Metric, u64>,
    lives: Vec<Live>,
    viewers: HashMap<String, BTreeMap<MemberNo, Viewer>>,
    views: HashMap<String, u64>,
    video_meetings: Vec<Meeting>,
    video_participants: HashMap<String, BTreeMap<MemberNo, (bool, u64)>>,
    phone_meetings: Vec<Meeting>,
    phone_participants: HashMap<String, Audience>,
    apps: HashMap<String, UsedApp>,
    versions: HashMap<(Client, String), (i64, Audience)>,
    groups: BTreeMap<String, UsedGroup>,
    templates: BTreeSet<String>,
    reports: BTreeSet<(MemberNo, String)>,
    articles: BTreeMap<(String, i64), (bool, u64)>,
    employments: BTreeMap<MemberNo, (Timestamp, Employment)>,
}

#[derive(Clone)]
struct UsedApp {
    seq: i64,
    name: String,
    origin: AppOrigin,
    users: Audience,
}

#[derive(Clone, Default)]
struct UsedGroup {
    messages: u64,
    senders: Audience,
    openers: Audience,
}

impl RollUp {
    /// Adds a fact.
    pub fn add(&mut self, fact: StoredFact) {
        let Some(member) = fact.member else {
            metrics_of_fact(&fact.fact, |metric, value| {
                let sum = self.without_member.entry(metric).or_default();
                *sum = metric.combine(*sum, value);
            });
            return self.add_article(&fact.fact);
        };
        metrics_of_fact(&fact.fact, |metric, value| {
            if value > 0 {
                self.values.entry(metric).or_default().push((member, value));
            }
        });
        self.add_article(&fact.fact);
        match fact.fact {
            Fact::LiveSession(live) if live.succeeded => self.lives.push(Live {
                seq: fact.seq,
                at: fact.at,
                starter: member,
                id: live.live_id,
                conversation: live.open_conversation_id,
                group_name: live.group_name,
                group_users: live.group_user_count,
                title: live.title,
                duration_ms: live.duration_ms,
                views: 0,
                viewers: 0,
            }),
            Fact::LiveViewing(viewing) => {
                if viewing.live_ms > 0 {
                    *self.views.entry(viewing.live_id.clone()).or_default() += 1;
                }
                let viewers = self.viewers.entry(viewing.live_id).or_default();
                let viewer = viewers.entry(member).or_insert(Viewer { member, live_ms: 0, replay_ms: 0 });
                viewer.live_ms += viewing.live_ms;
                viewer.replay_ms += viewing.replay_ms;
            }
            Fact::VideoMeeting(meeting) if meeting.connected => self.video_meetings.push(Meeting {
                seq: fact.seq,
                at: fact.at,
                starter: member,
                id: meeting.conference_id,
                logical_id: meeting.logical_conference_id,
                title: meeting.title,
                duration_ms: meeting.duration_ms,
                invited: meeting.invited_count,
                participants: 0,
            }),
            Fact::VideoParticipation(participation) => {
                let participants = self.video_participants.entry(participation.conference_id).or_default();
                let (joined, ms) = participants.entry(member).or_default();
                *joined |= participation.joined;
                *ms += if participation.joined { participation.attend_ms } else { 0 };
            }
            Fact::PhoneMeeting(meeting) if meeting.connected => self.phone_meetings.push(Meeting {
                seq: fact.seq,
                at: fact.at,
                starter: member,
                id: meeting.conference_id,
                logical_id: None,
                title: String::new(),
                duration_ms: meeting.duration_ms,
                invited: 0,
                participants: 0,
            }),
            Fact::PhoneParticipation(participation) if participation.joined => {
                self.phone_participants.entry(participation.conference_id).or_default().insert(member);
            }
            Fact::AppVisit(visit) => {
                let app = self.apps.entry(visit.app_id).or_insert_with(|| UsedApp {
                    seq: fact.seq,
                    name: String::new(),
                    origin: visit.app_origin,
                    users: Audience::empty(),
                });
                (app.name, app.origin) = (visit.app_name, visit.app_origin);
                if app.users.insert(member) {
                    self.values.entry(Metric::AppsUsed).or_default().push((member, 1));
                }
            }
            Fact::Login(login) => {
                let version = (login.client, login.app_version);
                self.versions
                    .entry(version)
                    .or_insert_with(|| (fact.seq, Audience::empty()))
                    .1
                    .insert(member);
            }
            Fact::GroupMessage(message) => {
                let group = self.groups.entry(message.open_conversation_id).or_default();
                group.messages += u64::from(message.count);
                group.senders.insert(member);
            }
            Fact::GroupOpened(opened) => {
                self.groups.entry(opened.open_conversation_id).or_default().openers.insert(member);
            }
            Fact::ApprovalSubmitted(approval) => {
                self.templates.insert(approval.template_id);
            }
            Fact::ReportComment(comment) => {
                let is_first = self.reports.insert((member, comment.report_id));
                if is_first {
                    self.values.entry(Metric::ReportsCommented).or_default().push((member, 1));
                }
            }
            Fact::Employment(employment) => {
                let last = self.employments.entry(member).or_insert_with(|| (fact.at, employment.clone()));
                if last.0 <= fact.at {
                    *last = (fact.at, employment);
                }
            }
            _ => {}
        }
    }

    /// Number of values of members, which make up most of the memory used.
    pub fn len(&self) -> usize {
        self.values.values().map(Vec::len).sum()
    }

    fn add_article(&mut self, fact: &Fact) {
        match fact {
            Fact::ArticlePublished(article) => {
                self.articles.entry((article.unionid.clone(), article.article_id)).or_default().0 = true;
            }
            Fact::ArticleRead(article) => {
                self.articles.entry((article.unionid.clone(), article.article_id)).or_default().1 += 1;
            }
            Fact::ArticleViews(views) => {
                let (_, reads) = self.articles.entry((views.unionid.clone(), views.article_id)).or_default();
                *reads += u64::from(views.count);
            }
            _ => {}
        }
    }

    /// Returns the day's statistics. `organisation` is the one at the end of the day.
    pub fn finish(mut self, organisation: &Organisation) -> RolledDay {
        let steps = self.values.get(&Metric::Steps).cloned().unwrap_or_default();
        let steps = Column::of(Metric::Steps, steps);
        let many = steps.iter().filter(|(_, steps)| *steps > MANY_STEPS).map(|(member, _)| (member, 1));
        self.values.insert(Metric::StepsOver5000, many.collect());

        let values = self.values.into_iter();
        let columns = values.map(|(metric, values)| (metric, Column::of(metric, values)));
        let columns: Vec<(Metric, Column)> = columns.filter(|(_, column)| !column.is_empty()).collect();

        for live in &mut self.lives {
            live.views = self.views.get(&live.id).copied().unwrap_or_default();
            let viewers = self.viewers.get(&live.id).into_iter().flat_map(BTreeMap::values);
            live.viewers = viewers.filter(|viewer| viewer.live_ms > 0).count() as u64;
        }
        for meeting in &mut self.video_meetings {
            let participants =
                self.video_participants.get(&meeting.id).into_iter().flat_map(BTreeMap::values);
            meeting.participants = participants.filter(|(joined, _)| *joined).count() as u64;
        }
        for meeting in &mut self.phone_meetings {
            meeting.participants = self.phone_participants.get(&meeting.id).map_or(0, Audience::len);
        }
        let most_viewers = self
            .viewers
            .values()
            .map(|viewers| viewers.values().filter(|viewer| viewer.live_ms > 0).count() as u64);

        RolledDay {
            summary: Summary {
                totals: totals_of_all(&columns, &self.without_member),
                contacts: organisation.memberships.everyone.len(),
                active_groups: self.groups.values().filter(|group| group.messages > 0).count() as u64,
                templates_used: self.templates.len() as u64,
                most_viewers: most_viewers.max().unwrap_or_default(),
            },
            departments: totals_by_department(&columns, organisation),
            headcounts: Headcounts(organisation.headcounts()),
            columns,
            lives: Lives(self.lives),
            viewers: Viewers(sorted(self.viewers, |viewers| viewers.into_values().collect())),
            video_meetings: VideoMeetings(self.video_meetings),
            video_participants: VideoParticipants(sorted(self.video_participants, |participants| {
                participants.into_iter().map(|(member, (joined, ms))| (member, joined, ms)).collect()
            })),
            phone_meetings: PhoneMeetings(self.phone_meetings),
            apps: Apps(by_arrival(
                self.apps.into_iter().map(|(id, app)| AppUse {
                    seq: app.seq,
                    id,
                    name: app.name,
                    origin: app.origin,
                    users: app.users.len(),
                }),
                |app| app.seq,
            )),
            versions: Versions(by_arrival(
                self.versions.into_iter().map(|((client, version), (seq, users))| VersionUse {
                    seq,
                    client,
                    version,
                    users: users.len(),
                }),
                |version| version.seq,
            )),
            groups: Groups(self.groups.into_iter().map(group_use).collect()),
            articles: Articles(
                self.articles
                    .into_iter()
                    .map(|((account, article), (published, reads))| ArticleUse {
                        account,
                        article,
                        published,
                        reads,
                    })
                    .collect(),
            ),
            employments: Employments(
                self.employments.into_iter().map(|(member, (_, employment))| (member, employment)).collect(),
            ),
        }
    }
}

fn group_use((id, group): (String, UsedGroup)) -> GroupUse {
    GroupUse { id, messages: group.messages, senders: group.senders.len(), openers: group.openers.len() }
}

fn sorted<A, B>(by_id: HashMap<String, A>, read: impl Fn(A) -> B) -> Vec<(String, B)> {
    let mut sorted: Vec<(String, B)> = by_id.into_iter().map(|(id, one)| (id, read(one))).collect();
    sorted.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    sorted
}

fn by_arrival<T>(items: impl Iterator<Item = T>, seq: impl Fn(&T) -> i64) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort_unstable_by_key(seq);
    items
}

/// The totals of the organisation include former members and facts without a member.
fn totals_of_all(columns: &[(Metric, Column)], without_member: &BTreeMap<Metric, u64>) -> Totals {
    let mut totals: BTreeMap<Metric, Total> = BTreeMap::new();
    for (metric, column) in columns {
        let total = totals.entry(*metric).or_default();
        for (_, value) in column.iter() {
            total.value = metric.combine(total.value, value);
            total.users += 1;
        }
    }
    for (metric, value) in without_member.iter().filter(|(_, value)| **value > 0) {
        let total = totals.entry(*metric).or_default();
        total.value = metric.combine(total.value, *value);
    }
    Totals(totals.into_iter().collect())
}

/// Each value counts once in each department of the member and in each above it, even if several paths lead there.
fn totals_by_department(columns: &[(Metric, Column)], organisation: &Organisation) -> Departments {
    let chains = DepartmentChains::of(organisation);
    let nodes = &organisation.tree.0;
    let mut totals: Vec<Vec<(Metric, Total)>> = vec![Vec::new(); nodes.len()];
    let mut of_metric = vec![Total::default(); nodes.len()];
    for (metric, column) in columns {
        for (member, value) in column.iter() {
            for node_index in chains.of_member(member) {
                let total = &mut of_metric[*node_index];
                total.value = metric.combine(total.value, value);
                total.users += 1;
            }
        }
        for (totals, total) in totals.iter_mut().zip(&mut of_metric) {
            if total.users > 0 {
                totals.push((*metric, std::mem::take(total)));
            }
        }
    }
    let with_totals = nodes.iter().zip(totals).filter(|(_, totals)| !totals.is_empty());
    Departments(
        with_totals.map(|(node, totals)| (node.id, Totals(totals))).collect::<Vec<(DeptId, Totals)>>(),
    )
}

/// The departments in which a member's values count. Members of the same departments share a list.
struct DepartmentChains {
    /// Index of a list by member number. 0 is the empty list.
    of_members: Vec<u32>,
    lists: Vec<Vec<usize>>,
}

impl DepartmentChains {
    fn of(organisation: &Organisation) -> Self {
        let chains = organisation.ancestor_chains();
        let nodes = &organisation.tree.0;
        let mut chains_of = Self { of_members: Vec::new(), lists: vec![Vec::new()] };
        let mut known: HashMap<(u32, usize), u32> = HashMap::new();
        for (id, members) in &organisation.memberships.members {
            let Ok(node_index) = nodes.binary_search_by_key(id, |node| node.id) else { continue };
            for member in members.iter() {
                let index = member.0 as usize;
                if chains_of.of_members.len() <= index {
                    chains_of.of_members.resize(index + 1, 0);
                }
                let before = chains_of.of_members[index];
                let list = *known.entry((before, node_index)).or_insert_with(|| {
                    let mut list = chains_of.lists[before as usize].clone();
                    list.extend(&chains[node_index]);
                    list.sort_unstable();
                    list.dedup();
                    chains_of.lists.push(list);
                    u32::try_from(chains_of.lists.len() - 1).unwrap_or_default()
                });
                chains_of.of_members[index] = list;
            }
        }
        chains_of
    }

    fn of_member(&self, member: MemberNo) -> &[usize] {
        let list = self.of_members.get(member.0 as usize).copied().unwrap_or_default();
        &self.lists[list as usize]
    }
}
