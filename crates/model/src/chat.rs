//! Chat messages between a member and a service account, beside mass sends.

use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Result},
    message::Message,
};

/// The author of a chat message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatAuthor {
    /// The member.
    Member,
    /// The account: an app, by the `sessionWebhook` of an event.
    Webhook,
    /// The account: a menu item or an automatic reply.
    Automatic,
    /// The account: an operator, in the console.
    Operator,
}

impl ChatAuthor {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Member, Self::Webhook, Self::Automatic, Self::Operator];

    /// The stored name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Webhook => "webhook",
            Self::Automatic => "automatic",
            Self::Operator => "operator",
        }
    }

    /// Parses the stored name.
    pub fn parse(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|author| author.as_str() == name);
        found.ok_or_else(|| Error::internal(format!("unknown author of a chat message: {name}")))
    }

    /// Returns true if the account posts it rather than the member.
    pub fn is_account(self) -> bool {
        self != Self::Member
    }
}

/// The content of a chat message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChatContent {
    /// A message of a kind that mass sends can have as well.
    Message(Message),
    /// A list of links with pictures (a robot's `feedCard`).
    Feed(Vec<FeedLink>),
    /// The member chose an item of the menu.
    Choice {
        /// The label of the item.
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

/// The automatic replies of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutoReplies {
    /// The reply to a member who opens the conversation for the first time.
    pub welcome: Option<Message>,
    /// Rules for replies to texts. The first one that matches applies.
    pub rules: Vec<KeywordRule>,
}

/// A reply to texts with certain keywords.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeywordRule {
    /// Keywords, one of which must match.
    pub keywords: Vec<String>,
    /// How a text is compared with them.
    pub matching: Matching,
    /// The reply.
    pub reply: Message,
}

/// How a text is compared with a keyword: without case and surrounding blanks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Matching {
    /// The text contains the keyword.
    Contains,
    /// The text is the keyword.
    Equals,
}

impl AutoReplies {
    /// Returns true if there are no replies.
    pub fn is_empty(&self) -> bool {
        self.welcome.is_none() && self.rules.is_empty()
    }

    /// The reply to a text, if a rule matches.
    pub fn reply_to(&self, text: &str) -> Option<&Message> {
        self.rule_for(text).map(|(_, rule)| &rule.reply)
    }

    /// The first rule that matches a text, with its number.
    pub fn rule_for(&self, text: &str) -> Option<(usize, &KeywordRule)> {
        let text = text.trim().to_lowercase();
        let applies = |(_, rule): &(usize, &KeywordRule)| {
            rule.keywords.iter().map(|keyword| keyword.trim().to_lowercase()).any(|keyword| {
                match rule.matching {
                    Matching::Contains => text.contains(&keyword),
                    Matching::Equals => text == keyword,
                }
            })
        };
        self.rules.iter().enumerate().find(applies)
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
    fn the_first_matching_rule_applies() {
        let replies = AutoReplies {
            welcome: None,
            rules: vec![
                rule("Wi-Fi", Matching::Equals),
                rule("wi-fi", Matching::Contains),
                rule("密码", Matching::Contains),
            ],
        };
        let reply = |text: &str| match replies.reply_to(text) {
            Some(Message::Text { content }) => content.clone(),
            _ => String::new(),
        };
        assert_eq!(reply(" wi-FI\n"), "Wi-Fi Equals");
        assert_eq!(reply("WI-FI 密码"), "wi-fi Contains");
        assert_eq!(reply("忘了密码怎么办"), "密码 Contains");
        assert_eq!(reply("你好"), "");
    }
}
