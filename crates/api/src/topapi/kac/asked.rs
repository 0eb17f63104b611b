//! What requests for statistics have in common.

use carillon_domain::stats::read::{self, DayStatistics};
use carillon_model::error::Result;
use carillon_store::Tx;
use carillon_wire::Call;
use schemars::JsonSchema;
use serde::Deserialize;

/// A request whose fields are in a wrapper of the usual name.
#[derive(Deserialize, JsonSchema)]
pub struct Wrapped<Fields> {
    /// What is asked for.
    pub request: Fields,
}

/// A day.
#[derive(Deserialize, JsonSchema)]
pub struct OneDay {
    /// The day, `yyyyMMdd`, in the organisation's time zone.
    #[schemars(length(min = 1, max = 32), extend("pattern" = "^[0-9]{8}$"))]
    pub data_id: String,
}

/// A page of a day's list.
#[derive(Deserialize, JsonSchema)]
pub struct OnePage {
    /// The day, `yyyyMMdd`, in the organisation's time zone.
    #[schemars(length(min = 1, max = 32), extend("pattern" = "^[0-9]{8}$"))]
    pub data_id: String,
    /// Where the page begins: 0, then `next_cursor` of the answer before.
    #[schemars(range(min = 0))]
    pub cursor: i64,
    /// Entries on a page.
    #[schemars(range(min = 1, max = 100))]
    pub size: usize,
}

/// The statistics of the day that is asked for.
pub fn day(tx: &mut Tx<'_>, call: &Call, data_id: &str) -> Result<DayStatistics> {
    day_of(tx, call, "request.data_id", data_id)
}

/// The same, when the day is in a field of another name.
pub fn day_of(tx: &mut Tx<'_>, call: &Call, field: &'static str, data_id: &str) -> Result<DayStatistics> {
    let day = read::requested_day(tx, &call.env, call.corp(), field, data_id)?;
    DayStatistics::open(tx, call.corp(), day)
}
