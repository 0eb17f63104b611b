use carillon_domain::inbox::{self, Entry, MAX_UNREAD_COUNT, ReadReceipts};
use carillon_model::{id::SendSeq, settings::Settings};

use crate::chat::fixture::{ConversationFixture, text_of_entry};
use crate::send::fixture::{to_all, to_users};

impl ConversationFixture {
    fn unread(&self) -> usize {
        let found = self.read(|tx, corp| inbox::conversations(tx, corp, self.member.no)).unwrap();
        found.iter().find(|one| one.account.id == self.account).unwrap().unread
    }

    fn page(&self, before: Option<SendSeq>, limit: usize) -> Vec<Entry> {
        self.read(|tx, corp| inbox::messages(tx, corp, self.member.no, &self.account, before, limit)).unwrap()
    }

    fn mark_read(&self) {
        let receipts: ReadReceipts = self.page(None, 1_000).iter().collect();
        let (member, account) = (self.member.no, self.account.clone());
        self.write(move |tx, env, corp| inbox::mark_read(tx, corp, member, &account, &receipts, env.now()))
            .unwrap();
    }

    /// Disables the rate limits.
    fn without_limits(&mut self) {
        let mut settings = Settings::default();
        (settings.chat.messages_per_minute, settings.chat.replies_per_minute) = (0, 0);
        self.env = self.env.with_settings(settings);
    }
}

#[test]
fn sends_and_chat_share_one_order_and_one_unread_count() {
    let mut fixture = ConversationFixture::new();
    fixture.without_limits();
    fixture.send_text("发一", to_all()).unwrap();
    let row = fixture.post_text("写一").unwrap().remove(0);
    let session = fixture.session(&row.id);
    fixture.send_text("发二", to_users(&[&fixture.member])).unwrap();
    fixture.reply(&session, "答一").unwrap();
    fixture.post_text("写二").unwrap();
    let recalled = fixture.send_text("收回", to_all()).unwrap();
    fixture.recall(&recalled).unwrap();
    let all = ["写二", "答一", "发二", "写一", "发一"];
    assert_eq!(fixture.conversation(&fixture.member), all);
    assert_eq!(fixture.unread(), 3, "what the member wrote is not unread");
    let last = fixture.read(|tx, corp| inbox::conversations(tx, corp, fixture.member.no)).unwrap();
    assert_eq!(last[0].last.as_ref().map(text_of_entry).unwrap(), "写二");

    // Pages of any size give the same list.
    for size in 1..=6 {
        let (mut found, mut before) = (Vec::new(), None);
        loop {
            let page = fixture.page(before, size);
            before = page.last().map(Entry::seq);
            found.extend(page.iter().map(text_of_entry));
            if page.len() < size {
                break;
            }
        }
        assert_eq!(found, all, "pages of {size}");
    }

    fixture.mark_read();
    assert_eq!(fixture.unread(), 0);
    let sent = fixture.page(None, 10).iter().filter_map(Entry::sent).map(|send| send.seq).collect::<Vec<_>>();
    for seq in sent {
        let readers = fixture.read(|tx, corp| tx.readers_of(corp, seq)).unwrap();
        assert!(readers.contains(fixture.member.no));
    }
    fixture.reply(&session, "答二").unwrap();
    assert_eq!(fixture.unread(), 1);
}

#[test]
fn unread_messages_are_counted_up_to_the_limit() {
    let mut fixture = ConversationFixture::new();
    fixture.without_limits();
    let row = fixture.post_text("问").unwrap().remove(0);
    let session = fixture.session(&row.id);
    for number in 0..MAX_UNREAD_COUNT - 1 {
        fixture.reply(&session, &number.to_string()).unwrap();
    }
    assert_eq!(fixture.unread(), MAX_UNREAD_COUNT - 1);
    fixture.send_text("发", to_all()).unwrap();
    assert_eq!(fixture.unread(), MAX_UNREAD_COUNT);
    fixture.reply(&session, "更多").unwrap();
    assert_eq!(fixture.unread(), MAX_UNREAD_COUNT);
}

#[test]
fn an_entry_is_found_by_id_only_by_its_member() {
    let fixture = ConversationFixture::new();
    let task = fixture.send_text("发", to_users(&[&fixture.member])).unwrap();
    let row = fixture.post_text("写").unwrap().remove(0);
    let other = fixture.another();
    let found = |member: &carillon_model::contact::Member, id: &str| {
        let entry = fixture.read(|tx, corp| inbox::entry(tx, corp, member.no, &fixture.account, id)).unwrap();
        entry.as_ref().map(text_of_entry)
    };
    assert_eq!(found(&fixture.member, task.as_str()).as_deref(), Some("发"));
    assert_eq!(found(&fixture.member, row.id.as_str()).as_deref(), Some("写"));
    assert_eq!(found(&other, task.as_str()), None);
    assert_eq!(found(&other, row.id.as_str()), None);
    assert_eq!(found(&fixture.member, "msgno"), None);
}

#[test]
fn the_list_of_conversations_takes_one_query_for_accounts_without_messages() {
    let fixture = ConversationFixture::new();
    let queries = |fixture: &ConversationFixture| {
        let list = fixture.read(|tx, corp| {
            let before = tx.queries_run();
            inbox::conversations(tx, corp, fixture.member.no)?;
            Ok(tx.queries_run() - before)
        });
        list.unwrap()
    };
    assert_eq!(queries(&fixture), 1);
    for number in 0..20 {
        fixture.add_account(&format!("账号{number}")).unwrap();
    }
    assert_eq!(queries(&fixture), 1);
    fixture.post_text("写").unwrap();
    fixture.mark_read();
    assert_eq!(queries(&fixture), 2, "one more for the newest message");
}
