//! What a member chooses from the menu.

use carillon_model::{
    chat::{ChatAuthor, ChatContent},
    env::Env,
    error::{Error, Result, Rule},
    id::{CardId, MediaId},
    message::Message,
    service_account::{MenuButton, MenuButtonKind},
};
use carillon_store::{ChatMessage, ConversationKey, Tx};

use super::{add, admit, notify_apps};
use crate::{account::menu, card};

/// A menu item about to be chosen.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The place of the button.
    pub button: usize,
    /// The place of the item below it.
    pub item: Option<usize>,
}

/// Notes that a member chose a menu item that raises an event or holds material; answers that and the material.
///
/// Decided: an item that holds material raises the event too when it has a key, since it is stored as `click`.
pub fn choose(
    tx: &mut Tx<'_>,
    env: &Env,
    place: &ConversationKey,
    choice: &Choice,
) -> Result<Vec<ChatMessage>> {
    let account = admit(tx, env, place)?;
    let item = menu::item(&account, choice.button, choice.item).cloned();
    let item = item.ok_or(Error::Rule(Rule::UnknownMenuItem))?;
    let material = match item.kind {
        Some(MenuButtonKind::Click) => None,
        Some(MenuButtonKind::MediaId) => Some(material(tx, place, &item)?),
        Some(MenuButtonKind::View | MenuButtonKind::ViewArticle) | None => {
            return Err(Rule::UnknownMenuItem.into());
        }
    };
    let chosen = ChatContent::Choice { name: item.name.clone() };
    let row = add(tx, env, place, ChatAuthor::Member, None, chosen)?;
    if let Some(key) = item.key.filter(|key| !key.is_empty()) {
        notify_apps::choice(tx, env, place, &row, key)?;
    }
    let answer = material
        .map(|message| add(tx, env, place, ChatAuthor::Automatic, None, ChatContent::Message(message)))
        .transpose()?;
    Ok([Some(row), answer].into_iter().flatten().collect())
}

/// The picture or card of a menu item, if it is still there.
fn material(tx: &mut Tx<'_>, place: &ConversationKey, item: &MenuButton) -> Result<Message> {
    let id = item.media_id.as_deref().unwrap_or_default();
    let media_id = MediaId::from(id);
    if tx.media(&place.corp, &media_id)?.is_some() {
        return Ok(Message::Image { media_id });
    }
    let card_id = CardId::from(id);
    card::require_readable(tx, &place.corp, &place.account, &card_id)?;
    Ok(Message::NewsCard { card_id })
}
