//! The window of broadcasts in memory makes no difference to inboxes: an organisation with almost all broadcasts in the archive
//! is compared with one that has all of them in memory.

use std::{collections::BTreeSet, sync::Arc};

use carillon_domain::{
    inbox::{self, Entry, ReadReceipts},
    send::INDEXED_AT_MOST,
};
use carillon_model::{
    audience::Audience,
    chat::{ChatAuthor, ChatContent},
    error::Result,
    id::{AccountId, AppKey, CorpId, DeptId, MemberNo, MessageId, SendSeq, TaskId},
    message::{Message, Receivers, SendSource},
    settings::{SendSettings, Settings, StorageSettings},
    time::{DAY_MS, Timestamp},
};
use carillon_store::{ConversationKey, NewChatMessage, Send, Tx, WindowLimits};
use proptest::{
    collection::vec,
    prelude::{Just, Strategy, any, prop_assert_eq, prop_oneof},
    test_runner::{Config, TestRunner},
};

use crate::{
    materials::fixture::MaterialsFixture,
    send::fixture::{SendFixture, numbers, to_all},
};

const ROOT: DeptId = DeptId::ROOT;
/// Members who may receive something. One more never does.
const MEMBERS: u32 = 12;
const UNLIMITED: WindowLimits = WindowLimits { since: None, broadcasts: None, bytes: None };

