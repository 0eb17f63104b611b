//! What members typed and did not send yet: it survives a reload, the end of a session, another browser and a restart of the server.

use carillon_model::{
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, ArticleId, CorpId, MemberNo, TaskId},
};
use carillon_store::{ConversationKey, Draft, NewDraft, Tx};
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Characters of a text. Some more than a message may have: one that is too long is not lost before it was shortened.
pub const MAX_CHARS: usize = 10_000;
/// Texts of a member, in all places together.
pub const MAX_OF_MEMBER: i64 = 200;
/// Characters of the name of a text, and of the name of a page.
const MAX_NAME_CHARS: usize = 64;

/// What a text is written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftPlace {
    /// A service account.
    Conversation(AccountId),
    /// The comments of an article that came with a send.
    Comments(ArticleId, TaskId),
}

impl DraftPlace {
    fn stored(&self) -> String {
        match self {
            Self::Conversation(account) => format!("conversation {account}"),
            Self::Comments(article, task) => format!("comments {article} {task}"),
        }
    }
}

/// Whose text it is, and where.
#[derive(Clone, Debug)]
pub struct DraftOwner {
    /// The organisation.
    pub corp: CorpId,
    /// The member.
    pub member: MemberNo,
    /// The place.
    pub place: DraftPlace,
}

/// The page that saves a text, and how often it has saved it.
#[derive(Clone, Debug)]
pub struct DraftWriter {
    /// A name that the page gave itself.
    pub name: String,
    /// Larger with each save.
    pub revision: i64,
    /// What the server had when the page last heard of it. A page that was loaded with a draft of another one goes on with it.
    pub known: String,
}

/// The texts of a place.
pub fn find(tx: &mut Tx<'_>, owner: &DraftOwner) -> Result<Vec<Draft>> {
    tx.drafts(&owner.corp, owner.member, &owner.place.stored())
}

/// Saves a text, or clears it if there is none left. The caller has checked that the member may see the place.
///
/// # Errors
/// [`Rule::ChatTextTooLong`], and [`Rule::StorageFull`] if the member has as many texts as one may have.
pub fn save(tx: &mut Tx<'_>, env: &Env, owner: &DraftOwner, draft: NewDraft) -> Result<()> {
    if draft.text.chars().count() > MAX_CHARS {
        return Err(Rule::ChatTextTooLong.into());
    }
    if [&draft.name, &draft.writer].iter().any(|name| name.chars().count() > MAX_NAME_CHARS) {
        return Err(Error::invalid("name", "is too long"));
    }
    let (corp, member, place) = (&owner.corp, owner.member, owner.place.stored());
    if !draft.name.is_empty() && (draft.text.is_empty() || is_sent(tx, owner, &draft.name)?) {
        return tx.delete_draft(corp, member, &place, &draft.name);
    }
    if !tx.has_draft(corp, member, &place, &draft.name)? && tx.count_drafts(corp, member)? >= MAX_OF_MEMBER {
        tx.delete_cleared_drafts(corp, member)?;
        if tx.count_drafts(corp, member)? >= MAX_OF_MEMBER {
            return Err(Rule::StorageFull.into());
        }
    }
    tx.save_draft(corp, member, &place, &draft, env.now())
}

/// Whether a message was stored under a name meanwhile.
fn is_sent(tx: &mut Tx<'_>, owner: &DraftOwner, name: &str) -> Result<bool> {
    let DraftPlace::Conversation(account) = &owner.place else { return Ok(false) };
    let place = ConversationKey { corp: owner.corp.clone(), account: account.clone(), member: owner.member };
    Ok(tx.chat_message_by_submission(&place, name)?.is_some())
}

/// Clears a text that was sent, in the unit of work that stores the message: under its name, and in the field if that still holds it. What was
/// written in the field by another page, or since, stays.
pub fn sent(
    tx: &mut Tx<'_>,
    env: &Env,
    owner: &DraftOwner,
    name: &str,
    text: &str,
    writer: Option<DraftWriter>,
) -> Result<()> {
    let (corp, member, place) = (&owner.corp, owner.member, owner.place.stored());
    if !name.is_empty() {
        tx.delete_draft(corp, member, &place, name)?;
    }
    let saved = tx.draft_in_field(corp, member, &place)?;
    let is_sent = |(saved, of): &(String, String)| {
        let is_of = |writer: &DraftWriter| writer.name == *of || same(saved, &writer.known);
        same(saved, text) || writer.as_ref().is_some_and(is_of)
    };
    if !saved.as_ref().map_or(writer.is_some(), is_sent) {
        return Ok(());
    }
    // A row without text makes a save that is still under way arrive too late.
    let (writer, revision) = writer.map_or((String::new(), 0), |writer| (writer.name, writer.revision));
    let cleared = NewDraft { name: String::new(), text: String::new(), writer, revision };
    tx.save_draft(corp, member, &place, &cleared, env.now())
}

/// By what the browser of a member keeps what the server does not have: a name for the member, and a key to encrypt it with, both in
/// hexadecimal digits. Pages of the member alone have them, so whoever uses the same browser next can read nothing of it.
pub fn vault(env: &Env, corp: &CorpId, member: MemberNo) -> String {
    let derive = |purpose: &str| {
        // A key shorter than a block is filled up with zeros, as the standard says.
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

fn same(one: &str, other: &str) -> bool {
    let plain = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
    plain(one) == plain(other)
}
