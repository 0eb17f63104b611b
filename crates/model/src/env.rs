//! The clock, randomness and settings: the only way in for anything that is not an argument or a row.

use std::sync::Arc;

use crate::{settings::Settings, time::Timestamp};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// Gives unguessable bytes.
pub trait Random: Send + Sync {
    /// Fills the whole buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// What a use case may know of the world.
#[derive(Clone)]
pub struct Env {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of ids and secrets.
    pub random: Arc<dyn Random>,
    /// Quotas and limits that an operator can set.
    pub settings: Arc<Settings>,
    /// The key of the data folder: tokens are derived with it, so that the database alone gives none away.
    pub key: Arc<[u8; 32]>,
}

impl Env {
    /// The machine's clock and randomness.
    pub fn system(settings: Settings, key: [u8; 32]) -> Self {
        Self {
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            settings: Arc::new(settings),
            key: Arc::new(key),
        }
    }

    /// The same world with another clock.
    pub fn at(&self, clock: impl Clock + 'static) -> Self {
        Self { clock: Arc::new(clock), ..self.clone() }
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }

    /// Random text of the given alphabet, each character equally likely. The alphabet has at most 256 characters.
    pub fn text(&self, alphabet: &[u8], length: usize) -> String {
        // Bytes past the last whole multiple of the alphabet's size would favour its first characters.
        let fair = 256 - 256 % alphabet.len();
        let mut text = String::with_capacity(length);
        let mut bytes = [0; 64];
        while text.len() < length {
            self.random.fill(&mut bytes);
            for byte in bytes.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < fair) {
                if text.len() < length {
                    text.push(char::from(alphabet[byte % alphabet.len()]));
                }
            }
        }
        text
    }
}

struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)] // the one place that asks the machine for the time
    fn now(&self) -> Timestamp {
        Timestamp(jiff::Timestamp::now().as_millisecond())
    }
}

struct SystemRandom;

impl Random for SystemRandom {
    #[allow(clippy::disallowed_methods, clippy::expect_used)] // the one place that asks the machine for randomness
    fn fill(&self, buffer: &mut [u8]) {
        // Without randomness no secret can be made: better to stop than to hand out a guessable one.
        getrandom::fill(buffer).expect("the operating system gives randomness");
    }
}

/// A clock that stands where it was put.
pub struct FixedClock(pub Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}
