//! Whom an article came to.

use carillon_model::{
    article::ArticleHead,
    error::Result,
    id::{CorpId, MemberNo},
    message::Message,
    service_account::{MenuButton, MenuButtonKind},
};
use carillon_store::Tx;

use crate::send;

/// Cards that are looked at, and the newest sends of each. The links of all others still name the send that they came with.
const CARDS: i64 = 32;
const SENDS: i64 = 128;

/// Whether an article came to a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delivered {
    /// With a send that stands, or by the menu of its account.
    Yes,
    /// Only with sends that were taken back.
    Recalled,
    /// Not at all.
    No,
}

/// Whether an article came to a member, and not as a preview.
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
    for card_id in tx.cards_with(corp, article.id, CARDS)? {
        for message in [
            Message::NewsCard { card_id: card_id.clone() },
            Message::SingleNewsCard { card_id: card_id.clone() },
        ] {
            let hash = send::hash(&message)?;
            for (seq, is_recalled) in tx.sends_of_content(corp, &article.account, &hash, SENDS)? {
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

/// Whether the menu that members see leads to an article.
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
