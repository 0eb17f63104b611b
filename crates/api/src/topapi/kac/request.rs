//! Parts of the requests for statistics.

use carillon_domain::stats::read::{self, DayStatistics};
use carillon_model::error::Result;
use carillon_store::Tx;
use carillon_wire::Call;
use schemars::JsonSchema;
use serde::Deserialize;

/// A request whose fields are in an object named `request`.
#[derive(Deserialize, JsonSchema)]
pub struct Wrapped<Fields> {
    /// The fields of the request, wrapped in this object.
    pub request: Fields,
}

/// The request for a day.
#[derive(Deserialize, JsonSchema)]
pub struct DayRequest {
    /// The day, `yyyyMMdd`, in the organisation's time zone.
    #[schemars(length(min = 1, max = 32), extend("pattern" = "^[0-9]{8}$"))]
    pub data_id: String,
}

/// The request for a page of a list of a day.
#[derive(Deserialize, JsonSchema)]
pub struct DayPageRequest {
    /// The day, `yyyyMMdd`, in the organisation's time zone.
    #[schemars(length(min = 1, max = 32), extend("pattern" = "^[0-9]{8}$"))]
    pub data_id: String,
    /// Where the page begins: 0, then `next_cursor` of the previous response.
    #[schemars(range(min = 0))]
    pub cursor: i64,
    /// Entries on a page.
    #[schemars(range(min = 1, max = 100))]
    pub size: usize,
}

/// Opens the statistics of a day named in `request.data_id`.
pub fn open_day(tx: &mut Tx<'_>, call: &Call, data_id: &str) -> Result<DayStatistics> {
    open_day_in_field(tx, call, "request.data_id", data_id)
}

/// Opens the statistics of a day named in any field.
pub fn open_day_in_field(
    tx: &mut Tx<'_>,
    call: &Call,
    field: &'static str,
    data_id: &str,
) -> Result<DayStatistics> {
    let day = read::requested_day(tx, &call.env, call.corp(), field, data_id)?;
    DayStatistics::open(tx, call.corp(), day)
}
