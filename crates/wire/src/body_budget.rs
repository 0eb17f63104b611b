//! The budget of bytes for request bodies in memory, which all requests share.
//!
//! A body reserves its declared length before its first byte is read, and may wait for that, since it holds nothing yet. Later reservations
//! succeed at once or fail. So no body waits while it holds bytes, and bodies cannot deadlock.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::timeout};

use crate::peer::Holder;

/// Bytes of each body that are not counted: they fit into the read buffer of the connection.
const FREE_BYTES: usize = 4 << 10;

/// The size of the budget and the limits of its users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyBudgetSettings {
    /// Bytes for all requests together.
    pub total: usize,
    /// Bytes for the requests of one app or one session.
    pub holder: usize,
    /// Bytes for all requests that are not authenticated.
    pub anonymous: usize,
    /// Bytes for the requests of one address.
    pub address: usize,
    /// The longest wait of a body for its first reservation.
    pub wait: Duration,
}

impl BodyBudgetSettings {
    /// Divides a total: `percent` for one app or session, an eighth for requests that are not authenticated, a quarter of that for one
    /// address.
    pub fn of(total: usize, percent: usize, wait: Duration) -> Self {
        let holder = (total / 100).saturating_mul(percent.min(100));
        Self { total, holder, anonymous: total / 8, address: total / 32, wait }
    }
}

impl Default for BodyBudgetSettings {
    fn default() -> Self {
        Self::of(64 << 20, 75, Duration::from_secs(5))
    }
}

/// The budget is used up. The request may be retried later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many request bodies are being read just now")]
pub struct Overloaded;

/// A budget of bytes that all requests share.
#[derive(Debug)]
pub struct BodyBudget {
    settings: BodyBudgetSettings,
    used: Mutex<Used>,
    freed: Notify,
}

#[derive(Debug, Default)]
struct Used {
    total: usize,
    anonymous: usize,
    by_holder: HashMap<Holder, usize>,
}

impl BodyBudget {
    /// Creates a budget.
    pub fn new(settings: BodyBudgetSettings) -> Arc<Self> {
        Arc::new(Self { settings, used: Mutex::default(), freed: Notify::new() })
    }

    /// Returns the reserved bytes.
    pub fn used(&self) -> usize {
        self.lock().total
    }

    /// Reserves bytes for a holder. Waits until they are free.
    ///
    /// # Errors
    /// [`Overloaded`] after the longest wait.
    pub async fn reserve(self: &Arc<Self>, holder: Holder, bytes: usize) -> Result<Reservation, Overloaded> {
        let mut reservation = self.empty(holder);
        if reservation.grow(bytes).is_ok() {
            return Ok(reservation);
        }
        let waiting = async {
            loop {
                let freed = self.freed.notified();
                if reservation.grow(bytes).is_ok() {
                    return;
                }
                freed.await;
            }
        };
        match timeout(self.settings.wait, waiting).await {
            Ok(()) => Ok(reservation),
            Err(_) => {
                metrics::counter!("carillon_overloaded_requests_total").increment(1);
                Err(Overloaded)
            }
        }
    }

    /// Returns a reservation of no bytes.
    pub fn empty(self: &Arc<Self>, holder: Holder) -> Reservation {
        Reservation { budget: Arc::clone(self), holder, bytes: 0 }
    }

    fn lock(&self) -> MutexGuard<'_, Used> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reserves bytes unless that exceeds a limit. The first reservation of a holder may exceed the limit of the holder, so that a body
    /// larger than the configured share can be read while nobody else needs the bytes.
    fn try_reserve(&self, holder: &Holder, bytes: usize) -> bool {
        let mut used = self.lock();
        let holder_bytes = used.by_holder.get(holder).copied().unwrap_or(0);
        let limit = if holder.is_anonymous() { self.settings.address } else { self.settings.holder };
        let fits = |used: usize, limit: usize| used == 0 || used.saturating_add(bytes) <= limit;
        if !fits(used.total, self.settings.total)
            || !fits(holder_bytes, limit)
            || (holder.is_anonymous() && !fits(used.anonymous, self.settings.anonymous))
        {
            return false;
        }
        used.total += bytes;
        if holder.is_anonymous() {
            used.anonymous += bytes;
        }
        *used.by_holder.entry(holder.clone()).or_default() += bytes;
        true
    }

    fn release(&self, holder: &Holder, bytes: usize) {
        let mut used = self.lock();
        used.total = used.total.saturating_sub(bytes);
        if holder.is_anonymous() {
            used.anonymous = used.anonymous.saturating_sub(bytes);
        }
        if let Some(reserved) = used.by_holder.get_mut(holder) {
            *reserved = reserved.saturating_sub(bytes);
            if *reserved == 0 {
                used.by_holder.remove(holder);
            }
        }
        drop(used);
        self.freed.notify_waiters();
    }
}

/// Reserved bytes of a request. Released on drop.
#[derive(Debug)]
pub struct Reservation {
    budget: Arc<BodyBudget>,
    holder: Holder,
    /// Without the bytes that are not counted.
    bytes: usize,
}

impl Reservation {
    /// Returns a reservation in a new budget, for bodies that belong to no request.
    pub fn detached() -> Self {
        BodyBudget::new(BodyBudgetSettings::default()).empty(Holder::Address(Ipv4Addr::LOCALHOST.into()))
    }

