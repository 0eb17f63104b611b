//! Addresses of articles. An address is the number of an article with a code that nobody can guess: it is derived with the key of
//! the data folder from the article and from what the link came with. So a link of a message can be told from any other, and ends
//! with the message; and counting numbers leads nowhere.

use carillon_model::{
    env::Env,
    id::{ArticleId, CorpId, MessageId, TaskId},
};
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

const PURPOSE: &str = "article link";
/// Bytes of a code: half of the authenticator.
const CODE_BYTES: usize = 16;

/// What a link to an article came with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkSource {
    /// Nothing: it is the article's own address, which its author was told and menus lead to.
    Article,
    /// A mass send.
    Send(TaskId),
    /// A preview.
    Preview(TaskId),
    /// A message of a conversation, such as an automatic reply.
    Message(MessageId),
}

impl LinkSource {
    fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Article => ("article", ""),
            Self::Send(task) => ("send", task.as_str()),
            Self::Preview(task) => ("preview", task.as_str()),
            Self::Message(id) => ("message", id.as_str()),
        }
    }
}

/// An address that somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleLink {
    /// The article.
    pub id: ArticleId,
    /// The code; none in addresses from before there were codes.
    pub code: Option<String>,
    /// What the link came with, as it says itself.
    pub source: LinkSource,
}

impl ArticleLink {
    /// Reads the last segment of an address's path: a number, a dash and a code, or a number alone.
    pub fn parse(segment: &str, source: LinkSource) -> Option<Self> {
        let (id, code) = match segment.split_once('-') {
            Some((_, code)) if !is_code(code) => return None,
            Some((id, code)) => (id, Some(code.to_owned())),
            None => (segment, None),
        };
        Some(Self { id: ArticleId(id.parse().ok()?), code, source })
    }

    /// The path as it was asked for. Nobody learns a code from it.
    pub fn asked_path(&self, corp: &CorpId) -> String {
        match &self.code {
            Some(code) => format!("/article/{corp}/{}-{code}", self.id),
            None => format!("/article/{corp}/{}", self.id),
        }
    }

    /// The link of an article that carries its code.
    pub fn of(env: &Env, corp: &CorpId, id: ArticleId, source: LinkSource) -> Self {
        Self { id, code: Some(code(env, corp, id, &source)), source }
    }

    /// Whether the code is that of the article and the source.
    pub fn is_authentic(&self, env: &Env, corp: &CorpId) -> bool {
        let expected = code(env, corp, self.id, &self.source);
        self.code.as_ref().is_some_and(|code| code.as_bytes().ct_eq(expected.as_bytes()).into())
    }
}

/// The path of an article's page. Only for whoever may have the link.
pub fn path(env: &Env, corp: &CorpId, id: ArticleId, source: &LinkSource) -> String {
    format!("/article/{corp}/{id}-{}", code(env, corp, id, source))
}

/// The address of an article on a server; none before the first publish.
pub fn of(env: &Env, base_url: &str, corp: &CorpId, id: ArticleId, is_published: bool) -> Option<String> {
    let path = path(env, corp, id, &LinkSource::Article);
    is_published.then(|| format!("{}{path}", base_url.trim_end_matches('/')))
}

fn is_code(text: &str) -> bool {
    text.len() == 2 * CODE_BYTES && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn code(env: &Env, corp: &CorpId, id: ArticleId, source: &LinkSource) -> String {
    let (kind, source) = source.parts();
    // A key shorter than a block is filled up with zeros, as the standard says.
    let mut key = [0; 64];
    key[..env.key.len()].copy_from_slice(env.key.as_slice());
    let mut mac = Hmac::<Sha256>::new(&key.into());
    for part in [PURPOSE, corp.as_str(), &id.to_string(), kind, source] {
        mac.update(part.as_bytes());
        mac.update(b"\0");
    }
    HEXLOWER.encode(&mac.finalize().into_bytes()[..CODE_BYTES])
}
