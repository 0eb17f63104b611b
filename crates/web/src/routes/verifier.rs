//! Verifying and hashing passwords a few at a time: each takes 19 MiB and a processor while it lasts.

use std::sync::Arc;

use carillon_domain::password;
use carillon_model::{
    env::Env,
    error::{Error, Result},
};
use tokio::sync::Semaphore;

/// Passwords that are verified at the same time.
const MAX_CONCURRENT: usize = 2;

/// A password to be replaced.
pub struct Change {
    /// The hash of the current one.
    pub hash: String,
    /// The current one as it was typed.
    pub current: String,
    /// The new one.
    pub new: String,
}

/// A bounded queue before the verification of passwords.
pub struct Verifier {
    queue: Arc<Semaphore>,
    permits: Arc<Semaphore>,
}

impl Verifier {
    /// One with so many places to wait.
    pub fn new(max_waiting: usize) -> Self {
        let semaphore = |permits| Arc::new(Semaphore::new(permits));
        Self {
            queue: semaphore(MAX_CONCURRENT.saturating_add(max_waiting)),
            permits: semaphore(MAX_CONCURRENT),
        }
    }

    /// Whether a password belongs to a hash, which is empty for members who do not exist. `None` if too many wait already.
    pub async fn verify(&self, hash: String, password: String) -> Result<Option<bool>> {
        self.run_queued(move || password::verify(&hash, &password)).await
    }

    /// The hash of a new password, `None` inside if the current one is wrong. `None` if too many wait already.
    pub async fn change(&self, env: &Env, change: Change) -> Result<Option<Option<String>>> {
        let env = env.clone();
        let work = move || {
            let matches = password::verify(&change.hash, &change.current)?;
            matches.then(|| password::hash(&env, &change.new)).transpose()
        };
        self.run_queued(work).await
    }

    /// Does slow work in its permit. `None` if too many wait already.
    async fn run_queued<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let Ok(queued) = Arc::clone(&self.queue).try_acquire_owned() else { return Ok(None) };
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(Error::internal)?;
        let verifying = tokio::task::spawn_blocking(move || {
            // A caller who goes away does not end the work, which keeps its permit.
            let _held = (queued, permit);
            work()
        });
        verifying.await.map_err(Error::internal)?.map(Some)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::Future,
        pin::pin,
        task::{Context, Poll, Waker},
    };

    use super::*;

    #[tokio::test]
    async fn a_full_queue_refuses_at_once() {
        let verifier = Verifier::new(2);
        let verify = || verifier.verify(String::new(), "x".to_owned());
        let mut context = Context::from_waker(Waker::noop());
        let mut waiting: Vec<_> = (0..MAX_CONCURRENT + 2).map(|_| Box::pin(verify())).collect();
        for one in &mut waiting {
            assert!(one.as_mut().poll(&mut context).is_pending());
        }
        let one_more = pin!(verify());
        assert!(matches!(one_more.poll(&mut context), Poll::Ready(Ok(None))));
        for one in waiting {
            assert_eq!(one.await, Ok(Some(false)));
        }
        assert_eq!(verify().await, Ok(Some(false)), "there is room again");
    }
}
