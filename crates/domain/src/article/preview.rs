//! Sends the draft of an article to its author, as a preview.

use carillon_model::{
    env::Env,
    error::Result,
    id::{AccountId, AppKey, ArticleId, CardId, CorpId, TaskId, UserId},
    message::{Message, Receivers, SendSource},
};
use carillon_store::Tx;

use crate::{
    account, article, card,
    send::{self, NewSend},
};

/// Maximum number of cards with the article that are looked at.
const MAX_CARDS: i64 = 32;

/// Sends the draft to one member, as the single article of a card.
pub fn send_preview(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    id: ArticleId,
    to: &UserId,
) -> Result<TaskId> {
    account::enabled(tx, corp, account)?;
    article::find(tx, corp, account, id)?;
    let card_id = match own_card(tx, corp, account, id)? {
        Some(card) => card,
        None => card::add_for_send(tx, env, corp, account, vec![id])?,
    };
    let new = NewSend {
        account: account.clone(),
        uuid: format!("console-{}", env.random_text(b"0123456789abcdefghijklmnopqrstuvwxyz", 24)),
        app_key: AppKey::from(""),
        message: Message::NewsCard { card_id },
        receivers: Receivers { users: vec![to.clone()], ..Receivers::default() },
        preview: true,
        allow_comment: false,
        comment_type: 0,
        show_homepage: false,
        source: SendSource::Console,
        operator: Some(to.clone()),
    };
    send::create(tx, env, corp, new)
}

/// Returns a card that has the article alone.
fn own_card(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: ArticleId) -> Result<Option<CardId>> {
    for card_id in tx.cards_with(corp, id, MAX_CARDS)? {
        let card = tx.card(corp, &card_id)?;
        if card.is_some_and(|card| card.account == *account && card.articles == [id]) {
            return Ok(Some(card_id));
        }
    }
    Ok(None)
}
