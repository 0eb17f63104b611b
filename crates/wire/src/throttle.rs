//! How often callers may call: the limits and answers of the vendor's gateway, all off unless they are set.

use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use carillon_model::{error::Rule, id::AppKey};
use serde::Deserialize;

use crate::{address::AddressRange, peer::address_key};

/// Addresses that are counted at the same time; beyond that the counts of those that are not blocked begin anew.
const ADDRESSES: usize = 100_000;

/// How often callers may call. Zero switches a limit off.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThrottleSettings {
    /// Calls a second of one operation by all callers together (90002); no number is documented.
    pub operation_per_second: u32,
    /// Calls a second of one operation by one app (90018); documented: 20.
    pub app_per_second: u32,
    /// Calls a calendar month by all apps of an organisation together (90020); documented: 5000.
    pub corp_per_month: u32,
    /// Whether the legacy host wraps these codes into 88, as it was seen to do, or answers them as they are documented.
    pub wrapped: bool,
    /// Calls of one address within `address_seconds`; documented: 10000.
    pub address_calls: u32,
    /// The seconds in which calls of an address are counted.
    pub address_seconds: u32,
    /// The seconds that an address is blocked for once it called too often.
    pub address_block_seconds: u32,
    /// The response to a blocked address.
    pub address_answer: BlockedAnswer,
    /// Proxies whose `X-Forwarded-For` tells the caller's address.
    pub trusted_proxies: Vec<AddressRange>,
}

/// The response to a blocked address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BlockedAnswer {
    /// An object with status 1111.
    Json,
    /// A page.
    Html,
}

impl Default for ThrottleSettings {
    fn default() -> Self {
        Self {
            operation_per_second: 0,
            app_per_second: 0,
            corp_per_month: 0,
            wrapped: true,
            address_calls: 0,
            address_seconds: 20,
            address_block_seconds: 300,
            address_answer: BlockedAnswer::Json,
            trusted_proxies: Vec::new(),
        }
    }
}

/// Time that only ever goes on, from some moment in the past.
#[derive(Clone)]
pub struct MonotonicClock(Arc<dyn Fn() -> Duration + Send + Sync>);

impl MonotonicClock {
    /// The machine's.
    pub fn of_machine() -> Self {
        let began = Instant::now();
        Self::new(move || began.elapsed())
    }

    /// As a function tells.
    pub fn new(since: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        Self(Arc::new(since))
    }
}

impl MonotonicClock {
    fn now(&self) -> Duration {
        (self.0)()
    }
}

/// Counts calls. There are no more keys than operations, and apps times operations.
pub(crate) struct Throttle {
    clock: MonotonicClock,
    per_second: Option<Mutex<PerSecond>>,
    by_address: Option<Addresses>,
}

impl Throttle {
    pub(crate) fn new(settings: &ThrottleSettings, clock: &MonotonicClock) -> Self {
        let per_second = PerSecond {
            by_operation: NonZeroU32::new(settings.operation_per_second).map(Limiter::new),
            by_app: NonZeroU32::new(settings.app_per_second).map(Limiter::new),
        };
        let is_limited = per_second.by_operation.is_some() || per_second.by_app.is_some();
        Self {
            clock: clock.clone(),
            per_second: is_limited.then(|| Mutex::new(per_second)),
            by_address: (settings.address_calls > 0).then(|| Addresses {
                calls: settings.address_calls,
                window: Duration::from_secs(settings.address_seconds.into()),
                block: Duration::from_secs(settings.address_block_seconds.into()),
                clock: clock.clone(),
                seen: Mutex::new(HashMap::new()),
            }),
        }
    }

    /// Counts a call of an operation, or refuses it. `last` is a further limit, asked when none of these refuses: it counts the call
    /// itself. A call that any limit refuses is counted by none.
    pub(crate) fn count(
        &self,
        operation: &'static str,
        app: Option<&AppKey>,
        last: impl FnOnce() -> Result<(), Rule>,
    ) -> Result<(), Rule> {
        let Some(per_second) = &self.per_second else { return last() };
        let now = self.clock.now();
        let mut limits = per_second.lock().unwrap_or_else(PoisonError::into_inner);
        let PerSecond { by_operation, by_app } = &mut *limits;
        let mut by_app = by_app.as_mut().zip(app.map(|app| (operation, app.clone())));
        if by_app.as_ref().is_some_and(|(limiter, key)| !limiter.has_room(key, now)) {
            return Err(Rule::AppThrottled);
        }
        if by_operation.as_ref().is_some_and(|limiter| !limiter.has_room(&operation, now)) {
            return Err(Rule::OperationThrottled);
        }
        last()?;
        if let Some((limiter, key)) = &mut by_app {
            limiter.count(key.clone(), now);
        }
        if let Some(limiter) = by_operation {
            limiter.count(operation, now);
        }
        Ok(())
    }

