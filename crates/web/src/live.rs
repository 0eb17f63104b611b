//! The open live pages and the events that each of them receives.
//!
//! One task receives the events of the store and sends each to the pages of its audience. An idle page has no task: heartbeats
//! and the end of sessions are handled for all pages in one pass.

mod operators;
mod page;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::body::Bytes;
use carillon_model::{
    audience::Audience,
    env::Env,
    id::{AccountId, CorpId, MemberNo, SendSeq},
    settings::LiveSettings,
    time::Timestamp,
};
use carillon_store::{ConsoleTopic, LiveEvent, SessionHash};
use futures::channel::mpsc;
use serde::Serialize;
use tokio::sync::{broadcast, watch};

pub use operators::{ConsoleWatch, WatchedPage};
pub use page::LivePage;

use operators::OperatorPages;

/// The most events that wait for a page. A page that falls further behind is closed, and its browser reconnects.
const PAGE_QUEUE_EVENTS: usize = 16;
/// Seconds between two heartbeats of a page. They detect dead connections.
const HEARTBEAT_SECONDS: u64 = 20;
/// A comment of server-sent events, which browsers ignore.
const HEARTBEAT: Bytes = Bytes::from_static(b":\n\n");

/// An extension of responses whose body lasts as long as the connection. The listener may write the body itself and free what
/// further requests would need.
#[derive(Clone, Copy, Debug)]
pub struct HandOver;

/// The session that a page belongs to.
#[derive(Clone, Debug)]
pub struct PageOwner {
    pub corp: CorpId,
    pub member: MemberNo,
    pub session: SessionHash,
    /// The time when the session expires. The page ends with it.
    pub expires_at: Timestamp,
}

/// Why a page was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// The member has reached the limit of open pages.
    TooManyOfMember,
    /// The server has reached its limit of open pages, or is stopping.
    TooMany,
}

/// The open pages of all members.
pub struct Hub {
    env: Env,
    limits: LiveSettings,
    stopping: watch::Receiver<bool>,
    pages: Mutex<OpenPages>,
}

#[derive(Default)]
struct OpenPages {
    by_corp: HashMap<CorpId, BTreeMap<MemberNo, Vec<OpenPage>>>,
    /// The pages of operators, which receive other events.
    operators: OperatorPages,
    count: usize,
    last_id: u64,
    /// True while the task runs that receives events.
    is_listening: bool,
}

struct OpenPage {
    id: u64,
    session: SessionHash,
    expires_at: Timestamp,
    /// `None` once the page must end. It counts as open until its connection is closed.
    sender: Option<mpsc::Sender<Bytes>>,
}

impl Hub {
    /// Creates a hub without pages.
    pub fn new(env: Env, stopping: watch::Receiver<bool>) -> Self {
        Self { limits: env.settings.live.clone(), env, stopping, pages: Mutex::default() }
    }

    /// Opens a page. Calls `subscribe` if the task that receives events does not run yet. The caller must check afterwards that the
    /// session still exists: the end of a session is noticed only for pages that are already open.
    ///
    /// # Errors
    /// [`OpenError`] if a limit is reached or the server is stopping.
    pub fn open(
        self: &Arc<Self>,
        owner: PageOwner,
        subscribe: impl FnOnce() -> broadcast::Receiver<LiveEvent>,
    ) -> Result<LivePage, OpenError> {
        let is_full = |count: usize, limit: usize| limit > 0 && count >= limit;
        let (sender, receiver) = mpsc::channel(PAGE_QUEUE_EVENTS);
        let mut guard = self.lock();
        let pages = &mut *guard;
        if *self.stopping.borrow() || is_full(pages.count, self.limits.pages) {
            return Err(OpenError::TooMany);
        }
        let of_corp = pages.by_corp.entry(owner.corp.clone()).or_default();
        let of_member = of_corp.entry(owner.member).or_default();
        if is_full(of_member.len(), self.limits.pages_per_member) {
            return Err(OpenError::TooManyOfMember);
        }
        pages.last_id += 1;
        let id = pages.last_id;
        let sender = Some(sender);
        of_member.push(OpenPage { id, session: owner.session, expires_at: owner.expires_at, sender });
        pages.count += 1;
        self.listen(pages, subscribe);
        drop(guard);
        Ok(LivePage::new(Arc::clone(self), owner, id, receiver))
    }

