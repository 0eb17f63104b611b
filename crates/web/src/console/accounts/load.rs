//! What the page of an account shows.

use std::{collections::HashSet, sync::Arc};

use carillon_domain::account::revision;
use carillon_model::{
    account_audience::MemberList,
    error::Result,
    id::{AccountId, DeptId, UserId},
};

use super::{
    ROLES, menu, preview,
    replies::{self, Submitted},
};
use crate::{
    clean::Picture,
    console::{
        access::Operator,
        department_choices,
        page::{AccountPage, MemberLists, MenuTarget, ReplyRule, Revisions, SettingsForm, Warning},
    },
    routes::{Pages, presenter},
};

/// Articles and cards that are offered.
const TARGETS: i64 = 100;

/// What the page shows besides the stored account: what was typed and not saved.
#[derive(Default)]
pub struct Overlay {
    pub settings: Option<SettingsForm>,
    pub menu: Option<menu::Typed>,
    pub replies: Option<Submitted>,
    pub scope: Option<TypedScope>,
    pub blocked: Option<String>,
    pub operators: Option<String>,
    /// The text that the automatic replies are tried with.
    pub tried: Option<String>,
    pub done: Option<String>,
    pub problem: Option<String>,
    /// What a change would take away.
    pub warning: Option<Warning>,
}

/// A scope that was typed.
pub struct TypedScope {
    pub all: bool,
    pub departments: HashSet<DeptId>,
    pub users: String,
}

/// The page; `None` for an account that the operator may not manage.
pub async fn page(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    overlay: Overlay,
) -> Result<Option<AccountPage>> {
    let Some(account) = operator.account(account, ROLES).filter(|account| !account.disabled) else {
        return Ok(None);
    };
    let (console, is_owner) = (operator.console(), operator.rights.is_owner());
    let (corp, viewer) = (operator.corp().clone(), operator.viewer(pages));
    let read = pages.store.read(operator.corp(), move |tx| {
        let state = Arc::clone(tx.state().corp(&corp)?);
        let auto_replies = state.auto_replies(&account.id);
        let (welcome, has_other_welcome) = match &overlay.replies {
            Some(typed) => (typed.welcome.clone(), false),
            None => replies::welcome(&auto_replies),
        };
        let mut rules = overlay.replies.map_or_else(|| replies::rules(&auto_replies), |typed| typed.rules);
        rules.push(ReplyRule { text: Some(String::new()), ..ReplyRule::default() });
        let menu = overlay.menu.unwrap_or_else(|| menu::Typed::of(account.menu.as_ref()));
        // What cannot be shown is what the page reports as wrong.
        let typed = menu.menu().unwrap_or_else(|_| account.menu.clone().unwrap_or_default());
        let preview = preview::load(tx, &viewer, &account, typed)?;
        let mut targets = Vec::new();
        for head in tx.newest_article_heads(&corp, &account.id, TARGETS)? {
            let title = head.published.unwrap_or(head.draft).title;
            targets.push(MenuTarget { value: head.id.to_string(), title });
        }
        let lists = state.account_audience(&account.id);
        let scope = overlay.scope.unwrap_or_else(|| TypedScope {
            all: lists.allows_all,
            departments: lists.allowed_departments.iter().copied().collect(),
            users: lines(&lists.allowed_users),
        });
        let revisions = Revisions {
            settings: revision::settings(&state, &account.id)?,
            menu: revision::menu(&state, &account.id)?,
            replies: revision::auto_replies(&state, &account.id)?,
            scope: revision::scope(&state, &account.id)?,
            blocked: revision::blocked(&state, &account.id)?,
            operators: revision::operators(&state, &account.id)?,
        };
        let mut settings = SettingsForm {
            name: account.name.clone(),
            brief: account.brief.clone(),
            desc: account.desc.clone(),
            ..SettingsForm::default()
        };
        if let Some(typed) = overlay.settings {
            settings = typed;
        }
        settings.avatar = Picture::media(account.avatar_media_id.as_str());
        settings.cover = Picture::media(account.preview_media_id.as_str());
        settings.choices = crate::console::pictures::choices_path(&account.id);
        Ok(AccountPage {
            account: presenter::account(&account),
            path: super::path(&account.id),
            settings,
            welcome,
            has_other_welcome,
            rules,
            tried: overlay.tried.map(|text| {
                let answer = replies::try_text(&auto_replies, &text);
                (text, answer)
            }),
            input: menu.input,
            stopped: menu.stopped,
            menu: menu::with_empty(menu.rows),
            preview,
            revisions,
            targets,
            lists: MemberLists {
                all: scope.all,
                departments: department_choices(&state, &scope.departments).0,
                allowed: scope.users,
                blocked: overlay.blocked.unwrap_or_else(|| lines(&lists.blocked)),
                operators: overlay.operators.unwrap_or_else(|| lines(&lists.operators)),
            },
            is_owner,
            done: overlay.done,
            problem: overlay.problem,
            warning: overlay.warning,
            console,
        })
    });
    read.await.map(Some)
}

/// The userids of a list, one a line.
fn lines(list: &MemberList) -> String {
    list.userids().map(UserId::as_str).collect::<Vec<_>>().join("\n")
}
