//! `carillon.account_menu_set`: replaces the menu of a service account. An operation of Carillon.

use carillon_domain::account::{self, losses, menu, revision};
use carillon_model::{
    error::Result, id::AccountId, operator::OperatorRole, service_account::MAX_REVISION_CHARS,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Button, PATH, PERMISSION, menu_of};
use crate::v1_0::carillon::service_accounts::{Changed, declare_replacing};

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The revision that was changed, as the last read or change returned it; absent: whatever is there.
    #[schemars(length(max = MAX_REVISION_CHARS))]
    revision: Option<String>,
    /// Whether to change nothing, and only to return what the change would take away; false if absent.
    preview: Option<bool>,
    /// Buttons, left to right; absent: none.
    #[schemars(length(max = menu::MAX_BUTTONS))]
    buttons: Option<Vec<Button>>,
    /// Whether members may write.
    input: bool,
    /// Whether the menu is only stored, and not visible; false if absent.
    stopped: Option<bool>,
}

pub fn operation() -> Operation {
    declare_replacing("carillon.account_menu_set", PATH, &[OperatorRole::Editor])
        .title("设置服务号菜单", "Set the menu of a service account")
        .permission(PERMISSION)
        .example(json!({
            "unionid": "svcUnionId0001",
            "preview": false,
            "buttons": [
                { "name": "News", "action": "media_id", "mediaId": "cardMedia0001" },
                { "name": "Ask us", "action": "click", "key": "KEY_ASK" },
                { "name": "Our site", "action": "view", "url": "https://example.com/" },
                {
                    "name": "More",
                    "items": [
                        { "name": "Map", "action": "view", "url": "https://example.com/map" },
                        { "name": "Today", "action": "click", "key": "KEY_TODAY" },
                        { "name": "Forecast", "action": "media_id", "mediaId": "cardMedia0001" },
                    ],
                },
            ],
            "input": true,
            "stopped": false,
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Changed> {
    let (corp, id) = (call.corp(), &request.unionid);
    let new =
        menu_of(request.buttons.unwrap_or_default(), request.input, request.stopped.unwrap_or_default());
    account::enabled(tx, corp, id)?;
    revision::require(&revision::menu(tx.state().corp(corp)?, id)?, request.revision.as_deref())?;
    menu::check(tx, corp, id, &new)?;
    let losses = losses::of_menu(tx.state().corp(corp)?, id, &new)?.into();
    if request.preview != Some(true) {
        menu::set(tx, corp, id, &new)?;
    }
    Ok(Changed { revision: revision::menu(tx.state().corp(corp)?, id)?, losses })
}
