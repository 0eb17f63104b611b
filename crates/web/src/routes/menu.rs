//! The menu of a conversation.

use carillon_domain::account::menu;
use carillon_model::{
    error::Result,
    service_account::{MenuButton, MenuButtonKind, ServiceAccount},
};
use carillon_store::Tx;

use super::presenter::Viewer;
use crate::{clean::Href, paths, view};

/// Returns the buttons, without items that have no action.
pub fn buttons(tx: &mut Tx<'_>, viewer: &Viewer, account: &ServiceAccount) -> Result<Vec<view::MenuButton>> {
    let menu = account.menu.as_ref().filter(|menu| !menu.stopped && !account.disabled);
    let Some(menu) = menu else { return Ok(Vec::new()) };
    let mut buttons = Vec::new();
    for (position, button) in menu.buttons.iter().enumerate() {
        if button.children.is_empty() {
            let item = item(tx, viewer, account, button, position.to_string())?;
            buttons.extend(item.map(view::MenuButton::Item));
        } else {
            let mut items = Vec::new();
            for (child, child_button) in button.children.iter().enumerate() {
                items.extend(item(tx, viewer, account, child_button, format!("{position}-{child}"))?);
            }
            buttons.push(view::MenuButton::Parent { name: button.name.clone(), items });
        }
    }
    Ok(buttons)
}

/// Parses the position of a button, or of an item below it, as [`buttons`] writes it.
pub fn parse_position(text: &str) -> Option<(usize, Option<usize>)> {
    match text.split_once('-') {
        Some((button, item)) => Some((button.parse().ok()?, Some(item.parse().ok()?))),
        None => Some((text.parse().ok()?, None)),
    }
}

fn item(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    account: &ServiceAccount,
    button: &MenuButton,
    position: String,
) -> Result<Option<view::MenuItem>> {
    let action = match button.kind {
        Some(MenuButtonKind::View) => {
            button.url.as_deref().and_then(Href::external).map(view::MenuAction::Open)
        }
        Some(MenuButtonKind::ViewArticle) => {
            let target = menu::target(tx, &viewer.corp, &account.id, button, &viewer.env, "")?;
            target.map(Href::local).map(view::MenuAction::Open)
        }
        Some(MenuButtonKind::MediaId | MenuButtonKind::Click) => {
            Some(view::MenuAction::Choose(paths::menu_item(account.id.as_str(), &position)))
        }
        None => None,
    };
    Ok(action.map(|action| view::MenuItem { name: button.name.clone(), action }))
}
