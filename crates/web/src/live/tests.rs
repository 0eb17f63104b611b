use carillon_model::{
    env::FixedClock,
    id::{MessageId, TaskId},
    operator::{AccountScope, OperatorRole},
    settings::Settings,
};
use carillon_store::ConversationKey;
use futures::{FutureExt, StreamExt};

use super::*;

const NOW: Timestamp = Timestamp(1_760_000_000_000);

fn hub(pages: usize, pages_per_member: usize) -> Arc<Hub> {
    let live = LiveSettings { pages, pages_per_member };
    let env = Env::system(Settings { live, ..Settings::default() }, [0; 32]).with_clock(FixedClock(NOW));
    // No task receives events: the tests deliver them.
    let hub = Hub::new(env, watch::channel(false).1);
    hub.lock().is_listening = true;
    Arc::new(hub)
}

fn open(hub: &Arc<Hub>, corp: &str, member: u32, session: u8) -> Result<LivePage, OpenError> {
    let owner = PageOwner {
        corp: CorpId::from(corp),
        member: MemberNo(member),
        session: [session; 32],
        expires_at: NOW.plus_ms(1),
    };
    hub.open(owner, || unreachable!("the listener runs"))
}

fn sent(corp: &str, audience: &[u32]) -> LiveEvent {
    LiveEvent::Sent {
        corp: CorpId::from(corp),
        account: AccountId::from("account"),
        task: TaskId::from("task"),
        audience: Arc::new(audience.iter().copied().map(MemberNo).collect()),
    }
}

/// Returns the messages of a page without the `retry` field, and whether the page ended.
fn received(page: &mut LivePage) -> (Vec<Bytes>, bool) {
    let mut messages = Vec::new();
    loop {
        match page.next().now_or_never() {
            Some(Some(Ok(message))) if message.starts_with(b"retry: ") => {}
            Some(Some(Ok(message))) => messages.push(message),
            Some(None) => return (messages, true),
            None => return (messages, false),
        }
    }
}

#[test]
fn a_send_reaches_the_pages_of_its_audience_alone() {
    let hub = hub(0, 0);
    let mut pages: Vec<_> = (1..=4).map(|member| open(&hub, "a", member, 1).unwrap()).collect();
    let mut second = open(&hub, "a", 2, 2).unwrap();
    let mut elsewhere = open(&hub, "b", 2, 1).unwrap();
    // An audience smaller than the number of open pages, and a larger one.
    hub.deliver(&sent("a", &[2, 99]));
    hub.deliver(&sent("a", &[2, 3, 5, 6, 7, 8, 9]));
    let message = Bytes::from("event: sent\ndata: {\"unionid\":\"account\",\"message_id\":\"task\"}\n\n");
    let counts: Vec<_> = pages.iter_mut().map(|page| received(page).0.len()).collect();
    assert_eq!(counts, [0, 2, 1, 0]);
    assert_eq!(received(&mut second), (vec![message.clone(), message], false));
    assert_eq!(
        received(&mut elsewhere),
        (vec![], false),
        "another organisation has members of the same number"
    );
}

#[test]
fn a_page_that_falls_behind_ends_and_counts_until_it_is_gone() {
    let hub = hub(1, 0);
    let mut page = open(&hub, "a", 1, 1).unwrap();
    // The channel has one slot more than its size, for its sender.
    for _ in 0..=PAGE_QUEUE_EVENTS + 1 {
        hub.deliver(&sent("a", &[1]));
    }
    assert_eq!(open(&hub, "a", 1, 1).err(), Some(OpenError::TooMany));
    let (messages, has_ended) = received(&mut page);
    assert_eq!((messages.len(), has_ended), (PAGE_QUEUE_EVENTS + 1, true));
    drop(page);
    assert!(open(&hub, "a", 1, 1).is_ok());
    assert!(hub.lock().by_corp.is_empty(), "nothing is left of closed pages");
}

