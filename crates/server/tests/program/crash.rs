//! `kill -9` during a burst of sends and receipts: acknowledged changes survive, and nothing is duplicated.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, SyncSender},
    },
    thread,
};

use serde_json::{Value, json};

use testkit::{
    browser::{Browser, tasks},
    program::ProgramFixture,
};

/// More than the limit of indexed audiences, so that sends to all are found by their bitmap and others by index rows.
const MEMBERS: usize = 258;
const READERS: usize = 4;
const SENDERS: usize = 4;
const ROUNDS: usize = 3;
/// The server is killed after this many acknowledged sends and pages with messages.
const SENDS: usize = 40;
const PAGES: usize = 20;

/// The results that the clients have seen when the server is killed.
#[derive(Default)]
struct ClientState {
    /// Acknowledged sends: the request by task.
    sent: BTreeMap<String, Value>,
    /// Sends without a response: created or not.
    unanswered: Vec<Value>,
    /// The sends that each reader has received.
    received: BTreeSet<(String, usize)>,
    /// Readers whose last page did not arrive: counted or not.
    interrupted: HashSet<usize>,
}

#[test]
fn responses_survive_kill_9_and_nothing_is_duplicated() {
    let mut fixture = ProgramFixture::with_config("[send]\ndaily_to_user = 0\ndaily_receivers_factor = 0\n");
    let team = fixture.department("组", 1);
    let mut readers: Vec<Browser> =
        (0..READERS).map(|number| fixture.browser(&format!("reader{number}"), team)).collect();
    (READERS..MEMBERS).for_each(|number| fixture.member(&format!("member{number}"), 1));
    let mut sent = BTreeMap::new();
    for round in 0..ROUNDS {
        let clients = burst(&mut fixture, &readers, round, team);
        fixture.restart();
        let url = fixture.url().to_owned();
        readers = readers.into_iter().map(|reader| reader.moved_to(&url)).collect();

        receipts_count_once(&fixture, &clients);
        sent.extend(sends_exist_once(&fixture, &readers[0], clients, &sent));

        // A reader of everything now counts once in each send, whatever was counted before the crash.
        for reader in &readers {
            let conversation: BTreeSet<String> = reader.conversation(&fixture.unionid).into_iter().collect();
            assert!(conversation.iter().eq(sent.keys()));
            assert_eq!(reader.row(&fixture.unionid).unwrap().unread, 0);
        }
        for task in sent.keys() {
            assert_eq!(fixture.readers(task), READERS as u64, "{task}");
        }
    }
}

/// Runs senders and readers until the server is killed.
fn burst(fixture: &mut ProgramFixture, readers: &[Browser], round: usize, team: i64) -> ClientState {
    let clients = Mutex::new(ClientState::default());
    let (answered, pages) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let counted = |counter: &AtomicUsize, reached: &SyncSender<()>| {
        counter.fetch_add(1, Ordering::SeqCst);
        if answered.load(Ordering::SeqCst) >= SENDS && pages.load(Ordering::SeqCst) >= PAGES {
            let _ = reached.try_send(());
        }
    };
    let (reached, wait) = mpsc::sync_channel(1);
    let send = format!("{}/topapi/message/mass/send?access_token={}", fixture.url(), fixture.token);
    let (unionid, conversation) = (fixture.unionid.clone(), format!("/inbox/a/{}", fixture.unionid));
    thread::scope(|scope| {
        for sender in 0..SENDERS {
            let (clients, answered, counted, send, unionid) =
                (&clients, &answered, &counted, &send, &unionid);
            let reached = reached.clone();
            scope.spawn(move || {
                let agent = ureq::Agent::new_with_defaults();
                for number in 0.. {
                    let text = format!("{round}-{sender}-{number}");
                    let mut request = json!({
                        "unionid": unionid, "msg_type": "text", "text_content": text, "uuid": text,
                        "is_to_all": number % 2 == 0,
                    });
                    if number % 2 == 1 {
                        request["dep_id_list"] = json!([team]);
                    }
                    let answer = agent.post(send).send_json(&request);
                    let answer = answer.and_then(|mut answer| answer.body_mut().read_json::<Value>());
                    let Ok(answer) = answer else {
                        clients.lock().unwrap().unanswered.push(request);
                        return;
                    };
                    assert_eq!(answer["errcode"], 0, "{answer}");
                    let task = answer["task_id"].as_str().unwrap().to_owned();
                    assert_eq!(clients.lock().unwrap().sent.insert(task, request), None);
                    counted(answered, &reached);
                }
            });
        }
        for (number, reader) in readers.iter().enumerate() {
            let (clients, pages, counted, conversation) = (&clients, &pages, &counted, &conversation);
            let reached = reached.clone();
            scope.spawn(move || {
                loop {
                    let Ok((status, page)) = reader.try_open(conversation) else {
                        clients.lock().unwrap().interrupted.insert(number);
                        return;
                    };
                    assert_eq!(status, 200);
                    clients
                        .lock()
                        .unwrap()
                        .received
                        .extend(tasks(&page).into_iter().map(|task| (task, number)));
                    if !tasks(&page).is_empty() {
                        counted(pages, &reached);
                    }
                }
            });
        }
        // Fail if all of them have failed.
        drop(reached);
        wait.recv().unwrap();
        fixture.kill();
    });
    clients.into_inner().unwrap()
}

