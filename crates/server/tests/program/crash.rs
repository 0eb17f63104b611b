//! The server killed in a burst of sends and receipts: what it answered is there, and nothing is there twice.

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

/// More members than are indexed one by one, so that sends to all are found by their bitmap and others by index rows.
const MEMBERS: usize = 258;
const READERS: usize = 4;
const SENDERS: usize = 4;
const ROUNDS: usize = 3;
/// The server is killed once it has answered so many sends, and so many pages with messages.
const SENDS: usize = 40;
const PAGES: usize = 20;

/// What the clients know when the server is gone.
#[derive(Default)]
struct Known {
    /// Answered sends: the request, by task.
    sent: BTreeMap<String, Value>,
    /// Sends without an answer: made or not.
    unanswered: Vec<Value>,
    /// Which readers were shown which send.
    shown: BTreeSet<(String, usize)>,
    /// Readers whose last page did not arrive: counted or not.
    interrupted: HashSet<usize>,
}

#[test]
fn what_was_answered_outlives_kill_9_and_nothing_is_there_twice() {
    let mut fixture = ProgramFixture::with_config("[send]\ndaily_to_user = 0\ndaily_receivers_factor = 0\n");
    let team = fixture.department("组", 1);
    let mut readers: Vec<Browser> =
        (0..READERS).map(|number| fixture.browser(&format!("reader{number}"), team)).collect();
    (READERS..MEMBERS).for_each(|number| fixture.member(&format!("member{number}"), 1));
    let mut sent = BTreeMap::new();
    for round in 0..ROUNDS {
        let known = burst(&mut fixture, &readers, round, team);
        fixture.restart();
        let url = fixture.url().to_owned();
        readers = readers.into_iter().map(|reader| reader.moved_to(&url)).collect();

        receipts_count_once(&fixture, &known);
        sent.extend(sends_exist_once(&fixture, &readers[0], known, &sent));

        // Whoever reads everything now counts once in each send, whatever was counted before the crash.
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

/// Senders and readers at work until the server is killed.
fn burst(fixture: &mut ProgramFixture, readers: &[Browser], round: usize, team: i64) -> Known {
    let known = Mutex::new(Known::default());
    let (answered, pages) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let counted = |counter: &AtomicUsize, enough: &SyncSender<()>| {
        counter.fetch_add(1, Ordering::SeqCst);
        if answered.load(Ordering::SeqCst) >= SENDS && pages.load(Ordering::SeqCst) >= PAGES {
            let _ = enough.try_send(());
        }
    };
    let (enough, wait) = mpsc::sync_channel(1);
    let send = format!("{}/topapi/message/mass/send?access_token={}", fixture.url(), fixture.token);
    let (unionid, conversation) = (fixture.unionid.clone(), format!("/inbox/a/{}", fixture.unionid));
    thread::scope(|scope| {
        for sender in 0..SENDERS {
            let (known, answered, counted, send, unionid) = (&known, &answered, &counted, &send, &unionid);
            let enough = enough.clone();
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
                        known.lock().unwrap().unanswered.push(request);
                        return;
                    };
                    assert_eq!(answer["errcode"], 0, "{answer}");
                    let task = answer["task_id"].as_str().unwrap().to_owned();
                    assert_eq!(known.lock().unwrap().sent.insert(task, request), None);
                    counted(answered, &enough);
                }
            });
        }
        for (number, reader) in readers.iter().enumerate() {
            let (known, pages, counted, conversation) = (&known, &pages, &counted, &conversation);
            let enough = enough.clone();
            scope.spawn(move || {
                loop {
                    let Ok((status, page)) = reader.try_open(conversation) else {
                        known.lock().unwrap().interrupted.insert(number);
                        return;
                    };
                    assert_eq!(status, 200);
                    known.lock().unwrap().shown.extend(tasks(&page).into_iter().map(|task| (task, number)));
                    if !tasks(&page).is_empty() {
                        counted(pages, &enough);
                    }
                }
            });
        }
        // When all of them fail, this does too.
        drop(enough);
        wait.recv().unwrap();
        fixture.kill();
    });
    known.into_inner().unwrap()
}

/// Each answered page counted its reader in each send that it showed; only a page that did not arrive may have counted too.
fn receipts_count_once(fixture: &ProgramFixture, known: &Known) {
    for (task, request) in &known.sent {
        let progress = fixture.progress(task);
        let receivers = if request["is_to_all"] == true { MEMBERS } else { READERS };
        assert_eq!(progress["receivers"], receivers, "{request}");
        let shown = |reader: &usize| known.shown.contains(&(task.clone(), *reader));
        let certain = (0..READERS).filter(shown).count();
        let possible = certain + known.interrupted.iter().filter(|reader| !shown(reader)).count();
        let readers = usize::try_from(progress["readers"].as_u64().unwrap()).unwrap();
        assert!((certain..=possible).contains(&readers), "{certain} to {possible}, not {readers}: {task}");
    }
}

/// Each answered send is in a receiver's inbox once, and its uuid is used. A send without an answer was made wholly or not
/// at all, and its uuid tells which. Answers all sends of the burst that exist now.
fn sends_exist_once(
    fixture: &ProgramFixture,
    receiver: &Browser,
    mut known: Known,
    before: &BTreeMap<String, Value>,
) -> BTreeMap<String, Value> {
    let mut inbox = receiver.conversation(&fixture.unionid);
    let shown = inbox.len();
    inbox.sort();
    inbox.dedup();
    assert_eq!(inbox.len(), shown, "nothing twice");
    let known_before = |task: &String| known.sent.contains_key(task) || before.contains_key(task);
    let (expected, mut others): (Vec<String>, Vec<String>) = inbox.into_iter().partition(known_before);
    assert_eq!(expected.len(), known.sent.len() + before.len(), "all that was answered");
    for request in known.sent.values() {
        let again = fixture.call("/topapi/message/mass/send", request);
        assert_eq!((&again["errcode"], again.get("task_id")), (&json!(800_035), None), "{request}");
    }
    for request in known.unanswered {
        let again = fixture.call("/topapi/message/mass/send", &request);
        let task = if again["errcode"] == 0 {
            again["task_id"].as_str().unwrap().to_owned()
        } else {
            assert_eq!(again["errcode"], 800_035, "{again}");
            let text = format!(">{}<", request["text_content"].as_str().unwrap());
            let made = others
                .iter()
                .position(|task| receiver.message(&fixture.unionid, task).unwrap().contains(&text));
            others.swap_remove(made.expect("a used uuid has its send"))
        };
        known.sent.insert(task, request);
    }
    assert!(others.is_empty(), "nothing that nobody asked for");
    known.sent
}