#[derive(Clone, Debug)]
enum Step {
    /// Sends to the members whose bits are set.
    Send { account: usize, to: u16, indexed: bool },
    /// Sends to one member of twelve in turn, several times, to fill the archive.
    SendMany { account: usize, count: u8, to: u16 },
    /// Recalls a send, counted from the newest.
    Recall { back: u16 },
    /// A message of the account or of a member.
    Write { account: usize, member: u32, by_member: bool },
    /// A member reads a page of a conversation.
    Read { account: usize, member: u32, page: usize },
    /// A member leaves the organisation or joins it.
    Enter { by: u32 },
    /// New limits of the window.
    Limit { broadcasts: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    let account = 0..2_usize;
    let member = 1..=MEMBERS;
    prop_oneof![
        6 => (account.clone(), any::<u16>(), any::<bool>())
            .prop_map(|(account, to, indexed)| Step::Send { account, to, indexed }),
        2 => (account.clone(), 1..40_u8, any::<u16>())
            .prop_map(|(account, count, to)| Step::SendMany { account, count, to }),
        2 => prop_oneof![0..4_u16, 0..300_u16].prop_map(|back| Step::Recall { back }),
        3 => (account.clone(), member.clone(), any::<bool>())
            .prop_map(|(account, member, by_member)| Step::Write { account, member, by_member }),
        2 => (account, member.clone(), 0..4_usize)
            .prop_map(|(account, member, page)| Step::Read { account, member, page }),
        1 => member.prop_map(|by| Step::Enter { by }),
        1 => prop_oneof![Just(0), Just(1), Just(5), Just(9)].prop_map(|broadcasts| Step::Limit { broadcasts }),
    ]
}

/// Applies the steps with the limits of the window in the steps, or without limits.
fn take(tx: &mut Tx<'_>, corp: &CorpId, steps: &[Step], is_limited: bool) -> Result<()> {
    let accounts = accounts();
    let mut sent: Vec<(AccountId, SendSeq)> = Vec::new();
    let mut present: BTreeSet<u32> = (1..=MEMBERS).collect();
    let mut limits = WindowLimits { broadcasts: Some(2), ..UNLIMITED };
    for step in steps {
        match step {
            Step::Send { account, to, indexed } => {
                let to: Audience =
                    present.iter().filter(|no| to >> **no & 1 == 1).copied().map(MemberNo).collect();
                let account = &accounts[*account];
                sent.push((account.clone(), send(tx, corp, account, to, *indexed)?));
            }
            Step::SendMany { account, count, to } => {
                let account = &accounts[*account];
                for number in 0..u32::from(*count) {
                    let member = 1 + (u32::from(*to) + number / 8) % MEMBERS;
                    let to = [member].into_iter().filter(|no| present.contains(no)).map(MemberNo).collect();
                    sent.push((account.clone(), send(tx, corp, account, to, false)?));
                }
            }
            Step::Recall { back } => {
                let at = sent.len().checked_sub(usize::from(*back) + 1);
                if let Some((account, seq)) = at.map(|at| sent[at].clone()) {
                    tx.recall_send(corp, &account, seq, Timestamp(1))?;
                }
            }
            Step::Write { account, member, by_member } => {
                let number = tx.next_number(corp, "test")?;
                let place = ConversationKey {
                    corp: corp.clone(),
                    account: accounts[*account].clone(),
                    member: MemberNo(*member),
                };
                let chat = NewChatMessage {
                    id: MessageId::from(format!("msg{number}iE")),
                    author: if *by_member { ChatAuthor::Member } else { ChatAuthor::Automatic },
                    submission: None,
                    created_at: Timestamp(number),
                    content: ChatContent::Message(Message::Text { content: number.to_string() }),
                };
                tx.insert_chat_message(&place, chat)?;
            }
            Step::Read { account, member, page } => {
                let (account, member) = (&accounts[*account], MemberNo(*member));
                let entries = inbox::messages(tx, corp, member, account, None, 1 + page * 3)?;
                let visible: ReadReceipts = entries.iter().skip(*page).collect();
                inbox::mark_read(tx, corp, member, account, &visible, Timestamp(0))?;
            }
            Step::Enter { by } => {
                if !present.remove(by) {
                    present.insert(*by);
                }
            }
            Step::Limit { broadcasts } => limits.broadcasts = Some(*broadcasts),
        }
        if is_limited {
            while tx.move_broadcast_window(corp, &limits)? {}
        }
    }
    Ok(())
}

fn send(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, to: Audience, indexed: bool) -> Result<SendSeq> {
    let number = tx.next_number(corp, "test")?;
    let send = Send {
        task: TaskId::from(format!("push{number}iE")),
        account: account.clone(),
        uuid: number.to_string(),
        app_key: AppKey::from("app"),
        created_at: Timestamp(number),
        requested_at: None,
        overdue_since: None,
        source: SendSource::Api,
        operator: None,
        indexed,
        preview: false,
        targeted: false,
        allow_comment: false,
        comment_type: 0,
        show_homepage: false,
        content_hash: [0; 32],
        message: Message::Text { content: number.to_string() },
        named: Receivers::default(),
        audience: Arc::new(to.compact()),
    };
    tx.insert_send(corp, &send)
}

fn accounts() -> [AccountId; 2] {
    ["accountAiE", "accountBiE"].map(AccountId::from)
}

/// An organisation with two accounts whose ids do not depend on clock or randomness.
fn organisation() -> MaterialsFixture {
    let fixture = MaterialsFixture::new();
    let picture = fixture.picture();
    fixture
        .write(move |tx, _, corp| {
            for (seq, id) in (1..).zip(accounts()) {
                let account = carillon_model::service_account::ServiceAccount {
                    id,
                    seq,
                    name: seq.to_string(),
                    avatar_media_id: picture.clone(),
                    brief: String::new(),
                    desc: String::new(),
                    preview_media_id: picture.clone(),
                    disabled: false,
                    created_at: Timestamp(0),
                    menu: None,
                };
                tx.insert_account(corp, &account)?;
            }
            Ok(())
        })
        .unwrap();
    fixture
}

/// Everything visible to a member: the list, each conversation in pages of three sizes, and each send by its id.
fn visible_to(tx: &mut Tx<'_>, corp: &CorpId, member: MemberNo) -> Result<String> {
    let mut visible = String::new();
    for conversation in inbox::conversations(tx, corp, member)? {
        let last = conversation.last.as_ref().map(Entry::id);
        let newest = inbox::messages(tx, corp, member, &conversation.account.id, None, 1)?;
        assert_eq!(last, newest.first().map(Entry::id));
        visible += &format!(
            "{} {last:?} {} {}\n",
            conversation.account.id, conversation.unread, conversation.urgent
        );
    }
    for account in accounts() {
        for page in [1, 3, 50] {
            let mut before = None;
            loop {
                let entries = inbox::messages(tx, corp, member, &account, before, page)?;
                visible += &format!(
                    "{:?}\n",
                    entries.iter().map(|entry| (entry.id(), entry.seq().0)).collect::<Vec<_>>()
                );
                let Some(last) = entries.last() else { break };
                before = Some(last.seq());
            }
        }
        for number in (1..400).step_by(7) {
            let found = inbox::message(tx, corp, member, &account, &TaskId::from(format!("push{number}iE")))?;
            visible += &format!("{:?} ", found.map(|send| send.seq.0));
        }
    }
    Ok(visible)
}

fn all_visible(fixture: &MaterialsFixture) -> Vec<String> {
    let see = |tx: &mut Tx<'_>, corp: &CorpId| {
        (1..=MEMBERS + 1).map(|no| visible_to(tx, corp, MemberNo(no))).collect()
    };
    fixture.read(see).unwrap()
}