/// Each received page counted its reader in each of its sends; a page that did not arrive may have counted too.
fn receipts_count_once(fixture: &ProgramFixture, clients: &ClientState) {
    for (task, request) in &clients.sent {
        let progress = fixture.progress(task);
        let receivers = if request["is_to_all"] == true { MEMBERS } else { READERS };
        assert_eq!(progress["receivers"], receivers, "{request}");
        let received = |reader: &usize| clients.received.contains(&(task.clone(), *reader));
        let certain = (0..READERS).filter(received).count();
        let possible = certain + clients.interrupted.iter().filter(|reader| !received(reader)).count();
        let readers = usize::try_from(progress["readers"].as_u64().unwrap()).unwrap();
        assert!((certain..=possible).contains(&readers), "{certain} to {possible}, not {readers}: {task}");
    }
}

/// Each acknowledged send is once in a receiver's inbox, and its uuid is used. A send without a response was created completely or not
/// at all, and its uuid shows which. Returns all sends of the burst that exist now.
fn sends_exist_once(
    fixture: &ProgramFixture,
    receiver: &Browser,
    mut clients: ClientState,
    before: &BTreeMap<String, Value>,
) -> BTreeMap<String, Value> {
    let mut inbox = receiver.conversation(&fixture.unionid);
    let received = inbox.len();
    inbox.sort();
    inbox.dedup();
    assert_eq!(inbox.len(), received, "no duplicates");
    let known_before = |task: &String| clients.sent.contains_key(task) || before.contains_key(task);
    let (expected, mut others): (Vec<String>, Vec<String>) = inbox.into_iter().partition(known_before);
    assert_eq!(expected.len(), clients.sent.len() + before.len(), "all acknowledged sends");
    for request in clients.sent.values() {
        let repeated = fixture.call("/topapi/message/mass/send", request);
        assert_eq!((&repeated["errcode"], repeated.get("task_id")), (&json!(800_035), None), "{request}");
    }
    for request in clients.unanswered {
        let repeated = fixture.call("/topapi/message/mass/send", &request);
        let task = if repeated["errcode"] == 0 {
            repeated["task_id"].as_str().unwrap().to_owned()
        } else {
            assert_eq!(repeated["errcode"], 800_035, "{repeated}");
            let text = format!(">{}<", request["text_content"].as_str().unwrap());
            let created = others
                .iter()
                .position(|task| receiver.message(&fixture.unionid, task).unwrap().contains(&text));
            others.swap_remove(created.expect("a used uuid has a send"))
        };
        clients.sent.insert(task, request);
    }
    assert!(others.is_empty(), "no other sends");
    clients.sent
}
