//! The automatic replies as a form. Replies that are pictures or cards are kept.

use carillon_domain::chat::auto_reply::{
    MAX_KEYWORD_CHARS, MAX_KEYWORDS, MAX_RULES, MAX_TEXT_CHARS as MAX_REPLY_CHARS,
};
use carillon_model::{
    chat::{AutoReplies, KeywordRule, Matching},
    error::{Error, Result},
    message::Message,
};

use crate::console::{
    form::Pairs,
    page::{ReplyRule, Tried},
};

/// What was submitted.
#[derive(Clone, Debug, Default)]
pub struct Submitted {
    pub welcome: String,
    pub rules: Vec<ReplyRule>,
}

impl Submitted {
    pub fn read(form: &Pairs) -> Self {
        let removed: Vec<&str> = form.all("remove").collect();
        let rules =
            form.all("kept").zip(form.all("keywords")).zip(form.all("matching").zip(form.all("reply")));
        let rules = rules.filter(|((kept, _), _)| kept.is_empty() || !removed.contains(kept));
        let rules = rules.map(|((kept, keywords), (matching, reply))| ReplyRule {
            kept: kept.parse().ok(),
            keywords: keywords.to_owned(),
            equals: matching == "equals",
            text: Some(reply.replace("\r\n", "\n")),
        });
        // A new rule that was left empty is none.
        let is_filled = |rule: &ReplyRule| {
            let text = rule.text.as_deref().unwrap_or_default();
            rule.kept.is_some() || !rule.keywords.trim().is_empty() || !text.trim().is_empty()
        };
        Self { welcome: form.lines("welcome"), rules: rules.filter(is_filled).collect() }
    }

    /// The replies, with the pictures and cards of those before.
    pub fn replies(self, before: &AutoReplies) -> Result<AutoReplies> {
        if self.rules.len() > MAX_RULES || self.welcome.chars().count() > MAX_REPLY_CHARS {
            return Err(Error::invalid("replies", "are too long"));
        }
        let welcome = match (&before.welcome, self.welcome.trim()) {
            (Some(other), "") if !is_text(other) => Some(other.clone()),
            (_, "") => None,
            _ => Some(Message::Text { content: self.welcome }),
        };
        let rules = self.rules.into_iter().map(|rule| {
            let kept = rule.kept.and_then(|kept| before.rules.get(kept)).map(|kept| &kept.reply);
            let text = rule.text.unwrap_or_default();
            let reply = match kept {
                Some(other) if !is_text(other) => other.clone(),
                _ if text.trim().is_empty() => return Err(Error::invalid("keywords", "need a reply")),
                _ => Message::Text { content: text },
            };
            let keywords = keywords(&rule.keywords);
            if keywords.is_empty() {
                return Err(Error::invalid("keywords", "are missing"));
            }
            let is_long = |keyword: &String| keyword.chars().count() > MAX_KEYWORD_CHARS;
            let is_long_reply =
                matches!(&reply, Message::Text { content } if content.chars().count() > MAX_REPLY_CHARS);
            if keywords.len() > MAX_KEYWORDS || keywords.iter().any(is_long) || is_long_reply {
                return Err(Error::invalid("replies", "are too long"));
            }
            let matching = if rule.equals { Matching::Equals } else { Matching::Contains };
            Ok(KeywordRule { keywords, matching, reply })
        });
        Ok(AutoReplies { welcome, rules: rules.collect::<Result<_>>()? })
    }
}

fn keywords(text: &str) -> Vec<String> {
    let parts = text.split([',', '，', '、', '\n']).map(str::trim);
    parts.filter(|keyword| !keyword.is_empty()).map(str::to_owned).collect()
}

fn is_text(message: &Message) -> bool {
    matches!(message, Message::Text { .. })
}

fn text_of(message: &Message) -> Option<String> {
    match message {
        Message::Text { content } => Some(content.clone()),
        _ => None,
    }
}

/// The greeting as text, and whether it is something else.
pub fn welcome(replies: &AutoReplies) -> (String, bool) {
    match &replies.welcome {
        None => (String::new(), false),
        Some(message) => (text_of(message).unwrap_or_default(), !is_text(message)),
    }
}

/// The rules of the form.
pub fn rules(replies: &AutoReplies) -> Vec<ReplyRule> {
    let rules = replies.rules.iter().enumerate().map(|(number, rule)| ReplyRule {
        kept: Some(number),
        keywords: rule.keywords.join(", "),
        equals: rule.matching == Matching::Equals,
        text: text_of(&rule.reply),
    });
    rules.collect()
}

/// What the account would reply.
pub fn try_text(replies: &AutoReplies, text: &str) -> Tried {
    match replies.rule_for(text) {
        None => Tried::Nothing,
        Some((index, rule)) => match &rule.reply {
            Message::Text { content } => Tried::Text(index + 1, content.clone()),
            _ => Tried::Other(index + 1),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule<'p>(kept: &'p str, keywords: &'p str, reply: &'p str) -> [(&'p str, &'p str); 4] {
        [("kept", kept), ("keywords", keywords), ("matching", "contains"), ("reply", reply)]
    }

    #[test]
    fn pictures_are_kept_and_empty_rules_are_none() {
        let picture = Message::Image { media_id: "@picture".into() };
        let before = AutoReplies {
            welcome: Some(picture.clone()),
            rules: vec![KeywordRule {
                keywords: vec!["图".to_owned()],
                matching: Matching::Equals,
                reply: picture.clone(),
            }],
        };
        let form = [rule("0", "图，pic", ""), rule("", "wifi", "密码在前台"), rule("", " ", "")].concat();
        let after = Submitted::read(&Pairs::of(&form)).replies(&before).expect("replies");
        assert_eq!((after.welcome.as_ref(), &after.rules[0].reply), (Some(&picture), &picture));
        assert_eq!(after.rules[0].keywords, ["图", "pic"]);
        assert_eq!((after.rules.len(), after.rules[1].keywords.as_slice()), (2, &["wifi".to_owned()][..]));
        let removed = [rule("0", "图", "").as_slice(), &[("remove", "0")]].concat();
        assert!(Submitted::read(&Pairs::of(&removed)).replies(&before).expect("none").rules.is_empty());
        for wrong in [
            rule("", "", "x"),
            rule("", "x", ""),
            rule("", &"长".repeat(61), "x"),
            rule("", "x", &"长".repeat(5_001)),
        ] {
            assert!(Submitted::read(&Pairs::of(&wrong)).replies(&before).is_err(), "{wrong:?}");
        }
    }
}
