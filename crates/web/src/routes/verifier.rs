//! Verifies and hashes passwords, a few at a time: each takes 19 MiB and a processor.

use std::sync::Arc;

use carillon_domain::password;
use carillon_model::{
    env::Env,
    error::{Error, Result},
};
use tokio::sync::Semaphore;

/// The most passwords that are verified at the same time.
const MAX_CONCURRENT: usize = 2;

/// A change of a password.
pub struct Change {
    /// The hash of the current password.
    pub hash: String,
    /// The current password, as typed.
    pub current: String,
    /// The new password.
    pub new: String,
}

/// A bounded queue for verifying passwords.
pub struct Verifier {
    queue: Arc<Semaphore>,
    permits: Arc<Semaphore>,
}

impl Verifier {
    /// Creates a queue in which up to `max_waiting` passwords wait.
    pub fn new(max_waiting: usize) -> Self {
        let semaphore = |permits| Arc::new(Semaphore::new(permits));
        Self {
            queue: semaphore(MAX_CONCURRENT.saturating_add(max_waiting)),
            permits: semaphore(MAX_CONCURRENT),
        }
    }

    /// Returns whether a password matches a hash; `None` if the queue is full. `hash` is empty for members who do not exist.
    pub async fn verify(&self, hash: String, password: String) -> Result<Option<bool>> {
        self.run_queued(move || password::verify(&hash, &password)).await
    }

    /// Returns the hash of the new password, or `Some(None)` if the current one is wrong; `None` if the queue is full.
    pub async fn change(&self, env: &Env, change: Change) -> Result<Option<Option<String>>> {
        let env = env.clone();
        let work = move || {
            let matches = password::verify(&change.hash, &change.current)?;
            matches.then(|| password::hash(&env, &change.new)).transpose()
        };
        self.run_queued(work).await
    }

    /// Returns the hash of a password; `None` if the queue is full.
    pub async fn hash(&self, env: &Env, password: String) -> Result<Option<String>> {
        let env = env.clone();
        self.run_queued(move || password::hash(&env, &password)).await
    }

    /// Runs slow work on a blocking thread; returns `None` if the queue is full.
    async fn run_queued<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let Ok(queued) = Arc::clone(&self.queue).try_acquire_owned() else { return Ok(None) };
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(Error::internal)?;
        let verifying = tokio::task::spawn_blocking(move || {
            // The work goes on if the caller is dropped, so it holds its permits.
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
