//! Creates internal groups: one of all staff, one of each team, and some with invited members.

use anyhow::Result;
use carillon_domain::group::{self, MAX_MEMBERS, MemberSelection, NewGroup, Post};
use carillon_model::{
    env::{Env, FixedClock},
    group::{Group, GroupKind, GroupTemplate},
    id::{DeptId, UserId},
    time::{DAY_MS, HOUR_MS},
};

use super::{Demo, people::People};

/// The age of the first group in days.
const FIRST_DAYS_AGO: i64 = 60;

/// Creates the groups. Returns those that are not dissolved.
pub fn fill(demo: &Demo<'_>, people: &People) -> Result<Vec<Group>> {
    let named: Vec<UserId> = people.listed.iter().map(|(userid, _)| userid.clone()).collect();
    let Some(first) = named.first().cloned() else { return Ok(Vec::new()) };
    let builder = GroupBuilder { demo, named };

    let all = builder.create(FIRST_DAYS_AGO, new("全员群 Everybody", GroupKind::AllStaff, &first))?;
    builder.ban_sensitive_words(&all)?;
    let mut groups = vec![all];
    for (index, (team, name)) in (0_i64..).zip(teams(people)) {
        // The first member of each team leads it; the listed members are in this order.
        let Some(leader) = builder.named.get(usize::try_from(index)?) else { break };
        let group = NewGroup { department: Some(*team), ..new(name, GroupKind::Department, leader) };
        let group = builder.create(FIRST_DAYS_AGO - index, group)?;
        builder.chat(&group, leader, index)?;
        groups.push(group);
    }
    let all_named = || MemberSelection { users: builder.named.clone(), departments: Vec::new() };
    let lunch = NewGroup { members: all_named(), ..new("午饭搭子 Lunch", GroupKind::Other, &first) };
    let lunch = builder.create(20, lunch)?;
    for (index, member) in (0..).zip(&builder.named) {
        builder.chat(&lunch, member, index)?;
    }
    groups.push(lunch);
    let template = GroupTemplate { id: "carillon-project".to_owned(), name: "项目群 Project".to_owned() };
    // In a very large organisation, two teams exceed the limit of a group.
    let in_two_teams = people.count.div_ceil(u32::try_from(people.teams.len())?) * 2;
    let invited = if u64::from(in_two_teams) < MAX_MEMBERS { 2 } else { 0 };
    let launch = NewGroup {
        members: MemberSelection {
            users: builder.named.clone(),
            departments: people.teams.iter().copied().take(invited).collect(),
        },
        administrators: builder.named.iter().skip(1).take(2).cloned().collect(),
        template,
        synced_to_drive: true,
        ..new("新店开业 Store opening", GroupKind::Scene, &first)
    };
    let launch = builder.create(9, launch)?;
    builder.post(&launch, 30, &first, Some(4_200_000))?;
    groups.push(launch);
    let dissolved =
        NewGroup { members: all_named(), ..new("秋游报名 Autumn outing", GroupKind::Other, &first) };
    let dissolved = builder.create(40, dissolved)?;
    builder.demo.write_at(&builder.hours_ago(12 * 24), move |tx, env, corp| {
        group::dissolve(tx, env, corp, &dissolved.id)
    })?;
    Ok(groups)
}

/// Returns the teams with their names.
fn teams(people: &People) -> impl Iterator<Item = &(DeptId, String)> {
    people.departments.iter().filter(|(id, _)| people.teams.contains(id))
}

fn new(title: &str, kind: GroupKind, owner: &UserId) -> NewGroup {
    NewGroup {
        title: title.to_owned(),
        kind,
        department: None,
        template: GroupTemplate::default(),
        owner: owner.clone(),
        administrators: Vec::new(),
        members: MemberSelection::default(),
        synced_to_drive: false,
        extensions: std::collections::BTreeMap::new(),
    }
}

struct GroupBuilder<'a> {
    demo: &'a Demo<'a>,
    named: Vec<UserId>,
}

impl GroupBuilder<'_> {
    fn create(&self, days_ago: i64, new: NewGroup) -> Result<Group> {
        let at = self.hours_ago(days_ago * (DAY_MS / HOUR_MS));
        self.demo.write_at(&at, move |tx, env, corp| group::create(tx, env, corp, new))
    }

    fn ban_sensitive_words(&self, group: &Group) -> Result<()> {
        let id = group.id.clone();
        self.demo.write(move |tx, _, corp| group::set_words_banned(tx, corp, &id, true))
    }

    /// Posts a message on each of the last days, and a file on one of them.
    fn chat(&self, group: &Group, sender: &UserId, index: i64) -> Result<()> {
        for day in (0..7).rev() {
            let file = (day == index % 7).then_some(100_000 * (index + 1));
            self.post(group, day * 24 + index + 1, sender, file)?;
        }
        Ok(())
    }

    fn post(&self, group: &Group, hours_ago: i64, sender: &UserId, file_bytes: Option<i64>) -> Result<()> {
        let (id, post) = (group.id.clone(), Post { sender: sender.clone(), file_bytes });
        self.demo.write_at(&self.hours_ago(hours_ago), move |tx, env, corp| {
            group::post(tx, env, corp, &id, &post).map(drop)
        })
    }

    fn hours_ago(&self, hours: i64) -> Env {
        self.demo.env.with_clock(FixedClock(self.demo.env.now().plus_ms(-hours * HOUR_MS)))
    }
}
