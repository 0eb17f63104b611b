//! Tests the query plans of frequent statements: none reads or sorts data that grows with the organisation.

#![allow(clippy::unwrap_used)]

use std::{cell::RefCell, collections::BTreeSet, sync::Arc};

use carillon_model::{
    contact::{Department, DepartmentProfile, Member, Membership, Profile},
    day::Day,
    error::Result,
    event::Channel,
    fact::{Fact, Mention},
    id::{
        AccountId, AppKey, ArticleId, CardId, CommentId, CorpId, DeptId, MediaId, MemberNo, RoleId,
        SendDraftId, SendSeq, TaskId, UserId,
    },
    message::{Message, Receivers, SendSource},
    spelling::Query,
    time::Timestamp,
};
use rusqlite::{
    Connection,
    trace::{TraceEvent, TraceEventCodes},
};

use crate::{
    article::ArticleFilter,
    article_head::ArticlePosition,
    broadcast_window::WindowLimits,
    call::{CallFilter, CallLimits, CallPosition, CallRow, RefusalRow},
    call_body::CallBody,
    chat::ConversationKey,
    comment::CommentState,
    conversation::AssigneeFilter,
    corp::Corp,
    fact::{FactRow, SentFact},
    member::{MemberKey, MemberOrder},
    migrate::migrate,
    outbox::DeliveryTarget,
    picture::PicturePosition,
    seek::Seek,
    send::Send,
    send_draft::DraftPosition,
    session::Session,
    state::State,
    tx::{Scope, Tx},
};

const NOW: Timestamp = Timestamp(1_760_000_000_000);
const ANN: MemberNo = MemberNo(1);
const SEND: SendSeq = SendSeq(1);

/// A search by a part of a name reads the whole narrow index of names, as `docs/DECISIONS.md` explains.
const NAMES: &str = "SEARCH member USING COVERING INDEX member_by_name (corp_id=?)";

/// The list of conversations has a row for each account.
const ACCOUNTS: &str = "SEARCH a USING PRIMARY KEY (corp_id=?)";

