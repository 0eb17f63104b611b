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

use crate::Entry;
use crate::day_page::{self, DayPage};

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(active_groups::operation),
    Entry::Folder(app_version::OPERATIONS),
    Entry::Folder(calendar::OPERATIONS),
    Entry::Folder(conferences::OPERATIONS),
    Entry::Folder(dau::OPERATIONS),
    Entry::Folder(doc::OPERATIONS),
    Entry::Folder(general_form::OPERATIONS),
    Entry::Operation(publisher::operation),
    Entry::Folder(report::OPERATIONS),
];

/// The request for a day.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DayRequest {
    /// The day, `yyyyMMdd`, in the organisation's time zone. Not in the future; today is counted so far.
    #[schemars(length(min = 1, max = 32), extend("pattern" = "^[0-9]{8}$"))]
    data_id: String,
}

/// The request for a page of a list of a day.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DayPageRequest {
    /// The day, `yyyyMMdd`, in the organisation's time zone. Not in the future; today is counted so far.
    #[schemars(length(min = 1, max = 32), extend("pattern" = "^[0-9]{8}$"))]
    data_id: String,
    /// `nextToken` of the previous page; 0 for the first page.
    #[schemars(range(min = 0), extend("x-aliases" = ["pageStart"]))]
    next_token: i64,
    /// The most items on a page. Decided: at most 100.
    #[schemars(range(min = 1, max = 100), extend("x-aliases" = ["pageSize"]))]
    max_results: usize,
}

/// A page of a list of the day.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Rows<Row> {
    /// The rows of the page: departments by id, smallest first; versions in the order in which they were first used that day.
    data: Vec<Row>,
    /// The token of the next page; 0 on the last page.
    next_token: i64,
    /// Whether there is a next page.
    has_more: bool,
}

impl<Row> From<DayPage<Row>> for Rows<Row> {
    fn from(page: DayPage<Row>) -> Self {
        let (has_more, next_token) = (page.next_cursor.is_some(), page.next_cursor.unwrap_or_default());
        Self { data: page.items, next_token, has_more }
    }
}

impl DayRequest {
    /// Returns the totals of the organisation.
    pub fn totals(&self, tx: &mut Tx<'_>, call: &Call) -> Result<Totals> {
        let day = requested_day(tx, &call.env, call.corp(), "dataId", &self.data_id)?;
        let summary = DayStatistics::open(tx, call.corp(), day)?.summary(tx)?;
        Ok(summary.totals.clone())
    }
}

impl DayPageRequest {
    /// Returns a page of the departments of that day. The totals of a department include all departments below it.
    pub fn departments<Row>(
        &self,
        tx: &mut Tx<'_>,
        call: &Call,
        row: fn(&TreeNode, &Totals) -> Row,
    ) -> Result<Rows<Row>> {
        let day = requested_day(tx, &call.env, call.corp(), "dataId", &self.data_id)?;
        let statistics = DayStatistics::open(tx, call.corp(), day)?;
        Ok(day_page::departments(tx, &statistics, self.next_token, self.max_results, row)?.into())
    }
}

/// Formats the value of a metric.
pub fn value_text(totals: &Totals, metric: Metric) -> String {
    totals.value(metric).to_string()
}

/// Formats the number of members who have a value.
pub fn users_text(totals: &Totals, metric: Metric) -> String {
    totals.users(metric).to_string()
}
