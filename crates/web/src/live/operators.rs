//! The open pages of operators. They receive one kind of event: that they have something else to show. A page receives it at most once in
//! a second, so that a busy account floods nobody.

use std::collections::HashMap;

use axum::body::Bytes;
use carillon_model::{
    id::{AccountId, CorpId, MemberNo},
    operator::{OperatorRights, OperatorRole},
};
use carillon_store::ConsoleTopic;

use super::OpenPage;

/// The event.
const CHANGED: Bytes = Bytes::from_static(b"event: changed\ndata: 1\n\n");

/// What a page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchedPage {
    /// The home page.
    Home,
    /// The conversations of an account.
    Conversations(AccountId),
    /// The conversation of a member with an account.
    Thread(AccountId, MemberNo),
    /// The comments of an account; of all of the operator if `None`.
    Comments(Option<AccountId>),
    /// The journal of calls.
    Calls,
}

/// What a page shows, and the rights of its operator when it was opened.
#[derive(Clone, Debug)]
pub struct ConsoleWatch {
    pub page: WatchedPage,
    pub rights: OperatorRights,
}

impl ConsoleWatch {
    /// Returns true if the page may show something else after a change. `account` is `None` if the change can be of any.
    fn concerns(&self, account: Option<&AccountId>, topic: ConsoleTopic) -> bool {
        let is_of = |own: &AccountId| account.is_none_or(|changed| changed == own);
        let is_visible = match (&self.page, topic) {
            (WatchedPage::Home, ConsoleTopic::Calls) => false,
            (WatchedPage::Home, _) | (WatchedPage::Calls, ConsoleTopic::Calls) => true,
            (WatchedPage::Conversations(own), ConsoleTopic::Conversation(_)) => is_of(own),
            (WatchedPage::Thread(own, own_member), ConsoleTopic::Conversation(member)) => {
                is_of(own) && member.is_none_or(|member| member == *own_member)
            }
            (WatchedPage::Comments(own), ConsoleTopic::Comments) => own.as_ref().is_none_or(is_of),
            _ => false,
        };
        is_visible && self.may_see(account, topic)
    }

    /// An operator of one account does not even learn that another one has news.
    fn may_see(&self, account: Option<&AccountId>, topic: ConsoleTopic) -> bool {
        let roles: &[OperatorRole] = match topic {
            ConsoleTopic::Conversation(_) => &[OperatorRole::Agent],
            ConsoleTopic::Comments => &[OperatorRole::Agent, OperatorRole::Editor],
            ConsoleTopic::Sends => {
                &[OperatorRole::Editor, OperatorRole::Sender, OperatorRole::Approver, OperatorRole::Analyst]
            }
            ConsoleTopic::Articles => &[OperatorRole::Editor],
            ConsoleTopic::Calls => &[OperatorRole::Developer],
        };
        match account {
            Some(account) => self.rights.may_for(roles, account),
            None => self.rights.may(roles),
        }
    }
}

struct OperatorPage {
    member: MemberNo,
    page: OpenPage,
    watch: ConsoleWatch,
    /// The second in which the page received its last event.
    sent_in: u64,
    /// Whether it has something else to show that it was not notified of.
    is_pending: bool,
}

impl OperatorPage {
    fn send(&mut self, second: u64) {
        self.page.send(&CHANGED);
        (self.sent_in, self.is_pending) = (second, false);
    }
}

/// The open pages of operators.
#[derive(Default)]
pub(super) struct OperatorPages {
    by_corp: HashMap<CorpId, Vec<OperatorPage>>,
    second: u64,
}

impl OperatorPages {
    pub fn add(&mut self, corp: &CorpId, member: MemberNo, page: OpenPage, watch: ConsoleWatch) {
        let page = OperatorPage { member, page, watch, sent_in: u64::MAX, is_pending: false };
        self.by_corp.entry(corp.clone()).or_default().push(page);
    }

    /// Removes a page. Returns false if there is none.
    pub fn remove(&mut self, corp: &CorpId, id: u64) -> bool {
        let Some(pages) = self.by_corp.get_mut(corp) else { return false };
        let before = pages.len();
        pages.retain(|page| page.page.id != id);
        let is_removed = pages.len() < before;
        if pages.is_empty() {
            self.by_corp.remove(corp);
        }
        is_removed
    }

    pub fn count_of(&self, corp: &CorpId, member: MemberNo) -> usize {
        self.by_corp.get(corp).into_iter().flatten().filter(|page| page.member == member).count()
    }

    /// Notifies the pages that a change concerns: at once, or in the next second if they were just notified.
    pub fn changed(&mut self, corp: &CorpId, account: Option<&AccountId>, topic: ConsoleTopic) {
        let second = self.second;
        let pages = self.by_corp.get_mut(corp).into_iter().flatten();
        for page in pages.filter(|page| page.watch.concerns(account, topic)) {
            if page.sent_in == second {
                page.is_pending = true;
            } else {
                page.send(second);
            }
        }
    }

    /// Begins a second, and notifies the pages that were left out in the one before.
    pub fn begin_second(&mut self, second: u64) {
        self.second = second;
        let pages = self.by_corp.values_mut().flatten();
        pages.filter(|page| page.is_pending).for_each(|page| page.send(second));
    }

    /// Ends the pages of some members.
    pub fn end_where(&mut self, corp: &CorpId, is_meant: impl Fn(MemberNo) -> bool) {
        let pages = self.by_corp.get_mut(corp).into_iter().flatten();
        pages.filter(|page| is_meant(page.member)).for_each(|page| page.page.end());
    }

    pub fn of_member(&mut self, corp: &CorpId, member: MemberNo) -> impl Iterator<Item = &mut OpenPage> {
        let pages = self.by_corp.get_mut(corp).into_iter().flatten();
        pages.filter(move |page| page.member == member).map(|page| &mut page.page)
    }

    pub fn of_corp(&mut self, corp: &CorpId) -> impl Iterator<Item = &mut OpenPage> {
        self.by_corp.get_mut(corp).into_iter().flatten().map(|page| &mut page.page)
    }

    pub fn all(&mut self) -> impl Iterator<Item = &mut OpenPage> {
        self.by_corp.values_mut().flatten().map(|page| &mut page.page)
    }
}
