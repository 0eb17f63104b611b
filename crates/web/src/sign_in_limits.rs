//! Rate limits for passwords.
//!
//! Three limits count failed attempts: from one address at one userid, against guessing; from one address at all userids, against
//! password spraying; and at one userid from all addresses, against distributed guessing. A browser that signed the member in before
//! has a separate limit and is not counted by the three, so nobody else can lock it out.

use std::{
    hash::{BuildHasher, Hash, RandomState},
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, MutexGuard, PoisonError},
};

use carillon_model::{
    id::{CorpId, UserId},
    settings::SignInSettings,
    time::Timestamp,
};
use carillon_wire::SignInLock;
use lru::LruCache;

/// The most counts of each kind. Beyond that, the least recently used one is dropped.
const MAX_COUNTS: usize = 50_000;

/// The origin of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Caller {
    /// The address of a browser that did not sign the member in before.
    Address(IpAddr),
    /// The number of a browser that did, from its cookie.
    KnownBrowser([u8; 16]),
}

/// An attempt that counts unless it succeeds.
#[derive(Debug)]
pub struct Attempt {
    member: MemberKey,
    caller: Caller,
}

/// An attempt by a provider that counts unless it succeeds.
#[derive(Debug)]
pub struct AttemptAtProvider(IpAddr);

/// A hash of an organisation and a userid. The userid comes from the request and may be long.
type MemberKey = u64;

/// The counts of one server, in memory only.
pub struct SignInLimits {
    settings: SignInSettings,
    hasher: RandomState,
    counts: Mutex<Counts>,
}

impl SignInLock for SignInLimits {
    fn unlock(&self, corp: &CorpId, userid: &UserId) {
        Self::unlock(self, corp, userid);
    }
}

struct Counts {
    pairs: Table<(MemberKey, Caller)>,
    addresses: Table<IpAddr>,
    members: Table<MemberKey>,
}

impl SignInLimits {
    /// Creates limits without counts.
    pub fn new(settings: SignInSettings) -> Self {
        let counts = Counts {
            pairs: Table::new(settings.pair_tries, settings.pair_seconds),
            addresses: Table::new(settings.address_tries, settings.address_seconds),
            members: Table::new(settings.userid_tries, settings.userid_seconds),
        };
        Self { settings, hasher: RandomState::new(), counts: Mutex::new(counts) }
    }

    /// The most passwords that may wait to be verified.
    pub fn max_waiting(&self) -> usize {
        self.settings.waiting
    }

    /// Counts an attempt. Returns `None` if a limit refuses it; then no limit counts it.
    pub fn begin(&self, corp: &CorpId, userid: &UserId, caller: Caller, now: Timestamp) -> Option<Attempt> {
        let member = self.member_key(corp, userid);
        let caller = match caller {
            Caller::Address(address) => Caller::Address(address_key(address)),
            known => known,
        };
        let counts = &mut *self.lock();
        let pair = (member, caller);
        // Both counts are read, without short circuit: reading corrects a count after the clock was set back.
        let pair_allows = counts.pairs.allows(&pair, now);
        let shared_allow = match &caller {
            Caller::KnownBrowser(_) => true,
            Caller::Address(address) => {
                counts.addresses.allows(address, now) & counts.members.allows(&member, now)
            }
        };
        if !(pair_allows && shared_allow) {
            return None;
        }
        counts.pairs.add(pair, now);
        if let Caller::Address(address) = caller {
            counts.addresses.add(address, now);
            counts.members.add(member, now);
        }
        Some(Attempt { member, caller })
    }

    /// Counts an attempt by a provider, which is at no userid. Returns `None` if the limit of its address refuses it.
    pub fn begin_at_provider(&self, address: IpAddr, now: Timestamp) -> Option<AttemptAtProvider> {
        let address = address_key(address);
        let counts = &mut *self.lock();
        counts.addresses.allows(&address, now).then(|| {
            counts.addresses.add(address, now);
            AttemptAtProvider(address)
        })
    }

    /// Removes an attempt by a provider that succeeded.
    pub fn succeeded_at_provider(&self, attempt: AttemptAtProvider) {
        self.lock().addresses.refund(&attempt.0);
    }

