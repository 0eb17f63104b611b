//! Which connections are open, and whose: limits for all and for each address, and who has to go when one is reached.
//!
//! A limit does not shut out newcomers while others keep connections open on which nothing happens: those are closed to make room,
//! the oldest first, and so are those whose clients do not take what they are sent. So silent, trickling and slowly reading
//! connections cannot take the server off the network. Only when every connection is answering a request is a newcomer refused.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use axum::http::Response;
use carillon_wire::Holder;
use tokio::sync::Notify;

use super::body::ResponseBody;

/// Of the connections that a limit counts, this part makes room at once: finding them takes a look at all of them.
const ROOM: usize = 64;
/// So long a connection has only just begun to wait: what it waits for may be on its way.
const JUST_BEGUN_MS: u64 = 1000;
/// A client that has not taken enough of a response for so long may be waited for no longer: others would be refused for it.
const STALLED_MS: u64 = 100;
/// No write is held up.
const NOT_STALLED: u64 = u64::MAX;

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Phase {
    /// The head of a request is awaited.
    Head = 0,
    /// The body of a request is awaited.
    Body = 1,
    /// A request is being answered, or the connection has become another protocol's.
    Answer = 2,
}

/// All connections of a listener.
pub struct Connections {
    max: usize,
    max_per_holder: usize,
    began: Instant,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    next_id: u64,
    by_id: HashMap<u64, Arc<Connection>>,
    /// Connections, and requests that came through trusted proxies.
    by_holder: HashMap<Holder, usize>,
}

/// One connection.
pub struct Connection {
    id: u64,
    phase: AtomicU8,
    /// The end of the request whose head came last is in doubt.
    is_doubtful: AtomicBool,
    /// Milliseconds after the listener began at which it began to wait for its client.
    since: AtomicU64,
    /// Milliseconds after the listener began since which its client has not taken enough of a response; else [`NOT_STALLED`].
    stalled_since: AtomicU64,
    /// Whom it counts for. None for one of a trusted proxy, whose requests count instead.
    holder: Mutex<Option<Holder>>,
    eviction: Notify,
    /// A response that is written without hyper.
    handed_over: Mutex<Option<Box<Response<ResponseBody>>>>,
    all: Arc<Connections>,
}

impl Connections {
    /// None yet.
    pub fn new(max: usize, max_per_holder: usize) -> Arc<Self> {
        Arc::new(Self { max, max_per_holder, began: Instant::now(), open: Mutex::default() })
    }

    /// Admits a connection; None if a limit is reached and no other connection can make room.
    pub fn admit(self: &Arc<Self>, holder: Option<Holder>) -> Option<OpenConnection> {
        let mut open = self.lock();
        if let Some(holder) = &holder
            && open.count(holder) >= self.max_per_holder
            && self.evict(&mut open, |_, connection| connection.is_of(holder)) == 0
        {
            return None;
        }
        if open.by_id.len() >= self.max && !self.make_room(&mut open) {
            return None;
        }
        let id = open.next_id;
        open.next_id += 1;
        let connection = Arc::new(Connection {
            id,
            phase: AtomicU8::new(Phase::Head as u8),
            is_doubtful: AtomicBool::new(false),
            since: AtomicU64::new(self.now()),
            stalled_since: AtomicU64::new(NOT_STALLED),
            holder: Mutex::new(holder.clone()),
            eviction: Notify::new(),
            handed_over: Mutex::default(),
            all: Arc::clone(self),
        });
        open.by_id.insert(id, Arc::clone(&connection));
        if let Some(holder) = holder {
            *open.by_holder.entry(holder).or_default() += 1;
        }
        Some(OpenConnection(connection))
    }

    /// Admits a request that came through a trusted proxy; None if its sender has too many under way.
    pub fn admit_request(self: &Arc<Self>, holder: Holder) -> Option<RequestSlot> {
        let mut open = self.lock();
        if open.count(&holder) >= self.max_per_holder {
            return None;
        }
        *open.by_holder.entry(holder.clone()).or_default() += 1;
        Some(RequestSlot { all: Arc::clone(self), holder })
    }

