//! Lists of meetings. Video meetings and phone conferences have the same fields.

use carillon_domain::stats::read::DayStatistics;
use carillon_model::{
    error::Result,
    id::DeptId,
    statistic::{Meeting, Metric},
};
use carillon_store::Tx;
use carillon_wire::Call;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    request::{DayPageRequest, open_day},
    response::{self, ListedMembers, Page, Response, average_minutes, local_time_format, minutes},
};
use crate::day_page::DayPage;

/// A meeting.
#[derive(Serialize, JsonSchema)]
pub struct MeetingRow {
    /// The id of the meeting, as the fact about it gives it.
    conf_id: String,
    /// The duration of the meeting in minutes, as text with one decimal place.
    conf_len_min: String,
    /// The starter's department at the end of the day; absent without any.
    #[serde(skip_serializing_if = "Option::is_none")]
    dept_id: Option<DeptId>,
    /// The name of that department; empty without one.
    dept_name: String,
    /// The end of the meeting, `yyyy-MM-dd HH:mm:ss` in the organisation's time zone.
    end_time: String,
    /// Members who joined the meeting.
    join_user_count: u64,
    /// The userid of the starter.
    userid: String,
    /// The starter's job number; empty without one.
    staff_job_num: String,
    /// The name of the starter.
    staff_name: String,
    /// The start of the meeting, `yyyy-MM-dd HH:mm:ss` in the organisation's time zone.
    start_time: String,
}

/// Returns a page of meetings.
pub fn list(
    tx: &mut Tx<'_>,
    call: &Call,
    day: &DayStatistics,
    meetings: &[Meeting],
    request: &DayPageRequest,
) -> Result<Response<Page<MeetingRow>>> {
    let organisation = day.organisation(tx)?;
    let format = local_time_format(tx, call)?;
    let after_cursor = meetings.iter().filter(|meeting| meeting.seq > request.cursor);
    let page = DayPage::of(after_cursor, request.size, |meeting| meeting.seq);
    let starters = ListedMembers::load(
        tx,
        call,
        &organisation,
        &page.items.iter().map(|meeting| meeting.starter).collect(),
    )?;
    let page = page.map(|meeting| {
        let starter = starters.get(meeting.starter);
        MeetingRow {
            conf_id: meeting.id.clone(),
            conf_len_min: minutes(meeting.duration_ms),
            dept_id: starter.dept_id,
            dept_name: starter.dept_name.to_owned(),
            end_time: format(meeting.at.plus_ms(meeting.duration_ms.cast_signed())),
            join_user_count: meeting.participants,
            userid: starter.names.userid.clone(),
            staff_job_num: starter.names.job_number.clone(),
            staff_name: starter.names.name.clone(),
            start_time: format(meeting.at),
        }
    });
    Ok(page.into())
}

/// Meetings of a department and all departments below it.
#[derive(Serialize, JsonSchema)]
pub struct DepartmentRow {
    /// The department, by its id; the root is 1.
    dept_id: DeptId,
    /// The department's name on the day.
    dept_name: String,
    /// Participations: a member who joins two meetings counts twice.
    join_count: u64,
    /// The average duration in minutes: `start_len_min` for each of `start_count`, as in the documented example.
    start_avg_len_min: String,
    /// Started meetings, connected or not.
    start_count: u64,
    /// The total duration in minutes of the connected meetings, as text with one decimal place.
    start_len_min: String,
}

/// The metrics of one kind of meeting.
pub struct MeetingMetrics {
    /// Participations.
    pub joins: Metric,
    /// Durations in ms.
    pub duration_ms: Metric,
    /// Started meetings.
    pub started: Metric,
}

/// Returns a page of departments with their meetings of one kind.
pub fn department_list(
    tx: &mut Tx<'_>,
    call: &Call,
    request: &DayPageRequest,
    metrics: &MeetingMetrics,
) -> Result<Response<Page<DepartmentRow>>> {
    let day = open_day(tx, call, &request.data_id)?;
    response::department_list(tx, &day, request, |node, totals| {
        let (duration_ms, started) = (totals.value(metrics.duration_ms), totals.value(metrics.started));
        DepartmentRow {
            dept_id: node.id,
            dept_name: node.name.clone(),
            join_count: totals.value(metrics.joins),
            start_avg_len_min: average_minutes(duration_ms, started),
            start_count: started,
            start_len_min: minutes(duration_ms),
        }
    })
}
