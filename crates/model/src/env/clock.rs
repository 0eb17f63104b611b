//! Clocks: they tell the time, and can be waited for.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::Duration,
};

use futures_timer::Delay;

use crate::time::Timestamp;

/// A wait for a moment. Boxed and independent of any runtime, so that a clock can be an input everywhere.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Tells the time of an organisation. Deadlines of sockets and leases are real time and need no clock.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;

    /// Completes when the clock shows `at` or later. It also completes when the clock was moved backward: a caller asks for the time
    /// again and decides anew how long to wait. That counts from the call on, not from the first poll.
    fn sleep_until(&self, at: Timestamp) -> Sleep;
}

/// The machine's clock.
pub(super) struct SystemClock;

/// The machine's clock can be moved at any time: a long wait looks at it again this often.
const LONGEST_NAP: Duration = Duration::from_secs(30);

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)] // the one place that asks the machine for the time
    fn now(&self) -> Timestamp {
        Timestamp(jiff::Timestamp::now().as_millisecond())
    }

    fn sleep_until(&self, at: Timestamp) -> Sleep {
        let mut now = Self.now();
        Box::pin(async move {
            while now < at {
                let left = Duration::from_millis(at.0.saturating_sub(now.0).unsigned_abs());
                Delay::new(left.min(LONGEST_NAP)).await;
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
    /// Tasks that wait; each asks again when the clock is set.
    waiting: Vec<Waker>,
}

impl SettableClock {
    /// A clock that shows `now`.
    pub fn new(now: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(Setting { now, moved_back: 0, waiting: Vec::new() })))
    }

    /// Moves the clock, forward or backward, and wakes all that wait for it.
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
        // A task that polls again before the clock moves is known already.
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

    /// Notes each wake-up.
    struct Bell(mpsc::Sender<()>);

    impl Wake for Bell {
        fn wake(self: Arc<Self>) {
            let _ = self.0.send(());
        }
    }

    fn bell() -> (Waker, Receiver<()>) {
        let (sender, rung) = mpsc::channel();
        (Arc::new(Bell(sender)).into(), rung)
    }

    fn is_over(sleep: &mut Sleep, waker: &Waker) -> bool {
        sleep.as_mut().poll(&mut Context::from_waker(waker)).is_ready()
    }

    #[test]
    fn a_settable_clock_wakes_at_the_moment_and_not_a_millisecond_before() {
        let clock = SettableClock::new(START);
        let (waker, rung) = bell();
        let mut sleep = clock.sleep_until(START.plus_ms(1_000));
        assert!(!is_over(&mut sleep, &waker));
        assert!(!is_over(&mut sleep, &waker), "asking twice leaves one wake-up");
        clock.advance(999);
        assert_eq!(rung.try_iter().count(), 1);
        assert!(!is_over(&mut sleep, &waker));
        clock.advance(1);
        assert_eq!(rung.try_iter().count(), 1);
        assert!(is_over(&mut sleep, &waker));
        assert!(is_over(&mut clock.sleep_until(START), &waker), "what is over needs no waiting");
    }

    #[test]
    fn a_settable_clock_that_moves_backward_ends_waits_so_that_they_are_planned_anew() {
        let clock = SettableClock::new(START);
        let (waker, rung) = bell();
        let mut sleep = clock.sleep_until(START.plus_ms(1_000));
        assert!(!is_over(&mut sleep, &waker));
        clock.set(START.plus_ms(-1));
        assert_eq!(rung.try_iter().count(), 1);
        assert!(is_over(&mut sleep, &waker));
        assert!(!is_over(&mut clock.sleep_until(START), &waker), "a wait that began later goes on");
    }

    #[test]
    fn a_fixed_clock_never_gets_anywhere() {
        let (waker, _rung) = bell();
        assert!(is_over(&mut FixedClock(START).sleep_until(START), &waker));
        assert!(!is_over(&mut FixedClock(START).sleep_until(START.plus_ms(1)), &waker));
    }

    #[test]
    fn the_machine_s_clock_is_waited_for_without_a_runtime() {
        struct Unpark(thread::Thread);
        impl Wake for Unpark {
            fn wake(self: Arc<Self>) {
                self.0.unpark();
            }
        }
        let waker = Arc::new(Unpark(thread::current())).into();
        let at = SystemClock.now().plus_ms(20);
        let mut sleep = SystemClock.sleep_until(at);
        while !is_over(&mut sleep, &waker) {
            thread::park();
        }
        assert!(SystemClock.now() >= at);
    }
}