/// Runs the statements of every request, and those for every member.
fn run_frequent_statements(tx: &mut Tx<'_>, corp: &CorpId) -> Result<()> {
    let account = AccountId::from("accountiE");
    let ann = UserId::from("ann");
    // Members and memberships.
    tx.member_by_userid(corp, &ann)?;
    for key in
        [MemberKey::Mobile, MemberKey::Email, MemberKey::Telephone, MemberKey::JobNumber, MemberKey::UnionId]
    {
        tx.member_with(corp, key, "x")?;
    }
    for order in [
        MemberOrder::Custom,
        MemberOrder::EntryAscending,
        MemberOrder::EntryDescending,
        MemberOrder::ModifyAscending,
        MemberOrder::ModifyDescending,
    ] {
        tx.members_of(corp, DeptId::ROOT, order, 100, 100)?;
    }
    tx.userids_of(corp, DeptId::ROOT)?;
    tx.named_members(corp, &[ANN, MemberNo(2)].into_iter().collect())?;
    tx.leaders_of(corp, DeptId::ROOT)?;
    tx.set_leaders(corp, DeptId::ROOT, &[])?;
    tx.clear_manager(corp, &ann)?;
    tx.roles_of(corp, ANN)?;
    tx.manage_scope(corp, RoleId(1), ANN)?;
    tx.members_named(corp, "安")?;
    tx.members_named_like(corp, &Query::of("安"))?;
    tx.admins(corp)?;
    // The picture library, and where it is used.
    let picture = MediaId::from("@lA");
    tx.picture(corp, &account, &picture)?;
    let place = PicturePosition(NOW, picture.clone());
    for seek in [Seek::First, Seek::After(place.clone()), Seek::Before(place)] {
        tx.pictures(corp, &account, "x", &seek, 24)?;
    }
    tx.articles_with_picture(corp, &picture, 20)?;
    tx.sends_with_picture(corp, &picture, 20)?;
    tx.conversations_with_picture(corp, &picture, 20)?;
    // The cards of an account, and where they are shown.
    let card = CardId::from("cardiE");
    for seek in [Seek::First, Seek::Before(9)] {
        tx.library_cards(corp, &account, &seek, 24)?;
    }
    tx.count_library_cards(corp, &account)?;
    tx.draft_of_card(corp, &card)?;
    tx.sends_with_card(corp, &card, 20)?;
    tx.is_card_replied(corp, &account, &card)?;
    tx.is_card_posted(corp, &card)?;
    tx.published_titles(corp, &account, "x", 20)?;
    // The articles and drafts of an account.
    let place = ArticlePosition(NOW, ArticleId(1));
    for seek in [Seek::First, Seek::After(place), Seek::Before(place)] {
        tx.article_heads(corp, &account, ArticleFilter::default(), &seek, 20)?;
    }
    let place = DraftPosition(NOW, SendDraftId(1));
    for seek in [Seek::First, Seek::After(place), Seek::Before(place)] {
        tx.send_drafts(corp, &account, &seek, 20)?;
    }
    // Sessions.
    tx.signed_in_member(&[0; 32], NOW)?;
    tx.sessions_of(corp, ANN, NOW, 10)?;
    tx.set_reauthenticated(corp, &[0; 32], NOW)?;
    tx.sessions_by_provider(corp, "x")?;
    tx.set_session_used(corp, &[0; 32], NOW, NOW)?;
    tx.delete_sessions_of(corp, ANN)?;
    tx.insert_session(&[0; 32], &Session::new(corp.clone(), ANN, NOW, NOW))?;
    tx.delete_expired_sessions(corp, NOW, 100)?;
    // The first-run guide.
    tx.is_guide_dismissed(corp)?;
    tx.has_articles(corp)?;
    tx.has_sends(corp)?;
    // Operators.
    tx.operator_rights(corp, ANN)?;
    tx.insert_password_link(corp, ANN, &[0; 32], NOW)?;
    tx.linked_member(&[0; 32], NOW)?;
    tx.delete_expired_password_links(corp, NOW, 100)?;
    // The journal of calls.
    calls(tx, corp)?;
    // Sends and receipts.
    tx.uuid_taken(corp, &account, "x")?;
    tx.received_since(corp, &account, &[0; 32], NOW)?;
    tx.sends_since(corp, &account, NOW)?;
    tx.mass_sends_since(corp, &account, NOW)?;
    tx.send_by_task(corp, &account, &TaskId::from("pushiE"))?;
    tx.send_at(corp, SEND)?;
    tx.indexed_sends(corp, ANN, &account, SEND, 20)?;
    tx.recalled_indexed(corp, ANN, &account, SendSeq(0)..SEND, 20)?;
    tx.recalled_broadcasts(corp, ANN, &account, SendSeq(0)..SEND, 20)?;
    tx.read_mark(corp, ANN, &account)?;
    tx.conversation_heads(corp, ANN)?;
    tx.insert_receipt(corp, SEND, ANN, NOW)?;
    tx.readers_of(corp, SEND)?;
    tx.next_send_to_fold(corp, SEND)?;
    tx.fold_receipts(corp, SEND, 100)?;
    tx.reading_of(corp, SEND, NOW)?;
    tx.send_totals(corp, &account, NOW, NOW)?;
    tx.published_articles(corp, &account, NOW, NOW, 20)?;
    tx.comment_times(corp, SEND)?;
    tx.dings_before(corp, &account, SEND, 20)?;
    tx.next_scheduled(corp)?;
    tx.scheduled_due(corp, NOW, 20)?;
    // Broadcasts that are too old for memory.
    for _ in 0..9 {
        archive(tx, corp, &account)?;
    }
    tx.archived_broadcasts(corp, ANN, &account, SendSeq(0)..SendSeq(100), 1)?;
    tx.recall_send(corp, &account, SEND, NOW)?;
    // Active members.
    tx.next_day_to_fold(corp, None)?;
    tx.fold_active_day(corp, jiff::civil::date(2025, 10, 9), 100)?;
    // Conversations and comments.
    let conversation = ConversationKey { corp: corp.clone(), account: account.clone(), member: ANN };
    tx.chat_messages(&conversation, SEND..SEND, 20)?;
    tx.conversation(&conversation)?;
    for of in [AssigneeFilter::Any, AssigneeFilter::Operator(ANN)] {
        tx.conversations_of_account(corp, &account, of, SEND, 20)?;
        tx.waiting_conversations(corp, &account, of, (NOW, ANN), 20)?;
    }
    tx.end_waiting(&conversation)?;
    tx.set_assignee(&conversation, Some(ANN))?;
    tx.release_assignee(corp, &account, ANN)?;
    tx.assignees(corp, &account)?;
    tx.saved_answers(corp, &account)?;
    tx.drafts(corp, ANN, "x")?;
    tx.saved_draft(corp, ANN, "x", "")?;
    tx.count_drafts(corp, ANN)?;
    tx.delete_cleared_drafts(corp, ANN)?;
    tx.delete_old_drafts(corp, NOW, 100)?;
    tx.comments_of_account(corp, &account, 0, 20)?;
    tx.comments_of_article(corp, ArticleId(1), Some(true), 0, 20)?;
    tx.count_comments_of_article(corp, ArticleId(1), Some(true))?;
    tx.comments_below(corp, SEND, ArticleId(1), (ANN, true), 20)?;
    for state in [None, Some(CommentState::New)] {
        tx.comments_before(corp, &account, state, CommentId(9), 20)?;
    }
    tx.count_comments_in(corp, &account, CommentState::New, 20)?;
    tx.comments_by_since(corp, ANN, NOW)?;
    // The outbox.
    let target = DeliveryTarget { corp: corp.clone(), app: AppKey::from("ding"), channel: Channel::Events };
    tx.lease_events(&target, NOW, NOW, 16)?;
    tx.lease_event(&target, "x", NOW, NOW)?;
    tx.advance_queue(&target, "x", NOW)?;
    // The facts of a day.
    tx.each_fact(corp, Day(20_251_009), 0, |_| Ok(()))?;
    tx.last_fact(corp, Day(20_251_009))?;
    tx.next_day_with_facts(corp, Day(20_251_009))?;
    // Facts that are sent, and removed.
    let fact = Fact::from(Mention { count: 3 });
    let row = FactRow { at: NOW, member: Some(ANN), fact: &fact };
    let sent = SentFact { index: 0, id: "a", generated: false, row };
    tx.insert_sent_facts(corp, Day(20_251_009), &[sent])?;
    tx.prune_facts(corp, Day(20_251_009), 100)?;
    // Groups that follow the organisation, at every change of a member.
    tx.following_group(corp, Some(DeptId::ROOT))?;
    // A member, who leads the root department, changes and leaves.
    let mut member = tx.member(corp, ANN)?.unwrap();
    member.modified_at = NOW.plus_ms(1);
    tx.update_member(corp, &member)?;
    tx.delete_member(corp, ANN)
}