    /// Removes an attempt that succeeded, and all earlier ones of the same caller at the same userid.
    pub fn succeeded(&self, attempt: &Attempt) {
        self.lock().pairs.forget(&(attempt.member, attempt.caller));
        self.refund_shared(attempt);
    }

    /// Removes an attempt whose password was not verified.
    pub fn cancelled(&self, attempt: &Attempt) {
        self.lock().pairs.refund(&(attempt.member, attempt.caller));
        self.refund_shared(attempt);
    }

    fn refund_shared(&self, attempt: &Attempt) {
        if let Caller::Address(address) = &attempt.caller {
            let mut counts = self.lock();
            counts.addresses.refund(address);
            counts.members.refund(&attempt.member);
        }
    }

    /// Removes all counts of a userid, and of the addresses with attempts at it.
    pub fn unlock(&self, corp: &CorpId, userid: &UserId) {
        let member = self.member_key(corp, userid);
        let counts = &mut *self.lock();
        counts.members.forget(&member);
        for pair in counts.pairs.keys(|(of, _)| *of == member) {
            counts.pairs.forget(&pair);
            if let (_, Caller::Address(address)) = pair {
                counts.addresses.forget(&address);
            }
        }
    }

    fn member_key(&self, corp: &CorpId, userid: &UserId) -> MemberKey {
        self.hasher.hash_one((corp.as_str(), userid.as_str()))
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the address to count by. All IPv6 addresses of one subscriber share their first 64 bits.
fn address_key(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address => address,
    }
}

/// Counts of one kind (GCRA). Each is stored as the time at which it is back at zero; an attempt moves that time by `refund_ms`.
struct Table<K: Hash + Eq> {
    /// Milliseconds after which one attempt is given back.
    refund_ms: i64,
    /// Milliseconds after which all attempts are given back; 0 if the limit is off.
    full_ms: i64,
    free_at: LruCache<K, Timestamp>,
}

impl<K: Hash + Eq + Clone> Table<K> {
    fn new(tries: u32, seconds: u32) -> Self {
        let refund_ms = i64::from(seconds.max(1)) * 1_000;
        Self { refund_ms, full_ms: refund_ms * i64::from(tries), free_at: LruCache::unbounded() }
    }

    fn allows(&mut self, key: &K, now: Timestamp) -> bool {
        self.full_ms == 0 || self.busy_ms(key, now) + self.refund_ms <= self.full_ms
    }

    fn add(&mut self, key: K, now: Timestamp) {
        if self.full_ms == 0 {
            return;
        }
        let free_at = now.plus_ms(self.busy_ms(&key, now) + self.refund_ms);
        self.free_at.put(key, free_at);
        if self.free_at.len() > MAX_COUNTS {
            self.free_at.pop_lru();
        }
    }

    /// Milliseconds until the count is back at zero.
    fn busy_ms(&mut self, key: &K, now: Timestamp) -> i64 {
        let Some(free_at) = self.free_at.get_mut(key) else { return 0 };
        // After the clock was set back, it must not take longer.
        *free_at = (*free_at).min(now.plus_ms(self.full_ms));
        (free_at.0 - now.0).max(0)
    }

    fn refund(&mut self, key: &K) {
        if let Some(free_at) = self.free_at.get_mut(key) {
            *free_at = free_at.plus_ms(-self.refund_ms);
        }
    }

    fn forget(&mut self, key: &K) {
        self.free_at.pop(key);
    }

