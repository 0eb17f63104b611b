//! Who received an article.

use carillon_model::{
    article::ArticleHead,
    error::Result,
    id::{CorpId, MemberNo},
    message::Message,
    service_account::{MenuButton, MenuButtonKind},
};
use carillon_store::Tx;

use crate::send;

/// Maximum number of cards that are examined, and of the newest sends of each. Links from all other sends still name their send.
const MAX_CARDS: i64 = 32;
const MAX_SENDS_OF_CARD: i64 = 128;

/// Whether a member received an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delivered {
    /// With a send that was not recalled, or through the menu of its account.
    Yes,
    /// Only with sends that were recalled.
    Recalled,
    /// Not at all.
    No,
}

/// Finds out whether a member received an article. Previews do not count.
pub(super) fn delivered(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    article: &ArticleHead,
    member: MemberNo,
) -> Result<Delivered> {
    if is_on_menu(tx, corp, article)? {
        return Ok(Delivered::Yes);
    }
    let mut found = Delivered::No;
    for card_id in tx.cards_with(corp, article.id, MAX_CARDS)? {
        for message in [
            Message::NewsCard { card_id: card_id.clone() },
            Message::SingleNewsCard { card_id: card_id.clone() },
        ] {
            let hash = send::hash(&message)?;
            for (seq, is_recalled) in tx.sends_of_content(corp, &article.account, &hash, MAX_SENDS_OF_CARD)? {
                if tx.received(corp, &article.account, seq, member)? {
                    if !is_recalled {
                        return Ok(Delivered::Yes);
                    }
                    found = Delivered::Recalled;
                }
            }
        }
    }
    Ok(found)
}

/// Returns true if the visible menu has a button for the article.
fn is_on_menu(tx: &Tx<'_>, corp: &CorpId, article: &ArticleHead) -> Result<bool> {
    let account = tx.state().corp(corp)?.account(&article.account)?;
    let Some(menu) = account.menu.as_ref().filter(|menu| !menu.stopped && !account.disabled) else {
        return Ok(false);
    };
    let id = article.id.to_string();
    let leads = |button: &MenuButton| {
        button.kind == Some(MenuButtonKind::ViewArticle) && button.media_id.as_deref() == Some(id.as_str())
    };
    Ok(menu.buttons.iter().any(|button| leads(button) || button.children.iter().any(leads)))
}
