//! A server whose clock the test moves, and the test's own record of the organisation and of all facts.

use std::collections::{BTreeMap, BTreeSet};

use carillon_domain::stats::finalize;
use carillon_model::{
    app::AppType,
    env::{Clock, Env},
    settings::Settings,
};
use jiff::{civil::Date, tz::TimeZone};
use serde_json::{Value, json};

use crate::reference::groups::Group;
use testkit::{
    agreement::Operations,
    env::ManualClock,
    server::{Setup, TestServer},
};

pub const MINUTE_MS: i64 = 60_000;
pub const ROOT: i64 = 1;

/// The organisation now, or at the end of a day.
#[derive(Clone, Debug, Default)]
pub struct Org {
    /// By `dept_id`.
    pub departments: BTreeMap<i64, Department>,
    /// The departments that each member belongs to directly. Members are indices into [`Fixture::people`].
    pub members: BTreeMap<usize, BTreeSet<i64>>,
}

#[derive(Clone, Debug)]
pub struct Department {
    pub name: String,
    pub parent: Option<i64>,
}

/// A present or former member. Several can have had the same userid, one after the other.
#[derive(Clone, Debug)]
pub struct Person {
    pub userid: String,
    pub unionid: String,
    pub name: String,
    pub job_number: String,
    pub since: i64,
}

/// A fact as the server recorded it.
#[derive(Clone, Debug)]
pub struct FactRecord {
    pub at: i64,
    pub day: String,
    /// The member, an index into [`Fixture::people`].
    pub who: Option<usize>,
    pub fact: Value,
}

/// A service account with the id and title of each of its articles.
pub struct Account {
    pub unionid: String,
    pub name: String,
    pub created: i64,
    pub articles: Vec<(i64, String)>,
}

pub struct Fixture {
    pub server: TestServer,
    clock: ManualClock,
    pub zone: TimeZone,
    /// Present and former members, in the order in which they joined.
    pub people: Vec<Person>,
    pub org: Org,
    /// The organisation at the end of each day that is over.
    pub past_orgs: BTreeMap<String, Org>,
    /// In the order of arrival.
    pub records: Vec<FactRecord>,
    /// Oldest first.
    pub groups: Vec<Group>,
    /// Oldest first.
    pub accounts: Vec<Account>,
    sent: usize,
    /// How many department names were used.
    pub department_names: usize,
}

impl Fixture {
    /// Starts an organisation without members at six in the morning of a day.
    pub fn open(zone: &'static str, first_day: &str) -> Self {
        let time_zone = TimeZone::get(zone).unwrap();
        let now = start_of(&time_zone, first_day) + 360 * MINUTE_MS;
        let clock = ManualClock::new(now);
        let env = Env::system(Settings::default(), [7; 32]).with_clock(clock.clone());
        let server = TestServer::start_with_setup(Setup { env, time_zone: zone, ..Setup::default() });
        let root = Department { name: "测试".to_owned(), parent: None };
        let mut fixture = Self {
            server,
            clock,
            zone: time_zone,
            people: Vec::new(),
            org: Org { departments: BTreeMap::from([(ROOT, root)]), members: BTreeMap::new() },
            past_orgs: BTreeMap::new(),
            records: Vec::new(),
            groups: Vec::new(),
            accounts: Vec::new(),
            sent: 0,
            department_names: 1,
        };
        fixture.set_clock(now);
        fixture
    }

    /// Sets the clock, and continues as a new app: a token is valid for two hours only.
    fn set_clock(&mut self, now: i64) {
        self.clock.set(now);
        let permissions = carillon_api::permissions();
        let permissions: Vec<&str> = permissions.iter().map(String::as_str).collect();
        self.server.use_app(AppType::Internal, &permissions);
    }

    pub fn now(&self) -> i64 {
        self.clock.now().0
    }

    pub fn today(&self) -> String {
        self.day_of(self.now())
    }

    pub fn day_of(&self, at: i64) -> String {
        in_zone(&self.zone, at).strftime("%Y%m%d").to_string()
    }

    pub fn start_of(&self, day: &str) -> i64 {
        start_of(&self.zone, day)
    }

