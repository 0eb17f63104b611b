//! Sends that operators prepare, with approval, quiet hours and a confirmed number.

use carillon_domain::{
    article::{self, ArticleChange},
    send::{
        self,
        draft::{self, Decision, MAX_DRAFTS, MAX_NOTE_CHARS},
    },
};
use carillon_model::{
    error::{Error, Result, Rule},
    id::{DeptId, SendDraftId, TaskId, UserId},
    message::{Message, SendSource, SendStatus},
    send_draft::{ApprovalPolicy, ApprovalStatus, DraftContent, QuietHours, SendDraft, SendPolicy},
    time::{HOUR_MS, MINUTE_MS, Timestamp},
};

use carillon_store::{DraftPosition, Seek};

use crate::send::fixture::{SendFixture, broken, numbers, to_all, to_users};

const ROOT: DeptId = DeptId::ROOT;
/// The first midnight of Asia/Shanghai after the start.
const MIDNIGHT: Timestamp = Timestamp(1_760_025_600_000);

fn by(name: &str) -> UserId {
    UserId::from(name)
}

fn add(fixture: &SendFixture) -> SendDraftId {
    let account = fixture.account.clone();
    fixture.write(move |tx, env, corp| draft::add(tx, env, corp, &account, &by("ann"))).expect("a draft")
}

fn get(fixture: &SendFixture, id: SendDraftId) -> Result<SendDraft> {
    fixture.read(|tx, corp| draft::get(tx, corp, &fixture.account, id))
}

fn change(
    fixture: &SendFixture,
    id: SendDraftId,
    version: i64,
    author: &str,
    change: impl FnOnce(&mut DraftContent) + Send + 'static,
) -> Result<i64> {
    let (account, author) = (fixture.account.clone(), by(author));
    fixture.write(move |tx, env, corp| draft::change(tx, env, corp, (&account, id, version), &author, change))
}

/// A draft of a text to everybody, at version 2.
fn text_to_all(fixture: &SendFixture, text: &str) -> SendDraftId {
    let (id, content) = (add(fixture), text.to_owned());
    let version = change(fixture, id, 1, "ann", move |draft| {
        draft.message = Some(Message::Text { content });
        draft.receivers = to_all();
    });
    assert_eq!(version.expect("changed"), 2);
    id
}

fn send_as(fixture: &SendFixture, id: SendDraftId, version: i64, confirmed: Option<u64>) -> Result<TaskId> {
    let account = fixture.account.clone();
    fixture.write(move |tx, env, corp| {
        draft::send(tx, env, corp, (&account, id, version), &by("sam"), confirmed)
    })
}

fn request(fixture: &SendFixture, id: SendDraftId, version: i64) -> Result<()> {
    let account = fixture.account.clone();
    fixture.write(move |tx, env, corp| {
        draft::request_approval(tx, env, corp, (&account, id, version), &by("ann"))
    })
}

fn decide(fixture: &SendFixture, id: SendDraftId, version: i64, who: &str, decision: Decision) -> Result<()> {
    let (account, who) = (fixture.account.clone(), by(who));
    fixture.write(move |tx, env, corp| draft::decide(tx, env, corp, (&account, id, version), &who, decision))
}

fn set_policy(fixture: &SendFixture, policy: SendPolicy) {
    let account = fixture.account.clone();
    fixture.write(move |tx, _, corp| draft::set_policy(tx, corp, &account, &policy)).expect("a policy");
}

fn approval(policy: ApprovalPolicy, four_eyes: bool) -> SendPolicy {
    SendPolicy { approval: policy, four_eyes, ..SendPolicy::default() }
}

