//! An organisation with departments, roles and members, and an account that sends to them.

use std::{
    ops::{Deref, DerefMut},
    sync::atomic::{AtomicU32, Ordering},
};

use carillon_domain::{
    card,
    contact::{department, role, user},
    corp,
    send::{self, NewSend},
};
use carillon_model::{
    contact::{DepartmentProfile, Member, Membership, Profile},
    error::{Error, Result},
    id::{AccountId, AppKey, ArticleId, CardId, CorpId, DeptId, MemberNo, RoleId, SendSeq, TaskId, UserId},
    message::{Message, Receivers, SendSource},
    settings::{SendSettings, Settings},
};
use carillon_store::SendRow;

use crate::materials::fixture::MaterialsFixture;

/// Members, sorted by number.
pub type Numbers = Vec<u32>;

pub struct SendFixture {
    fixture: MaterialsFixture,
    pub account: AccountId,
    counter: AtomicU32,
}

impl Deref for SendFixture {
    type Target = MaterialsFixture;

    fn deref(&self) -> &MaterialsFixture {
        &self.fixture
    }
}

impl DerefMut for SendFixture {
    fn deref_mut(&mut self) -> &mut MaterialsFixture {
        &mut self.fixture
    }
}

impl SendFixture {
    pub fn new() -> Self {
        let mut fixture = MaterialsFixture::new();
        fixture.corp = add_corp(&fixture, "公司");
        let account = fixture.add_account("新闻").expect("an account");
        Self { fixture, account, counter: AtomicU32::new(0) }
    }

    /// Sets the limits of sending.
    pub fn with(limits: SendSettings) -> Self {
        let mut fixture = Self::new();
        fixture.limit(limits);
        fixture
    }

    pub fn limit(&mut self, limits: SendSettings) {
        self.env = self.env.with_settings(Settings { send: limits, ..Settings::default() });
    }

    /// Another organisation, with its root department.
    pub fn other_corp(&self) -> CorpId {
        add_corp(&self.fixture, "别的公司")
    }

    fn next(&self) -> u32 {
        self.counter.fetch_add(1, Ordering::Relaxed)
    }

    /// Members in one department.
    pub fn members(&self, department: DeptId, count: usize) -> Vec<Member> {
        let numbers: Vec<_> = (0..count).map(|_| self.next()).collect();
        self.write(move |tx, env, corp| {
            let mut members = Vec::new();
            for number in numbers {
                let new = user::NewMember {
                    userid: Some(UserId::from(format!("user{number}"))),
                    profile: Profile {
                        name: format!("员{number}"),
                        mobile: format!("138{number:08}"),
                        ..Profile::default()
                    },
                    departments: vec![Membership::ordinary(department)],
                    password_hash: String::new(),
                };
                members.push(user::create(tx, env, corp, new)?);
            }
            Ok(members)
        })
        .expect("members")
    }

    pub fn member(&self, department: DeptId) -> Member {
        self.members(department, 1).remove(0)
    }

    /// Replaces the departments of a member.
    pub fn place(&self, member: &Member, departments: &[DeptId]) {
        let (userid, departments) = (member.userid.clone(), departments.to_vec());
        self.write(move |tx, env, corp| {
            user::update(tx, env, corp, &userid, |member| {
                member.departments = departments.into_iter().map(Membership::ordinary).collect();
                Ok(())
            })
        })
        .expect("moved");
    }

    pub fn remove(&self, member: &Member) {
        let userid = member.userid.clone();
        self.write(move |tx, env, corp| user::delete(tx, env, corp, &userid)).expect("removed");
    }

    pub fn department(&self, parent: DeptId) -> DeptId {
        let profile = DepartmentProfile { name: format!("部{}", self.next()), ..Default::default() };
        self.write(move |tx, env, corp| department::create(tx, env, corp, parent, profile))
            .expect("a department")
            .id
    }

    pub fn role(&self, members: &[&Member]) -> RoleId {
        let (number, users) = (self.next(), userids(members));
        self.write(move |tx, env, corp| {
            let group = role::add_group(tx, env, corp, &format!("组{number}"))?;
            let role = role::add(tx, env, corp, group, "职")?;
            role::give(tx, env, corp, &[role], &users)?;
            Ok(role)
        })
        .expect("a role")
    }

    pub fn revoke_role(&self, role: RoleId, member: &Member) {
        let users = vec![member.userid.clone()];
        self.write(move |tx, env, corp| role::take(tx, env, corp, &[role], &users)).expect("taken");
    }

    pub fn card(&self, account: &AccountId, articles: &[ArticleId]) -> CardId {
        let (account, articles) = (account.clone(), articles.to_vec());
        self.write(move |tx, env, corp| card::add(tx, env, corp, &account, articles)).expect("a card")
    }

    /// A send of a text with a new uuid.
    pub fn text(&self, content: &str, receivers: Receivers) -> NewSend {
        self.new_send(Message::Text { content: content.to_owned() }, receivers)
    }

