//! The clock, randomness and settings: the only way in for anything that is not an argument or a row.

mod clock;

use std::{cell::RefCell, ops::Deref, sync::Arc};

use clock::SystemClock;
pub use clock::{Clock, FixedClock, SettableClock, Sleep};

use crate::{settings::Settings, time::Timestamp};

/// Gives unguessable bytes.
pub trait Random: Send + Sync {
    /// Fills the whole buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// What a use case may know of the world. Every call has its own: a clone is one count.
#[derive(Clone)]
pub struct Env(Arc<EnvInner>);

/// What an `Env` is made of.
#[derive(Clone)]
pub struct EnvInner {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of ids and secrets.
    pub random: Arc<dyn Random>,
    /// Quotas and limits that an operator can set.
    pub settings: Arc<Settings>,
    /// The key of the data folder: tokens are derived with it, so that the database alone gives none away.
    pub key: Arc<[u8; 32]>,
}

impl Deref for Env {
    type Target = EnvInner;

    fn deref(&self) -> &EnvInner {
        &self.0
    }
}

impl Env {
    /// The machine's clock and randomness.
    pub fn system(settings: Settings, key: [u8; 32]) -> Self {
        Self(Arc::new(EnvInner {
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            settings: Arc::new(settings),
            key: Arc::new(key),
        }))
    }

    /// The same world with another clock.
    pub fn with_clock(&self, clock: impl Clock + 'static) -> Self {
        Self(Arc::new(EnvInner { clock: Arc::new(clock), ..EnvInner::clone(self) }))
    }

    /// The same world with another source of ids and secrets.
    pub fn with_random(&self, random: impl Random + 'static) -> Self {
        Self(Arc::new(EnvInner { random: Arc::new(random), ..EnvInner::clone(self) }))
    }

    /// The same world with other settings.
    pub fn with_settings(&self, settings: Settings) -> Self {
        Self(Arc::new(EnvInner { settings: Arc::new(settings), ..EnvInner::clone(self) }))
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Completes when the clock shows a moment, or was moved backward: see [`Clock::sleep_until`].
    pub fn sleep_until(&self, at: Timestamp) -> Sleep {
        self.clock.sleep_until(at)
    }

    /// Random bytes.
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }

    /// A time in milliseconds and up to `1 / part` of it more, so that what failed together is not tried together.
    pub fn jittered(&self, ms: i64, part: i64) -> i64 {
        let [dice] = self.random_bytes::<1>();
        ms.saturating_add((ms / part.max(1)).saturating_mul(i64::from(dice)) / 255)
    }

    /// Random text of the given alphabet, each character equally likely. The alphabet has at most 256 characters.
    pub fn random_text(&self, alphabet: &[u8], length: usize) -> String {
        // Bytes past the last whole multiple of the alphabet's size would favour its first characters.
        let fair = 256 - 256 % alphabet.len();
        let mut text = String::with_capacity(length);
        let mut bytes = [0; 64];
        while text.len() < length {
            let asked = &mut bytes[..(length - text.len()).min(64)];
            self.random.fill(asked);
            for byte in asked.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < fair) {
                text.push(char::from(alphabet[byte % alphabet.len()]));
            }
        }
        text
    }
}

struct SystemRandom;

/// Bytes that a thread asks for at once: every request needs some, and asking is a system call.
const POOL_BYTES: usize = 4_096;

/// Randomness that was not given out yet: the last `left` bytes.
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
            return ask_the_machine(buffer);
        }
        POOL.with_borrow_mut(|pool| {
            if pool.left < buffer.len() {
                ask_the_machine(&mut pool.bytes);
                pool.left = POOL_BYTES;
            }
            let start = POOL_BYTES - pool.left;
            let taken = &mut pool.bytes[start..start + buffer.len()];
            buffer.copy_from_slice(taken);
            // What became a secret must not lie here any longer.
            taken.fill(0);
            pool.left -= buffer.len();
        });
    }
}

#[allow(clippy::disallowed_methods, clippy::expect_used)] // the one place that asks the machine for randomness
fn ask_the_machine(buffer: &mut [u8]) {
    // Without randomness no secret can be made: better to stop than to hand out a guessable one.
    getrandom::fill(buffer).expect("the operating system gives randomness");
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_bytes_are_given_out_twice() {
        let mut given = HashSet::new();
        for _ in 0..3 * POOL_BYTES / 16 {
            let mut bytes = [0; 16];
            SystemRandom.fill(&mut bytes);
            assert!(given.insert(bytes), "{bytes:?}");
        }
        let mut large = [0; POOL_BYTES + 1];
        SystemRandom.fill(&mut large);
        assert!(large.chunks(16).filter(|chunk| chunk.iter().all(|byte| *byte == 0)).count() == 0);
    }
}