fn invalid_field<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result {
        Err(Error::Invalid { field, .. }) => field.into_owned(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_draft_is_sent_once_by_the_operator_who_sends_it() {
    let mut fixture = SendFixture::new();
    let members = fixture.members(ROOT, 2);
    let id = text_to_all(&fixture, "早");
    fixture.reopen();
    let draft = get(&fixture, id).unwrap();
    assert_eq!((draft.version, draft.changed_by.as_str(), draft.approval), (2, "ann", None));
    let task = send_as(&fixture, id, 2, None).expect("sent");
    assert_eq!(fixture.audience(&task), numbers(&members));
    let now = fixture.env.now();
    let record = fixture.read(|tx, corp| tx.send_record(corp, &fixture.account, &task, now)).unwrap();
    let record = record.expect("a record");
    assert_eq!((record.source, record.operator), (SendSource::Console, Some(by("sam"))));
    broken(get(&fixture, id), Rule::UnknownDraft);
    broken(send_as(&fixture, id, 2, None), Rule::UnknownDraft);
    assert_eq!(fixture.count(), 1);
}

#[test]
fn an_incomplete_draft_is_not_sent() {
    let fixture = SendFixture::new();
    fixture.member(ROOT);
    let id = add(&fixture);
    broken(send_as(&fixture, id, 1, None), Rule::MessageInvalid);
    change(&fixture, id, 1, "ann", |draft| draft.message = Some(Message::Text { content: "早".to_owned() }))
        .unwrap();
    broken(send_as(&fixture, id, 2, None), Rule::NoReceivers);
    change(&fixture, id, 2, "ann", |draft| draft.receivers = to_all()).unwrap();
    change(&fixture, id, 3, "ann", |draft| draft.due_at = Some(Timestamp(1))).unwrap();
    assert_eq!(invalid_field(send_as(&fixture, id, 4, None)), "send_time");
    assert_eq!((fixture.count(), get(&fixture, id).unwrap().version), (0, 4));
}

#[test]
fn the_slower_of_two_authors_gets_a_conflict() {
    let fixture = SendFixture::new();
    let id = text_to_all(&fixture, "早");
    let set = |text: &'static str| {
        move |draft: &mut DraftContent| draft.message = Some(Message::Text { content: text.to_owned() })
    };
    assert_eq!(change(&fixture, id, 2, "bob", set("午")).unwrap(), 3);
    broken(change(&fixture, id, 2, "ann", set("晚")), Rule::DraftChanged);
    broken(send_as(&fixture, id, 2, None), Rule::DraftChanged);
    let draft = get(&fixture, id).unwrap();
    assert_eq!(draft.content.message, Some(Message::Text { content: "午".to_owned() }));
    assert_eq!((draft.changed_by, draft.authors), (by("bob"), vec![by("ann"), by("bob")]));
    assert_eq!(change(&fixture, id, 3, "dan", set("午")).unwrap(), 3, "nothing changes");
}

#[test]
fn what_cannot_be_sent_cannot_be_stored() {
    let fixture = SendFixture::new();
    let id = add(&fixture);
    let image = Message::Image { media_id: "@nothing".into() };
    broken(change(&fixture, id, 1, "ann", |draft| draft.message = Some(image)), Rule::MessageMediaInvalid);
    let departments = vec![DeptId(9_999)];
    let refused = change(&fixture, id, 1, "ann", |draft| draft.receivers.departments = departments);
    assert_eq!(invalid_field(refused), "dep_id_list[0]");
    let users = vec![by("x"); send::MAX_NAMED + 1];
    broken(change(&fixture, id, 1, "ann", |draft| draft.receivers.users = users), Rule::TooManyUsers);
    assert_eq!(get(&fixture, id).unwrap().version, 1);
    let other = fixture.add_account("别的").unwrap();
    broken(fixture.read(|tx, corp| draft::get(tx, corp, &other, id)), Rule::UnknownDraft);
}

#[test]
fn an_account_has_a_maximum_of_drafts() {
    let fixture = SendFixture::new();
    let account = fixture.account.clone();
    let fill = move |tx: &mut carillon_store::Tx<'_>, env: &carillon_model::env::Env, corp: &_| {
        for _ in 0..MAX_DRAFTS - 1 {
            draft::add(tx, env, corp, &account, &by("ann"))?;
        }
        Ok(())
    };
    fixture.write(fill).unwrap();
    let last = add(&fixture);
    let account = fixture.account.clone();
    let one_more = fixture.write({
        let account = account.clone();
        move |tx, env, corp| draft::add(tx, env, corp, &account, &by("ann"))
    });
    broken(one_more, Rule::TooManyDrafts);
    let page = |seek: Seek<DraftPosition>| {
        fixture.read(|tx, corp| draft::list(tx, corp, &account, None, seek, 300)).unwrap().rows
    };
    let first = page(Seek::First);
    let second = page(Seek::After(DraftPosition::of(&first[299])));
    assert_eq!((first.len(), second.len()), (300, 200));
    assert_eq!(fixture.read(|tx, corp| tx.count_send_drafts(corp, &account)).unwrap(), MAX_DRAFTS);
    assert_eq!(first[0].id, last, "the last changed first");
    // Backwards, from the nearest on.
    let mut back = page(Seek::Before(DraftPosition::of(&second[0])));
    back.reverse();
    assert_eq!(back, first);
    let of = account.clone();
    fixture.write(move |tx, _, corp| draft::delete(tx, corp, &of, last)).unwrap();
    add(&fixture);
}

