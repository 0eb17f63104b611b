//! `/v1.0/carillon/cards`: cards as operators make them. Those of the vendor have no versions, and delete cards that are shown.

pub mod create;
pub mod delete;
pub mod get;
pub mod list;
pub mod update;

use carillon_model::{
    article::Card,
    error::Rule,
    id::{AccountId, ArticleId, CardId},
    operator::OperatorRole,
    time::Timestamp,
};
use carillon_wire::{Code, Operation, operation::Builder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Entry;
use crate::v1_0::{carillon::APPS_AND_LOCAL, exclusive::follow::message::UNKNOWN_ACCOUNT};

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(create::operation),
    Entry::Operation(delete::operation),
    Entry::Operation(get::operation),
    Entry::Operation(list::operation),
    Entry::Operation(update::operation),
];

/// Roles that see cards.
const READ: &[OperatorRole] = &[OperatorRole::Editor, OperatorRole::Sender];
/// Roles that change them.
const WRITE: &[OperatorRole] = &[OperatorRole::Editor];
/// No card of the account has the id.
const UNKNOWN_CARD: Code = Code::both(40007, "不合法的媒体文件id", "card.not.found", 404);

/// A card of an account.
#[derive(Deserialize, JsonSchema)]
struct CardRequest {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The card, by the `card_id` that `carillon.card_list` returns.
    #[schemars(length(min = 1, max = 128))]
    card_id: CardId,
}

/// A card.
#[derive(Serialize, JsonSchema)]
struct CardRow {
    /// The id of the card: the `media_id` of a `news_card` or `single_news_card` message.
    card_id: CardId,
    /// Ids of the articles in their order, also of those that were deleted since.
    article_ids: Vec<ArticleId>,
    /// When the card last changed, in ms since 1970. The next change has to name it.
    update_time: Timestamp,
}

impl CardRow {
    fn of(card: Card) -> Self {
        Self { card_id: card.id, article_ids: card.articles, update_time: card.update_time }
    }
}

fn declare(id: &'static str, path: &'static str, roles: &'static [OperatorRole]) -> Builder {
    Operation::v1(id, path)
        .permission("qyapi_service_account_materials")
        .callers(APPS_AND_LOCAL)
        .roles(roles)
        .account_field("unionid")
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
}

/// Declares an operation on one card.
fn declare_on_one(id: &'static str, path: &'static str, roles: &'static [OperatorRole]) -> Builder {
    declare(id, path, roles).error(Rule::UnknownCard, UNKNOWN_CARD)
}
