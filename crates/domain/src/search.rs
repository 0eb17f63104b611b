//! Search of a member through the inbox: messages, and the articles that came with them. Messages are examined one by one, newest
//! first. One search does a bounded amount of work and returns the position to continue from.

use std::{
    collections::{BinaryHeap, VecDeque},
    sync::Arc,
};

use carillon_model::{
    article::ArticleCopy,
    chat::ChatContent,
    error::Result,
    id::{AccountId, CardId, CorpId, MemberNo, SendSeq},
    message::{CardAction, Message},
    service_account::ServiceAccount,
};
use carillon_store::Tx;

use crate::{
    card,
    inbox::{self, Entry},
};

/// Maximum length of a query in characters. The rest is cut off.
pub const MAX_QUERY_CHARS: usize = 100;
/// Maximum number of words in a query. The rest is ignored.
const MAX_WORDS: usize = 8;
/// Maximum number of messages on a page of results.
pub const HITS_PER_PAGE: usize = 20;
/// Maximum number of messages that one search examines.
const MAX_MESSAGES_READ: usize = 1_000;
/// Maximum size of the articles that one search reads, in bytes.
const ARTICLE_BYTES: usize = 4 << 20;
/// Number of messages of a conversation that are read in one query.
const CHUNK: usize = 16;
/// Length of an excerpt in characters: before the first match, and in total.
const EXCERPT_CHARS: (usize, usize) = (24, 96);

/// A search query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    words: Vec<String>,
}

impl Query {
    /// Parses the text that a member typed. Every word has to be found, in any order. Case and width of characters are ignored.
    /// `None` if there is no word.
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text.chars().take(MAX_QUERY_CHARS).map(fold).collect();
        let words: Vec<String> = text.split_whitespace().take(MAX_WORDS).map(str::to_owned).collect();
        (!words.is_empty()).then_some(Self { words })
    }

    /// Returns true if every word is in one of the texts, whatever the case and width of characters.
    pub(crate) fn finds(&self, texts: &[String]) -> bool {
        self.matches(&texts.iter().map(|text| folded(text)).collect::<Vec<_>>())
    }

    /// Returns true if every word is in one of the texts.
    fn matches(&self, texts: &[String]) -> bool {
        self.words.iter().all(|word| texts.iter().any(|text| text.contains(word)))
    }
}

/// Where to search.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The organisation.
    pub corp: CorpId,
    /// The owner of the inbox.
    pub member: MemberNo,
    /// One conversation. All if absent.
    pub account: Option<AccountId>,
    /// Only messages older than this one.
    pub before: Option<SendSeq>,
}

/// The result of a search.
#[derive(Clone, Debug, Default)]
pub struct SearchResult {
    /// Accounts whose names match. Only in a search through all conversations from the start.
    pub accounts: Vec<Arc<ServiceAccount>>,
    /// Messages, newest first.
    pub hits: Vec<Hit>,
    /// The position to continue from. None if everything was searched.
    pub next: Option<SendSeq>,
}

/// A message that matches.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The account of the conversation.
    pub account: Arc<ServiceAccount>,
    /// The message.
    pub entry: Entry,
    /// The text around the match.
    pub excerpt: Vec<ExcerptPart>,
}

/// A part of an excerpt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExcerptPart {
    /// Its text.
    pub text: String,
    /// Whether it is a word of the query.
    pub is_hit: bool,
}

/// Searches for messages with every word of the query in the title, the text, or the articles that came with them. Recalled and
/// deleted messages are not found, nor messages that the member did not receive.
pub fn search(tx: &mut Tx<'_>, scope: &Scope, query: &Query) -> Result<SearchResult> {
    let mut found = SearchResult::default();
    let accounts: Vec<_> = match &scope.account {
        Some(id) => vec![Arc::clone(tx.state().corp(&scope.corp)?.account(id)?)],
        None => tx.state().corp(&scope.corp)?.accounts.values().map(Arc::clone).collect(),
    };
    if scope.account.is_none() && scope.before.is_none() {
        let is_named =
            |account: &&Arc<ServiceAccount>| !account.disabled && query.matches(&[folded(&account.name)]);
        found.accounts = accounts.iter().filter(is_named).take(HITS_PER_PAGE).map(Arc::clone).collect();
    }
    let mut conversations = BinaryHeap::new();
    for account in accounts {
        push(
            tx,
            scope,
            &mut conversations,
            Conversation { account, read: VecDeque::new(), before: scope.before },
        )?;
    }
    let mut budget = Budget { messages: MAX_MESSAGES_READ, article_bytes: ARTICLE_BYTES };
    while let Some((seq, mut conversation)) =
        conversations.pop().map(|Newest(seq, conversation)| (seq, conversation))
    {
        let Some(entry) = conversation.read.pop_front() else { continue };
        budget.messages -= 1;
        if let Some(excerpt) = match_entry(tx, scope, query, &entry, &mut budget)? {
            found.hits.push(Hit { account: Arc::clone(&conversation.account), entry, excerpt });
        }
        push(tx, scope, &mut conversations, conversation)?;
        let is_enough =
            found.hits.len() >= HITS_PER_PAGE || budget.messages == 0 || budget.article_bytes == 0;
        if is_enough {
            found.next = (!conversations.is_empty()).then_some(seq);
            break;
        }
    }
    Ok(found)
}