#[test]
fn approval_is_about_what_was_read_and_a_change_voids_it() {
    let fixture = SendFixture::new();
    fixture.member(ROOT);
    set_policy(&fixture, approval(ApprovalPolicy::Console, true));
    let id = text_to_all(&fixture, "早");
    broken(send_as(&fixture, id, 2, None), Rule::ApprovalNeeded);
    broken(decide(&fixture, id, 2, "bob", Decision::Approve), Rule::ApprovalMissing);
    request(&fixture, id, 2).unwrap();
    broken(send_as(&fixture, id, 2, None), Rule::ApprovalNeeded);
    broken(decide(&fixture, id, 2, "ann", Decision::Approve), Rule::ApprovalOfOwn);
    let note = |length| Decision::Reject("改".repeat(length));
    assert_eq!(invalid_field(decide(&fixture, id, 2, "bob", note(MAX_NOTE_CHARS + 1))), "note");
    decide(&fixture, id, 2, "bob", note(MAX_NOTE_CHARS)).unwrap();
    broken(send_as(&fixture, id, 2, None), Rule::ApprovalNeeded);
    broken(decide(&fixture, id, 2, "bob", Decision::Approve), Rule::ApprovalMissing);
    request(&fixture, id, 2).unwrap();
    decide(&fixture, id, 2, "bob", Decision::Approve).unwrap();

    // Another text or audience is another matter.
    change(&fixture, id, 2, "cat", |draft| draft.allow_comment = true).unwrap();
    assert_eq!(get(&fixture, id).unwrap().approval, None);
    broken(send_as(&fixture, id, 3, None), Rule::ApprovalNeeded);
    request(&fixture, id, 3).unwrap();
    broken(decide(&fixture, id, 3, "cat", Decision::Approve), Rule::ApprovalOfOwn);
    decide(&fixture, id, 3, "bob", Decision::Approve).unwrap();
    // The time is not.
    let due_at = fixture.env.now().plus_ms(HOUR_MS);
    change(&fixture, id, 3, "dan", move |draft| draft.due_at = Some(due_at)).unwrap();
    let approved = get(&fixture, id).unwrap().approval.expect("an approval");
    assert_eq!((approved.status, approved.by), (ApprovalStatus::Approved, by("bob")));
    change(&fixture, id, 4, "dan", |draft| draft.due_at = None).unwrap();
    send_as(&fixture, id, 5, None).expect("sent");
}

#[test]
fn an_article_that_changes_voids_the_approval() {
    let fixture = SendFixture::new();
    fixture.member(ROOT);
    set_policy(&fixture, approval(ApprovalPolicy::Console, false));
    let article = fixture.add_article(&fixture.account, "标题");
    fixture.publish(&fixture.account, article);
    let card_id = fixture.card(&fixture.account, &[article]);
    let id = add(&fixture);
    change(&fixture, id, 1, "ann", move |draft| {
        draft.message = Some(Message::NewsCard { card_id });
        draft.receivers = to_all();
    })
    .unwrap();
    request(&fixture, id, 2).unwrap();
    decide(&fixture, id, 2, "ann", Decision::Approve).expect("without four eyes also by an author");
    let is_approved = || {
        let draft = get(&fixture, id).unwrap();
        fixture.read(|tx, corp| draft::is_approved(tx, corp, &draft)).unwrap()
    };
    assert!(is_approved());
    let account = fixture.account.clone();
    let rewrite = move |tx: &mut carillon_store::Tx<'_>, env: &carillon_model::env::Env, corp: &_| {
        let (title, content) = ("标题".to_owned(), "<p>另一段</p>".to_owned());
        let change =
            ArticleChange { account, id: article, title, content, digest: None, thumb_media_id: None };
        article::update(tx, env, corp, change)
    };
    fixture.write(rewrite).unwrap();
    assert!(is_approved(), "readers do not see the draft of an article");
    fixture.publish(&fixture.account, article);
    assert!(!is_approved());
    broken(send_as(&fixture, id, 2, None), Rule::ApprovalNeeded);
    request(&fixture, id, 2).unwrap();
    decide(&fixture, id, 2, "bob", Decision::Approve).unwrap();
    send_as(&fixture, id, 2, None).expect("sent");
}

#[test]
fn approval_for_all_refuses_apps_but_not_their_previews() {
    let mut fixture = SendFixture::new();
    let member = fixture.member(ROOT);
    for (policy, refused) in
        [(ApprovalPolicy::None, false), (ApprovalPolicy::Console, false), (ApprovalPolicy::All, true)]
    {
        set_policy(&fixture, approval(policy, false));
        let sent = fixture.send_text(policy.as_str(), to_all());
        let new = fixture.text(policy.as_str(), to_all());
        let scheduled = fixture
            .write(move |tx, env, corp| send::schedule(tx, env, corp, new, env.now().plus_ms(MINUTE_MS)));
        if refused {
            broken(sent, Rule::ApprovalNeeded);
            broken(scheduled, Rule::ApprovalNeeded);
        } else {
            sent.expect("sent");
            scheduled.expect("scheduled");
        }
    }
    let preview = send::NewSend { preview: true, ..fixture.text("先看", to_users(&[&member])) };
    fixture.send(preview).expect("a preview");
    fixture.later(MINUTE_MS);
    let now = fixture.env.now();
    let due: Vec<TaskId> = fixture.read(|tx, corp| tx.scheduled_due(corp, now, 100)).unwrap();
    for task in due {
        broken(
            fixture.write(move |tx, env, corp| send::send_due(tx, env, corp, &task)),
            Rule::ApprovalNeeded,
        );
    }
}

