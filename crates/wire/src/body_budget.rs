//! Bytes of request bodies in memory: a budget that all requests share.
//!
//! A body reserves its declared length before its first byte is read, and may wait for that, since it holds nothing yet. What a body
//! needs beyond its first reservation it gets at once or not at all. So no body waits while it holds a part, and none can deadlock.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::timeout};

use crate::peer::Holder;

/// Bytes of each body that cost nothing: they fit into the read buffer that its connection has anyway.
const FREE_BYTES: usize = 4 << 10;

/// How much of the budget there is, and who may take how much of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyBudgetSettings {
    /// Bytes for all requests together.
    pub total: usize,
    /// Bytes for the requests of one app or one session.
    pub holder: usize,
    /// Bytes for all requests whose senders are only known by address.
    pub anonymous: usize,
    /// Bytes for the requests of one address.
    pub address: usize,
    /// How long a body may wait for its first reservation.
    pub wait: Duration,
}

impl BodyBudgetSettings {
    /// Shares of a total: `percent` for one app or session, an eighth for strangers, a quarter of that for one address.
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

/// The budget is used up. The request may be sent again later.
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
    /// A budget of which nothing is used.
    pub fn new(settings: BodyBudgetSettings) -> Arc<Self> {
        Arc::new(Self { settings, used: Mutex::default(), freed: Notify::new() })
    }

    /// Bytes that are reserved just now.
    pub fn used(&self) -> usize {
        self.lock().total
    }