#[test]
fn open_pages_are_limited_per_member_and_in_total() {
    let hub = hub(3, 2);
    let first = open(&hub, "a", 1, 1).unwrap();
    let _second = open(&hub, "a", 1, 2).unwrap();
    assert_eq!(open(&hub, "a", 1, 3).err(), Some(OpenError::TooManyOfMember));
    let _third = open(&hub, "a", 2, 1).unwrap();
    assert_eq!(open(&hub, "b", 1, 1).err(), Some(OpenError::TooMany));
    drop(first);
    assert!(open(&hub, "b", 1, 1).is_ok());
}

#[test]
fn pages_end_with_their_session() {
    let hub = hub(0, 0);
    let mut pages = [1, 2, 3].map(|session| open(&hub, "a", 1, session).unwrap());
    let mut other = open(&hub, "a", 2, 1).unwrap();
    let ended = |session| LiveEvent::SessionsEnded { corp: CorpId::from("a"), member: MemberNo(1), session };
    hub.deliver(&ended(Some([1; 32])));
    assert_eq!(pages.each_mut().map(|page| received(page).1), [true, false, false]);
    hub.deliver(&ended(None));
    assert_eq!(pages.each_mut().map(|page| received(page).1), [true, true, true]);
    assert!(!received(&mut other).1);
}

#[test]
fn pages_get_heartbeats_until_their_session_expires() {
    let mut hub = hub(0, 0);
    let mut page = open(&hub, "a", 1, 1).unwrap();
    for second in 0..HEARTBEAT_SECONDS {
        hub.heartbeat(second);
    }
    assert_eq!(received(&mut page), (vec![HEARTBEAT], false));
    drop(page);
    let shared = Arc::get_mut(&mut hub).unwrap();
    shared.env = shared.env.with_clock(FixedClock(NOW.plus_ms(1)));
    let mut expired = open(&hub, "a", 1, 1).unwrap();
    hub.heartbeat(0);
    assert_eq!(received(&mut expired), (vec![], true));
}

#[tokio::test]
async fn pages_end_with_the_listener() {
    let hub = hub(0, 0);
    hub.lock().is_listening = false;
    let (events, receiver) = broadcast::channel(1);
    let owner = PageOwner {
        corp: CorpId::from("a"),
        member: MemberNo(1),
        session: [1; 32],
        expires_at: NOW.plus_ms(1),
    };
    let mut page = hub.open(owner, || receiver).unwrap();
    drop(events);
    while page.next().await.is_some() {}
    assert!(!hub.lock().is_listening);
}

fn open_of_operator(
    hub: &Arc<Hub>,
    member: u32,
    page: WatchedPage,
    account: &str,
) -> Result<LivePage, OpenError> {
    let owner = PageOwner {
        corp: CorpId::from("a"),
        member: MemberNo(member),
        session: [1; 32],
        expires_at: NOW.plus_ms(1),
    };
    let scope = AccountScope::Only(std::iter::once(AccountId::from(account)).collect());
    let rights = [(OperatorRole::Agent, scope)].into_iter().collect();
    hub.open_of_operator(owner, ConsoleWatch { page, rights }, || unreachable!("the listener runs"))
}

fn changed(account: &str, topic: ConsoleTopic) -> LiveEvent {
    let account = Some(AccountId::from(account));
    LiveEvent::ConsoleChanged { corp: CorpId::from("a"), account, topic }
}

fn counts(pages: &mut [LivePage]) -> Vec<usize> {
    pages.iter_mut().map(|page| received(page).0.len()).collect()
}

