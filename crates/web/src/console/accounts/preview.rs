//! The menu as members see it, also before it is saved.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Form, Path, State},
    http::Response,
};
use carillon_model::{
    error::{Error, Result},
    id::AccountId,
    service_account::{Menu, ServiceAccount},
};
use carillon_store::Tx;

use super::{ROLES, menu, path};
use crate::{
    console::{
        access::Operator,
        form::Pairs,
        page::{self, MenuPreview},
        text::accounts::AccountTexts,
    },
    routes::{Pages, Viewer, failed, html, menu as inbox, notice, presenter},
    security::PageKind,
    view::{MenuAction, MenuButton, MenuItem, NoticeKind},
};

/// Returns the preview of the submitted menu as a fragment. Nothing is stored.
pub(super) async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Path(unionid): Path<String>,
    Form(form): Form<Pairs>,
) -> Response<Body> {
    let account = operator.account(&AccountId::from(unionid), ROLES).filter(|account| !account.disabled);
    let Some(account) = account else { return notice(operator.page(), NoticeKind::NotFound) };
    let (viewer, corp) = (operator.viewer(&pages), operator.corp().clone());
    let typed = menu::Typed::read(&form);
    let work = move |tx: &mut Tx<'_>| {
        let menu = typed.menu()?;
        carillon_domain::account::menu::check_size(&menu)?;
        load(tx, &viewer, &account, menu)
    };
    let a = AccountTexts::of(operator.signed_in.lang);
    match pages.store.read(&corp, work).await {
        Ok(preview) => html(200, PageKind::App, page::menu_preview(&operator.page(), &preview)),
        Err(Error::Invalid { field, .. }) => {
            let problem = if field == "below" { a.below_first } else { a.menu_too_long };
            html(422, PageKind::App, page::menu_preview_problem(problem))
        }
        Err(error) => failed(operator.page(), &error),
    }
}

/// Returns the preview of a menu.
pub(super) fn load(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    account: &Arc<ServiceAccount>,
    menu: Menu,
) -> Result<MenuPreview> {
    let typed = ServiceAccount { menu: Some(menu.clone()), ..ServiceAccount::clone(account) };
    let mut buttons = inbox::buttons(tx, viewer, &typed)?;
    let hidden = if menu.stopped { Vec::new() } else { hidden(&menu, &buttons) };
    let tap = format!("{}/tap", path(&account.id));
    for item in buttons.iter_mut().flat_map(items_mut) {
        if let MenuAction::Choose(target) = &mut item.action {
            target.clone_from(&tap);
        }
    }
    // A button whose items are all hidden is not visible either.
    buttons.retain(|button| !matches!(button, MenuButton::Parent { items, .. } if items.is_empty()));
    Ok(MenuPreview {
        account: presenter::account(account),
        buttons,
        input: menu.stopped || menu.enable_input,
        stopped: menu.stopped,
        hidden,
    })
}

fn items_mut(button: &mut MenuButton) -> &mut [MenuItem] {
    match button {
        MenuButton::Item(item) => std::slice::from_mut(item),
        MenuButton::Parent { items, .. } => items,
    }
}

/// The labels of entries that members do not see, because nothing can be opened.
fn hidden(menu: &Menu, visible: &[MenuButton]) -> Vec<String> {
    let mut visible: Vec<&str> = visible
        .iter()
        .flat_map(|button| match button {
            MenuButton::Item(item) => std::slice::from_ref(item),
            MenuButton::Parent { items, .. } => items.as_slice(),
        })
        .map(|item| item.name.as_str())
        .collect();
    let entries = menu.buttons.iter().flat_map(|button| match button.children.as_slice() {
        [] => std::slice::from_ref(button),
        items => items,
    });
    let mut hidden = Vec::new();
    for entry in entries {
        match visible.iter().position(|name| *name == entry.name) {
            Some(position) => drop(visible.remove(position)),
            None => hidden.push(entry.name.clone()),
        }
    }
    hidden
}
