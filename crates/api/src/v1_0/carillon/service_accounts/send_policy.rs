//! `/v1.0/carillon/service-accounts/{unionid}/send-policy`: what an account requires of sends.

pub mod get;
pub mod set;

use carillon_model::{
    error::{Error, Result},
    operator::OperatorRole,
    send_draft::QuietHours,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(get::operation), Entry::Operation(set::operation)];

const PATH: &str = "/v1.0/carillon/service-accounts/{unionid}/send-policy";
/// A rule that its own subjects can lift binds nobody.
const ROLES: &[OperatorRole] = &[OperatorRole::Owner];

/// The part of the day, in the organisation's time zone, in which operators may not send.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct QuietHoursView {
    /// The first minute of the quiet hours, counted from midnight: 1320 is 22:00.
    #[schemars(range(min = 0, max = 1439))]
    from_minute: u16,
    /// The minute at which the quiet hours end, from midnight; not `fromMinute`. If it is smaller, they end on the next day.
    #[schemars(range(min = 0, max = 1439))]
    until_minute: u16,
}

impl QuietHoursView {
    fn of(hours: QuietHours) -> Self {
        Self { from_minute: hours.from, until_minute: hours.until }
    }

    fn hours(&self) -> Result<QuietHours> {
        let hours = QuietHours::new(self.from_minute, self.until_minute);
        hours.ok_or_else(|| Error::invalid("quietHours.untilMinute", "must be another minute"))
    }
}
