//! Internal groups: of all staff, of each team, and some that people asked each other into.

use anyhow::Result;
use carillon_domain::group::{self, MAX_MEMBERS, Named, NewGroup, Post};
use carillon_model::{
    env::{Env, FixedClock},
    group::{Group, GroupKind, GroupTemplate},
    id::{DeptId, UserId},
    time::{DAY_MS, HOUR_MS},
};

use super::{Demo, people::People};

/// How long ago the first group was made.
const FIRST_DAYS_AGO: i64 = 60;

/// Makes them; returns those that are not dissolved in the end.
pub fn fill(demo: &Demo<'_>, people: &People) -> Result<Vec<Group>> {
    let named: Vec<UserId> = people.named.iter().map(|(userid, _)| userid.clone()).collect();
    let Some(first) = named.first().cloned() else { return Ok(Vec::new()) };
    let maker = Maker { demo, named };

    let all = maker.make(FIRST_DAYS_AGO, new("全员群 Everybody", GroupKind::AllStaff, &first))?;
    maker.ban_words(&all)?;
    let mut made = vec![all];
    for (place, (team, name)) in (0_i64..).zip(teams(people)) {
        // Whoever comes first in a team leads it; so it is with names that members were given.
        let Some(leader) = maker.named.get(usize::try_from(place)?) else { break };
        let group = NewGroup { department: Some(*team), ..new(name, GroupKind::Department, leader) };
        let group = maker.make(FIRST_DAYS_AGO - place, group)?;
        maker.chat(&group, leader, place)?;
        made.push(group);
    }
    let everybody_named = || Named { users: maker.named.clone(), departments: Vec::new() };
    let lunch =
        NewGroup { members: everybody_named(), ..new("午饭搭子 Lunch", GroupKind::Other, &first) };
    let lunch = maker.make(20, lunch)?;
    for (place, speaker) in (0..).zip(&maker.named) {
        maker.chat(&lunch, speaker, place)?;
    }
    made.push(lunch);
    let template = GroupTemplate { id: "carillon-project".to_owned(), name: "项目群 Project".to_owned() };
    // Two teams of a very large organisation are more than a group holds.
    let in_two_teams = people.count.div_ceil(u32::try_from(people.teams.len())?) * 2;
    let invited = if u64::from(in_two_teams) < MAX_MEMBERS { 2 } else { 0 };
    let launch = NewGroup {
        members: Named {
            users: maker.named.clone(),
            departments: people.teams.iter().copied().take(invited).collect(),
        },
        administrators: maker.named.iter().skip(1).take(2).cloned().collect(),
        template,
        synced_to_drive: true,
        ..new("新店开业 Store opening", GroupKind::Scene, &first)
    };
    let launch = maker.make(9, launch)?;
    maker.say(&launch, 30, &first, Some(4_200_000))?;
    made.push(launch);
    let over = NewGroup {
        members: everybody_named(),
        ..new("秋游报名 Autumn outing", GroupKind::Other, &first)
    };
    let over = maker.make(40, over)?;
    maker
        .demo
        .write_at(&maker.hours_ago(12 * 24), move |tx, env, corp| group::dissolve(tx, env, corp, &over.id))?;
    Ok(made)
}

/// The teams with their names.
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
        members: Named::default(),
        synced_to_drive: false,
        extensions: std::collections::BTreeMap::new(),
    }
}

struct Maker<'a> {
    demo: &'a Demo<'a>,
    named: Vec<UserId>,
}

impl Maker<'_> {
    fn make(&self, days_ago: i64, new: NewGroup) -> Result<Group> {
        let then = self.hours_ago(days_ago * (DAY_MS / HOUR_MS));
        self.demo.write_at(&then, move |tx, env, corp| group::create(tx, env, corp, new))
    }

    fn ban_words(&self, group: &Group) -> Result<()> {
        let id = group.id.clone();
        self.demo.write(move |tx, _, corp| group::set_words_banned(tx, corp, &id, true))
    }

    /// Something said on each of the last days, and a file on one of them.
    fn chat(&self, group: &Group, sender: &UserId, place: i64) -> Result<()> {
        for day in (0..7).rev() {
            let file = (day == place % 7).then_some(100_000 * (place + 1));
            self.say(group, day * 24 + place + 1, sender, file)?;
        }
        Ok(())
    }

    fn say(&self, group: &Group, hours_ago: i64, sender: &UserId, file_bytes: Option<i64>) -> Result<()> {
        let (id, post) = (group.id.clone(), Post { sender: sender.clone(), file_bytes });
        self.demo.write_at(&self.hours_ago(hours_ago), move |tx, env, corp| {
            group::post(tx, env, corp, &id, &post).map(drop)
        })
    }

    fn hours_ago(&self, hours: i64) -> Env {
        self.demo.env.with_clock(FixedClock(self.demo.env.now().plus_ms(-hours * HOUR_MS)))
    }
}
