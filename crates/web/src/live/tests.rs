use carillon_model::{env::FixedClock, id::TaskId, settings::Settings};
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