    /// Returns the bytes that may be in memory.
    pub fn bytes(&self) -> usize {
        self.bytes.saturating_add(FREE_BYTES)
    }

    /// Grows to `to` bytes.
    ///
    /// # Errors
    /// [`Overloaded`] if they are not free; the reservation is unchanged.
    pub fn grow(&mut self, to: usize) -> Result<(), Overloaded> {
        let more = to.saturating_sub(self.bytes());
        if more > 0 && !self.budget.try_reserve(&self.holder, more) {
            return Err(Overloaded);
        }
        self.bytes += more;
        Ok(())
    }

    /// Shrinks to `to` bytes.
    pub fn shrink(&mut self, to: usize) {
        let less = self.bytes().saturating_sub(to.max(FREE_BYTES));
        if less > 0 {
            self.bytes -= less;
            self.budget.release(&self.holder, less);
        }
    }

    /// Counts for another holder from now on, once the sender is known.
    ///
    /// # Errors
    /// [`Overloaded`] if that exceeds the limit of the new holder.
    pub fn transfer_to(&mut self, holder: Holder) -> Result<(), Overloaded> {
        let bytes = std::mem::take(&mut self.bytes);
        if bytes > 0 {
            self.budget.release(&self.holder, bytes);
        }
        self.holder = holder;
        self.grow(bytes.saturating_add(FREE_BYTES))
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if self.bytes > 0 {
            self.budget.release(&self.holder, self.bytes);
        }
    }
}

/// The address of requests without a peer: those of a router that is called directly.
pub(crate) const UNKNOWN_ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

#[cfg(test)]
mod tests {
    use carillon_model::id::AppKey;

    use super::*;

    fn app(key: &str) -> Holder {
        Holder::App(AppKey::from(key))
    }

    fn budget() -> Arc<BodyBudget> {
        BodyBudget::new(BodyBudgetSettings {
            total: 1000,
            holder: 600,
            anonymous: 200,
            address: 100,
            wait: Duration::from_millis(5),
        })
    }

    /// Reserves bytes beyond those that are not counted.
    fn reserve(budget: &Arc<BodyBudget>, holder: Holder, bytes: usize) -> Option<Reservation> {
        let mut reservation = budget.empty(holder);
        reservation.grow(FREE_BYTES + bytes).ok().map(|()| reservation)
    }

    #[test]
    fn one_app_leaves_bytes_for_others() {
        let budget = budget();
        let one = reserve(&budget, app("a"), 600).unwrap();
        assert!(reserve(&budget, app("a"), 1).is_none());
        let two = reserve(&budget, app("b"), 400).unwrap();
        assert!(reserve(&budget, app("c"), 1).is_none(), "the total is used up");
        drop(one);
        assert!(reserve(&budget, app("c"), 600).is_some());
        drop(two);
        assert_eq!(budget.used(), 0);
        assert!(budget.lock().by_holder.is_empty());
    }

    #[test]
    fn anonymous_requests_share_a_part_by_address() {
        let budget = budget();
        let address = |last| Holder::Address(IpAddr::from([192, 0, 2, last]));
        let _one = reserve(&budget, address(1), 100).unwrap();
        assert!(reserve(&budget, address(1), 1).is_none());
        let mut two = reserve(&budget, address(2), 100).unwrap();
        assert!(reserve(&budget, address(3), 1).is_none());
        assert!(reserve(&budget, app("a"), 600).is_some());
        two.transfer_to(app("a")).unwrap();
        assert!(
            reserve(&budget, address(3), 100).is_some(),
            "an authenticated request does not count for the address"
        );
    }

    #[test]
    fn a_body_larger_than_the_share_is_read_alone() {
        let budget = budget();
        let large = reserve(&budget, app("a"), 2000).unwrap();
        assert!(reserve(&budget, app("b"), 1).is_none());
        drop(large);
        assert!(reserve(&budget, app("b"), 1).is_some());
    }

    #[tokio::test]
    async fn a_waiting_request_gets_released_bytes_or_an_error() {
        let budget = budget();
        let one = reserve(&budget, app("a"), 600).unwrap();
        let waiting = budget.reserve(app("a"), FREE_BYTES + 300);
        assert_eq!(waiting.await.map(drop), Err(Overloaded));
        let patient =
            BodyBudget::new(BodyBudgetSettings { wait: Duration::from_secs(60), ..budget.settings.clone() });
        let other = reserve(&patient, app("a"), 600).unwrap();
        let (reserved, ()) = tokio::join!(patient.reserve(app("a"), FREE_BYTES + 300), async { drop(other) });
        assert_eq!(reserved.unwrap().bytes(), FREE_BYTES + 300);
        drop(one);
    }

    #[test]
    fn small_bodies_are_not_counted_and_shrinking_releases_bytes() {
        let budget = budget();
        let mut small = budget.empty(app("a"));
        small.grow(FREE_BYTES).unwrap();
        assert_eq!(budget.used(), 0);
        small.grow(FREE_BYTES + 500).unwrap();
        assert_eq!(small.grow(FREE_BYTES + 700), Err(Overloaded));
        small.shrink(FREE_BYTES + 100);
        assert_eq!(budget.used(), 100);
        small.shrink(0);
        assert_eq!(budget.used(), 0);
    }
}
