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
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The revision that the caller read; if it is not the stored one, nothing changes. Absent: the current content is replaced.
    #[schemars(length(max = MAX_REVISION_CHARS))]
    revision: Option<String>,
    /// True to change nothing and only return what the change would take away; false if absent.
    preview: Option<bool>,
    /// The buttons of the menu, from left to right; absent: the menu has none.
    #[schemars(length(max = menu::MAX_BUTTONS))]
    buttons: Option<Vec<Button>>,
    /// Whether members may write while the menu is visible. Without a menu, or with a stopped one, they always may.
    input: bool,
    /// True to store the menu without showing it to members; false if absent.
    stopped: Option<bool>,
}

pub fn operation() -> Operation {
    declare_replacing("carillon.account_menu_set", PATH, &[OperatorRole::Editor])
        .title("设置服务号菜单", "Set the menu of a service account")
        .purpose(
            "整体替换会话下方的菜单，成员随即看到。停用菜单时内容保留但不显示。\
             可先用 `preview` 查看成员将失去哪些菜单项而不做修改。",
            "Replaces the whole menu below the conversation; members see it at once. A stopped menu is \
             kept and not shown. With `preview`, only returns which entries members would lose.",
        )
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
