//! What a member and a service account say to each other, beside mass sends.

use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Result},
    message::Message,
};

/// Who put a message into the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatAuthor {
    /// The member.
    Member,
    /// The account: a program of its owner, by the address that came with an event.
    Webhook,
    /// The account: by its menu or its automatic replies.
    Automatic,
}

impl ChatAuthor {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Member, Self::Webhook, Self::Automatic];

    /// The word stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Webhook => "webhook",
            Self::Automatic => "automatic",
        }
    }

    /// The source of a word.
    pub fn parse(word: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|source| source.as_str() == word);
        found.ok_or_else(|| Error::internal(format!("nobody talks as {word}")))
    }

    /// Whether the account says it rather than the member.
    pub fn is_account(self) -> bool {
        self != Self::Member
    }
}

/// What was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChatContent {
    /// Something that mass sends can say too.
    Message(Message),
    /// A list of links with pictures (a robot's `feedCard`).
    Feed(Vec<FeedLink>),
    /// The member chose an item of the menu.
    Choice {
        /// The words on it.
        name: String,
    },
}

/// A link of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedLink {
    /// The headline.
    pub title: String,
    /// The target.
    pub url: String,
    /// The address of a picture, or the id of an uploaded one.
    pub picture: String,
}

/// What an account answers by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutoReplies {
    /// What greets a member who opens the conversation for the first time.
    pub welcome: Option<Message>,
    /// What answers a text; the first rule that applies does.
    pub rules: Vec<KeywordRule>,
}

/// Texts that are answered alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeywordRule {
    /// Any of these.
    pub keywords: Vec<String>,
    /// How a text is held against them.
    pub matching: Matching,
    /// The answer.
    pub reply: Message,
}

/// How a text is held against a keyword. Upper and lower case are alike, and blanks around the text do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Matching {
    /// The text has the keyword somewhere.
    Contains,
    /// The text is the keyword.
    Equals,
}

impl AutoReplies {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.welcome.is_none() && self.rules.is_empty()
    }

    /// What answers a text.
    pub fn reply_to(&self, text: &str) -> Option<&Message> {
        let text = text.trim().to_lowercase();
        let applies = |rule: &&KeywordRule| {
            rule.keywords.iter().map(|keyword| keyword.trim().to_lowercase()).any(|keyword| {
                match rule.matching {
                    Matching::Contains => text.contains(&keyword),
                    Matching::Equals => text == keyword,
                }
            })
        };
        self.rules.iter().find(applies).map(|rule| &rule.reply)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(keyword: &str, matching: Matching) -> KeywordRule {
        let reply = Message::Text { content: format!("{keyword} {matching:?}") };
        KeywordRule { keywords: vec!["never".to_owned(), keyword.to_owned()], matching, reply }
    }

    #[test]
    fn the_first_rule_that_applies_answers() {
        let replies = AutoReplies {
            welcome: None,
            rules: vec![
                rule("Wi-Fi", Matching::Equals),
                rule("wi-fi", Matching::Contains),
                rule("密码", Matching::Contains),
            ],
        };
        let said = |text: &str| match replies.reply_to(text) {
            Some(Message::Text { content }) => content.clone(),
            _ => String::new(),
        };
        assert_eq!(said(" wi-FI\n"), "Wi-Fi Equals");
        assert_eq!(said("WI-FI 密码"), "wi-fi Contains");
        assert_eq!(said("忘了密码怎么办"), "密码 Contains");
        assert_eq!(said("你好"), "");
    }
}