    /// The most connections that may be open.
    pub fn max(&self) -> usize {
        self.max
    }

    /// Connections that are open.
    pub fn count(&self) -> usize {
        self.lock().by_id.len()
    }

    /// Closes some connections on which nothing happens, since files have run out.
    pub fn shed(&self) {
        let mut open = self.lock();
        self.make_room(&mut open);
    }

    /// Of those that can go, the ones of whoever has the most go first. Returns whether any went.
    fn make_room(&self, open: &mut Open) -> bool {
        let now = self.now();
        let waiting = open.by_id.values().filter(|connection| connection.waits_since(now).is_some());
        let greatest = waiting.map(|connection| open.count_of(connection)).max();
        greatest.is_some_and(|greatest| self.evict(open, |open, one| open.count_of(one) == greatest) > 0)
    }

    /// Closes the oldest of some connections on which nothing happens: those that have waited for a request for a while, then those that
    /// have waited for the rest of one, then those whose clients have not taken a response, then those that have only just begun.
    /// Returns how many.
    fn evict(&self, open: &mut Open, of: impl Fn(&Open, &Connection) -> bool) -> usize {
        let now = self.now();
        let mut idle: Vec<(Option<Phase>, u64, u64)> = open
            .by_id
            .values()
            .filter(|connection| of(open, connection))
            .filter_map(|connection| {
                let (phase, since) = connection.waits_since(now)?;
                let is_old = now.saturating_sub(since) >= JUST_BEGUN_MS;
                Some((Some(phase).filter(|_| is_old), since, connection.id))
            })
            .collect();
        if idle.is_empty() {
            return 0;
        }
        let order = |(phase, since, id): &(Option<Phase>, u64, u64)| (phase.is_none(), *phase, *since, *id);
        let many = idle.len().div_ceil(ROOM);
        idle.select_nth_unstable_by_key(many - 1, order);
        for (_, _, id) in &idle[..many] {
            if let Some(connection) = open.remove(*id) {
                connection.eviction.notify_one();
            }
        }
        metrics::counter!("carillon_evicted_connections_total").increment(many as u64);
        many
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn count(&self, holder: &Holder) -> usize {
        self.by_holder.get(holder).copied().unwrap_or(0)
    }

    /// Connections of whom a connection counts for; none for one of a trusted proxy.
    fn count_of(&self, connection: &Connection) -> usize {
        connection.lock_holder().as_ref().map_or(0, |holder| self.count(holder))
    }

    fn release(&mut self, holder: &Holder) {
        if let Some(count) = self.by_holder.get_mut(holder) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.by_holder.remove(holder);
            }
        }
    }

    /// Takes a connection out, so that it counts no more.
    fn remove(&mut self, id: u64) -> Option<Arc<Connection>> {
        let connection = self.by_id.remove(&id)?;
        if let Some(holder) = connection.lock_holder().take() {
            self.release(&holder);
        }
        Some(connection)
    }

    /// Counts for another holder from now on, unless that one has too many.
    fn move_holder(&mut self, from: &mut Holder, to: &Holder, max: usize) {
        if from == to || self.count(to) >= max {
            return;
        }
        self.release(from);
        *self.by_holder.entry(to.clone()).or_default() += 1;
        *from = to.clone();
    }
}

impl Connection {
    /// Notes what the connection does from now on.
    pub fn enter(&self, phase: Phase) {
        // A connection that answers waits for nothing: since when it does so makes no difference.
        if phase != Phase::Answer {
            self.since.store(self.all.now(), Ordering::Relaxed);
        }
        self.phase.store(phase as u8, Ordering::Relaxed);
    }

    /// What the connection does.
    pub fn phase(&self) -> Phase {
        match self.phase.load(Ordering::Relaxed) {
            0 => Phase::Head,
            1 => Phase::Body,
            _ => Phase::Answer,
        }
    }