#[test]
fn inboxes_do_not_depend_on_the_window_in_memory() {
    let cases = Config { cases: testkit::env::cases(24), failure_persistence: None, ..Config::default() };
    let mut most_archived = 0;
    let most = std::cell::RefCell::new(&mut most_archived);
    let outcome = TestRunner::new(cases).run(&vec(step(), 60..160), |steps| {
        let (mut limited, unlimited) = (organisation(), organisation());
        for (fixture, is_limited) in [(&limited, true), (&unlimited, false)] {
            let steps = steps.clone();
            fixture.write(move |tx, _, corp| take(tx, corp, &steps, is_limited)).unwrap();
        }
        let (visible, expected) = (all_visible(&limited), all_visible(&unlimited));
        prop_assert_eq!(&visible, &expected);
        let window =
            |fixture: &MaterialsFixture| fixture.state().corp(&fixture.corp).unwrap().broadcasts.clone();
        let mut most = most.borrow_mut();
        **most = (**most).max(window(&unlimited).len() - window(&limited).len());
        let stored = limited.state();
        assert!(stored == limited.reopen(), "loaded afresh");
        prop_assert_eq!(&all_visible(&limited), &expected, "after a fresh start");
        Ok(())
    });
    outcome.unwrap();
    assert!(most_archived > 128, "{most_archived}: groups of the second level were not tried");
}

/// Number of rows that the list of conversations reads for a member, with a number of archived broadcasts of one account.
fn rows_of_list(archived: u32, receives: impl Fn(u32) -> bool + std::marker::Send + 'static) -> (u64, bool) {
    let fixture = organisation();
    let [account, _] = accounts();
    let by = account.clone();
    fixture
        .write(move |tx, _, corp| {
            for number in 0..archived {
                let others = (100..110).chain(Some(1).filter(|_| receives(number)));
                send(tx, corp, &by, others.map(MemberNo).collect(), false)?;
            }
            // One broadcast to others that stays in memory.
            send(tx, corp, &by, [MemberNo(100)].into_iter().collect(), false)?;
            while tx.move_broadcast_window(corp, &WindowLimits { broadcasts: Some(1), ..UNLIMITED })? {}
            Ok(())
        })
        .unwrap();
    assert_eq!(fixture.state().corp(&fixture.corp).unwrap().broadcasts.len(), 1);
    fixture
        .read(|tx, corp| {
            let before = tx.rows_read();
            let list = inbox::conversations(tx, corp, MemberNo(1))?;
            Ok((tx.rows_read() - before, list.iter().any(|conversation| conversation.last.is_some())))
        })
        .unwrap()
}

/// Numbers just below a power of eight are the worst case: each level has seven groups that are in no larger one.
#[test]
fn the_list_of_conversations_reads_few_rows_whatever_is_in_the_archive() {
    let (few, found) = rows_of_list(63, |_| false);
    assert!(!found && few <= 14 + 4, "{few}");
    let (many, found) = rows_of_list(4_095, |_| false);
    assert!(!found && many <= 28 + 4, "{many}");
    // The oldest broadcast: the search goes down to it. It is unread, so it is searched for twice.
    let (oldest, found) = rows_of_list(4_095, |number| number == 0);
    assert!(found && oldest <= 2 * (2 * 28 + 4), "{oldest}");
}

