//! A clock and randomness that the test controls.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use carillon_model::{
    env::{Clock, Random, SettableClock, Sleep},
    time::Timestamp,
};

/// A clock that a test sets. Clones show the same time.
#[derive(Clone)]
pub struct ManualClock(SettableClock);

impl ManualClock {
    /// `now` in ms since 1970.
    pub fn new(now: i64) -> Self {
        Self(SettableClock::new(Timestamp(now)))
    }

    pub fn set(&self, now: i64) {
        self.0.set(Timestamp(now));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn sleep_until(&self, at: Timestamp) -> Sleep {
        self.0.sleep_until(at)
    }
}

/// Returns the same ids and secrets in the same order every time, so that whole responses of two servers can be
/// compared. Clones continue each other.
#[derive(Clone)]
pub struct SequentialRandom(Arc<AtomicU64>);

impl Default for SequentialRandom {
    fn default() -> Self {
        Self::at(1)
    }
}

impl SequentialRandom {
    /// Continues at a position.
    pub fn at(position: u64) -> Self {
        Self(Arc::new(AtomicU64::new(position)))
    }

    /// The position, which counts bytes.
    pub fn position(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Random for SequentialRandom {
    fn fill(&self, buffer: &mut [u8]) {
        for byte in buffer {
            // SplitMix64: consecutive numbers give bytes without a visible pattern.
            let mut mixed = self.0.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            *byte = (mixed >> 56) as u8;
        }
    }
}

/// Returns a number of cases, or a part of them in short tests, which `cargo xtask check` asks for.
pub fn cases(full: u32) -> u32 {
    if std::env::var_os("CARILLON_SHORT_TESTS").is_some() { full.div_ceil(6) } else { full }
}
