//! `serviceaccount/list` under load, against two bare axum handlers: one that returns the same bytes, and one
//! that parses the request and builds the same response from values in memory.

use std::{process, time::Duration};

use anyhow::Result;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    baseline,
    measure::{median, processor_time_of, us},
    program::Program,
    wrk,
};

const ACCOUNTS: u64 = 20;
const ROUNDS: usize = 5;

pub fn run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let program = Program::start(&folder.path().join("data"), 300)?;
    program.add_accounts_up_to(ACCOUNTS)?;
    let body = json!({ "pageStart": 1, "pageSize": 5 });
    let answer = program.call("serviceaccount/list", &body)?;
    let all = program.call("serviceaccount/list", &json!({ "pageStart": 1, "pageSize": ACCOUNTS }))?;
    let accounts: Vec<Account> = serde_json::from_value(all["items"].clone())?;
    let build = move |request| page(&accounts, &request);
    let fixed = format!("http://{}/", baseline::serve(answer.to_string())?);
    let built = format!("http://{}/", baseline::serve_built(build)?);
    same_length(&built, &body, &answer)?;
    let full = program.address("serviceaccount/list");

    let (mut rounds, mut processor) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        // The bare handlers run in this process.
        let servers = [(&full, program.process()), (&fixed, process::id()), (&built, process::id())];
        let [carillon, fixed, built] = servers.map(|(url, process)| {
            processor_time_of(process, || wrk::posts_a_second(folder.path(), url, &body))
        });
        let ((of_carillon, carillon), (_, fixed), (of_built, built)) = (carillon?, fixed?, built?);
        let each = |processor: Duration, rate: f64| us(processor) / (rate * f64::from(wrk::SECONDS));
        let (of_carillon, of_built) = (each(of_carillon, carillon), each(of_built, built));
        processor.push((of_built / of_carillon, of_carillon, of_built));
        rounds.push((carillon / built, carillon / fixed, carillon, fixed, built));
    }
    rounds.sort_by(|a, b| a.0.total_cmp(&b.0));
    processor.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (of_built, of_fixed, carillon, fixed, built) = median(&rounds);
    let (processor, processor_carillon, processor_built) = median(&processor);
    println!(
        "  5 of {ACCOUNTS} accounts: {carillon:.0}/s; bare axum that builds the response {built:.0}/s: {of_built:.2} of it (aim: \
         0.90); bare axum that returns fixed bytes {fixed:.0}/s: {of_fixed:.2} of it; processor time for each \
         {processor_carillon:.1} us, of the bare axum that builds it {processor_built:.1} us: {processor:.2}"
    );
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    page_start: usize,
    page_size: usize,
}

#[derive(Serialize)]
struct Response {
    errcode: i64,
    errmsg: &'static str,
    request_id: String,
    total_count: usize,
    item_count: usize,
    items: Vec<Account>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Account {
    desc: String,
    preview_media_id: String,
    brief: String,
    avatar_media_id: String,
    name: String,
    status: Value,
    unionid: String,
}

fn page(accounts: &[Account], request: &Request) -> Response {
    let before = request.page_start.saturating_sub(1) * request.page_size;
    let items: Vec<Account> = accounts.iter().skip(before).take(request.page_size).cloned().collect();
    Response {
        errcode: 0,
        errmsg: "ok",
        request_id: "abcdefghijkl".to_owned(),
        total_count: accounts.len(),
        item_count: items.len(),
        items,
    }
}

/// The two responses may differ in their ids alone.
fn same_length(built: &str, body: &Value, answer: &Value) -> Result<()> {
    let baseline: Value = ureq::post(built).send_json(body)?.body_mut().read_json()?;
    let (baseline, carillon) = (baseline.to_string().len(), answer.to_string().len());
    anyhow::ensure!(baseline == carillon, "the bare handler returns {baseline} bytes, the server {carillon}");
    Ok(())
}
