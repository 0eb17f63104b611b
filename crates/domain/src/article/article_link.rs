//! URLs of articles. A URL contains the number of the article and an unguessable code. The code is derived with the key of the
//! data folder from the article and from the source of the link. A link of a message can therefore be told from any other and
//! ends with the message, and enumerating numbers finds nothing.

use carillon_model::{
    env::Env,
    id::{ArticleId, CorpId, MessageId, TaskId},
};
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

const PURPOSE: &str = "article link";
/// Length of a code in bytes: half of the authenticator.
const CODE_BYTES: usize = 16;

/// The source of a link to an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkSource {
    /// None: the article's own URL, which its author gets and menus use.
    Article,
    /// A mass send.
    Send(TaskId),
    /// A preview.
    Preview(TaskId),
    /// A message in a conversation, such as an automatic reply.
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

/// A requested URL of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleLink {
    /// The article.
    pub id: ArticleId,
    /// The code. None in URLs from before codes existed.
    pub code: Option<String>,
    /// The source, as the URL states it.
    pub source: LinkSource,
}

impl ArticleLink {
    /// Parses the last segment of a URL's path: a number, a dash and a code, or a number alone.
    pub fn parse(segment: &str, source: LinkSource) -> Option<Self> {
        let (id, code) = match segment.split_once('-') {
            Some((_, code)) if !is_code(code) => return None,
            Some((id, code)) => (id, Some(code.to_owned())),
            None => (segment, None),
        };
        Some(Self { id: ArticleId(id.parse().ok()?), code, source })
    }

    /// The path as requested. It reveals no code that the request did not contain.
    pub fn requested_path(&self, corp: &CorpId) -> String {
        match &self.code {
            Some(code) => format!("/article/{corp}/{}-{code}", self.id),
            None => format!("/article/{corp}/{}", self.id),
        }
    }

    /// Returns the link of an article with its code.
    pub fn of(env: &Env, corp: &CorpId, id: ArticleId, source: LinkSource) -> Self {
        Self { id, code: Some(code(env, corp, id, &source)), source }
    }

    /// Returns true if the code is that of the article and the source.
    pub fn is_authentic(&self, env: &Env, corp: &CorpId) -> bool {
        let expected = code(env, corp, self.id, &self.source);
        self.code.as_ref().is_some_and(|code| code.as_bytes().ct_eq(expected.as_bytes()).into())
    }
}

/// The path of an article's page, with its code. Show it only to readers who may have the link.
pub fn path(env: &Env, corp: &CorpId, id: ArticleId, source: &LinkSource) -> String {
    format!("/article/{corp}/{id}-{}", code(env, corp, id, source))
}

/// The URL of an article on a server. None before the article is first published.
pub fn url(env: &Env, base_url: &str, corp: &CorpId, id: ArticleId, is_published: bool) -> Option<String> {
    let path = path(env, corp, id, &LinkSource::Article);
    is_published.then(|| format!("{}{path}", base_url.trim_end_matches('/')))
}

fn is_code(text: &str) -> bool {
    text.len() == 2 * CODE_BYTES && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn code(env: &Env, corp: &CorpId, id: ArticleId, source: &LinkSource) -> String {
    let (kind, source) = source.parts();
    // A key shorter than a block is padded with zeros, as the standard says.
    let mut key = [0; 64];
    key[..env.key.len()].copy_from_slice(env.key.as_slice());
    let mut mac = Hmac::<Sha256>::new(&key.into());
    for part in [PURPOSE, corp.as_str(), &id.to_string(), kind, source] {
        mac.update(part.as_bytes());
        mac.update(b"\0");
    }
    HEXLOWER.encode(&mac.finalize().into_bytes()[..CODE_BYTES])
}