    /// Whether calls of an address are counted.
    pub(crate) fn counts_addresses(&self) -> bool {
        self.by_address.is_some()
    }

    /// Counts a call of an address, and says whether it is blocked.
    pub(crate) fn blocks(&self, address: IpAddr) -> bool {
        self.by_address.as_ref().is_some_and(|addresses| addresses.block(address))
    }
}

/// Limits of calls a second.
struct PerSecond {
    by_operation: Option<Limiter<&'static str>>,
    by_app: Option<Limiter<(&'static str, AppKey)>>,
}

/// The generic cell rate algorithm: n calls pass at once, then one every 1/n seconds. A crate does this too, but none that can ask
/// a limit without counting.
struct Limiter<Key> {
    per_second: u32,
    interval: Duration,
    /// When the calls that were counted would be over, had they come one at a time.
    over_at: HashMap<Key, Duration>,
}

impl<Key: Eq + Hash> Limiter<Key> {
    fn new(per_second: NonZeroU32) -> Self {
        let interval = Duration::from_secs(1) / per_second.get();
        Self { per_second: per_second.get(), interval, over_at: HashMap::new() }
    }

    fn has_room(&self, key: &Key, now: Duration) -> bool {
        let over_at = self.over_at.get(key).copied().unwrap_or_default();
        over_at <= now + self.interval * (self.per_second - 1)
    }

    fn count(&mut self, key: Key, now: Duration) {
        let over_at = self.over_at.entry(key).or_default();
        *over_at = now.max(*over_at) + self.interval;
    }
}

/// What addresses called lately.
struct Addresses {
    calls: u32,
    window: Duration,
    block: Duration,
    clock: MonotonicClock,
    seen: Mutex<HashMap<IpAddr, Seen>>,
}

#[derive(Clone, Copy)]
enum Seen {
    /// So many calls since then.
    Calls {
        count: u32,
        since: Duration,
    },
    Blocked {
        until: Duration,
    },
}

impl Addresses {
    fn block(&self, address: IpAddr) -> bool {
        let now = self.clock.now();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let key = address_key(address);
        let first = Seen::Calls { count: 1, since: now };
        let next = match seen.get(&key).copied().filter(|seen| self.matters(*seen, now)) {
            Some(Seen::Blocked { .. }) => return true,
            Some(Seen::Calls { count, .. }) if count >= self.calls => {
                Seen::Blocked { until: now + self.block }
            }
            Some(Seen::Calls { count, since }) => Seen::Calls { count: count + 1, since },
            None => first,
        };
        if seen.len() >= ADDRESSES && !seen.contains_key(&key) {
            self.make_room(&mut seen, now);
            if seen.len() >= ADDRESSES {
                return false;
            }
        }
        seen.insert(key, next);
        matches!(next, Seen::Blocked { .. })
    }

    fn matters(&self, seen: Seen, now: Duration) -> bool {
        match seen {
            Seen::Calls { since, .. } => now < since + self.window,
            Seen::Blocked { until } => now < until,
        }
    }

