use carillon_domain::chat::auto_reply;
use carillon_model::{
    chat::{AutoReplies, ChatAuthor, KeywordRule, Matching},
    error::{Error, Result},
    id::{CardId, MediaId},
    message::Message,
};

use crate::chat::fixture::{ConversationFixture, message_text, text_message};

impl ConversationFixture {
    fn auto(&self, replies: AutoReplies) -> Result<()> {
        let account = self.account.clone();
        self.write(move |tx, _, corp| auto_reply::set(tx, corp, &account, replies))
    }

    fn greet(&self) {
        let key = self.key();
        self.write(move |tx, env, _| auto_reply::greet(tx, env, &key)).unwrap();
    }
}

fn rule(keyword: &str, matching: Matching, reply: Message) -> KeywordRule {
    KeywordRule { keywords: vec![keyword.to_owned()], matching, reply }
}

fn rules(rules: Vec<KeywordRule>) -> AutoReplies {
    AutoReplies { welcome: None, rules }
}

#[test]
fn the_first_matching_rule_replies_to_a_text() {
    let mut fixture = ConversationFixture::new();
    let picture = fixture.picture();
    let rules = rules(vec![
        rule("地图", Matching::Equals, Message::Image { media_id: picture.clone() }),
        rule("图", Matching::Contains, text_message("什么图")),
        rule("地", Matching::Contains, text_message("什么地")),
    ]);
    fixture.auto(rules.clone()).unwrap();
    let answer = |text: &str| {
        let rows = fixture.post_text(text).unwrap();
        assert!(rows[1..].iter().all(|row| row.author == ChatAuthor::Automatic));
        rows[1..].iter().map(message_text).collect::<Vec<_>>()
    };
    assert_eq!(answer("地图"), [picture.as_str()]);
    assert_eq!(answer("看地图"), ["什么图"]);
    assert_eq!(answer("地方"), ["什么地"]);
    assert!(answer("别的").is_empty());
    let picture = fixture.post_as(fixture.key(), fixture.picture_content(), "").unwrap();
    assert_eq!(picture.len(), 1, "only texts are answered");

    let before = fixture.state();
    assert_eq!(fixture.reopen(), before, "a fresh start knows the rules");
    assert_eq!(*fixture.state().corp(&fixture.corp).unwrap().auto_replies(&fixture.account), rules);
    fixture.auto(AutoReplies::default()).unwrap();
    assert_eq!(fixture.post_text("地图").unwrap().len(), 1);
    let before = fixture.state();
    assert_eq!(fixture.reopen(), before);
}

#[test]
fn a_deleted_card_is_not_posted() {
    let fixture = ConversationFixture::new();
    let article = fixture.add_article(&fixture.account, "文");
    fixture.publish(&fixture.account, article);
    let card_id = fixture.card(&fixture.account, &[article]);
    fixture
        .auto(rules(vec![rule("卡", Matching::Equals, Message::NewsCard { card_id: card_id.clone() })]))
        .unwrap();
    assert_eq!(message_text(&fixture.post_text("卡").unwrap()[1]), card_id.as_str());
    fixture.delete_article(&fixture.account, article);
    assert_eq!(fixture.post_text("卡").unwrap().len(), 1, "and the member's text is there all the same");
}

#[test]
fn a_member_is_greeted_once() {
    let mut fixture = ConversationFixture::new();
    fixture.greet();
    assert!(fixture.conversation(&fixture.member).is_empty(), "there is no greeting yet");
    fixture.auto(AutoReplies { welcome: Some(text_message("欢迎")), rules: Vec::new() }).unwrap();
    fixture.greet();
    fixture.greet();
    fixture.auto(AutoReplies { welcome: Some(text_message("又欢迎")), rules: Vec::new() }).unwrap();
    fixture.greet();
    fixture.reopen();
    fixture.greet();
    assert_eq!(fixture.conversation(&fixture.member), ["欢迎"]);
    let other = fixture.another();
    let key = fixture.key_of(&other);
    fixture.disable(&fixture.account);
    fixture.write(move |tx, env, _| auto_reply::greet(tx, env, &key)).unwrap();
    assert!(fixture.conversation(&other).is_empty(), "an account out of use greets nobody");
}

#[test]
fn replies_that_cannot_be_displayed_are_refused() {
    let fixture = ConversationFixture::new();
    let elsewhere = fixture.add_account("另一个").unwrap();
    let article = fixture.add_article(&elsewhere, "别人的");
    fixture.publish(&elsewhere, article);
    let theirs = fixture.card(&elsewhere, &[article]);
    let draft = fixture.add_article(&fixture.account, "没发布");
    let unpublished = fixture.card(&fixture.account, &[draft]);
    let refused = |replies: AutoReplies| match fixture.auto(replies) {
        Err(Error::Invalid { field, .. }) => field.into_owned(),
        other => panic!("{other:?}"),
    };
    let welcome = |reply| AutoReplies { welcome: Some(reply), rules: Vec::new() };
    assert_eq!(refused(welcome(text_message(" "))), "welcome.content");
    assert_eq!(refused(welcome(Message::Image { media_id: MediaId::from("@lAno") })), "welcome.mediaId");
    for card_id in [theirs, unpublished, CardId::from("no")] {
        let ok = rule("好", Matching::Equals, text_message("好"));
        let bad = rule("卡", Matching::Equals, Message::NewsCard { card_id });
        assert_eq!(refused(rules(vec![ok, bad])), "rules[1].reply.mediaId");
    }
    assert_eq!(refused(rules(vec![rule(" ", Matching::Contains, text_message("空"))])), "rules[0].keywords");
    let markdown = Message::Markdown { title: "题".to_owned(), text: "文".to_owned() };
    assert_eq!(refused(welcome(markdown)), "welcome");
    assert!(fixture.state().corp(&fixture.corp).unwrap().auto_replies(&fixture.account).is_empty());
}
