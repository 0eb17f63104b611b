//! Unsent texts of members. They survive a reload, the end of a session, a change of browser and a restart of the server.

use carillon_model::{
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, ArticleId, CorpId, MemberNo, TaskId},
};
use carillon_store::{ConversationKey, Draft, NewDraft, Tx};
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Maximum length of a draft, in characters. Longer than a message may be, so that a text that is too long is not lost before it
/// is shortened.
pub const MAX_CHARS: usize = 10_000;
/// Maximum number of drafts of a member, over all targets.
pub const MAX_OF_MEMBER: i64 = 200;
/// Maximum length of the name of a draft and of the name of a page, in characters.
const MAX_NAME_CHARS: usize = 64;

/// What a draft will be sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftTarget {
    /// The conversation with a service account.
    Conversation(AccountId),
    /// The comments on an article that came with a send.
    Comments(ArticleId, TaskId),
}

impl DraftTarget {
    fn key(&self) -> String {
        match self {
            Self::Conversation(account) => format!("conversation {account}"),
            Self::Comments(article, task) => format!("comments {article} {task}"),
        }
    }
}

/// The member and the target of a draft.
#[derive(Clone, Debug)]
pub struct DraftOwner {
    /// The organisation.
    pub corp: CorpId,
    /// The member.
    pub member: MemberNo,
    /// The target.
    pub target: DraftTarget,
}

/// The page that saves a draft.
#[derive(Clone, Debug)]
pub struct DraftWriter {
    /// A name that the page chose for itself.
    pub name: String,
    /// Revision of the draft, which grows with each save.
    pub revision: i64,
    /// The text on the server when the page last read it. A page that was loaded with the draft of another page continues it.
    pub last_known: String,
}

/// Returns the drafts of a target.
pub fn find(tx: &mut Tx<'_>, owner: &DraftOwner) -> Result<Vec<Draft>> {
    tx.drafts(&owner.corp, owner.member, &owner.target.key())
}

/// Saves a draft, or clears it if the text is empty. The caller has checked that the member may see the target.
///
/// # Errors
/// [`Rule::ChatTextTooLong`], and [`Rule::StorageFull`] if the member has the maximum number of drafts.
pub fn save(tx: &mut Tx<'_>, env: &Env, owner: &DraftOwner, draft: NewDraft) -> Result<()> {
    if draft.text.chars().count() > MAX_CHARS {
        return Err(Rule::ChatTextTooLong.into());
    }
    if [&draft.name, &draft.writer].iter().any(|name| name.chars().count() > MAX_NAME_CHARS) {
        return Err(Error::invalid("name", "is too long"));
    }
    let (corp, member, target) = (&owner.corp, owner.member, owner.target.key());
    if !draft.name.is_empty() && (draft.text.is_empty() || is_sent(tx, owner, &draft.name)?) {
        return tx.delete_draft(corp, member, &target, &draft.name);
    }
    if !tx.has_draft(corp, member, &target, &draft.name)? && tx.count_drafts(corp, member)? >= MAX_OF_MEMBER {
        tx.delete_cleared_drafts(corp, member)?;
        if tx.count_drafts(corp, member)? >= MAX_OF_MEMBER {
            return Err(Rule::StorageFull.into());
        }
    }
    tx.save_draft(corp, member, &target, &draft, env.now())
}

/// Returns true if a message with this name was stored meanwhile.
fn is_sent(tx: &mut Tx<'_>, owner: &DraftOwner, name: &str) -> Result<bool> {
    let DraftTarget::Conversation(account) = &owner.target else { return Ok(false) };
    let conversation =
        ConversationKey { corp: owner.corp.clone(), account: account.clone(), member: owner.member };
    Ok(tx.chat_message_by_submission(&conversation, name)?.is_some())
}

/// Clears a draft that was sent, in the unit of work that stores the message: the draft with the name, and the unnamed one if it
/// has the same text. A draft that another page wrote, or that changed since, is kept.
pub fn clear_sent(
    tx: &mut Tx<'_>,
    env: &Env,
    owner: &DraftOwner,
    name: &str,
    text: &str,
    writer: Option<DraftWriter>,
) -> Result<()> {
    let (corp, member, target) = (&owner.corp, owner.member, owner.target.key());
    if !name.is_empty() {
        tx.delete_draft(corp, member, &target, name)?;
    }
    let saved = tx.draft_in_field(corp, member, &target)?;
    let is_sent = |(saved, of): &(String, String)| {
        let is_of = |writer: &DraftWriter| writer.name == *of || is_same_text(saved, &writer.last_known);
        is_same_text(saved, text) || writer.as_ref().is_some_and(is_of)
    };
    if !saved.as_ref().map_or(writer.is_some(), is_sent) {
        return Ok(());
    }
    // A row without text makes a save that is still in flight arrive too late.
    let (writer, revision) = writer.map_or((String::new(), 0), |writer| (writer.name, writer.revision));
    let cleared = NewDraft { name: String::new(), text: String::new(), writer, revision };
    tx.save_draft(corp, member, &target, &cleared, env.now())
}

/// Returns the name and key of the vault in which a member's browser stores texts that the server does not have, in hexadecimal
/// digits: a name for the member, a dot, and an encryption key. Only pages of the member contain them, so the next user of the
/// browser can read nothing.
pub fn vault(env: &Env, corp: &CorpId, member: MemberNo) -> String {
    let derive = |purpose: &str| {
        // A key shorter than a block is padded with zeros, as the standard says.
        let mut key = [0; 64];
        key[..env.key.len()].copy_from_slice(env.key.as_slice());
        let mut mac = Hmac::<Sha256>::new(&key.into());
        for part in ["browser vault", purpose, corp.as_str(), &member.0.to_string()] {
            mac.update(part.as_bytes());
            mac.update(b"\0");
        }
        HEXLOWER.encode(&mac.finalize().into_bytes())
    };
    format!("{}.{}", &derive("name")[..32], derive("key"))
}

fn is_same_text(one: &str, other: &str) -> bool {
    let plain = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
    plain(one) == plain(other)
}