    /// Forgets what does not matter any more; when all of it does, the counts too. So the work is done once for many calls.
    fn make_room(&self, seen: &mut HashMap<IpAddr, Seen>, now: Duration) {
        seen.retain(|_, seen| self.matters(*seen, now));
        if seen.len() >= ADDRESSES / 2 {
            seen.retain(|_, seen| matches!(seen, Seen::Blocked { .. }));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// A throttle, and the time of its clock in ms.
    fn throttle(settings: ThrottleSettings) -> (Throttle, Arc<AtomicU64>) {
        let now_ms = Arc::new(AtomicU64::new(0));
        let time = Arc::clone(&now_ms);
        let clock = MonotonicClock::new(move || Duration::from_millis(time.load(Ordering::Relaxed)));
        (Throttle::new(&settings, &clock), now_ms)
    }

    fn unlimited() -> Result<(), Rule> {
        Ok(())
    }

    fn addresses(settings: ThrottleSettings) -> (Addresses, Arc<AtomicU64>) {
        let (throttle, now_ms) = throttle(settings);
        (throttle.by_address.unwrap(), now_ms)
    }

    #[test]
    fn without_limits_nothing_is_refused() {
        let (throttle, _) = throttle(ThrottleSettings::default());
        for _ in 0..100_000 {
            assert_eq!(throttle.count("a", Some(&AppKey::from("app")), unlimited), Ok(()));
        }
        assert!(!throttle.counts_addresses());
    }

    #[test]
    fn an_app_has_a_limit_for_each_operation() {
        let (throttle, now_ms) = throttle(ThrottleSettings { app_per_second: 3, ..Default::default() });
        let (one, two) = (AppKey::from("one"), AppKey::from("two"));
        for _ in 0..3 {
            assert_eq!(throttle.count("a", Some(&one), unlimited), Ok(()));
        }
        assert_eq!(throttle.count("a", Some(&one), unlimited), Err(Rule::AppThrottled));
        assert_eq!(throttle.count("b", Some(&one), unlimited), Ok(()));
        assert_eq!(throttle.count("a", Some(&two), unlimited), Ok(()));
        assert_eq!(throttle.count("a", None, unlimited), Ok(()));
        now_ms.store(333, Ordering::Relaxed);
        assert_eq!(throttle.count("a", Some(&one), unlimited), Err(Rule::AppThrottled));
        now_ms.store(334, Ordering::Relaxed);
        assert_eq!(throttle.count("a", Some(&one), unlimited), Ok(()));
        assert_eq!(throttle.count("a", Some(&one), unlimited), Err(Rule::AppThrottled));
    }

    #[test]
    fn all_callers_share_the_limit_of_an_operation() {
        let settings = ThrottleSettings { operation_per_second: 2, app_per_second: 2, ..Default::default() };
        let (throttle, _) = throttle(settings);
        assert_eq!(throttle.count("a", Some(&AppKey::from("one")), unlimited), Ok(()));
        assert_eq!(throttle.count("a", None, unlimited), Ok(()));
        assert_eq!(throttle.count("a", Some(&AppKey::from("two")), unlimited), Err(Rule::OperationThrottled));
        assert_eq!(throttle.count("b", Some(&AppKey::from("two")), unlimited), Ok(()));
    }

    #[test]
    fn a_call_that_one_limit_refuses_is_counted_by_none() {
        let settings = ThrottleSettings { operation_per_second: 2, app_per_second: 1, ..Default::default() };
        let (throttle, now_ms) = throttle(settings);
        let [one, two, three] = ["one", "two", "three"].map(AppKey::from);
        assert_eq!(throttle.count("a", Some(&one), unlimited), Ok(()));
        for _ in 0..5 {
            assert_eq!(throttle.count("a", Some(&one), unlimited), Err(Rule::AppThrottled));
            assert_eq!(throttle.count("a", Some(&two), || Err(Rule::MonthUsedUp)), Err(Rule::MonthUsedUp));
        }
        assert_eq!(throttle.count("a", Some(&two), unlimited), Ok(()));
        assert_eq!(throttle.count("a", Some(&three), unlimited), Err(Rule::OperationThrottled));
        now_ms.store(500, Ordering::Relaxed);
        assert_eq!(throttle.count("a", Some(&three), unlimited), Ok(()));
    }

    #[test]
    fn an_address_is_blocked_once_it_called_too_often() {
        let (addresses, now_ms) = addresses(ThrottleSettings { address_calls: 3, ..Default::default() });
        let (one, two) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        for _ in 0..3 {
            assert!(!addresses.block(one));
        }
        // The window has passed: it counts anew.
        now_ms.store(20_000, Ordering::Relaxed);
        for _ in 0..3 {
            assert!(!addresses.block(one));
        }
        now_ms.store(39_999, Ordering::Relaxed);
        assert!(addresses.block(one));
        assert!(!addresses.block(two));
        now_ms.store(39_999 + 299_999, Ordering::Relaxed);
        assert!(addresses.block(one));
        now_ms.store(39_999 + 300_000, Ordering::Relaxed);
        assert!(!addresses.block(one));
    }

    #[test]
    fn addresses_of_one_prefix_count_together() {
        let (addresses, _) = addresses(ThrottleSettings { address_calls: 1, ..Default::default() });
        assert!(!addresses.block("2001:db8:1:2::1".parse().unwrap()));
        assert!(addresses.block("2001:db8:1:2:ffff::9".parse().unwrap()));
        assert!(!addresses.block("2001:db8:1:3::1".parse().unwrap()));
    }

    #[test]
    fn memory_is_bounded_and_blocked_addresses_stay() {
        let (addresses, _) = addresses(ThrottleSettings { address_calls: 1, ..Default::default() });
        let bad = IpAddr::from([192, 0, 2, 1]);
        assert!(!addresses.block(bad));
        assert!(addresses.block(bad));
        for number in 0..250_000_u32 {
            assert!(!addresses.block(IpAddr::from(number.to_be_bytes())));
            if number % 10_000 == 0 {
                assert!(addresses.seen.lock().unwrap().len() <= ADDRESSES);
            }
        }
        assert!(addresses.seen.lock().unwrap().len() <= ADDRESSES);
        assert!(addresses.block(bad));
    }
}
