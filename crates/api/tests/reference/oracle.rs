//! The oracle: finds every number by going through the list of facts, one at a time.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::reference::fixture::{Fixture, Org, Told};

/// A selection of facts, in the order of arrival.
pub struct Seen<'w>(pub Vec<&'w Told>);

impl<'w> Seen<'w> {
    /// All facts of a day, of members or of nobody.
    pub fn on(fixture: &'w Fixture, day: &str) -> Self {
        Self(fixture.told.iter().filter(|told| told.day == day).collect())
    }

    /// All facts up to the end of a day.
    pub fn until(fixture: &'w Fixture, day: &str) -> Self {
        Self(fixture.told.iter().filter(|told| *told.day <= *day).collect())
    }

    /// All facts of the `days` that end with `day`.
    pub fn within(fixture: &'w Fixture, day: &str, days: i64) -> Self {
        let first = fixture.days_after(day, 1 - days);
        Self(fixture.told.iter().filter(|told| first <= told.day && *told.day <= *day).collect())
    }

    /// Facts of a day by people who belonged, at its end, to a department or to a descendant.
    pub fn below(fixture: &'w Fixture, day: &str, dept: i64) -> Self {
        let members = below(fixture.org_of(day), dept);
        Self::on(fixture, day).of(|who| who.is_some_and(|who| members.contains(&who)))
    }

    pub fn of(self, is_one: impl Fn(Option<usize>) -> bool) -> Self {
        Self(self.0.into_iter().filter(|told| is_one(told.who)).collect())
    }

    pub fn kind(&self, kind: &str) -> Self {
        Self(self.0.iter().copied().filter(|told| told.fact["kind"] == kind).collect())
    }

    pub fn kinds(&self, one: &str, other: &str) -> Self {
        let is_one = |told: &&Told| told.fact["kind"] == one || told.fact["kind"] == other;
        Self(self.0.iter().copied().filter(is_one).collect())
    }

    pub fn with(&self, field: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        Self(self.0.iter().copied().filter(|told| told.fact[field] == value).collect())
    }

    /// Facts whose field is above zero.
    pub fn some(&self, field: &str) -> Self {
        Self(self.0.iter().copied().filter(|told| told.fact[field].as_u64().unwrap() > 0).collect())
    }

    pub fn facts(&self) -> u64 {
        self.0.len() as u64
    }

    pub fn sum(&self, field: &str) -> u64 {
        self.0.iter().map(|told| told.fact[field].as_u64().unwrap()).sum()
    }

    /// How often articles were opened.
    pub fn article_views(&self) -> u64 {
        self.kind("article_read").facts() + self.kind("article_views").count()
    }

    /// How many occurrences the facts stand for.
    pub fn count(&self) -> u64 {
        self.sum("count")
    }

    pub fn people(&self) -> u64 {
        self.who().len() as u64
    }

    pub fn who(&self) -> BTreeSet<usize> {
        self.0.iter().filter_map(|told| told.who).collect()
    }

    pub fn different(&self, field: &str) -> u64 {
        self.texts(field).len() as u64
    }

    pub fn texts(&self, field: &str) -> BTreeSet<&'w str> {
        self.0.iter().map(|told| told.fact[field].as_str().unwrap()).collect()
    }
}

/// A group as facts describe it.
struct Life<'w> {
    /// The first and the last day on which a fact names it.
    days: (&'w str, &'w str),
    kind: Option<&'w str>,
    dissolved: bool,
}

/// Numbers of groups.
pub struct Groups {
    /// Groups at the end of the day.
    pub all: usize,
    /// Those that belong to departments.
    pub departments: usize,
    /// Groups whose first fact is within the period.
    pub new: usize,
}

/// Counts groups at the end of `day`, and those that are new since `first`. Each id is a group from the first day
/// on which a fact names it, and until the last such day if it was dissolved.
pub fn groups(fixture: &Fixture, first: &str, day: &str) -> Groups {
    let mut lives: BTreeMap<&str, Life<'_>> = BTreeMap::new();
    for told in &fixture.told {
        let Some(id) = told.fact["openConversationId"].as_str() else { continue };
        let on = told.day.as_str();
        let life = lives.entry(id).or_insert(Life { days: (on, on), kind: None, dissolved: false });
        life.days = (life.days.0.min(on), life.days.1.max(on));
        life.dissolved |= told.fact["kind"] == "group_dissolved";
        if told.fact["kind"] == "group_created" {
            life.kind = life.kind.or(told.fact["groupType"].as_str());
        }
    }
    let new = lives.values().filter(|life| first <= life.days.0 && life.days.0 <= day).count();
    let there = |life: &&Life<'_>| life.days.0 <= day && (!life.dissolved || day < life.days.1);
    let there: Vec<&Life<'_>> = lives.values().filter(there).collect();
    let departments = there.iter().filter(|life| life.kind == Some("department")).count();
    Groups { all: there.len(), departments, new }
}

/// Members of a department or of a descendant.
pub fn below(org: &Org, dept: i64) -> BTreeSet<usize> {
    let is_below = |mut place: i64| loop {
        if place == dept {
            break true;
        }
        match org.departments.get(&place).and_then(|department| department.above) {
            Some(above) => place = above,
            None => break false,
        }
    };
    let members = org.members.iter().filter(|(_, places)| places.iter().any(|place| is_below(*place)));
    members.map(|(member, _)| *member).collect()
}

/// `ms` in units of `unit` ms, as text with one decimal place, rounded half up.
pub fn in_units(ms: u64, unit: u64) -> String {
    let tenths = half_up(ms * 10, unit);
    format!("{}.{}", tenths / 10, tenths % 10)
}

pub fn minutes(ms: u64) -> String {
    in_units(ms, 60_000)
}

/// A quotient as text; "0.0" if the divisor is 0.
pub fn average(of: u64, each: u64) -> String {
    if each == 0 { "0.0".to_owned() } else { in_units(of, each) }
}

/// A quotient rounded half up; 0 if the divisor is 0.
pub fn half_up(of: u64, each: u64) -> u64 {
    if each == 0 {
        return 0;
    }
    let (whole, rest) = (of / each, of % each);
    if rest * 2 >= each { whole + 1 } else { whole }
}
