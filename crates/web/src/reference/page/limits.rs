//! The page of the limits in force: those of the configuration, and those that the operations declare.

use askama::Template;
use carillon_domain::system::SettingInForce;
use carillon_reference::{ConfiguredLimit, FieldLimits, Operation, Text};

use super::{Frame, Html, ReferenceFrame, ReferenceTexts, View};

/// A limit of the configuration with its value.
pub(in crate::reference) struct LimitRow<'a> {
    pub(in crate::reference) limit: &'a ConfiguredLimit,
    /// The number in force; `None` for no limit.
    pub(in crate::reference) value: Option<String>,
    /// Whether the server has another one than the default.
    pub(in crate::reference) is_set: bool,
}

/// A section of the configuration.
pub(in crate::reference) struct LimitTable<'a> {
    pub(in crate::reference) name: &'a str,
    pub(in crate::reference) title: &'a Text,
    pub(in crate::reference) rows: Vec<LimitRow<'a>>,
}

/// The limits of the configuration that are in force. A key that the server does not report is left out.
pub(in crate::reference) fn tables<'a>(
    reference: &'a carillon_reference::Reference,
    settings: &[SettingInForce],
) -> Vec<LimitTable<'a>> {
    let row = |limit: &'a ConfiguredLimit| {
        let setting = settings.iter().find(|setting| setting.key == limit.key)?;
        let value = (!limit.is_none_at_zero || setting.value != "0").then(|| grouped(&setting.value));
        Some(LimitRow { limit, value, is_set: setting.is_set() })
    };
    let tables = reference.limits.iter().map(|section| LimitTable {
        name: &section.name,
        title: &section.title,
        rows: section.limits.iter().filter_map(row).collect(),
    });
    tables.filter(|table| !table.rows.is_empty()).collect()
}

/// A number with a comma before each three digits; a list of numbers one after the other.
fn grouped(value: &str) -> String {
    let numbers = value.trim_matches(['[', ']']).split(',').map(|number| {
        let digits = number.trim();
        let is_break = |index: usize| index > 0 && (digits.len() - index).is_multiple_of(3);
        let grouped = digits
            .char_indices()
            .flat_map(|(index, digit)| is_break(index).then_some(',').into_iter().chain([digit]));
        grouped.collect::<String>()
    });
    numbers.collect::<Vec<_>>().join("; ")
}

/// The contents of the page.
#[derive(Template)]
#[template(path = "reference/limits_body.html")]
struct LimitsBody<'a> {
    view: &'a View<'a>,
    r: &'static ReferenceTexts,
    tables: Vec<LimitTable<'a>>,
    operations: Vec<(&'a Operation, Vec<FieldLimits<'a>>)>,
}

/// The page without its frame.
pub(super) fn body(view: &View<'_>, settings: &[SettingInForce]) -> Html {
    let operations = view.reference.operations.iter();
    let operations = operations.map(|operation| (operation, operation.limited_fields()));
    let has_limits =
        |one: &(&Operation, Vec<FieldLimits<'_>>)| !one.1.is_empty() || one.0.body_bytes.is_some();
    LimitsBody {
        tables: tables(view.reference, settings),
        operations: operations.filter(has_limits).collect(),
        r: view.r,
        view,
    }
    .render()
}

#[derive(Template)]
#[template(path = "reference/limits.html")]
struct LimitsPage<'a> {
    frame: Frame<'a>,
    view: View<'a>,
    r: &'static ReferenceTexts,
    body: String,
}

pub(in crate::reference) fn limits(shared: ReferenceFrame<'_>, settings: &[SettingInForce]) -> Html {
    let view = View { reference: shared.reference, r: shared.r, current: "limits in force" };
    LimitsPage { body: body(&view, settings)?, view, r: shared.r, frame: shared.frame }.render()
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn numbers_are_read_in_groups_of_three() {
        for (value, expected) in [
            ("5", "5"),
            ("100", "100"),
            ("1000", "1,000"),
            ("67108864", "67,108,864"),
            ("[10000, 30000]", "10,000; 30,000"),
        ] {
            assert_eq!(grouped(value), expected);
        }
    }
}