    /// Opens a page of an operator, as [`Self::open`] does for others. The limits are the same, and the pages of a member in the console
    /// count for themselves. The caller must check afterwards that the rights are still those of `watch`.
    ///
    /// # Errors
    /// [`OpenError`] if a limit is reached or the server is stopping.
    pub fn open_of_operator(
        self: &Arc<Self>,
        owner: PageOwner,
        watch: ConsoleWatch,
        subscribe: impl FnOnce() -> broadcast::Receiver<LiveEvent>,
    ) -> Result<LivePage, OpenError> {
        let is_full = |count: usize, limit: usize| limit > 0 && count >= limit;
        let (sender, receiver) = mpsc::channel(PAGE_QUEUE_EVENTS);
        let mut guard = self.lock();
        let pages = &mut *guard;
        if *self.stopping.borrow() || is_full(pages.count, self.limits.pages) {
            return Err(OpenError::TooMany);
        }
        if is_full(pages.operators.count_of(&owner.corp, owner.member), self.limits.pages_per_member) {
            return Err(OpenError::TooManyOfMember);
        }
        pages.last_id += 1;
        let id = pages.last_id;
        let sender = Some(sender);
        let page = OpenPage { id, session: owner.session, expires_at: owner.expires_at, sender };
        pages.operators.add(&owner.corp, owner.member, page, watch);
        pages.count += 1;
        self.listen(pages, subscribe);
        drop(guard);
        Ok(LivePage::new(Arc::clone(self), owner, id, receiver))
    }

    /// Starts the task that receives events if it does not run.
    fn listen(
        self: &Arc<Self>,
        pages: &mut OpenPages,
        subscribe: impl FnOnce() -> broadcast::Receiver<LiveEvent>,
    ) {
        if !std::mem::replace(&mut pages.is_listening, true) {
            tokio::spawn(listen(ListenerGuard(Arc::clone(self)), subscribe(), self.stopping.clone()));
        }
    }

    fn close(&self, owner: &PageOwner, id: u64) {
        let mut guard = self.lock();
        let pages = &mut *guard;
        if pages.operators.remove(&owner.corp, id) {
            pages.count -= 1;
            return;
        }
        let Some(of_corp) = pages.by_corp.get_mut(&owner.corp) else { return };
        let Some(of_member) = of_corp.get_mut(&owner.member) else { return };
        let before = of_member.len();
        of_member.retain(|page| page.id != id);
        pages.count -= before - of_member.len();
        if of_member.is_empty() {
            of_corp.remove(&owner.member);
        }
        if of_corp.is_empty() {
            pages.by_corp.remove(&owner.corp);
        }
    }

    fn deliver(&self, event: &LiveEvent) {
        let mut pages = self.lock();
        match event {
            LiveEvent::ConsoleChanged { corp, account, topic } => {
                pages.operators.changed(corp, account.as_ref(), *topic);
            }
            LiveEvent::OperatorRightsChanged { corp, member } => {
                pages.operators.end_where(corp, |page_of| member.is_none_or(|changed| changed == page_of));
            }
            LiveEvent::Sent { corp, account, task, audience } => {
                pages.operators.changed(corp, Some(account), ConsoleTopic::Sends);
                pages.send_to_audience(corp, audience, &message_event("sent", account, task.as_str(), false));
            }
            LiveEvent::Recalled { corp, account, task, audience } => {
                pages.operators.changed(corp, Some(account), ConsoleTopic::Sends);
                pages.send_to_audience(
                    corp,
                    audience,
                    &message_event("recalled", account, task.as_str(), false),
                );
            }
            LiveEvent::ChatMessagePosted { conversation, id, is_own } => {
                let message = message_event("sent", &conversation.account, id.as_str(), *is_own);
                let topic = ConsoleTopic::Conversation(Some(conversation.member));
                pages.operators.changed(&conversation.corp, Some(&conversation.account), topic);
                if let Some(of_member) = pages.of_member(&conversation.corp, conversation.member) {
                    of_member.iter_mut().for_each(|page| page.send(&message));
                }
            }
            LiveEvent::SessionsEnded { corp, member, session } => {
                let is_ended = |page: &&mut OpenPage| session.is_none_or(|ended| ended == page.session);
                if let Some(of_member) = pages.of_member(corp, *member) {
                    of_member.iter_mut().filter(is_ended).for_each(OpenPage::end);
                }
                let of_operator = pages.operators.of_member(corp, *member);
                of_operator.filter(is_ended).for_each(OpenPage::end);
            }
        }
    }

    /// Sends `read` to the pages of a member: the conversation was read up to a message.
    pub fn send_read(&self, corp: &CorpId, member: MemberNo, account: &AccountId, newest: SendSeq) {
        let mut pages = self.lock();
        let Some(of_member) = pages.of_member(corp, member) else { return };
        let data = serde_json::to_string(&ReadEvent { unionid: account.as_str(), seq: newest.0 });
        let message = format!("event: read\ndata: {}\n\n", data.unwrap_or_default()).into();
        of_member.iter_mut().for_each(|page| page.send(&message));
    }

