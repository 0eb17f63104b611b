use carillon_domain::talk::auto_reply;
use carillon_model::{
    error::{Error, Result},
    id::{CardId, MediaId},
    message::Message,
    talk::{AutoReplies, KeywordRule, Matching, TalkSource},
};

use crate::office::{Office, row_words, words};

impl Office {
    fn auto(&self, replies: AutoReplies) -> Result<()> {
        let account = self.account.clone();
        self.write(move |tx, _, corp| auto_reply::set(tx, corp, &account, replies))
    }

    fn greet(&self) {
        let place = self.place();
        self.write(move |tx, env, _| auto_reply::greet(tx, env, &place)).unwrap();
    }
}

fn rule(keyword: &str, matching: Matching, reply: Message) -> KeywordRule {
    KeywordRule { keywords: vec![keyword.to_owned()], matching, reply }
}

fn rules(rules: Vec<KeywordRule>) -> AutoReplies {
    AutoReplies { welcome: None, rules }
}

#[test]
fn the_first_rule_that_applies_answers_a_text() {
    let mut office = Office::new();
    let picture = office.picture();
    let rules = rules(vec![
        rule("地图", Matching::Equals, Message::Image { media_id: picture.clone() }),
        rule("图", Matching::Contains, words("什么图")),
        rule("地", Matching::Contains, words("什么地")),
    ]);
    office.auto(rules.clone()).unwrap();
    let answer = |text: &str| {
        let rows = office.say(text).unwrap();
        assert!(rows[1..].iter().all(|row| row.source == TalkSource::Automatic));
        rows[1..].iter().map(row_words).collect::<Vec<_>>()
    };
    assert_eq!(answer("地图"), [picture.as_str()]);
    assert_eq!(answer("看地图"), ["什么图"]);
    assert_eq!(answer("地方"), ["什么地"]);
    assert!(answer("别的").is_empty());
    let picture = office.say_as(office.place(), office.picture_content(), "").unwrap();
    assert_eq!(picture.len(), 1, "only texts are answered");

    let before = office.state();
    assert_eq!(office.reopen(), before, "a fresh start knows the rules");
    assert_eq!(*office.state().corp(&office.corp).unwrap().auto_replies(&office.account), rules);
    office.auto(AutoReplies::default()).unwrap();
    assert_eq!(office.say("地图").unwrap().len(), 1);
    let before = office.state();
    assert_eq!(office.reopen(), before);
}

#[test]
fn a_card_that_is_gone_is_not_answered_with() {
    let office = Office::new();
    let article = office.add_article(&office.account, "文");
    office.publish(&office.account, article);
    let card_id = office.card(&office.account, &[article]);
    office
        .auto(rules(vec![rule("卡", Matching::Equals, Message::NewsCard { card_id: card_id.clone() })]))
        .unwrap();
    assert_eq!(row_words(&office.say("卡").unwrap()[1]), card_id.as_str());
    office.delete_article(&office.account, article);
    assert_eq!(office.say("卡").unwrap().len(), 1, "and the member's text is there all the same");
}

#[test]
fn a_member_is_greeted_once() {
    let mut office = Office::new();
    office.greet();
    assert!(office.conversation(&office.member).is_empty(), "there is no greeting yet");
    office.auto(AutoReplies { welcome: Some(words("欢迎")), rules: Vec::new() }).unwrap();
    office.greet();
    office.greet();
    office.auto(AutoReplies { welcome: Some(words("又欢迎")), rules: Vec::new() }).unwrap();
    office.greet();
    office.reopen();
    office.greet();
    assert_eq!(office.conversation(&office.member), ["欢迎"]);
    let other = office.another();
    let place = office.place_of(&other);
    office.disable(&office.account);
    office.write(move |tx, env, _| auto_reply::greet(tx, env, &place)).unwrap();
    assert!(office.conversation(&other).is_empty(), "an account out of use greets nobody");
}

#[test]
fn what_cannot_be_shown_cannot_be_set() {
    let office = Office::new();
    let elsewhere = office.add_account("另一个").unwrap();
    let article = office.add_article(&elsewhere, "别人的");
    office.publish(&elsewhere, article);
    let theirs = office.card(&elsewhere, &[article]);
    let draft = office.add_article(&office.account, "没发布");
    let unpublished = office.card(&office.account, &[draft]);
    let refused = |replies: AutoReplies| match office.auto(replies) {
        Err(Error::Invalid { field, .. }) => field.into_owned(),
        other => panic!("{other:?}"),
    };
    let welcome = |reply| AutoReplies { welcome: Some(reply), rules: Vec::new() };
    assert_eq!(refused(welcome(words(" "))), "welcome.content");
    assert_eq!(refused(welcome(Message::Image { media_id: MediaId::from("@lAno") })), "welcome.mediaId");
    for card_id in [theirs, unpublished, CardId::from("no")] {
        let ok = rule("好", Matching::Equals, words("好"));
        let bad = rule("卡", Matching::Equals, Message::NewsCard { card_id });
        assert_eq!(refused(rules(vec![ok, bad])), "rules[1].reply.mediaId");
    }
    assert_eq!(refused(rules(vec![rule(" ", Matching::Contains, words("空"))])), "rules[0].keywords");
    let markdown = Message::Markdown { title: "题".to_owned(), text: "文".to_owned() };
    assert_eq!(refused(welcome(markdown)), "welcome");
    assert!(office.state().corp(&office.corp).unwrap().auto_replies(&office.account).is_empty());
}