    /// What the connection waits for its client to do, and since when; None while it does something itself. A client that has just
    /// begun to take a response slowly is not waited for yet.
    fn waits_since(&self, now: u64) -> Option<(Phase, u64)> {
        match self.phase() {
            Phase::Answer => {
                let since = self.stalled_since.load(Ordering::Relaxed);
                (now.saturating_sub(since) >= STALLED_MS).then_some((Phase::Answer, since))
            }
            phase => Some((phase, self.since.load(Ordering::Relaxed))),
        }
    }

    /// Since when the head of a request is awaited; None while none is.
    pub fn awaits_head_since(&self) -> Option<Instant> {
        let since = Duration::from_millis(self.since.load(Ordering::Relaxed));
        (self.phase() == Phase::Head).then(|| self.all.began + since)
    }

    /// Notes that a write is held up by the client.
    pub fn stall(&self) {
        self.stalled_since.store(self.all.now(), Ordering::Relaxed);
    }

    /// Notes that the client has taken enough.
    pub fn proceed(&self) {
        self.stalled_since.store(NOT_STALLED, Ordering::Relaxed);
    }

    /// Notes that the head of a request has come.
    pub fn begin_request(&self, has_body: bool) {
        self.enter(if has_body { Phase::Body } else { Phase::Answer });
    }

    /// Notes that the end of the request that comes is in doubt, or that of one that was sent with it.
    pub fn doubt(&self) {
        self.is_doubtful.store(true, Ordering::Relaxed);
    }

    /// Whether the end of its last request is in doubt. No other may follow then.
    pub fn is_doubtful(&self) -> bool {
        self.is_doubtful.load(Ordering::Relaxed)
    }

    /// Returns once the connection has to close to make room for others.
    pub async fn evicted(&self) {
        self.eviction.notified().await;
    }

    /// Hands over a response that lasts as long as the connection.
    pub fn hand_over(&self, response: Response<ResponseBody>) {
        *self.handed_over.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(response));
    }

    /// Takes such a response.
    pub fn take_handed_over(&self) -> Option<Box<Response<ResponseBody>>> {
        self.handed_over.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Counts the connection for who its last request proved to be. One of a trusted proxy stays uncounted.
    pub fn count_for(&self, holder: &Holder) {
        // Most requests of a connection have the same sender: they need no lock that other connections wait for.
        if self.is_of(holder) {
            return;
        }
        let mut open = self.all.lock();
        if let Some(own) = self.lock_holder().as_mut() {
            open.move_holder(own, holder, self.all.max_per_holder);
        }
    }

    /// Always locked after [`Connections::open`].
    fn lock_holder(&self) -> MutexGuard<'_, Option<Holder>> {
        self.holder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_of(&self, holder: &Holder) -> bool {
        self.lock_holder().as_ref() == Some(holder)
    }
}

/// A connection that counts until this is dropped.
pub struct OpenConnection(Arc<Connection>);

impl OpenConnection {
    /// The connection.
    pub fn connection(&self) -> &Arc<Connection> {
        &self.0
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.all.lock().remove(self.0.id);
    }
}

/// A request that counts until this is dropped.
pub struct RequestSlot {
    all: Arc<Connections>,
    holder: Holder,
}

impl RequestSlot {
    /// Counts the request for who sent it.
    pub fn count_for(&mut self, holder: &Holder) {
        let max = self.all.max_per_holder;
        self.all.lock().move_holder(&mut self.holder, holder, max);
    }
}

