//! Response times about a finalized day, relative to the list of service accounts.

use std::{fmt::Write, path::Path};

use anyhow::Result;
use serde_json::{Value, json};

use super::ROUNDS;
use crate::{
    measure::{median, processor_time_of, times},
    program::Program,
    wrk,
};

/// As many as in the benchmark of their list. Here it requests as many as a page of statistics has rows.
const ACCOUNTS: u64 = 20;

/// A request about the day.
enum DayRequest {
    /// An operation of the legacy host.
    Legacy(&'static str, Value),
    /// A GET of the v1.0 host.
    Get(String),
    /// A POST of the v1.0 host.
    Post(&'static str, Value),
}

pub fn run(folder: &Path, program: &Program, day: &str) -> Result<()> {
    program.add_accounts_up_to(ACCOUNTS)?;
    let list = DayRequest::Legacy("serviceaccount/list", json!({ "pageStart": 1, "pageSize": 5 }));
    let page = json!({ "request": { "data_id": day, "cursor": 0, "size": 5 } });
    let one = json!({ "request": { "data_id": day } });
    let lives = json!({ "param_video_live_summary_request": { "data_id": day } });
    let inactive = json!({ "statDate": day, "pageNumber": 1, "pageSize": 5 });
    let legacy = |path, body: &Value| DayRequest::Legacy(path, body.clone());
    let get = |path: &str, query: &str| DayRequest::Get(format!("{}{query}", path.replace("{day}", day)));
    let requests = [
        ("chat", legacy("kac/datav/chat/summary/get", &one)),
        ("meetings", legacy("kac/v2/datav/videoconf/get", &one)),
        ("lives", legacy("kac/datav/videolive/get", &lives)),
        ("active", legacy("kac/datav/dau/summary/get", &one)),
        ("departments", legacy("kac/datav/dept/chat/summary/list", &page)),
        ("lives one by one", legacy("kac/datav/videolive/detail/list", &page)),
        ("never signed in", legacy("kac/datav/inactivated/user/list", &page)),
        ("active in a month", get("exclusive/data/dau/org/{day}", "")),
        ("reports of departments", get("exclusive/data/report/dept/{day}", "?nextToken=0&maxResults=5")),
        ("service accounts", get("exclusive/data/publisher/{day}", "?nextToken=0&maxResults=5")),
        ("versions", get("exclusive/data/appVersion/org/{day}", "?nextToken=0&maxResults=5")),
        ("groups", get("exclusive/data/activeGroups?statDate={day}", "&pageNumber=1&pageSize=5")),
        ("inactive", DayRequest::Post("exclusive/inactives/users/query", inactive)),
        ("catalogue of chat", get("datacenter/groupMessageData?statDate={day}", "")),
        ("catalogue of members", get("datacenter/activeUserData?statDate={day}", "")),
    ];
    let mut line = String::new();
    for (name, request) in &requests {
        let (mut elapsed, mut processor) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let measure = |request: &DayRequest| {
                processor_time_of(program.process(), || request.responses_a_second(folder, program))
            };
            let (of_request, requests) = measure(request)?;
            let (of_list, lists) = measure(&list)?;
            elapsed.push(lists / requests);
            processor.push(times(of_request, of_list) * lists / requests);
        }
        elapsed.sort_by(f64::total_cmp);
        processor.sort_by(f64::total_cmp);
        write!(line, " {name} {:.1} ({:.1}),", median(&elapsed), median(&processor))?;
    }
    println!(
        "  response time about that day, relative to serviceaccount/list (aim: 2), and processor time in parentheses:{}",
        line.trim_end_matches(',')
    );
    Ok(())
}

impl DayRequest {
    /// Responses a second. The first one must succeed, and is not counted.
    fn responses_a_second(&self, folder: &Path, program: &Program) -> Result<f64> {
        match self {
            Self::Legacy(path, body) => {
                program.call(path, body)?;
                wrk::posts_a_second(folder, &program.address(path), body)
            }
            Self::Get(path) => {
                program.get_v1(path)?;
                wrk::gets_a_second(folder, &program.address_v1(path), program.token_header())
            }
            Self::Post(path, body) => {
                program.call_v1(path, body)?;
                wrk::posts_a_second_with(folder, &program.address_v1(path), program.token_header(), body)
            }
        }
    }
}