/// Records calls, lists them with each filter, and removes them.
fn calls(tx: &mut Tx<'_>, corp: &CorpId) -> Result<()> {
    let succeeded = CallRow {
        at: NOW,
        request_id: "a".to_owned(),
        operation: "article.add".to_owned(),
        caller: "app".to_owned(),
        caller_id: "ding".to_owned(),
        status: 200,
        micros: 1,
        address: String::new(),
        refusal: None,
        body: Some(CallBody { request: String::new(), response: String::new() }),
    };
    let refused = CallRow { refusal: Some(RefusalRow::default()), ..succeeded.clone() };
    tx.insert_calls(corp, &[succeeded, refused], (1, NOW), CallLimits { accepted: 1, refused: 1 })?;
    for (caller_id, operation) in [("", ""), ("", "article.add"), ("ding", ""), ("ding", "article.add")] {
        let (caller_id, operation) = (caller_id.to_owned(), operation.to_owned());
        let filter = CallFilter { caller_id, operation, ..CallFilter::default() };
        assert_eq!(tx.calls(corp, &filter, CallPosition::NEWEST, 20)?.calls.len(), 2);
    }
    tx.call(corp, "a")?;
    tx.call(corp, "b")?;
    tx.call_body(corp, "a")?;
    tx.delete_call_bodies(corp, NOW, 100)?;
    tx.count_unrecorded_calls(corp, NOW)?;
    tx.delete_accepted_calls(corp, NOW, 100)?;
    tx.delete_refused_calls(corp, NOW, 100).map(drop)
}