/// The remaining budget of a search.
struct Budget {
    messages: usize,
    article_bytes: usize,
}

/// A conversation that is read backwards.
struct Conversation {
    account: Arc<ServiceAccount>,
    read: VecDeque<Entry>,
    before: Option<SendSeq>,
}

/// Orders conversations by their newest message that was not examined yet.
struct Newest(SendSeq, Conversation);

impl PartialEq for Newest {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Newest {}

impl PartialOrd for Newest {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Newest {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

/// Puts a conversation back into the heap, unless it has no messages left.
fn push(
    tx: &mut Tx<'_>,
    scope: &Scope,
    conversations: &mut BinaryHeap<Newest>,
    mut conversation: Conversation,
) -> Result<()> {
    if conversation.read.is_empty() {
        let read = inbox::messages(
            tx,
            &scope.corp,
            scope.member,
            &conversation.account.id,
            conversation.before,
            CHUNK,
        )?;
        conversation.before = read.last().map(Entry::seq);
        conversation.read = read.into();
    }
    if let Some(newest) = conversation.read.front() {
        conversations.push(Newest(newest.seq(), conversation));
    }
    Ok(())
}

/// Returns an excerpt of a message if it matches the query.
fn match_entry(
    tx: &mut Tx<'_>,
    scope: &Scope,
    query: &Query,
    entry: &Entry,
    budget: &mut Budget,
) -> Result<Option<Vec<ExcerptPart>>> {
    let (mut texts, card) = match entry {
        Entry::Sent(send) => texts_of(&send.message),
        Entry::Chat(chat) => match &chat.content {
            ChatContent::Message(message) => texts_of(message),
            ChatContent::Feed(links) => (links.iter().map(|link| link.title.clone()).collect(), None),
            ChatContent::Choice { name } => (vec![name.clone()], None),
        },
    };
    // The articles of a preview can be read for only a day, so only the card of a preview is searched.
    let is_preview = entry.sent().is_some_and(|send| send.preview);
    let mut article_ids = Vec::new();
    if let Some(id) = card
        && let Some(card) = tx.card(&scope.corp, id)?
    {
        for article in card::heads(tx, &scope.corp, &card)? {
            let headline = if is_preview { Some(article.draft) } else { article.published };
            if let Some(headline) = headline {
                texts.push(headline.title);
                texts.extend(headline.digest);
                article_ids.extend((!is_preview).then_some(article.id));
            }
        }
    }
    let mut folded_texts: Vec<String> = texts.iter().map(|text| folded(text)).collect();
    if !query.matches(&folded_texts) {
        for id in article_ids {
            if budget.article_bytes == 0 {
                break;
            }
            let content = tx.article_content(&scope.corp, id, ArticleCopy::Published)?.unwrap_or_default();
            budget.article_bytes = budget.article_bytes.saturating_sub(content.len());
            let words = crate::article::plain_text(&content);
            folded_texts.push(folded(&words));
            texts.push(words);
        }
        if !query.matches(&folded_texts) {
            return Ok(None);
        }
    }
    let most = |text: &String| query.words.iter().filter(|word| text.contains(*word)).count();
    let best =
        folded_texts.iter().enumerate().rev().max_by_key(|(_, text)| most(text)).map(|(index, _)| index);
    Ok(best.map(|index| excerpt(&texts[index], &folded_texts[index], query)))
}

/// Returns the texts of a message, and its card.
pub(crate) fn texts_of(message: &Message) -> (Vec<String>, Option<&CardId>) {
    let texts = match message {
        Message::Text { content } | Message::Ding { content, .. } => vec![content.clone()],
        Message::Markdown { title, text } => vec![title.clone(), text.clone()],
        Message::ActionCard { title, markdown, action } => {
            let mut texts = vec![title.clone(), markdown.clone()];
            match action {
                CardAction::Whole { title, .. } => texts.push(title.clone()),
                CardAction::Buttons { buttons, .. } => {
                    texts.extend(buttons.iter().map(|button| button.title.clone()));
                }
            }
            texts
        }
        Message::Link { title, text, .. } => vec![title.clone(), text.clone()],
        Message::Image { .. } | Message::NewsCard { .. } | Message::SingleNewsCard { .. } => Vec::new(),
    };
    (texts, message.card())
}

/// Folds a text for comparison. The number of characters stays the same.
fn folded(text: &str) -> String {
    text.chars().map(fold).collect()
}

/// Folds one character to one: lower case, half width, and a space for any white space.
fn fold(character: char) -> char {
    let character = match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character),
        blank if blank.is_whitespace() => ' ',
        other => other,
    };
    let mut lower = character.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => character,
    }
}

