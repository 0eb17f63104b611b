//! The lines of an import, as pages and files list them.

use std::collections::HashMap;

use carillon_domain::contact::import::{Column, Problem};
use carillon_model::{
    id::UserId,
    member_import::{ImportLine, LineOutcome, MemberImport},
};
use carillon_store::LinePosition;

use crate::{
    console::{
        list::Position, members::path as member_path, page::ImportLineRow, text::imports::ImportTexts,
    },
    text::Lang,
};

/// A list of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct List {
    /// The name in addresses.
    pub name: &'static str,
    /// The outcome of its lines; `None` for those with problems.
    pub outcome: Option<LineOutcome>,
}

impl List {
    /// Those with problems, and each outcome.
    pub const ALL: [Self; 4] = [
        Self { name: "problems", outcome: None },
        Self { name: "added", outcome: Some(LineOutcome::Added) },
        Self { name: "changed", outcome: Some(LineOutcome::Changed) },
        Self { name: "unchanged", outcome: Some(LineOutcome::Unchanged) },
    ];

    /// The list that an address names, or else the first one that has lines: what needs attention comes first.
    pub fn chosen(import: &MemberImport, name: Option<&str>) -> Self {
        let named = Self::ALL.into_iter().find(|list| Some(list.name) == name);
        let first = Self::ALL.into_iter().find(|list| list.count(import) > 0);
        named.or(first).unwrap_or(Self::ALL[0])
    }

    /// The number of its lines.
    pub fn count(self, import: &MemberImport) -> i64 {
        let counts = import.counts;
        match self.outcome {
            Some(LineOutcome::Added) => counts.added,
            Some(LineOutcome::Changed) => counts.changed,
            Some(LineOutcome::Unchanged) => counts.unchanged,
            Some(LineOutcome::Refused) | None => counts.refused + counts.partial,
        }
    }
}

/// The position in the query of a list.
pub fn position(query: &HashMap<String, String>) -> Position<i64> {
    Position::of(query, |text| text.parse().ok().filter(|line| *line > 0))
}

/// The position as the store reads it.
pub fn select(position: &Position<i64>) -> LinePosition {
    match position {
        Position::First => LinePosition::After(0),
        Position::After(line) => LinePosition::After(*line),
        Position::Before(line) => LinePosition::Before(*line),
    }
}

/// The heading of the column with a problem, and the reason.
pub fn reason(t: &'static ImportTexts, lang: Lang, line: &ImportLine) -> (&'static str, String) {
    let problem = line.problem.as_deref().and_then(|text| serde_json::from_str::<Problem>(text).ok());
    match problem {
        None => ("", String::new()),
        Some(problem) => {
            let text = match lang {
                Lang::Zh => problem.chinese(),
                Lang::En => problem.english(),
            };
            (problem.column.map_or("", |column| t.heading(column)), text)
        }
    }
}

/// A line on a page.
pub fn row(t: &'static ImportTexts, lang: Lang, line: ImportLine) -> ImportLineRow {
    let (column, reason) = reason(t, lang, &line);
    let exists = match line.outcome {
        LineOutcome::Added => line.is_applied,
        LineOutcome::Changed | LineOutcome::Unchanged => true,
        LineOutcome::Refused => false,
    };
    let changes =
        line.changes.iter().filter_map(|name| Column::by_name(name)).map(|column| t.heading(column));
    ImportLineRow {
        line: line.line,
        href: exists.then(|| member_path(&UserId::from(line.userid.as_str()))),
        userid: line.userid,
        name: line.name,
        changes: changes.collect::<Vec<_>>().join(lang.list_separator()),
        column,
        reason,
    }
}
