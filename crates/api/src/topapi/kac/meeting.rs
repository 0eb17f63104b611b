//! Meetings in a list: video meetings and phone conferences look the same.

use carillon_domain::stats::read::DayStatistics;
use carillon_model::{error::Result, id::DeptId, statistic::Meeting};
use carillon_store::Tx;
use carillon_wire::Call;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    asked::OnePage,
    shown::{Page, People, clock, minutes},
};

/// A meeting.
#[derive(Serialize, JsonSchema)]
pub struct ShownMeeting {
    /// Its id.
    conf_id: String,
    /// How long it lasted, in minutes.
    conf_len_min: String,
    /// The starter's department on the day; absent for whoever belonged to none at its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    dept_id: Option<DeptId>,
    /// The department's name.
    dept_name: String,
    /// When it ended.
    end_time: String,
    /// Members who joined.
    join_user_count: u64,
    /// Who started it.
    userid: String,
    /// The starter's job number.
    staff_job_num: String,
    /// The starter's name.
    staff_name: String,
    /// When it began.
    start_time: String,
}

/// A page of meetings.
pub fn page(
    tx: &mut Tx<'_>,
    call: &Call,
    day: &DayStatistics,
    meetings: &[Meeting],
    asked: &OnePage,
) -> Result<Page<ShownMeeting>> {
    let organisation = day.organisation(tx)?;
    let clock = clock(tx, call)?;
    let rest = meetings.iter().filter(|meeting| meeting.seq > asked.cursor);
    let page = Page::of(rest, asked.size, |meeting| meeting.seq);
    let starters =
        People::find(tx, call, &organisation, &page.data.iter().map(|meeting| meeting.starter).collect())?;
    Ok(page.show(|meeting| {
        let starter = starters.person(meeting.starter);
        ShownMeeting {
            conf_id: meeting.id.clone(),
            conf_len_min: minutes(meeting.duration_ms),
            dept_id: starter.dept_id,
            dept_name: starter.dept_name.to_owned(),
            end_time: clock(meeting.at.plus_ms(meeting.duration_ms.cast_signed())),
            join_user_count: meeting.participants,
            userid: starter.named.userid.clone(),
            staff_job_num: starter.named.job_number.clone(),
            staff_name: starter.named.name.clone(),
            start_time: clock(meeting.at),
        }
    }))
}
