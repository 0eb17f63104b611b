//! The numbers of the data catalogue in the form of a row.

use carillon_domain::stats::catalogue::{Figure, Number};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// The description of a number.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Meta {
    /// The id of the number; with `_DAY` it is the name of the number in a row.
    kpi_id: &'static str,
    /// The Chinese name of the number.
    kpi_name: &'static str,
    /// The unit in Chinese, such as `人`; empty where the documentation page has none.
    unit: &'static str,
    /// What the number counts, in English.
    kpi_caliber: &'static str,
    /// The period that the number covers: always `DAY`.
    period: &'static str,
}

/// The period of all numbers.
pub const PERIOD: &str = "DAY";

/// Returns the description of a number.
pub fn meta(number: &Number) -> Meta {
    let Number { code, zh, en, unit, .. } = *number;
    Meta { kpi_id: code, kpi_name: zh, unit, kpi_caliber: en, period: PERIOD }
}

/// Returns the name of a number in a row.
pub fn key(number: &Number) -> String {
    format!("{}_{PERIOD}", number.code)
}

/// Returns a number as it is on the wire. A whole number has no decimal point: some clients cannot read `1.0`.
pub fn value(figure: Figure) -> Value {
    if figure.value.is_multiple_of(figure.parts) {
        return (figure.value / figure.parts).into();
    }
    // Both are far below the 53 bits that are exact.
    #[allow(clippy::cast_precision_loss)]
    let number = serde_json::Number::from_f64(figure.value as f64 / figure.parts as f64);
    number.map_or_else(|| 0.into(), Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_have_no_decimal_point() {
        let texts = [(3_333, 10_000), (10_000, 10_000), (0, 10_000), (32, 10), (7, 1)];
        let texts = texts.map(|(number, parts)| value(Figure { value: number, parts }).to_string());
        assert_eq!(texts, ["0.3333", "1", "0", "3.2", "7"]);
    }

    #[test]
    fn every_service_has_numbers() {
        assert!(super::super::table::SERVICES.iter().all(|service| !service.numbers().is_empty()));
    }
}
