//! How often somebody may try a password.

use std::{
    hash::{BuildHasher, RandomState},
    num::NonZeroU32,
    time::Duration,
};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Tries in a row, per user id.
const BURST: NonZeroU32 = NonZeroU32::new(10).unwrap();
/// Another try after that many seconds.
const REFILL: Duration = Duration::from_secs(6);
/// User ids that are remembered before those that have not tried lately are forgotten.
const REMEMBERED: usize = 10_000;
/// Passwords that are checked at the same time: each takes 19 MiB while it lasts.
const AT_ONCE: usize = 4;

/// How often somebody may try a password, and how many passwords are checked at the same time.
pub struct Throttle {
    tries: DefaultKeyedRateLimiter<u64>,
    hasher: RandomState,
    checks: Semaphore,
}

impl Throttle {
    pub fn new() -> Self {
        // One try is refilled per period, up to the burst.
        let quota = Quota::with_period(REFILL).unwrap_or(Quota::per_minute(BURST)).allow_burst(BURST);
        Self { tries: RateLimiter::keyed(quota), hasher: RandomState::new(), checks: Semaphore::new(AT_ONCE) }
    }

    /// Whether another try of this user id may be made now.
    pub fn may_try(&self, corp: &str, userid: &str) -> bool {
        if self.tries.len() > REMEMBERED {
            self.tries.retain_recent();
        }
        self.tries.check_key(&self.hasher.hash_one((corp, userid))).is_ok()
    }

    /// Waits until another password may be checked.
    pub async fn check(&self) -> Option<SemaphorePermit<'_>> {
        self.checks.acquire().await.ok()
    }
}
