//! A job: its function, its concurrency, and when it is due again.

use std::pin::Pin;

use carillon_model::{
    env::Env,
    error::{Error, Result},
    id::CorpId,
    time::Timestamp,
};
use carillon_store::DueWork;
use tokio::sync::Semaphore;

/// The number of organisations for which a job runs at the same time.
const MAX_CONCURRENT: usize = 4;

/// When a job is due again after a turn that succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// There is more to do. Other organisations get their turn first.
    Now,
    /// At a time.
    At(Timestamp),
    /// When work is announced, mostly by a commit.
    WhenNotified,
}

impl Next {
    /// Due in `ms` milliseconds.
    pub fn after(env: &Env, ms: i64) -> Self {
        Self::At(env.now().plus_ms(ms))
    }
}

type Turn = Pin<Box<dyn Future<Output = Result<Next>> + Send>>;
type Run = Box<dyn Fn(Env, Option<CorpId>) -> Turn + Send + Sync>;

/// A job. Each turn does a bounded amount of work.
pub struct Job {
    pub(super) name: &'static str,
    server_wide: bool,
    triggered_by: Option<DueWork>,
    permits: Semaphore,
    run: Run,
}

impl Job {
    /// Creates a job that runs for each organisation.
    pub fn per_organisation<F>(
        name: &'static str,
        turn: impl Fn(Env, CorpId) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Next>> + Send + 'static,
    {
        let run: Run = Box::new(move |env, corp| match corp {
            Some(corp) => Box::pin(turn(env, corp)),
            None => Box::pin(std::future::ready(Err(Error::internal("a job of no organisation")))),
        });
        Self { name, server_wide: false, triggered_by: None, permits: Semaphore::new(MAX_CONCURRENT), run }
    }

    /// Creates a job that runs once for the server.
    pub fn server_wide<F>(name: &'static str, turn: impl Fn(Env) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Next>> + Send + 'static,
    {
        let run: Run = Box::new(move |env, _| Box::pin(turn(env)));
        Self { name, server_wide: true, triggered_by: None, permits: Semaphore::new(1), run }
    }

    /// Makes the job due when a commit announces this kind of work.
    pub fn triggered_by(self, work: DueWork) -> Self {
        Self { triggered_by: Some(work), ..self }
    }

    /// Runs the job for one organisation at a time, because its turns are expensive.
    pub fn one_at_a_time(self) -> Self {
        Self { permits: Semaphore::new(1), ..self }
    }

    pub(super) fn is_server_wide(&self) -> bool {
        self.server_wide
    }

    pub(super) fn is_triggered_by(&self, work: DueWork) -> bool {
        work == DueWork::Everything || self.triggered_by == Some(work)
    }

    /// Runs a turn once the concurrency limit allows it.
    pub(super) async fn take_turn(&self, env: Env, corp: Option<CorpId>) -> Result<Next> {
        let _permit = self.permits.acquire().await.map_err(Error::internal)?;
        (self.run)(env, corp).await
    }
}