    /// Ends the pages of a session.
    pub fn end_session(&self, corp: &CorpId, session: &SessionHash) {
        let mut pages = self.lock();
        let OpenPages { by_corp, operators, .. } = &mut *pages;
        let of_corp = by_corp.get_mut(corp).into_iter().flat_map(BTreeMap::values_mut).flatten();
        let all = of_corp.chain(operators.of_corp(corp));
        all.filter(|page| page.session == *session).for_each(OpenPage::end);
    }

    /// Ends all pages. Their browsers reconnect.
    fn end_all(&self) {
        self.lock().each(OpenPage::end);
    }

    /// Sends a heartbeat to a part of the pages, to each once in [`HEARTBEAT_SECONDS`], and ends those with an expired session.
    fn heartbeat(&self, second: u64) {
        let now = self.env.now();
        let mut pages = self.lock();
        pages.operators.begin_second(second);
        pages.each(|page| {
            if page.expires_at <= now {
                page.end();
            } else if page.id % HEARTBEAT_SECONDS == second % HEARTBEAT_SECONDS {
                page.send(&HEARTBEAT);
            }
        });
    }

    fn lock(&self) -> MutexGuard<'_, OpenPages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenPages {
    fn of_member(&mut self, corp: &CorpId, member: MemberNo) -> Option<&mut Vec<OpenPage>> {
        self.by_corp.get_mut(corp)?.get_mut(&member)
    }

    /// Iterates over the smaller set: the audience, or the members with open pages.
    fn send_to_audience(&mut self, corp: &CorpId, audience: &Audience, message: &Bytes) {
        let Some(of_corp) = self.by_corp.get_mut(corp) else { return };
        if usize::try_from(audience.len()).is_ok_and(|members| members < of_corp.len()) {
            for member in audience.iter() {
                if let Some(of_member) = of_corp.get_mut(&member) {
                    of_member.iter_mut().for_each(|page| page.send(message));
                }
            }
        } else {
            for (_, of_member) in of_corp.iter_mut().filter(|(member, _)| audience.contains(**member)) {
                of_member.iter_mut().for_each(|page| page.send(message));
            }
        }
    }

    fn each(&mut self, act: impl FnMut(&mut OpenPage)) {
        let of_members = self.by_corp.values_mut().flat_map(BTreeMap::values_mut).flatten();
        of_members.chain(self.operators.all()).for_each(act);
    }
}

impl OpenPage {
    /// Queues a message. Ends the page if its queue is full; its browser reconnects.
    fn send(&mut self, message: &Bytes) {
        if self.sender.as_mut().is_some_and(|sender| sender.try_send(message.clone()).is_err()) {
            self.end();
        }
    }

    fn end(&mut self) {
        self.sender = None;
    }
}

/// Receives events until the server or the store stops.
async fn listen(
    hub: ListenerGuard,
    mut events: broadcast::Receiver<LiveEvent>,
    mut stopping: watch::Receiver<bool>,
) {
    let ListenerGuard(hub) = &hub;
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut second = 0;
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Ok(event) => hub.deliver(&event),
                // It is unknown which pages missed events.
                Err(broadcast::error::RecvError::Lagged(_)) => hub.end_all(),
                Err(broadcast::error::RecvError::Closed) => return,
            },
            _ = seconds.tick() => {
                second += 1;
                hub.heartbeat(second);
            }
            _ = stopping.wait_for(|stopping| *stopping) => return,
        }
    }
}

/// Ends all pages when the task that receives events ends, for whatever reason: they would receive nothing any more.
struct ListenerGuard(Arc<Hub>);

impl Drop for ListenerGuard {
    fn drop(&mut self) {
        let mut pages = self.0.lock();
        pages.is_listening = false;
        pages.each(OpenPage::end);
    }
}

#[derive(Serialize)]
struct MessageEvent<'a> {
    unionid: &'a str,
    message_id: &'a str,
    /// True if the member wrote the message.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    mine: bool,
}

#[derive(Serialize)]
struct ReadEvent<'a> {
    unionid: &'a str,
    seq: i64,
}

/// Returns a server-sent event with the ids of an account and a message.
fn message_event(name: &str, account: &AccountId, message_id: &str, mine: bool) -> Bytes {
    let data = serde_json::to_string(&MessageEvent { unionid: account.as_str(), message_id, mine });
    format!("event: {name}\ndata: {}\n\n", data.unwrap_or_default()).into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests;
