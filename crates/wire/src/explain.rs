//! Why a call was refused: what was wrong, what holds now, and what to do next. It is computed when it is read, from the journal and from
//! the stored state, so that it tells whether the problem is still there.

mod advice;
mod ids;
mod now;
mod page;

use std::borrow::Cow;

use carillon_model::{
    env::Env,
    error::{Error, Result},
    id::CorpId,
    time::{self, Timestamp},
};
use carillon_store::{CallRow, RefusalRow, Tx};
use jiff::tz::TimeZone;

pub use advice::Advice;
pub use page::{Page, of as page_of};

use crate::{
    catalog::{Catalog, CatalogEntry},
    journal::Cause,
};

/// A sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// In Chinese.
    pub zh: Cow<'static, str>,
    /// In English.
    pub en: Cow<'static, str>,
}

/// Why a call was refused.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// What was wrong.
    pub wrong: Sentence,
    /// What holds now, where the stored state knows more.
    pub now: Vec<Sentence>,
    /// What to do next.
    pub next: Sentence,
    /// The vendor's page of the operation.
    pub page: Option<Page>,
    /// The place of the operation in the OpenAPI document; empty for an unknown path.
    pub document_path: String,
}

/// What the sentences about a call are made from.
struct Subject<'a> {
    env: &'a Env,
    catalog: &'a Catalog,
    corp: &'a CorpId,
    call: &'a CallRow,
    refusal: &'a RefusalRow,
    zone: TimeZone,
}

/// Explains a refused call. `None` for one that succeeded.
///
/// # Errors
/// The storage failed.
pub fn explain(
    tx: &mut Tx<'_>,
    env: &Env,
    catalog: &Catalog,
    corp: &CorpId,
    call: &CallRow,
) -> Result<Option<Explanation>> {
    let Some(refusal) = &call.refusal else { return Ok(None) };
    let zone = time::zone(&tx.state().corp(corp)?.corp.time_zone)
        .ok_or_else(|| Error::internal("the organisation has no known time zone"))?;
    let subject = Subject { env, catalog, corp, call, refusal, zone };
    // The rule is unknown if another version recorded the call.
    let cause = Cause::parse(&refusal.cause).unwrap_or(Cause::Fault);
    let Advice { wrong, next } = advice_of(cause);
    let mut now = now::sentences(tx, &subject, cause)?;
    now.extend(ids::sentences(tx, &subject)?);
    let operation = catalog.get(&call.operation);
    Ok(Some(Explanation {
        wrong,
        now,
        next,
        page: page::of(&call.operation),
        document_path: operation.map(CatalogEntry::document_path).unwrap_or_default(),
    }))
}

/// What a cause means, and what to do next.
pub fn advice_of(cause: Cause) -> Advice {
    match cause {
        Cause::Rule(rule) => advice::of(rule),
        Cause::Field => advice::of_field(),
        Cause::Fault => advice::of_fault(),
    }
}

impl Subject<'_> {
    fn time(&self, at: Timestamp) -> String {
        at.format_in(&self.zone)
    }
}

fn sentence(zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Sentence {
    Sentence { zh: zh.into(), en: en.into() }
}
