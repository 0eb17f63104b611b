//! `carillon.facts_ingest`: ingests facts, one JSON object on each line. An operation of Carillon.

use carillon_domain::stats::fact::{FactSource, Ingested};
use carillon_model::{
    error::{Error, Result, Rule},
    fact::FactLine,
};
use carillon_wire::{Call, Context, Operation, Raw, RawContent, raw_body::RawBody};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::Semaphore;

use crate::facts::{self, BadLine, Lines, Mode};
use crate::v1_0::carillon::APPS_AND_LOCAL;

/// Bytes of a body, compressed or not.
const MAX_BODY_BYTES: usize = 16 << 20;
/// Bytes of a gzip body when unpacked.
const MAX_UNPACKED_BYTES: u64 = 64 << 20;
/// Lines of a body.
const MAX_LINES: usize = 50_000;
/// Lines of one unit of work. Other changes wait for it.
const UNIT_LINES: usize = 10_000;
/// Bodies that are unpacked and read concurrently: each takes a processor.
static UNPACKING: Semaphore = Semaphore::const_new(2);
/// Bad lines in a response.
const MAX_REPORTED_LINES: usize = 100;

/// Two lines.
const EXAMPLE: &str = "{\"id\":\"fact0001\",\"time\":1760000000000,\"userId\":\"user01\",\"kind\":\"login\",\"client\":\"iOS\",\"appVersion\":\"7.0.10\"}
{\"id\":\"fact0002\",\"time\":1760000000000,\"userId\":\"user01\",\"kind\":\"single_message\",\"count\":3}
";

/// The query.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// Write the good lines and skip the bad ones. Otherwise nothing is written unless all lines are good. Lines are written in parts of
    /// 10,000. If a line becomes bad meanwhile, because its member is removed, the parts before it stay, and the call can be repeated.
    skip_bad_lines: Option<bool>,
    /// Write nothing; only report bad lines.
    dry_run: Option<bool>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The number of facts that were new.
    added: usize,
    /// The number of facts whose ids were known; they stay as they are.
    known: usize,
    /// The number of lines that are refused.
    bad_count: usize,
    /// The first hundred bad lines; empty if all are good.
    bad_lines: Vec<BadLine>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.facts_ingest", "/v1.0/carillon/facts")
        .title("写入事实数据", "Take in facts")
        .purpose(
            "批量写入统计所依据的事实（登录、消息、会议、审批等）。请求体为 NDJSON，每行一个 JSON 对象，含 `id`、`time`、`kind`、可选的 `userId` 和该类事实的字段，可用 gzip 压缩，最多 50,000 行、16 MB。`id` 相同的事实只计一次，可以放心重发；写入后，相关日期的统计会重新计算。",
            "Takes in the facts that statistics are computed from, such as sign-ins, messages, meetings and approvals. The body is NDJSON, plain or gzip: an object with `id`, `time`, `kind`, usually `userId`, and the fields of its kind on each of at most 50,000 lines, 16 MB in all. A known `id` changes nothing, so a call can be repeated; statistics of past days are computed anew.",
        )
        .permission("Carillon.Fact.Write")
        .callers(APPS_AND_LOCAL)
        .errors(&[
            Rule::FactsInvalid,
            Rule::BodyMissing,
            Rule::BodyTooLarge,
            Rule::BodyUnreadable,
            Rule::Overloaded,
        ])
        .body_limit(MAX_BODY_BYTES)
        .example(json!({ "skipBadLines": false, "dryRun": false }))
        .raw(
            RawContent::lines(
                "每行一条事实，为一个 JSON 对象，行与行之间用换行符分隔；空行会跳过，每行最多 64 kB。除下列字段外，还有该类事实的字段。",
                "Facts, one JSON object on each line. Blank lines are skipped; a line has at most 64 kB. Besides these fields, a line has those of its kind.",
                FactLine::schema,
                EXAMPLE,
            ),
            handle,
        )
}

async fn handle(context: Context, call: Call, raw: Raw<Request>) -> Result<Response> {
    let mode = match (raw.fields.dry_run.unwrap_or(false), raw.fields.skip_bad_lines.unwrap_or(false)) {
        (true, _) => Mode::DryRun,
        (false, true) => Mode::SkipBadLines,
        (false, false) => Mode::AllOrNothing,
    };
    let unpacking = UNPACKING.acquire().await.map_err(Error::internal)?;
    let read = tokio::task::spawn_blocking(move || lines(raw.body)).await;
    drop(unpacking);
    let mut lines = read.map_err(Error::internal)??;
    let (env, corp) = (call.env.clone(), call.corp().clone());
    // All lines are checked before the first one is written, on a reader thread, so that no other change waits.
    let checked = context.store.read(call.corp(), move |tx| {
        lines.check(tx, &env, &corp, FactSource::Sent)?;
        Ok(lines)
    });
    let mut checked = checked.await?;
    let mut bad = std::mem::take(&mut checked.bad);
    if mode == Mode::AllOrNothing && !bad.is_empty() {
        return Err(Error::because(Rule::FactsInvalid, bad_lines_text(&bad)));
    }
    let mut ingested = Ingested::default();
    if mode != Mode::DryRun {
        for part in checked.into_parts(UNIT_LINES) {
            let written = context.write(call.clone(), move |tx, call| {
                let result = facts::ingest(tx, &call.env, call.corp(), part, FactSource::Sent, mode)?;
                if mode == Mode::AllOrNothing && !result.bad.is_empty() {
                    return Err(Error::because(Rule::FactsInvalid, bad_lines_text(&result.bad)));
                }
                Ok(result)
            });
            let result = written.await?;
            ingested.added += result.ingested.added;
            ingested.known += result.ingested.known;
            bad.extend(result.bad);
        }
    }
    Ok(Response {
        added: ingested.added,
        known: ingested.known,
        bad_count: bad.len(),
        bad_lines: bad.into_iter().take(MAX_REPORTED_LINES).collect(),
    })
}

fn lines(body: RawBody) -> Result<Lines> {
    let text = body.reader(MAX_UNPACKED_BYTES)?;
    let lines = facts::ndjson_lines(text, MAX_LINES).map_err(|error| RawBody::error(&error))?;
    if lines.facts.is_empty() && lines.bad.is_empty() {
        return Err(Rule::BodyMissing.into());
    }
    Ok(lines)
}

fn bad_lines_text(bad: &[BadLine]) -> String {
    let listed: Vec<String> = bad.iter().take(MAX_REPORTED_LINES).map(BadLine::to_string).collect();
    let omitted = bad.len() - listed.len();
    let more = if omitted == 0 { String::new() } else { format!("; and {omitted} more") };
    format!("{}{more}", listed.join("; "))
}