    /// Date and time of day in the format of responses.
    pub fn date_time(&self, at: i64) -> String {
        in_zone(&self.zone, at).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// The day `days` later, or earlier if negative.
    pub fn days_after(&self, day: &str, days: i64) -> String {
        let noon = self.start_of(day) + 720 * MINUTE_MS;
        self.day_of(noon + days * 1_440 * MINUTE_MS)
    }

    /// The eve of the first day, the days that are over, and today.
    pub fn days(&self) -> Vec<String> {
        let first = self.past_orgs.keys().next().cloned().unwrap_or_else(|| self.today());
        let eve = self.days_after(&first, -1);
        std::iter::once(eve).chain(self.past_orgs.keys().cloned()).chain([self.today()]).collect()
    }

    /// The organisation at the end of a day, or now if the day is today. For days before the first it is that of
    /// the first.
    pub fn org_on(&self, day: &str) -> &Org {
        self.past_orgs.range(day.to_owned()..).next().map_or(&self.org, |(_, org)| org)
    }

    /// Advances the clock, at most to the end of the day.
    pub fn tick(&mut self, minutes: i64) {
        let last = self.start_of(&self.days_after(&self.today(), 1)) - 1;
        self.set_clock((self.now() + minutes * MINUTE_MS).min(last));
    }

    /// Advances the clock to six in the morning of another day, and records the organisation at the end of each
    /// day between.
    pub fn advance_to(&mut self, day: &str) {
        while self.today().as_str() < day {
            let (today, next) = (self.today(), self.days_after(&self.today(), 1));
            for group in &mut self.groups {
                group.sizes.insert(today.clone(), group.size);
            }
            self.past_orgs.insert(today, self.org.clone());
            self.set_clock(self.start_of(&next) + 360 * MINUTE_MS);
        }
    }

    /// Runs the job that stores the days that are over.
    pub fn finalize_days(&self) {
        finalize::finalize_all(&self.server.store, &self.server.env, &self.server.corp).unwrap();
    }

    /// Returns who had a userid at a moment: the first holder if it was free before, the last one after a leaver.
    pub fn holder(&self, userid: &str, at: i64) -> usize {
        let had = || (0..self.people.len()).filter(|one| self.people[*one].userid == userid);
        had().filter(|one| self.people[*one].since <= at).last().or(had().next()).unwrap()
    }

    /// Sends facts with generated ids. All must be accepted as new.
    pub fn send(&mut self, facts: Vec<Value>) {
        let mut lines = String::new();
        for (index, fact) in facts.iter().enumerate() {
            let mut line = fact.clone();
            line["id"] = json!(format!("fact-{}", self.sent + index));
            lines.push_str(&format!("{line}\n"));
        }
        let url = format!("{}/v1.0/carillon/facts", self.server.base_url);
        let request = ureq::post(url).header("x-acs-dingtalk-access-token", self.server.token());
        let answer: Value = request.send(lines).unwrap().body_mut().read_json().unwrap();
        assert_eq!(answer["added"], json!(facts.len()), "{answer}");
        self.sent += facts.len();
        let first = self.records.len();
        for fact in facts {
            let at = fact["time"].as_i64().unwrap();
            let who = fact["userId"].as_str().map(|userid| self.holder(userid, at));
            self.record(at, who, fact);
        }
        let records = self.records[first..].to_vec();
        self.apply_records(&records);
    }

    /// Records a fact that the server writes by itself.
    pub fn record_server_fact(&mut self, who: Option<usize>, fact: Value) {
        self.record(self.now(), who, fact);
    }

    fn record(&mut self, at: i64, who: Option<usize>, fact: Value) {
        self.records.push(FactRecord { at, day: self.day_of(at), who, fact });
    }

    /// Calls an operation of the legacy host, and returns the response without the request id.
    pub fn legacy(&self, path: &str, request: &Value) -> Value {
        let mut answer = self.server.ok(path, request);
        let id = answer.as_object_mut().unwrap().remove("request_id").unwrap();
        assert!(!id.as_str().unwrap().is_empty());
        answer
    }

    /// Calls an operation of the v1.0 host by GET.
    pub fn get(&self, path: &str) -> Value {
        let (status, answer) = self.server.v1("GET", path, None);
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }
}

impl Operations for Fixture {
    fn legacy(&self, path: &str, request: &Value) -> Value {
        Self::legacy(self, path, request)
    }

    fn v1(&self, method: &str, path: &str, request: Option<&Value>) -> Value {
        let (status, answer) = self.server.v1(method, path, request);
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }
}

fn in_zone(zone: &TimeZone, at: i64) -> jiff::ZonedDateTime {
    jiff::Timestamp::from_millisecond(at).unwrap().to_zoned_datetime(zone.clone())
}

fn start_of(zone: &TimeZone, day: &str) -> i64 {
    let date = Date::strptime("%Y%m%d", day).unwrap();
    date.to_zoned_datetime(zone.clone()).unwrap().start_of_day().unwrap().timestamp().as_millisecond()
}
