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

/// Names of texts that another page replaced in the field without having read them begin so; the rest is the page that wrote them.
const OTHER_PAGE: &str = "field ";

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

/// Returns the drafts of a target: the text of the field first, if there is one. Texts that several pages wrote stand one below the
/// other.
pub fn find(tx: &mut Tx<'_>, owner: &DraftOwner) -> Result<Vec<Draft>> {
    let mut drafts = tx.drafts(&owner.corp, owner.member, &owner.target.key())?;
    let text = in_field(&drafts);
    drafts.retain(|draft| !draft.name.is_empty() && !is_of_other_page(draft));
    if let Some(text) = text {
        drafts.insert(0, Draft { name: String::new(), text });
    }
    Ok(drafts)
}

/// Saves a draft, or clears it if the text is empty. `known` are texts of the field that the page has read or saved: the new one replaces
/// them. A text of another page that it does not know is kept beside it. The caller has checked that the member may see the target.
///
/// # Errors
/// [`Rule::ChatTextTooLong`], and [`Rule::StorageFull`] if the member has the maximum number of drafts.
pub fn save(tx: &mut Tx<'_>, env: &Env, owner: &DraftOwner, draft: NewDraft, known: &[String]) -> Result<()> {
    if draft.text.chars().count() > MAX_CHARS {
        return Err(Rule::ChatTextTooLong.into());
    }
    if [&draft.name, &draft.writer].iter().any(|name| name.chars().count() > MAX_NAME_CHARS) {
        return Err(Error::invalid("name", "is too long"));
    }
    if draft.name.starts_with(OTHER_PAGE) {
        return Err(Error::invalid("name", "is not that of a message"));
    }
    let (corp, member, target) = (&owner.corp, owner.member, owner.target.key());
    if !draft.name.is_empty() && (draft.text.is_empty() || is_sent(tx, owner, &draft.name)?) {
        return tx.delete_draft(corp, member, &target, &draft.name);
    }
    if draft.name.is_empty() && !keep_text_of_other_page(tx, env, owner, &draft, known)? {
        return Ok(());
    }
    require_room(tx, owner, &draft.name)?;
    tx.save_draft(corp, member, &target, &draft, env.now())
}

/// Keeps the text in the field under another name if the draft would replace it without knowing it. Returns false if the draft is older
/// than the last one of its page.
fn keep_text_of_other_page(
    tx: &mut Tx<'_>,
    env: &Env,
    owner: &DraftOwner,
    draft: &NewDraft,
    known: &[String],
) -> Result<bool> {
    let (corp, member, target) = (&owner.corp, owner.member, owner.target.key());
    let own = name_of_page(&draft.writer);
    if let Some(former) = tx.saved_draft(corp, member, &target, &own)? {
        if former.revision >= draft.revision {
            return Ok(false);
        }
        tx.delete_draft(corp, member, &target, &own)?;
    }
    let is_known = |text: &str| known.iter().chain([&draft.text]).any(|one| is_same_text(one, text));
    let drafts = tx.drafts(corp, member, &target)?;
    if in_field(&drafts).is_some_and(|text| is_known(&text)) {
        for other in drafts.iter().filter(|draft| is_of_other_page(draft)) {
            tx.delete_draft(corp, member, &target, &other.name)?;
        }
        return Ok(true);
    }
    let Some(saved) = tx.saved_draft(corp, member, &target, "")? else { return Ok(true) };
    if saved.text.is_empty() || saved.writer == draft.writer || is_known(&saved.text) {
        return Ok(true);
    }
    let other = NewDraft { name: name_of_page(&saved.writer), ..saved };
    require_room(tx, owner, &other.name)?;
    tx.save_draft(corp, member, &target, &other, env.now())?;
    Ok(true)
}

/// Refuses one draft more than a member may have.
fn require_room(tx: &mut Tx<'_>, owner: &DraftOwner, name: &str) -> Result<()> {
    let (corp, member) = (&owner.corp, owner.member);
    if !tx.has_draft(corp, member, &owner.target.key(), name)?
        && tx.count_drafts(corp, member)? >= MAX_OF_MEMBER
    {
        tx.delete_cleared_drafts(corp, member)?;
        if tx.count_drafts(corp, member)? >= MAX_OF_MEMBER {
            return Err(Rule::StorageFull.into());
        }
    }
    Ok(())
}

fn name_of_page(writer: &str) -> String {
    format!("{OTHER_PAGE}{writer}")
}

fn is_of_other_page(draft: &Draft) -> bool {
    draft.name.starts_with(OTHER_PAGE)
}

/// Returns the text that a page has in the field when it is loaded.
fn in_field(drafts: &[Draft]) -> Option<String> {
    let (newest, others): (Vec<_>, Vec<_>) = drafts
        .iter()
        .filter(|draft| draft.name.is_empty() || is_of_other_page(draft))
        .partition(|draft| draft.name.is_empty());
    let texts: Vec<&str> = others.into_iter().chain(newest).map(|draft| draft.text.as_str()).collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}

/// Returns true if a message with this name was stored meanwhile.
fn is_sent(tx: &mut Tx<'_>, owner: &DraftOwner, name: &str) -> Result<bool> {
    let DraftTarget::Conversation(account) = &owner.target else { return Ok(false) };
    let conversation =
        ConversationKey { corp: owner.corp.clone(), account: account.clone(), member: owner.member };
    Ok(tx.chat_message_by_submission(&conversation, name)?.is_some())
}

/// Clears a draft that was sent, in the unit of work that stores the message: the draft with the name, and the text of the field if it is
/// the same. A text that another page wrote, or that changed since, is kept.
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
    let is_text = |saved: &str| {
        let is_known = |writer: &DraftWriter| is_same_text(saved, &writer.last_known);
        is_same_text(saved, text) || writer.as_ref().is_some_and(is_known)
    };
    let drafts = tx.drafts(corp, member, &target)?;
    let has_all = in_field(&drafts).is_some_and(|saved| is_text(&saved));
    for other in drafts.iter().filter(|draft| is_of_other_page(draft)) {
        let is_sent = match &writer {
            Some(writer) if name_of_page(&writer.name) == other.name => tx
                .saved_draft(corp, member, &target, &other.name)?
                .is_some_and(|saved| saved.revision <= writer.revision),
            _ => is_same_text(&other.text, text),
        };
        if has_all || is_sent {
            tx.delete_draft(corp, member, &target, &other.name)?;
        }
    }
    let saved = tx.saved_draft(corp, member, &target, "")?;
    let is_sent = |saved: &NewDraft| {
        has_all || is_text(&saved.text) || writer.as_ref().is_some_and(|writer| writer.name == saved.writer)
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
