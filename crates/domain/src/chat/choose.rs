//! Choosing an item of the menu.

use carillon_model::{
    chat::{ChatAuthor, ChatContent},
    env::Env,
    error::{Error, Result, Rule},
    id::{CardId, MediaId},
    message::Message,
    service_account::{MenuButton, MenuButtonKind},
};
use carillon_store::{ChatMessage, ConversationKey, Tx};

use super::{account_for_member_action, append, notify_apps};
use crate::{account::menu, card};

/// The position of a chosen menu item.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Index of the button.
    pub button: usize,
    /// Index of the item below it. None for the button itself.
    pub item: Option<usize>,
}

/// Posts a member's choice of a menu item that raises an event or holds material. Returns the choice and the material.
///
/// Decided: an item that holds material also raises the event if it has a key, since it is stored as `click`.
pub fn choose(
    tx: &mut Tx<'_>,
    env: &Env,
    conversation: &ConversationKey,
    choice: &Choice,
) -> Result<Vec<ChatMessage>> {
    let account = account_for_member_action(tx, env, conversation)?;
    let item = menu::item(&account, choice.button, choice.item).cloned();
    let item = item.ok_or(Error::Rule(Rule::UnknownMenuItem))?;
    let material = match item.kind {
        Some(MenuButtonKind::Click) => None,
        Some(MenuButtonKind::MediaId) => Some(material(tx, conversation, &item)?),
        Some(MenuButtonKind::View | MenuButtonKind::ViewArticle) | None => {
            return Err(Rule::UnknownMenuItem.into());
        }
    };
    let chosen = ChatContent::Choice { name: item.name.clone() };
    let row = append(tx, env, conversation, ChatAuthor::Member, None, chosen)?;
    if let Some(key) = item.key.filter(|key| !key.is_empty()) {
        notify_apps::choice(tx, env, conversation, &row, key)?;
    }
    let answer = material
        .map(|message| {
            append(tx, env, conversation, ChatAuthor::Automatic, None, ChatContent::Message(message))
        })
        .transpose()?;
    Ok([Some(row), answer].into_iter().flatten().collect())
}

/// Returns the picture or card of a menu item. It must still exist.
fn material(tx: &mut Tx<'_>, conversation: &ConversationKey, item: &MenuButton) -> Result<Message> {
    let id = item.media_id.as_deref().unwrap_or_default();
    let media_id = MediaId::from(id);
    if tx.media(&conversation.corp, &media_id)?.is_some() {
        return Ok(Message::Image { media_id });
    }
    let card_id = CardId::from(id);
    card::require_readable(tx, &conversation.corp, &conversation.account, &card_id)?;
    Ok(Message::NewsCard { card_id })
}