#[test]
fn pages_of_operators_receive_what_they_show_of_their_accounts() {
    let hub = hub(0, 0);
    let of = |account: &str| AccountId::from(account);
    let mut pages = [
        (WatchedPage::Home, "x"),
        (WatchedPage::Conversations(of("x")), "x"),
        (WatchedPage::Thread(of("x"), MemberNo(7)), "x"),
        (WatchedPage::Comments(None), "x"),
        (WatchedPage::Home, "y"),
        (WatchedPage::Conversations(of("x")), "y"),
        (WatchedPage::Calls, "x"),
    ]
    .map(|(page, account)| open_of_operator(&hub, 1, page, account).unwrap());
    let second = std::cell::Cell::new(0);
    let mut deliver = |event: LiveEvent| {
        second.set(second.get() + 1);
        hub.heartbeat(second.get() * HEARTBEAT_SECONDS + 19);
        counts(&mut pages);
        hub.deliver(&event);
        counts(&mut pages)
    };
    let conversation = |member| ConsoleTopic::Conversation(Some(MemberNo(member)));
    assert_eq!(deliver(changed("x", conversation(7))), [1, 1, 1, 0, 0, 0, 0]);
    assert_eq!(deliver(changed("x", conversation(8))), [1, 1, 0, 0, 0, 0, 0]);
    assert_eq!(deliver(changed("x", ConsoleTopic::Conversation(None))), [1, 1, 1, 0, 0, 0, 0]);
    assert_eq!(deliver(changed("x", ConsoleTopic::Comments)), [1, 0, 0, 1, 0, 0, 0]);
    assert_eq!(deliver(changed("y", ConsoleTopic::Comments)), [0, 0, 0, 0, 1, 0, 0]);
    assert_eq!(deliver(changed("x", ConsoleTopic::Sends)), [0; 7], "agents see no sends");
    assert_eq!(deliver(changed("x", ConsoleTopic::Calls)), [0; 7], "nor calls");
    let posted = LiveEvent::ChatMessagePosted {
        conversation: ConversationKey { corp: CorpId::from("a"), account: of("x"), member: MemberNo(7) },
        id: MessageId::from("m"),
        is_own: true,
    };
    assert_eq!(deliver(posted), [1, 1, 1, 0, 0, 0, 0]);
    // What members receive does not reach them.
    assert_eq!(deliver(sent("a", &[1])), [0; 7]);
}

#[test]
fn pages_of_operators_are_notified_once_in_a_second() {
    let hub = hub(0, 0);
    let mut pages = [open_of_operator(&hub, 1, WatchedPage::Home, "x").unwrap()];
    for _ in 0..100 {
        hub.deliver(&changed("x", ConsoleTopic::Comments));
    }
    assert_eq!(counts(&mut pages), [1]);
    hub.heartbeat(2);
    assert_eq!(counts(&mut pages), [1], "the others in the next second, together");
    hub.deliver(&changed("x", ConsoleTopic::Comments));
    assert_eq!(counts(&mut pages), [0]);
    hub.heartbeat(3);
    assert_eq!(counts(&mut pages), [1]);
    hub.heartbeat(4);
    assert_eq!(counts(&mut pages), [0]);
}

#[test]
fn pages_of_operators_are_limited_and_end_with_session_and_rights() {
    let hub = hub(3, 2);
    let open_one = |member| open_of_operator(&hub, member, WatchedPage::Home, "x");
    let mut first = open_one(1).unwrap();
    let second = open_one(1).unwrap();
    assert_eq!(open_one(1).err(), Some(OpenError::TooManyOfMember));
    let mut other = open_one(2).unwrap();
    assert_eq!(open_one(3).err(), Some(OpenError::TooMany));
    assert_eq!(open(&hub, "a", 1, 1).err(), Some(OpenError::TooMany));
    drop(second);
    let rights = |member| LiveEvent::OperatorRightsChanged { corp: CorpId::from("a"), member };
    hub.deliver(&rights(Some(MemberNo(1))));
    assert!(received(&mut first).1 && !received(&mut other).1);
    drop(first);
    hub.deliver(&rights(None));
    assert!(received(&mut other).1);
    drop(other);
    type End = dyn Fn(&Arc<Hub>);
    let ends: [&End; 3] = [
        &|hub| hub.end_session(&CorpId::from("a"), &[1; 32]),
        &|hub| {
            let (corp, session) = (CorpId::from("a"), None);
            hub.deliver(&LiveEvent::SessionsEnded { corp, member: MemberNo(1), session });
        },
        &|hub| hub.end_all(),
    ];
    for end in ends {
        let mut page = open_one(1).unwrap();
        assert!(!received(&mut page).1);
        end(&hub);
        assert!(received(&mut page).1);
    }
}
