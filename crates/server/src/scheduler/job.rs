//! A job: what is done, how many organisations at the same time, and when it is due again.

use std::pin::Pin;

use carillon_model::{
    env::Env,
    error::{Error, Result},
    id::CorpId,
    time::Timestamp,
};
use carillon_store::DueWork;
use tokio::sync::Semaphore;

/// Organisations for which the same job runs at the same time.
const AT_ONCE: usize = 4;

/// When a job is due again after a turn that succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// There is more to do. Others get their turn first.
    Now,
    /// At a moment.
    At(Timestamp),
    /// When it is told of work, mostly by a commit.
    WhenTold,
}

impl Next {
    /// After a time from now.
    pub fn after(env: &Env, ms: i64) -> Self {
        Self::At(env.now().plus_ms(ms))
    }
}

type Turn = Pin<Box<dyn Future<Output = Result<Next>> + Send>>;
type Run = Box<dyn Fn(Env, Option<CorpId>) -> Turn + Send + Sync>;

/// A job. Each turn does a bounded amount of work.
pub struct Job {
    pub(super) name: &'static str,
    of_server: bool,
    woken_by: Option<DueWork>,
    permits: Semaphore,
    run: Run,
}

impl Job {
    /// A job that each organisation has.
    pub fn of_organisations<F>(
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
        Self { name, of_server: false, woken_by: None, permits: Semaphore::new(AT_ONCE), run }
    }

    /// A job of the server itself.
    pub fn of_server<F>(name: &'static str, turn: impl Fn(Env) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Next>> + Send + 'static,
    {
        let run: Run = Box::new(move |env, _| Box::pin(turn(env)));
        Self { name, of_server: true, woken_by: None, permits: Semaphore::new(1), run }
    }

    /// The job with the commits that make it due.
    pub fn woken_by(self, work: DueWork) -> Self {
        Self { woken_by: Some(work), ..self }
    }

    /// The job for one organisation at a time: a turn of it is expensive.
    pub fn one_at_a_time(self) -> Self {
        Self { permits: Semaphore::new(1), ..self }
    }

    pub(super) fn is_of_server(&self) -> bool {
        self.of_server
    }

    pub(super) fn is_woken_by(&self, work: DueWork) -> bool {
        work == DueWork::Everything || self.woken_by == Some(work)
    }

    /// Takes a turn once it may.
    pub(super) async fn take_turn(&self, env: Env, corp: Option<CorpId>) -> Result<Next> {
        let _permit = self.permits.acquire().await.map_err(Error::internal)?;
        (self.run)(env, corp).await
    }
}
