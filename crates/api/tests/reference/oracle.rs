//! The oracle: finds every number by going through the list of facts, one at a time.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::reference::fixture::{FactRecord, Fixture, Org};

/// A selection of facts, in the order of arrival.
pub struct Facts<'w>(pub Vec<&'w FactRecord>);

impl<'w> Facts<'w> {
    /// All facts of a day, of members or of nobody.
    pub fn on(fixture: &'w Fixture, day: &str) -> Self {
        Self(fixture.records.iter().filter(|record| record.day == day).collect())
    }

    /// All facts up to the end of a day.
    pub fn until(fixture: &'w Fixture, day: &str) -> Self {
        Self(fixture.records.iter().filter(|record| *record.day <= *day).collect())
    }

    /// All facts of the `days` that end with `day`.
    pub fn within(fixture: &'w Fixture, day: &str, days: i64) -> Self {
        let first = fixture.days_after(day, 1 - days);
        Self(fixture.records.iter().filter(|record| first <= record.day && *record.day <= *day).collect())
    }

    /// Facts of a day by people who belonged, at its end, to a department or to a descendant.
    pub fn below(fixture: &'w Fixture, day: &str, dept: i64) -> Self {
        let members = below(fixture.org_on(day), dept);
        Self::on(fixture, day).of(|who| who.is_some_and(|who| members.contains(&who)))
    }

    pub fn of(self, is_one: impl Fn(Option<usize>) -> bool) -> Self {
        Self(self.0.into_iter().filter(|record| is_one(record.who)).collect())
    }

    pub fn kind(&self, kind: &str) -> Self {
        Self(self.0.iter().copied().filter(|record| record.fact["kind"] == kind).collect())
    }

    pub fn kinds(&self, one: &str, other: &str) -> Self {
        let is_one = |record: &&FactRecord| record.fact["kind"] == one || record.fact["kind"] == other;
        Self(self.0.iter().copied().filter(is_one).collect())
    }

    pub fn with(&self, field: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        Self(self.0.iter().copied().filter(|record| record.fact[field] == value).collect())
    }

    /// Facts whose field is above zero.
    pub fn nonzero(&self, field: &str) -> Self {
        Self(self.0.iter().copied().filter(|record| record.fact[field].as_u64().unwrap() > 0).collect())
    }

    pub fn fact_count(&self) -> u64 {
        self.0.len() as u64
    }

    pub fn sum(&self, field: &str) -> u64 {
        self.0.iter().map(|record| record.fact[field].as_u64().unwrap()).sum()
    }

    /// How often articles were opened.
    pub fn article_views(&self) -> u64 {
        self.kind("article_read").fact_count() + self.kind("article_views").count()
    }

    /// How many occurrences the facts stand for.
    pub fn count(&self) -> u64 {
        self.sum("count")
    }

    pub fn people(&self) -> u64 {
        self.who().len() as u64
    }

    pub fn who(&self) -> BTreeSet<usize> {
        self.0.iter().filter_map(|record| record.who).collect()
    }

    pub fn distinct_count(&self, field: &str) -> u64 {
        self.distinct(field).len() as u64
    }

    pub fn distinct(&self, field: &str) -> BTreeSet<&'w str> {
        self.0.iter().map(|record| record.fact[field].as_str().unwrap()).collect()
    }
}

/// A group as facts describe it.
struct GroupSpan<'w> {
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
    let mut spans: BTreeMap<&str, GroupSpan<'_>> = BTreeMap::new();
    for record in &fixture.records {
        let Some(id) = record.fact["openConversationId"].as_str() else { continue };
        let on = record.day.as_str();
        let span = spans.entry(id).or_insert(GroupSpan { days: (on, on), kind: None, dissolved: false });
        span.days = (span.days.0.min(on), span.days.1.max(on));
        span.dissolved |= record.fact["kind"] == "group_dissolved";
        if record.fact["kind"] == "group_created" {
            span.kind = span.kind.or(record.fact["groupType"].as_str());
        }
    }
    let new = spans.values().filter(|span| first <= span.days.0 && span.days.0 <= day).count();
    let existing = |span: &&GroupSpan<'_>| span.days.0 <= day && (!span.dissolved || day < span.days.1);
    let existing: Vec<&GroupSpan<'_>> = spans.values().filter(existing).collect();
    let departments = existing.iter().filter(|span| span.kind == Some("department")).count();
    Groups { all: existing.len(), departments, new }
}

/// Members of a department or of a descendant.
pub fn below(org: &Org, dept: i64) -> BTreeSet<usize> {
    let is_below = |mut current: i64| loop {
        if current == dept {
            break true;
        }
        match org.departments.get(&current).and_then(|department| department.parent) {
            Some(parent) => current = parent,
            None => break false,
        }
    };
    let members =
        org.members.iter().filter(|(_, memberships)| memberships.iter().any(|current| is_below(*current)));
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
