//! Conversations as operators of the account see them: who waits for a reply, and replies.

use carillon_model::{
    audit::{Change, Subject},
    chat::{ChatAuthor, ChatContent},
    env::Env,
    error::{Result, Rule},
    id::{AccountId, CorpId, MemberNo, SendSeq},
    message::Message,
    time::Timestamp,
};
use carillon_store::{ChatMessage, ConversationKey, NamedMember, Tx};

use super::{append, available_account, post_message::normalize_text};

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
    filter: ConversationFilter,
    limit: i64,
) -> Result<Vec<ListedConversation>> {
    let rows = match filter {
        ConversationFilter::Waiting(since, member) => {
            tx.waiting_conversations(corp, account, (since, member), limit)?
        }
        ConversationFilter::All(before) => tx.conversations_of_account(corp, account, before, limit)?,
    };
    let members = rows.iter().map(|row| row.member).collect();
    let mut named = tx.named_members(corp, &members)?;
    let mut listed = Vec::with_capacity(rows.len());
    for row in rows {
        let key = ConversationKey { corp: corp.clone(), account: account.clone(), member: row.member };
        let last = tx.chat_messages(&key, SendSeq(row.last_seq.0 - 1)..SendSeq(row.last_seq.0 + 1), 1)?.pop();
        listed.push(ListedConversation {
            member: row.member,
            named: named.remove(&row.member),
            last,
            waiting_since: row.waiting_since,
            last_seq: row.last_seq,
        });
    }
    Ok(listed)
}

/// Posts the reply of an operator. The member does not wait any more.
///
/// # Errors
/// [`Rule::UnknownUser`] if the member has left, [`Rule::MemberBlocked`], [`Rule::AccountDisabled`], [`Rule::ChatTextEmpty`],
/// [`Rule::ChatTextTooLong`].
pub fn reply_as_operator(
    tx: &mut Tx<'_>,
    env: &Env,
    conversation: &ConversationKey,
    text: &str,
) -> Result<ChatMessage> {
    reply_as(tx, env, conversation, ChatAuthor::Operator, text)
}

/// The same by an operator, or by an app ([`ChatAuthor::Webhook`]).
pub fn reply_as(
    tx: &mut Tx<'_>,
    env: &Env,
    conversation: &ConversationKey,
    author: ChatAuthor,
    text: &str,
) -> Result<ChatMessage> {
    let content = normalize_text(text)?;
    available_account(tx, conversation)?;
    note(tx, conversation, "reply")?;
    let content = ChatContent::Message(Message::Text { content });
    append(tx, env, conversation, author, None, content)
}

/// Marks a conversation as done without a reply. Nothing happens if the member does not wait.
pub fn mark_as_done(tx: &mut Tx<'_>, conversation: &ConversationKey) -> Result<()> {
    if tx.end_waiting(conversation)? {
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