/// Returns the text around the first match.
fn excerpt(text: &str, folded: &str, query: &Query) -> Vec<ExcerptPart> {
    let (before, in_all) = EXCERPT_CHARS;
    let first = query.words.iter().filter_map(|word| folded.find(word.as_str())).min().unwrap_or_default();
    let start = folded[..first].chars().count().saturating_sub(before);
    let visible: Vec<char> = text.chars().skip(start).take(in_all).collect();
    // A word may continue past the end of the excerpt.
    let compared: Vec<char> = folded.chars().skip(start).take(in_all + MAX_QUERY_CHARS).collect();
    let mut is_hit = vec![false; compared.len()];
    for word in &query.words {
        let word: Vec<char> = word.chars().collect();
        for at in 0..compared.len() {
            if compared[at..].starts_with(&word) {
                is_hit[at..at + word.len()].fill(true);
            }
        }
    }
    let mut pieces = Vec::new();
    let mut push = |text: String, is_hit| {
        if !text.is_empty() {
            pieces.push(ExcerptPart { text, is_hit });
        }
    };
    let mut piece = if start > 0 { "…".to_owned() } else { String::new() };
    let mut of_hit = false;
    for (character, hit) in visible.iter().zip(&is_hit) {
        if *hit != of_hit {
            push(std::mem::take(&mut piece), of_hit);
            of_hit = *hit;
        }
        piece.push(if character.is_whitespace() { ' ' } else { *character });
    }
    push(piece, of_hit);
    if text.chars().nth(start + in_all).is_some() {
        pieces.push(ExcerptPart { text: "…".to_owned(), is_hit: false });
    }
    pieces
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn found(text: &str, query: &str) -> Option<String> {
        let query = Query::parse(query).unwrap();
        let folded = folded(text);
        query.matches(std::slice::from_ref(&folded)).then(|| {
            let pieces = excerpt(text, &folded, &query);
            pieces
                .iter()
                .map(|piece| if piece.is_hit { format!("[{}]", piece.text) } else { piece.text.clone() })
                .collect()
        })
    }

    #[test]
    fn words_are_found_in_any_order_case_and_width() {
        for (text, query, expected) in [
            ("今天食堂开放到八点", "食堂", Some("今天[食堂]开放到八点")),
            ("WiFi 密码", "密码 wifi", Some("[WiFi] [密码]")),
            ("ＷｉＦｉ　密码", "wifi", Some("[ＷｉＦｉ] 密码")),
            ("aaa", "aa", Some("[aaa]")),
            ("100% _sure_", "% _", Some("100[%] [_]sure[_]")),
            ("100", "%", None),
            ("密码", "密码 wifi", None),
            ("İstanbul", "stanbul", Some("İ[stanbul]")),
        ] {
            assert_eq!(found(text, query).as_deref(), expected, "{text} / {query}");
        }
    }

    #[test]
    fn an_excerpt_shows_the_surroundings_of_the_first_word() {
        let text = format!("{}针{}", "前".repeat(100), "后".repeat(200));
        let excerpt = found(&text, "针").unwrap();
        assert_eq!(excerpt, format!("…{}[针]{}…", "前".repeat(24), "后".repeat(71)));
        let long = found(&"针".repeat(300), &"针".repeat(120)).unwrap();
        assert!(long.starts_with("[针") && long.ends_with('…'));
    }

    #[test]
    fn a_query_needs_a_word_and_is_cut_off() {
        assert_eq!(Query::parse(" \u{3000}\t"), None);
        assert_eq!(Query::parse(&"a ".repeat(200)).unwrap().words.len(), MAX_WORDS);
        assert_eq!(Query::parse(&"长".repeat(200)).unwrap().words, ["长".repeat(MAX_QUERY_CHARS)]);
    }
}
