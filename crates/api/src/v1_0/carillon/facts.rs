//! `carillon.facts_ingest`: takes facts in, one JSON object on each line. An operation of Carillon's own.

use carillon_domain::stats::fact::{Ingested, Source};
use carillon_model::error::{Error, Result, Rule};
use carillon_wire::{Call, Context, Operation, Raw, raw_body::RawBody};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::Semaphore;

use crate::facts::{self, BadLine, Lines, Mode};
use crate::v1_0::carillon::APPS_AND_LOCAL;

/// Bytes of a body as it comes.
const BODY_BYTES: usize = 16 << 20;
/// Bytes of a body that came as gzip, unpacked.
const UNPACKED_BYTES: u64 = 64 << 20;
/// Lines of a body.
const MOST_LINES: usize = 50_000;
/// Lines of one unit of work, which others wait for.
const UNIT_LINES: usize = 2_000;
/// Bodies that are unpacked and read at the same time: each takes a processor.
static UNPACKING: Semaphore = Semaphore::const_new(2);
/// Bad lines that are told.
const MOST_TOLD: usize = 100;

/// The request, beside its body.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// Write the good lines although others are bad. Without it nothing is written unless all lines are good. Lines are written in
    /// parts of 2,000: when one becomes bad meanwhile, because its member is removed, the parts before it stay, and the call can be
    /// repeated.
    skip_bad_lines: Option<bool>,
    /// Write nothing; only tell what is wrong.
    dry_run: Option<bool>,
}

/// The answer.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// Facts that were new.
    added: usize,
    /// Facts that were known by their ids, and left as they are.
    known: usize,
    /// Lines that cannot be taken in.
    bad_count: usize,
    /// The first hundred of them.
    bad_lines: Vec<BadLine>,
}

/// The declaration.
pub fn operation() -> Operation {
    Operation::v1("carillon.facts_ingest", "/v1.0/carillon/facts")
        .title("写入事实数据", "Take in facts")
        .permission("Carillon.Fact.Write")
        .callers(APPS_AND_LOCAL)
        .errors(&[
            Rule::FactsInvalid,
            Rule::BodyMissing,
            Rule::BodyTooLarge,
            Rule::BodyUnreadable,
            Rule::Overloaded,
        ])
        .body_limit(BODY_BYTES)
        .example(json!({}))
        .raw("application/x-ndjson", answer)
}

async fn answer(context: Context, call: Call, raw: Raw<Request>) -> Result<Response> {
    let mode = match (raw.fields.dry_run.unwrap_or(false), raw.fields.skip_bad_lines.unwrap_or(false)) {
        (true, _) => Mode::DryRun,
        (false, true) => Mode::GoodOnes,
        (false, false) => Mode::AllOrNothing,
    };
    let unpacking = UNPACKING.acquire().await.map_err(Error::internal)?;
    let read = tokio::task::spawn_blocking(move || lines(raw.body)).await;
    drop(unpacking);
    let mut lines = read.map_err(Error::internal)??;
    let (env, corp) = (call.env.clone(), call.corp().clone());
    // All lines are checked before the first one is written, on a thread that holds up no other change.
    let checked = context.store.read(call.corp(), move |tx| {
        lines.check(tx, &env, &corp, Source::Sent)?;
        Ok(lines)
    });
    let mut checked = checked.await?;
    let mut bad = std::mem::take(&mut checked.bad);
    if mode == Mode::AllOrNothing && !bad.is_empty() {
        return Err(Error::because(Rule::FactsInvalid, in_words(&bad)));
    }
    let mut ingested = Ingested::default();
    if mode != Mode::DryRun {
        for part in checked.into_parts(UNIT_LINES) {
            let written = context.write(call.clone(), move |tx, call| {
                let taken = facts::take(tx, &call.env, call.corp(), part, Source::Sent, mode)?;
                if mode == Mode::AllOrNothing && !taken.bad.is_empty() {
                    return Err(Error::because(Rule::FactsInvalid, in_words(&taken.bad)));
                }
                Ok(taken)
            });
            let taken = written.await?;
            ingested.added += taken.ingested.added;
            ingested.known += taken.ingested.known;
            bad.extend(taken.bad);
        }
    }
    Ok(Response {
        added: ingested.added,
        known: ingested.known,
        bad_count: bad.len(),
        bad_lines: bad.into_iter().take(MOST_TOLD).collect(),
    })
}

fn lines(body: RawBody) -> Result<Lines> {
    let text = body.reader(UNPACKED_BYTES)?;
    let lines = facts::ndjson_lines(text, MOST_LINES).map_err(|error| RawBody::error(&error))?;
    if lines.facts.is_empty() && lines.bad.is_empty() {
        return Err(Rule::BodyMissing.into());
    }
    Ok(lines)
}

fn in_words(bad: &[BadLine]) -> String {
    let told: Vec<String> = bad.iter().take(MOST_TOLD).map(BadLine::to_string).collect();
    let rest = bad.len() - told.len();
    let more = if rest == 0 { String::new() } else { format!("; and {rest} more") };
    format!("{}{more}", told.join("; "))
}