#[test]
fn quiet_hours_hold_for_the_time_of_the_send() {
    let mut fixture = SendFixture::new();
    fixture.member(ROOT);
    set_policy(
        &fixture,
        SendPolicy { quiet_hours: QuietHours::new(22 * 60, 8 * 60), ..SendPolicy::default() },
    );
    let start = fixture.env.now();
    fixture.later(MIDNIGHT.0 - 2 * HOUR_MS - start.0 - 1);
    let id = text_to_all(&fixture, "晚");
    let at = |fixture: &SendFixture, version, at: Timestamp| {
        change(fixture, id, version, "ann", move |draft| draft.due_at = Some(at)).unwrap()
    };
    // Ten in the evening, and one ms before eight in the morning.
    for (version, due_at) in [(2, MIDNIGHT.plus_ms(-2 * HOUR_MS)), (3, MIDNIGHT.plus_ms(8 * HOUR_MS - 1))] {
        let version = at(&fixture, version, due_at);
        broken(send_as(&fixture, id, version, None), Rule::QuietHours);
    }
    let version = at(&fixture, 4, MIDNIGHT.plus_ms(8 * HOUR_MS));
    let task = send_as(&fixture, id, version, None).expect("scheduled");
    fixture.later(1);
    let id = text_to_all(&fixture, "现在");
    broken(send_as(&fixture, id, 2, None), Rule::QuietHours);
    fixture.send_text("应用", to_all()).expect("apps are exempt");

    // A scheduled send can be taken back, changed and scheduled again.
    let (account, taken) = (fixture.account.clone(), task.clone());
    let back = move |tx: &mut carillon_store::Tx<'_>, env: &carillon_model::env::Env, corp: &_| {
        draft::take_back(tx, env, corp, &account, &taken, &by("dan"))
    };
    let id = fixture.write(back.clone()).expect("a draft");
    let draft = get(&fixture, id).unwrap();
    assert_eq!(draft.content.due_at, Some(MIDNIGHT.plus_ms(8 * HOUR_MS)));
    assert_eq!((draft.content.receivers, draft.content.show_homepage), (to_all(), true));
    assert_eq!(draft.authors, [by("dan"), by("sam")], "who scheduled it cannot approve it");
    broken(fixture.write(back), Rule::NotWaiting);
    let now = fixture.env.now();
    let record =
        fixture.read(|tx, corp| tx.send_record(corp, &fixture.account, &task, now)).unwrap().unwrap();
    assert_eq!(record.status, SendStatus::Recalled);
}

#[test]
fn above_a_threshold_the_operator_types_the_number() {
    let fixture = SendFixture::new();
    fixture.members(ROOT, 3);
    set_policy(&fixture, SendPolicy { confirm_above: Some(2), ..SendPolicy::default() });
    let id = text_to_all(&fixture, "早");
    for wrong in [None, Some(0), Some(2), Some(4)] {
        assert_eq!(invalid_field(send_as(&fixture, id, 2, wrong)), "confirm");
    }
    send_as(&fixture, id, 2, Some(3)).expect("sent");
    set_policy(&fixture, SendPolicy { confirm_above: Some(3), ..SendPolicy::default() });
    let id = text_to_all(&fixture, "晚");
    send_as(&fixture, id, 2, None).expect("three are not above three");
}

#[test]
fn a_preview_reaches_its_operator_alone() {
    let fixture = SendFixture::new();
    let (me, other) = (fixture.member(ROOT), fixture.member(ROOT));
    set_policy(&fixture, approval(ApprovalPolicy::All, true));
    let id = text_to_all(&fixture, "先看看");
    let (account, userid) = (fixture.account.clone(), me.userid.clone());
    let preview = move |tx: &mut carillon_store::Tx<'_>, env: &carillon_model::env::Env, corp: &_| {
        draft::preview(tx, env, corp, &account, id, &userid)
    };
    fixture.write(preview.clone()).unwrap();
    let task = fixture.write(preview).expect("as often as needed");
    assert_eq!(fixture.audience(&task), numbers([&me]));
    assert!(fixture.row(&fixture.account, &task).preview);
    assert!(fixture.inbox(&other).is_empty());
    get(&fixture, id).expect("the draft stays");
}