impl Drop for RequestSlot {
    fn drop(&mut self) {
        self.all.lock().release(&self.holder);
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    fn address(last: u8) -> Option<Holder> {
        Some(Holder::Address(IpAddr::from([192, 0, 2, last])))
    }

    fn is_evicted(open: &OpenConnection) -> bool {
        !open.0.all.lock().by_id.contains_key(&open.0.id)
    }

    #[test]
    fn a_newcomer_takes_the_place_of_the_oldest_silent_one_of_its_address() {
        let all = Connections::new(10, 2);
        let other = all.admit(address(2)).unwrap();
        let oldest = all.admit(address(1)).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(2));
        let second = all.admit(address(1)).unwrap();
        let third = all.admit(address(1)).unwrap();
        assert!(is_evicted(&oldest) && !is_evicted(&second) && !is_evicted(&third) && !is_evicted(&other));
        second.connection().enter(Phase::Answer);
        third.connection().enter(Phase::Answer);
        assert!(all.admit(address(1)).is_none(), "all of them are at work");
        third.connection().enter(Phase::Body);
        assert!(all.admit(address(1)).is_some());
        assert!(is_evicted(&third));
    }

    #[test]
    fn who_does_not_take_a_response_makes_room_after_a_while() {
        let all = Connections::new(2, 2);
        let slow = all.admit(address(1)).unwrap();
        let busy = all.admit(address(2)).unwrap();
        slow.connection().enter(Phase::Answer);
        busy.connection().enter(Phase::Answer);
        slow.connection().stall();
        assert!(all.admit(address(3)).is_none(), "it may only just have begun");
        std::thread::sleep(std::time::Duration::from_millis(STALLED_MS));
        slow.connection().proceed();
        assert!(all.admit(address(3)).is_none(), "it goes on");
        slow.connection().stall();
        std::thread::sleep(std::time::Duration::from_millis(STALLED_MS));
        assert!(all.admit(address(3)).is_some());
        assert!(is_evicted(&slow) && !is_evicted(&busy));
    }

    #[test]
    fn who_has_the_most_makes_room_when_all_are_taken() {
        let all = Connections::new(3, 3);
        let modest = all.admit(address(2)).unwrap();
        let greedy = [(); 2].map(|()| all.admit(address(1)).unwrap());
        let newcomer = all.admit(address(3)).unwrap();
        assert!(!is_evicted(&modest) && !is_evicted(&newcomer));
        assert_eq!(greedy.iter().filter(|one| is_evicted(one)).count(), 1);
        assert_eq!(all.count(), 3);
        drop((modest, greedy, newcomer));
        assert_eq!(all.count(), 0);
        assert!(all.lock().by_holder.is_empty());
    }

    #[test]
    fn whoever_has_less_stays_while_those_of_the_busiest_are_answered() {
        let all = Connections::new(6, 6);
        let newcomer = all.admit(address(1)).unwrap();
        let busiest = [(); 3].map(|()| all.admit(address(2)).unwrap());
        let busy = [(); 2].map(|()| all.admit(address(3)).unwrap());
        busiest.iter().for_each(|one| one.connection().enter(Phase::Answer));
        assert!(all.admit(address(4)).is_some());
        assert!(!is_evicted(&newcomer) && is_evicted(&busy[0]) && !is_evicted(&busy[1]));
    }

    #[test]
    fn who_signed_in_counts_alone_and_not_for_the_address() {
        let all = Connections::new(10, 1);
        let mine = all.admit(address(1)).unwrap();
        mine.connection().enter(Phase::Answer);
        assert!(all.admit(address(1)).is_none());
        mine.connection().count_for(&Holder::Session([7; 32]));
        let another = all.admit(address(1)).unwrap();
        another.connection().count_for(&Holder::Session([7; 32]));
        another.connection().enter(Phase::Answer);
        assert!(all.admit(address(1)).is_none(), "a session has a limit too");
    }

    #[test]
    fn requests_of_a_trusted_proxy_count_by_forwarded_address() {
        let all = Connections::new(10, 1);
        let proxy = [(); 3].map(|()| all.admit(None).unwrap());
        let holder = address(1).unwrap();
        let mut slot = all.admit_request(holder.clone()).unwrap();
        assert!(all.admit_request(holder.clone()).is_none());
        slot.count_for(&Holder::Session([7; 32]));
        assert!(all.admit_request(holder).is_some());
        drop((slot, proxy));
        assert!(all.lock().by_holder.is_empty());
    }
}
