use carillon_domain::{chat, contact::user};
use carillon_model::{
    chat::{ChatAuthor, ChatContent, FeedLink},
    error::Rule,
    time::MINUTE_MS,
};

use crate::chat::fixture::ConversationFixture;
use crate::send::fixture::broken;

#[test]
fn a_reply_reaches_only_the_conversation_of_its_url() {
    let fixture = ConversationFixture::new();
    let other = fixture.another();
    let row = fixture.post_text("问").unwrap().remove(0);
    let session = fixture.session(&row.id);
    let answered = fixture.reply(&session, "答").unwrap();
    assert_eq!(answered.author, ChatAuthor::Webhook);
    let link = FeedLink { title: "题".to_owned(), url: "https://e".to_owned(), picture: String::new() };
    let (again, feed) = (session.clone(), ChatContent::Feed(vec![link.clone(), link]));
    fixture.write(move |tx, env, _| chat::reply(tx, env, &again, feed)).unwrap();
    assert_eq!(fixture.conversation(&fixture.member), ["2 links", "答", "问"]);
    assert!(fixture.conversation(&other).is_empty());

    // The id alone, a URL of another message and one with a changed digit are all invalid.
    let flipped =
        format!("{}{}", &session[..session.len() - 1], if session.ends_with('0') { '1' } else { '0' });
    let signature = session.split_once('.').unwrap().1;
    let mixed = format!("{}.{signature}", answered.id);
    for wrong in ["", "x", ".", row.id.as_str(), &flipped, &mixed, &session.to_uppercase()] {
        broken(fixture.reply(wrong, "错"), Rule::UnknownSession);
    }
}

#[test]
fn a_reply_url_works_for_ninety_minutes() {
    let mut fixture = ConversationFixture::new();
    let row = fixture.post_text("问").unwrap().remove(0);
    let session = fixture.session(&row.id);
    fixture.later(90 * MINUTE_MS - 1);
    fixture.reply(&session, "答").unwrap();
    fixture.later(1);
    broken(fixture.reply(&session, "晚"), Rule::UnknownSession);
}

#[test]
fn replies_have_a_separate_rate_limit() {
    let mut fixture = ConversationFixture::new();
    let row = fixture.post_text("问").unwrap().remove(0);
    let session = fixture.session(&row.id);
    for number in 0..20 {
        fixture.reply(&session, &number.to_string()).unwrap();
    }
    broken(fixture.reply(&session, "太多"), Rule::RepliesTooFrequent);
    fixture.post_text("还可以写").unwrap();
    fixture.later(MINUTE_MS);
    fixture.reply(&session, "又可以").unwrap();
}

#[test]
fn deleted_members_and_disabled_accounts_refuse_replies() {
    let fixture = ConversationFixture::new();
    let other = fixture.another();
    let row = fixture.post_text("问").unwrap().remove(0);
    let content = chat::NewMessageContent::Text("问".to_owned());
    let theirs = fixture.post_as(fixture.key_of(&other), content, "").unwrap().remove(0);
    let (session, their_session) = (fixture.session(&row.id), fixture.session(&theirs.id));
    let userid = fixture.member.userid.clone();
    fixture.write(move |tx, env, corp| user::delete(tx, env, corp, &userid)).unwrap();
    broken(fixture.reply(&session, "答"), Rule::UnknownUser);
    fixture.reply(&their_session, "答").unwrap();
    fixture.disable(&fixture.account);
    broken(fixture.reply(&their_session, "答"), Rule::AccountDisabled);
}