/// Adds a broadcast, and moves it from the window to the archive.
fn archive(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId) -> Result<()> {
    let number = tx.next_number(corp, "test")?.to_string();
    let send = Send {
        task: TaskId::from(number.as_str()),
        account: account.clone(),
        uuid: number,
        app_key: AppKey::from("app"),
        created_at: NOW,
        requested_at: None,
        overdue_since: None,
        source: SendSource::Api,
        operator: None,
        indexed: false,
        preview: false,
        targeted: false,
        allow_comment: false,
        comment_type: 0,
        show_homepage: false,
        content_hash: [0; 32],
        message: Message::Text { content: String::new() },
        named: Receivers::default(),
        audience: Arc::new([ANN].into_iter().collect()),
    };
    tx.insert_send(corp, &send)?;
    let limits = WindowLimits { since: None, broadcasts: Some(0), bytes: None };
    tx.move_broadcast_window(corp, &limits).map(drop)
}

thread_local! {
    static STATEMENTS: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

fn record(event: TraceEvent<'_>) {
    if let TraceEvent::Stmt(_, sql) = event {
        STATEMENTS.with_borrow_mut(|statements| statements.insert(sql.to_owned()));
    }
}

#[test]
fn frequent_statements_read_and_sort_nothing_that_grows_with_the_organisation() {
    let mut connection = Connection::open_in_memory().unwrap();
    migrate(&mut connection).unwrap();
    connection.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(record)).unwrap();
    let scope = Scope::Registry { added: None };
    let mut tx = Tx::writing(&connection, State::default(), scope);
    let corp = corp_with_a_leader(&mut tx).unwrap();
    STATEMENTS.take();
    run_frequent_statements(&mut tx, &corp).unwrap();
    let statements = STATEMENTS.take();
    assert!(statements.len() > 40, "{}", statements.len());
    let mut slow = Vec::new();
    for sql in statements.iter().filter(|sql| !sql.starts_with("--")) {
        for step in plan(&connection, sql) {
            // The first row that is found ends these; and of the guide there is one for each organisation.
            let reads_one =
                sql.starts_with("SELECT 1 ") && (sql.ends_with("LIMIT 1") || sql.contains("FROM corp_guide"));
            let reads_all = !reads_one && (step.starts_with("SCAN ") || step.ends_with("(corp_id=?)"));
            if step.contains("TEMP B-TREE") || (reads_all && step != NAMES && step != ACCOUNTS) {
                slow.push(format!("{step}\n    {sql}"));
            }
        }
    }
    assert!(slow.is_empty(), "\n{}", slow.join("\n"));
}

fn plan(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let mut rows = statement.raw_query();
    let mut steps = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        steps.push(row.get(3).unwrap());
    }
    steps
}

fn corp_with_a_leader(tx: &mut Tx<'_>) -> Result<CorpId> {
    let id = CorpId::from("corp");
    let corp = Corp::new(id.clone(), String::new(), NOW);
    tx.insert_corp(&corp)?;
    let profile = DepartmentProfile::default();
    tx.insert_department(&id, &Department { id: DeptId::ROOT, parent_id: None, profile })?;
    let ann = Member {
        no: ANN,
        userid: UserId::from("ann"),
        unionid: "ann".to_owned(),
        profile: Profile::default(),
        departments: vec![Membership { leader: true, ..Membership::ordinary(DeptId::ROOT) }],
        active: false,
        admin: None,
        created_at: NOW,
        modified_at: NOW,
    };
    tx.insert_members(&id, &[(ann, String::new())])?;
    Ok(id)
}
