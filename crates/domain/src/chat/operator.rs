//! Conversations as operators of the account see them: who waits for a reply, and replies.

use carillon_model::{
    audit::{Change, Subject},
    chat::{ChatAuthor, ChatContent},
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, ArticleId, CardId, CorpId, MediaId, MemberNo, SendSeq},
    media::MediaType,
    message::Message,
    time::Timestamp,
};
use carillon_store::{
    AssigneeFilter, ChatMessage, ConsoleTopic, ConversationKey, ConversationRow, MediaOwner, NamedMember, Tx,
};

use super::{append, available_account, post_message::normalize_text};
use crate::{
    card,
    contact::search::{self, Match},
    media::{self, NewMedia},
};

/// The most cards that a list of articles is compared with.
const MAX_CARDS_COMPARED: i64 = 20;

/// A conversation in a list.
#[derive(Clone, Debug)]
pub struct ListedConversation {
    /// The number of the member.
    pub member: MemberNo,
    /// The member, also if the member has left; `None` if the name is not known any more.
    pub named: Option<NamedMember>,
    /// The newest message; `None` if it was removed because of its age.
    pub last: Option<ChatMessage>,
    /// When the member wrote the first message that nobody replied to.
    pub waiting_since: Option<Timestamp>,
    /// The number of the newest message.
    pub last_seq: SendSeq,
    /// The operator who is to answer; `None` for nobody.
    pub assignee: Option<NamedMember>,
}

/// The conversations of a list, and where it begins.
#[derive(Clone, Copy, Debug)]
pub enum ConversationFilter {
    /// Those whose members wait for a reply, the longest waiting first, after a time and a member.
    Waiting(Timestamp, MemberNo),
    /// All, newest first, before a message.
    All(SendSeq),
}

/// Lists conversations of an account.
pub fn conversations(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    assignee: AssigneeFilter,
    filter: ConversationFilter,
    limit: i64,
) -> Result<Vec<ListedConversation>> {
    let rows = match filter {
        ConversationFilter::Waiting(since, member) => {
            tx.waiting_conversations(corp, account, assignee, (since, member), limit)?
        }
        ConversationFilter::All(before) => {
            tx.conversations_of_account(corp, account, assignee, before, limit)?
        }
    };
    listed(tx, corp, account, rows)
}

/// The conversations of an account with members whose name contains a text, the first `limit` members by number.
pub fn find(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    name: &str,
    limit: usize,
) -> Result<Vec<ListedConversation>> {
    let mut rows = Vec::new();
    for userid in search::users(tx, corp, name, Match::Part, 0, limit)?.items {
        if let Some(member) = tx.member_no(corp, &userid)? {
            let key = ConversationKey { corp: corp.clone(), account: account.clone(), member };
            rows.extend(tx.conversation(&key)?);
        }
    }
    listed(tx, corp, account, rows)
}

fn listed(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    rows: Vec<ConversationRow>,
) -> Result<Vec<ListedConversation>> {
    let members = rows.iter().flat_map(|row| std::iter::once(row.member).chain(row.assignee)).collect();
    let named = tx.named_members(corp, &members)?;
    let mut listed = Vec::with_capacity(rows.len());
    for row in rows {
        let key = ConversationKey { corp: corp.clone(), account: account.clone(), member: row.member };
        let last = tx.chat_messages(&key, SendSeq(row.last_seq.0 - 1)..SendSeq(row.last_seq.0 + 1), 1)?.pop();
        listed.push(ListedConversation {
            member: row.member,
            named: named.get(&row.member).cloned(),
            last,
            waiting_since: row.waiting_since,
            last_seq: row.last_seq,
            assignee: row.assignee.and_then(|assignee| named.get(&assignee).cloned()),
        });
    }
    Ok(listed)
}

/// What an operator or an app replies with.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A text.
    Text(String),
    /// A picture that is stored already.
    Picture(MediaId),
    /// A picture that was inspected and whose content is in the object store. It becomes a file of the account.
    Upload(NewMedia),
    /// A card of the account.
    Card(CardId),
    /// Published articles of the account, on one card.
    Articles(Vec<ArticleId>),
}