    fn keys(&self, matches: impl Fn(&K) -> bool) -> Vec<K> {
        self.free_at.iter().map(|(key, _)| key).filter(|key| matches(key)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const NOW: Timestamp = Timestamp(1_760_000_000_000);

    fn limits() -> SignInLimits {
        SignInLimits::new(SignInSettings {
            pair_tries: 2,
            pair_seconds: 10,
            address_tries: 5,
            address_seconds: 10,
            userid_tries: 7,
            userid_seconds: 10,
            waiting: 1,
        })
    }

    fn from(last: u8) -> Caller {
        Caller::Address(Ipv4Addr::new(192, 0, 2, last).into())
    }

    fn begin(limits: &SignInLimits, userid: &str, caller: Caller, ms: i64) -> Option<Attempt> {
        limits.begin(&CorpId::from("corp"), &UserId::from(userid), caller, NOW.plus_ms(ms))
    }

    /// The number of attempts that are allowed in a row.
    fn allowed_attempts(limits: &SignInLimits, userid: &str, caller: Caller, ms: i64) -> usize {
        (0..100).take_while(|_| begin(limits, userid, caller, ms).is_some()).count()
    }

    #[test]
    fn a_stranger_locks_nobody_out_elsewhere() {
        let limits = limits();
        assert_eq!(allowed_attempts(&limits, "a", from(1), 0), 2);
        assert_eq!(allowed_attempts(&limits, "a", from(2), 0), 2, "another address");
        assert_eq!(allowed_attempts(&limits, "b", from(1), 0), 2, "another member");
        assert_eq!(allowed_attempts(&limits, "c", from(1), 0), 1, "the address has tried five times");
        assert_eq!(allowed_attempts(&limits, "d", from(1), 0), 0);
        assert_eq!(allowed_attempts(&limits, "a", from(1), 9_999), 0);
        assert_eq!(allowed_attempts(&limits, "a", from(1), 10_000), 1, "one attempt is given back");
    }

    #[test]
    fn many_addresses_together_are_slowed_and_known_browsers_are_not() {
        let limits = limits();
        let allowed: usize = (1..=9).map(|last| allowed_attempts(&limits, "a", from(last), 0)).sum();
        assert_eq!(allowed, 7);
        assert_eq!(allowed_attempts(&limits, "a", Caller::KnownBrowser([1; 16]), 0), 2);
        assert_eq!(allowed_attempts(&limits, "a", Caller::KnownBrowser([2; 16]), 0), 2);
        limits.unlock(&CorpId::from("corp"), &UserId::from("a"));
        assert_eq!(allowed_attempts(&limits, "a", from(1), 0), 2);
        assert_eq!(allowed_attempts(&limits, "a", from(9), 0), 2);
    }

    #[test]
    fn attempts_that_succeed_or_are_cancelled_do_not_count() {
        let limits = limits();
        for _ in 0..20 {
            let attempt = begin(&limits, "a", from(1), 0).unwrap();
            limits.succeeded(&attempt);
            let attempt = begin(&limits, "b", from(1), 0).unwrap();
            limits.cancelled(&attempt);
        }
        assert_eq!(allowed_attempts(&limits, "b", from(1), 0), 2);
    }

    #[test]
    fn attempts_by_a_provider_count_for_their_address() {
        let limits = limits();
        let address: IpAddr = Ipv4Addr::new(192, 0, 2, 1).into();
        for _ in 0..20 {
            limits.succeeded_at_provider(limits.begin_at_provider(address, NOW).unwrap());
        }
        assert_eq!((0..100).take_while(|_| limits.begin_at_provider(address, NOW).is_some()).count(), 5);
        assert_eq!(allowed_attempts(&limits, "a", from(1), 0), 0, "passwords count for the same address");
        assert_eq!(allowed_attempts(&limits, "a", from(2), 0), 2);
    }

    #[test]
    fn a_clock_set_back_does_not_lock_for_long() {
        let limits = limits();
        assert_eq!(allowed_attempts(&limits, "a", from(1), 1_000_000_000), 2);
        assert_eq!(allowed_attempts(&limits, "a", from(1), 0), 0);
        assert_eq!(allowed_attempts(&limits, "a", from(1), 10_000), 1);
    }

    #[test]
    fn the_addresses_of_one_subscriber_are_one() {
        let limits = limits();
        let from = |last: u128| Caller::Address(Ipv6Addr::from_bits((0x2001_0db8 << 96) | last).into());
        let allowed: usize = (1..=20).map(|last| allowed_attempts(&limits, "a", from(last), 0)).sum();
        assert_eq!(allowed, 2);
    }

    #[test]
    fn counts_are_bounded() {
        let settings = SignInSettings { address_tries: 0, ..SignInSettings::default() };
        let limits = SignInLimits::new(settings);
        for number in 0..=MAX_COUNTS {
            assert!(begin(&limits, &number.to_string(), from(1), 0).is_some());
        }
        let counts = limits.lock();
        assert_eq!((counts.pairs.free_at.len(), counts.members.free_at.len()), (MAX_COUNTS, MAX_COUNTS));
        assert_eq!(counts.addresses.free_at.len(), 0, "a limit that is switched off keeps nothing");
    }
}
