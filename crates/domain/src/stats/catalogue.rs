//! The catalogue of the numbers of a day: which there are, and what each is computed from. Operations and pages read the same
//! ones. Numbers with four or five digits as their code, and their names and units, are those of the vendor's data catalogue.

mod communication;
mod more;
mod people;
mod source;
mod work;

pub use source::{Figure, Measure, Scope, Source};

/// Numbers that are of one subject.
pub struct Family {
    /// Its code, in addresses and requests.
    pub code: &'static str,
    /// Where it belongs.
    pub topic: Topic,
    /// Chinese name.
    pub zh: &'static str,
    /// English name.
    pub en: &'static str,
    /// Its numbers.
    pub numbers: &'static [Number],
}

/// A number of a day.
pub struct Number {
    /// Its code, unique in its family.
    pub code: &'static str,
    /// Chinese name.
    pub zh: &'static str,
    /// English name.
    pub en: &'static str,
    /// Its Chinese unit; empty where the vendor's documentation has none.
    pub unit: &'static str,
    /// What it is computed from.
    pub source: Source,
}

/// What several families are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Members and their activity.
    Members,
    /// Messages and groups.
    Messages,
    /// Urgent messages.
    Dings,
    /// Meetings and lives.
    Meetings,
    /// Articles of service accounts.
    Articles,
    /// Apps.
    Apps,
    /// Documents and files.
    Documents,
    /// Tools: to-dos, schedules, reports, approvals, forms, mail.
    Work,
    /// Attendance, check-ins, steps.
    Attendance,
    /// What everybody sees: announcements, the circle, red envelopes.
    Community,
}

impl Topic {
    /// All topics, in their usual order.
    pub const ALL: [Self; 10] = [
        Self::Members,
        Self::Messages,
        Self::Dings,
        Self::Meetings,
        Self::Articles,
        Self::Apps,
        Self::Documents,
        Self::Work,
        Self::Attendance,
        Self::Community,
    ];

    /// The code, in addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Members => "members",
            Self::Messages => "messages",
            Self::Dings => "dings",
            Self::Meetings => "meetings",
            Self::Articles => "articles",
            Self::Apps => "apps",
            Self::Documents => "documents",
            Self::Work => "work",
            Self::Attendance => "attendance",
            Self::Community => "community",
        }
    }

    /// The topic of a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.code() == code)
    }

    /// Its families.
    pub fn families(self) -> impl Iterator<Item = &'static Family> {
        families().filter(move |family| family.topic == self)
    }
}

const fn number(
    code: &'static str,
    zh: &'static str,
    en: &'static str,
    unit: &'static str,
    source: Source,
) -> Number {
    Number { code, zh, en, unit, source }
}

/// Returns all families.
pub fn families() -> impl Iterator<Item = &'static Family> {
    [people::FAMILIES, communication::FAMILIES, more::FAMILIES, work::FAMILIES].into_iter().flatten()
}

/// Returns the family of a code.
pub fn family(code: &str) -> Option<&'static Family> {
    families().find(|family| family.code == code)
}

impl Family {
    /// Returns true if at least one of its numbers is counted by department.
    pub fn has_departments(&self) -> bool {
        self.numbers.iter().any(|number| number.source.has_departments())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_every_topic_has_a_family() {
        let mut codes = BTreeSet::new();
        for family in families() {
            assert!(codes.insert(family.code), "{}", family.code);
            let numbers: BTreeSet<&str> = family.numbers.iter().map(|number| number.code).collect();
            assert_eq!(numbers.len(), family.numbers.len(), "{}", family.code);
            assert_eq!(super::family(family.code).map(|found| found.en), Some(family.en));
        }
        for topic in Topic::ALL {
            assert!(topic.families().next().is_some(), "{topic:?}");
            assert_eq!(Topic::parse(topic.code()), Some(topic));
        }
    }
}