    /// Reserves bytes for a holder. Waits for a bounded time if they are not free.
    ///
    /// # Errors
    /// [`Overloaded`] when the time is over.
    pub async fn reserve(self: &Arc<Self>, holder: Holder, bytes: usize) -> Result<Reservation, Overloaded> {
        let mut reservation = self.empty(holder);
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

    /// A reservation of nothing yet.
    pub fn empty(self: &Arc<Self>, holder: Holder) -> Reservation {
        Reservation { budget: Arc::clone(self), holder, bytes: 0 }
    }

    fn lock(&self) -> MutexGuard<'_, Used> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes bytes unless a limit would be passed. The first reservation of a holder passes the holder's own limit, so that a body
    /// larger than a configured share can be read at all when nobody else needs the bytes.
    fn take(&self, holder: &Holder, bytes: usize) -> bool {
        let mut used = self.lock();
        let own = used.by_holder.get(holder).copied().unwrap_or(0);
        let limit = if holder.is_anonymous() { self.settings.address } else { self.settings.holder };
        let fits = |used: usize, limit: usize| used == 0 || used.saturating_add(bytes) <= limit;
        if !fits(used.total, self.settings.total)
            || !fits(own, limit)
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

    fn give_back(&self, holder: &Holder, bytes: usize) {
        let mut used = self.lock();
        used.total = used.total.saturating_sub(bytes);
        if holder.is_anonymous() {
            used.anonymous = used.anonymous.saturating_sub(bytes);
        }
        if let Some(own) = used.by_holder.get_mut(holder) {
            *own = own.saturating_sub(bytes);
            if *own == 0 {
                used.by_holder.remove(holder);
            }
        }
        drop(used);
        self.freed.notify_waiters();
    }
}

/// Bytes that are reserved for a request; given back when it is dropped.
#[derive(Debug)]
pub struct Reservation {
    budget: Arc<BodyBudget>,
    holder: Holder,
    /// Without the free ones.
    bytes: usize,
}

impl Reservation {
    /// A reservation of a budget of its own, for bodies that come from no request.
    pub fn detached() -> Self {
        BodyBudget::new(BodyBudgetSettings::default()).empty(Holder::Address(Ipv4Addr::LOCALHOST.into()))
    }

    /// Bytes that it is good for.
    pub fn bytes(&self) -> usize {
        self.bytes.saturating_add(FREE_BYTES)
    }

    /// Makes it good for so many bytes, if they are free at this moment.
    ///
    /// # Errors
    /// [`Overloaded`] when they are not; the reservation is unchanged then.
    pub fn grow(&mut self, to: usize) -> Result<(), Overloaded> {
        let more = to.saturating_sub(self.bytes());
        if more > 0 && !self.budget.take(&self.holder, more) {
            return Err(Overloaded);
        }
        self.bytes += more;
        Ok(())
    }

    /// Gives back what is more than so many bytes.
    pub fn shrink(&mut self, to: usize) {
        let less = self.bytes().saturating_sub(to.max(FREE_BYTES));
        if less > 0 {
            self.bytes -= less;
            self.budget.give_back(&self.holder, less);
        }
    }

    /// Counts for another holder from now on, now that the sender is known.
    ///
    /// # Errors
    /// [`Overloaded`] when the other one has no room for it.
    pub fn move_to(&mut self, holder: Holder) -> Result<(), Overloaded> {
        let bytes = std::mem::take(&mut self.bytes);
        if bytes > 0 {
            self.budget.give_back(&self.holder, bytes);
        }
        self.holder = holder;
        self.grow(bytes.saturating_add(FREE_BYTES))
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if self.bytes > 0 {
            self.budget.give_back(&self.holder, self.bytes);
        }
    }
}

/// Whom a request counts for when no listener set its peer: a router that is called directly.
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

    /// Reserved at once, beyond the free bytes.
    fn take(budget: &Arc<BodyBudget>, holder: Holder, bytes: usize) -> Option<Reservation> {
        let mut reservation = budget.empty(holder);
        reservation.grow(FREE_BYTES + bytes).ok().map(|()| reservation)
    }

    #[test]
    fn one_app_leaves_some_for_the_others() {
        let budget = budget();
        let one = take(&budget, app("a"), 600).unwrap();
        assert!(take(&budget, app("a"), 1).is_none());
        let two = take(&budget, app("b"), 400).unwrap();
        assert!(take(&budget, app("c"), 1).is_none(), "nothing is left in all");
        drop(one);
        assert!(take(&budget, app("c"), 600).is_some());
        drop(two);
        assert_eq!(budget.used(), 0);
        assert!(budget.lock().by_holder.is_empty());
    }

    #[test]
    fn strangers_share_a_part_by_address() {
        let budget = budget();
        let address = |last| Holder::Address(IpAddr::from([192, 0, 2, last]));
        let _one = take(&budget, address(1), 100).unwrap();
        assert!(take(&budget, address(1), 1).is_none());
        let mut two = take(&budget, address(2), 100).unwrap();
        assert!(take(&budget, address(3), 1).is_none());
        assert!(take(&budget, app("a"), 600).is_some());
        two.move_to(app("a")).unwrap();
        assert!(take(&budget, address(3), 100).is_some(), "who is known is no stranger any more");
    }

    #[test]
    fn a_body_larger_than_a_share_is_read_alone() {
        let budget = budget();
        let large = take(&budget, app("a"), 2000).unwrap();
        assert!(take(&budget, app("b"), 1).is_none());
        drop(large);
        assert!(take(&budget, app("b"), 1).is_some());
    }

    #[tokio::test]
    async fn who_waits_gets_what_others_give_back_or_is_told() {
        let budget = budget();
        let one = take(&budget, app("a"), 600).unwrap();
        let waiting = budget.reserve(app("a"), FREE_BYTES + 300);
        assert_eq!(waiting.await.map(drop), Err(Overloaded));
        let patient =
            BodyBudget::new(BodyBudgetSettings { wait: Duration::from_secs(60), ..budget.settings.clone() });
        let held = take(&patient, app("a"), 600).unwrap();
        let (got, ()) = tokio::join!(patient.reserve(app("a"), FREE_BYTES + 300), async { drop(held) });
        assert_eq!(got.unwrap().bytes(), FREE_BYTES + 300);
        drop(one);
    }

    #[test]
    fn small_bodies_cost_nothing_and_what_is_not_needed_goes_back() {
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