    pub fn new_send(&self, message: Message, receivers: Receivers) -> NewSend {
        NewSend {
            account: self.account.clone(),
            uuid: format!("uuid{}", self.next()),
            app_key: AppKey::from("dingapp"),
            message,
            receivers,
            preview: false,
            allow_comment: false,
            comment_type: 0,
            show_homepage: false,
            source: SendSource::Api,
            operator: None,
        }
    }

    pub fn send(&self, new: NewSend) -> Result<TaskId> {
        self.write(move |tx, env, corp| send::create(tx, env, corp, new))
    }

    /// Sends a text.
    pub fn send_text(&self, content: &str, receivers: Receivers) -> Result<TaskId> {
        self.send(self.text(content, receivers))
    }

    /// Returns whom a text to these receivers reaches.
    pub fn reached(&self, content: &str, receivers: Receivers) -> Numbers {
        self.audience(&self.send_text(content, receivers).expect("sent"))
    }

    pub fn recall(&self, task: &TaskId) -> Result<()> {
        self.recall_of(&self.account, task)
    }

    pub fn recall_of(&self, account: &AccountId, task: &TaskId) -> Result<()> {
        let (account, task) = (account.clone(), task.clone());
        self.write(move |tx, env, corp| send::recall(tx, env, corp, &account, &task))
    }

    /// A send of an account.
    pub fn row(&self, account: &AccountId, task: &TaskId) -> SendRow {
        self.read(|tx, corp| tx.send_by_task(corp, account, task)).unwrap().expect("the send")
    }

    pub fn seq(&self, task: &TaskId) -> SendSeq {
        self.row(&self.account, task).seq
    }

    pub fn audience(&self, task: &TaskId) -> Numbers {
        self.audience_of(&self.account, task)
    }

    pub fn audience_of(&self, account: &AccountId, task: &TaskId) -> Numbers {
        let row = self.row(account, task);
        let audience = self.read(|tx, corp| tx.audience_of(corp, row.seq)).unwrap();
        let numbers: Numbers = audience.iter().map(|member| member.0).collect();
        assert_eq!(row.receivers, i64::try_from(numbers.len()).unwrap(), "the count is that of the audience");
        numbers
    }

    /// Sends in the inbox of a member, newest first: indexed ones, and those found by bitmap.
    pub fn inbox(&self, member: &Member) -> Vec<SendSeq> {
        let mut found = self.indexed(member);
        found.extend(
            self.broadcasts().into_iter().filter(|(_, to)| to.contains(&member.no.0)).map(|one| one.0),
        );
        found.sort_by_key(|seq| std::cmp::Reverse(seq.0));
        found
    }

    pub fn indexed(&self, member: &Member) -> Vec<SendSeq> {
        self.read(|tx, corp| tx.indexed_sends(corp, member.no, &self.account, SendSeq(i64::MAX), 1_000))
            .unwrap()
    }

    /// The account's sends that are found by bitmap, oldest first.
    pub fn broadcasts(&self) -> Vec<(SendSeq, Numbers)> {
        let state = self.state();
        let timeline =
            state.corp(&self.corp).unwrap().broadcasts.get(&self.account).cloned().unwrap_or_default();
        timeline.iter().map(|one| (one.seq, one.audience.iter().map(|member| member.0).collect())).collect()
    }

    /// Number of all sends of the account.
    pub fn count(&self) -> i64 {
        let since = carillon_model::time::Timestamp(0);
        self.read(|tx, corp| tx.sends_since(corp, &self.account, since)).unwrap()
    }
}

fn add_corp(fixture: &MaterialsFixture, name: &'static str) -> CorpId {
    let create = |tx: &mut carillon_store::Tx<'_>, env: &carillon_model::env::Env| {
        corp::create(tx, env, name, corp::DEFAULT_TIME_ZONE, false)
    };
    fixture.write_registry(create).expect("an organisation").id
}

fn userids(members: &[&Member]) -> Vec<UserId> {
    members.iter().map(|member| member.userid.clone()).collect()
}

/// Member numbers, sorted.
pub fn numbers<'a>(members: impl IntoIterator<Item = &'a Member>) -> Numbers {
    let mut numbers: Numbers =
        members.into_iter().map(|Member { no: MemberNo(number), .. }| *number).collect();
    numbers.sort_unstable();
    numbers
}

pub fn to_all() -> Receivers {
    Receivers { all: true, ..Receivers::default() }
}

pub fn to_users(members: &[&Member]) -> Receivers {
    Receivers { users: userids(members), ..Receivers::default() }
}

pub fn to_departments(departments: &[DeptId]) -> Receivers {
    Receivers { departments: departments.to_vec(), ..Receivers::default() }
}

pub fn to_roles(roles: &[RoleId]) -> Receivers {
    Receivers { roles: roles.to_vec(), ..Receivers::default() }
}

/// Returns the reason of a refusal by the expected rule.
pub fn broken<T: std::fmt::Debug>(result: Result<T>, rule: carillon_model::error::Rule) -> String {
    match result {
        Err(Error::Rule(found)) if found == rule => String::new(),
        Err(Error::RuleBecause(found, reason)) if found == rule => reason.into_owned(),
        other => panic!("{other:?} instead of {rule:?}"),
    }
}
