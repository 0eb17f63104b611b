//! What the page of an account shows.

use std::{collections::HashSet, sync::Arc};

use carillon_model::{
    account_audience::MemberList,
    error::Result,
    id::{AccountId, DeptId, UserId},
};

use super::{
    ROLES, menu,
    replies::{self, Submitted},
};
use crate::{
    clean::Picture,
    console::{
        access::Operator,
        department_choices,
        page::{AccountPage, MemberLists, MenuRow, MenuTarget, ReplyRule, SettingsForm},
    },
    routes::{Pages, presenter},
};

/// Articles and cards that are offered.
const TARGETS: i64 = 100;

/// What the page shows besides the stored account: what was typed and not saved.
#[derive(Default)]
pub struct Overlay {
    pub settings: Option<SettingsForm>,
    pub menu: Option<Vec<MenuRow>>,
    pub replies: Option<Submitted>,
    pub allowed: Option<String>,
    pub blocked: Option<String>,
    pub operators: Option<String>,
    /// The text that the automatic replies are tried with.
    pub tried: Option<String>,
    pub done: Option<String>,
    pub problem: Option<String>,
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
    let corp = operator.corp().clone();
    let read = pages.store.read(operator.corp(), move |tx| {
        let state = Arc::clone(tx.state().corp(&corp)?);
        let auto_replies = state.auto_replies(&account.id);
        let (welcome, has_other_welcome) = match &overlay.replies {
            Some(typed) => (typed.welcome.clone(), false),
            None => replies::welcome(&auto_replies),
        };
        let mut rules = overlay.replies.map_or_else(|| replies::rules(&auto_replies), |typed| typed.rules);
        rules.push(ReplyRule { text: Some(String::new()), ..ReplyRule::default() });
        let stored = account.menu.clone();
        let rows = overlay.menu.unwrap_or_else(|| stored.as_ref().map(menu::rows).unwrap_or_default());
        let mut targets = Vec::new();
        for head in tx.newest_article_heads(&corp, &account.id, TARGETS)? {
            let title = head.published.unwrap_or(head.draft).title;
            targets.push(MenuTarget { value: head.id.to_string(), title });
        }
        let lists = state.account_audience(&account.id);
        let chosen: HashSet<DeptId> = lists.allowed_departments.iter().copied().collect();
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
            input: stored.as_ref().is_none_or(|menu| menu.enable_input),
            stopped: stored.as_ref().is_some_and(|menu| menu.stopped),
            menu: menu::with_empty(rows),
            targets,
            lists: MemberLists {
                all: lists.allows_all,
                departments: department_choices(&state, &chosen).0,
                allowed: overlay.allowed.unwrap_or_else(|| lines(&lists.allowed_users)),
                blocked: overlay.blocked.unwrap_or_else(|| lines(&lists.blocked)),
                operators: overlay.operators.unwrap_or_else(|| lines(&lists.operators)),
            },
            is_owner,
            done: overlay.done,
            problem: overlay.problem,
            console,
        })
    });
    read.await.map(Some)
}

/// The userids of a list, one a line.
fn lines(list: &MemberList) -> String {
    list.userids().map(UserId::as_str).collect::<Vec<_>>().join("\n")
}
