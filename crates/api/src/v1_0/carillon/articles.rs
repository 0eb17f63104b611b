//! `/v1.0/carillon/articles`: drafts of articles with their history. Those of the vendor have neither revisions nor versions.

pub mod create;
pub mod delete;
pub mod draft;
pub mod get;
pub mod list;
pub mod publish;
pub mod versions;

use carillon_model::{
    error::{Error, Result, Rule},
    id::{AccountId, ArticleId},
    operator::OperatorRole,
};
use carillon_wire::{Code, Operation, operation::Builder};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::Entry;
use crate::v1_0::{carillon::APPS_AND_LOCAL, exclusive::follow::message::UNKNOWN_ACCOUNT};

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(create::operation),
    Entry::Operation(delete::operation),
    Entry::Operation(draft::operation),
    Entry::Operation(get::operation),
    Entry::Operation(list::operation),
    Entry::Operation(publish::operation),
    Entry::Folder(versions::OPERATIONS),
];

/// No article of the account has the id.
const UNKNOWN_ARTICLE: Code = Code::both(40035, "参数不合法: articleId", "article.not.found", 404);
/// The article was deleted.
const ARTICLE_DELETED: Code = Code::both(1100001, "此文章已被删除", "article.deleted", 404);

/// An article of an account.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ArticleRequest {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The article, by the `articleId` that `carillon.article_list` returns.
    article_id: ArticleId,
}

/// Who may read an article.
#[derive(Clone, Copy, Deserialize, serde::Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum ViewScope {
    /// Only members of the organisation.
    Organisation,
    /// Everybody who has the link, also outside of the organisation.
    Everybody,
}

impl ViewScope {
    fn of(public: bool) -> Self {
        if public { Self::Everybody } else { Self::Organisation }
    }

    fn is_public(self) -> bool {
        matches!(self, Self::Everybody)
    }
}

fn declare(id: &'static str, path: &'static str) -> Builder {
    Operation::v1(id, path)
        .permission("qyapi_service_account_materials")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Editor])
        .account_field("unionid")
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
}

/// Declares an operation on one article.
fn declare_on_one(id: &'static str, path: &'static str) -> Builder {
    declare(id, path)
        .error(Rule::UnknownArticle, UNKNOWN_ARTICLE)
        .error(Rule::ArticleDeleted, ARTICLE_DELETED)
}

fn require_title(title: &str) -> Result<()> {
    if title.trim().is_empty() { Err(Error::invalid("title", "must not be empty")) } else { Ok(()) }
}
