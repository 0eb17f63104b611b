//! The clock, randomness and settings: the only inputs of a use case besides its arguments and rows.

mod clock;

use std::{cell::RefCell, ops::Deref, sync::Arc};

use clock::SystemClock;
pub use clock::{Clock, FixedClock, SettableClock, Sleep};

use crate::{settings::Settings, time::Timestamp};

/// A source of unguessable bytes.
pub trait Random: Send + Sync {
    /// Fills the whole buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// The environment of a use case. Cheap to clone: it is one reference count.
#[derive(Clone)]
pub struct Env(Arc<EnvInner>);

/// The contents of an [`Env`].
#[derive(Clone)]
pub struct EnvInner {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of randomness for ids and secrets.
    pub random: Arc<dyn Random>,
    /// Quotas and limits that the operator configures.
    pub settings: Arc<Settings>,
    /// The key of the data folder. Tokens are derived with it, so that the database alone reveals none.
    pub key: Arc<[u8; 32]>,
}

impl Deref for Env {
    type Target = EnvInner;

    fn deref(&self) -> &EnvInner {
        &self.0
    }
}

impl Env {
    /// An environment with the clock and randomness of the machine.
    pub fn system(settings: Settings, key: [u8; 32]) -> Self {
        Self(Arc::new(EnvInner {
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            settings: Arc::new(settings),
            key: Arc::new(key),
        }))
    }

    /// The same environment with another clock.
    pub fn with_clock(&self, clock: impl Clock + 'static) -> Self {
        Self(Arc::new(EnvInner { clock: Arc::new(clock), ..EnvInner::clone(self) }))
    }

    /// The same environment with another source of randomness.
    pub fn with_random(&self, random: impl Random + 'static) -> Self {
        Self(Arc::new(EnvInner { random: Arc::new(random), ..EnvInner::clone(self) }))
    }

    /// The same environment with other settings.
    pub fn with_settings(&self, settings: Settings) -> Self {
        Self(Arc::new(EnvInner { settings: Arc::new(settings), ..EnvInner::clone(self) }))
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Completes at a time, or when the clock is moved backward: see [`Clock::sleep_until`].
    pub fn sleep_until(&self, at: Timestamp) -> Sleep {
        self.clock.sleep_until(at)
    }

    /// Random bytes.
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }

    /// Returns a duration plus a random part of up to `1 / part` of it, so that simultaneous failures are not retried
    /// simultaneously.
    pub fn jittered(&self, ms: i64, part: i64) -> i64 {
        let [dice] = self.random_bytes::<1>();
        ms.saturating_add((ms / part.max(1)).saturating_mul(i64::from(dice)) / 255)
    }

    /// Random text of an alphabet of at most 256 characters, each equally likely.
    pub fn random_text(&self, alphabet: &[u8], length: usize) -> String {
        // Bytes above the last multiple of the size of the alphabet would favour its first characters.
        let fair = 256 - 256 % alphabet.len();
        let mut text = String::with_capacity(length);
        let mut bytes = [0; 64];
        while text.len() < length {
            let chunk = &mut bytes[..(length - text.len()).min(64)];
            self.random.fill(chunk);
            for byte in chunk.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < fair) {
                text.push(char::from(alphabet[byte % alphabet.len()]));
            }
        }
        text
    }
}

struct SystemRandom;

/// Bytes that a thread reads from the operating system at once, since that is a system call and every request needs some.
const POOL_BYTES: usize = 4_096;

/// Unused randomness: the last `left` bytes.
struct Pool {
    bytes: [u8; POOL_BYTES],
    left: usize,
}

thread_local! {
    static POOL: RefCell<Pool> = const { RefCell::new(Pool { bytes: [0; POOL_BYTES], left: 0 }) };
}

impl Random for SystemRandom {
    fn fill(&self, buffer: &mut [u8]) {
        if buffer.len() > POOL_BYTES {
            return fill_from_system(buffer);
        }
        POOL.with_borrow_mut(|pool| {
            if pool.left < buffer.len() {
                fill_from_system(&mut pool.bytes);
                pool.left = POOL_BYTES;
            }
            let start = POOL_BYTES - pool.left;
            let taken = &mut pool.bytes[start..start + buffer.len()];
            buffer.copy_from_slice(taken);
            // The bytes may become a secret, which must not stay here.
            taken.fill(0);
            pool.left -= buffer.len();
        });
    }
}

#[allow(clippy::disallowed_methods, clippy::expect_used)] // the one place that reads randomness from the system
fn fill_from_system(buffer: &mut [u8]) {
    // Without randomness it is better to stop than to issue guessable secrets.
    getrandom::fill(buffer).expect("the operating system provides randomness");
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_bytes_are_returned_twice() {
        let mut seen = HashSet::new();
        for _ in 0..3 * POOL_BYTES / 16 {
            let mut bytes = [0; 16];
            SystemRandom.fill(&mut bytes);
            assert!(seen.insert(bytes), "{bytes:?}");
        }
        let mut large = [0; POOL_BYTES + 1];
        SystemRandom.fill(&mut large);
        assert!(large.chunks(16).filter(|chunk| chunk.iter().all(|byte| *byte == 0)).count() == 0);
    }
}