#[test]
fn sends_move_the_window_by_age_number_and_size() {
    let mut fixture = SendFixture::new();
    let members = fixture.members(ROOT, usize::try_from(INDEXED_AT_MOST).unwrap() + 1);
    let limit = |fixture: &mut SendFixture, storage: StorageSettings| {
        let send = SendSettings { daily_receivers_factor: 0, ..SendSettings::default() };
        fixture.env = fixture.env.with_settings(Settings { send, storage, ..Settings::default() });
    };
    let off = StorageSettings {
        broadcast_days: 0,
        broadcasts: 0,
        broadcast_megabytes: 0,
        ..StorageSettings::default()
    };
    let in_memory = |fixture: &SendFixture| -> Vec<SendSeq> {
        fixture.broadcasts().into_iter().map(|(seq, _)| seq).collect()
    };
    let send_text =
        |fixture: &SendFixture, text: &str| fixture.seq(&fixture.send_text(text, to_all()).unwrap());

    limit(&mut fixture, off.clone());
    let first = send_text(&fixture, "一");
    fixture.later(10_000 * DAY_MS);
    let second = send_text(&fixture, "二");
    assert_eq!(in_memory(&fixture), [first, second], "without limits everything stays");

    // Limit by number: at the limit, and one past it.
    limit(&mut fixture, StorageSettings { broadcasts: 3, ..off.clone() });
    let third = send_text(&fixture, "三");
    assert_eq!(in_memory(&fixture), [first, second, third]);
    let fourth = send_text(&fixture, "四");
    assert_eq!(in_memory(&fixture), [second, third, fourth]);

    // Limit by age: a broadcast exactly as old stays, one a millisecond older leaves.
    limit(&mut fixture, StorageSettings { broadcast_days: 92, ..off.clone() });
    fixture.later(92 * DAY_MS);
    let fifth = send_text(&fixture, "五");
    assert_eq!(in_memory(&fixture), [second, third, fourth, fifth]);
    fixture.later(1);
    let sixth = send_text(&fixture, "六");
    assert_eq!(in_memory(&fixture), [fifth, sixth]);

    // The same content on the same day is found wherever the send is, and so is a recall.
    limit(&mut fixture, StorageSettings { broadcasts: 1, ..off });
    let seventh = fixture.send_text("七", to_all()).unwrap();
    send_text(&fixture, "八");
    assert!(fixture.reached("七", to_all()).is_empty());
    assert!(!in_memory(&fixture).contains(&fixture.seq(&seventh)));
    let (account, member) = (fixture.account.clone(), members[0].no);
    let inbox = |fixture: &SendFixture| -> usize {
        fixture.read(|tx, corp| inbox::messages(tx, corp, member, &account, None, 100)).unwrap().len()
    };
    assert_eq!(inbox(&fixture), 8);
    fixture.recall(&seventh).unwrap();
    assert_eq!(inbox(&fixture), 7);
    assert_eq!(fixture.reached("七", to_all()), numbers(&members), "what was taken back does not count");
    assert_eq!(inbox(&fixture), 8);
}

#[test]
fn the_bytes_of_bitmaps_are_limited() {
    let fixture = organisation();
    let [account, _] = accounts();
    let in_memory = |fixture: &MaterialsFixture| {
        let window = fixture.state().corp(&fixture.corp).unwrap().broadcasts.clone();
        (window.len(), window.bytes())
    };
    let by = account.clone();
    let bytes = fixture
        .write(move |tx, _, corp| {
            let to: Audience = (0..1_000).map(|number| MemberNo(number * 3)).collect();
            for _ in 0..3 {
                send(tx, corp, &by, to.clone(), false)?;
            }
            Ok(to.stored_bytes())
        })
        .unwrap();
    assert_eq!(in_memory(&fixture), (3, 3 * bytes));
    for (limit, expected) in [(3 * bytes, 3), (3 * bytes - 1, 2), (2 * bytes, 2), (0, 0)] {
        fixture
            .write(move |tx, _, corp| {
                tx.move_broadcast_window(corp, &WindowLimits { bytes: Some(limit), ..UNLIMITED })
            })
            .unwrap();
        assert_eq!(in_memory(&fixture), (expected, expected as u64 * bytes), "{limit}");
    }
}
