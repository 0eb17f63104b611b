//! Clocks, which return the time and can be waited for.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::Duration,
};

use futures_timer::Delay;

use crate::time::Timestamp;

/// A wait until a time. Boxed and independent of any runtime, so that a clock can be an input everywhere.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A clock for the time of day. Deadlines of sockets and leases use real time and no clock.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;

    /// Completes when the clock shows `at` or later. It also completes if the clock is moved backward after this call (not only
    /// after the first poll): the caller must read the time again and decide how long to wait.
    fn sleep_until(&self, at: Timestamp) -> Sleep;
}

/// The machine's clock.
pub(super) struct SystemClock;

/// The interval at which a long wait reads the clock again, since the clock of the machine can be moved at any time.
const MAX_SLEEP: Duration = Duration::from_secs(30);

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)] // the one place that reads the clock of the machine
    fn now(&self) -> Timestamp {
        Timestamp(jiff::Timestamp::now().as_millisecond())
    }

    fn sleep_until(&self, at: Timestamp) -> Sleep {
        let mut now = Self.now();
        Box::pin(async move {
            while now < at {
                let left = Duration::from_millis(at.0.saturating_sub(now.0).unsigned_abs());
                Delay::new(left.min(MAX_SLEEP)).await;
                let before = std::mem::replace(&mut now, Self.now());
                if now < before {
                    return;
                }
            }
        })
    }
}

/// A clock that stands still.
pub struct FixedClock(pub Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }

    fn sleep_until(&self, at: Timestamp) -> Sleep {
        if at <= self.0 { Box::pin(std::future::ready(())) } else { Box::pin(std::future::pending()) }
    }
}

/// A clock that stands still until it is set. Clones are the same clock.
#[derive(Clone)]
pub struct SettableClock(Arc<Mutex<Setting>>);

struct Setting {
    now: Timestamp,
    /// How often the clock was moved backward.
    moved_back: u64,
    /// Wakers of waiting tasks, which poll again when the clock is set.
    waiting: Vec<Waker>,
}

impl SettableClock {
    /// A clock that shows `now`.
    pub fn new(now: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(Setting { now, moved_back: 0, waiting: Vec::new() })))
    }

    /// Moves the clock, forward or backward, and wakes all waiting tasks.
    pub fn set(&self, now: Timestamp) {
        let mut setting = self.setting();
        if now < setting.now {
            setting.moved_back += 1;
        }
        setting.now = now;
        let waiting = std::mem::take(&mut setting.waiting);
        drop(setting);
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Moves the clock forward by milliseconds.
    pub fn advance(&self, ms: i64) {
        let now = self.now();
        self.set(now.plus_ms(ms));
    }

    fn setting(&self) -> MutexGuard<'_, Setting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for SettableClock {
    fn now(&self) -> Timestamp {
        self.setting().now
    }

    fn sleep_until(&self, at: Timestamp) -> Sleep {
        let moved_back = self.setting().moved_back;
        Box::pin(SettableSleep { clock: self.clone(), at, moved_back })
    }
}

struct SettableSleep {
    clock: SettableClock,
    at: Timestamp,
    moved_back: u64,
}

impl Future for SettableSleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut setting = self.clock.setting();
        if setting.now >= self.at || setting.moved_back != self.moved_back {
            return Poll::Ready(());
        }
        // A task may poll again before the clock moves.
        if !setting.waiting.iter().any(|waker| waker.will_wake(context.waker())) {
            setting.waiting.push(context.waker().clone());
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::mpsc::{self, Receiver},
        task::Wake,
        thread,
    };

    use super::*;

    const START: Timestamp = Timestamp(1_760_000_000_000);

    /// Sends a message at each wake-up.
    struct CountingWaker(mpsc::Sender<()>);

    impl Wake for CountingWaker {
        fn wake(self: Arc<Self>) {
            let _ = self.0.send(());
        }
    }

    fn counting_waker() -> (Waker, Receiver<()>) {
        let (sender, wake_ups) = mpsc::channel();
        (Arc::new(CountingWaker(sender)).into(), wake_ups)
    }

    fn is_ready(sleep: &mut Sleep, waker: &Waker) -> bool {
        sleep.as_mut().poll(&mut Context::from_waker(waker)).is_ready()
    }

    #[test]
    fn a_settable_clock_completes_at_the_time_and_not_before() {
        let clock = SettableClock::new(START);
        let (waker, wake_ups) = counting_waker();
        let mut sleep = clock.sleep_until(START.plus_ms(1_000));
        assert!(!is_ready(&mut sleep, &waker));
        assert!(!is_ready(&mut sleep, &waker), "two polls give one wake-up");
        clock.advance(999);
        assert_eq!(wake_ups.try_iter().count(), 1);
        assert!(!is_ready(&mut sleep, &waker));
        clock.advance(1);
        assert_eq!(wake_ups.try_iter().count(), 1);
        assert!(is_ready(&mut sleep, &waker));
        assert!(is_ready(&mut clock.sleep_until(START), &waker), "the time has passed");
    }

    #[test]
    fn a_settable_clock_that_moves_backward_ends_earlier_waits() {
        let clock = SettableClock::new(START);
        let (waker, wake_ups) = counting_waker();
        let mut sleep = clock.sleep_until(START.plus_ms(1_000));
        assert!(!is_ready(&mut sleep, &waker));
        clock.set(START.plus_ms(-1));
        assert_eq!(wake_ups.try_iter().count(), 1);
        assert!(is_ready(&mut sleep, &waker));
        assert!(!is_ready(&mut clock.sleep_until(START), &waker), "a wait that began later continues");
    }

    #[test]
    fn a_fixed_clock_never_reaches_a_later_time() {
        let (waker, _wake_ups) = counting_waker();
        assert!(is_ready(&mut FixedClock(START).sleep_until(START), &waker));
        assert!(!is_ready(&mut FixedClock(START).sleep_until(START.plus_ms(1)), &waker));
    }

    #[test]
    fn the_system_clock_needs_no_runtime() {
        struct Unpark(thread::Thread);
        impl Wake for Unpark {
            fn wake(self: Arc<Self>) {
                self.0.unpark();
            }
        }
        let waker = Arc::new(Unpark(thread::current())).into();
        let at = SystemClock.now().plus_ms(20);
        let mut sleep = SystemClock.sleep_until(at);
        while !is_ready(&mut sleep, &waker) {
            thread::park();
        }
        assert!(SystemClock.now() >= at);
    }
}