/// Posts a reply by an operator, or by an app ([`ChatAuthor::Webhook`]). The member does not wait any more.
///
/// # Errors
/// [`Rule::UnknownUser`] if the member has left, [`Rule::MemberBlocked`], [`Rule::AccountDisabled`], [`Rule::ChatTextEmpty`],
/// [`Rule::ChatTextTooLong`], [`Rule::StorageFull`]; the field of a picture, card or article that cannot be shown.
pub fn reply_as(
    tx: &mut Tx<'_>,
    env: &Env,
    conversation: &ConversationKey,
    author: ChatAuthor,
    reply: Reply,
) -> Result<ChatMessage> {
    available_account(tx, conversation)?;
    note(tx, conversation, "reply")?;
    let (corp, account) = (&conversation.corp, &conversation.account);
    let message = match reply {
        Reply::Text(text) => Message::Text { content: normalize_text(&text)? },
        Reply::Picture(media_id) => {
            require_visible_picture(tx, conversation, &media_id)?;
            Message::Image { media_id }
        }
        Reply::Upload(new) => {
            let owner = MediaOwner::Account(account.clone());
            Message::Image { media_id: media::add(tx, env, corp, owner, new)?.id }
        }
        Reply::Card(card_id) => match card::require_readable(tx, corp, account, &card_id) {
            Err(Error::Rule(Rule::UnknownCard)) => {
                return Err(Error::invalid(
                    "cardId",
                    "must be a card of the account with a published article",
                ));
            }
            checked => {
                checked?;
                Message::NewsCard { card_id }
            }
        },
        Reply::Articles(articles) => Message::NewsCard { card_id: card_of(tx, env, conversation, articles)? },
    };
    append(tx, env, conversation, author, None, ChatContent::Message(message))
}

/// Refuses a picture that the member could not see, or that belongs to another account.
fn require_visible_picture(tx: &mut Tx<'_>, conversation: &ConversationKey, id: &MediaId) -> Result<()> {
    let media = tx.media(&conversation.corp, id)?.filter(|media| media.media_type == MediaType::Image);
    let is_visible = media.is_some_and(|media| match &media.owner {
        MediaOwner::App(_) | MediaOwner::Nobody => true,
        MediaOwner::Account(account) => *account == conversation.account,
        MediaOwner::Member { member, account } => {
            *member == conversation.member && *account == conversation.account
        }
    });
    if is_visible {
        Ok(())
    } else {
        Err(Error::invalid("mediaId", "must be a picture of the account or of an app"))
    }
}

/// Returns a card with these articles: one that exists, so that the same reply does not make a new card each time, or else a new one.
fn card_of(
    tx: &mut Tx<'_>,
    env: &Env,
    conversation: &ConversationKey,
    articles: Vec<ArticleId>,
) -> Result<CardId> {
    let (corp, account) = (&conversation.corp, &conversation.account);
    for (index, id) in articles.iter().take(card::MAX_ARTICLES).enumerate() {
        let head = tx.article_head(corp, *id)?.filter(|head| head.account == *account && !head.deleted);
        if head.is_none_or(|head| head.published.is_none()) {
            let reason = "must be a published article of the account";
            return Err(Error::invalid(format!("articleIds[{index}]"), reason));
        }
    }
    if let Some(first) = articles.first() {
        for id in tx.cards_with(corp, *first, MAX_CARDS_COMPARED)? {
            if tx.card(corp, &id)?.is_some_and(|card| card.account == *account && card.articles == articles) {
                return Ok(id);
            }
        }
    }
    match card::add(tx, env, corp, account, articles) {
        Err(Error::Invalid { reason, .. }) => Err(Error::invalid("articleIds", reason)),
        added => added,
    }
}

/// Marks a conversation as done without a reply. Nothing happens if the member does not wait.
pub fn mark_as_done(tx: &mut Tx<'_>, conversation: &ConversationKey) -> Result<()> {
    if tx.end_waiting(conversation)? {
        let topic = ConsoleTopic::Conversation(Some(conversation.member));
        tx.console_changed(&conversation.corp, Some(&conversation.account), topic);
        note(tx, conversation, "done")?;
    }
    Ok(())
}

/// Tells the audit trail what an operator did, without the content.
fn note(tx: &mut Tx<'_>, conversation: &ConversationKey, what: &'static str) -> Result<()> {
    let (userid, _) = tx.member_name(&conversation.corp, conversation.member)?.ok_or(Rule::UnknownUser)?;
    let id = format!("{}/{userid}", conversation.account);
    tx.changed(&conversation.corp, Change::updated(Subject::Conversation, id).replaced(what));
    Ok(())
}
