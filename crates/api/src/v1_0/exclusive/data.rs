//! `/v1.0/exclusive/data`: statistics of a day.

pub mod active_groups;
pub mod app_version;
pub mod calendar;
pub mod conferences;
pub mod dau;
pub mod doc;
pub mod general_form;
pub mod publisher;
pub mod report;

use carillon_domain::stats::read::{DayStatistics, requested_day};
use carillon_model::{
    error::Result,
    statistic::{Metric, Totals, TreeNode},
};
use carillon_store::Tx;
use carillon_wire::Call;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::topapi::kac::shown::{self, Page};

/// A day.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OfDay {
    /// The day, yyyyMMdd. Not in the future; today is answered as far as it is.
    #[schemars(length(min = 1, max = 32), extend("pattern" = "^[0-9]{8}$"))]
    data_id: String,
}

/// A page of a day.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PageOfDay {
    /// The day, yyyyMMdd. Not in the future; today is answered as far as it is.
    #[schemars(length(min = 1, max = 32), extend("pattern" = "^[0-9]{8}$"))]
    data_id: String,
    /// Where the page before ended; 0 for the first page.
    #[schemars(range(min = 0), extend("x-aliases" = ["pageStart"]))]
    next_token: i64,
    /// Items on a page. Decided: at most 100.
    #[schemars(range(min = 1, max = 100), extend("x-aliases" = ["pageSize"]))]
    max_results: usize,
}

/// A page of a list of the day.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Rows<Row> {
    /// The rows: departments by id, smallest first; versions in the order in which they were first used that day.
    data: Vec<Row>,
    /// What to ask for the next page with; 0 on the last one.
    next_token: i64,
    /// Whether there is another.
    has_more: bool,
}

impl<Row> From<Page<Row>> for Rows<Row> {
    fn from(page: Page<Row>) -> Self {
        Self { data: page.data, next_token: page.next_cursor, has_more: page.has_more }
    }
}

impl OfDay {
    /// Totals of the organisation.
    pub fn totals(&self, tx: &mut Tx<'_>, call: &Call) -> Result<Totals> {
        let day = requested_day(tx, &call.env, call.corp(), "dataId", &self.data_id)?;
        let summary = DayStatistics::open(tx, call.corp(), day)?.summary(tx)?;
        Ok(summary.totals.clone())
    }
}

impl PageOfDay {
    /// A page of the departments as they were that day, each with its totals, those of all below it included.
    pub fn departments<Row>(
        &self,
        tx: &mut Tx<'_>,
        call: &Call,
        row: fn(&TreeNode, &Totals) -> Row,
    ) -> Result<Rows<Row>> {
        let day = requested_day(tx, &call.env, call.corp(), "dataId", &self.data_id)?;
        let statistics = DayStatistics::open(tx, call.corp(), day)?;
        Ok(shown::departments(tx, &statistics, self.next_token, self.max_results, row)?.into())
    }
}

/// A metric's value as text.
pub fn value(totals: &Totals, metric: Metric) -> String {
    totals.value(metric).to_string()
}

/// How many members have a value, as text.
pub fn users(totals: &Totals, metric: Metric) -> String {
    totals.users(metric).to_string()
}
