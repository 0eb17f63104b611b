//! An organisation whose clock, members and facts a test changes. It records the organisation of each day.

use std::collections::{BTreeMap, BTreeSet};

use carillon_domain::{
    contact::{
        department,
        user::{self, NewMember},
    },
    corp,
    stats::{fact, finalize},
};
use carillon_model::{
    audit::Signature,
    contact::{DepartmentProfile, Membership, Profile},
    day::Day,
    env::{Env, FixedClock},
    error::Result,
    fact::{Fact, NewFact},
    id::{CorpId, DeptId, MemberNo, UserId},
    settings::Settings,
    time::{self, Timestamp},
};
use carillon_store::{Store, Tx};

/// Midday in Shanghai of the first day.
pub const START: Timestamp = Timestamp(1_760_068_800_000);
pub const FIRST: Day = Day(20_251_010);

/// The organisation at a moment: departments with their parents, and the departments of each member.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Org {
    pub parents: BTreeMap<DeptId, Option<DeptId>>,
    pub members: BTreeMap<MemberNo, BTreeSet<DeptId>>,
}

pub struct StatsFixture {
    _folder: tempfile::TempDir,
    pub store: Store,
    pub env: Env,
    pub corp: CorpId,
    pub org: Org,
    /// Userids of all members and former members. Several may have had the same one in succession.
    pub userids: BTreeMap<MemberNo, UserId>,
    /// When each member joined.
    joined: BTreeMap<MemberNo, Timestamp>,
    /// The organisation at the end of each past day.
    pub days: BTreeMap<Day, Org>,
    pub facts: Vec<(Timestamp, Option<MemberNo>, Fact)>,
}

impl StatsFixture {
    pub fn new() -> Self {
        let folder = testkit::folder::empty();
        let store = Store::open(folder.path()).unwrap();
        let env = Env::system(Settings::default(), [0; 32]).with_clock(FixedClock(START));
        let setup = env.clone();
        let corp = store
            .write_registry_blocking(Signature::server(&env, "test"), move |tx| {
                corp::create(tx, &setup, "统计", corp::DEFAULT_TIME_ZONE, false)
            })
            .unwrap()
            .id;
        let org = Org { parents: BTreeMap::from([(DeptId::ROOT, None)]), members: BTreeMap::new() };
        Self {
            _folder: folder,
            store,
            env,
            corp,
            org,
            userids: BTreeMap::new(),
            joined: BTreeMap::new(),
            days: BTreeMap::new(),
            facts: Vec::new(),
        }
    }

    pub fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>, &Env, &CorpId) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (env, corp) = (self.env.clone(), self.corp.clone());
        let signature = Signature::server(&env, "test");
        self.store.write_blocking(&self.corp, signature, move |tx| work(tx, &env, &corp))
    }

    pub fn read<T>(&self, work: impl FnOnce(&mut Tx<'_>, &CorpId) -> Result<T>) -> T {
        self.store.read_blocking(&self.corp, |tx| work(tx, &self.corp)).unwrap()
    }

    pub fn today(&self) -> Day {
        Day::of(self.env.now(), &time::zone(corp::DEFAULT_TIME_ZONE).unwrap())
    }

    /// Returns the organisation on a day. Days that are not over have the current one.
    pub fn org_of(&self, day: Day) -> &Org {
        self.days.range(day..).next().map_or(&self.org, |(_, org)| org)
    }

    /// Moves the clock by days.
    pub fn pass(&mut self, days: i32) {
        for _ in 0..days {
            self.days.insert(self.today(), self.org.clone());
            self.env = self.env.with_clock(FixedClock(self.env.now().plus_ms(time::DAY_MS)));
        }
    }

    pub fn add_department(&mut self, parent: DeptId) -> DeptId {
        let profile =
            DepartmentProfile { name: format!("部门{}", self.org.parents.len()), ..Default::default() };
        let id =
            self.write(move |tx, env, corp| department::create(tx, env, corp, parent, profile)).unwrap().id;
        self.org.parents.insert(id, Some(parent));
        id
    }

    pub fn add_member(&mut self, departments: &[DeptId]) -> MemberNo {
        let userid = format!("user{}", self.userids.len());
        self.join(UserId::from(userid.as_str()), departments)
    }

    /// Adds a member with the userid of a former member.
    pub fn add_member_as(&mut self, leaver: MemberNo, departments: &[DeptId]) -> MemberNo {
        self.join(self.userids[&leaver].clone(), departments)
    }

    fn join(&mut self, userid: UserId, departments: &[DeptId]) -> MemberNo {
        let new = NewMember {
            userid: Some(userid.clone()),
            profile: Profile { name: format!("名{userid}"), exclusive_account: true, ..Profile::default() },
            departments: departments.iter().copied().map(Membership::ordinary).collect(),
            password_hash: String::new(),
        };
        let member = self.write(move |tx, env, corp| user::create(tx, env, corp, new)).unwrap();
        self.org.members.insert(member.no, departments.iter().copied().collect());
        self.userids.insert(member.no, userid);
        self.joined.insert(member.no, self.env.now());
        member.no
    }

    pub fn move_member(&mut self, no: MemberNo, departments: &[DeptId]) {
        let memberships: Vec<Membership> = departments.iter().copied().map(Membership::ordinary).collect();
        let userid = self.userids[&no].clone();
        let edit = move |tx: &mut Tx<'_>, env: &Env, corp: &CorpId| {
            user::update(tx, env, corp, &userid, |member| {
                member.departments = memberships;
                Ok(())
            })
        };
        self.write(edit).unwrap();
        self.org.members.insert(no, departments.iter().copied().collect());
    }

    pub fn remove_member(&mut self, no: MemberNo) {
        let userid = self.userids[&no].clone();
        self.write(move |tx, env, corp| user::delete(tx, env, corp, &userid)).unwrap();
        self.org.members.remove(&no);
    }

    /// Returns the holder of a member's userid at a moment, or the first holder before that.
    pub fn holder(&self, no: MemberNo, at: Timestamp) -> MemberNo {
        let holders =
            || self.userids.iter().filter(|(_, userid)| **userid == self.userids[&no]).map(|(no, _)| *no);
        holders().filter(|no| self.joined[no] <= at).last().or(holders().next()).unwrap()
    }

    /// Sends facts, each of the holder of a member's userid at that time, or without a member.
    pub fn send(&mut self, facts: Vec<(Timestamp, Option<MemberNo>, Fact)>) {
        let first = self.facts.len();
        let new: Vec<NewFact> = facts
            .iter()
            .enumerate()
            .map(|(index, (at, member, fact))| NewFact {
                id: format!("fact-{}", first + index),
                at: *at,
                member: member.map(|no| self.userids[&no].clone()),
                fact: fact.clone(),
            })
            .collect();
        let count = new.len();
        let done = self
            .write(move |tx, env, corp| fact::ingest(tx, env, corp, &new, fact::FactSource::Sent))
            .unwrap()
            .unwrap();
        assert_eq!((done.added, done.known), (count, 0));
        let facts =
            facts.into_iter().map(|(at, member, fact)| (at, member.map(|no| self.holder(no, at)), fact));
        let facts: Vec<_> = facts.collect();
        self.facts.extend(facts);
    }

    /// Runs the job that finalizes days.
    pub fn close(&self) {
        finalize::finalize_all(&self.store, &self.env, &self.corp).unwrap();
    }
}
